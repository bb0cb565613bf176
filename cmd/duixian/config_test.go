package main

import (
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func noEnv(string) string { return "" }

func TestExampleShowsTheDefaults(t *testing.T) {
	got, err := parseConfig("example", []byte(configExample), noEnv)
	if err != nil {
		t.Fatal(err)
	}
	want, err := parseConfig("empty", nil, noEnv)
	if err != nil {
		t.Fatal(err)
	}
	got.file, want.file = yamlFile{}, yamlFile{}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the example gives\n%+v\nthe defaults are\n%+v", got, want)
	}
}

// Uncommenting every key must give a file that loads: so each key exists, at that place, with a value that is allowed.
func TestExampleNamesEveryKey(t *testing.T) {
	commented := regexp.MustCompile(`(?m)^( *)# ( *(?:[a-z_.-]+|[0-9A-Z]{18}):( [^ ].*)?)$`)
	all := commented.ReplaceAllString(configExample, "$1$2")
	all = strings.Replace(all, "dsn_file: /run/secrets/duixian-dsn\n", "", 1)                // not beside dsn
	all = strings.Replace(all, "client_secret_file: /run/secrets/duixian-dingtalk\n", "", 1) // not beside client_secret
	c, err := parseConfig("example", []byte(all), noEnv)
	if err != nil {
		t.Fatalf("%v\n%s", err, all)
	}
	if _, err := c.rules(); err != nil && !strings.Contains(err.Error(), "calendar.yaml") {
		t.Error(err)
	}
	c.file.places["database.dsn_file"], c.file.places["dingtalk.client_secret_file"] = "", "" // taken out above
	for _, key := range knownKeys(reflect.TypeFor[Config](), "") {
		pattern := regexp.MustCompile("^" + strings.ReplaceAll(regexp.QuoteMeta(key), `\*`, ".+") + "$")
		if !slices.ContainsFunc(keysOf(c.file.places), pattern.MatchString) {
			t.Errorf("the example does not show %s", key)
		}
	}
}

func keysOf(m map[string]string) (keys []string) {
	for k := range m {
		keys = append(keys, k)
	}
	return keys
}

func TestSecretsFromFileAndEnvironment(t *testing.T) {
	file := t.TempDir() + "/dsn"
	const yaml = "database:\n  dsn_file: "
	if _, err := parseConfig("x", []byte(yaml+file), noEnv); err == nil || !strings.Contains(err.Error(), "x:2:3：database.dsn_file：") {
		t.Errorf("a secret file that is not there: %v", err)
	}
	writeFile(t, file, "mysql:u:hunter2@tcp(db)/x\n")
	c, err := parseConfig("x", []byte(yaml+file), noEnv)
	if err != nil || c.Database.DSN.Reveal() != "mysql:u:hunter2@tcp(db)/x" {
		t.Errorf("got %q, %v", c.Database.DSN.Reveal(), err)
	}
	c, err = parseConfig("x", []byte(yaml+file), func(name string) string { return map[string]string{envDSN: "sqlite:other.db"}[name] })
	if err != nil || c.Database.DSN.Reveal() != "sqlite:other.db" {
		t.Errorf("the environment does not win: %q, %v", c.Database.DSN.Reveal(), err)
	}
	_, err = parseConfig("x", []byte("database:\n  dsn: postgres:hunter2\n"), noEnv)
	if err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("want an error without the secret, got %v", err)
	}
}

func writeFile(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

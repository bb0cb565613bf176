package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"duixian/models/modelstest"
)

// TestEveryYuanAddsUp plays years in which what is due is also ordered and answered, and has a program that shares no code with this one add
// up every award, batch, account and transfer from the raw rows.
func TestEveryYuanAddsUp(t *testing.T) {
	equations := filepath.Join(t.TempDir(), "equations")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", equations, "./testdata/equations").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	databases := map[string]func() string{"sqlite": func() string { return modelstest.SQLite(t) }}
	if modelstest.Server() != "" {
		databases["mysql"] = func() string { return modelstest.MySQL(t) }
	}
	for name, dsn := range databases {
		t.Run(name, func(t *testing.T) {
			firms, recruits, to := 14, 40, "2031-12-31"
			if v := os.Getenv("YTO"); v != "" { fmt.Sscan(v, &firms, &recruits, &to) }
			dir, files := bureau(t, dsn(), firms, recruits, 18, 1)
			configure(t, dir, "star:\n  first_year: 2024\n")
			accountsOf(t, dir, files)
			scratch := dsn()
			began := time.Now()
			command(t, dir, "simulate", "--from", "2023-09-01", "--to", to, "--assume-calendar", "--rounds", "--pay", "--scratch", scratch, "--json") // fails on any finding
			t.Log(time.Since(began))
			out, err := exec.CommandContext(t.Context(), equations, scratch).CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			var sums struct {
				Awards, Batches int
				Awarded         int64            `json:"awarded_fen"`
				Instalments     map[string]int64 `json:"instalments_fen"`
				Lines           map[string]int64 `json:"batch_lines_fen"`
			}
			if err := json.Unmarshal(out, &sums); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			if sums.Awards == 0 || sums.Batches == 0 || sums.Instalments["paid"] == 0 || sums.Instalments["paid"] != sums.Lines["paid"] {
				t.Errorf("nothing was paid, or other than was ordered: %s", out)
			}
			t.Logf("%s: %d awards, %d batches, %d fen awarded, %v", name, sums.Awards, sums.Batches, sums.Awarded, sums.Instalments)
		})
	}
}

// configure adds to a bureau's configuration.
func configure(t *testing.T, dir, more string) {
	t.Helper()
	path := filepath.Join(dir, "duixian.yaml")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, append(text, more...), 0o600); err != nil {
		t.Fatal(err)
	}
}

// accountsOf gives each firm of the sample an account that two people approved before the policy began.
func accountsOf(t *testing.T, dir, files string) {
	t.Helper()
	early := func(args ...string) string {
		t.Helper()
		var out, problems bytes.Buffer
		code := run(t.Context(), append([]string{"--config", filepath.Join(dir, "duixian.yaml")}, args...), &program{
			in: strings.NewReader(""), out: &out, err: &problems, user: "tester", wall: time.Now, now: func() time.Time { return time.Date(2023, 8, 28, 2, 0, 0, 0, time.UTC) },
		})
		if code != exitOK {
			t.Fatalf("duixian %s: exit %d\n%s%s", strings.Join(args, " "), code, &problems, &out)
		}
		return out.String()
	}
	text, err := os.ReadFile(filepath.Join(files, "firms.csv"))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := map[string]int{}
	for i, title := range rows[0] {
		column[title] = i
	}
	table, seen := [][]string{{"机构名称", "统一社会信用代码", "户名", "收款账号", "开户银行", "报送日期"}}, map[string]bool{}
	for i, r := range rows[1:] {
		name, code := r[column["机构名称"]], r[column["统一社会信用代码"]]
		if !seen[code] {
			seen[code] = true
			table = append(table, []string{name, code, name, fmt.Sprintf("6222020200%09d", i+1), "示例银行示例支行", "2023-08-28"})
		}
	}
	var body bytes.Buffer
	if err := csv.NewWriter(&body).WriteAll(table); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "accounts.csv")
	if err := os.WriteFile(path, body.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	early("import", "accounts", path, "--as", "jingban01")
	plan := early("chat", "--as", "fuhe01", "方案", "1")
	hash := regexp.MustCompile(`校验码 ([0-9a-f]{8})`).FindStringSubmatch(plan)
	if hash == nil {
		t.Fatalf("no plan to approve:\n%s", plan)
	}
	early("chat", "--as", "fuhe01", "同意", "#1-"+hash[1])
}

package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"duixian/models/modelstest"
)

// played is a bureau and the time that is played with it.
type played struct {
	firms, recruits int
	from, to        string
	rounds          []int // the years of ratings in it
}

// sizes is what is played: one rating and the selections after it; with DUIXIAN_TEST_FULL=1 the whole policy and its last payments on the embedded database; with
// DUIXIAN_TEST_ROUGH=1 a larger bureau, and the whole policy over the wire, where a night costs many times as much.
func sizes(database string) played {
	whole := played{14, 120, "2023-09-01", "2031-12-31", []int{2024, 2026, 2028}}
	switch {
	case rough() && database == "sqlite":
		whole.firms, whole.recruits = 60, 600
		return whole
	case rough(), os.Getenv("DUIXIAN_TEST_FULL") != "" && database == "sqlite":
		return whole
	}
	return played{14, 60, "2024-03-01", "2024-12-31", []int{2024}}
}

// summed is what the independent program says of a database.
type summed struct {
	Awards      int              `json:"awards"`
	Batches     int              `json:"batches"`
	Awarded     int64            `json:"awarded_fen"`
	Instalments map[string]int64 `json:"instalments_fen"`
	Lines       map[string]int64 `json:"batch_lines_fen"`
	Rounds      map[string]int   `json:"rounds"`
	Chosen      int              `json:"chosen"`
}

// TestEveryYuanAddsUp plays years in which firms are rated and selected and what is due is ordered and answered, and has a program that shares no code with this
// one add up every award, batch, account and transfer, and count every place, from the raw rows. Both databases come to the same sums.
func TestEveryYuanAddsUp(t *testing.T) {
	equations := filepath.Join(t.TempDir(), "equations")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", equations, "./testdata/equations").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	databases := map[string]func() string{"sqlite": func() string { return modelstest.SQLite(t) }}
	if modelstest.Server() != "" {
		databases["mysql"] = func() string { return modelstest.MySQL(t) }
	}
	before := map[string]summed{}
	for name, dsn := range databases {
		t.Run(name, func(t *testing.T) {
			p := sizes(name)
			dir, files := bureau(t, dsn(), p.firms, p.recruits, 18, 1)
			configure(t, dir, "star:\n  first_year: 2024\n")
			accountsOf(t, dir, files)
			scratch := dsn()
			command(t, dir, "simulate", "--from", p.from, "--to", p.to, "--assume-calendar", "--rounds", "--pay", "--scratch", scratch, "--json") // fails on any finding
			out, err := exec.CommandContext(t.Context(), equations, scratch).CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			var sums summed
			if err := json.Unmarshal(out, &sums); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			if sums.Awards == 0 || sums.Batches == 0 || sums.Instalments["paid"] == 0 || sums.Instalments["paid"] != sums.Lines["paid"] {
				t.Errorf("nothing was paid, or other than was ordered: %s", out)
			}
			places := 0
			for _, year := range p.rounds {
				for _, kind := range []string{"star-rating", "backbone", "integrity", "elite"} {
					taken, confirmed := sums.Rounds[fmt.Sprintf("%s %d confirmed", kind, year)]
					if !confirmed || kind != "star-rating" && (taken < 1 || taken > 10) {
						t.Errorf("%s of %d: confirmed %v with %d places: %v", kind, year, confirmed, taken, sums.Rounds)
					}
					places += taken
				}
			}
			if len(sums.Rounds) != 4*len(p.rounds) || sums.Chosen != places {
				t.Errorf("%d rewards for %d places in %v", sums.Chosen, places, sums.Rounds)
			}
			if other, ok := before[fmt.Sprint(p)]; ok && !reflect.DeepEqual(sums, other) {
				t.Errorf("another database came to\n%+v\nthis one to\n%+v", other, sums)
			}
			before[fmt.Sprint(p)] = sums
			t.Logf("%s: %d awards, %d for %d places, %d batches, %d fen awarded, %v", name, sums.Awards, sums.Chosen, places, sums.Batches, sums.Awarded, sums.Instalments)
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

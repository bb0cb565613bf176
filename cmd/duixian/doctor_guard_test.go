package main

import (
	"bytes"
	"database/sql"
	"strings"
	"testing"
	"time"

	"duixian/models/modelstest"
)

// Whoever takes the guard of the ledger away is noticed, and what doctor says to type puts it back.
func TestDoctorLooksForTheGuardOfTheLedger(t *testing.T) {
	databases := []string{modelstest.SQLite(t)}
	if modelstest.Server() != "" {
		databases = append(databases, modelstest.MySQL(t))
	}
	for _, dsn := range databases {
		dialect, _, _ := strings.Cut(dsn, ":")
		t.Run(dialect, func(t *testing.T) {
			t.Chdir(t.TempDir())
			command := func(args ...string) (string, int) {
				var out bytes.Buffer
				code := run(t.Context(), args, &program{
					in: strings.NewReader(""), out: &out, err: &out, user: "tester", wall: time.Now, now: time.Now, environ: []string{envDSN + "=" + dsn},
				})
				return out.String(), code
			}
			if text, code := command("migrate"); code != exitOK {
				t.Fatal(text)
			}
			_, address, _ := strings.Cut(dsn, ":")
			db, err := sql.Open(dialect, address)
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			if _, err := db.ExecContext(t.Context(), "DROP TRIGGER transfers_no_delete"); err != nil {
				t.Fatal(err)
			}
			text, _ := command("doctor")
			want := map[string][]string{
				"sqlite": {"bad   账目保护：账目的保护被人从数据库里去掉了", "再运行 duixian migrate 恢复保护"},
				"mysql":  {"warn  账目保护：账目只由本程序和每晚的检查保护", "GRANT TRIGGER ON `", "SET GLOBAL log_bin_trust_function_creators = 1;", "再运行 duixian migrate"},
			}
			for _, w := range want[dialect] {
				if !strings.Contains(text, w) {
					t.Errorf("doctor does not say %q:\n%s", w, text)
				}
			}
			if text, code := command("migrate"); code != exitOK {
				t.Fatal(text)
			}
			if text, _ := command("doctor"); !strings.Contains(text, "ok    账目保护：数据库拒绝修改和删除账目、审计记录") {
				t.Errorf("not put back:\n%s", text)
			}
		})
	}
}

package models_test

import (
	"database/sql"
	"os"
	"strings"
	"testing"

	"github.com/pressly/goose/v3"

	"duixian/models"
	"duixian/models/modelstest"
	"duixian/policy"
	"duixian/secret"
)

// ordered is a house with one award of three parts, 40/30/30, and the batch that orders its first.
func ordered(t *testing.T, s *models.Store) (models.Batch, models.BatchLine) {
	t.Helper()
	var b models.Batch
	var l models.BatchLine
	tx(t, s, func(tx *models.Tx) error {
		orgs := []models.Organisation{{Code: "A", Kind: "firm", Name: "示例机构", KnownOn: 20240101}}
		if err := tx.AddOrganisations(orgs); err != nil {
			return err
		}
		a, err := tx.MakeAward(models.Award{ClaimID: 1, OrgID: orgs[0].ID, Item: "hq", AmountFen: 100_00, ApprovedOn: 20240301, PolicyVersion: "v", State: "active"}, []models.Instalment{
			{No: 1, AmountFen: 40_00, DueOn: 20240301, State: models.Due}, {No: 2, AmountFen: 30_00, DueOn: 20250101, State: models.Scheduled}, {No: 3, AmountFen: 30_00, DueOn: 20260101, State: models.Scheduled},
		}, models.Grant{})
		if err != nil {
			return err
		}
		if b, err = tx.OpenBatch(1, 20240302, models.Run{}); err != nil {
			return err
		}
		parts, err := tx.InstalmentsOf(a.ID)
		if err != nil {
			return err
		}
		if l, err = tx.Order(b, models.BatchLine{OrgID: a.OrgID, OrgCode: "A", OrgName: "示例机构", AccountID: 1}, &parts[0], 20240302, models.Run{}, 1); err != nil {
			return err
		}
		return tx.SealBatch(&b, 20240302, models.Run{})
	})
	return b, l
}

func tx(t *testing.T, s *models.Store, fn func(tx *models.Tx) error) {
	t.Helper()
	if err := s.InTx(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

func holds(t *testing.T, s *models.Store, code string, posted, out, in policy.Fen) {
	t.Helper()
	a, err := s.Read(t.Context()).Account(code)
	if err != nil || a.PostedFen != posted || a.PendingOutFen != out || a.PendingInFen != in {
		t.Errorf("%s holds %s, pending out %s, in %s; want %s %s %s (%v)", code, a.PostedFen, a.PendingOutFen, a.PendingInFen, posted, out, in, err)
	}
}

func even(t *testing.T, s *models.Store) {
	t.Helper()
	if ok, err := s.Read(t.Context()).LedgerEven(); err != nil || !ok {
		t.Errorf("the ledger is not even: %v", err)
	}
}

func TestMoneyMovesThroughTheLedger(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		b, l := ordered(t, s)
		holds(t, s, "award:1", 100_00, 40_00, 0)
		holds(t, s, "budget:2024", -100_00, 0, 0)
		holds(t, s, models.TransitAccount, 0, 0, 40_00)
		tx(t, s, func(tx *models.Tx) error { return tx.ExportBatch(&b, "cw01", 20240303, models.Run{}) })
		answer := func(result models.LineFate, on policy.Date) {
			t.Helper()
			tx(t, s, func(tx *models.Tx) error {
				_, _, _, err := tx.Answer(models.Receipt{LineRef: l.LineRef, AmountFen: 40_00, Result: result, AnsweredOn: on, KnownOn: on}, on, models.Run{}, 2)
				return err
			})
		}
		answer(models.LinePaid, 20240305)
		holds(t, s, "award:1", 60_00, 0, 0)
		holds(t, s, models.PaidAccount, 40_00, 0, 0)
		holds(t, s, models.TransitAccount, 0, 0, 0)
		answer(models.LinePaid, 20240305) // the same word again
		holds(t, s, models.PaidAccount, 40_00, 0, 0)
		answer(models.LineReturned, 20240307)
		holds(t, s, models.PaidAccount, 0, 0, 0)
		holds(t, s, models.ReturnedAccount, 40_00, 0, 0)
		even(t, s)
		// what will not be paid goes back to the budget of the year in which that was decided
		tx(t, s, func(tx *models.Tx) error {
			parts, err := tx.InstalmentsOf(1)
			if err != nil {
				return err
			}
			return tx.MoveInstalment(&parts[2], models.Cancelled, "LOST", 20250601, models.Run{})
		})
		holds(t, s, "award:1", 30_00, 0, 0)
		holds(t, s, "budget:2025", 30_00, 0, 0)
		even(t, s)
	})
}

func TestTheDatabaseItselfRefuses(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		ordered(t, s)
		pool := modelstest.Raw(t, s)
		defer pool.Close() //nolint:errcheck // nothing is buffered
		transfer := "INSERT INTO transfers (id, kind, pending_id, debit, credit, amount_fen, award_id, no, attempt, batch_id, run_id, epoch, actor, reason, on_day, at) VALUES "
		line := "INSERT INTO batch_lines (batch_id, no, award_id, instalment_no, attempt, org_id, org_code, org_name, purpose, clause, amount_fen, account_id, line_ref, state, reason, answered_on, bank_ref) VALUES "
		if _, err := pool.Exec(transfer + "('post|1|1|1', 'post', 'pending|1|1|1', 'award:1', 'paid', 4000, 1, 1, 1, 1, 0, 0, '', '', 20240305, 1)"); err != nil {
			t.Fatal(err)
		}
		for what, stmt := range map[string]string{
			"a changed transfer":       "UPDATE transfers SET amount_fen = 1",
			"a deleted transfer":       "DELETE FROM transfers",
			"a second try":             transfer + "('x', 'pending', '', 'award:1', 'transit', 4000, 1, 1, 1, 1, 0, 0, '', '', 20240305, 1)",
			"a second answer":          transfer + "('void|1|1|1', 'void', 'pending|1|1|1', 'award:1', 'transit', 4000, 1, 1, 1, 1, 0, 0, '', '', 20240305, 1)",
			"a transfer to itself":     transfer + "('y', 'return', '', 'paid', 'paid', 4000, 1, 1, 9, 1, 0, 0, '', '', 20240305, 1)",
			"an award below zero":      "UPDATE accounts SET posted_fen = posted_fen - 6001 WHERE code = 'award:1'",
			"an award ordered beyond":  "UPDATE accounts SET pending_out_fen = 10001 WHERE code = 'award:1'",
			"a part in two live lines": line + "(9, 1, 1, 1, 2, 1, 'A', 'A', '', '', 4000, 1, 'DX', 'ordered', '', 0, '')",
			"the same try twice":       line + "(9, 1, 1, 1, 1, 1, 'A', 'A', '', '', 4000, 1, 'DX', 'held', '', 0, '')",
		} {
			if _, err := pool.Exec(stmt); err == nil {
				t.Errorf("%s was taken", what)
			}
		}
		if g, err := s.Guarded(t.Context()); err != nil || len(g.Tables) > 0 {
			t.Errorf("the server does not guard %v: %v", g.Tables, err)
		}
	})
}

func TestAwardsOfBeforeOpenInTheLedger(t *testing.T) {
	dialects := []string{"sqlite"}
	if modelstest.Server() != "" {
		dialects = append(dialects, "mysql")
	}
	for _, dialect := range dialects {
		t.Run(dialect, func(t *testing.T) {
			dsn, d := modelstest.SQLite(t), goose.DialectSQLite3
			if dialect == "mysql" {
				dsn, d = modelstest.MySQL(t), goose.DialectMySQL
			}
			_, address, _ := strings.Cut(dsn, ":")
			pool, err := sql.Open(dialect, address)
			if err != nil {
				t.Fatal(err)
			}
			before, err := goose.NewProvider(d, pool, os.DirFS("migrations/"+dialect))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := before.UpTo(t.Context(), 10); err != nil {
				t.Fatal(err)
			}
			for _, stmt := range []string{
				"INSERT INTO awards (id, claim_id, org_id, item, clause, decision_id, plan_id, approval_id, amount_fen, approved_on, policy_version, state, run_id, epoch) VALUES (1, 1, 1, 'hq', '', 1, 1, 1, 10000, 20240301, 'v', 'active', 1, 1), (2, 2, 1, 'hq', '', 2, 1, 1, 500, 20241231, 'v', 'active', 1, 1), (3, 3, 1, 'hq', '', 3, 1, 1, 700, 20250101, 'v', 'active', 1, 1)",
				"INSERT INTO instalments (award_id, no, amount_fen, due_on, state, reason, changed_on, checked_on, version) VALUES (1, 1, 10000, 20240301, 'due', '', 20240301, 0, 1), (2, 1, 500, 20241231, 'held', 'X', 20241231, 0, 1), (3, 1, 700, 20250101, 'scheduled', '', 20250101, 0, 1)",
			} {
				if _, err := pool.Exec(stmt); err != nil {
					t.Fatal(err)
				}
			}
			if err := pool.Close(); err != nil {
				t.Fatal(err)
			}
			keyset := t.TempDir() + "/keyset.json"
			for range 2 { // opened again it opens nothing again
				s, err := models.Open(t.Context(), dsn, models.Options{Keyset: keyset})
				if err != nil {
					t.Fatal(err)
				}
				holds(t, s, "budget:2024", -10500, 0, 0)
				holds(t, s, "budget:2025", -700, 0, 0)
				holds(t, s, "award:1", 10000, 0, 0)
				even(t, s)
				if err := s.Close(); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

func TestLineRefsAreCheckedAndTyped(t *testing.T) {
	b := models.Batch{Year: 2026, Seq: 12}
	ref := models.LineRef(b, 345)
	for _, typed := range []string{ref, strings.ToLower(ref), " " + ref + " ", strings.ReplaceAll(ref, "-", ""), strings.ReplaceAll(ref, "-", "－")} {
		if got, err := models.ParseLineRef(typed); err != nil || got != ref {
			t.Errorf("%q is read as %q: %v", typed, got, err)
		}
	}
	for i, c := range ref { // one wrong digit is never another line
		if c < '0' || c > '9' {
			continue
		}
		for d := '0'; d <= '9'; d++ {
			if wrong := ref[:i] + string(d) + ref[i+1:]; d != c {
				if got, err := models.ParseLineRef(wrong); err == nil {
					t.Errorf("%s passes as %s", wrong, got)
				}
			}
		}
	}
	for i := 2; i+1 < len(ref); i++ { // nor are two that changed places
		if ref[i] != ref[i+1] && ref[i] != '-' && ref[i+1] != '-' {
			if got, err := models.ParseLineRef(ref[:i] + string(ref[i+1]) + string(ref[i]) + ref[i+2:]); err == nil {
				t.Errorf("%s with two digits changed passes as %s", ref, got)
			}
		}
	}
}

func TestAccountsLieEncryptedAndCountFromTheirDay(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		give := func(number string, from policy.Date, closed bool) {
			t.Helper()
			tx(t, s, func(tx *models.Tx) error {
				news, err := tx.AccountNews([]models.AccountChange{{OrgID: 7, Org: "示例", Holder: "示例户名", Number: secret.Text(number), Bank: "示例银行", FromOn: from, KnownOn: from, Closed: closed}})
				if err != nil || len(news) != 1 {
					t.Fatal(news, err)
				}
				if err := tx.ProposeAccounts(news); err != nil {
					return err
				}
				if _, err := tx.BankAccountOn(7, 20991231); models.CodeOf(err) != models.NotFound && number == "3301000000001234" {
					t.Error("a proposed account counts")
				}
				return tx.ActivateAccount(news[0], 1, from)
			})
		}
		give("3301000000001234", 20240101, false)
		give("3301000000005678", 20240601, false)
		give("3301000000005678", 20250101, true)
		q := s.Read(t.Context())
		for on, want := range map[policy.Date]string{20231231: "", 20240101: "尾号1234", 20240531: "尾号1234", 20240601: "尾号5678", 20250101: ""} {
			a, err := q.BankAccountOn(7, on)
			if want == "" && models.CodeOf(err) != models.NotFound || want != "" && (err != nil || a.Mask != want) {
				t.Errorf("on %s it is %s (%v), want %s", on, a.Mask, err, want)
			}
		}
		a, err := q.BankAccountOn(7, 20240601)
		if err != nil {
			t.Fatal(err)
		}
		holder, number, err := q.Reveal(a)
		if err != nil || holder != "示例户名" || number != "3301000000005678" || strings.Contains(string(a.NumberEnc), "5678") {
			t.Errorf("%s %s %v", holder.Reveal(), number.Reveal(), err)
		}
	})
}

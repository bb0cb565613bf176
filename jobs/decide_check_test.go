package jobs_test

import (
	"fmt"
	"strings"
	"testing"

	"duixian/models"
	"duixian/models/modelstest"
)

// Each sentence of the checks is true of a house that has decided amounts and used a standing approval, and notices when it is made
// untrue behind the program's back.
func TestChecksNoticeWhatIsWrongWithDecisions(t *testing.T) {
	s := modelstest.New(t)
	h := authorised(t, s, terms())
	h.fact("A", "event", "E1", "2024-03-01", "2024-03-04", bigEvent)
	h.play("2024-03-04", "2024-03-04")
	event := h.pending("event-host-tier1")
	sub, err := h.amounts("2024-03-05 10:00", models.AmountEntry{Claim: event.Claim.ID, Decided: yuan(80_000), Reason: "实际成效"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.decide("fh01", sub.Code, true, at("2024-03-05 11:00")); err != nil {
		t.Fatal(err)
	}
	h.play("2024-03-06", "2024-03-06")
	h.clean()
	findings := func(no string) (examined int64, found []string) {
		t.Helper()
		results, err := h.sim.Runner.Check(t.Context(), at("2024-03-07 09:00"))
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range results {
			if r.No == no {
				return r.Examined, r.Findings
			}
		}
		t.Fatalf("no check %s", no)
		return 0, nil
	}
	for _, c := range []struct{ no, wrong, right string }{
		{"20b", "UPDATE official_amounts SET amount_fen = 10000001", "UPDATE official_amounts SET amount_fen = 8000000"},
		{"20b", "UPDATE official_amounts SET checker = maker", "UPDATE official_amounts SET checker = 'fh01'"},
		{"20b", "UPDATE official_amounts SET approval_id = 1", "UPDATE official_amounts SET approval_id = 3"},
		{"20", "UPDATE decisions SET facts = REPLACE(facts, '80000.00', '90000.00') WHERE facts LIKE '%official%'", "UPDATE decisions SET facts = REPLACE(facts, '90000.00', '80000.00') WHERE facts LIKE '%official%'"},
		{"40h", "UPDATE official_amounts SET claim_id = 99", fmt.Sprintf("UPDATE official_amounts SET claim_id = %d", event.Claim.ID)},
		{"36e", "UPDATE standings SET approval_id = 2", "UPDATE standings SET approval_id = 1"},
		{"36f", "UPDATE approvals SET maker_id = 9 WHERE standing_id > 0", "UPDATE approvals SET maker_id = 1 WHERE standing_id > 0"},
		{"36f", "UPDATE approvals SET standing_id = 0 WHERE id = 2", "UPDATE approvals SET standing_id = 1 WHERE id = 2"},
		{"36g", "UPDATE standing_uses SET most_fen = 5000001", "UPDATE standing_uses SET most_fen = 5000000"},
		{"36g", "UPDATE standings SET used_fen = used_fen - 1", "UPDATE standings SET used_fen = used_fen + 1"},
		{"36g", "UPDATE standing_nights SET used_fen = used_fen - 1", "UPDATE standing_nights SET used_fen = used_fen + 1"},
		{"36g", "UPDATE standing_uses SET night = 20250101", "UPDATE standing_uses SET night = 20240304"},
	} {
		if n, found := findings(c.no); n == 0 || len(found) > 0 {
			t.Fatalf("check %s looked at %d rows and found %s before anything was wrong (%s)", c.no, n, strings.Join(found, "; "), c.wrong)
		}
		modelstest.Exec(t, s, c.wrong)
		if _, found := findings(c.no); len(found) == 0 {
			t.Errorf("check %s does not notice %s", c.no, c.wrong)
		}
		modelstest.Exec(t, s, c.right)
	}
}

package roughtest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"duixian/models/modelstest"
	"duixian/policy"
)

// TestTwoServicesShareAThousandSlots starts two services at once on a database on which nobody was for months. Every
// single time of four daily jobs is to be made up for. Each must run exactly once, by one of the two, in the order of its night, and both must have
// done some.
func TestTwoServicesShareAThousandSlots(t *testing.T) {
	if !needServer(t) {
		return
	}
	t.Parallel()
	days := either(260, 40)
	last := policy.DateOf(time.Now()).AddDays(-days)
	if clockTime.Day() != time.Now().In(policy.Shanghai).Day() { // tonight's has not come yet
		last = last.AddDays(-1)
	}
	h := newHouse(t, newBureau(t, size{12, 40, 24, last.AddDays(-2), last}), modelstest.Server())
	before := h.count("SELECT COALESCE(MAX(id), 0) FROM job_runs")
	gate, err := h.db.Begin() // neither begins before both are there
	if err == nil {
		_, err = gate.Exec("UPDATE counters SET last = last WHERE name = 'job_runs'")
	}
	if err != nil {
		t.Fatal(err)
	}
	one, two := h.start("each", "", "serve"), h.start("each", "", "serve")
	until(t, "both services are ready", patience, func() bool {
		return strings.Contains(one.out.String(), "msg=ready") && strings.Contains(two.out.String(), "msg=ready")
	})
	began := time.Now()
	if err := gate.Commit(); err != nil {
		t.Fatal(err)
	}
	until(t, "all slots have run", 4*patience, func() bool {
		for _, p := range []*process{one, two} {
			if p.ended(0) {
				t.Fatalf("a service ended by itself:\n%s", tail(p.out.String()))
			}
		}
		return h.idle()
	})
	took := time.Since(began)
	h.stop(one)
	h.stop(two)
	slots := 0
	for _, job := range []string{"insurance-check", "claims", "instalments-due", "approval-expiry"} {
		rows := h.rows("id > ? AND job = ? AND slot_at > 0 ORDER BY slot_at", before, job)
		if slots += len(rows); len(rows) != days {
			t.Errorf("%s: %d slots recorded of %d", job, len(rows), days)
		}
		for _, r := range rows {
			if r.state != "succeeded" || r.epoch != 1 || r.attempt != 1 {
				t.Errorf("%s: run #%d is %s with epoch %d and attempt %d; each slot is to run exactly once", job, r.id, r.state, r.epoch, r.attempt)
			}
		}
	}
	if early := h.ask(`SELECT CONCAT(job, ' #', id) FROM job_runs r WHERE id > ? AND job = 'instalments-due' AND slot_at > 0 AND EXISTS
		(SELECT 1 FROM job_runs c WHERE c.job = 'claims' AND c.business_date = r.business_date AND c.slot_at > 0 AND c.finished_at > r.started_at)`, before); len(early) > 0 {
		t.Errorf("begun before the claims of their night were decided: %s", strings.Join(early, ", "))
	}
	done := [2]int{}
	for i, p := range []*process{one, two} {
		done[i] = h.count("SELECT COUNT(*) FROM job_runs WHERE id > ? AND owner LIKE ?", before, fmt.Sprintf("%%/%d/%%", p.pid()))
	}
	if done[0] == 0 || done[1] == 0 {
		t.Errorf("one service did nothing: %d and %d", done[0], done[1])
	}
	if twice := h.ask("SELECT job FROM job_runs WHERE slot_at > 0 GROUP BY job, slot_at HAVING COUNT(*) > 1"); len(twice) > 0 {
		t.Errorf("slots with more than one row: %s", strings.Join(twice, ", "))
	}
	h.soundWith("each")
	t.Logf("%d slots of four jobs in %s: %d and %d by the two services, each once", slots, took.Round(time.Millisecond), done[0], done[1])
}

package jobs_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"duixian/models"
	"duixian/models/modelstest"
	"duixian/policy"
)

// More firms than one chunk holds are reminded on one night, in which the connection is lost at some statement: each has heard its step once in
// the end, and the record says how many did.
func TestALostConnectionRemindsNobodyTwice(t *testing.T) {
	c := &cut{}
	modelstest.EachWith(t, models.Options{Fault: c.fault}, func(t *testing.T, s *models.Store) {
		h := newHouse(t, s)
		h.remindersOnly()
		h.play("2026-05-31", "2026-05-31")
		day := policy.MustDate("2026-06-01")
		night := func(n int, points ...string) (calls int) {
			orgs := h.licensees(fmt.Sprintf("N%d", n), 101, day.AddDays(30))
			at := policy.InstantOf(day.At(5, 30))
			h.sim.SetClock(at)
			c.arm(int64(n), points...)
			first := h.sim.Runner.Tick(t.Context(), at)
			calls = int(c.seen.Load())
			c.arm(0)
			h.sim.SetClock(at.Add(5 * time.Minute))
			if err := h.sim.Runner.Tick(t.Context(), at.Add(5*time.Minute)); err != nil {
				t.Fatal(err)
			}
			row, err := h.q().RunAt("expiry-reminders", models.SlotKey(at))
			if err == nil && row.State == models.RunFailed { // what a person then does
				h.sim.SetClock(at.Add(10 * time.Minute))
				row, err = h.sim.Runner.Retry(t.Context(), models.System, row.ID, at.Add(10*time.Minute))
			}
			if err != nil || row.State != models.RunSucceeded || !strings.Contains(row.Summary, `"licence":{"前30天":101}`) {
				t.Errorf("cut %d (%v): %v %s %s", n, first, err, row.State, row.Summary)
			}
			told, err := h.q().RemindersOf(orgs)
			if err != nil {
				t.Fatal(err)
			}
			notices, err := h.q().Notices(models.NoticeFilter{RunID: row.ID, Kind: "licence-ending", Limit: 1000})
			if err != nil || len(told) != 101 || len(notices) != 101 {
				t.Errorf("cut %d (%v): %d steps, %d notices for 101 firms (%v)", n, first, len(told), len(notices), err)
			}
			for day = day.AddDays(1); !h.env.Outbox.Hours.Workday(day); {
				day = day.AddDays(1)
			}
			return calls
		}
		calls := night(never, "exec", "query", "begin", "commit", "committed")
		if calls < 20 {
			t.Fatalf("a night has %d statements", calls)
		}
		for n := 1; n <= calls; n += 4 {
			night(n, "exec", "query", "begin", "commit", "committed")
		}
	})
}

// licensees makes firms whose licences end on a day.
func (h *house) licensees(prefix string, n int, end policy.Date) (ids []int64) {
	h.t.Helper()
	h.tx(func(tx *models.Tx) error {
		ids = ids[:0]
		orgs, facts := make([]models.Organisation, n), make([]models.Fact, n)
		for i := range orgs {
			orgs[i] = models.Organisation{Code: fmt.Sprintf("%s-%d", prefix, i), Kind: "firm", Name: "示例人力资源有限公司", KnownOn: 20230801}
		}
		if err := tx.AddOrganisations(orgs); err != nil {
			return err
		}
		for i, o := range orgs {
			ids = append(ids, o.ID)
			facts[i] = models.Fact{
				OrgID: o.ID, Kind: "registration", FactKey: "2023-01-01", OnDay: 20230101, KnownOn: 20230801,
				Attrs: fmt.Sprintf(`{"district":"urban","licensed":true,"operating_normally":true,"permit":"许可","permit_end":"%s"}`, end),
			}
		}
		return tx.AddFacts(facts)
	})
	return ids
}

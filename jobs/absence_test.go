package jobs_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"duixian/jobs"
	"duixian/models"
	"duixian/models/modelstest"
	"duixian/policy"
)

// headquartered is a house with firms whose awards of 3,000,000.00 元 were approved on 4 December 2023; their second parts are
// due on 1 January 2024, their third ones a year later. It stands on the last day of 2023.
func headquartered(t *testing.T, s *models.Store, firms int, limits jobs.VolumeLimits) *house {
	t.Helper()
	return headquarteredUntil(t, s, firms, limits, "2023-12-31")
}

func headquarteredUntil(t *testing.T, s *models.Store, firms int, limits jobs.VolumeLimits, to string) *house {
	t.Helper()
	h := newHouse(t, s)
	h.restart(limits)
	for i := range firms {
		code := fmt.Sprintf("HQ%d", i+1)
		h.firm(code)
		h.fact(code, "headquarters", "2023版", "2023-08-02", "2023-10-09", `{"lists":["global500"],"operating_since":"2022-12-01","headquarters_legal_person":true,"group":"示例集团`+code+`"}`)
	}
	h.play("2023-11-29", to)
	return h
}

const firstTwo = "hq-settle-global500 3000000.00 2023-12-04 | 1 1200000.00 2023-12-04 due | 2 900000.00 2024-01-01 "

// After a week over the new year one night, for today, does what seven nights would have done; each job by its own policy.
func TestAWeekOffOverTheNewYear(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := headquartered(t, s, 2, jobs.VolumeLimits{})
		h.restart(jobs.VolumeLimits{})
		for range 2 { // and the second look finds nothing
			h.tick("2024-01-07 10:00")
			same(t, "award", h.awards("HQ1"), firstTwo+"due | 3 900000.00 2025-01-01 scheduled")
			same(t, "instalments-due", h.runs("instalments-due", 20240101), []string{ // one slot a line
				"2024-01-01 skipped for 2024-01-01 coalesced", "2024-01-02 skipped for 2024-01-02 coalesced", "2024-01-03 skipped for 2024-01-03 coalesced", "2024-01-04 skipped for 2024-01-04 coalesced",
				"2024-01-05 skipped for 2024-01-05 coalesced", "2024-01-06 skipped for 2024-01-06 coalesced", "2024-01-07 succeeded for 2024-01-07",
			}...)
			for job, want := range map[string]int{"insurance-check": 7, "claims": 7, "approval-expiry": 7, "recruit-reward": 0} {
				if got := h.runs(job, 20240101); len(got) != want || want > 0 && got[6] != "2024-01-07 succeeded for 2024-01-07" {
					t.Errorf("%s: %q", job, got)
				}
			}
		}
		changes, err := h.q().InstalmentChangesOf(1)
		if err != nil || len(changes) != 4 || changes[2].OnDay != 20240107 {
			t.Errorf("the life of the award's parts: %+v, %v", changes, err)
		}
		h.clean()
	})
}

// After a week off a plan that waited is reminded of once, and one whose time is over expires once.
func TestOneReminderAfterAnOutage(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := decided(t, s)
		if _, err := h.submit("jb01", moment("2024-03-05", 10, 0)); err != nil {
			t.Fatal(err)
		}
		before := h.count("plan-waiting")
		h.tick("2024-03-07 06:00") // two mornings missed
		if got := h.count("plan-waiting") - before; got != 3 {
			t.Errorf("%d reminders to three approvers after two missed mornings", got)
		}
		h.tick("2024-03-15 10:00")
		if got := h.count("plan-outcome"); got != 1 {
			t.Errorf("%d notices of one expiry", got)
		}
		if got := h.count("plan-waiting") - before; got != 3 {
			t.Errorf("%d reminders; the plan had expired", got)
		}
		same(t, "approval-expiry", h.runs("approval-expiry", 20240314), "2024-03-14 skipped for 2024-03-14 coalesced", "2024-03-15 succeeded for 2024-03-15")
	})
}

// After four hundred days what pays asks, whatever the number; one question, until two people have answered. Then everything is due
// once, and nobody is asked again.
func TestFourHundredDaysAreNotPaidUnseen(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := headquartered(t, s, 2, jobs.VolumeLimits{})
		h.tx(func(tx *models.Tx) error {
			if err := tx.AddMember(1, models.System, &models.Member{Code: "sj01", Name: "示例审计", Active: true}, models.MemberRole{Role: models.Auditor}); err != nil {
				return err
			}
			return tx.AddMember(1, models.System, &models.Member{Code: "yw01", Name: "示例运维", Active: true}, models.MemberRole{Role: models.Operator})
		})
		scheduled := firstTwo + "scheduled | 3 900000.00 2025-01-01 scheduled"
		h.restart(jobs.VolumeLimits{})
		h.tick("2025-02-05 10:00")
		same(t, "award", h.awards("HQ1"), scheduled)
		runs := h.runs("instalments-due", 20250203)
		same(t, "asked", runs, "2025-02-03 skipped for 2025-02-03 coalesced", "2025-02-04 skipped for 2025-02-04 coalesced", "2025-02-05 halted for 2025-02-05 volume")
		h.tick("2025-02-06 04:00")
		if n := h.count("run-held"); n != 2 {
			t.Errorf("%d notices about one question, want one for the clerk and one for the operator", n)
		}
		h.tick("2025-02-07 04:00") // with the reminder of the morning before, which nobody was there to give
		same(t, "one question", h.runs("instalments-due", 20250206), "2025-02-06 skipped for 2025-02-06 waiting", "2025-02-07 skipped for 2025-02-07 waiting")
		if n := h.count("run-failed"); n != 0 {
			t.Errorf("%d notices that something failed", n)
		}
		now := h.tick("2025-02-07 05:00") // and this morning's is the same
		if n := h.count("run-held"); n != 4 {
			t.Errorf("%d notices with the reminder", n)
		}

		held, err := h.q().HeldVolume("instalments-due", now.Date())
		if err != nil || held.Items != 4 || held.Fen != 360_000_000 {
			t.Fatalf("held %+v, %v", held, err)
		}
		ask := func(actor models.Actor) (models.Submission, error) {
			sub, _, err := h.sim.Runner.Allow(t.Context(), actor, held.RunID, now)
			return sub, err
		}
		_, err = h.sim.Runner.RunNow(t.Context(), h.maker, "instalments-due", nil, 0, "another", now)
		refused(t, err, models.Conflict, fmt.Sprintf("duixian job allow %d", held.RunID))
		_, err = ask(models.Actor{Member: "nobody"})
		refused(t, err, models.Forbidden, "没有编号为“nobody”的成员")
		_, err = ask(models.Actor{Member: "sj01"})
		refused(t, err, models.Forbidden, "权限")
		sub, err := ask(h.maker)
		if err != nil || sub.Lines != 4 || sub.Total != 360_000_000 {
			t.Fatalf("%+v, %v", sub, err)
		}
		_, err = ask(h.maker)
		refused(t, err, models.Conflict, "已经送审")
		_, err = h.decide("jb01", sub.Code, true, now)
		if err == nil {
			t.Error("one person let it go on")
		}
		same(t, "still", h.awards("HQ2"), scheduled)
		if sub, err = h.decide("fh01", sub.Code, true, now); err != nil || sub.State != "executed" {
			t.Fatalf("%+v, %v", sub, err)
		}
		for _, code := range []string{"HQ1", "HQ2"} {
			same(t, "all at once", h.awards(code), firstTwo+"due | 3 900000.00 2025-01-01 due")
		}
		row, err := h.q().Run(held.RunID)
		if err != nil || row.State != models.RunSucceeded || row.BusinessDate != 20250205 || row.ApprovalID != 0 || row.Epoch != 2 {
			t.Errorf("%+v, %v", row, err)
		}
		_, err = ask(h.maker)
		refused(t, err, models.Invalid, "没有")
		if n := h.count("run-held"); n != 4 {
			t.Errorf("%d notices: asked again", n)
		}
		h.tick("2025-02-08 06:00")
		same(t, "afterwards", h.runs("instalments-due", 20250208), "2025-02-08 succeeded for 2025-02-08")
		if n := h.count("run-held"); n != 4 {
			t.Errorf("%d notices: asked again", n)
		}
		audit, err := h.q().AuditRows("jobs", 1, 100)
		if err != nil || !slices.ContainsFunc(audit, func(r models.AuditRow) bool {
			return r.Action == "allow" && r.Actor == "fh01" && r.RunID == held.RunID
		}) {
			t.Errorf("audit %+v, %v", audit, err)
		}
		if err := h.sim.Deliver(t.Context(), at("2025-02-08 08:30")); err != nil {
			t.Fatal(err)
		}
		if err := h.sim.Deliver(t.Context(), at("2025-02-08 09:30")); err != nil {
			t.Fatal(err)
		}
		h.clean()
	})
}

// More than fits the habit asks on a usual night too; after a week the limits are those of a week. A no leaves everything as it is, and
// when the reason has gone the same run goes on without a question.
func TestANightFarAboveItsHabit(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		tight := jobs.VolumeLimits{Items: 2, Times: 2}
		h := headquartered(t, s, 3, tight)
		now := h.tick("2024-01-01 04:00")
		same(t, "three where two are the most", h.runs("instalments-due", 20240101), "2024-01-01 halted for 2024-01-01 volume")
		row, err := h.q().RunAt("instalments-due", models.SlotKey(now))
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"数量远高于平常", "3 项、2,700,000.00 元", "上限 2 项", fmt.Sprintf("duixian job allow %d", row.ID), "另一位复核人"} {
			contains(t, row.ErrorText, want)
		}
		sub, _, err := h.sim.Runner.Allow(t.Context(), h.maker, row.ID, now)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.decide("fh01", sub.Code, false, at("2024-01-02 10:00")); err != nil {
			t.Fatal(err)
		}
		same(t, "after the no", h.awards("HQ1"), firstTwo+"scheduled | 3 900000.00 2025-01-01 scheduled")
		if again, err := h.sim.Runner.Retry(t.Context(), h.maker, row.ID, at("2024-01-02 10:01")); err != nil || again.State != models.RunHalted {
			t.Errorf("asked again without any change: %+v, %v", again, err)
		}
		h.restart(jobs.VolumeLimits{Items: 3})
		if again, err := h.sim.Runner.Retry(t.Context(), h.maker, row.ID, at("2024-01-02 10:02")); err != nil || again.State != models.RunSucceeded {
			t.Errorf("the reason has gone: %+v, %v", again, err)
		}
		same(t, "due", h.awards("HQ1"), firstTwo+"due | 3 900000.00 2025-01-01 scheduled")
		h.clean()
	})
	h := headquartered(t, modelstest.New(t), 3, jobs.VolumeLimits{Items: 2, Times: 2})
	h.tick("2024-01-07 10:00")
	same(t, "a week", h.awards("HQ1"), firstTwo+"due | 3 900000.00 2025-01-01 scheduled")
}

// Where nothing is paid one official is enough, and the run goes on at once.
func TestOneOfficialLetsAWrongLookingFileBeDecided(t *testing.T) {
	h := newHouse(t, modelstest.New(t))
	h.restart(jobs.VolumeLimits{Items: 3, Times: 3})
	h.sim.Idle = true
	tell := func(n int, day string) {
		for i := range n {
			code := fmt.Sprintf("F%s%d", day, i)
			h.orgs[code] = h.firm(code)
			h.fact(code, "hightech", "GR"+code, day, day, `{"first_time":true}`)
		}
	}
	h.play("2024-03-03", "2024-03-03")
	for d := policy.MustDate("2024-03-04"); d <= 20240308; d = d.AddDays(1) {
		tell(2, d.String())
	}
	h.play("2024-03-04", "2024-03-08")
	tell(6, "2024-03-09") // three times the habit: a lively night
	tell(7, "2024-03-11")
	h.play("2024-03-09", "2024-03-12")
	same(t, "claims", h.runs("claims", 20240309), "2024-03-09 succeeded for 2024-03-09", "2024-03-10 succeeded for 2024-03-10", "2024-03-11 halted for 2024-03-11 volume", "2024-03-12 skipped for 2024-03-12 waiting")
	same(t, "undecided", h.claims("F2024-03-110"))
	held, err := h.q().HeldVolume("claims", 20240312)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := h.sim.Runner.Retry(t.Context(), h.maker, held.RunID, at("2024-03-12 09:59")); err != nil || again.State != models.RunHalted || again.ErrorCode != models.HeldRunCode {
		t.Errorf("tried again without any change, which is not to let it go: %+v, %v", again, err)
	}
	same(t, "still undecided", h.claims("F2024-03-110"))
	sub, run, err := h.sim.Runner.Allow(t.Context(), h.maker, held.RunID, at("2024-03-12 10:00"))
	if err != nil || sub.ApprovalID != 0 || run.State != models.RunSucceeded || run.BusinessDate != 20240311 {
		t.Errorf("%+v %+v, %v", sub, run, err)
	}
	same(t, "decided", h.claims("F2024-03-110"), "hightech-first GRF2024-03-110 decided OK")
	h.play("2024-03-13", "2024-03-13")
	same(t, "next", h.runs("claims", 20240313), "2024-03-13 succeeded for 2024-03-13")
	h.clean()
}

// The officials of a simulation answer too.
func TestASimulationIsNotHeldForGood(t *testing.T) {
	h := headquartered(t, modelstest.New(t), 3, jobs.VolumeLimits{Items: 2, Times: 2})
	h.play("2024-01-01", "2024-01-05") // Monday the 1st is a holiday: asked on the 2nd, answered on the 3rd
	same(t, "due", h.awards("HQ1"), firstTwo+"due | 3 900000.00 2025-01-01 scheduled")
	h.clean()
}

func contains(t *testing.T, text, want string) {
	t.Helper()
	if !strings.Contains(text, want) {
		t.Errorf("%q does not say %q", text, want)
	}
}

package jobs_test

import (
	"fmt"
	"strings"
	"testing"

	"duixian/jobs"
	"duixian/models"
	"duixian/models/modelstest"
	"duixian/policy"
	"duixian/secret"
)

// run starts a job by hand.
func (h *house) run(job string, now policy.Instant) error {
	h.sim.SetClock(now)
	_, err := h.sim.Runner.RunFor(h.t.Context(), h.maker, job, nil, 0, now)
	return err
}

// agree has a plan of a job submitted and approved.
func (h *house) agree(job string, params models.Params, now policy.Instant) models.Submission {
	h.t.Helper()
	h.sim.SetClock(now)
	sub, err := h.sim.Runner.Submit(h.t.Context(), h.maker, job, params, now.Date(), now)
	if err != nil {
		h.t.Fatal(err)
	}
	done, err := h.decide("fh01", sub.Code, true, now)
	if err != nil {
		h.t.Fatal(err)
	}
	return done
}

// entries lists a list as text.
func (h *house) entries(list string) []string {
	h.t.Helper()
	rows, err := h.q().ListEntries(list, models.ListNoticed, models.ListListed, models.ListRemoved, models.ListDropped)
	if err != nil {
		h.t.Fatal(err)
	}
	var out []string
	for _, e := range rows {
		for code, id := range h.orgs {
			if id == e.OrgID {
				out = append(out, strings.TrimSpace(fmt.Sprintf("%s %s %s", code, e.State, e.Reason)))
			}
		}
	}
	return out
}

func (h *house) state(entry int64, request string, now policy.Instant) error {
	st := models.ListStatement{Request: request, EntryID: entry, ByMember: 1, MadeOn: now.Date(), MadeAt: now}
	return h.store.InTx(h.t.Context(), func(tx *models.Tx) error { return tx.State(&st, secret.Text("已经整改"), h.maker) })
}

// The black list: prior notice, five working days to state a case, two people, publicity, and off it again by two people after credit repair.
func TestBlackListHearsFirst(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := newHouse(t, s)
		h.sim.Idle = true
		for _, code := range []string{"A", "B", "C"} {
			h.firm(code)
			h.contact(code)
		}
		h.listing("A", "2026-05-01", "", "2026-05-06", 1)
		h.listing("B", "2026-05-01", "2026-05-20", "2026-05-06", 1) // repaired already
		h.tick("2026-06-05 09:00")
		if err := h.run(jobs.BlackListJob, moment("2026-06-08", 9, 0)); err != nil {
			t.Fatal(err)
		}
		same(t, "told", h.entries(models.BlackList), "A noticed")
		if err := h.run(jobs.BlackListJob, moment("2026-06-08", 9, 30)); err != nil { // a second run tells nobody twice
			t.Fatal(err)
		}
		if n := h.count("blacklist-notice"); n != 1 {
			t.Errorf("%d notices", n)
		}
		if err := h.sim.Deliver(t.Context(), moment("2026-06-08", 9, 31)); err != nil {
			t.Fatal(err)
		}
		e, err := h.q().ListEntry(1)
		if err != nil || e.AnswerBy != 20260615 {
			t.Fatalf("%+v, %v: five working days after 8 June 2026", e, err)
		}
		_, err = h.sim.Runner.Submit(t.Context(), h.maker, jobs.BlackListJob, nil, 20260615, moment("2026-06-15", 20, 0))
		refused(t, err, models.Invalid, "期满前不能送审")
		if err := h.state(1, "s1", moment("2026-06-15", 21, 0)); err != nil { // on the last day still
			t.Fatal(err)
		}
		refused(t, h.state(1, "s2", moment("2026-06-16", 0, 1)), models.Conflict, "陈述申辩期")
		sub := h.agree(jobs.BlackListJob, nil, moment("2026-06-16", 9, 0))
		if sub.State != string(models.ApprovalApproved) {
			t.Fatalf("a black list without its publicity: %+v", sub)
		}
		report, err := h.env.ShowPlan(h.q(), sub.PlanID)
		if err != nil || len(report.Notes) != 1 || !strings.Contains(report.Notes[0], "陈述申辩 1 份") || strings.Contains(report.Notes[0], "没有送达") {
			t.Errorf("what two people saw: %v, %v", report.Notes, err)
		}
		same(t, "not yet", h.entries(models.BlackList), "A noticed")
		p, err := h.q().PublicityOf(jobs.SubjectPlan, sub.PlanID)
		if err != nil || p.Days != 7 {
			t.Fatal(p, err)
		}
		if err := h.record(p.ID, "网站", "", moment("2026-06-16", 10, 0)); err != nil {
			t.Fatal(err)
		}
		p, _ = h.q().Publicity(p.ID)
		h.closeAt(p.LastOn.AddDays(1).String())
		same(t, "listed", h.entries(models.BlackList), "A listed")
		_, err = h.sim.Runner.Submit(t.Context(), h.maker, jobs.BlackListJob, models.Params{"remove": "1"}, 20260701, moment("2026-07-01", 9, 0))
		refused(t, err, models.Invalid, "移出理由")
		if sub := h.agree(jobs.BlackListJob, models.Params{"remove": "1", "reason": "信用修复决定书 示例1号"}, moment("2026-07-01", 9, 5)); sub.State != string(models.ApprovalExecuted) {
			t.Fatal(sub)
		}
		same(t, "removed", h.entries(models.BlackList), "A removed 信用修复决定书 示例1号")
		h.clean()
	})
}

func TestAnUpheldObjectionKeepsAFirmOffTheBlackList(t *testing.T) {
	h := newHouse(t, modelstest.New(t))
	h.sim.Idle = true
	for _, code := range []string{"A", "B"} {
		h.firm(code)
		h.contact(code)
		h.listing(code, "2026-05-01", "", "2026-05-06", 1)
	}
	h.tick("2026-06-05 09:00")
	if err := h.run(jobs.BlackListJob, moment("2026-06-08", 9, 0)); err != nil {
		t.Fatal(err)
	}
	sub := h.agree(jobs.BlackListJob, nil, moment("2026-06-16", 9, 0))
	p, err := h.q().PublicityOf(jobs.SubjectPlan, sub.PlanID)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.record(p.ID, "网站", "", moment("2026-06-16", 10, 0)); err != nil {
		t.Fatal(err)
	}
	o, err := h.object(p.ID, 1, "A", "m1", moment("2026-06-17", 9, 0)) // about itself
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.object(p.ID, 2, "B", "m2", moment("2026-06-17", 9, 0)); err != nil {
		t.Fatal(err)
	}
	h.decideObjection(o.ID, "成立", moment("2026-06-18", 9, 0))
	p, _ = h.q().Publicity(p.ID)
	h.closeAt(p.LastOn.AddDays(1).String())
	same(t, "after the list", h.entries(models.BlackList), "A dropped 公示期间异议成立", "B noticed")
}

// 四星 or an integrity honour, and nobody's list.
func TestRedListIsDraftedFromWhatIsKnown(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := newHouse(t, s)
		h.sim.Idle = true
		for _, code := range []string{"A", "B", "C", "D", "E"} {
			h.firm(code)
		}
		h.fact("A", "star-rating", "2026", "2026-05-01", "2026-05-01", `{"stars":4,"year":2026}`)
		h.fact("B", "star-rating", "2026", "2026-05-01", "2026-05-01", `{"stars":3,"year":2026}`)
		h.fact("C", "integrity-demo", "GRC", "2026-03-01", "2026-03-01", `{"level":"provincial","first":true}`)
		h.fact("D", "star-rating", "2026", "2026-05-01", "2026-05-01", `{"stars":5,"year":2026}`)
		h.fact("E", "star-rating", "2022", "2022-05-01", "2023-09-01", `{"stars":5,"year":2022}`) // long ago
		h.listing("D", "2026-05-01", "", "2026-05-06", 1)
		h.tick("2026-06-05 09:00")
		report, err := h.sim.Runner.Plan(t.Context(), h.maker, jobs.RedListJob, nil, 20260608)
		var names []string
		for _, l := range report.Lines {
			names = append(names, l.Who+" "+l.Why)
		}
		same(t, "dry run", names, "示例A人力资源有限公司 2026年5月1日评定4星", "示例C人力资源有限公司 2026年3月1日省级获评诚信示范机构")
		if err != nil || !report.Unpriced { // it is about nobody's money
			t.Fatal(report, err)
		}
		sub := h.agree(jobs.RedListJob, nil, moment("2026-06-08", 9, 0))
		p, err := h.q().PublicityOf(jobs.SubjectPlan, sub.PlanID)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.sim.Runner.Submit(t.Context(), h.maker, jobs.RedListJob, nil, 20260609, moment("2026-06-09", 9, 0)); models.CodeOf(err) != models.Invalid {
			t.Errorf("the same firms in a second plan: %v", err)
		}
		if err := h.record(p.ID, "网站", "", moment("2026-06-09", 10, 0)); err != nil {
			t.Fatal(err)
		}
		p, _ = h.q().Publicity(p.ID)
		h.closeAt(p.LastOn.AddDays(1).String())
		same(t, "listed", h.entries(models.RedList), "A listed", "C listed")
		h.clean()
	})
}

// The black list alone bars nothing: the same claims get the same decisions and awards, byte for byte, with the firm on it and without.
func TestTheBlackListBarsNothing(t *testing.T) {
	results := map[bool]string{}
	for _, listed := range []bool{false, true} {
		h := newHouse(t, modelstest.New(t))
		h.sim.Idle = true
		h.firm("A")
		h.contact("A")
		if listed {
			h.tx(func(tx *models.Tx) error {
				e := models.ListEntry{List: models.BlackList, OrgID: h.orgs["A"], Basis: "示例", State: models.ListListed, PlanID: 99, ListedOn: 20260601, AnswerBy: 20260520}
				return tx.AddListEntry(&e, models.System, 0, 1)
			})
		}
		h.fact("A", "hightech", "GR1", "2026-06-01", "2026-06-04", `{"first_time":true}`)
		h.play("2026-06-04", "2026-06-04")
		h.agree("claims", nil, moment("2026-06-05", 10, 0))
		list, err := h.q().ClaimsOfOrg(h.orgs["A"])
		if err != nil || len(list) != 1 {
			t.Fatal(list, err)
		}
		d, err := h.q().LastDecision(list[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		results[listed] = d.Hash + strings.Join(h.claims("A"), "") + strings.Join(h.awards("A"), "")
		if !strings.Contains(results[listed], "hightech-first 1000000.00 2026-06-05") {
			t.Errorf("nothing was awarded: %s", results[listed])
		}
	}
	if results[false] != results[true] {
		t.Errorf("without: %s\non the black list: %s", results[false], results[true])
	}
}

func TestAHearingHasNoGuessedEnd(t *testing.T) {
	h := newHouse(t, modelstest.New(t))
	h.env.Calendar = policy.BuiltinCalendar()
	h.firm("A")
	h.listing("A", "2026-05-01", "", "2026-05-06", 1)
	refused(t, h.run(jobs.BlackListJob, moment("2026-12-29", 9, 0)), models.Unavailable, "2027年")
	same(t, "nobody was told", h.entries(models.BlackList))
}

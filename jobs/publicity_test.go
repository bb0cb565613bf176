package jobs_test

import (
	"fmt"
	"testing"
	"time"

	"duixian/jobs"
	"duixian/models"
	"duixian/models/modelstest"
	"duixian/policy"
	"duixian/secret"
)

// publishing is a house in which awards are shown to the public first: three firms' claims are in an approved plan that waits for its list.
func publishing(t *testing.T, s *models.Store) (h *house, list models.Publicity) {
	t.Helper()
	h = newHouse(t, s)
	h.publicise()
	for i, code := range []string{"A", "B", "C"} {
		h.firm(code)
		h.fact(code, "hightech", "GR"+code, "2026-06-01", "2026-06-04", `{"first_time":true}`)
		h.tx(func(tx *models.Tx) error {
			return tx.AddMember(1, models.System, &models.Member{Code: fmt.Sprintf("lx0%d", i+1), Name: "示例联系人" + code, Active: true}, models.MemberRole{Role: models.Contact, OrgID: h.orgs[code]})
		})
	}
	h.sim.Idle = true
	h.play("2026-06-04", "2026-06-04")
	sub, err := h.submit("jb01", moment("2026-06-05", 10, 0))
	if err != nil {
		t.Fatal(err)
	}
	sub, err = h.decide("fh01", sub.Code, true, moment("2026-06-05", 11, 0))
	if err != nil || sub.State != string(models.ApprovalApproved) {
		t.Fatalf("the yes: %+v, %v; a plan that waits for its list is approved and not executed", sub, err)
	}
	if list, err = h.q().PublicityOf(jobs.SubjectPlan, sub.PlanID); err != nil {
		t.Fatal(err)
	}
	return h, list
}

func (h *house) publicise() {
	rules := policy.DefaultPublicity()
	rules.Awards = true
	h.env.Publicity = &rules
	h.env.ObjectTo = "示例科 0579-0000000"
}

// record asks for the record of a publication.
func (h *house) record(list int64, where, on string, now policy.Instant) error {
	h.sim.SetClock(now)
	params := models.Params{"publicity": fmt.Sprint(list), "where": where}
	if on != "" {
		params["on"] = on
	}
	_, err := h.sim.Runner.RunFor(h.t.Context(), h.maker, jobs.PublicityStart, params, 0, now)
	return err
}

// object files a contact's objection.
func (h *house) object(list int64, line int, org string, request string, now policy.Instant) (models.Objection, error) {
	h.t.Helper()
	o := models.Objection{Request: request, PublicityID: list, LineNo: line, MadeOn: now.Date(), MadeAt: now}
	due, err := policy.ObjectionDue(h.env.Calendar, now.Date())
	if err != nil {
		h.t.Fatal(err)
	}
	o.DueOn = due
	if org != "" {
		o.ByOrg = h.orgs[org]
		people, err := h.q().ContactsOf(o.ByOrg)
		if err != nil || len(people) == 0 {
			h.t.Fatal("no contact", err)
		}
		o.ByMember = people[0].ID
	}
	err = h.store.InTx(h.t.Context(), func(tx *models.Tx) error { return tx.Object(&o, secret.Text("人数不实"), h.maker) })
	return o, err
}

// settle has two people decide an objection.
func (h *house) decideObjection(o int64, outcome string, now policy.Instant) {
	h.t.Helper()
	h.sim.SetClock(now)
	sub, err := h.sim.Runner.Submit(h.t.Context(), h.maker, jobs.ObjectionsJob, models.Params{"objection": fmt.Sprint(o), "outcome": outcome, "answer": "经核对无误"}, now.Date(), now)
	if err != nil {
		h.t.Fatal(err)
	}
	if sub, err = h.decide("fh01", sub.Code, true, now); err != nil || sub.State != string(models.ApprovalExecuted) {
		h.t.Fatal(sub, err)
	}
}

// closeAt is the night on which a list closes and what follows from it is carried out, and the morning after.
func (h *house) closeAt(day string) {
	h.t.Helper()
	for _, morning := range []string{policy.MustDate(day).AddDays(-1).String(), day} {
		if morning == day {
			h.tick(day + " 00:30")
		}
		if err := h.sim.Deliver(h.t.Context(), at(morning+" 09:00")); err != nil {
			h.t.Fatal(err)
		}
	}
}

// publicity are the claims' own words about their publicity.
func (h *house) publicity(code string) string {
	h.t.Helper()
	list, err := h.q().ClaimsOfOrg(h.orgs[code])
	if err != nil || len(list) != 1 {
		h.t.Fatal(list, err)
	}
	return string(list[0].State) + " " + list[0].Publicity
}

func TestAwardsWaitForTheirPublicity(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h, list := publishing(t, s)
		if list.State != models.PublicityPlanned || list.FirstOn != 0 || h.publicity("A") != "proposed planned" || h.count("publicity-waiting") != 1 {
			t.Fatalf("after the yes: %+v, %s, %d notices", list, h.publicity("A"), h.count("publicity-waiting"))
		}
		h.play("2026-06-06", "2026-06-20") // nobody records a publication: nothing begins by itself
		same(t, "unpublished", h.awards("A"))
		if err := h.record(list.ID, "市人力社保局网站", "", moment("2026-06-22", 10, 0)); err != nil {
			t.Fatal(err)
		}
		list, _ = h.q().Publicity(list.ID)
		// Dragon Boat Festival 19 to 21 June 2026 is over; 22 to 26 June are five working days
		if list.State != models.PublicityRunning || list.FirstOn != 20260622 || list.LastOn != 20260626 || list.PublishedBy != "jb01" || h.publicity("A") != "proposed running" {
			t.Fatalf("recorded: %+v %s", list, h.publicity("A"))
		}
		o, err := h.object(list.ID, 2, "A", "m1", moment("2026-06-24", 9, 0))
		if err != nil {
			t.Fatal(err)
		}
		if got := h.publicity("B") + "|" + h.publicity("C"); got != "proposed objected|proposed running" {
			t.Errorf("an objection to B: %s", got)
		}
		h.tick("2026-06-26 23:59") // its last day is not over
		same(t, "last evening", h.awards("A"))
		h.closeAt("2026-06-27")
		same(t, "closed, A", h.awards("A"), "hightech-first 1000000.00 2026-06-27 | 1 1000000.00 2026-06-27 due")
		same(t, "closed, C", h.awards("C"), "hightech-first 1000000.00 2026-06-27 | 1 1000000.00 2026-06-27 due")
		same(t, "closed, B", h.awards("B"))
		same(t, "held", h.claims("B"), "hightech-first GRB held OBJECTION_OPEN")
		if got := h.publicity("A"); got != "awarded closed" {
			t.Errorf("A: %s", got)
		}
		h.play("2026-06-28", "2026-07-02") // nights leave it alone
		same(t, "still held", h.claims("B"), "hightech-first GRB held OBJECTION_OPEN")
		h.decideObjection(o.ID, "不成立", moment("2026-07-03", 10, 0))
		same(t, "freed", h.claims("B"), "hightech-first GRB decided OK")
		sub, err := h.submit("jb01", moment("2026-07-03", 11, 0)) // it was shown already: no second list
		if err != nil {
			t.Fatal(err)
		}
		if sub, err = h.decide("fh01", sub.Code, true, moment("2026-07-03", 11, 30)); err != nil || sub.State != string(models.ApprovalExecuted) {
			t.Fatal(sub, err)
		}
		same(t, "awarded", h.awards("B"), "hightech-first 1000000.00 2026-07-03 | 1 1000000.00 2026-07-03 due")
		if h.count("objection-decided") != 1 || h.count("publicity-closed") != 1 {
			t.Errorf("told: %d, %d", h.count("objection-decided"), h.count("publicity-closed"))
		}
		h.clean()
	})
}

func TestAnUpheldObjectionDropsOneLine(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h, list := publishing(t, s)
		if err := h.record(list.ID, "公告栏", "", moment("2026-06-08", 9, 0)); err != nil {
			t.Fatal(err)
		}
		first, err := h.object(list.ID, 1, "B", "m1", moment("2026-06-08", 10, 0))
		if err != nil {
			t.Fatal(err)
		}
		if again, err := h.object(list.ID, 1, "B", "m1", moment("2026-06-08", 10, 0)); err != nil || again.ID != first.ID {
			t.Errorf("the same message again: %+v, %v", again, err)
		}
		_, err = h.object(list.ID, 1, "B", "m2", moment("2026-06-08", 10, 5))
		refused(t, err, models.Conflict, "不用重复")
		second, err := h.object(list.ID, 1, "C", "m3", moment("2026-06-08", 11, 0))
		if err != nil {
			t.Fatal(err)
		}
		h.decideObjection(first.ID, "不成立", moment("2026-06-09", 9, 0))
		if l, _ := h.q().PublicLine(list.ID, 1); l.State != models.LineHeldUp {
			t.Errorf("another objection is open, and yet the line is %s", l.State)
		}
		if _, err := h.sim.Runner.Submit(t.Context(), h.maker, jobs.ObjectionsJob, models.Params{"objection": fmt.Sprint(first.ID), "outcome": "成立", "answer": "x"}, 20260609, moment("2026-06-09", 9, 5)); models.CodeOf(err) != models.Conflict {
			t.Errorf("decided twice: %v", err)
		}
		h.decideObjection(second.ID, "成立", moment("2026-06-09", 10, 0))
		h.closeAt("2026-06-13")
		same(t, "A", h.claims("A"), "hightech-first GRA held OBJECTION_UPHELD")
		same(t, "B", h.claims("B"), "hightech-first GRB awarded OK")
		_, err = h.object(list.ID, 2, "C", "m4", moment("2026-06-13", 9, 0))
		refused(t, err, models.Conflict, "异议期")
		h.play("2026-06-14", "2026-06-20")
		same(t, "A stays out", h.claims("A"), "hightech-first GRA held OBJECTION_UPHELD")
		h.clean()
	})
}

// The record of a publication is the only thing that starts one, and what cannot be is refused with what to do.
func TestOnlyAPossiblePublicationIsRecorded(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h, list := publishing(t, s)
		now := moment("2026-06-09", 9, 0)
		next := func() policy.Instant { now = now.Add(time.Second); return now } // each word is a request of its own
		refused(t, h.record(list.ID, "", "", next()), models.Invalid, "在哪里")
		refused(t, h.record(list.ID, "网站", "2026-06-10", next()), models.Invalid, "还没有到")
		refused(t, h.record(list.ID, "网站", "2026-06-04", next()), models.Invalid, "早于名单确定")
		refused(t, h.record(list.ID, "网站", "2026-06-05", moment("2026-06-17", 9, 0)), models.Invalid, "已经期满")
		refused(t, h.record(99, "网站", "", next()), models.NotFound, "没有公示 #99")
		h.sim.SetClock(now)
		_, err := h.sim.Runner.RunFor(t.Context(), h.checker, jobs.PublicityStart, models.Params{"publicity": fmt.Sprint(list.ID), "where": "网站"}, 0, now)
		refused(t, err, models.Forbidden, "权限")
		if p, _ := h.q().Publicity(list.ID); p.State != models.PublicityPlanned {
			t.Fatalf("a refusal left %+v", p)
		}
		if err := h.record(list.ID, "网站", "2026-06-08", next()); err != nil {
			t.Fatal(err)
		}
		if err := h.record(list.ID, "网站", "2026-06-08", next()); err != nil {
			t.Errorf("the same record again: %v", err)
		}
		refused(t, h.record(list.ID, "报纸", "", next()), models.Conflict, "不能重复登记")
		if p, _ := h.q().Publicity(list.ID); p.FirstOn != 20260608 || p.LastOn != 20260612 || p.WhereText != "网站" {
			t.Errorf("%+v", p)
		}
		h.closeAt("2026-06-13")
		h.clean()
	})
}

// A year whose working days nobody knows stops the record and the closing; nothing is guessed, and clerks are asked.
func TestAnUnknownYearStopsPublicity(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h, list := publishing(t, s)
		assumed := h.env.Calendar
		h.env.Calendar = policy.BuiltinCalendar()
		refused(t, h.record(list.ID, "网站", "", moment("2026-12-29", 9, 0)), models.Unavailable, "2027年")
		if p, _ := h.q().Publicity(list.ID); p.State != models.PublicityPlanned || p.LastOn != 0 {
			t.Fatalf("%+v", p)
		}
		h.env.Calendar = assumed // as if the year had been announced, and then the calendar file lost it
		if err := h.record(list.ID, "网站", "", moment("2026-12-29", 9, 30)); err != nil {
			t.Fatal(err)
		}
		h.env.Calendar = policy.BuiltinCalendar()
		h.closeAt("2027-01-20")
		if p, _ := h.q().Publicity(list.ID); p.State != models.PublicityRunning {
			t.Errorf("closed by a guess: %+v", p)
		}
		same(t, "nothing awarded", h.awards("A"))
		if h.count("publicity-closed") != 1 {
			t.Error("nobody was asked")
		}
		h.env.Calendar = assumed
		h.closeAt("2027-01-21")
		if p, _ := h.q().Publicity(list.ID); p.State != models.PublicityClosed {
			t.Errorf("the year is known now: %+v", p)
		}
	})
}

// shifted is the calendar with one more day off in the week of 8 June 2026.
const shifted = `years:
  2026:
    source: 示例通知
    off:
      - {name: 示例假日, from: 2026-06-10, to: 2026-06-10}
`

func TestAnAnnouncedPeriodIsOnlyEverExtended(t *testing.T) {
	h, list := publishing(t, modelstest.New(t))
	if err := h.record(list.ID, "网站", "", moment("2026-06-08", 9, 0)); err != nil {
		t.Fatal(err)
	}
	cal, err := policy.ParseCalendar([]byte(shifted))
	if err != nil {
		t.Fatal(err)
	}
	h.env.Calendar = cal
	h.closeAt("2026-06-13")
	if p, _ := h.q().Publicity(list.ID); p.State != models.PublicityRunning || p.LastOn != 20260615 {
		t.Errorf("a day off was added in the middle: %+v", p)
	}
	h.closeAt("2026-06-16")
	if p, _ := h.q().Publicity(list.ID); p.State != models.PublicityClosed {
		t.Errorf("%+v", p)
	}
	h.clean()
}

func TestALateObjectionIsRemindedOf(t *testing.T) {
	h, list := publishing(t, modelstest.New(t))
	if err := h.record(list.ID, "网站", "", moment("2026-06-08", 9, 0)); err != nil {
		t.Fatal(err)
	}
	o, err := h.object(list.ID, 1, "B", "m1", moment("2026-06-08", 10, 0))
	if err != nil {
		t.Fatal(err)
	}
	if o.DueOn != 20260623 { // ten working days, the Dragon Boat Festival between
		t.Errorf("due %s", o.DueOn)
	}
	h.tick("2026-06-23 06:00")
	if n := h.count("objection-raised"); n != 0 {
		t.Errorf("reminded %d times on the last day", n)
	}
	h.tick("2026-06-24 06:00")
	h.tick("2026-06-24 09:00")
	if n := h.count("objection-raised"); n != 1 {
		t.Errorf("%d reminders on the first late morning", n)
	}
	h.decideObjection(o.ID, "不成立", moment("2026-06-24", 10, 0))
	h.tick("2026-06-25 06:00")
	if n := h.count("objection-raised"); n != 1 {
		t.Errorf("%d reminders of what is decided", n)
	}
}

// A whole simulated month: awards wait for their list, and the officials of the simulation publish it.
func TestSimulatedOfficialsPublish(t *testing.T) {
	h := newHouse(t, modelstest.New(t))
	h.publicise()
	h.firm("A")
	h.fact("A", "hightech", "GRA", "2026-06-01", "2026-06-04", `{"first_time":true}`)
	h.play("2026-06-04", "2026-06-30")
	// decided on the 4th, submitted at 9:30, approved and published on the 5th, a Friday: 5 and 8 to 11 June
	same(t, "A", h.awards("A"), "hightech-first 1000000.00 2026-06-12 | 1 1000000.00 2026-06-12 due")
	h.clean()
}

// By default awards need no publicity, and their claims say so.
func TestWithoutTheSettingNothingWaits(t *testing.T) {
	h := decided(t, modelstest.New(t))
	sub, err := h.submit("jb01", moment("2024-03-05", 10, 0))
	if err != nil {
		t.Fatal(err)
	}
	if sub, err = h.decide("fh01", sub.Code, true, moment("2024-03-05", 11, 0)); err != nil || sub.State != string(models.ApprovalExecuted) {
		t.Fatal(sub, err)
	}
	if got := h.publicity("A"); got != "awarded not_required" {
		t.Error(got)
	}
}

// Switched on between the yes and the execution, or off while a list runs: what the public was promised holds.
func TestARunningListHoldsWhateverIsConfigured(t *testing.T) {
	h, list := publishing(t, modelstest.New(t))
	h.env.Publicity = nil
	if err := h.record(list.ID, "网站", "", moment("2026-06-08", 9, 0)); err != nil {
		t.Fatal(err)
	}
	if _, err := h.object(list.ID, 1, "B", "m1", moment("2026-06-08", 10, 0)); err != nil {
		t.Fatal(err)
	}
	h.closeAt("2026-06-13")
	same(t, "A", h.claims("A"), "hightech-first GRA held OBJECTION_OPEN")
	same(t, "B", h.claims("B"), "hightech-first GRB awarded OK")
	h.clean()
}

package jobs_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"duixian/jobs"
	"duixian/models"
	"duixian/models/modelstest"
	"duixian/policy"
)

var specialty = `{"list":"猎头","rank":3,"first_time":true}`

func terms() models.StandingTerms {
	return models.StandingTerms{
		Kinds: []string{"award", "release"}, From: 20240301, To: 20241231, PerLine: policy.Yuan(50_000), PerNight: policy.Yuan(100_000), PerPeriod: policy.Yuan(120_000),
		Basis: &models.Basis{No: "某人社纪要〔2024〕3号", On: 20240228},
	}
}

// authorised is a house whose two officials have let the night approve within limits; the claims of three firms become known.
func authorised(t *testing.T, s *models.Store, terms models.StandingTerms) *house {
	t.Helper()
	h := newHouse(t, s)
	h.sim.Idle = true
	h.tick("2024-03-01 06:00")
	if err := h.authorise(terms, "2024-03-01"); err != nil {
		t.Fatal(err)
	}
	for i, code := range []string{"A", "B", "C"} {
		h.firm(code)
		h.fact(code, "specialty", fmt.Sprintf("S%d", i), "2024-03-0"+fmt.Sprint(i+1), "2024-03-04", specialty)
	}
	return h
}

func (h *house) authorise(t models.StandingTerms, day string) error {
	h.t.Helper()
	h.sim.SetClock(at(day + " 10:00"))
	sub, err := h.sim.Runner.ProposeStanding(h.t.Context(), h.maker, t, at(day+" 10:00"))
	if err != nil {
		return err
	}
	_, err = h.decide("fh01", sub.Code, true, at(day+" 11:00"))
	return err
}

func (h *house) standing(id int64) models.StandingApproval {
	h.t.Helper()
	s, err := h.q().Standing(id)
	if err != nil {
		h.t.Fatal(err)
	}
	return s
}

func (h *house) firstAwards() (out []string) {
	for _, code := range []string{"A", "B", "C"} {
		for _, a := range h.awards(code) {
			line, _, _ := strings.Cut(a, " |")
			out = append(out, code+" "+line)
		}
	}
	return out
}

func TestTheNightApprovesWithinTheLimits(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := authorised(t, s, terms())
		h.fact("A", "hightech", "GR1", "2024-03-02", "2024-03-04", `{"first_time":true}`)                                                                              // 1,000,000.00: above every limit
		h.fact("C", "event", "E1", "2024-02-01", "2024-03-04", `{"organisations":60,"attendance":120,"in_city":true,"key_industry":true,"decided_amount":"60000.00"}`) // above the limit of a line, not of a night
		h.play("2024-03-04", "2024-03-04")
		same(t, "the first night has room for two of three", h.firstAwards(), "A specialty-top10-first 50000.00 2024-03-04", "B specialty-top10-first 50000.00 2024-03-04")
		same(t, "outside waits as before", h.claims("C"), "event-host-tier1 E1 decided OK", "specialty-top10-first S2 decided OK")
		same(t, "outside waits as before", h.claims("A"), "specialty-top10-first S0 awarded OK", "hightech-first GR1 decided OK")
		if got := h.standing(1); got.UsedFen != policy.Yuan(100_000) {
			t.Errorf("used %s", got.UsedFen)
		}
		a, err := h.q().ApprovalOfPlan(2)
		if err != nil || a.StandingID != 1 || a.MakerID == 0 || a.CheckerID == nil || *a.CheckerID == a.MakerID || a.State != models.ApprovalExecuted {
			t.Errorf("approval %+v, %v", a, err)
		}
		v, err := h.env.ShowPlan(h.q(), 2)
		if err != nil || v.Maker != "示例经办甲" || v.Checker != "示例复核乙" || !strings.Contains(strings.Join(v.Notes, "\n"), "某人社纪要〔2024〕3号（2024年2月28日）") || !strings.Contains(strings.Join(v.Notes, "\n"), "限额授权 #1") {
			t.Errorf("plan %+v, %v", v, err)
		}
		h.play("2024-03-05", "2024-03-06")
		same(t, "the period has 20,000.00 left", h.claims("C"), "event-host-tier1 E1 decided OK", "specialty-top10-first S2 decided OK")
		h.clean()
		now, err := h.sim.Runner.Situation(t.Context(), 0, at("2024-03-04 08:31"))
		if err != nil || len(now.Standings) != 1 || now.Standings[0].Lines != 2 || now.Standings[0].Total != policy.Yuan(100_000) {
			t.Errorf("the report says %+v, %v", now.Standings, err)
		}
	})
}

func TestAStandingIsStartedByTwoAndEndedByOne(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := newHouse(t, s)
		h.sim.Idle = true
		h.tick("2024-03-01 06:00")
		propose := func(actor models.Actor, change func(*models.StandingTerms)) (models.Submission, error) {
			x := terms()
			change(&x)
			return h.sim.Runner.ProposeStanding(t.Context(), actor, x, at("2024-03-01 10:00"))
		}
		for say, change := range map[string]func(*models.StandingTerms){
			"不是可以授权":  func(x *models.StandingTerms) { x.Kinds = []string{"roster"} },
			"请写明授权夜间": func(x *models.StandingTerms) { x.Kinds = nil },
			"没有":      func(x *models.StandingTerms) { x.Items = []string{"no-such-item"} },
			"已经过去":    func(x *models.StandingTerms) { x.From, x.To = 20240101, 20240201 },
			"最长一年":    func(x *models.StandingTerms) { x.To = 20250305 },
			"三个限额":    func(x *models.StandingTerms) { x.PerNight = 0 },
			"每笔不超过每晚": func(x *models.StandingTerms) { x.PerLine = policy.Yuan(200_000) },
			"还没有到":    func(x *models.StandingTerms) { x.Basis.On = 20240601 },
			"止不早于起":   func(x *models.StandingTerms) { x.To = 20240201 },
			"60个字":    func(x *models.StandingTerms) { x.Reason = strings.Repeat("长", 61) },
		} {
			_, err := propose(h.maker, change)
			if err == nil || !strings.Contains(err.Error(), say) && say != "没有" {
				t.Errorf("%s: %v", say, err)
			}
		}
		if _, err := propose(h.checker, func(*models.StandingTerms) {}); models.CodeOf(err) != models.Forbidden {
			t.Errorf("an approver proposed: %v", err)
		}
		sub, err := propose(h.maker, func(*models.StandingTerms) {})
		if err != nil {
			t.Fatal(err)
		}
		if list, err := h.q().Standings(); err != nil || len(list) != 0 {
			t.Errorf("one person started %+v, %v", list, err)
		}
		if _, err := h.decide("jb01", sub.Code, true, at("2024-03-01 11:00")); models.CodeOf(err) != models.Forbidden {
			t.Errorf("the maker approved: %v", err)
		}
		if _, err := h.decide("fh01", sub.Code, true, at("2024-03-01 11:00")); err != nil {
			t.Fatal(err)
		}
		_, err = propose(h.maker, func(x *models.StandingTerms) { x.Kinds = []string{"release"}; x.From = 20240601 })
		refused(t, err, models.Conflict, "限额授权 #1 在同一时期")
		_, err = h.sim.Runner.EndStanding(t.Context(), models.Actor{Member: "nobody"}, 1, "试", at("2024-03-01 12:00"))
		refused(t, err, models.Forbidden, "在职")
		_, err = h.sim.Runner.EndStanding(t.Context(), h.checker, 1, "", at("2024-03-01 12:00"))
		refused(t, err, models.Invalid, "原因")
		if _, err := h.sim.Runner.EndStanding(t.Context(), h.checker, 1, "年底清理", at("2024-03-01 12:00")); err != nil {
			t.Fatal(err)
		}
		_, err = h.sim.Runner.EndStanding(t.Context(), h.maker, 1, "再来", at("2024-03-01 12:01"))
		refused(t, err, models.Conflict, "年底清理")
		h.firm("A")
		h.fact("A", "specialty", "S0", "2024-03-02", "2024-03-04", specialty)
		h.play("2024-03-04", "2024-03-04")
		same(t, "nothing without it", h.claims("A"), "specialty-top10-first S0 decided OK")
		if n := h.count("standing-ended"); n != 2 { // clerk and approver
			t.Errorf("%d notices", n)
		}
		h.clean()
	})
}

// Who left yesterday approves nothing tonight.
func TestAStandingIsVoidWhenOneOfTheTwoHasLostTheRole(t *testing.T) {
	for who, role := range map[string]models.Role{"jb01": models.Clerk, "fh01": models.Approver} {
		modelstest.Each(t, func(t *testing.T, s *models.Store) {
			h := authorised(t, s, terms())
			h.tx(func(tx *models.Tx) error {
				return tx.ChangeRoster(at("2024-03-03 15:00"), models.System, models.RosterChange{Code: who, Role: role, Active: false})
			})
			h.play("2024-03-04", "2024-03-04")
			same(t, "no award", h.firstAwards())
			if got := h.standing(1); got.EndedAt == 0 || got.EndedBy != "system" || !strings.Contains(got.EndReason, "不再担任") || got.UsedFen != 0 {
				t.Errorf("%s: %+v", who, got)
			}
			h.clean()
		})
	}
}

// An emergency stop wins: before the night nothing is approved, and what the night had approved and not carried out waits.
func TestTheStopWinsOverAStanding(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := authorised(t, s, terms())
		h.sim.SetClock(at("2024-03-03 20:00"))
		if _, err := h.sim.Runner.Stop(t.Context(), h.checker, "名单有误", at("2024-03-03 20:00")); err != nil {
			t.Fatal(err)
		}
		h.play("2024-03-04", "2024-03-05")
		same(t, "no award while everything is stopped", h.firstAwards())
		if got := h.standing(1); got.UsedFen != 0 {
			t.Errorf("used %s", got.UsedFen)
		}
		h.goOnAfterStop("2024-03-06")
		same(t, "and after two have started it again", h.firstAwards(), "A specialty-top10-first 50000.00 2024-03-06", "B specialty-top10-first 50000.00 2024-03-06")
		h.clean()
	})
}

// approvedAndStopped is a house that is stopped after the night has approved and before anything was carried out.
func approvedAndStopped(t *testing.T, s *models.Store) *house {
	t.Helper()
	h := authorised(t, s, terms())
	list := jobs.All()
	for i := range list {
		if list[i].Name == "apply-plan" {
			list[i].Run = func(ctx context.Context, run *jobs.Run) error {
				if _, err := h.sim.Runner.Stop(ctx, h.checker, "名单有误", at("2024-03-04 04:30")); err != nil {
					return err
				}
				return run.Chunk(ctx, "never", 1, func(*models.Tx) error { t.Error("a step while everything is stopped"); return nil })
			}
		}
	}
	r, err := jobs.NewRunner(jobs.Options{Env: h.env, Jobs: list, Owner: "test/stopped", NoHeartbeat: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	h.sim.Runner = r
	h.tick("2024-03-04 04:31") // approves
	h.tick("2024-03-04 04:32") // begins to carry out
	same(t, "approved, not carried out", h.claims("A"), "specialty-top10-first S0 proposed OK")
	h.restart(jobs.VolumeLimits{})
	h.tick("2024-03-04 05:00")
	same(t, "stopped", h.firstAwards())
	return h
}

func (h *house) goOnAfterStop(day string) {
	h.t.Helper()
	stop, err := h.q().Stopped()
	if err != nil || stop == nil {
		h.t.Fatal(stop, err)
	}
	sub, err := h.sim.Runner.SubmitDraft(h.t.Context(), h.maker, jobs.ResumeDraft(*stop, policy.MustDate(day)), at(day+" 09:00"))
	if err != nil {
		h.t.Fatal(err)
	}
	if _, err := h.decide("fh01", sub.Code, true, at(day+" 09:30")); err != nil {
		h.t.Fatal(err)
	}
	h.tick(day + " 10:00")
	h.tick(day + " 10:01") // what was queued by then
	if err := h.sim.Deliver(h.t.Context(), at(day+" 10:02")); err != nil {
		h.t.Fatal(err)
	}
}

// What the night had approved waits through a stop, and goes on after two people have started everything again.
func TestAStopBetweenApprovalAndAward(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := approvedAndStopped(t, s)
		h.goOnAfterStop("2024-03-04")
		same(t, "carried out once", h.firstAwards(), "A specialty-top10-first 50000.00 2024-03-04", "B specialty-top10-first 50000.00 2024-03-04")
		h.clean()
	})
}

// What the night approved is taken back when the standing ends before it was carried out.
func TestAnEndedStandingTakesItsApprovalBack(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := approvedAndStopped(t, s)
		if _, err := h.sim.Runner.EndStanding(t.Context(), h.maker, 1, "先停一停", at("2024-03-04 08:40")); err != nil {
			t.Fatal(err)
		}
		h.goOnAfterStop("2024-03-04")
		same(t, "no award", h.firstAwards())
		same(t, "free for people", h.claims("A"), "specialty-top10-first S0 decided OK")
		a, err := h.q().ApprovalOfPlan(2)
		if err != nil || a.State != models.ApprovalSuperseded || !strings.Contains(a.Reason, "先停一停") {
			t.Errorf("approval %+v, %v", a, err)
		}
		h.clean()
	})
}

// A hold whose reason has gone is lifted within the limits, without a basis: it is no new award.
func TestTheNightReleasesWithinTheLimits(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := authorised(t, s, terms())
		h.play("2024-03-04", "2024-03-04")
		modelstest.Exec(t, s, "UPDATE instalments SET state = 'held', reason = 'SERIOUS_DISHONESTY_LIST' WHERE award_id = 1")
		modelstest.Exec(t, s, "UPDATE standings SET period_fen = 20000000")
		h.play("2024-03-05", "2024-03-05")
		same(t, "released", h.awards("A"), "specialty-top10-first 50000.00 2024-03-04 | 1 50000.00 2024-03-04 due")
		uses, err := h.q().StandingUses(1)
		if err != nil || len(uses) != 3 { // two awards in one plan, the release, the third award
			t.Errorf("uses %+v, %v", uses, err)
		}
	})
}

func TestAnAwardPlanNeedsItsBasis(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := decided(t, s)
		now := moment("2024-03-05", 10, 0)
		old, err := h.submit("jb01", now) // before the house asked for one
		if err != nil {
			t.Fatal(err)
		}
		h.env.BasisRequired = true
		_, err = h.decide("fh01", old.Code, true, now)
		refused(t, err, models.Invalid, "没有写明依据")
		if _, err := h.decide("fh01", old.Code, false, now); err != nil {
			t.Fatal(err)
		}
		submit := func(no, on string) (models.Submission, error) {
			params := models.Params{}
			if no != "" {
				params[jobs.BasisParam] = no
			}
			if on != "" {
				params[jobs.BasisDayParam] = on
			}
			return h.sim.Runner.Submit(t.Context(), h.maker, "claims", params, now.Date(), now)
		}
		for _, wrong := range [][3]string{{"", "", "请写明依据：会议纪要或认定文号"}, {"某纪要3号", "", "请写明依据"}, {"", "2024-03-01", "请写明依据"}, {"某纪要3号", "2024-13-01", "日期"}, {"某纪要3号", "2024-04-01", "还没有到"}, {strings.Repeat("长", 41), "2024-03-01", "40个字"}} {
			_, err := submit(wrong[0], wrong[1])
			refused(t, err, models.Invalid, wrong[2])
		}
		sub, err := submit("某人社纪要〔2024〕3号", "2024-03-01")
		if err != nil {
			t.Fatal(err)
		}
		_, report, err := h.sim.Runner.Frozen(t.Context(), h.checker, sub.Code, now)
		if err != nil || !strings.Contains(strings.Join(report.Notes, "\n"), "依据：某人社纪要〔2024〕3号（2024年3月1日）") {
			t.Errorf("the second person sees %+v, %v", report.Notes, err)
		}
		modelstest.Exec(t, s, "UPDATE plans SET body = REPLACE(body, '3号', '4号') WHERE id = 2")
		_, err = h.decide("fh01", sub.Code, true, now)
		refused(t, err, models.Conflict, "不一致")
		modelstest.Exec(t, s, "UPDATE plans SET body = REPLACE(body, '4号', '3号') WHERE id = 2")
		if _, err := h.decide("fh01", sub.Code, true, now); err != nil {
			t.Fatal(err)
		}
		same(t, "award", h.awards("A"), "hightech-first 1000000.00 2024-03-05 | 1 1000000.00 2024-03-05 due")
		h.clean()
	})
}

// A batch for the treasury says more than its lines, so it is taken whole or not at all: one line above the limit and people decide.
func TestTheNightOrdersABatchWholeOrNotAtAll(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := payHouse(t, s, "A", "B")
		h.account("A", "6222020200000000001", 20240304)
		h.account("B", "6222020200000000002", 20240304)
		x := terms()
		x.Kinds, x.PerLine, x.PerNight, x.PerPeriod, x.From = []string{"batch"}, policy.Yuan(1_000_000), policy.Yuan(1_500_000), policy.Yuan(9_000_000), 20240304
		if err := h.authorise(x, "2024-03-04"); err != nil {
			t.Fatal(err)
		}
		night := func(day string) int {
			h.tick(day + " 05:00")
			h.tick(day + " 05:01")
			list, err := h.q().Batches(9)
			if err != nil {
				t.Fatal(err)
			}
			return len(list)
		}
		if n := night("2024-03-05"); n != 0 {
			t.Errorf("%d batches although the second line passes the limit of the night", n)
		}
		h.sim.SetClock(at("2024-03-05 09:00"))
		if _, err := h.sim.Runner.EndStanding(t.Context(), h.maker, 1, "换一份", at("2024-03-05 09:00")); err != nil {
			t.Fatal(err)
		}
		x.PerNight = policy.Yuan(5_000_000)
		x.From = 20240305
		if err := h.authorise(x, "2024-03-05"); err != nil {
			t.Fatal(err)
		}
		if n := night("2024-03-06"); n != 1 {
			t.Errorf("%d batches", n)
		}
		if got := h.standing(2); got.UsedFen != policy.Yuan(2_000_000) {
			t.Errorf("used %s", got.UsedFen)
		}
	})
}

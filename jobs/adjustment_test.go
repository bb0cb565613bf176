package jobs_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"duixian/models"
	"duixian/models/modelstest"
	"duixian/policy"
)

// casesOf are a firm's cases as text: kind amount was→now state settled.
func (h *house) casesOf(code string) []string {
	h.t.Helper()
	list, err := h.q().AdjustmentsOf([]int64{h.orgs[code]})
	if err != nil {
		h.t.Fatal(err)
	}
	var out []string
	for _, a := range list {
		out = append(out, fmt.Sprintf("%s %s %s→%s %s %s", a.Kind, a.AmountFen, a.WasFen, a.NowFen, a.State, a.SettledFen))
	}
	return out
}

// settle lets two people do something with a case on a day.
func (h *house) settle(id int64, do, day string) error {
	h.t.Helper()
	now := at(day + " 10:00")
	h.sim.SetClock(now)
	sub, err := h.sim.Runner.ProposeAdjustment(h.t.Context(), h.maker, models.AdjustmentDetail{Case: id, Do: do, Reason: "示例理由"}, now.Date(), now)
	if err != nil {
		return err
	}
	_, err = h.sim.Runner.Decide(h.t.Context(), h.checker, sub.Code, true, "", now)
	return err
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// Late facts that make more or less of an award open a case; the award itself is not touched.
func TestLateFactsOpenACaseAndNeverEditAnAward(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := newHouse(t, s)
		h.firm("MORE")
		h.firm("LESS")
		booth := func(code, known, fee string) {
			h.fact(code, "booth", "B1", "2024-03-01", known, `{"overseas":true,"booth_fee":"`+fee+`","organiser":"provincial_hr"}`)
		}
		booth("MORE", "2024-03-04", "20000")
		booth("LESS", "2024-03-04", "20000")
		h.play("2024-03-04", "2024-03-08")
		h.sim.Idle = true
		booth("MORE", "2024-03-11", "30000")
		booth("LESS", "2024-03-11", "12000")
		h.play("2024-03-11", "2024-03-12")
		same(t, "more", h.casesOf("MORE"), "topup 5000.00 10000.00→15000.00 open 0.00")
		same(t, "less", h.casesOf("LESS"), "clawback 4000.00 10000.00→6000.00 open 0.00")
		same(t, "the awards stand", append(h.awards("MORE"), h.awards("LESS")...),
			"expo-booth-overseas 10000.00 2024-03-05 | 1 10000.00 2024-03-05 due", "expo-booth-overseas 10000.00 2024-03-05 | 1 10000.00 2024-03-05 due")
		h.clean()

		// 补差: two people, an award of its own; a second run of the night finds nothing more
		h.must(h.settle(1, "settle", "2024-03-12"))
		h.play("2024-03-13", "2024-03-14")
		same(t, "topped up", h.casesOf("MORE"), "topup 5000.00 10000.00→15000.00 settled 5000.00")
		same(t, "two awards", h.awards("MORE"), "expo-booth-overseas 10000.00 2024-03-05 | 1 10000.00 2024-03-05 due", "expo-booth-overseas 5000.00 2024-03-12 | 1 5000.00 2024-03-12 due")
		refused(t, h.settle(1, "settle", "2024-03-14"), models.Conflict, "现在是“已结清”")
		if shifted, err := h.q().ShiftedClaims(); err != nil || len(shifted) != 1 {
			t.Errorf("shifted %v, %v: want LESS alone", shifted, err)
		}

		// 追回: told, heard, then two people; set off against what has not been paid
		refused(t, h.settle(2, "settle", "2024-03-14"), models.Conflict, "还没有告知企业")
		a, err := h.sim.Runner.TellAdjustment(t.Context(), h.maker, 2, at("2024-03-14 11:00"))
		if err != nil || a.HearUntil != 20240321 {
			t.Fatalf("heard until %s, %v; five working days are 21 March", a.HearUntil, err)
		}
		refused(t, h.settle(2, "settle", "2024-03-15"), models.Conflict, "2024年3月21日 才届满")
		_, err = h.sim.Runner.HearAdjustment(t.Context(), h.maker, 2, "", at("2024-03-15 11:00"))
		refused(t, err, models.Invalid, "无意见")
		_, err = h.sim.Runner.HearAdjustment(t.Context(), h.checker, 2, "无意见", at("2024-03-15 11:00"))
		refused(t, err, models.Forbidden, "角色")
		_, err = h.sim.Runner.HearAdjustment(t.Context(), h.maker, 2, "无意见", at("2024-03-15 11:00"))
		h.must(err)
		h.must(h.settle(2, "settle", "2024-03-15"))
		same(t, "set off", h.casesOf("LESS"), "clawback 4000.00 10000.00→6000.00 settled 4000.00")
		same(t, "what is left of the instalment", h.awards("LESS"), "expo-booth-overseas 10000.00 2024-03-05 | 1 10000.00 2024-03-05 waived SET_OFF", "expo-booth-overseas 6000.00 2024-03-15 | 1 6000.00 2024-03-05 due")
		h.play("2024-03-18", "2024-03-19")
		if cases := h.casesOf("LESS"); len(cases) != 1 {
			t.Errorf("the night after finds %v", cases)
		}
		h.clean()
	})
}

// A correction that makes the difference go away ends the case; one that changes it corrects the case, and the firm must be told anew.
func TestACaseFollowsTheNewestDecision(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := newHouse(t, s)
		h.firm("A")
		booth := func(known, fee string) {
			h.fact("A", "booth", "B1", "2024-03-01", known, `{"overseas":true,"booth_fee":"`+fee+`","organiser":"provincial_hr"}`)
		}
		booth("2024-03-04", "20000")
		h.play("2024-03-04", "2024-03-08")
		h.sim.Idle = true
		booth("2024-03-11", "12000")
		h.play("2024-03-11", "2024-03-11")
		_, err := h.sim.Runner.TellAdjustment(t.Context(), h.maker, 1, at("2024-03-11 10:00"))
		h.must(err)
		booth("2024-03-12", "14000")
		h.play("2024-03-12", "2024-03-12")
		same(t, "corrected", h.casesOf("A"), "clawback 3000.00 10000.00→7000.00 open 0.00")
		refused(t, h.settle(1, "settle", "2024-03-25"), models.Conflict, "还没有告知企业")
		// while a plan is on its way the case stays; then the line is held and the case is open again
		sub, err := h.sim.Runner.ProposeAdjustment(t.Context(), h.maker, models.AdjustmentDetail{Case: 1, Do: "write_off", Reason: "示例理由"}, 20240312, at("2024-03-12 10:00"))
		h.must(err)
		booth("2024-03-13", "20000")
		h.play("2024-03-13", "2024-03-13")
		same(t, "on its way", h.casesOf("A"), "clawback 3000.00 10000.00→7000.00 proposed 0.00")
		_, err = h.decide("fh01", sub.Code, true, at("2024-03-13 10:00"))
		h.must(err)
		same(t, "open again", h.casesOf("A"), "clawback 3000.00 10000.00→7000.00 open 0.00")
		h.play("2024-03-14", "2024-03-14")
		same(t, "gone", h.casesOf("A"), "clawback 3000.00 10000.00→7000.00 written_off 0.00")
		h.clean()
	})
}

// 三（四）once one of the two has been awarded: people choose, and what they chose stays.
func TestPeopleChooseBetweenBackboneAndDemonstration(t *testing.T) {
	for do, want := range map[string][]string{
		"difference": {"integrity-demo-provincial 100000.00 2024-05-14 | 1 100000.00 2024-05-14 due", "backbone-firm 100000.00 2024-11-05 | 1 100000.00 2024-11-05 due"},
		"full":       {"integrity-demo-provincial 100000.00 2024-05-14 | 1 100000.00 2024-05-14 due", "backbone-firm 200000.00 2024-11-05 | 1 200000.00 2024-11-05 due"},
		"none":       {"integrity-demo-provincial 100000.00 2024-05-14 | 1 100000.00 2024-05-14 due"},
	} {
		t.Run(do, func(t *testing.T) {
			modelstest.Each(t, func(t *testing.T, s *models.Store) {
				h := newHouse(t, s)
				h.firm("A")
				h.fact("A", "integrity-demo", "1", "2024-05-10", "2024-05-13", `{"level":"provincial","first_time":true}`)
				h.play("2024-05-13", "2024-05-15")
				h.fact("A", "selection-backbone", "2024", "2024-10-31", "2024-11-04", `{"year":2024,"rank":1,"selected":true}`)
				h.sim.Idle = true
				h.play("2024-11-04", "2024-11-04")
				same(t, "waits", h.claims("A"), "integrity-demo-provincial 1 awarded OK", "backbone-firm 2024 held EXCLUSIVE_WITH_INTEGRITY")
				same(t, "a choice", h.casesOf("A"), "choice 200000.00 0.00→200000.00 open 0.00")
				refused(t, h.settle(1, "settle", "2024-11-05"), models.Invalid, "full（全额核定）")
				h.must(h.settle(1, do, "2024-11-05"))
				same(t, "chosen", h.awards("A"), want...)
				h.fact("A", "registration", "2024-12-01", "2024-12-01", "2024-12-02", `{"district":"urban","licensed":true,"independent_legal_person":true,"operating_normally":true}`)
				h.play("2024-12-02", "2024-12-03")
				same(t, "news later change nothing", h.awards("A"), want...)
				if cases := h.casesOf("A"); len(cases) != 1 {
					t.Errorf("cases %v", cases)
				}
				if last := h.claims("A")[1]; do == "none" && last != "backbone-firm 2024 rejected EXCLUSIVE_WITH_INTEGRITY" {
					t.Errorf("refused by choice, and now %s", last)
				}
				h.clean()
			})
		})
	}
}

// Ten receipts of one repayment recorded at once, by two people at two desks: each counts once, and no more comes back than was asked.
func TestRepaymentsAtTheSameTime(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := newHouse(t, s)
		h.firm("A")
		h.tx(func(tx *models.Tx) error {
			a, err := tx.OpenAdjustment(models.Adjustment{OrgID: h.orgs["A"], ClaimID: 1, AwardID: 1, Kind: models.ClawbackCase, AmountFen: policy.Yuan(1000), OpenedOn: 20240311})
			if err != nil {
				return err
			}
			a.State = models.CaseApproved
			return tx.SaveAdjustment(a, models.CaseOpen)
		})
		// the payment that was too much
		modelstest.Exec(t, s, "UPDATE accounts SET posted_fen = 100000 WHERE code = 'paid'")
		modelstest.Exec(t, s, "INSERT INTO instalments (award_id, no, amount_fen, due_on, state, reason, changed_on, checked_on, version) VALUES (1, 1, 100000, 20240304, 'paid', '', 20240307, 20240307, 1)")
		var desk sync.WaitGroup
		errs := make([]error, 20)
		for i := range errs {
			desk.Go(func() {
				for range 30 { // a case that another has changed meanwhile is looked at again, as a person would
					_, errs[i] = h.sim.Runner.RepaidAdjustment(t.Context(), h.maker, 1, policy.Yuan(100), fmt.Sprintf("示例凭证%d", i%10), at("2024-03-12 10:00"))
					if models.CodeOf(errs[i]) != models.Conflict || strings.Contains(errs[i].Error(), "登记过") {
						return
					}
				}
			})
		}
		desk.Wait()
		took := 0
		for _, err := range errs {
			if err == nil {
				took++
			} else if models.CodeOf(err) != models.Conflict && models.CodeOf(err) != models.Invalid {
				t.Error(err)
			}
		}
		same(t, "settled", h.casesOf("A"), "clawback 1000.00 0.00→0.00 settled 1000.00")
		steps, err := h.q().AdjustmentSteps(1)
		if err != nil || len(steps) != 10 || took != 10 {
			t.Errorf("%d steps, %d said yes, %v; want 10", len(steps), took, err)
		}
	})
}

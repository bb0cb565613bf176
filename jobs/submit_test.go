package jobs_test

import (
	"slices"
	"strings"
	"testing"

	"duixian/jobs"

	"duixian/models"
	"duixian/models/modelstest"
	"duixian/policy"
)

// moment is an instant in Shanghai.
func moment(day string, h, m int) policy.Instant {
	return policy.InstantOf(policy.MustDate(day).At(h, m))
}

// decided is a house in which one firm's claim of 1,000,000.00 元 has been decided and nobody has proposed it yet.
func decided(t *testing.T, s *models.Store) *house {
	t.Helper()
	h := newHouse(t, s)
	h.tx(func(tx *models.Tx) error {
		both := models.Member{Code: "both", Name: "示例两职丙", Active: true, PersonMAC: "same-human"}
		if err := tx.AddMember(1, models.System, &both, models.MemberRole{Role: models.Clerk}, models.MemberRole{Role: models.Approver}); err != nil {
			return err
		}
		alias := models.Member{Code: "alias", Name: "示例别名丙", Active: true, PersonMAC: "same-human"}
		if err := tx.AddMember(1, models.System, &alias, models.MemberRole{Role: models.Approver}); err != nil {
			return err
		}
		return tx.AddMember(1, models.System, &models.Member{Code: "firm1", Name: "示例联系人丁", Active: true}, models.MemberRole{Role: models.Contact, OrgID: 1})
	})
	h.firm("A")
	h.fact("A", "hightech", "GR1", "2024-03-01", "2024-03-04", `{"first_time":true}`)
	h.sim.Idle = true
	h.play("2024-03-04", "2024-03-04")
	same(t, "before", h.claims("A"), "hightech-first GR1 decided OK")
	return h
}

func (h *house) submit(member string, now policy.Instant) (models.Submission, error) {
	return h.sim.Runner.Submit(h.t.Context(), models.Actor{Member: member}, "claims", nil, now.Date(), now)
}

func (h *house) decide(member, code string, yes bool, now policy.Instant) (models.Submission, error) {
	h.sim.SetClock(now)
	return h.sim.Runner.Decide(h.t.Context(), models.Actor{Member: member}, code, yes, "理由", now)
}

// refused checks that an error is one for people, of a code, and says something in particular.
func refused(t *testing.T, err error, code models.Code, say string) {
	t.Helper()
	if models.CodeOf(err) != code || !strings.Contains(err.Error(), say) {
		t.Errorf("error %v (code %q), want code %q and %q in it", err, models.CodeOf(err), code, say)
	}
}

func TestTwoPeopleApproveOneFrozenPlan(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := decided(t, s)
		now := moment("2024-03-05", 10, 0)
		if _, err := h.submit("fh01", now); err == nil {
			t.Error("an approver submitted")
		}
		if _, err := h.submit("firm1", now); err == nil {
			t.Error("a firm's contact submitted")
		}
		sub, err := h.submit("both", now)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "in the plan", h.claims("A"), "hightech-first GR1 proposed OK")
		if _, err := h.submit("jb01", now); models.CodeOf(err) != models.Invalid {
			t.Errorf("the same claims were submitted twice: %v", err)
		}
		_, err = h.decide("both", sub.Code, true, now)
		refused(t, err, models.Forbidden, "另一位")
		_, err = h.decide("alias", sub.Code, true, now) // another account of the same human being
		refused(t, err, models.Forbidden, "另一位")
		_, err = h.decide("firm1", sub.Code, true, now)
		refused(t, err, models.Forbidden, "角色")
		_, err = h.decide("nobody", sub.Code, true, now)
		refused(t, err, models.Forbidden, "没有编号")
		done, err := h.decide("fh01", sub.Code, true, now)
		if err != nil || done.State != "executed" {
			t.Fatalf("approval: %+v, %v", done, err)
		}
		same(t, "award", h.awards("A"), "hightech-first 1000000.00 2024-03-05 | 1 1000000.00 2024-03-05 due")
		_, err = h.decide("fh01", sub.Code, true, now) // a double click
		refused(t, err, models.Conflict, "已于 2024年3月5日 10:00 由您办理（已同意并执行）")
		if n := len(h.awards("A")); n != 1 {
			t.Errorf("%d awards after a double click", n)
		}
		h.clean()
	})
}

func TestWrongCodesLockThePersonNotThePlan(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := decided(t, s)
		now := moment("2024-03-05", 10, 0)
		sub, err := h.submit("jb01", now)
		if err != nil {
			t.Fatal(err)
		}
		for range models.WrongCodeLimit {
			if _, err := h.decide("fh01", "999999", true, now); models.CodeOf(err) != models.Invalid {
				t.Fatalf("wrong code: %v", err)
			}
		}
		_, err = h.decide("fh01", sub.Code, true, now)
		refused(t, err, models.Forbidden, "不能审批")
		if _, err := h.decide("both", sub.Code, true, now); err != nil {
			t.Errorf("the plan was locked with the person: %v", err)
		}
		same(t, "award", h.awards("A"), "hightech-first 1000000.00 2024-03-05 | 1 1000000.00 2024-03-05 due")
	})
}

func TestRejectedAndExpiredPlansGiveTheirClaimsBack(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := decided(t, s)
		now := moment("2024-03-05", 10, 0)
		sub, err := h.submit("jb01", now)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.decide("fh01", sub.Code, false, now); err != nil {
			t.Fatal(err)
		}
		same(t, "rejected", h.claims("A"), "hightech-first GR1 decided OK")
		now = moment("2024-03-06", 10, 0) // three working days are over on Monday the 11th
		if sub, err = h.submit("jb01", now); err != nil {
			t.Fatal(err)
		}
		h.play("2024-03-07", "2024-03-11")
		same(t, "still waiting", h.claims("A"), "hightech-first GR1 proposed OK")
		h.play("2024-03-12", "2024-03-12")
		same(t, "expired", h.claims("A"), "hightech-first GR1 decided OK")
		_, err = h.decide("fh01", sub.Code, true, moment("2024-03-12", 11, 0))
		refused(t, err, models.Invalid, "没有待审批")
		h.clean()
	})
}

func TestWhatChangesBetweenLookAndApprovalHoldsThatLineOnly(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := decided(t, s)
		h.firm("B")
		h.fact("B", "hightech", "GR2", "2024-03-01", "2024-03-05", `{"first_time":true}`)
		h.play("2024-03-05", "2024-03-05")
		sub, err := h.submit("jb01", moment("2024-03-05", 15, 0))
		if err != nil || sub.Lines != 2 {
			t.Fatalf("%+v, %v", sub, err)
		}
		h.listing("B", "2024-03-06", "", "2024-03-06", 0)
		if _, err := h.decide("fh01", sub.Code, true, moment("2024-03-06", 10, 0)); err != nil {
			t.Fatal(err)
		}
		same(t, "A", h.awards("A"), "hightech-first 1000000.00 2024-03-06 | 1 1000000.00 2024-03-06 due")
		same(t, "B", h.claims("B"), "hightech-first GR2 held SERIOUS_DISHONESTY_LIST")
		h.listing("B", "2024-03-06", "2024-03-20", "2024-03-20", 0) // repaired
		h.play("2024-03-07", "2024-03-20")
		same(t, "B again", h.claims("B"), "hightech-first GR2 decided OK")
		h.clean()
	})
}

func TestNoEffectiveDayNoMoney(t *testing.T) {
	h := decided(t, modelstest.New(t))
	h.env.Effective = 0
	_, err := h.submit("jb01", moment("2024-03-05", 10, 0))
	refused(t, err, models.Unavailable, "effective_from")
}

func TestARoleLostBeforeExecutionStopsThePlan(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := decided(t, s)
		now := moment("2024-03-05", 10, 0)
		sub, err := h.submit("jb01", now)
		if err != nil {
			t.Fatal(err)
		}
		h.tx(func(tx *models.Tx) error {
			return tx.ChangeRoster(now, models.System, models.RosterChange{Code: "jb01", Name: "示例经办甲", Role: models.Clerk, Active: false})
		})
		done, err := h.decide("fh01", sub.Code, true, now)
		if err == nil && done.State == "executed" {
			t.Error("a plan of somebody who has left was executed")
		}
		if got := h.awards("A"); len(got) != 0 {
			t.Errorf("awards %q", got)
		}
	})
}

func TestStopIsForOneAndStartForTwo(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := decided(t, s)
		now := moment("2024-03-05", 10, 0)
		stop, err := h.sim.Runner.Stop(t.Context(), models.Actor{Member: "fh01"}, "示例：对账不符", now)
		if err != nil {
			t.Fatal(err)
		}
		_, err = h.sim.Runner.RunNow(t.Context(), models.Actor{Member: "jb01"}, "claims", nil, 0, "", now)
		refused(t, err, models.Unavailable, "对账不符")
		draft := jobs.ResumeDraft(stop, now.Date())
		sub, err := h.sim.Runner.SubmitDraft(t.Context(), models.Actor{Member: "jb01"}, draft, now)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.decide("fh01", sub.Code, true, now); err != nil {
			t.Fatal(err)
		}
		if stopped, err := h.q().Stopped(); err != nil || stopped != nil {
			t.Errorf("still stopped: %v, %v", stopped, err)
		}
	})
}

// A yes while everything is stopped is refused before it uses anything up: nothing is stranded between two states.
func TestAYesDuringAStopLosesNothing(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := decided(t, s)
		now := moment("2024-03-05", 10, 0)
		sub, err := h.submit("jb01", now)
		if err != nil {
			t.Fatal(err)
		}
		stop, err := h.sim.Runner.Stop(t.Context(), models.Actor{Member: "fh01"}, "示例停机", now)
		if err != nil {
			t.Fatal(err)
		}
		_, err = h.decide("fh01", sub.Code, true, now)
		refused(t, err, models.Unavailable, "示例停机")
		same(t, "still waiting", h.claims("A"), "hightech-first GR1 proposed OK")
		again, err := h.sim.Runner.SubmitDraft(t.Context(), models.Actor{Member: "jb01"}, jobs.ResumeDraft(stop, now.Date()), now)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.decide("fh01", again.Code, true, now); err != nil {
			t.Fatal(err)
		}
		if _, err := h.decide("fh01", sub.Code, true, now); err != nil {
			t.Errorf("the code was used up by the refused yes: %v", err)
		}
		same(t, "award", h.awards("A"), "hightech-first 1000000.00 2024-03-05 | 1 1000000.00 2024-03-05 due")
		h.clean()
	})
}

// What two people saw is what is carried out: a plan edited in the database is refused.
func TestAPlanChangedUnderneathIsRefused(t *testing.T) {
	for name, edit := range map[string]string{
		"a line's amount": "UPDATE plan_lines SET amount_fen = amount_fen + 1",
		"a line's firm":   "UPDATE plan_lines SET org_id = 99",
		"the total":       "UPDATE plans SET total_fen = total_fen + 1",
		"what was shown":  "UPDATE plans SET body = '{}'",
	} {
		t.Run(name, func(t *testing.T) {
			modelstest.Each(t, func(t *testing.T, s *models.Store) {
				h := decided(t, s)
				now := moment("2024-03-05", 10, 0)
				sub, err := h.submit("jb01", now)
				if err != nil {
					t.Fatal(err)
				}
				modelstest.Exec(t, s, edit)
				_, err = h.decide("fh01", sub.Code, true, now)
				refused(t, err, models.Conflict, "不一致")
				if got := h.awards("A"); len(got) != 0 {
					t.Errorf("awards %q", got)
				}
				if results, err := h.sim.Runner.Check(t.Context(), now); err != nil || !slices.ContainsFunc(results, func(r models.CheckResult) bool { return r.No == "11" && len(r.Findings) > 0 }) {
					t.Errorf("check does not see it: %v", err)
				}
			})
		})
	}
}

// The clock's name gives nobody its rights.
func TestNobodyIsTheClockByItsName(t *testing.T) {
	h := decided(t, modelstest.New(t))
	_, err := h.sim.Runner.RunNow(t.Context(), models.Actor{Member: "system"}, "claims", nil, 0, "", moment("2024-03-05", 10, 0))
	refused(t, err, models.Forbidden, "没有编号为“system”的成员")
	err = h.store.InTx(t.Context(), func(tx *models.Tx) error {
		return tx.AddMember(1, models.System, &models.Member{Code: "system", Name: "示例", Active: true}, models.MemberRole{Role: models.Clerk})
	})
	refused(t, err, models.Invalid, "system")
}

// An award redirected, or a stage moved, behind the program's back does not agree with its audit row.
func TestCheckSeesARedirectedAward(t *testing.T) {
	for name, edit := range map[string]string{
		"payee": "UPDATE awards SET org_id = 99", "day": "UPDATE instalments SET due_on = 20230101", "item": "UPDATE awards SET item = 'park-station'",
	} {
		t.Run(name, func(t *testing.T) {
			modelstest.Each(t, func(t *testing.T, s *models.Store) {
				h := decided(t, s)
				now := moment("2024-03-05", 10, 0)
				sub, err := h.submit("jb01", now)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := h.decide("fh01", sub.Code, true, now); err != nil {
					t.Fatal(err)
				}
				h.clean()
				modelstest.Exec(t, s, edit)
				results, err := h.sim.Runner.Check(t.Context(), now)
				if err != nil || !slices.ContainsFunc(results, func(r models.CheckResult) bool { return r.No == "40c" && len(r.Findings) > 0 }) {
					t.Errorf("%s: check sees nothing (%v)", edit, err)
				}
			})
		})
	}
}

// A code names one request: whoever draws that of another waiting request draws again, and who cannot is told what happened.
func TestADrawnCodeIsOfOneRequest(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := decided(t, s)
		now := moment("2024-03-05", 10, 0)
		draws := []string{"777777"}
		h.env.Codes = func() string {
			code := draws[0]
			draws = draws[min(1, len(draws)-1):]
			return code
		}
		first, err := h.submit("jb01", now)
		if err != nil || first.Code != "777777" {
			t.Fatalf("%+v, %v", first, err)
		}
		stop, err := h.sim.Runner.Stop(t.Context(), models.Actor{Member: "fh01"}, "示例停机", now)
		if err != nil {
			t.Fatal(err)
		}
		resume := func() (models.Submission, error) {
			return h.sim.Runner.SubmitDraft(t.Context(), models.Actor{Member: "jb01"}, jobs.ResumeDraft(stop, now.Date()), now)
		}
		_, err = resume() // nothing else can be drawn
		refused(t, err, models.Conflict, "审批码与另一份待审方案的相同")
		draws = []string{"777777", "777777", "888888"}
		again, err := resume()
		if err != nil || again.Code != "888888" {
			t.Fatalf("%+v, %v", again, err)
		}
		draws = []string{"999999"}
		_, err = resume()
		refused(t, err, models.Conflict, "已经送审")
		for _, code := range []string{again.Code, first.Code} {
			if _, err := h.decide("fh01", code, true, now); err != nil {
				t.Errorf("%s: %v", code, err)
			}
		}
		h.clean()
	})
}

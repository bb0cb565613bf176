package jobs_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"duixian/models"
	"duixian/models/modelstest"
	"duixian/policy"
	"duixian/secret"
)

// other is an award of another policy for a thing of a firm; amount and paid in yuan, -1 for an amount that nobody knows.
func (h *house) other(code, kind, key, known string, amount, paid int64, with ...func(e *models.ExternalAward)) {
	h.t.Helper()
	e := models.ExternalAward{
		OrgID: h.orgs[code], Kind: kind, FactKey: key, Policy: "示例科技奖补办法", Document: "示例〔2024〕1号", Issuer: "示例科技局", OnDay: policy.MustDate(known), KnownOn: policy.MustDate(known),
		PaidFen: policy.Yuan(paid),
	}
	if amount >= 0 {
		e.AmountKnown, e.AmountFen = true, policy.Yuan(amount)
	}
	for _, change := range with {
		change(&e)
	}
	h.tx(func(tx *models.Tx) error { return tx.AddExternalAwards([]models.ExternalAward{e}) })
}

func choose(what string) func(e *models.ExternalAward) {
	return func(e *models.ExternalAward) { e.Choice = what }
}

// why is the newest decision of a claim as people read it.
func (h *house) why(item, code, key string) string {
	h.t.Helper()
	c, err := h.q().ClaimOf(item, h.orgs[code], key)
	if err != nil {
		h.t.Fatal(err)
	}
	d, err := h.q().Decision(c.DecisionID)
	if err != nil {
		h.t.Fatal(err)
	}
	answer := policy.Decision{}
	if err := json.Unmarshal([]byte(d.Result), &answer); err != nil {
		h.t.Fatal(err)
	}
	return h.env.Book.Explain(answer).Line()
}

func TestTheBetterOfTwoPolicies(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := newHouse(t, s)
		var checks []func()
		for _, c := range []struct {
			code         string
			amount, paid int64
			choice       string
			claim        string
			why          string
		}{
			{"ALONE", 0, 0, "", "awarded OK", "高企首次认定奖励：1,000,000.00 元（三（二））"},
			{"LESS", 200_000, 0, "", "awarded OK", "高企首次认定奖励：1,000,000.00 元（三（二））"},
			{"MORE", 1_500_000, 0, "", "rejected LOWER_THAN_OTHER", "高企首次认定奖励：同一事项另有更高的奖补，从优从高不重复，要求从优从高不重复，现为本项1,000,000.00元；示例科技奖补办法（示例〔2024〕1号）1,500,000.00元（享受该项）；可以书面选择享受另一项（五（四））"},
			{"PAIDLESS", 200_000, 200_000, "", "awarded TOP_UP", "高企首次认定奖励：800,000.00 元，同一事项已领取较低的奖补，补足差额（五（四））"},
			{"PAIDMORE", 1_500_000, 1_500_000, "", "rejected PAID_ELSEWHERE", "高企首次认定奖励：同一事项已领取不低于本项的奖补，要求从优从高不重复，现为本项1,000,000.00元；示例科技奖补办法（示例〔2024〕1号）1,500,000.00元（已领取）（五（四））"},
			{"UNKNOWN", -1, 0, "", "needs_decision OVERLAP_UNKNOWN", "高企首次认定奖励：须由主管部门决定，同一事项另有其他政策奖补，金额尚不清楚（五（四））"},
			{"OURS", 1_500_000, 0, models.ChoseOurs, "awarded OK", "高企首次认定奖励：1,000,000.00 元（三（二））"},
			{"THEIRS", 200_000, 0, models.ChoseTheirs, "rejected WAIVED_FOR_OTHER", "高企首次认定奖励：已选择享受其他政策的奖补，要求从优从高不重复，现为本项1,000,000.00元；示例科技奖补办法（示例〔2024〕1号）200,000.00元（享受该项）（五（四））"},
		} {
			h.firm(c.code)
			h.fact(c.code, "hightech", "GR"+c.code, "2024-03-01", "2024-03-04", `{"first_time":true}`)
			if c.amount != 0 {
				h.other(c.code, "hightech", "GR"+c.code, "2024-03-04", c.amount, c.paid, choose(c.choice))
			}
			checks = append(checks, func() {
				same(t, c.code, h.claims(c.code), "hightech-first GR"+c.code+" "+c.claim)
				if got := h.why("hightech-first", c.code, "GR"+c.code); got != c.why {
					t.Errorf("%s:\n got %s\nwant %s", c.code, got, c.why)
				}
			})
		}
		h.firm("CERT") // another certificate is another thing
		h.fact("CERT", "hightech", "GRCERT", "2024-03-01", "2024-03-04", `{"first_time":true}`)
		h.other("CERT", "hightech", "GRELSE", "2024-03-04", 1_500_000, 0)
		h.play("2024-03-04", "2024-03-08")
		for _, check := range checks {
			check()
		}
		same(t, "another certificate", h.awards("CERT"), "hightech-first 1000000.00 2024-03-05 | 1 1000000.00 2024-03-05 due")
		h.clean()
	})
}

// 三（四）: of one year the better set is kept, whatever came first; what has been awarded stays, and a choice is for people.
func TestBackboneAndDemonstrationOfOneYear(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := newHouse(t, s)
		backbone := func(code, on string) {
			h.fact(code, "selection-backbone", "2024", on, "2024-11-04", `{"year":2024,"rank":1,"selected":true}`)
		}
		demo := func(code, level, on string) {
			h.fact(code, "integrity-demo", level, on, "2024-11-04", `{"level":"`+level+`","first_time":true}`)
		}
		for _, code := range []string{"S1", "S2", "S8", "YEARS"} {
			h.firm(code)
		}
		demo("S1", "provincial", "2024-05-10")
		backbone("S1", "2024-10-31")
		demo("S2", "national", "2024-10-10")
		backbone("S2", "2024-09-30")
		backbone("S8", "2024-09-30")
		demo("S8", "provincial", "2024-10-10")
		demo("S8", "national", "2024-10-20")
		demo("YEARS", "provincial", "2023-12-10")
		backbone("YEARS", "2024-10-31")
		h.play("2024-11-04", "2024-11-08")
		same(t, "S1", h.claims("S1"), "integrity-demo-provincial provincial rejected EXCLUSIVE_WITH_BACKBONE", "backbone-firm 2024 awarded OK")
		same(t, "S2 tie: the earlier", h.claims("S2"), "backbone-firm 2024 awarded OK", "integrity-demo-national national rejected EXCLUSIVE_WITH_BACKBONE")
		same(t, "S8", h.claims("S8"), "backbone-firm 2024 rejected EXCLUSIVE_WITH_INTEGRITY", "integrity-demo-provincial provincial awarded OK", "integrity-demo-national national awarded OK")
		same(t, "different years", h.claims("YEARS"), "integrity-demo-provincial provincial awarded OK", "backbone-firm 2024 awarded OK")
		if got, want := h.why("integrity-demo-provincial", "S1", "provincial"), "省级诚信示范奖励：与骨干企业奖励不重复享受，要求不重复享受，现为本项100,000.00元；市级人力资源服务业骨干企业奖励（2024）200,000.00元（享受该项）（三（四））"; got != want {
			t.Errorf("S1's loser hears\n%s\nwant\n%s", got, want)
		}
		h.clean()
	})
}

// S12 with the reading that pairs of different years are for people: both figures are shown, and a case asks for the choice.
func TestPairsOfDifferentYearsWaitWhereTheHouseSaysSo(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := newHouse(t, s)
		h.env.BestOf.OtherYears = true
		h.firm("A")
		h.fact("A", "integrity-demo", "1", "2024-05-10", "2024-05-13", `{"level":"provincial","first_time":true}`)
		h.play("2024-05-13", "2024-05-15")
		h.fact("A", "selection-backbone", "2026", "2026-10-31", "2026-11-03", `{"year":2026,"rank":1,"selected":true}`)
		h.sim.Idle = true
		h.play("2026-11-03", "2026-11-03")
		same(t, "waits", h.claims("A"), "integrity-demo-provincial 1 awarded OK", "backbone-firm 2026 needs_decision EXCLUSIVE_YEARS")
		same(t, "a choice", h.casesOf("A"), "choice 200000.00 0.00→200000.00 open 0.00")
		c, err := h.q().ClaimOf("backbone-firm", h.orgs["A"], "2026")
		h.must(err)
		d, err := h.q().Decision(c.DecisionID)
		h.must(err)
		for _, figure := range []string{"本项 200,000.00 元", "（1）100,000.00 元"} {
			if !strings.Contains(d.Result, figure) {
				t.Errorf("the decision does not show %s: %s", figure, d.Result)
			}
		}
		h.must(h.settle(1, "difference", "2026-11-03"))
		same(t, "the difference", h.awards("A"), "integrity-demo-provincial 100000.00 2024-05-14 | 1 100000.00 2024-05-14 due", "backbone-firm 100000.00 2026-11-03 | 1 100000.00 2026-11-03 due")
		h.play("2026-11-04", "2026-11-05")
		if cases := h.casesOf("A"); len(cases) != 1 {
			t.Errorf("cases %v", cases)
		}
		h.clean()
	})
}

// The other readings of a lower payment, and two returns of one contribution base.
func TestReadingsOfALowerPayment(t *testing.T) {
	for reading, want := range map[string]string{
		policy.TopUp: "awarded TOP_UP", policy.NoTopUp: "rejected PAID_ELSEWHERE", policy.RepayThen: "needs_decision REPAY_FIRST",
	} {
		t.Run(reading, func(t *testing.T) {
			modelstest.Each(t, func(t *testing.T, s *models.Store) {
				h := newHouse(t, s)
				h.env.BestOf.PaidLower = reading
				h.firm("A")
				h.fact("A", "hightech", "GR1", "2024-03-01", "2024-03-04", `{"first_time":true}`)
				h.other("A", "hightech", "GR1", "2024-03-04", 200_000, 200_000)
				h.play("2024-03-04", "2024-03-06")
				same(t, reading, h.claims("A"), "hightech-first GR1 "+want)
				h.clean()
			})
		})
	}
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := newHouse(t, s)
		h.firm("A")
		h.fact("A", "headquarters", "2023版", "2023-09-02", "2023-10-09", `{"lists":["service500"],"operating_since":"2022-12-01","headquarters_legal_person":true,"group":"示例集团"}`)
		h.fact("A", "contribution", "总部-2024", "2025-01-31", "2025-02-10", `{"scheme":"hq","year":2024,"year_number":1,"local_contribution":"1000000.00","rate_percent":60}`)
		h.fact("A", "contribution", "园区-2024", "2025-01-31", "2025-02-10", `{"scheme":"park","year":2024,"year_number":1,"local_contribution":"1000000.00","rate_percent":80}`)
		h.sim.Idle = true
		h.play("2025-02-10", "2025-02-10")
		same(t, "S4", h.claims("A"), "hq-settle-service500 2023版 decided TOTAL", "park-resident-rebate 园区-2024 held LEGAL_REVIEW", "hq-contribution-rebate 总部-2024 rejected LOWER_THAN_OTHER")
		h.clean()
	})
}

// The offer of another office arrives between the plan and the second person's yes: the line is held, nothing is paid, and the next night
// decides anew.
func TestAnOfferBetweenLookAndApprovalHoldsTheLine(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := newHouse(t, s)
		h.firm("A")
		h.fact("A", "hightech", "GR1", "2024-03-01", "2024-03-04", `{"first_time":true}`)
		h.sim.Idle = true
		h.play("2024-03-04", "2024-03-04")
		h.sim.SetClock(at("2024-03-05 09:00"))
		sub, err := h.submit("jb01", at("2024-03-05 09:00"))
		if err != nil {
			t.Fatal(err)
		}
		h.other("A", "hightech", "GR1", "2024-03-05", 1_500_000, 0)
		if _, err := h.sim.Runner.Decide(t.Context(), h.checker, sub.Code, true, "", at("2024-03-05 10:00")); err != nil {
			t.Fatal(err)
		}
		same(t, "after the yes", h.claims("A"), "hightech-first GR1 held DECISION_CHANGED")
		same(t, "no award", h.awards("A"))
		h.play("2024-03-06", "2024-03-06")
		same(t, "next night", h.claims("A"), "hightech-first GR1 rejected LOWER_THAN_OTHER")
		h.clean()
	})
}

// S9 and S10 with people: what others pay for single persons and the cap of the year are weighed together.
func TestHeadsThatOthersPayFor(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		w := newTown(t, s, "")
		w.sim.Idle = true
		var checks []func()
		hire := func(code string, n int) []models.Recruit {
			w.firm(code)
			people := w.hire(code, n, "2025-03-03")
			w.insure(people, 202503, 202512)
			return people
		}
		for _, c := range []struct {
			code        string
			heads       int
			elsewhere   int
			amount      int64
			paid        int64
			want, state string
		}{
			{"S9", 400, 10, 1000, 0, "195000.00", "decided OK"},
			{"S10", 410, 10, 300, 0, "200000.00", "decided OK"},
			{"LOW", 25, 5, 300, 0, "12500.00", "decided OK"},
			{"PAID", 25, 5, 1000, 1000, "10000.00", "decided OK"},
			{"LOWPAID", 25, 5, 300, 300, "0.00", "needs_decision OVERLAP_UNKNOWN"},
			{"WHO", 25, 5, -1, 0, "0.00", "needs_decision OVERLAP_UNKNOWN"},
		} {
			people := hire(c.code, c.heads)
			for _, r := range people[:c.elsewhere] {
				w.other(c.code, models.PersonKind, w.mac(r.PersonID), "2026-01-05", c.amount, c.paid)
			}
			checks = append(checks, func() {
				claim, err := w.q().ClaimOf(models.RecruitItem, w.orgs[c.code], "2025")
				if err != nil {
					t.Fatal(err)
				}
				d, err := w.q().Decision(claim.DecisionID)
				if err != nil {
					t.Fatal(err)
				}
				if got := fmt.Sprintf("%s %s %s", d.AmountFen, claim.State, claim.Reason); got != c.want+" "+c.state {
					t.Errorf("%s: %s, want %s %s", c.code, got, c.want, c.state)
				}
			})
		}
		w.play("2026-07-18", "2026-07-21")
		for _, check := range checks {
			check()
		}
		w.clean()
	})
}

// mac is the key under which a person is known.
func (h *house) mac(person int64) string {
	h.t.Helper()
	p, err := h.q().Person(person)
	if err != nil {
		h.t.Fatal(err)
	}
	return p.IDMAC
}

// No full identity number reaches the table of other policies' awards.
func TestPersonsOfOtherPoliciesAreKeptAsKeys(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		mac, err := s.Cipher().PersonMAC(secret.Text("330702199901010010"))
		if err != nil || len(mac) != 64 || strings.Contains(mac, "330702") {
			t.Errorf("%s, %v", mac, err)
		}
	})
}

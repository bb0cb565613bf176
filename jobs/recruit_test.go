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

// 20 July 2026 is a Monday: decided in the night, submitted that morning, approved on Tuesday.
func TestTwentyRecruitsArePaidAndNineteenAreNot(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		w := newTown(t, s, "")
		w.firm("A")
		w.firm("B")
		w.insure(w.hire("A", 19, "2025-10-08"), 202510, 202606)
		w.insure(w.hire("A", 1, "2025-10-08"), 202510, 202602) // five months
		w.insure(w.hire("B", 20, "2025-10-08"), 202510, 202603)
		w.play("2026-07-18", "2026-07-22")
		same(t, "nineteen and a five-month one", w.decisions("A", "2025"), "2026-07-20 none 0.00 LT_20")
		same(t, "twenty", w.awards("B"), "recruit-headcount 10000.00 2026-07-21 | 1 10000.00 2026-07-21 due")
		w.clean()
	})
}

// A late file turns 0 into money: a new decision beside the old, and the old one stays as it was.
func TestALateInsuranceFileMakesANewDecision(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		w := newTown(t, s, "")
		w.firm("A")
		w.insure(w.hire("A", 19, "2025-10-08"), 202510, 202606)
		late := w.hire("A", 1, "2025-10-08")
		w.insure(late, 202510, 202602)
		w.play("2026-07-18", "2026-07-22")
		before := w.newest("A", "2025", 1)
		// the office finds March, posted in time, and says so on 23 July
		w.set(late, models.MonthSet{Insured: span(202510, 202603), KnownOn: 20260723})
		w.play("2026-07-23", "2026-07-25")
		same(t, "decisions", w.decisions("A", "2025"), "2026-07-20 none 0.00 LT_20", "2026-07-23 exact 10000.00 OK")
		same(t, "award", w.awards("A"), "recruit-headcount 10000.00 2026-07-24 | 1 10000.00 2026-07-24 due")
		if after := w.newest("A", "2025", 1); after != before {
			t.Errorf("the first decision was %+v and is now %+v", before, after)
		}
		w.clean()
	})
}

// newest is the seq-th decision of a claim.
func (w *town) newest(agency, year string, seq int) models.Decision {
	w.t.Helper()
	c, err := w.q().ClaimOf(models.RecruitItem, w.orgs[agency], year)
	if err != nil {
		w.t.Fatal(err)
	}
	ds, err := w.q().DecisionsOf(c.ID)
	if err != nil || len(ds) < seq {
		w.t.Fatalf("%d decisions, %v", len(ds), err)
	}
	return ds[seq-1]
}

// A month corrected away after the award: the recruit falls out, a lower decision is listed, the award stays.
func TestAMonthCorrectedAwayIsANewDecision(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		w := newTown(t, s, "")
		w.firm("A")
		people := w.hire("A", 20, "2025-03-10")
		w.insure(people, 202503, 202602)
		w.play("2026-07-18", "2026-07-22")
		months := span(202503, 202602)
		for _, m := range []policy.Month{202506, 202510, 202512} { // no six in a row that begin in 2025
			months.Clear(m)
		}
		w.set(people[:1], models.MonthSet{Insured: months, KnownOn: 20260723})
		w.play("2026-07-23", "2026-07-25")
		same(t, "decisions", w.decisions("A", "2025"), "2026-07-20 exact 10000.00 OK", "2026-07-23 none 0.00 LT_20")
		same(t, "award", w.awards("A"), "recruit-headcount 10000.00 2026-07-21 | 1 10000.00 2026-07-21 due")
		states, err := w.q().InsuranceStates([]int64{people[0].RootID})
		if got := states[people[0].RootID]; err != nil || got.State != models.StageFellOut || got.ChangedOn != 20260723 {
			t.Errorf("state %+v, %v", got, err)
		}
		if shifted, err := w.q().ShiftedClaims(); err != nil || len(shifted) != 1 || shifted[0].Now != 0 {
			t.Errorf("shifted claims %+v, %v", shifted, err)
		}
		w.clean()
	})
}

// Nobody reported June: with it there would be twenty. That is not "too few" but "not known yet".
func TestAMonthWithoutAFileIsNotAGap(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		w := newTown(t, s, "")
		w.firm("A")
		w.firm("B")
		sure, unsure := w.hire("A", 18, "2025-06-02"), w.hire("A", 2, "2025-12-20")
		other := w.hire("B", 18, "2025-06-02")
		w.insure(append(sure, other...), 202506, 202512)
		w.insure(unsure, 202601, 202605)
		w.play("2026-07-18", "2026-07-22")
		same(t, "before", w.decisions("A", "2025"), "2026-07-20 needs_data 0.00 MISSING_FACT")
		same(t, "claim", w.claims("A"), "recruit-headcount 2025 needs_data MISSING_FACT")
		same(t, "nobody missing could help the other agency", w.decisions("B", "2025"), "2026-07-20 none 0.00 LT_20")
		if d := w.newest("A", "2025", 1); !strings.Contains(d.Facts, `"unknown":{"heads":2,"months":["2026-06"]}`) || !strings.Contains(d.Result, `"have":"18 人"`) {
			t.Errorf("the decision does not say what is missing: %s %s", d.Facts, d.Result)
		}
		w.cover(202606, 20260723)
		w.set(unsure, models.MonthSet{Insured: span(202601, 202606), KnownOn: 20260723})
		w.play("2026-07-23", "2026-07-25")
		same(t, "after", w.decisions("A", "2025"), "2026-07-20 needs_data 0.00 MISSING_FACT", "2026-07-23 exact 10000.00 OK")
		same(t, "award", w.awards("A"), "recruit-headcount 10000.00 2026-07-24 | 1 10000.00 2026-07-24 due")
		w.clean()
	})
}

func TestOnePersonIsPaidOnceOverAllAgencies(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		w := newTown(t, s, "")
		w.firm("A")
		w.firm("B")
		people := w.hire("A", 20, "2025-03-10")
		w.insure(people, 202503, 202509)
		w.insure(w.hire("B", 19, "2025-03-10"), 202503, 202509)
		w.again(people[:1], func(r *models.Recruit) {
			r.RootID, r.OrgID, r.HiredOn, r.KnownOn = 0, w.orgs["B"], 20250330, 20250510
		})
		w.play("2026-07-18", "2026-07-22")
		same(t, "first agency", w.awards("A"), "recruit-headcount 10000.00 2026-07-21 | 1 10000.00 2026-07-21 due")
		same(t, "second agency", w.decisions("B", "2025"), "2026-07-20 none 0.00 LT_20")
		// the first agency takes its report back before anybody is rewarded twice: the award stands, so the person stays taken
		w.again(people[:1], func(r *models.Recruit) { r.Withdrawn, r.KnownOn = true, 20260723 })
		w.play("2026-07-23", "2026-07-25")
		same(t, "second agency afterwards", w.decisions("B", "2025"), "2026-07-20 none 0.00 LT_20")
		w.clean()
	})
}

// Before any award the person goes over to the other agency when the first takes its report back.
func TestAWithdrawnReportFreesThePersonForTheOtherAgency(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		w := newTown(t, s, "")
		w.firm("A")
		w.firm("B")
		people := w.hire("A", 5, "2025-03-10")
		w.insure(people, 202503, 202509)
		w.insure(w.hire("B", 19, "2025-03-10"), 202503, 202509)
		w.again(people[:1], func(r *models.Recruit) {
			r.RootID, r.OrgID, r.HiredOn, r.KnownOn = 0, w.orgs["B"], 20250330, 20250510
		})
		w.again(people[:1], func(r *models.Recruit) { r.Withdrawn, r.KnownOn = true, 20260723 })
		w.play("2026-07-18", "2026-07-25")
		same(t, "second agency", w.decisions("B", "2025"), "2026-07-20 none 0.00 LT_20", "2026-07-23 exact 10000.00 OK")
		w.clean()
	})
}

func TestFourHundredHeadsReachTheYearsCap(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		w := newTown(t, s, "")
		w.firm("A")
		w.insure(w.hire("A", 402, "2025-03-10"), 202503, 202508)
		w.play("2026-07-18", "2026-07-22")
		same(t, "award", w.awards("A"), "recruit-headcount 200000.00 2026-07-21 | 1 200000.00 2026-07-21 due")
		same(t, "decision", w.decisions("A", "2025"), "2026-07-20 exact 200000.00 CAP_YEAR")
		w.clean()
	})
}

// The list counts on the day of hire: who comes on the last day counts, who comes on the day the employer leaves does not.
func TestTheEmployerMustBeOnTheListOnTheDayOfHire(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		w := newTown(t, s, "2025-06-01")
		w.firm("A")
		w.firm("B")
		w.insure(w.hire("A", 20, "2025-05-31"), 202505, 202512)
		w.insure(w.hire("B", 19, "2025-05-31"), 202505, 202512)
		w.insure(w.hire("B", 1, "2025-06-01"), 202506, 202512)
		w.play("2026-07-18", "2026-07-22")
		same(t, "the last day", w.decisions("A", "2025"), "2026-07-20 exact 10000.00 OK")
		same(t, "one day later", w.decisions("B", "2025"), "2026-07-20 none 0.00 LT_20")
		w.clean()
	})
}

// Who is paid by another policy counts towards the twenty and is not paid again; who was hired before the policy or by
// nobody of the categories does not count.
func TestWhoCountsAndIsNotPaid(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		w := newTown(t, s, "")
		w.firm("A")
		w.insure(w.hire("A", 15, "2025-03-10"), 202503, 202508)
		w.insure(w.hire("A", 5, "2025-03-10", func(r *models.Recruit) { r.PaidElsewhere = true }), 202503, 202508)
		w.insure(w.hire("A", 7, "2025-03-10", func(r *models.Recruit) { r.Category = "other" }), 202503, 202508)
		w.play("2026-07-18", "2026-07-22")
		same(t, "award", w.awards("A"), "recruit-headcount 7500.00 2026-07-21 | 1 7500.00 2026-07-21 due")
		w.clean()
	})
}

func TestRecruitPlanSaysHowManyAreMissing(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		w := newTown(t, s, "")
		w.firm("A")
		w.firm("B")
		w.insure(w.hire("A", 18, "2025-10-08"), 202510, 202603)
		w.insure(w.hire("A", 2, "2025-12-08"), 202512, 202604)
		w.insure(w.hire("B", 21, "2025-10-08"), 202510, 202603)
		w.play("2026-05-18", "2026-05-20")
		report, err := w.sim.Runner.Plan(t.Context(), w.maker, "recruit-reward", models.Params{"year": "2025"}, 20260520)
		if err != nil || len(report.Lines) != 2 || report.Total != policy.Yuan(10500) {
			t.Fatalf("%+v, %v", report, err)
		}
		a, b := report.Lines[0], report.Lines[1]
		if a.What != "2025年引进、2026年兑现" || a.Amount != 0 || !strings.Contains(a.Why, "引进 20 人，已满足 18 人，还差 2 人，还差1个月的 2 人，最早 2026年6月15日 可知是否达到") || a.Change != "新增" {
			t.Errorf("first line %+v", a)
		}
		if b.Amount != policy.Yuan(10500) || b.Clause != "三（七）" {
			t.Errorf("second line %+v", b)
		}
		if counts, err := w.q().ClaimCounts(); err != nil || len(counts) != 0 {
			t.Errorf("the dry run left claims %v, %v", counts, err)
		}
		if _, err := w.sim.Runner.Plan(t.Context(), w.maker, "recruit-reward", models.Params{"org": "NOBODY"}, 20260520); models.CodeOf(err) != models.NotFound {
			t.Errorf("an unknown agency: %v", err)
		}
		if _, err := w.sim.Runner.Plan(t.Context(), w.maker, "recruit-reward", models.Params{"year": "25"}, 20260520); models.CodeOf(err) != models.Invalid {
			t.Errorf("a year of two digits: %v", err)
		}
		one, err := w.sim.Runner.Plan(t.Context(), w.maker, "recruit-reward", models.Params{"org": "B"}, 20260520)
		if err != nil || len(one.Lines) != 1 {
			t.Errorf("one agency alone: %+v, %v", one, err)
		}
	})
}

// The people of two hire years wait, nobody having submitted the first in its year. A submission of one year freezes that one alone, its lines say which
// year they are of, and one without a year takes what is left; the dry run says what it would take along.
func TestRecruitsAreSubmittedByTheirYear(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		w := newTown(t, s, "")
		w.sim.Idle = true
		w.firm("A")
		w.firm("B")
		w.insure(w.hire("A", 20, "2024-10-08"), 202410, 202503)
		w.insure(w.hire("A", 21, "2025-10-08"), 202510, 202603)
		w.insure(w.hire("B", 22, "2025-10-08"), 202510, 202603)
		w.play("2025-07-20", "2025-07-20")
		w.play("2026-07-20", "2026-07-20")
		now := at("2026-07-20 09:00")
		report, err := w.sim.Runner.Plan(t.Context(), w.maker, "recruit-reward", nil, now.Date())
		if err != nil || len(report.Lines) != 2 || report.Ready != 3 || !slices.Contains(report.Notes, "另有2024年引进、2025年兑现的 1 项待送审；报审时不写引进年度的，一并列入") {
			t.Errorf("the dry run: %+v, %v", report, err)
		}
		for _, tc := range []struct {
			params models.Params
			title  string
			lines  []string
		}{
			{models.Params{"year": "2024"}, "引才奖励核定方案（2024年引进、2025年兑现）", []string{"示例A人力资源有限公司 重点产业大学生、高技能人才引进奖励（2024年引进、2025年兑现） 10,000.00 元"}},
			{models.Params{"org": "B"}, "引才奖励核定方案", []string{"示例B人力资源有限公司 重点产业大学生、高技能人才引进奖励（2025年引进、2026年兑现） 11,000.00 元"}},
			{nil, "引才奖励核定方案", []string{"示例A人力资源有限公司 重点产业大学生、高技能人才引进奖励（2025年引进、2026年兑现） 10,500.00 元"}},
		} {
			sub, err := w.sim.Runner.Submit(t.Context(), w.maker, "recruit-reward", tc.params, now.Date(), now)
			if err != nil {
				t.Fatal(err)
			}
			_, shown, err := w.sim.Runner.Frozen(t.Context(), w.checker, sub.Code, now)
			if err != nil {
				t.Fatal(err)
			}
			var lines []string
			for _, l := range shown.Lines {
				lines = append(lines, l.Who+" "+l.What+" "+l.Amount.Text())
			}
			same(t, fmt.Sprint(tc.params), append([]string{sub.Title}, lines...), append([]string{tc.title}, tc.lines...)...)
		}
		_, err = w.sim.Runner.Submit(t.Context(), w.maker, "recruit-reward", models.Params{"year": "25"}, now.Date(), now)
		refused(t, err, models.Invalid, "四位年份")
	})
}

func TestInsurancePlanNamesWhoReachedAndWhoIsAMonthAway(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		w := newTown(t, s, "")
		w.firm("A")
		people := w.hire("A", 3, "2025-03-10")
		w.insure(people[:1], 202503, 202508)
		w.insure(people[1:], 202504, 202508)
		w.play("2025-09-12", "2025-09-14")
		plan := func(on policy.Date, params models.Params) models.Report {
			t.Helper()
			report, err := w.sim.Runner.Plan(t.Context(), w.maker, "insurance-check", params, on)
			if err != nil {
				t.Fatal(err)
			}
			return report
		}
		report := plan(20250915, nil)
		if len(report.Lines) != 1 || report.Lines[0].What != "2025年引进、2026年兑现" || report.Lines[0].Why != "已满足参保月数 1 人（#1）；还差1个月 2 人（#2、#3）" {
			t.Errorf("15 September: %+v", report)
		}
		w.play("2025-09-15", "2025-09-15")
		months := span(202503, 202508)
		months.Clear(202506)
		w.set(people[:1], models.MonthSet{Insured: months, KnownOn: 20250916})
		if report = plan(20250916, nil); len(report.Lines) != 1 || report.Lines[0].Why != "曾满足，更正后不再满足 1 人（#1）" {
			t.Errorf("after the correction: %+v", report)
		}
		if report = plan(20250915, models.Params{"full": "1"}); len(report.Lines) != 0 || report.Notes[0] != "共核查 3 人，其中 0 人的状态有变化" {
			t.Errorf("a full pass over unchanged data: %+v", report)
		}
	})
}

func TestDecideRecruitsNeedsAClaim(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		w := newTown(t, s, "")
		w.firm("A")
		w.insure(w.hire("A", 20, "2025-03-10"), 202503, 202508)
		decide := func(year int, on policy.Date) (changed bool) {
			w.tx(func(tx *models.Tx) (err error) {
				changed, err = jobs.DecideRecruits(tx, w.env, w.orgs["A"], year, on, 0)
				return err
			})
			return changed
		}
		if decide(2025, 20260601) {
			t.Error("a decision without a claim")
		}
		w.play("2026-07-19", "2026-07-20")
		if decide(2025, 20260720) {
			t.Error("a second decision from the same facts")
		}
	})
}

// A decision that paid for months which were only reported later is found out.
func TestCheckFindsMonthsNobodyKnewThen(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		w := newTown(t, s, "")
		w.firm("A")
		people := w.hire("A", 20, "2025-03-10")
		w.insure(people, 202503, 202508)
		w.play("2026-07-18", "2026-07-22")
		finding := func() models.CheckResult {
			results, err := w.sim.Runner.Check(t.Context(), policy.InstantOf(w.sim.Now()))
			if err != nil {
				t.Fatal(err)
			}
			i := slices.IndexFunc(results, func(r models.CheckResult) bool { return r.No == "21" })
			return results[i]
		}
		if got := finding(); got.Examined != 20 || len(got.Findings) != 0 {
			t.Errorf("clean: %+v", got)
		}
		modelstest.Exec(t, s, "UPDATE month_sets SET known_on = 20260801 WHERE known_on = 20250915 AND person_id IN (?, ?)", people[3].PersonID, people[4].PersonID)
		if got := finding(); len(got.Findings) != 1 || !strings.Contains(got.Findings[0], "2 人") {
			t.Errorf("with two months that came later: %+v", got)
		}
	})
}

package jobs_test

import (
	"fmt"
	"strings"
	"testing"

	"duixian/jobs"
	"duixian/models"
	"duixian/models/modelstest"
	"duixian/policy"
)

// shared is a house whose money is borne half by the city and half by the district until the end of 2025, and 60 to 40 afterwards.
func shared(t *testing.T, h *house) *house {
	t.Helper()
	half := []policy.ChannelShare{{Channel: "市级", Share: 50}, {Channel: "区级", Share: 50}}
	more := []policy.ChannelShare{{Channel: "市级", Share: 60}, {Channel: "区级", Share: 40}}
	s, err := policy.NewChannelSplit([]policy.ChannelRule{{Shares: half}, {From: 20240101, Shares: more}})
	if err != nil {
		t.Fatal(err)
	}
	h.env.Budget.Split = s
	return h
}

// allot brings an appropriation in by file and has two people decide it.
func (h *house) allot(when string, rows ...string) {
	h.t.Helper()
	body := "年度,资金渠道,指标文号,金额（元）,报送日期\n" + strings.Join(rows, "\n") + "\n"
	now := at(when)
	h.sim.SetClock(now)
	h.tx(func(tx *models.Tx) error {
		return tx.StageFile(&models.StagedFile{Kind: "appropriations", FileName: "指标.csv", KnownOn: now.Date(), Body: []byte(body), ExpiresAt: now + 3_600_000})
	})
	if _, err := h.sim.Runner.RunFor(h.t.Context(), h.maker, jobs.ImportJob, models.Params{"kind": "appropriations", "sha256": models.FileSHA([]byte(body))}, 0, now); err != nil {
		h.t.Fatal(err)
	}
	if rows, err := h.q().AppropriationRows(); err != nil || len(rows) > 0 && rows[len(rows)-1].Since == now {
		h.t.Errorf("one person allotted money: %v, %v", rows, err)
	}
	if _, err := h.decide("fh01", fmt.Sprintf("%06d", h.codes), true, now); err != nil {
		h.t.Fatal(err)
	}
}

// purses says how a year's purses stand as text.
func (h *house) purses(year int, on policy.Date) (out []string) {
	h.t.Helper()
	states, err := h.q().Budgets(on)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, b := range states {
		if b.Year == year {
			out = append(out, fmt.Sprintf("%s %s reserved %s open %s over %s ordered %s paid %s free %s", b.Channel, b.Appropriated, b.Reserved, b.Open, b.Overdue, b.Ordered, b.Paid, b.Free()))
		}
	}
	return out
}

// An award reserves what each of its parts will need, by channel and by the year in which it falls due; what was awarded before the first appropriation is reserved with it. The
// split is that of the approval day. As known before, nothing is reserved.
func TestAnAwardReservesItsYears(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := shared(t, headquarteredUntil(t, s, 1, jobs.VolumeLimits{}, "2023-12-10"))
		modelstest.Exec(t, s, "DELETE FROM budget_reserves") // as an older program left it
		h.sim.Idle = true
		h.clean()
		h.allot("2023-12-11 10:00", "2023,市级,示例财〔2023〕1号,800000,2023-12-11", "2024,市级,示例财〔2023〕2号,1000000,2023-12-11")
		same(t, "2023", h.purses(2023, 20231211),
			"市级 800000.00 reserved 600000.00 open 600000.00 over 0.00 ordered 0.00 paid 0.00 free 200000.00", "区级 0.00 reserved 600000.00 open 600000.00 over 0.00 ordered 0.00 paid 0.00 free -600000.00")
		same(t, "2025", h.purses(2025, 20231211),
			"市级 0.00 reserved 450000.00 open 450000.00 over 0.00 ordered 0.00 paid 0.00 free -450000.00", "区级 0.00 reserved 450000.00 open 450000.00 over 0.00 ordered 0.00 paid 0.00 free -450000.00")
		same(t, "before the award", h.purses(2023, 20231201))
		same(t, "what nobody ordered in 2023 is borne by 2024", h.purses(2024, 20240102),
			"市级 1000000.00 reserved 450000.00 open 450000.00 over 600000.00 ordered 0.00 paid 0.00 free -50000.00", "区级 0.00 reserved 450000.00 open 450000.00 over 600000.00 ordered 0.00 paid 0.00 free -1050000.00")
		h.firm("A")
		h.fact("A", "hightech", "GR1", "2024-01-03", "2024-01-04", `{"first_time":true}`)
		h.sim.Idle = false
		h.play("2024-01-02", "2024-01-08")
		same(t, "approved in 2024 at 60 to 40", h.purses(2024, 20240108),
			"市级 1000000.00 reserved 1050000.00 open 1050000.00 over 600000.00 ordered 0.00 paid 0.00 free -650000.00", "区级 0.00 reserved 850000.00 open 850000.00 over 600000.00 ordered 0.00 paid 0.00 free -1450000.00")
		h.clean()
	})
}

// A proposal that passes what is allotted says so to whoever looks, and is approved all the same; then officials hear once that the money is promised.
func TestAProposalBeyondTheMoneyWarnsAndAnAwardTells(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := decided(t, s)
		report, err := h.sim.Runner.Plan(t.Context(), h.maker, "claims", nil, 20240304)
		if err != nil || len(report.Notes) != 0 {
			t.Errorf("nobody allots money, and a dry run says %q (%v)", report.Notes, err)
		}
		h.allot("2024-03-04 10:00", "2024,市级,示例财〔2024〕1号,900000,2024-03-04")
		const want = "资金提醒：2024年市级指标 900,000.00 元，已占用 0.00 元，本方案需 1,000,000.00 元，超出 100,000.00 元；核定不受影响，拨付时整笔等待指标"
		if report, err = h.sim.Runner.Plan(t.Context(), h.maker, "claims", nil, 20240304); err != nil || len(report.Notes) != 1 || report.Notes[0] != want {
			t.Errorf("the dry run says %q (%v), want %q", report.Notes, err, want)
		}
		sub, err := h.submit("jb01", at("2024-03-05 10:00"))
		if err != nil {
			t.Fatal(err)
		}
		if _, shown, err := h.sim.Runner.Frozen(t.Context(), h.checker, sub.Code, at("2024-03-05 10:30")); err != nil || len(shown.Notes) != 2 || shown.Notes[0] != want {
			t.Errorf("the second person reads %q (%v), want %q first", shown.Notes, err, want)
		}
		if _, err := h.decide("fh01", sub.Code, true, at("2024-03-05 11:00")); err != nil {
			t.Fatal(err)
		}
		told := h.count("budget-used")
		if told == 0 {
			t.Error("nobody was told that the money is promised")
		}
		h.play("2024-03-06", "2024-03-12") // mornings look again
		if n := h.count("budget-used"); n != told {
			t.Errorf("told %d times, then %d: once each is enough", told, n)
		}
		if !strings.Contains(h.told.String(), "2024年市级指标已占用 111%") || !strings.Contains(h.told.String(), "已核定的超出指标 **100,000.00 元**") {
			t.Errorf("told:\n%s", h.told.String())
		}
		h.clean()
	})
}

// The forecast holds the tails after the policy's end, says what is only expected, and everything adds up, by whatever it is cut.
func TestTheForecastHoldsTheTails(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := shared(t, newHouse(t, s))
		h.firm("HQ1")
		h.firm("A")
		h.fact("HQ1", "headquarters", "2028版", "2028-07-01", "2028-07-04", `{"lists":["global500"],"operating_since":"2027-06-01","headquarters_legal_person":true,"group":"示例集团"}`)
		h.play("2028-07-03", "2028-07-10")
		h.fact("A", "hightech", "GR1", "2028-07-08", "2028-07-11", `{"first_time":true}`)
		h.sim.Idle = true
		h.play("2028-07-11", "2028-07-11")
		f, err := h.q().Forecast(h.env.Book, h.env.Budget, h.env.Effective, 20280711)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, year := range f.Years() {
			sum := f.Sum(year)
			got = append(got, fmt.Sprintf("%d owed %s expected %s after the end %v", year, sum.Owed, sum.Expected, f.Tail(year)))
		}
		same(t, "by year", got, "2028 owed 1200000.00 expected 1000000.00 after the end false", "2029 owed 900000.00 expected 0.00 after the end true", "2030 owed 900000.00 expected 0.00 after the end true")
		for what, sums := range map[string][]models.ForecastSum{"clauses": f.Clauses(0), "channels": f.Channels(0), "quarters": f.Quarters(2028)} {
			total := policy.Fen(0)
			for _, sum := range sums {
				total += sum.Total()
			}
			if want := f.Sum(0).Total(); what != "quarters" && total != want || what == "quarters" && total != f.Sum(2028).Total() {
				t.Errorf("%s sum to %s", what, total)
			}
		}
		if before, err := h.q().Forecast(h.env.Book, h.env.Budget, h.env.Effective, 20280702); err != nil || len(before.Parts) != 0 {
			t.Errorf("before anything was known %d parts are forecast (%v)", len(before.Parts), err)
		}
		h.clean()
	})
}

// After the closing of the year nothing is ordered, and it says why and when it goes on; where nobody knows the working days, near the closing it asks.
func TestNothingIsOrderedAfterTheClosing(t *testing.T) {
	h := headquarteredUntil(t, modelstest.New(t), 1, jobs.VolumeLimits{}, "2023-12-10")
	h.env.Calendar = policy.BuiltinCalendar()
	for day, want := range map[string]string{"2023-12-20": "账户", "2023-12-21": "暂不列入：当年的列支已截止", "2024-01-02": "账户", "2031-12-01": "账户", "2031-12-16": "暂不列入：当年放假安排尚未收录"} {
		r, err := h.sim.Runner.Plan(t.Context(), h.maker, "payment-batch", nil, policy.MustDate(day))
		if err != nil || len(r.Lines) == 0 || !strings.Contains(r.Lines[0].Why, want) {
			t.Errorf("%s: %+v (%v), want %q", day, r.Lines, err, want)
		}
	}
}

// Two people may let a later award go first; what is chosen must fit, must be due, and is asked for once.
func TestAShortageIsChosenByTwoPeople(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := headquarteredUntil(t, s, 2, jobs.VolumeLimits{}, "2023-12-10")
		h.sim.Idle = true
		choose := func(choices ...models.BudgetChoice) (models.Submission, error) {
			return h.sim.Runner.ChooseFirst(t.Context(), h.maker, choices, at("2023-12-11 11:00"))
		}
		second := models.BudgetChoice{AwardID: 2, No: 1}
		_, err := choose(second)
		refused(t, err, models.Invalid, "2023年还没有录入预算指标")
		h.allot("2023-12-11 10:00", "2023,市级,示例财〔2023〕1号,2000000,2023-12-11")
		_, err = choose(second, models.BudgetChoice{AwardID: 1, No: 1})
		refused(t, err, models.Invalid, "所选各期合起来超过了可列支的金额")
		_, err = choose(models.BudgetChoice{AwardID: 2, No: 2})
		refused(t, err, models.Invalid, "不在待拨付之列")
		_, err = choose(second, second)
		refused(t, err, models.Invalid, "写了两次")
		_, err = choose()
		refused(t, err, models.Invalid, "写明哪几期先拨")
		_, err = h.sim.Runner.ChooseFirst(t.Context(), h.maker, []models.BudgetChoice{second}, at("2023-12-21 10:00"))
		refused(t, err, models.Unavailable, "2023年的列支已于2023年12月20日截止")
		sub, err := choose(second)
		if err != nil {
			t.Fatal(err)
		}
		waits := func() string {
			t.Helper()
			due, err := h.q().DueParts(h.env.Budget, 20231211)
			if err != nil {
				t.Fatal(err)
			}
			_, wait, err := h.q().BudgetFits(models.BudgetOrder{Year: 2023, On: 20231211, Required: true}, due)
			if err != nil || len(wait) != 1 {
				t.Fatal(wait, err)
			}
			return fmt.Sprintf("%d-%d", wait[0].AwardID, wait[0].No)
		}
		if got := waits(); got != "2-1" {
			t.Errorf("%s waits before anybody has agreed, want 2-1", got)
		}
		if _, shown, err := h.sim.Runner.Frozen(t.Context(), h.checker, sub.Code, at("2023-12-11 11:30")); err != nil || len(shown.Lines) != 1 || !strings.Contains(strings.Join(shown.Notes, "\n"), "等待指标：示例HQ1人力资源有限公司 奖励 #1 第 1 期 1,200,000.00 元") {
			t.Errorf("the second person reads %+v (%v)", shown, err)
		}
		if _, err := h.decide("fh01", sub.Code, true, at("2023-12-11 12:00")); err != nil {
			t.Fatal(err)
		}
		if got := waits(); got != "1-1" {
			t.Errorf("%s waits after two people have chosen, want 1-1", got)
		}
		if view, err := h.env.ShowPlan(h.q(), sub.PlanID); err != nil || !view.Intact || len(view.Notes) != 2 || view.Lines[0].State != models.LineApplied {
			t.Errorf("the plan reads %+v (%v)", view, err)
		}
		h.clean()
	})
}

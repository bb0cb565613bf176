package jobs_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"duixian/models"
	"duixian/models/modelstest"
	"duixian/policy"
)

// contact gives an agency somebody to talk to.
func (w *town) contact(agency string) {
	w.tx(func(tx *models.Tx) error {
		return tx.AddMember(1, models.System, &models.Member{Code: "contact-" + agency, Name: "示例联系人", Active: true}, models.MemberRole{Role: models.Contact, OrgID: w.orgs[agency]})
	})
}

// told says what was put into the outbox about recruits: day kind payload.
func (w *town) told() (out []string) {
	w.t.Helper()
	rows, err := w.q().Notices(models.NoticeFilter{Limit: 10000})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, n := range rows {
		if strings.HasPrefix(n.Kind, "recruit-") || n.Kind == "needs-data" {
			out = append(out, fmt.Sprintf("%s %s %s", n.DueOn, n.Kind, n.Payload))
		}
	}
	slices.Sort(out)
	return out
}

func TestAgenciesHearOfTheirRecruits(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		w := newTown(t, s, "")
		w.firm("A")
		w.contact("A")
		people := w.hire("A", 2, "2025-03-10")
		w.hire("A", 1, "2025-03-10", func(r *models.Recruit) { r.Category = "other" })
		others := w.hire("A", 1, "2025-03-10", func(r *models.Recruit) { r.Category = "other" })
		w.insure(people, 202503, 202508)
		w.set(others, models.MonthSet{Insured: span(202503, 202508), KnownOn: 20250915}) // does not count: not a word
		w.play("2025-08-14", "2025-09-15")
		months := span(202503, 202508)
		months.Clear(202505)
		w.set(people[:1], models.MonthSet{Insured: months, KnownOn: 20250917})
		w.cover(202510)
		w.set(people[:1], models.MonthSet{Insured: months.Or(span(202510, 202510)), KnownOn: 20251115}) // nobody reported September
		w.play("2025-09-16", "2025-11-16")
		same(t, "told", w.told(),
			`2025-08-15 recruit-progress {"need":20,"on":"2025-08-15","one_away":2,"reached":0,"year":2025}`,
			`2025-09-15 recruit-progress {"need":20,"on":"2025-09-15","one_away":0,"reached":2,"year":2025}`,
			`2025-09-17 recruit-fell-out {"lines":[{"enterprise":"示例智能装备有限公司","last":"2025-08","months":3,"name":"示**","root":1}],"need":20,"on":"2025-09-17","reached":1,"year":2025}`)
	})
}

func TestAgenciesHearWhichMonthsAreMissing(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		w := newTown(t, s, "")
		w.firm("A")
		w.contact("A")
		people := w.hire("A", 2, "2025-03-10")
		w.cover(202503)
		w.cover(202505)
		w.set(people, models.MonthSet{Insured: span(202503, 202503), KnownOn: 20250415})
		w.set(people, models.MonthSet{Insured: span(202503, 202503).Or(span(202505, 202505)), KnownOn: 20250615})
		w.play("2025-06-14", "2025-06-16")
		same(t, "told", w.told(), fmt.Sprintf(
			`2025-06-15 needs-data {"by":"","claim":0,"decision":0,"insurance":"pension","item":"重点产业大学生、高技能人才引进奖励","material":null,"months":["2025-04"],"on":"2025-06-15","payer":%d,"payer_name":"示例智能装备有限公司"}`, w.employer))
	})
}

// After 20 July the number is no news: the claim is awarded.
func TestAwardedAgenciesHearNoMoreNumbers(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		w := newTown(t, s, "")
		w.firm("A")
		w.contact("A")
		w.insure(w.hire("A", 20, "2025-03-10"), 202503, 202508)
		late := w.hire("A", 1, "2025-12-10")
		w.insure(late, 202601, 202605)
		w.play("2026-07-18", "2026-07-22")
		before := w.told()
		w.cover(202606, 20260723)
		w.set(late, models.MonthSet{Insured: span(202601, 202606), KnownOn: 20260723})
		w.play("2026-07-23", "2026-07-24")
		same(t, "told", w.told(), before...)
		same(t, "decisions", w.decisions("A", "2025"), "2026-07-20 exact 10000.00 OK", "2026-07-23 exact 10500.00 OK")
	})
}

// outage is a database that is gone from the n-th call on until it comes back.
type outage struct{ left, seen atomic.Int64 }

func (o *outage) fault(point, _ string) error {
	if point != "exec" && point != "commit" || o.left.Load() == 0 {
		return nil
	}
	o.seen.Add(1)
	if o.left.Load() > 1 {
		o.left.Add(-1)
		return nil
	}
	return errors.New("the power is off")
}

// Whenever the power goes in the middle of a check, the run that goes on afterwards leaves what one look leaves, and each
// step of each recruit is noted once.
func TestABrokenNightIsFinishedAfterwards(t *testing.T) {
	o := &outage{}
	modelstest.EachWith(t, models.Options{Fault: o.fault}, func(t *testing.T, s *models.Store) {
		w := newTown(t, s, "")
		for _, agency := range []string{"A", "B"} {
			w.firm(agency)
			w.contact(agency)
			w.set(w.hire(agency, 252, "2025-03-10"), models.MonthSet{Insured: span(202503, 202508), KnownOn: 20250915})
		}
		for m := policy.Month(202503); m <= 202508; m++ {
			w.cover(m)
		}
		w.play("2025-09-15", "2025-09-15")
		var hour clock
		w.env.Now = hour.Now
		calm := w.night(o, &hour, 0, never)
		if calm < 20 {
			t.Fatalf("a night has %d statements", calm)
		}
		step := 3
		if s.Dialect() == "mysql" {
			step = calm / 6 // each round is a second there
		}
		for n := 1; n <= calm; n += step {
			w.night(o, &hour, n, n)
		}
	})
}

// night lets the office correct everybody, there and back in turn, and runs the check with an outage at the n-th call and, until it
// is done, again. It returns how many calls were made before the outage.
func (w *town) night(o *outage, hour *clock, round, n int) int {
	w.t.Helper()
	day := policy.Date(20250916).AddDays(round)
	months := span(202503, 202508)
	if last, err := w.q().InsuranceStatesAfter(0, 1); err != nil || last[0].State == models.StageReached {
		months.Clear(policy.Month(202503 + round%6))
	}
	var roots []int64
	w.tx(func(tx *models.Tx) error {
		states, err := tx.InsuranceStatesAfter(0, 1000)
		if err != nil {
			return err
		}
		var sets []models.MonthSet
		roots = nil
		for _, st := range states {
			sets = append(sets, models.MonthSet{PersonID: st.PersonID, PayerID: st.PayerID, Insurance: models.Pension, KnownOn: day, Insured: months})
			roots = append(roots, st.RootID)
		}
		return errors.Join(tx.AddMonthSets(sets), tx.Recheck(day, roots))
	})
	now := hour.set(day.String() + " 05:00")
	o.seen.Store(0)
	o.left.Store(int64(n))
	_, _ = w.sim.Runner.RunNow(w.t.Context(), w.maker, "insurance-check", models.Params{"full": "1"}, 0, fmt.Sprint("night-", round), now) // may fail: that is the point
	calls := int(o.seen.Load())
	o.left.Store(0)
	for {
		now = hour.add(10 * time.Minute)
		row, err := w.sim.Runner.RunNow(w.t.Context(), w.maker, "insurance-check", models.Params{"full": "1"}, 0, fmt.Sprint("night-", round), now)
		if err == nil && row.State == models.RunFailed {
			row, err = w.sim.Runner.Retry(w.t.Context(), w.maker, row.ID, now)
		}
		if err == nil && row.State == models.RunRunning { // the lease of who died is over by now
			err = w.sim.Runner.Tick(w.t.Context(), now)
		}
		if err == nil && row.State == models.RunSucceeded {
			break
		}
		if err != nil || now > policy.InstantOf(day.At(9, 0)) {
			w.t.Fatalf("outage at %d: %+v, %v", n, row, err)
		}
	}
	q := w.q()
	changes, err := q.InsuranceChanges(day.AddDays(-1), day)
	if err != nil || len(changes) != len(roots) {
		w.t.Errorf("outage at %d: %d changes of %d recruits, %v", n, len(changes), len(roots), err)
	}
	diff, err := q.CompareInsurance(roots, w.env.Book.InsuranceReading(day), models.NewCoverageCache(day))
	if err != nil || !diff.Empty() {
		w.t.Errorf("outage at %d: one look finds %d states different, %v", n, len(diff.States), err)
	}
	if left, err := q.CountRechecks(day); err != nil || left != 0 {
		w.t.Errorf("outage at %d: %d requests are left, %v", n, left, err)
	}
	return calls
}

// Another reading is noticed by itself: everybody is looked at once, and once only.
func TestAChangedReadingLooksAtEverybody(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		w := newTown(t, s, "")
		w.firm("A")
		people := w.hire("A", 3, "2025-03-10")
		months := span(202503, 202509)
		months.Clear(202506)
		w.insure(people[:2], 202503, 202508)
		w.cover(202509)
		w.set(people[2:], models.MonthSet{Insured: months, KnownOn: 20251015})
		w.play("2025-10-14", "2025-10-16")
		stages := func() (out []models.InsuranceStage) {
			states, err := w.q().InsuranceStatesAfter(0, 10)
			if err != nil {
				t.Fatal(err)
			}
			for _, st := range states {
				out = append(out, st.State)
			}
			return out
		}
		if got := stages(); !slices.Equal(got, []models.InsuranceStage{models.StageReached, models.StageReached, models.StageCounting}) {
			t.Fatalf("before: %v", got)
		}
		book, err := w.env.Book.With(map[string]string{"insurance.mode": "cumulative"})
		if err != nil {
			t.Fatal(err)
		}
		w.env.Book = book
		report, err := w.sim.Runner.Plan(t.Context(), w.maker, "insurance-check", nil, 20251017)
		if err != nil || len(report.Lines) != 1 || report.Lines[0].Why != "已满足参保月数 1 人（#3）" || report.Notes[0] != "参保月数的口径已经改变，全部引进人员重新核查" {
			t.Errorf("plan %+v, %v", report, err)
		}
		w.play("2025-10-17", "2025-10-18")
		if got := stages(); !slices.Equal(got, []models.InsuranceStage{models.StageReached, models.StageReached, models.StageReached}) {
			t.Errorf("after: %v", got)
		}
		runs, err := w.q().History("insurance-check", 10)
		if err != nil {
			t.Fatal(err)
		}
		looked := map[policy.Date]int{}
		for _, r := range runs {
			looked[r.BusinessDate] += r.DoneItems
		}
		if looked[20251017] != 3 || looked[20251018] != 0 {
			t.Errorf("recruits looked at by day: %v; want everybody on the 17th and nobody on the 18th", looked)
		}
	})
}

// On 15 April the sixth month is known and the person has reached what is asked for. A file of the 14th arrives late, and somebody asks for the check
// of the 14th: by what was known on that day the person would fall out, and the agency would hear of it. The next night looks instead.
func TestACheckOfAnEarlierDayTakesNothingBack(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		w := newTown(t, s, "")
		w.firm("A")
		people := w.hire("A", 1, "2025-10-08")
		w.insure(people, 202510, 202603)
		w.play("2026-04-15", "2026-04-15")
		stage := func() models.InsuranceStage {
			states, err := w.q().InsuranceStates([]int64{people[0].RootID})
			if err != nil {
				t.Fatal(err)
			}
			return states[people[0].RootID].State
		}
		if got := stage(); got != models.StageReached {
			t.Fatalf("after the night: %s", got)
		}
		w.set(people, models.MonthSet{Insured: span(202510, 202602), KnownOn: 20260414})
		w.sim.SetClock(at("2026-04-15 15:00"))
		run, err := w.sim.Runner.RunNow(t.Context(), w.maker, "insurance-check", models.Params{"date": "2026-04-14"}, 0, "", at("2026-04-15 15:00"))
		if err != nil || run.State != models.RunSucceeded || run.BusinessDate != 20260414 {
			t.Fatalf("%+v, %v", run, err)
		}
		if n, err := w.q().CountRechecks(20260416); stage() != models.StageReached || n != 1 || err != nil {
			t.Errorf("after the check of the 14th: %s, %d wait for the next night (%v)", stage(), n, err)
		}
		w.play("2026-04-16", "2026-04-16")
		if n, err := w.q().CountRechecks(20260416); stage() != models.StageReached || n != 0 || err != nil {
			t.Errorf("after the next night: %s, %d wait (%v)", stage(), n, err)
		}
	})
}

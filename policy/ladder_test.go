package policy_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"duixian/policy"
)

func weekdays(d policy.Date) bool { w := d.Weekday(); return w != 0 && w != 6 }

func builtinWorkday(d policy.Date) bool {
	work, err := policy.BuiltinCalendar().Workday(d)
	return err == nil && work
}

func TestStepsComeOnTheWorkingDayBefore(t *testing.T) {
	licence, material := policy.BuiltinReminders().Ladder(policy.Licence), policy.BuiltinReminders().Ladder(policy.Material)
	for _, c := range []struct {
		ladder     policy.Ladder
		anchor, on policy.Date
		step       int
		ok         bool
	}{
		{licence, 20260401, 20251230, 0, false},   // 92 days
		{licence, 20260401, 20251231, 90, true},   // 1 January is off: said on 31 December
		{licence, 20260404, 20251231, 0, false},   // 4 January is a Sunday that is worked
		{licence, 20260401, 20260302, 30, true},   // Monday
		{licence, 20260331, 20260227, 90, true},   // 1 March is a Sunday, but the Saturday before it is worked
		{licence, 20260331, 20260228, 30, true},   //
		{licence, 20260401, 20260324, 30, true},   //
		{licence, 20260401, 20260325, 7, true},    //
		{licence, 20260401, 20260401, 7, true},    // the last day itself
		{licence, 20260401, 20260402, 0, true},    // missed
		{licence, 20260401, 20270402, 0, false},   // long ago
		{material, 20260302, 20260306, 0, false},  // 7 days: Monday the 9th
		{material, 20260302, 20260309, 7, true},   //
		{material, 20260307, 20260312, 0, false},  // 7 days: Saturday the 14th
		{material, 20260307, 20260313, 7, true},   // said on Friday
		{material, 20260302, 20260401, 30, true},  //
		{material, 20260302, 20260430, 60, true},  // 1 May is off
		{material, 20260302, 20260629, 90, true},  // 119 days: the next is the 120th
		{material, 20260302, 20260630, 120, true}, //
	} {
		step, ok := c.ladder.Step(c.anchor, c.on, builtinWorkday)
		if ok != c.ok || ok && step != c.step {
			t.Errorf("%s to %s on %s: step %d %v, want %d %v", c.ladder.Kind, c.anchor, c.on, step, ok, c.step, c.ok)
		}
	}
}

// A ladder walked on any days, with any days off and any pauses: no step twice, none after a nearer one, none later than its day unless nobody
// was there, at most one a day.
func TestALadderIsWalkedOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := policy.BuiltinReminders().Ladder(rapid.SampledFrom([]string{policy.PolicyEnd, policy.Licence, policy.AnnualReport, policy.Window, policy.Material}).Draw(t, "kind"))
		anchor := policy.NewDate(2026, 1, rapid.IntRange(1, 700).Draw(t, "anchor"))
		off := rapid.SliceOfN(rapid.IntRange(0, 450), 0, 60).Draw(t, "off")
		first := anchor.AddDays(-rapid.IntRange(-40, 220).Draw(t, "start"))
		holiday := map[policy.Date]bool{}
		for _, n := range off {
			holiday[first.AddDays(n)] = true
		}
		workday := func(d policy.Date) bool { return weekdays(d) && !holiday[d] }
		away := rapid.SliceOfN(rapid.IntRange(0, 450), 0, 6).Draw(t, "away")
		var told []int
		present := true
		for n := range 450 {
			on := first.AddDays(n)
			for _, a := range away {
				if a == n {
					present = !present
				}
			}
			step, ok := l.Step(anchor, on, workday)
			if !ok || !present || !workday(on) {
				continue
			}
			past := false
			for _, s := range told {
				past = past || l.Past(step, s)
			}
			if past {
				continue
			}
			if len(told) > 0 && (step == told[len(told)-1] || (l.After != nil) != (step > told[len(told)-1])) {
				t.Fatalf("step %d after %v", step, told)
			}
			told = append(told, step)
			day := anchor.AddDays(-step)
			if l.After != nil {
				day = anchor.AddDays(step)
			}
			shifted := policy.LastWorkday(day, workday)
			switch {
			case step == policy.Missed && l.After == nil:
				if on <= anchor {
					t.Fatalf("missed on %s before %s", on, anchor)
				}
			case on < shifted:
				t.Fatalf("step %d said on %s, its day is %s", step, on, shifted)
			case on > day && len(away) == 0 && n > 12:
				t.Fatalf("step %d said on %s, later than %s", step, on, day)
			}
			if l.After == nil && step != policy.Missed && on > anchor {
				t.Fatalf("step %d on %s after the last day %s", step, on, anchor)
			}
		}
	})
}

func TestRemindersAreReadStrictly(t *testing.T) {
	const good = `
annual_report: {deadline: "03-31"}
application_tail_months: 12
ladders:
  - {kind: policy-end, title: a, before: {days: [7, 1]}, clause: a, source: a, who: a, do: a, where: a, lost: a}
  - {kind: licence, title: a, before: {days: [7, 1]}, clause: a, source: a, who: a, do: a, where: a, lost: a}
  - {kind: annual-report, title: a, before: {days: [7, 1]}, clause: a, source: a, who: a, do: a, where: a, lost: a}
  - {kind: window, title: a, before: {days: [7, 1]}, clause: a, source: a, who: a, do: a, where: a, lost: a}
  - {kind: material, title: a, after: {days: [7, 14], every: 30}, clause: a, source: a, who: a, do: a, where: a, lost: a}
`
	if _, err := policy.ParseReminders([]byte(good)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ old, changed, want string }{
		{"who: a, do", "whom: a, do", "whom"},
		{"kind: licence", "kind: license", "license"},
		{"kind: window", "kind: licence", "写了两次"},
		{"title: a, before", "title: '', before", "title"},
		{"lost: a}\n  - {kind: licence", "lost: ''}\n  - {kind: licence", "lost"},
		{"[7, 14]", "[14, 7]", "从大到小"},
		{"{days: [7, 1]}", "{days: [1, 7]}", "从大到小"},
		{"{days: [7, 1]}", "{days: []}", "至少要有一个"},
		{"{days: [7, 1]}", "{days: [7, 0]}", "1 以上"},
		{"before: {days: [7, 1]}", "after: {days: [7]}", "before"},
		{"before: {days: [7, 1]}", "before: {days: [7], missed: -1}", "不能为负"},
		{"03-31", "02-29", "每年都有"},
		{"03-31", "31-03", "03-31"},
		{"months: 12", "months: 99", "0 到 60"},
	} {
		text := strings.Replace(good, c.old, c.changed, 1)
		if text == good {
			t.Fatalf("nothing changed by %q", c.changed)
		}
		if _, err := policy.ParseReminders([]byte(text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.changed, err)
		}
	}
	// one kind less
	if _, err := policy.ParseReminders([]byte(good[:strings.Index(good, "  - {kind: material")])); err == nil || !strings.Contains(err.Error(), "material") {
		t.Error(err)
	}
}

func TestTheNextReport(t *testing.T) {
	r := *policy.BuiltinReminders()
	for _, c := range []struct {
		due, year int
		on, want  policy.Date
	}{
		{331, 2025, 20260101, 20260331}, {331, 2025, 20260331, 20260331}, {331, 2026, 20260401, 20270331}, {630, 2025, 20260401, 20260630},
	} {
		r.ReportDue = c.due
		if year, due := r.ReportYear(c.on); year != c.year || due != c.want {
			t.Errorf("on %s: %d by %s", c.on, year, due)
		}
	}
}

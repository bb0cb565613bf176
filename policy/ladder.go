package policy

import "slices"

// The kinds of ladders. They are stored with each step that was told: renaming one needs a migration.
const (
	PolicyEnd    = "policy-end"
	Licence      = "licence"
	AnnualReport = "annual-report"
	Window       = "window"
	Material     = "material"
)

// Missed is the step that says that the day has passed.
const Missed = 0

// Ladder is how often people are reminded of one kind of thing, and in which words.
type Ladder struct {
	Kind   string  `yaml:"kind"`
	Title  string  `yaml:"title"`
	Before *Before `yaml:"before"` // one of the two
	After  *After  `yaml:"after"`
	Clause string  `yaml:"clause"`
	Source string  `yaml:"source"`
	Who    string  `yaml:"who"`
	Do     string  `yaml:"do"`
	Where  string  `yaml:"where"`
	Lost   string  `yaml:"lost"`
}

// Before counts down to a last day. Missed is for how many days it is still said, once, that the day has passed; 0 = never.
type Before struct {
	Days   []int `yaml:"days"` // largest first
	Missed int   `yaml:"missed"`
}

// After counts up from the day on which the waiting began. Every goes on after the last of Days; 0 = it ends there.
type After struct {
	Days  []int `yaml:"days"` // smallest first
	Every int   `yaml:"every"`
}

// Step is the step in force on a day for a thing with this last (or first) day: the nearest one whose day has come, for what came before it
// makes no sense any more. A step's day moves back to the working day before it, never forward. ok is false when none has come, or all is over.
func (l Ladder) Step(anchor, on Date, workday func(Date) bool) (step int, ok bool) {
	if l.After != nil {
		return l.After.step(anchor, on, workday)
	}
	if on > anchor {
		return Missed, anchor.DaysUntil(on) <= l.Before.Missed
	}
	for _, n := range slices.Backward(l.Before.Days) {
		if LastWorkday(anchor.AddDays(-n), workday) <= on {
			return n, true
		}
	}
	return 0, false
}

func (a *After) step(anchor, on Date, workday func(Date) bool) (step int, ok bool) {
	come := func(n int) bool {
		day := LastWorkday(anchor.AddDays(n), workday)
		return day <= on && day > anchor
	}
	for _, n := range a.Days {
		if come(n) {
			step, ok = n, true
		}
	}
	for n := a.Days[len(a.Days)-1]; a.Every > 0 && come(n); n += a.Every {
		step, ok = n, true
	}
	return step, ok
}

// Past reports whether step comes too late beside one that was told: the same, or one nearer to the end.
func (l Ladder) Past(step, told int) bool {
	if l.After != nil {
		return told >= step
	}
	return told <= step
}

// Reach is how many days before a last day the first step may lie, holidays included: eleven days without work in a row have not happened.
func (l Ladder) Reach() int { return l.Before.Days[0] + 11 }

// LastWorkday is d itself when people work on it, else the working day before it.
func LastWorkday(d Date, workday func(Date) bool) Date {
	for !workday(d) {
		d = d.AddDays(-1)
	}
	return d
}

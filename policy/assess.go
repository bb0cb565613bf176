package policy

import (
	"cmp"
	"fmt"
	"slices"
)

// AssumedEffectiveFrom stands in for the day the policy takes effect, which the published draft leaves blank, where
// something is only assessed or simulated. Nothing is ever approved or paid by it.
const AssumedEffectiveFrom = Date(20230901)

// AssessOptions are what a decision depends on beside the facts and the book.
type AssessOptions struct {
	EffectiveFrom Date     // zero: AssumedEffectiveFrom
	Decided       *Decided // what officials decided about this claim; nil where they have not
}

// assessment is one run of the checks over one set of facts.
type assessment struct {
	book     *Book
	item     *Item
	values   map[string]any // given facts and defaults
	date     Date           // the day of the fact: it picks the values of the law
	from, to Date
	warnings []string
}

// Assess says what the rules give for an item and facts. Checks are made in the order of the book and the first
// that fails is the reason; a required fact that is missing stops at the check that reads it. The values of the law
// are those of the day of the fact. Errors are mistakes in the question (see InputError); any answer about the claim
// is a Decision. The same question always gives the same bytes.
func (b *Book) Assess(itemID string, facts Facts, opt AssessOptions) (Decision, error) {
	item, err := b.Item(itemID)
	if err != nil {
		return Decision{}, err
	}
	values, err := b.decode(facts)
	if err != nil {
		return Decision{}, err
	}
	if opt.Decided != nil {
		if err := b.decide(item, values, *opt.Decided); err != nil {
			return Decision{}, err
		}
	}
	for name, v := range item.Defaults {
		if _, ok := values[name]; !ok {
			values[name] = v
		}
	}
	for name, f := range b.Facts {
		if _, ok := values[name]; !ok && f.Default != nil {
			values[name] = f.Default
		}
	}
	e := &assessment{book: b, item: item, values: values}
	e.from, e.to = b.Validity(opt.EffectiveFrom)
	e.date, _ = values["date"].(Date)
	d, err := e.run()
	if err != nil {
		return Decision{}, &InputError{itemID, err.Error()}
	}
	return d, nil
}

// run makes the general checks, the item's own, and works out the amount.
func (e *assessment) run() (Decision, error) {
	d := Decision{Item: e.item.ID, Clause: e.item.Clause, PolicyVersion: e.book.Version, Missing: []string{}}
	for _, c := range e.book.checks[e.item.ID] {
		step, missing, applies := e.check(c)
		if !applies {
			continue
		}
		d.Steps = append(d.Steps, step)
		switch {
		case len(missing) > 0:
			return e.finish(d.lacks(missing, step.Clause)), nil
		case !step.OK:
			d.Outcome, d.Reason, d.Clause = cmp.Or(c.Outcome, OutcomeNone), c.Code, step.Clause
			if d.Outcome == OutcomeNone {
				d.Amount = new(Fen(0))
			}
			return e.finish(d), nil
		}
	}
	p, missing, err := e.pay()
	switch {
	case err != nil:
		return d, fmt.Errorf("%s：%w", e.item.Name, err)
	case len(missing) > 0:
		p.step.Code, p.step.Have, p.step.OK = "MISSING_FACT", "未提供", false
		d.Steps = append(d.Steps, p.step)
		return e.finish(d.lacks(missing, p.step.Clause)), nil
	}
	d.Outcome, d.Reason = p.outcome, p.reason
	if p.outcome != OutcomeRefer {
		d.Amount = &p.amount
	}
	d.Steps = append(d.Steps, p.step)
	return e.finish(d), nil
}

func (e *assessment) finish(d Decision) Decision {
	d.Warnings = e.warnings
	return e.book.Explain(d)
}

// lacks makes d a decision that waits for data.
func (d Decision) lacks(missing []string, clause string) Decision {
	d.Outcome, d.Reason, d.Missing, d.Clause = OutcomeNeedsData, "MISSING_FACT", missing, clause
	return d
}

// value is a fact given or its default.
func (e *assessment) value(name string) (any, bool) {
	v, ok := e.values[name]
	return v, ok
}

// missing lists those of the facts that have no value.
func (e *assessment) missing(names ...string) []string {
	return slices.DeleteFunc(names, func(n string) bool { _, ok := e.values[n]; return ok })
}

func (e *assessment) day(name string) Date  { d, _ := e.values[name].(Date); return d }
func (e *assessment) int(name string) int64 { n, _ := e.values[name].(int64); return n }
func (e *assessment) fen(name string) Fen   { f, _ := e.values[name].(Fen); return f }

// threshold is the number that the item compares a measure with.
func (e *assessment) threshold(measure string) int64 {
	for _, c := range e.item.Conditions {
		if c.Measure == measure {
			n, _ := c.Values.On(e.date).Value.(int64)
			return n
		}
	}
	return 0
}

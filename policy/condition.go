package policy

import (
	"cmp"
	"math/big"
	"slices"
	"strings"
)

// Condition is one check: what is compared (a fact, or a measure worked out of several), how, with which dated value
// of the law. When it fails, its code is the reason.
type Condition struct {
	Name    string `yaml:"name"` // of a general check, by which items use it
	Code    string `yaml:"code"`
	Fact    string `yaml:"fact"`
	Measure string `yaml:"measure"`
	Op      string `yaml:"op"` // == != >= > <= < in contains
	Values  Dated  `yaml:"values"`
	Unless  string `yaml:"unless"`  // a yes-or-no fact: the check is not made when it is true
	Given   string `yaml:"given"`   // a fact that may be absent: the check is made only when it is there
	Reading string `yaml:"reading"` // option=value: the check is made only under this reading
	Null    string `yaml:"null"`    // the check passes with this warning when the fact is null
	Outcome string `yaml:"outcome"` // of a failed check: none (default) or needs_decision
}

// The operators each kind of value knows.
var operators = map[string][]string{
	kindBool:    {"=="},
	kindInt:     {"==", "!=", ">=", ">", "<=", "<", "in"},
	kindPercent: {"==", "!=", ">=", ">", "<=", "<"},
	kindYuan:    {"==", "!=", ">=", ">", "<=", "<"},
	kindText:    {"==", "!=", "in"},
	kindEnum:    {"==", "!=", "in"},
	kindList:    {"contains"},
}

// compare applies an operator; the loader made sure that both sides are of one kind and know the operator.
func compare(op string, have, want any) bool {
	switch op {
	case "in":
		return slices.ContainsFunc(want.([]any), func(w any) bool { return compare("==", have, w) })
	case "contains":
		return slices.Contains(have.([]string), want.(string))
	}
	var order int
	switch h := have.(type) {
	case int64:
		order = cmp.Compare(h, want.(int64))
	case Fen:
		order = cmp.Compare(h, want.(Fen))
	case *big.Rat:
		order = h.Cmp(want.(*big.Rat))
	case string:
		order = strings.Compare(h, want.(string))
	case bool:
		if h != want.(bool) {
			order = 1
		}
	}
	switch op {
	case "==":
		return order == 0
	case "!=":
		return order != 0
	case ">=":
		return order >= 0
	case ">":
		return order > 0
	case "<=":
		return order <= 0
	}
	return order < 0
}

// Asks reports whether an item makes the check of a code, as its open points are read, of somebody of whom these facts are known.
func (b *Book) Asks(itemID, code string, facts Facts) bool {
	return slices.ContainsFunc(b.checks[itemID], func(c *Condition) bool {
		return c.Code == code && (c.Reading == "" || b.reads(c.Reading)) && (c.Unless == "" || facts[c.Unless] != true)
	})
}

// check makes one check. The second result is false when the check does not apply to these facts or this reading.
func (e *assessment) check(c *Condition) (step Step, missing []string, applies bool) {
	if c.Reading != "" && !e.book.reads(c.Reading) {
		return step, nil, false
	}
	if c.Unless != "" {
		if v, ok := e.value(c.Unless); ok && v == true {
			return step, nil, false
		}
	}
	if c.Given != "" {
		if _, ok := e.value(c.Given); !ok {
			return step, nil, false
		}
	}
	want := c.Values.On(e.date)
	got := e.measured(c)
	step = Step{
		Code: c.Code, Fact: cmp.Or(c.Fact, got.fact), Have: got.have,
		Need: cmp.Or(want.Need, got.need, want.Phrase), Clause: want.Clause, Phrase: want.Phrase,
	}
	if f := e.book.Facts[step.Fact]; f != nil && e.book.chosen[f.Reading] != "" {
		step.Reading = f.Reading + "=" + e.book.chosen[f.Reading]
	}
	switch {
	case len(got.missing) > 0:
		step.Have = "未提供"
		return step, got.missing, true
	case got.value == nil:
		step.OK = true
		warning := c.Null
		if step.Reading != "" {
			warning += "（口径：" + e.book.ReadUnder(step) + "）"
		}
		e.warnings = append(e.warnings, warning)
	default:
		step.OK = compare(c.Op, got.value, want.Value)
	}
	return step, nil, true
}

func (e *assessment) measured(c *Condition) measured {
	if c.Measure != "" {
		m := measures[c.Measure].eval(e)
		m.fact = cmp.Or(m.fact, measures[c.Measure].fact)
		return m
	}
	v, ok := e.value(c.Fact)
	if !ok {
		return measured{missing: []string{c.Fact}}
	}
	return measured{value: v, have: e.book.Facts[c.Fact].text(v)}
}

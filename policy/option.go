package policy

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Who makes use of an option.
const (
	UsedByAssess = "assess" // evaluation here
	UsedByJobs   = "jobs"   // what is computed before or after: insured months, due days, the approval gate
	UsedByFixed  = "fixed"  // nobody yet: the default is built in
)

// Option is an open point of the text: a question, how it is read unless someone chooses otherwise, and the other
// readings. What is not available is listed all the same, so that nobody takes a reading for the text itself.
type Option struct {
	ID           string        `yaml:"id"`
	Question     string        `yaml:"question"`
	Default      string        `yaml:"default"`
	Text         string        `yaml:"text"` // what the default means
	UsedBy       string        `yaml:"used_by"`
	Fixed        string        `yaml:"fixed"` // used_by fixed: why there is no choice
	Alternatives []Alternative `yaml:"alternatives"`

	Item string `yaml:"-"` // the item that raises the question; empty: the policy as a whole
}

// Alternative is another reading. Unavailable says why it cannot be chosen; empty when it can.
type Alternative struct {
	Value       string `yaml:"value"`
	Text        string `yaml:"text"`
	Unavailable string `yaml:"unavailable"`
}

// Options lists the open points: first those of the whole policy, then the items' in the order of the catalogue.
func (b *Book) Options() []Option {
	all := slices.Clone(b.general)
	for _, i := range b.Items {
		all = append(all, i.Options...)
	}
	return all
}

// Option is the reading in force for an open point: the one chosen, or the default; empty for an id that does not
// exist.
func (b *Book) Option(id string) string {
	if v, ok := b.chosen[id]; ok {
		return v
	}
	return b.options[id].Default
}

// Means says how a reading is understood, in half a sentence; empty for an open point or a reading that the book does not have.
func (b *Book) Means(id, value string) string {
	o := b.options[id]
	if value == o.Default {
		return o.Text
	}
	for _, a := range o.Alternatives {
		if a.Value == value {
			return a.Text
		}
	}
	return ""
}

// ReadUnder says how a fact was understood in a step of a decision; empty for a fact that has one meaning.
func (b *Book) ReadUnder(s Step) string {
	f := b.Facts[s.Fact]
	if f == nil || f.Reading == "" {
		return ""
	}
	if _, value, chosen := strings.Cut(s.Reading, "="); chosen {
		return b.Means(f.Reading, value)
	}
	return b.options[f.Reading].Text
}

// Chosen is the options that differ from their defaults.
func (b *Book) Chosen() map[string]string { return maps.Clone(b.chosen) }

// reads reports whether "option=value" is the reading in force.
func (b *Book) reads(reading string) bool {
	id, value, _ := strings.Cut(reading, "=")
	return b.Option(id) == value
}

// With returns the book under other readings. The book itself does not change; the new one has a version of its own,
// so that a decision tells under which readings it was made. Unknown options and readings that are not available are
// errors.
func (b *Book) With(choices map[string]string) (*Book, error) {
	c := *b
	c.chosen = maps.Clone(b.chosen)
	if c.chosen == nil {
		c.chosen = map[string]string{}
	}
	for _, id := range slices.Sorted(maps.Keys(choices)) {
		value := choices[id]
		o, ok := b.options[id]
		if !ok {
			return nil, &InputError{id, fmt.Sprintf("政策口径 %q 不存在%s", id, suggest(id, b.options))}
		}
		if value == o.Default {
			delete(c.chosen, id)
			continue
		}
		n := slices.IndexFunc(o.Alternatives, func(a Alternative) bool { return a.Value == value })
		switch {
		case n < 0:
			return nil, &InputError{id, fmt.Sprintf("政策口径 %s（%s）没有 %q 这一选项，可选：%s", id, o.Question, value, strings.Join(o.available(), "、"))}
		case o.UsedBy == UsedByFixed:
			return nil, &InputError{id, fmt.Sprintf("政策口径 %s（%s）目前只能取 %s：%s", id, o.Question, o.Default, o.Fixed)}
		case o.Alternatives[n].Unavailable != "":
			return nil, &InputError{id, fmt.Sprintf("政策口径 %s 暂不能取 %s：%s", id, value, o.Alternatives[n].Unavailable)}
		}
		c.chosen[id] = value
	}
	c.Version = c.version()
	return &c, nil
}

// available lists the values that can be chosen, the default first.
func (o Option) available() []string {
	values := []string{o.Default}
	for _, a := range o.Alternatives {
		if o.UsedBy != UsedByFixed && a.Unavailable == "" {
			values = append(values, a.Value)
		}
	}
	return values
}

// Legal review readings of Book.LegalReview.
const (
	LegalReviewNotNeeded = ""               // nothing to enter
	LegalReviewNumber    = "number_entered" // two people enter the number of the review document first
	LegalReviewSuspended = "suspended"      // nothing is approved or paid at all
)

// LegalReview says what stands between a decision for the item and its approval: LegalReviewNotNeeded,
// LegalReviewNumber (the default for items marked legal_review) or LegalReviewSuspended.
func (b *Book) LegalReview(itemID string) string {
	i, err := b.Item(itemID)
	if err != nil || !i.LegalReview {
		return LegalReviewNotNeeded
	}
	switch v := b.Option("rebate.legal_review"); v {
	case "active":
		return LegalReviewNotNeeded
	case LegalReviewSuspended:
		return v
	}
	return LegalReviewNumber
}

// InsuranceReading is the reading of 参保满6个月以上 in force, with the months the recruiting item asks for on a day.
func (b *Book) InsuranceReading(on Date) InsuranceReading {
	r := InsuranceReading{Mode: b.Option("insurance.mode"), BackPay: b.Option("insurance.back_payment")}
	for _, i := range b.Items {
		for _, l := range i.Limits {
			if n, ok := l.Values.On(on).Value.(int64); ok && l.Fact == "recruits.insured_months" {
				r.Need = int(n)
			}
		}
	}
	return r
}

package policy

import "maps"

import "encoding/json"

// Decided is what officials decided about one claim where the law leaves it to them: an amount up to a ceiling, or a
// rate in percent of what the firm contributed. It takes the place of what the facts say of it, and is one of the things a
// decision depends on: the same facts and the same Decided always give the same bytes. Caps and ceilings hold for it as for
// a fact: too much comes out CLAMPED.
type Decided struct {
	Amount *Fen   `json:"amount,omitempty"` // nil where a rate is decided
	Rate   string `json:"rate,omitempty"`   // percent as a plain decimal, "80" or "33.33"
}

// What officials decide of an item.
const (
	DecidesNothing = ""
	DecidesAmount  = "amount"
	DecidesRate    = "rate"
)

// Decides says what the law leaves to officials: an amount (最高……万元), a rate (最高100%), or nothing.
func (i *Item) Decides() string {
	switch i.Amount.Kind {
	case amountDecided:
		return DecidesAmount
	case amountRebate:
		return DecidesRate
	}
	return DecidesNothing
}

// Awaits reports whether a decision waits for officials to fill in an amount or a rate, or to lower one that is over its
// ceiling.
func (d Decision) Awaits() bool { return d.Outcome == OutcomeCeiling || d.Reason == "CLAMPED" }

// decide puts what officials decided into the values that an assessment reads.
func (b *Book) decide(item *Item, values map[string]any, v Decided) error {
	given := Facts{}
	switch item.Decides() {
	case DecidesAmount:
		if v.Amount == nil || v.Rate != "" {
			return &InputError{item.ID, item.Name + "按金额核定，不按比例"}
		}
		given[item.Amount.Decided] = *v.Amount
	case DecidesRate:
		if v.Rate == "" || v.Amount != nil {
			return &InputError{item.ID, item.Name + "按比例核定，不按金额"}
		}
		given[item.Amount.Rate] = json.Number(v.Rate)
	default:
		return &InputError{item.ID, item.Name + "的金额由政策规定，不由主管部门核定"}
	}
	read, err := b.decode(given)
	if err != nil {
		return err
	}
	maps.Copy(values, read)
	return nil
}

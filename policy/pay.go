package policy

import (
	"cmp"
	"fmt"
	"math/big"
	"strings"
)

// payment is what the amount of an item comes to once all checks have passed.
type payment struct {
	amount  Fen
	outcome string
	reason  string
	step    Step
}

// pay works out the amount by its kind. Fractions of a fen are cut, never rounded, unless a reading says otherwise.
func (e *assessment) pay() (p payment, missing []string, err error) {
	a := &e.item.Amount
	law := a.Values.On(e.date)
	p = payment{outcome: OutcomeExact, reason: "OK"}
	p.step = Step{Fact: cmp.Or(a.Of, a.Decided), Need: law.Phrase, Clause: law.Clause, Phrase: law.Phrase, OK: true}
	switch a.Kind {
	case amountFixed:
		e.payFixed(&p, law.Value.(Fen))
	case amountPerUnit:
		n := measures[a.Per].eval(e)
		if p.amount, err = law.Value.(Fen).Mul(n.value.(int64)); err != nil {
			return p, nil, err
		}
		p.step.Have, p.step.Fact = n.have+" × "+law.Value.(Fen).Text(), measures[a.Per].fact
		e.applyCaps(&p)
	case amountShare:
		if missing = e.missing(a.Of); len(missing) > 0 {
			return p, missing, nil
		}
		p.amount = e.round(percentOf(e.fen(a.Of), law.Value.(*big.Rat)))
		p.step.Have = e.book.Facts[a.Of].Name + " " + e.fen(a.Of).Text() + " × " + decimal(law.Value.(*big.Rat)) + "%"
		e.applyCaps(&p)
	case amountRebate:
		return e.payRebate(p, law)
	case amountDecided:
		e.payDecided(&p, law.Value.(Fen))
	case amountRefer:
		e.payReferred(&p)
	}
	p.step.Code = p.reason
	return p, nil, nil
}

func (e *assessment) payFixed(p *payment, sum Fen) {
	p.amount, p.step.Have = sum, sum.Text()
	s := e.item.Amount.Staging
	if s == nil {
		return
	}
	p.reason = "TOTAL"
	stage, ok := e.value(s.Stage)
	if !ok {
		return
	}
	n := stage.(int64)
	p.reason, p.amount = "STAGE", sum.Split(s.Percents...)[n-1]
	p.step.Have = fmt.Sprintf("%s × %d%%（第%d期）", sum.Text(), s.Percents[n-1], n)
	p.step.Need, p.step.Phrase, p.step.Clause = s.Phrase, s.Phrase, s.Clause
}

// payRebate is a percentage of what the firm contributed: the percentage officials decided, or the ceiling.
func (e *assessment) payRebate(p payment, law DatedValue) (payment, []string, error) {
	a := &e.item.Amount
	if missing := e.missing(a.Of); len(missing) > 0 {
		return p, missing, nil
	}
	rate, decided := e.value(a.Rate)
	if !decided {
		rate, p.outcome, p.reason = law.Value, OutcomeCeiling, "CEILING_ONLY"
	}
	p.amount = cut(percentOf(e.fen(a.Of), rate.(*big.Rat)))
	p.step.Have = e.book.Facts[a.Of].Name + " " + e.fen(a.Of).Text() + " × " + decimal(rate.(*big.Rat)) + "%"
	p.step.Code = p.reason
	return p, nil, nil
}

// payDecided is what officials decided, up to the ceiling or what is left of it, or that ceiling.
func (e *assessment) payDecided(p *payment, ceiling Fen) {
	left := ceiling
	for _, c := range e.item.Amount.Caps {
		left = min(left, e.left(c))
	}
	decided, ok := e.value(e.item.Amount.Decided)
	switch {
	case !ok:
		p.amount, p.outcome, p.reason = left, OutcomeCeiling, "CEILING_ONLY"
		p.step.Have = "尚未核定金额"
		return
	case decided.(Fen) > left:
		p.amount, p.reason = left, "CLAMPED"
	default:
		p.amount = decided.(Fen)
	}
	p.step.Have = "核定金额 " + decided.(Fen).Text()
}

func (e *assessment) payReferred(p *payment) {
	documents := strings.Join(e.item.Amount.Documents, "、")
	external, ok := e.value(e.item.Amount.Decided)
	if !ok {
		p.outcome, p.reason, p.step.Have = OutcomeRefer, "OTHER_DOCUMENT", "按"+documents
		return
	}
	p.amount, p.reason = external.(Fen), "EXTERNAL_AMOUNT"
	p.step.Have = "按" + documents + "核定 " + p.amount.Text()
}

// applyCaps cuts the amount to the caps in the order of the file, the narrowest scope first; the last that cuts is
// the reason.
func (e *assessment) applyCaps(p *payment) {
	for _, c := range e.item.Amount.Caps {
		left := e.left(c)
		if p.amount <= left {
			continue
		}
		v := c.Values.On(e.date)
		p.amount, p.reason = left, c.Code
		p.step.Need, p.step.Phrase, p.step.Clause = v.Phrase, v.Phrase, v.Clause
	}
	if p.reason != "OK" {
		p.step.Have += "，限额内可发 " + p.amount.Text()
	}
}

// left is what a cap still allows, never negative.
func (e *assessment) left(c Cap) Fen {
	limit := c.Values.On(e.date).Value.(Fen)
	if c.Used != "" {
		limit -= e.fen(c.Used)
	}
	return max(limit, 0)
}

// percentOf is the exact share of an amount, in fen.
func percentOf(f Fen, percent *big.Rat) *big.Rat {
	return new(big.Rat).Mul(big.NewRat(int64(f), 100), percent)
}

// cut drops fractions of a fen.
func cut(r *big.Rat) Fen { return Fen(new(big.Int).Quo(r.Num(), r.Denom()).Int64()) }

// round cuts to the fen, or rounds half up to the yuan under the reading booth.rounding=half_up_yuan.
func (e *assessment) round(r *big.Rat) Fen {
	if !e.book.reads("booth.rounding=half_up_yuan") {
		return cut(r)
	}
	yuan := new(big.Rat).Quo(r, big.NewRat(100, 1))
	return Yuan(int64(cut(yuan.Add(yuan, big.NewRat(1, 2)))))
}

package models

import (
	"encoding/json"
	"fmt"
	"strings"

	"duixian/policy"
)

// AsOf is what was known on one day about another: the two dates of every statement. What became known later is not in it, and what is true
// only later neither.
type AsOf struct {
	Org         Organisation   `json:"-"`
	Code        string         `json:"code"`
	Name        string         `json:"name"`
	On          policy.Date    `json:"on"`
	KnownOn     policy.Date    `json:"known_on"`
	Stars       any            `json:"stars"`        // of the year before; null = never rated
	StarReading string         `json:"star_reading"` // which rating that is: policy.Book.StarReading
	Facts       []AsOfFact     `json:"facts"`
	Listings    []AsOfListing  `json:"listings"` // covering the day
	External    []AsOfExternal `json:"external"`
	Claims      []AsOfClaim    `json:"claims"`
}

// AsOfFact is a statement.
type AsOfFact struct {
	Kind    string         `json:"kind"`
	Key     string         `json:"key"`
	On      policy.Date    `json:"on"`
	KnownOn policy.Date    `json:"known_on"`
	Attrs   map[string]any `json:"attrs"`
}

// AsOfListing is an entry on a list.
type AsOfListing struct {
	List    string      `json:"list"`
	Issuer  string      `json:"issuer"`
	From    policy.Date `json:"from"`
	To      policy.Date `json:"to,omitempty"`
	KnownOn policy.Date `json:"known_on"`
}

// AsOfExternal is another policy's award. Of awards for single persons only how many there are is said, never whose.
type AsOfExternal struct {
	Kind    string      `json:"kind"`
	Key     string      `json:"key,omitempty"`
	Policy  string      `json:"policy"`
	Amount  *policy.Fen `json:"amount"` // null = not known
	Paid    policy.Fen  `json:"paid"`
	Choice  string      `json:"choice,omitempty"`
	On      policy.Date `json:"on"`
	KnownOn policy.Date `json:"known_on"`
}

// AsOfClaim is a claim with the decision that was its newest then.
type AsOfClaim struct {
	ID       int64       `json:"id"`
	Item     string      `json:"item"`
	Key      string      `json:"key"`
	FactOn   policy.Date `json:"fact_on"`
	Decision int64       `json:"decision"`
	Seq      int         `json:"seq"`
	Decided  policy.Date `json:"decided"`
	Outcome  string      `json:"outcome"`
	Amount   policy.Fen  `json:"amount"`
	Reason   string      `json:"reason"`
	Awarded  policy.Fen  `json:"awarded,omitempty"` // by then
	result   string
}

// AsOf reads what was known of an organisation on knownOn about on. reading says which rating is that of the year before (policy.Book.StarReading).
func (q Query) AsOf(orgID int64, reading string, on, knownOn policy.Date) (AsOf, error) {
	d, err := q.Dossier(orgID, knownOn)
	if err != nil {
		return AsOf{}, err
	}
	a := AsOf{Org: d.Org, Code: d.Org.Code, Name: d.Org.Name, On: on, KnownOn: knownOn, Stars: d.Stars(reading, on), StarReading: reading, Facts: []AsOfFact{}, Listings: []AsOfListing{}, External: []AsOfExternal{}, Claims: []AsOfClaim{}}
	for _, f := range d.Facts {
		if f.On <= on {
			a.Facts = append(a.Facts, AsOfFact{f.Kind, f.Key, f.On, f.KnownOn, f.Attrs})
		}
	}
	for _, l := range d.Listings {
		if l.From <= on && (l.To == 0 || on < l.To) {
			a.Listings = append(a.Listings, AsOfListing{l.List, l.Issuer, l.From, l.To, l.KnownOn})
		}
	}
	for _, e := range d.External {
		if e.OnDay > on {
			continue
		}
		x := AsOfExternal{Kind: e.Kind, Key: e.FactKey, Policy: e.Name(), Paid: e.PaidFen, Choice: e.Choice, On: e.OnDay, KnownOn: e.KnownOn}
		if e.Kind == PersonKind {
			x.Key = ""
		}
		if e.AmountKnown {
			x.Amount = &e.AmountFen
		}
		a.External = append(a.External, x)
	}
	for _, c := range d.Claims {
		if c.OpenedOn > knownOn || c.FactOn > on {
			continue
		}
		last, err := one[Decision](q.db.Where("claim_id = ? AND known_on <= ?", c.ID, knownOn).Order("seq DESC"))
		if CodeOf(err) == NotFound {
			continue
		}
		if err != nil {
			return a, err
		}
		line := AsOfClaim{ID: c.ID, Item: c.Item, Key: c.FactKey, FactOn: c.FactOn, Decision: last.ID, Seq: last.Seq, Decided: last.OnDay, Outcome: last.Outcome, Amount: last.AmountFen, Reason: last.Reason, result: last.Result}
		for _, award := range d.Awards {
			if award.ClaimID == c.ID && award.ApprovedOn <= knownOn {
				line.Awarded = award.AmountFen
			}
		}
		a.Claims = append(a.Claims, line)
	}
	return a, nil
}

// Lines says it to officials, with a book's words for decisions. kindName gives the kind of a statement in Chinese.
func (a AsOf) Lines(book *policy.Book, kindName func(kind string) string) ([]string, error) {
	out := []string{fmt.Sprintf("%s %s：%s的情况，按 %s 已知的资料", a.Name, a.Code, a.On.Text(), a.KnownOn.Text())}
	stars := "尚未评星"
	if a.Stars != nil {
		if stars = fmt.Sprint(a.Stars) + "星"; stars == "0星" {
			stars = "无星"
		}
	}
	out = append(out, "上一年度星级："+stars+"，口径："+book.StarReadingText(a.StarReading))
	for _, l := range a.Listings {
		text := fmt.Sprintf("名单：%s，%s列入", l.List, l.From.Text())
		if l.To != 0 {
			text += "，" + l.To.Text() + "移出"
		}
		out = append(out, text+knownText(l.KnownOn))
	}
	if len(a.Listings) == 0 {
		out = append(out, "名单：没有在列的名单")
	}
	for _, f := range a.Facts {
		text := fmt.Sprintf("资料：%s %s，%s", kindName(f.Kind), f.Key, f.On.Text())
		if said := book.Said(f.Attrs); len(said) > 0 {
			text += "，" + strings.Join(said, "、")
		}
		out = append(out, text+knownText(f.KnownOn))
	}
	people := 0
	for _, e := range a.External {
		if e.Kind == PersonKind {
			people++
			continue
		}
		amount := "金额不明"
		if e.Amount != nil {
			amount = e.Amount.Text()
		}
		if e.Paid > 0 {
			amount += "，已付 " + e.Paid.Text()
		}
		out = append(out, fmt.Sprintf("其他政策：%s %s，%s，%s%s", kindName(e.Kind), e.Key, e.Policy, amount, knownText(e.KnownOn)))
	}
	if people > 0 {
		out = append(out, fmt.Sprintf("其他政策：引进人员 %d 人次", people))
	}
	for _, c := range a.Claims {
		var d policy.Decision
		if err := json.Unmarshal([]byte(c.result), &d); err != nil {
			return nil, fmt.Errorf("审核结论 #%d 的内容无法读取: %w", c.Decision, err)
		}
		text := fmt.Sprintf("申报 #%d（%s）：第%d次审核，%s，%s", c.ID, c.Key, c.Seq, c.Decided.Text(), book.Explain(d).Line())
		if c.Awarded > 0 {
			text += "；已核定 " + c.Awarded.Text()
		}
		out = append(out, text)
	}
	if len(a.Claims) == 0 {
		out = append(out, "申报：当时还没有审核过的申报")
	}
	return out, nil
}

func knownText(on policy.Date) string { return "（" + on.Text() + "得知）" }

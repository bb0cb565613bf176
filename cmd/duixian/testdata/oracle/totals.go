package main

import (
	"cmp"
	"slices"
	"strconv"
)

type totals struct {
	From      day               `json:"from"`
	To        day               `json:"to"`
	Awards    int               `json:"awards"`
	Awarded   string            `json:"awarded"`
	ByClause  map[string]*share `json:"by_clause"`
	ByItem    map[string]*share `json:"by_item"`
	ByYear    map[string]*share `json:"by_year"` // year of approval
	States    map[string]*sum   `json:"instalments"`
	DueByYear map[string]*sum   `json:"due_by_year"` // year of the due day, whatever the state
	Claims    map[state]int     `json:"claims"`
	Lines     []awardLine       `json:"lines"`
}

type share struct {
	Awards int    `json:"awards"`
	Amount string `json:"amount"`
	fen    fen
}

type sum struct {
	Count  int    `json:"count"`
	Amount string `json:"amount"`
	fen    fen
}

type awardLine struct {
	Item        string           `json:"item"`
	Code        string           `json:"code"`
	Key         string           `json:"key"`
	Amount      string           `json:"amount"`
	Approved    day              `json:"approved_on"`
	Instalments []instalmentLine `json:"instalments"`
}

type instalmentLine struct {
	No     int             `json:"no"`
	Amount string          `json:"amount"`
	Due    day             `json:"due_on"`
	State  instalmentState `json:"state"`
	Reason string          `json:"reason,omitempty"`
}

func (r *replay) totals(from, to day) totals {
	t := totals{
		From: from, To: to, ByClause: map[string]*share{}, ByItem: map[string]*share{}, ByYear: map[string]*share{},
		States:    map[string]*sum{"due": {Amount: "0.00"}, "held": {Amount: "0.00"}, "scheduled": {Amount: "0.00"}},
		DueByYear: map[string]*sum{}, Claims: map[state]int{}, Lines: []awardLine{},
	}
	var all fen
	for _, c := range r.claims {
		t.Claims[c.state]++
		a := c.award
		if a == nil {
			continue
		}
		t.Awards++
		all += a.amount
		grow(t.ByClause, c.item.clause, a.amount)
		grow(t.ByItem, c.item.id, a.amount)
		grow(t.ByYear, strconv.Itoa(a.approved.year()), a.amount)
		l := awardLine{Item: c.item.id, Code: c.fact.code, Key: c.fact.key, Amount: a.amount.String(), Approved: a.approved}
		for _, p := range a.instalments {
			add(t.States, string(p.state), p.amount)
			add(t.DueByYear, strconv.Itoa(p.due.year()), p.amount)
			l.Instalments = append(l.Instalments, instalmentLine{p.no, p.amount.String(), p.due, p.state, p.reason})
		}
		t.Lines = append(t.Lines, l)
	}
	t.Awarded = all.String()
	slices.SortFunc(t.Lines, func(a, b awardLine) int {
		return cmp.Or(cmp.Compare(a.Item, b.Item), cmp.Compare(a.Code, b.Code), cmp.Compare(a.Key, b.Key))
	})
	return t
}

func grow(of map[string]*share, key string, amount fen) {
	if of[key] == nil {
		of[key] = &share{}
	}
	s := of[key]
	s.Awards++
	s.fen += amount
	s.Amount = s.fen.String()
}

func add(of map[string]*sum, key string, amount fen) {
	if of[key] == nil {
		of[key] = &sum{}
	}
	s := of[key]
	s.Count++
	s.fen += amount
	s.Amount = s.fen.String()
}

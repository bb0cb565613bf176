package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// judge adds everything up.
func (b *books) judge() *report {
	r := &report{
		Awards: len(b.awards), Instalments: len(b.instalments), Batches: len(b.batches), BatchLines: len(b.lines), Transfers: len(b.transfers),
		States: map[string]int64{}, Lines: map[string]int64{}, Rounds: map[string]int{}, Findings: []string{},
	}
	b.parts(r)
	b.orders(r)
	b.ledger(r)
	b.seats(r)
	b.taken(r)
	slices.Sort(r.Findings)
	return r
}

// parts: awarded = scheduled + due + held + in_batch + returned + paid + waived + cancelled, award by award.
func (b *books) parts(r *report) {
	sums := map[int64]int64{}
	for p, i := range b.instalments {
		switch i.state {
		case "scheduled", "due", "held", "in_batch", "returned", "paid", "waived", "cancelled":
		default:
			r.wrong("instalment %d/%d is in no known state: %q", p.award, p.no, i.state)
		}
		if _, ok := b.awards[p.award]; !ok {
			r.wrong("instalment %d/%d belongs to no award", p.award, p.no)
		}
		sums[p.award] += i.amount
		r.States[i.state] += i.amount
	}
	for id, a := range b.awards {
		r.Awarded += a.amount
		if sums[id] != a.amount {
			r.wrong("award %d is %d fen, its instalments are %d", id, a.amount, sums[id])
		}
	}
}

// orders: of each batch ordered = paid + returned + unanswered; a part stands in one live line at most, is ordered not before its day, for
// its own amount, and is where its newest line says.
func (b *books) orders(r *report) {
	type sum struct{ ordered, paid, returned, unanswered, lines int64 }
	sums, live, newest := map[int64]sum{}, map[part]int{}, map[part]line{}
	for _, l := range b.lines {
		r.Lines[l.state] += l.amount
		head, ok := b.batches[l.batch]
		if !ok {
			r.wrong("line %d/%d belongs to no batch", l.batch, l.no)
		}
		i, ok := b.instalments[l.of]
		if !ok {
			r.wrong("line %d/%d pays an instalment that there is not", l.batch, l.no)
			continue
		}
		s := sums[l.batch]
		switch l.state {
		case "ordered":
			s.unanswered += l.amount
		case "paid":
			s.paid += l.amount
		case "returned":
			s.returned += l.amount
		case "held": // left out when the batch was made
			continue
		default:
			r.wrong("line %d/%d is in no known state: %q", l.batch, l.no, l.state)
		}
		s.ordered, s.lines = s.ordered+l.amount, s.lines+1
		sums[l.batch] = s
		if l.amount != i.amount {
			r.wrong("line %d/%d orders %d fen of an instalment of %d", l.batch, l.no, l.amount, i.amount)
		}
		if head.on < i.due {
			r.wrong("line %d/%d of %d pays before %d", l.batch, l.no, head.on, i.due)
		}
		if l.state != "returned" {
			if live[l.of]++; live[l.of] > 1 {
				r.wrong("instalment %d/%d is in %d live lines", l.of.award, l.of.no, live[l.of])
			}
		}
		if old, ok := newest[l.of]; !ok || l.attempt > old.attempt {
			newest[l.of] = l
		}
	}
	for id, head := range b.batches {
		s := sums[id]
		if head.state == "cancelled" {
			continue
		}
		if s.ordered != s.paid+s.returned+s.unanswered || s.ordered != head.total || s.lines != head.count {
			r.wrong("batch %d says %d lines of %d fen; its lines are %d of %d: paid %d, returned %d, unanswered %d", id, head.count, head.total, s.lines, s.ordered, s.paid, s.returned, s.unanswered)
		}
		if answered := s.unanswered == 0; (head.state == "confirmed" || head.state == "partly_returned") != answered && s.lines > 0 {
			r.wrong("batch %d is %s with %d fen unanswered", id, head.state, s.unanswered)
		}
	}
	want := map[string]string{"in_batch": "ordered", "paid": "paid", "returned": "returned"}
	for p, i := range b.instalments {
		l, tried := newest[p]
		switch {
		case want[i.state] != "" && (!tried || l.state != want[i.state]):
			r.wrong("instalment %d/%d is %s, its newest line is %q", p.award, p.no, i.state, l.state)
		case want[i.state] == "" && tried && l.state != "returned":
			r.wrong("instalment %d/%d is %s, yet a line of it is %s", p.award, p.no, i.state, l.state)
		}
	}
}

// ledger: every account is what its transfers make it, nothing comes from nowhere, and what is paid is what the instalments say.
func (b *books) ledger(r *report) {
	made, pending := map[string]account{}, map[string]transfer{}
	for _, t := range b.transfers {
		if t.kind == "pending" {
			pending[t.id] = t
		}
	}
	move := func(code string, posted, out, in int64) {
		a := made[code]
		made[code] = account{a.posted + posted, a.out + out, a.in + in}
	}
	resolved := map[string]string{}
	for _, t := range b.transfers {
		if t.amount <= 0 || t.debit == t.credit {
			r.wrong("transfer %s moves %d fen from %s to %s", t.id, t.amount, t.debit, t.credit)
		}
		switch t.kind {
		case "pending":
			move(t.debit, 0, t.amount, 0)
			move(t.credit, 0, 0, t.amount)
			continue
		case "post", "void":
			p, ok := pending[t.pending]
			if !ok || p.amount != t.amount {
				r.wrong("transfer %s answers no order of its amount", t.id)
				continue
			}
			if other := resolved[t.pending]; other != "" {
				r.wrong("order %s is answered twice: %s, %s", t.pending, other, t.id)
			}
			resolved[t.pending] = t.id
			move(p.debit, 0, -p.amount, 0)
			move(p.credit, 0, 0, -p.amount)
			if t.kind == "void" {
				continue
			}
		}
		move(t.debit, -t.amount, 0, 0)
		move(t.credit, t.amount, 0, 0)
	}
	var posted, out, in int64
	codes := slices.Collect(maps.Keys(made))
	for code := range b.accounts {
		if _, ok := made[code]; !ok {
			codes = append(codes, code)
		}
	}
	for _, code := range codes {
		have, want := b.accounts[code], made[code]
		if have != want {
			r.wrong("account %s holds %+v, its transfers make %+v", code, have, want)
		}
		posted, out, in = posted+have.posted, out+have.out, in+have.in
	}
	if posted != 0 || out != in {
		r.wrong("the ledger does not balance: posted %d, ordered %d, on its way %d", posted, out, in)
	}
	for id := range b.awards {
		stands := int64(0)
		for no := int64(1); no <= 12; no++ {
			if i, ok := b.instalments[part{id, no}]; ok {
				switch i.state {
				case "scheduled", "due", "held", "in_batch":
					stands += i.amount
				}
			}
		}
		if code := fmt.Sprintf("award:%d", id); b.accounts[code].posted != stands {
			r.wrong("account %s holds %d fen, what is still to be paid is %d", code, b.accounts[code].posted, stands)
		}
	}
	var back int64
	for _, s := range b.steps {
		if s.kind == "repaid" {
			back += s.amount
		}
	}
	for _, c := range []struct {
		code string
		want int64
	}{{"paid", r.States["paid"] - back}, {"returned", r.States["returned"]}} {
		if b.accounts[c.code].posted != c.want {
			r.wrong("account %s holds %d fen, instalments in that state, less what firms paid back, are %d", c.code, b.accounts[c.code].posted, c.want)
		}
	}
}

// taken: what firms paid back left the paid account award by award, and went to a budget; a cap has used what its awards took, less what was
// taken back of them.
func (b *books) taken(r *report) {
	steps, posted, back := map[int64]int64{}, map[int64]int64{}, map[int64]int64{}
	for _, s := range b.steps {
		switch s.kind {
		case "repaid":
			steps[s.award] += s.amount
			r.Repaid += s.amount
		case "setoff":
		default:
			r.wrong("a step of a case of award %d moves %d fen and is %q", s.award, s.amount, s.kind)
		}
		back[s.award] += s.amount
	}
	for _, t := range b.transfers {
		if t.kind != "release" || t.debit != "paid" {
			continue
		}
		posted[t.award] += t.amount
		if !strings.HasPrefix(t.credit, "budget:") {
			r.wrong("transfer %s gives what was paid back to %s", t.id, t.credit)
		}
	}
	for award, sum := range steps {
		if posted[award] != sum {
			r.wrong("of award %d %d fen were paid back, %d are in the ledger", award, sum, posted[award])
		}
	}
	for award, sum := range posted {
		if steps[award] != sum {
			r.wrong("the ledger has %d fen paid back of award %d, its cases %d", sum, award, steps[award])
		}
	}
	used := map[string]int64{}
	for _, u := range b.uses {
		used[u.cap] += u.amount - back[u.award]
	}
	for key, says := range b.caps {
		if used[key] != says {
			r.wrong("cap %s says %d fen are used, its awards make %d", key, says, used[key])
		}
	}
}

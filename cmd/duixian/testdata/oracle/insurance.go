package main

// monthState is what is known of one month of one person with one payer.
type monthState int

const (
	unknown monthState = iota
	insuredMonth
	gap
)

// month reads the newest statement: taken back or posted more than one month late is a gap. A month about which the
// payer has not said anything yet is unknown.
func (b *bureau) month(person, payer string, m month, today day) monthState {
	if known := b.coverage[payer][m]; known == "" || known > today {
		return unknown
	}
	l, ok := b.insured[insuredKey{person, payer}][m].at(today)
	if !ok || l["状态"] == "撤销" {
		return gap
	}
	if posted := month(l["到账月份"]); posted != "" && posted.after(m) > 1 {
		return gap
	}
	return insuredMonth
}

// insuredMonths is the longest run without a gap, with the client of the recruit as payer, that starts in the month of
// hire or later in the hiring year, or in the month after a hire in December. What was insured before the hire does not
// count. sure takes unknown months as gaps, possible takes them as insured; both stop at six.
func (b *bureau) insuredMonths(h *recruit, today day) (sure, possible int) {
	l, _ := h.rows.at(today)
	payer := l["用人单位代码"]
	run := func(start month, counts func(monthState) bool) int {
		n := 0
		for n < 6 && counts(b.month(h.person, payer, start.add(n), today)) {
			n++
		}
		return n
	}
	last := max(month(h.hired[:4]+"-12"), h.hired.month().add(1))
	for start := h.hired.month(); start <= last; start = start.add(1) {
		sure = max(sure, run(start, func(s monthState) bool { return s == insuredMonth }))
		possible = max(possible, run(start, func(s monthState) bool { return s != gap }))
	}
	return sure, possible
}

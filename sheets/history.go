package sheets

import (
	"duixian/policy"
)

// version is one stored statement about a thing.
type version[C comparable] struct {
	known   policy.Date
	rev     int
	content C
}

// history is all that is stored about one thing, oldest first.
type history[C comparable] []version[C]

// verdict is what a row means for a history.
type verdict int

const (
	same     verdict = iota // says what is stored already
	first                   // the first word about the thing
	newer                   // a later word
	rewrites                // contradicts what was known on that day, although more is known since
)

// judge compares a statement known on a day with the history, and gives the revision under which it is to be stored.
// History is never rewritten: what was known on a day stays what was known on that day, or nobody could tell why
// something was decided.
func (h history[C]) judge(known policy.Date, content C) (v verdict, rev int) {
	if len(h) == 0 {
		return first, 0
	}
	last := h[len(h)-1]
	for i := len(h) - 1; i >= 0; i-- {
		if h[i].known <= known {
			if h[i].content == content {
				return same, 0
			}
			break
		}
	}
	switch {
	case known < last.known:
		return rewrites, 0
	case known == last.known:
		return newer, last.rev + 1
	}
	return newer, 0
}

// last is the day of the newest statement.
func (h history[C]) last() policy.Date { return h[len(h)-1].known }

// take judges a row, counts it, reports a rewriting of history, and returns whether the row is to be stored and under which
// revision. A stored row is part of the history for the rows after it.
func take[C comparable](r *resolver, h *history[C], at Place, known policy.Date, content C) (store bool, rev int) {
	v, rev := h.judge(known, content)
	switch v {
	case same:
		r.changes.Same++
		return false, 0
	case rewrites:
		r.refuse(at, knownColumn, known.String(), rewriteFix(h.last()),
			"数据库里已有 %s 报送的同一内容，不能改写更早的历史", h.last().Text())
		return false, 0
	case first:
		r.changes.New++
	case newer:
		r.changes.Corrected++
	}
	*h = append(*h, version[C]{known, rev, content})
	return true, rev
}

// rewriteFix names a day that will be taken: what is stored may be known on a day still to come, before which today is no way out.
func rewriteFix(last policy.Date) string {
	return "核对报送日期；要更正请重新报送，报送日期不得早于 " + last.Text()
}

var knownColumn = known.Title

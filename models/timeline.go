package models

import (
	"slices"

	"duixian/policy"
)

// MonthLine is what happened in one month, for a timeline that people read.
type MonthLine struct {
	Month     policy.Month
	Decisions int
	Awards    int
	Awarded   policy.Fen
	Due       int
	DueFen    policy.Fen
	Held      int
	Notices   map[string]int // delivered, by kind
}

// Timeline adds up decisions, awards, instalments and delivered notices month by month, oldest first; months without anything are
// left out.
func (q Query) Timeline() ([]MonthLine, error) {
	lines := map[policy.Month]*MonthLine{}
	at := func(m policy.Month) *MonthLine {
		if lines[m] == nil {
			lines[m] = &MonthLine{Month: m, Notices: map[string]int{}}
		}
		return lines[m]
	}
	type row struct {
		Day    policy.Date
		N      int
		Amount policy.Fen
	}
	each := func(sql string, add func(l *MonthLine, r row)) error {
		var rows []row
		if err := q.db.Raw(sql).Scan(&rows).Error; err != nil {
			return readable(err)
		}
		for _, r := range rows {
			add(at(r.Day.Month()), r)
		}
		return nil
	}
	for _, part := range []struct {
		sql string
		add func(l *MonthLine, r row)
	}{
		{"SELECT on_day AS day, COUNT(*) AS n, 0 AS amount FROM decisions GROUP BY on_day", func(l *MonthLine, r row) { l.Decisions += r.N }},
		{"SELECT approved_on AS day, COUNT(*) AS n, SUM(amount_fen) AS amount FROM awards GROUP BY approved_on", func(l *MonthLine, r row) { l.Awards, l.Awarded = l.Awards+r.N, l.Awarded+r.Amount }},
		{
			"SELECT c.on_day AS day, COUNT(*) AS n, SUM(i.amount_fen) AS amount FROM instalment_changes c JOIN instalments i ON i.award_id = c.award_id AND i.no = c.no WHERE c.became = 'due' GROUP BY c.on_day",
			func(l *MonthLine, r row) { l.Due, l.DueFen = l.Due+r.N, l.DueFen+r.Amount },
		},
		{"SELECT on_day AS day, COUNT(*) AS n, 0 AS amount FROM instalment_changes WHERE became = 'held' GROUP BY on_day", func(l *MonthLine, r row) { l.Held += r.N }},
	} {
		if err := each(part.sql, part.add); err != nil {
			return nil, err
		}
	}
	var told []struct {
		Kind        string
		DeliveredAt policy.Instant
	}
	if err := q.db.Raw("SELECT kind, delivered_at FROM notices WHERE delivered_at > 0").Scan(&told).Error; err != nil {
		return nil, readable(err)
	}
	for _, n := range told {
		at(n.DeliveredAt.Date().Month()).Notices[n.Kind]++
	}
	return sortedMonths(lines), nil
}

func sortedMonths(lines map[policy.Month]*MonthLine) []MonthLine {
	months := make([]policy.Month, 0, len(lines))
	for m := range lines {
		months = append(months, m)
	}
	slices.Sort(months)
	out := make([]MonthLine, len(months))
	for i, m := range months {
		out[i] = *lines[m]
	}
	return out
}

// DeliveredByKind counts delivered notices by kind.
func (q Query) DeliveredByKind() (map[string]int, error) {
	return counts(q.db.Raw("SELECT kind AS name, COUNT(*) AS n FROM notices WHERE delivered_at > 0 GROUP BY kind"))
}

// RunCounts counts runs by job and state, under "job state".
func (q Query) RunCounts() (map[string]int, error) {
	return counts(q.db.Raw("SELECT CONCAT(job, ' ', state) AS name, COUNT(*) AS n FROM job_runs GROUP BY job, state"))
}

// CountDecisions counts all decisions.
func (q Query) CountDecisions() (int, error) {
	var n int64
	err := q.db.Model(&Decision{}).Count(&n).Error
	return int(n), readable(err)
}

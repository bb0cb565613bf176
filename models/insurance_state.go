package models

import (
	"cmp"
	"fmt"
	"math/bits"
	"slices"

	"duixian/policy"
)

// InsuranceState is where one recruit stands with 参保满6个月 as of the last check that found something new: the months
// known then, and what the reading in force made of them. It is derived and can be made again from the month sets.
type InsuranceState struct {
	RootID    int64 `gorm:"primaryKey;autoIncrement:false"`
	OrgID     int64 // the agency
	HireYear  int
	HiredOn   policy.Date
	PersonID  int64
	PayerID   int64           // the employer
	Insured   policy.MonthSet // all months of this person at this payer, also those before the hire
	Backpaid  policy.MonthSet
	Late      policy.MonthSet
	Known     policy.MonthSet // months of the payer that some file covered
	AsOf      policy.Date     // business day by which the months were known
	Months    int             // that count, see policy.InsuredMonths
	State     InsuranceStage
	Reached   policy.Month // in which it became enough; zero when it is not
	Earliest  policy.Month // in which it became or can become enough; zero when no longer possible
	Reading   string       // fingerprint of the reading
	ChangedOn policy.Date  // business day on which State last changed
}

// InsuranceStage is where a recruit is on the way to enough months.
type InsuranceStage string

// The stages. They follow from the months alone and not from the passing of time, so that nothing needs to be looked
// at again before something new is known.
const (
	StageCounting   InsuranceStage = "counting"
	StageOneAway    InsuranceStage = "one_away"   // only one more month is missing, and it is still to come
	StageReached    InsuranceStage = "reached"    //
	StageFellOut    InsuranceStage = "fell_out"   // had been enough until a correction or another reading took it away
	StageImpossible InsuranceStage = "impossible" // cannot become enough any more
	StageNeedsData  InsuranceStage = "needs_data" // a month before known ones was never covered by a file
	StageWithdrawn  InsuranceStage = "withdrawn"  // in changes only: the agency took the report back
)

// Text is the stage as people read it.
func (s InsuranceStage) Text() string {
	switch s {
	case StageCounting:
		return "参保计月中"
	case StageOneAway:
		return "还差1个月"
	case StageReached:
		return "已满足参保月数"
	case StageFellOut:
		return "曾满足，更正后不再满足"
	case StageImpossible:
		return "已无法满足"
	case StageNeedsData:
		return "缺少参保数据"
	case StageWithdrawn:
		return "已撤回报送"
	}
	return string(s)
}

// usualDay is the day of the following month on which the social insurance office usually reports a month.
const usualDay = 15

// MonthKnownOn is the day on which a month is usually known.
func MonthKnownOn(m policy.Month) policy.Date {
	if m == 0 {
		return 0
	}
	return m.Add(1).First().AddDays(usualDay - 1)
}

// EarliestDay is the usual day on which it can be known to be enough; zero when it no longer can be.
func (s InsuranceState) EarliestDay() policy.Date { return MonthKnownOn(s.Earliest) }

// months are the months as a reading counts them.
func (s InsuranceState) months() policy.Insurance {
	return policy.Insurance{Insured: s.Insured, Late: s.Late, BackPaid: s.Backpaid, Known: s.Known}
}

// judged is the state with what a reading makes of its months as of a day, coming from the stage it was in before
// (empty for a recruit that is new).
func (s InsuranceState) judged(r policy.InsuranceReading, fingerprint string, on policy.Date, before InsuranceStage) InsuranceState {
	a := r.Count(s.HiredOn, s.months(), on)
	s.Months, s.Reached, s.Earliest, s.Reading = a.Count, a.Complete, a.Earliest, fingerprint
	switch {
	case a.Reached:
		s.State = StageReached
	case before == StageReached, before == StageFellOut:
		s.State = StageFellOut
	case a.Earliest == 0:
		s.State = StageImpossible
	case a.Next < newest(s.Known.Or(s.Insured)):
		s.State = StageNeedsData
	case a.Next == a.Earliest:
		s.State = StageOneAway
	default:
		s.State = StageCounting
	}
	return s
}

// same reports whether nothing but the bookkeeping differs.
func (s InsuranceState) same(t InsuranceState) bool {
	t.AsOf, t.ChangedOn = s.AsOf, s.ChangedOn
	return s == t
}

// ReadingFingerprint names a reading, so that a changed one shows.
func ReadingFingerprint(r policy.InsuranceReading) string {
	return fmt.Sprintf("%s/%s/%s/%d", Pension, cmp.Or(r.Mode, policy.Consecutive), cmp.Or(r.BackPay, policy.BackPayWithinMonth), cmp.Or(r.Need, 6))
}

// newest is the last month of a set, zero for the empty one.
func newest(s policy.MonthSet) policy.Month {
	switch {
	case s[1] != 0:
		return policy.FirstMonth.Add(63 + bits.Len64(s[1]))
	case s[0] != 0:
		return policy.FirstMonth.Add(bits.Len64(s[0]) - 1)
	}
	return 0
}

// InsuranceStates reads the states of recruits into a map by root; recruits that were never checked are missing.
func (q Query) InsuranceStates(roots []int64) (map[int64]InsuranceState, error) {
	rows, err := q.scanStates("WHERE root_id IN ?", roots)
	if err != nil {
		return nil, err
	}
	states := make(map[int64]InsuranceState, len(rows))
	for _, s := range rows {
		states[s.RootID] = s
	}
	return states, nil
}

// InsuredBy keeps of recruits those whose state does not stem from the check of a later day, see OfLaterDay.
func (q Query) InsuredBy(on, today policy.Date, roots []int64) ([]int64, error) {
	states, err := q.InsuranceStates(roots)
	return slices.DeleteFunc(slices.Clone(roots), func(root int64) bool { return OfLaterDay(states[root].AsOf, on, today) }), err
}

// InsuranceStatesAfter pages through all states by rising root.
func (q Query) InsuranceStatesAfter(root int64, limit int) ([]InsuranceState, error) {
	return q.scanStates("WHERE root_id > ? ORDER BY root_id LIMIT ?", root, limit)
}

// CountInsuranceStates is how many recruits have been checked.
func (q Query) CountInsuranceStates() (int, error) {
	var n int64
	err := q.db.Raw("SELECT COUNT(*) FROM insurance_states").Scan(&n).Error
	return int(n), readable(err)
}

const stateColumns = `root_id, org_id, hire_year, hired_on, person_id, payer_id, insured, backpaid, late, known, as_of,
	months, state, reached, earliest, reading, changed_on`

// scanStates reads rows column by column: a full pass reads them all, and reflection would be half of its time.
func (q Query) scanStates(where string, args ...any) ([]InsuranceState, error) {
	rows, err := q.db.Raw("SELECT "+stateColumns+" FROM insurance_states "+where, args...).Rows()
	if err != nil {
		return nil, readable(err)
	}
	var all []InsuranceState
	err = each(rows, func() error {
		var s InsuranceState
		var hired, asOf, reached, earliest, changed int64 // database/sql goes through text for kinds of integers that it does not know
		var insured, backpaid, late, known, state string
		if err := rows.Scan(&s.RootID, &s.OrgID, &s.HireYear, &hired, &s.PersonID, &s.PayerID, &insured, &backpaid, &late, &known, &asOf,
			&s.Months, &state, &reached, &earliest, &s.Reading, &changed); err != nil {
			return err
		}
		s.HiredOn, s.AsOf, s.ChangedOn = policy.Date(hired), policy.Date(asOf), policy.Date(changed)
		s.State, s.Reached, s.Earliest = InsuranceStage(state), policy.Month(reached), policy.Month(earliest)
		for _, set := range []struct {
			to   *policy.MonthSet
			text string
		}{{&s.Insured, insured}, {&s.Backpaid, backpaid}, {&s.Late, late}, {&s.Known, known}} {
			var err error
			if *set.to, err = policy.ParseMonthSet(set.text); err != nil {
				return err
			}
		}
		all = append(all, s)
		return nil
	})
	return all, err
}

// insertStates writes rows a hundred at a time without reflection: they are most of what a check writes.
func (tx *Tx) insertStates(states []InsuranceState) error {
	return insertBare(tx, "insurance_states", stateColumns, states, func(s InsuranceState) []any {
		return []any{
			s.RootID, s.OrgID, s.HireYear, int64(s.HiredOn), s.PersonID, s.PayerID, s.Insured.String(), s.Backpaid.String(), s.Late.String(), s.Known.String(),
			int64(s.AsOf), s.Months, string(s.State), int64(s.Reached), int64(s.Earliest), s.Reading, int64(s.ChangedOn),
		}
	})
}

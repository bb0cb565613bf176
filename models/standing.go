package models

import "duixian/policy"

// Standing is where a thing is at this moment, read just before somebody is told about it. Version tells one occasion
// from the next; an empty state means that the thing is gone.
type Standing struct {
	State   string
	Version int64
}

// ClaimStanding is a claim's state; its version is the number of its newest decision.
func (q Query) ClaimStanding(id int64) (Standing, error) {
	return q.standing("SELECT state, decision_id AS version FROM claims WHERE id = ?", id)
}

// AwardStanding is an award's state.
func (q Query) AwardStanding(id int64) (Standing, error) {
	return q.standing("SELECT state, epoch AS version FROM awards WHERE id = ?", id)
}

// InstalmentStanding is an instalment's state; its version rises with every change.
func (q Query) InstalmentStanding(award int64, no int) (Standing, error) {
	return q.standing("SELECT state, version FROM instalments WHERE award_id = ? AND no = ?", award, no)
}

// ApprovalStanding is the state of a request for approval; its version is the maker's number.
func (q Query) ApprovalStanding(id int64) (Standing, error) {
	return q.standing("SELECT state, maker_id AS version FROM approvals WHERE id = ?", id)
}

// RunStanding is a run's state; its version is the epoch, which rises with every retry.
func (q Query) RunStanding(id int64) (Standing, error) {
	return q.standing("SELECT state, epoch AS version FROM job_runs WHERE id = ?", id)
}

// standing reads two columns where a lookup of the whole row would read twenty: every notice asks once.
func (q Query) standing(sql string, args ...any) (s Standing, err error) {
	err = q.db.Raw(sql, args...).Scan(&s).Error
	return s, readable(err)
}

// UnchangedRecruits counts which of the recruits stand, in the insurance check, as they stood on a day.
func (q Query) UnchangedRecruits(roots []int64, since policy.Date) (n int, err error) {
	err = q.db.Raw("SELECT COUNT(*) FROM insurance_states WHERE root_id IN ? AND changed_on <= ?", roots, since).Scan(&n).Error
	return n, readable(err)
}

// CoveredMonths counts which of the months are known for a payer: some file covered them.
func (q Query) CoveredMonths(payerID int64, insurance string, months []policy.Month) (n int, err error) {
	err = q.db.Raw("SELECT COUNT(*) FROM month_coverage WHERE payer_id = ? AND insurance = ? AND month IN ?", payerID, insurance, months).Scan(&n).Error
	return n, readable(err)
}

// HasFact reports whether a statement is known on a day and not withdrawn.
func (q Query) HasFact(orgID int64, kind, key string, knownOn policy.Date) (bool, error) {
	facts, err := q.knownFacts(q.db.Where("org_id = ? AND kind = ? AND fact_key = ?", orgID, kind, key), knownOn)
	return len(facts) > 0, err
}

// ReportedRecruits counts the people whom an agency reported as hired in a year.
func (q Query) ReportedRecruits(orgID int64, year int) (n int, err error) {
	err = q.db.Raw("SELECT COUNT(DISTINCT root_id) FROM recruits WHERE org_id = ? AND hired_on >= ? AND hired_on <= ?",
		orgID, policy.NewDate(year, 1, 1), policy.NewDate(year, 12, 31)).Scan(&n).Error
	return n, readable(err)
}

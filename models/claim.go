package models

import (
	"fmt"
	"strconv"

	"duixian/policy"
)

// ClaimState is where a claim stands: open → decided → proposed → (publicised →) confirmed → awarded, with the side
// exits below. Decided means: something can be paid and nobody has proposed it yet.
type ClaimState string

// The states of a claim.
const (
	ClaimOpen          ClaimState = "open"
	ClaimDecided       ClaimState = "decided"
	ClaimProposed      ClaimState = "proposed"
	ClaimPublicised    ClaimState = "publicised" // only within the transaction that goes on to confirmed: where a list runs, Publicity says so
	ClaimConfirmed     ClaimState = "confirmed"
	ClaimAwarded       ClaimState = "awarded"
	ClaimRejected      ClaimState = "rejected"
	ClaimHeld          ClaimState = "held"
	ClaimNeedsData     ClaimState = "needs_data"
	ClaimNeedsDecision ClaimState = "needs_decision"
	ClaimWithdrawn     ClaimState = "withdrawn"
)

// NotRequired is the publicity of a claim that needs none. Otherwise it is the state of its list (planned, running, closed), or Objected.
const (
	NotRequired = "not_required"
	Objected    = "objected"
)

// Claim is one thing that may be rewarded once: an item, an organisation, and the key of the fact (certificate,
// event, year). OpenedOn is its check day: bars that hold "on the day of the check" are looked at for that day, with
// whatever is known when it is decided.
type Claim struct {
	ID         int64
	Item       string
	OrgID      int64
	FactKey    string
	FactOn     policy.Date
	State      ClaimState
	Reason     string
	DecisionID int64
	PlanID     int64
	Publicity  string
	OpenedOn   policy.Date
	ChangedOn  policy.Date
}

// KeyText is what a claim is about, as people read it: the key of its fact, for recruits both years, always.
func (c Claim) KeyText() string {
	if year, err := strconv.Atoi(c.FactKey); err == nil && c.Item == RecruitItem {
		return HireYearText(year)
	}
	return c.FactKey
}

// HireYearText names both years of recruits: 2025年引进、2026年兑现.
func HireYearText(year int) string { return fmt.Sprintf("%d年引进、%d年兑现", year, year+1) }

// OpenClaim opens a claim unless it exists, and returns the one that is stored.
func (tx *Tx) OpenClaim(c Claim) (stored Claim, created bool, err error) {
	stored, err = tx.ClaimOf(c.Item, c.OrgID, c.FactKey)
	if err == nil || err != ErrNotFound { //nolint:errorlint // find and one return it bare
		return stored, false, err
	}
	if c.ID, err = tx.NextID("claims", 1); err != nil {
		return c, false, err
	}
	c.State, c.ChangedOn = ClaimOpen, c.OpenedOn
	return c, true, readable(tx.db.Create(&c).Error)
}

// ClaimOf finds a claim by its natural key.
func (q Query) ClaimOf(item string, orgID int64, factKey string) (Claim, error) {
	return one[Claim](q.db.Where("item = ? AND org_id = ? AND fact_key = ?", item, orgID, factKey))
}

// Claim reads one claim.
func (q Query) Claim(id int64) (Claim, error) { return one[Claim](q.db.Where("id = ?", id)) }

// ClaimsOfOrg lists an organisation's claims by the day of their facts.
func (q Query) ClaimsOfOrg(orgID int64) ([]Claim, error) {
	return find[Claim](q.db.Where("org_id = ?", orgID).Order("fact_on, id"))
}

// ClaimsIn lists the claims in a state, oldest fact first.
func (q Query) ClaimsIn(states ...ClaimState) ([]Claim, error) {
	return find[Claim](q.db.Where("state IN ?", states).Order("fact_on, id"))
}

// ClaimCounts counts claims by state.
func (q Query) ClaimCounts() (map[string]int, error) {
	return counts(q.db.Raw("SELECT state AS name, COUNT(*) AS n FROM claims GROUP BY state"))
}

// Ready is how many claims no plan asks for yet: those of one hire year of recruits, or, with an empty key, all others.
type Ready struct {
	HireYear string
	N        int
}

// ReadyClaims counts the claims that could be submitted, apart by who submits them: recruits by their years, all others together and first.
func (q Query) ReadyClaims() ([]Ready, error) {
	var rows []Ready
	err := q.db.Raw("SELECT CASE WHEN item = ? THEN fact_key ELSE '' END AS hire_year, COUNT(*) AS n FROM claims WHERE state = 'decided' GROUP BY 1 ORDER BY 1", RecruitItem).Scan(&rows).Error
	return rows, readable(err)
}

// MoveClaim changes a claim's state, from one of the given states only. It fails with ErrConflict-coded text when the
// claim has moved on meanwhile.
func (tx *Tx) MoveClaim(c *Claim, to ClaimState, reason string, on policy.Date, from ...ClaimState) error {
	n, err := affected(tx.db.Exec("UPDATE claims SET state = ?, reason = ?, plan_id = ?, decision_id = ?, publicity = ?, changed_on = ? WHERE id = ? AND state IN ?",
		to, reason, c.PlanID, c.DecisionID, c.Publicity, on, c.ID, from))
	if err != nil {
		return err
	}
	if n != 1 {
		return E(Conflict, "申报 #%d 的状态已经变化，请重新查看", c.ID)
	}
	c.State, c.Reason, c.ChangedOn = to, reason, on
	return nil
}

// DateClaim gives a claim that is not awarded the corrected day of its fact.
func (tx *Tx) DateClaim(c *Claim, on policy.Date) error {
	if err := tx.db.Exec("UPDATE claims SET fact_on = ? WHERE id = ? AND state <> ?", on, c.ID, ClaimAwarded).Error; err != nil {
		return readable(err)
	}
	c.FactOn = on
	return nil
}

// ForgetPublicity says that a claim's newest decision has not been shown to the public, whatever became of an earlier one.
func (tx *Tx) ForgetPublicity(c *Claim) error {
	c.Publicity = NotRequired
	return tx.markClaim(c.ID, NotRequired)
}

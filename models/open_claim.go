package models

import (
	"encoding/json"
	"fmt"
	"slices"

	"duixian/policy"
)

// OpenClaim is a claim for which somebody can still do something: hand in material, clear what holds it, decide it.
type OpenClaim struct {
	ID         int64
	OrgID      int64
	Item       string
	FactKey    string
	State      ClaimState
	Reason     string
	DecisionID int64
	Outcome    string
	AmountFen  policy.Fen     // 0 where it is not known; of a ceiling the most it can be
	Missing    []string       // names of facts
	Months     []policy.Month // insured months that no file covers, where these are what is missing
	Since      policy.Date    // of needs_data: the day from which material has been missing without a break
}

// openRow is an open claim as the database returns it.
type openRow struct {
	ID, OrgID     int64
	Item, FactKey string
	State         ClaimState
	Reason        string
	DecisionID    int64
	Outcome       string
	AmountFen     policy.Fen
	Result, Facts string
}

// openStates are the states of an open claim. One that is decided or proposed is the bureau's to finish, and loses nothing by time.
var openStates = []ClaimState{ClaimNeedsData, ClaimNeedsDecision, ClaimHeld}

// OpenClaims reads the open claims of organisations, by organisation and number.
func (q Query) OpenClaims(orgs []int64) ([]OpenClaim, error) {
	var rows []openRow
	err := q.db.Raw(`SELECT c.id, c.org_id, c.item, c.fact_key, c.state, c.reason, c.decision_id, d.outcome, d.amount_fen, d.result, d.facts
		FROM claims c JOIN decisions d ON d.id = c.decision_id WHERE c.org_id IN ? AND c.state IN ? ORDER BY c.org_id, c.id`, orgs, openStates).Scan(&rows).Error
	if err != nil {
		return nil, readable(err)
	}
	var waiting []int64
	for _, r := range rows {
		if r.State == ClaimNeedsData {
			waiting = append(waiting, r.ID)
		}
	}
	since, err := q.waitingSince(waiting)
	if err != nil {
		return nil, err
	}
	out := make([]OpenClaim, len(rows))
	for i, r := range rows {
		out[i] = OpenClaim{ID: r.ID, OrgID: r.OrgID, Item: r.Item, FactKey: r.FactKey, State: r.State, Reason: r.Reason, DecisionID: r.DecisionID, Outcome: r.Outcome, AmountFen: r.AmountFen, Since: since[r.ID]}
		if r.State != ClaimNeedsData {
			continue
		}
		var answer policy.Decision
		if err := json.Unmarshal([]byte(r.Result), &answer); err != nil {
			return nil, fmt.Errorf("审核结论 #%d 的内容无法读取: %w", r.DecisionID, err)
		}
		out[i].Missing = answer.Missing
		var in struct {
			Unknown *UnknownMonths `json:"unknown"`
		}
		if err := json.Unmarshal([]byte(r.Facts), &in); err != nil {
			return nil, fmt.Errorf("审核结论 #%d 的内容无法读取: %w", r.DecisionID, err)
		}
		if in.Unknown != nil {
			out[i].Months = in.Unknown.Months
		}
	}
	return out, nil
}

// waitingSince is the day of the first of the unbroken row of decisions that could not be made.
func (q Query) waitingSince(claims []int64) (map[int64]policy.Date, error) {
	m := map[int64]policy.Date{}
	for part := range slices.Chunk(claims, 500) {
		var rows []struct {
			ClaimID int64
			Since   policy.Date
		}
		err := q.db.Raw(`SELECT d.claim_id, MIN(d.on_day) AS since FROM decisions d WHERE d.claim_id IN ? AND d.outcome = ?
			AND NOT EXISTS (SELECT 1 FROM decisions l WHERE l.claim_id = d.claim_id AND l.seq > d.seq AND l.outcome <> d.outcome) GROUP BY d.claim_id`,
			part, policy.OutcomeNeedsData).Scan(&rows).Error
		if err != nil {
			return nil, readable(err)
		}
		for _, r := range rows {
			m[r.ClaimID] = r.Since
		}
	}
	return m, nil
}

// WaitingClaims lists the claims that wait for material: organisation, item, and the day since when.
func (q Query) WaitingClaims() ([]OpenClaim, error) {
	var rows []openRow
	if err := q.db.Raw("SELECT id, org_id, item, fact_key FROM claims WHERE state = ? ORDER BY org_id, id", ClaimNeedsData).Scan(&rows).Error; err != nil {
		return nil, readable(err)
	}
	ids := make([]int64, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	since, err := q.waitingSince(ids)
	out := make([]OpenClaim, len(rows))
	for i, r := range rows {
		out[i] = OpenClaim{ID: r.ID, OrgID: r.OrgID, Item: r.Item, FactKey: r.FactKey, State: ClaimNeedsData, Since: since[r.ID]}
	}
	return out, err
}

// OpenClaimOrgs lists the organisations with an open claim.
func (q Query) OpenClaimOrgs() ([]int64, error) {
	return pluck(q.db.Raw("SELECT DISTINCT org_id FROM claims WHERE state IN ? ORDER BY org_id", openStates))
}

// StillOpen tells which claims are as they were: the same decision, in the same state.
func (q Query) StillOpen(claims []OpenClaim) (map[int64]bool, error) {
	ids := make([]int64, len(claims))
	for i, c := range claims {
		ids[i] = c.ID
	}
	var rows []struct {
		ID, DecisionID int64
		State          ClaimState
	}
	if err := q.db.Raw("SELECT id, decision_id, state FROM claims WHERE id IN ?", ids).Scan(&rows).Error; err != nil {
		return nil, readable(err)
	}
	m := map[int64]bool{}
	for _, r := range rows {
		m[r.ID] = slices.ContainsFunc(claims, func(c OpenClaim) bool { return c.ID == r.ID && c.DecisionID == r.DecisionID && c.State == r.State })
	}
	return m, nil
}

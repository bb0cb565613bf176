package models

import (
	"encoding/json"
	"fmt"

	"duixian/policy"
)

// OfficialAmount is what two officials decided of a claim whose amount the law leaves to them. It belongs to the decision
// that they looked at: when other facts become known before anything is awarded, it does not count any more and officials
// are asked again.
type OfficialAmount struct {
	ID            int64
	ClaimID       int64
	Item          string
	DecisionID    int64 // they looked at this one
	PolicyVersion string
	AmountFen     policy.Fen // 0 where a rate was decided
	Rate          string     // percent, empty where an amount was decided
	Reason        string
	PlanID        int64
	ApprovalID    int64
	Maker         string // member codes of the two
	Checker       string
	KnownOn       policy.Date // the day on which the plan was carried out
	RunID         int64
}

// Official is an official amount as the inputs of a decision hold it: what was decided, by whom, why, and under which
// approval.
type Official struct {
	Number int64 `json:"number"` // of the row in official_amounts
	policy.Decided
	Reason   string      `json:"reason"`
	Plan     int64       `json:"plan"`
	Approval int64       `json:"approval"`
	Maker    string      `json:"maker"`
	Checker  string      `json:"checker"`
	On       policy.Date `json:"on"`
}

// Official is the amount as an input.
func (a OfficialAmount) Official() *Official {
	o := Official{Number: a.ID, Reason: a.Reason, Plan: a.PlanID, Approval: a.ApprovalID, Maker: a.Maker, Checker: a.Checker, On: a.KnownOn}
	if o.Rate = a.Rate; a.Rate == "" {
		o.Amount = &a.AmountFen
	}
	return &o
}

// AddOfficialAmount stores what two people decided; Conflict when somebody has decided of the same decision meanwhile.
func (tx *Tx) AddOfficialAmount(a OfficialAmount) (OfficialAmount, error) {
	var err error
	if a.ID, err = tx.NextID("official_amounts", 1); err != nil {
		return a, err
	}
	err = readable(tx.db.Create(&a).Error)
	if CodeOf(err) == Conflict {
		return a, E(Conflict, "申报 #%d 已经核定过，请重新查看", a.ClaimID)
	}
	return a, err
}

// officialAmounts are the newest official amounts of organisations' claims by a day, by claim.
func (q Query) officialAmounts(orgs []int64, knownOn policy.Date) (map[int64]OfficialAmount, error) {
	rows, err := find[OfficialAmount](q.db.Where("known_on <= ? AND claim_id IN (SELECT id FROM claims WHERE org_id IN ?)", knownOn, orgs).Order("id"))
	m := make(map[int64]OfficialAmount, len(rows))
	for _, a := range rows {
		m[a.ClaimID] = a
	}
	return m, err
}

// PendingAmount is a claim that meets every condition and waits for officials to decide its amount or rate.
type PendingAmount struct {
	Claim   Claim
	Org     Organisation
	Hash    string     // of its decision, which is what is looked at
	Ceiling policy.Fen // the most it can be: of a rate, what 100 per cent come to
	ByRate  bool       // a rate is decided, not an amount
	Base    string     // of a rate: what it is a rate of, 地方综合贡献 …, as the decision says it
	Clause  string
	Phrase  string // the law, word for word
	Plan    int64  // a plan on its way decides it already; 0 = none
}

// Seen is the short form of the decision that was looked at: who fills in an amount says for which.
func (p PendingAmount) Seen() string { return p.Hash[:8] }

// PendingAmounts lists the claims that wait for an official amount, oldest fact first.
func (q Query) PendingAmounts() ([]PendingAmount, error) {
	claims, err := q.ClaimsIn(ClaimNeedsDecision)
	if err != nil {
		return nil, err
	}
	asked, err := q.askedAmounts()
	if err != nil {
		return nil, err
	}
	var ids, decisions []int64
	for _, c := range claims {
		ids, decisions = append(ids, c.OrgID), append(decisions, c.DecisionID)
	}
	orgs, err := q.Organisations(ids...)
	if err != nil {
		return nil, err
	}
	rows, err := find[Decision](q.db.Where("id IN ?", append(decisions, 0)))
	if err != nil {
		return nil, err
	}
	of := map[int64]Decision{}
	for _, d := range rows {
		of[d.ID] = d
	}
	var out []PendingAmount
	for _, c := range claims {
		p, waits, err := pendingAmount(c, of[c.DecisionID])
		if err != nil {
			return nil, err
		}
		if waits {
			p.Org, p.Plan = orgs[c.OrgID], asked[c.ID]
			out = append(out, p)
		}
	}
	return out, nil
}

// decidedFact is the name under which every book keeps the sum that officials decide; what a rate is of has another.
const decidedFact = "decided_amount"

func pendingAmount(c Claim, d Decision) (p PendingAmount, waits bool, err error) {
	var answer policy.Decision
	if err := json.Unmarshal([]byte(d.Result), &answer); err != nil {
		return p, false, fmt.Errorf("审核结论 #%d 的内容无法读取: %w", d.ID, err)
	}
	if !answer.Awaits() || len(answer.Steps) == 0 {
		return p, false, nil
	}
	sum := answer.Steps[len(answer.Steps)-1]
	p = PendingAmount{Claim: c, Hash: d.Hash, Ceiling: d.AmountFen, ByRate: sum.Fact != decidedFact, Clause: sum.Clause, Phrase: sum.Phrase}
	if p.ByRate {
		p.Base = sum.Have
	}
	return p, true, nil
}

// askedAmounts are the claims of plans of the kind amounts that are on their way, with the plan's number.
func (q Query) askedAmounts() (map[int64]int64, error) {
	var rows []struct{ ClaimID, PlanID int64 }
	err := q.db.Raw(`SELECT l.claim_id, l.plan_id FROM plan_lines l JOIN plans p ON p.id = l.plan_id
		WHERE p.kind = 'amounts' AND p.state IN ('submitted', 'approved') AND l.state = 'live'`).Scan(&rows).Error
	m := make(map[int64]int64, len(rows))
	for _, r := range rows {
		m[r.ClaimID] = r.PlanID
	}
	return m, readable(err)
}

// AmountEntry is what an official fills in for one claim: an amount or a rate, and why.
type AmountEntry struct {
	Claim int64
	Seen  string // the decision that was looked at, PendingAmount.Seen; empty = whatever is the newest
	policy.Decided
	Reason string
}

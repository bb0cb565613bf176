package models

import (
	"encoding/json"
	"fmt"

	"duixian/policy"
)

// The checks below compare rows with what was written down about them when they were made, so that a row edited behind the program's back shows.

// checkPlans: every plan is still what its hash was made of, and every request asks for the plan that is stored.
func (q Query) checkPlans() (CheckResult, error) {
	r := CheckResult{No: "11", Title: "方案与校验码一致"}
	for after := int64(0); ; {
		page, err := q.PlansAfter(after, 200)
		if err != nil || len(page) == 0 {
			return r, err
		}
		for _, p := range page {
			after = p.ID
			r.Examined++
			intact, err := q.PlanIntact(p)
			if err != nil {
				return r, err
			}
			if !intact {
				r.Findings = append(r.Findings, fmt.Sprintf("方案 #%d 的内容与校验码不符", p.ID))
			}
		}
	}
}

// awardCanon is what the audit row of an award says.
type awardCanon struct {
	Claim    int64         `json:"claim"`
	Org      int64         `json:"org"`
	Item     string        `json:"item"`
	Decision string        `json:"decision"`
	Amount   policy.Fen    `json:"amount"`
	Plan     int64         `json:"plan"`
	Approval int64         `json:"approval"`
	Due      []policy.Date `json:"due"`
}

// AwardAudit is the data of the audit row of an award: who gets what under which decision, and when.
func AwardAudit(a Award, decisionHash string, parts []Instalment) any {
	c := awardCanon{Claim: a.ClaimID, Org: a.OrgID, Item: a.Item, Decision: decisionHash, Amount: a.AmountFen, Plan: a.PlanID, Approval: a.ApprovalID}
	for _, p := range parts {
		c.Due = append(c.Due, p.DueOn)
	}
	return c
}

// checkAwardRows: each award and the days of its instalments are what its audit row says.
func (q Query) checkAwardRows() (CheckResult, error) {
	r := CheckResult{No: "40c", Title: "奖励与审计记录一致"}
	for after := int64(0); ; {
		page, err := q.AwardsAfter(after, 200)
		if err != nil || len(page) == 0 {
			return r, err
		}
		for _, a := range page {
			after = a.ID
			r.Examined++
			row, err := one[AuditRow](q.db.Where("stream = 'money' AND action = 'award' AND entity = ?", fmt.Sprintf("award/%d", a.ID)))
			if CodeOf(err) == NotFound {
				r.Findings = append(r.Findings, fmt.Sprintf("奖励 #%d 没有审计记录", a.ID))
				continue
			}
			if err != nil {
				return r, err
			}
			same, err := q.sameAsAudit(a, row)
			if err != nil {
				return r, err
			}
			if !same {
				r.Findings = append(r.Findings, fmt.Sprintf("奖励 #%d 的机构、事项、金额、申报或到期日与审计记录不符", a.ID))
			}
		}
	}
}

func (q Query) sameAsAudit(a Award, row AuditRow) (bool, error) {
	d, err := q.Decision(a.DecisionID)
	if err != nil {
		return false, err
	}
	c, err := q.Claim(a.ClaimID)
	if err != nil {
		return false, err
	}
	parts, err := q.InstalmentsOf(a.ID)
	if err != nil {
		return false, err
	}
	now, err := Canonical(AwardAudit(a, d.Hash, parts))
	return string(now) == row.Canon && c.OrgID == a.OrgID && c.Item == a.Item && json.Valid([]byte(row.Canon)), err
}

package models

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

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
	// Rows of earlier versions lack what follows.
	Parts  []policy.Fen `json:"parts,omitempty"`
	Caps   []awardCap   `json:"caps,omitempty"`
	Quota  string       `json:"quota,omitempty"`
	Places int          `json:"places,omitempty"`
	People int          `json:"people,omitempty"`
}

// awardCap is what an award used of a cap, and the limit of that day.
type awardCap struct {
	Key    string     `json:"key"`
	Limit  policy.Fen `json:"limit"`
	Amount policy.Fen `json:"amount"`
}

// AwardAudit is the data of the audit row of an award: who gets what under which decision, and when.
func AwardAudit(a Award, decisionHash string, parts []Instalment, g Grant) any {
	c := awardCanon{Claim: a.ClaimID, Org: a.OrgID, Item: a.Item, Decision: decisionHash, Amount: a.AmountFen, Plan: a.PlanID, Approval: a.ApprovalID, Quota: g.Quota, People: len(g.People)}
	for _, p := range parts {
		c.Due, c.Parts = append(c.Due, p.DueOn), append(c.Parts, p.AmountFen)
	}
	for _, use := range g.Caps {
		c.Caps = append(c.Caps, awardCap(use))
	}
	if g.Quota != "" {
		c.Places = g.Places
	}
	return c
}

// checkAwardRows: each award and the days of its instalments are what its audit row says.
func (q Query) checkAwardRows() (CheckResult, error) {
	r := CheckResult{No: "40c", Title: "奖励与审计记录一致"}
	before := 0
	for after := int64(0); ; {
		page, err := q.AwardsAfter(after, 200)
		if err == nil && len(page) == 0 && before > 0 {
			r.Notes = append(r.Notes, fmt.Sprintf("%d 项奖励的分期金额早于这项记录的启用，只核对了合计", before))
		}
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
			same, whole, err := q.sameAsAudit(a, row)
			if err != nil {
				return r, err
			}
			if !same {
				r.Findings = append(r.Findings, fmt.Sprintf("奖励 #%d 的机构、事项、金额、申报、分期金额或到期日与审计记录（money 第 %d 行）不符", a.ID, row.Seq))
			}
			if !whole {
				before++
			}
		}
	}
}

// sameAsAudit compares what the canon says with the rows of today. An older canon says less; what it does not say is not compared.
func (q Query) sameAsAudit(a Award, row AuditRow) (same, whole bool, err error) {
	d, err := q.Decision(a.DecisionID)
	if CodeOf(err) == NotFound {
		return false, true, nil
	}
	if err != nil {
		return false, true, err
	}
	c, err := q.Claim(a.ClaimID)
	if CodeOf(err) == NotFound {
		return false, true, nil
	}
	if err != nil {
		return false, true, err
	}
	parts, err := q.InstalmentsOf(a.ID)
	if err != nil {
		return false, true, err
	}
	var then awardCanon
	if err := json.Unmarshal([]byte(row.Canon), &then); err != nil {
		return false, true, nil //nolint:nilerr // not the JSON we wrote: not the same
	}
	now, ok := AwardAudit(a, d.Hash, parts, Grant{}).(awardCanon)
	if whole = then.Parts != nil; !whole {
		now.Parts = nil
	}
	now.Caps, now.Quota, now.Places, now.People = then.Caps, then.Quota, then.Places, then.People // see checkGrants
	text, err := Canonical(now)
	return ok && string(text) == row.Canon && c.OrgID == a.OrgID && c.Item == a.Item, whole, err
}

// checkGrants: the caps, places and people that awards took are what their audit rows say, and each cap has the limit that its first award named.
func (q Query) checkGrants() (CheckResult, error) {
	r := CheckResult{No: "40d", Title: "封顶、名额和人员与奖励的审计记录一致"}
	rows, err := find[AuditRow](q.db.Where("stream = 'money' AND action = 'award'").Order("seq"))
	if err != nil {
		return r, err
	}
	uses, err := q.capUses()
	if err != nil {
		return r, err
	}
	places, err := counts(q.db.Raw("SELECT award_id AS name, COUNT(*) AS n FROM quota_slots GROUP BY award_id"))
	if err != nil {
		return r, err
	}
	people, err := counts(q.db.Raw("SELECT award_id AS name, COUNT(*) AS n FROM person_rewards GROUP BY award_id"))
	if err != nil {
		return r, err
	}
	var limits []struct {
		CapKey   string
		LimitFen policy.Fen
	}
	if err := q.db.Raw("SELECT cap_key, limit_fen FROM caps ORDER BY cap_key").Scan(&limits).Error; err != nil {
		return r, readable(err)
	}
	first, before := map[string]awardCap{}, 0
	for _, row := range rows {
		id := strings.TrimPrefix(row.Entity, "award/")
		var then awardCanon
		if err := json.Unmarshal([]byte(row.Canon), &then); err != nil || then.Parts == nil {
			before++
			continue
		}
		r.Examined++
		slices.SortFunc(then.Caps, func(a, b awardCap) int { return strings.Compare(a.Key, b.Key) })
		same := len(then.Caps) == len(uses[id])
		for i, c := range then.Caps {
			if _, known := first[c.Key]; !known {
				first[c.Key] = c
			}
			same = same && uses[id][i].CapKey == c.Key && uses[id][i].AmountFen == c.Amount
		}
		if !same {
			r.Findings = append(r.Findings, fmt.Sprintf("奖励 #%s 的封顶明细与审计记录（money 第 %d 行）不符", id, row.Seq))
		}
		if places[id] != then.Places {
			r.Findings = append(r.Findings, fmt.Sprintf("奖励 #%s 占名额 %d 个，审计记录（money 第 %d 行）为 %d 个", id, places[id], row.Seq, then.Places))
		}
		if people[id] != then.People {
			r.Findings = append(r.Findings, fmt.Sprintf("奖励 #%s 计奖人员 %d 人，审计记录（money 第 %d 行）为 %d 人", id, people[id], row.Seq, then.People))
		}
	}
	for _, l := range limits {
		if c, known := first[l.CapKey]; known && c.Limit != l.LimitFen {
			r.Findings = append(r.Findings, fmt.Sprintf("封顶 %s 的上限现在是 %s，启用时是 %s", l.CapKey, l.LimitFen.Text(), c.Limit.Text()))
		}
	}
	if before > 0 {
		r.Notes = append(r.Notes, fmt.Sprintf("%d 项奖励早于这项记录的启用，未比较", before))
	}
	return r, nil
}

type capUseRow struct {
	AwardID   int64
	CapKey    string
	AmountFen policy.Fen
}

// capUses reads what awards used of caps, by the number of the award as text.
func (q Query) capUses() (map[string][]capUseRow, error) {
	var rows []capUseRow
	if err := q.db.Raw("SELECT award_id, cap_key, amount_fen FROM cap_uses ORDER BY award_id, cap_key").Scan(&rows).Error; err != nil {
		return nil, readable(err)
	}
	m := map[string][]capUseRow{}
	for _, r := range rows {
		id := fmt.Sprint(r.AwardID)
		m[id] = append(m[id], r)
	}
	return m, nil
}

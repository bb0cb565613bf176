package models

import (
	"slices"

	"duixian/policy"
)

// BudgetRules is what an installation decides about its money.
type BudgetRules struct {
	Required bool // a line without an appropriation waits; otherwise it is ordered and said to be beyond
	Split    policy.ChannelSplit
	Closing  policy.Closing // 0 = policy.DefaultClosing
}

// Reserves are the purses that an award's parts need. Each part is split for itself, by the day on which the award was approved, and belongs to the year in
// which it falls due.
func (r BudgetRules) Reserves(a Award, parts []Instalment, district string) []BudgetReserve {
	var rows []BudgetReserve
	for _, p := range parts {
		for _, c := range r.Split.Parts(p.AmountFen, district, a.ApprovedOn) {
			rows = append(rows, BudgetReserve{AwardID: a.ID, No: p.No, Channel: c.Channel, Year: p.DueOn.Year(), AmountFen: c.Amount})
		}
	}
	return rows
}

// DistrictOn is where an organisation was registered on a day by what was known then, empty when nobody had said.
func (q Query) DistrictOn(orgID int64, on policy.Date) (string, error) {
	facts, err := q.knownFacts(q.db.Where("org_id = ? AND kind = ?", orgID, "registration"), on)
	if err != nil {
		return "", err
	}
	d := Dossier{Facts: facts}
	reg := d.Newest("registration", on)
	if reg == nil {
		return "", nil
	}
	district, _ := reg.Attrs["district"].(string)
	return district, nil
}

// BudgetLines completes the parts that a batch would pay, named by award, number and attempt: how much, decided when, borne by whom. An award made before there
// were budgets is split as the rules say.
func (q Query) BudgetLines(rules BudgetRules, lines []BudgetLine) ([]BudgetLine, error) {
	ids := make([]int64, len(lines))
	for i, l := range lines {
		ids[i] = l.AwardID
	}
	reserves, err := q.BudgetReserves(ids...)
	if err != nil {
		return nil, err
	}
	awards, err := q.awardsByID(ids)
	if err != nil {
		return nil, err
	}
	parts := map[[2]int64]Instalment{}
	for some := range slices.Chunk(ids, 500) {
		rows, err := q.InstalmentsOf(some...)
		if err != nil {
			return nil, err
		}
		for _, p := range rows {
			parts[[2]int64{p.AwardID, int64(p.No)}] = p
		}
	}
	borne := map[int64]map[int][]policy.ChannelPart{}
	for _, r := range reserves {
		if borne[r.AwardID] == nil {
			borne[r.AwardID] = map[int][]policy.ChannelPart{}
		}
		borne[r.AwardID][r.No] = append(borne[r.AwardID][r.No], policy.ChannelPart{Channel: r.Channel, Amount: r.AmountFen})
	}
	out := make([]BudgetLine, len(lines))
	for i, l := range lines {
		a, known := awards[l.AwardID]
		p, there := parts[[2]int64{l.AwardID, int64(l.No)}]
		if !known || !there {
			return nil, E(NotFound, "没有奖励 #%d 第 %d 期", l.AwardID, l.No)
		}
		l.Amount, l.DecidedOn, l.Parts = p.AmountFen, a.ApprovedOn, borne[l.AwardID][l.No]
		if borne[l.AwardID] == nil {
			district, err := q.DistrictOn(a.OrgID, a.ApprovedOn)
			if err != nil {
				return nil, err
			}
			l.Parts = rules.Split.Parts(p.AmountFen, district, a.ApprovedOn)
		}
		out[i] = l
	}
	return out, nil
}

func (q Query) awardsByID(ids []int64) (map[int64]Award, error) {
	all := map[int64]Award{}
	for some := range slices.Chunk(ids, 500) {
		rows, err := find[Award](q.db.Where("id IN ?", some))
		if err != nil {
			return nil, err
		}
		for _, a := range rows {
			all[a.ID] = a
		}
	}
	return all, nil
}

// DueParts lists the parts that could be ordered on a day, by decision: due, and returned ones that wait for their next attempt.
func (q Query) DueParts(rules BudgetRules, on policy.Date) ([]BudgetLine, error) {
	var lines []BudgetLine
	err := q.db.Raw(`SELECT i.award_id, i.no FROM instalments i JOIN awards a ON a.id = i.award_id
		WHERE i.state IN ('due', 'returned') AND i.due_on <= ? ORDER BY a.approved_on, i.award_id, i.no`, on).Scan(&lines).Error
	if err != nil {
		return nil, readable(err)
	}
	return q.BudgetLines(rules, lines)
}

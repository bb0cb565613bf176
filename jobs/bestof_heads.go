package jobs

import (
	"slices"
	"strconv"

	"duixian/models"
	"duixian/policy"
)

// elsewhere weighs an agency's people, head by head, against what other policies pay for the same persons (同一人不重复), and marks those
// that are left to them. The persons are found by the keyed hash of their numbers. Where somebody's other amount is not known, or less has
// been paid elsewhere than a head is worth here, the whole claim is for people to decide.
func (k *desk) elsewhere(c models.Claim, lines []models.RecruitLine, terms models.RecruitTerms) ([]models.RecruitLine, *policy.Overlap, error) {
	var macs []string
	for _, e := range k.dossier.External {
		if e.Kind == models.PersonKind {
			macs = append(macs, e.FactKey)
		}
	}
	item, err := k.env.Book.Item(recruitItem)
	if err != nil || len(macs) == 0 {
		return lines, nil, err
	}
	people, err := k.tx.PeopleByMAC(macs)
	if err != nil {
		return nil, nil, err
	}
	paid := terms.Paid(lines)
	byID := map[int64]policy.Head{}
	_, awarded := k.awards[c.ID]
	for _, e := range k.dossier.External {
		p, known := people[e.FactKey]
		if e.Kind != models.PersonKind || !known || !slices.Contains(paid, p.ID) || awarded && e.PaidFen == 0 {
			continue // of nobody who is paid for here; or awarded before anybody else paid
		}
		h := byID[p.ID]
		h.Person, h.Other, h.Paid = e.FactKey, h.Other+e.AmountFen, h.Paid+e.PaidFen
		h.Unknown, h.Waived = h.Unknown || !e.AmountKnown && e.Choice != models.ChoseOurs, e.Choice == models.ChoseOurs
		if e.Choice == models.ChoseTheirs {
			h.Paid = max(h.Paid, h.Other) // chosen: gone as if it had been paid
		}
		byID[p.ID] = h
	}
	if len(byID) == 0 {
		return lines, nil, nil
	}
	each, _ := item.Amount.Values.On(c.FactOn).Value.(policy.Fen)
	_, limit, capped := yearPot(item, c.FactOn, k.dossier.Org.Code)
	if !capped {
		limit = each * policy.Fen(len(lines))
	}
	heads := make([]policy.Head, 0, len(byID))
	for _, h := range byID {
		heads = append(heads, h)
	}
	best := policy.BestHeads(each, limit, len(paid)-len(heads), heads)
	lines = slices.Clone(lines)
	for i := range lines {
		if h, ok := byID[lines[i].PersonID]; ok && slices.Contains(best.Elsewhere, h.Person) {
			lines[i].PaidElsewhere = true
		}
	}
	if len(best.Unknown) == 0 {
		return lines, nil, nil
	}
	o := &policy.Overlap{Reason: policy.BestUnknown, Mine: each * policy.Fen(len(paid))}
	law := policy.OverlapRival{Name: "其他政策对其中部分人员的奖补", Clause: policy.OverlapClause, Phrase: policy.OverlapPhrase}
	o.Against = []policy.OverlapRival{law}
	return lines, o, nil
}

// headsMoved says whether the people whom a decision pays for are no longer those that are ours to pay for.
func (k *desk) headsMoved(c models.Claim, in models.Inputs) (bool, error) {
	if !slices.ContainsFunc(k.dossier.External, func(e models.ExternalAward) bool { return e.Kind == models.PersonKind }) {
		return false, nil
	}
	year, err := strconv.Atoi(c.FactKey)
	if err != nil {
		return false, err
	}
	terms := models.RecruitTermsOf(k.env.Book, k.env.Effective, year)
	lines, err := k.tx.RecruitLines(c.OrgID, year, terms, c.ID, k.on)
	if err != nil {
		return false, err
	}
	lines, overlap, err := k.elsewhere(c, lines, terms)
	return !slices.Equal(terms.Paid(lines), in.People) || !sameOverlap(overlap, in.Overlap), err
}

package jobs

import (
	"encoding/json"
	"maps"
	"slices"

	"duixian/models"
	"duixian/policy"
)

// derive adds the facts that no file says because they follow from what else is known: whether it is the first time,
// what the year's cap has left, which year of three it is.
func (k *desk) derive(c models.Claim, fact models.KnownFact, item *policy.Item, facts policy.Facts) error {
	d := k.dossier
	others := func(want func(o models.Claim) bool) bool {
		for _, o := range d.Claims {
			if o.ID != c.ID && !o.TopUp() && want(o) && k.counts(c, o) {
				return true
			}
		}
		return false
	}
	sameItem := func(o models.Claim) bool { return o.Item == c.Item }
	switch fact.Kind {
	case "hightech", "top100", "integrity-demo", "specialty":
		if facts["first_time"] != false {
			facts["first_time"] = !(fact.Kind != "specialty" && others(sameItem))
		}
		if fact.Kind == "specialty" {
			facts["paid_any_specialty"] = others(sameItem)
		}
		if fact.Kind == "integrity-demo" {
			facts["backbone_same_year"] = k.backboneKept(c, fact, others)
		}
	case "headquarters", "park", "export-base", "landing":
		granted, err := k.grantedElsewhere(c, fact)
		if err != nil {
			return err
		}
		if granted {
			facts["already_granted"] = true
		}
		if fact.Kind == "headquarters" {
			facts["as_of"] = c.OpenedOn.String()
		}
	case "selection-backbone", "selection-integrity", "selection-elite":
		y, err := k.lastRound(fact)
		if err != nil {
			return err
		}
		if y > 0 {
			facts["last_round_year"] = y
		}
	case "contribution":
		if fact.Attrs["scheme"] == "park" { // 经审核完成入园指标: what the assessment of that year says
			for _, a := range d.Facts {
				if a.Kind == "park-assessment" && number(a.Attrs["year"]) == number(fact.Attrs["year"]) {
					maps.Copy(facts, policy.Facts{"targets_met": a.Attrs["targets_met"], "municipal_park": a.Attrs["municipal_park"]})
				}
			}
		}
		if _, ok := facts["year_number"]; !ok {
			if n, ok := k.rebateYear(fact); ok {
				facts["year_number"] = n
			}
		}
	}
	if caps := item.Amount.Caps; len(caps) > 0 && caps[len(caps)-1].Scope == "year" {
		if k.alone && k.awards[c.ID].ID == 0 {
			facts["paid_this_year"] = policy.Fen(0)
		} else {
			facts["paid_this_year"] = k.usedThisYear(c, caps[len(caps)-1].Shared)
		}
	}
	return nil
}

// backboneKept says whether best-of kept the backbone award of the year, so that nothing is left for the demonstration award. One that
// has been awarded stands; of two that have not, the desk has weighed the whole year.
func (k *desk) backboneKept(c models.Claim, fact models.KnownFact, others func(func(o models.Claim) bool) bool) bool {
	return others(func(o models.Claim) bool {
		if o.Item != "backbone-firm" || o.FactOn.Year() != fact.On.Year() {
			return false
		}
		if _, awarded := k.awards[o.ID]; awarded || !k.alone && !k.weighed {
			return true
		}
		lost := k.overlaps[c.ID]
		return !k.alone && lost != nil && lost.Reason == policy.BestExcluded
	})
}

// counts says whether another claim stands before c: already awarded, or payable and earlier by (fact day, id). Seen
// from an awarded claim only awards made before it count, so that a later claim never makes an old award look wrong.
func (k *desk) counts(c, o models.Claim) bool {
	if mine, ok := k.awards[c.ID]; ok {
		theirs, ok := k.awards[o.ID]
		return ok && theirs.ID < mine.ID
	}
	if _, ok := k.awards[o.ID]; ok {
		return true
	}
	earlier := o.FactOn < c.FactOn || o.FactOn == c.FactOn && o.ID < c.ID
	return earlier && payable(o)
}

// payable says that a claim is worth money today or would be once its hold is lifted.
func payable(c models.Claim) bool {
	switch c.State {
	case models.ClaimDecided, models.ClaimProposed, models.ClaimConfirmed, models.ClaimHeld:
		return true
	}
	return false
}

// usedThisYear adds up what stands before c under the same yearly cap.
func (k *desk) usedThisYear(c models.Claim, shared []string) policy.Fen {
	in := map[string]bool{c.Item: true}
	for _, s := range shared {
		in[s] = true
	}
	var sum policy.Fen
	for _, o := range k.dossier.Claims {
		if o.ID == c.ID || !in[o.Item] || k.remainder(o) || o.FactOn.Year() != c.FactOn.Year() || !k.counts(c, o) {
			continue
		}
		if a, ok := k.awards[o.ID]; ok {
			sum += a.AmountFen - k.takenBack(o)
		} else {
			sum += k.dossier.Decided[o.ID].AmountFen
		}
	}
	return sum
}

// takenBack is what was set off or paid back of a claim's award so far: the cap has it again.
func (k *desk) takenBack(o models.Claim) policy.Fen {
	var sum policy.Fen
	for _, a := range k.dossier.Cases {
		if a.ClaimID == o.ID && a.Kind == models.ClawbackCase && (a.State == models.CaseApproved || a.State == models.CaseSettled) {
			sum += a.SettledFen
		}
	}
	return sum
}

// remainder says that a claim is only what was left of an instalment that a 追回 took back in part: its award has drawn on the cap already.
func (k *desk) remainder(o models.Claim) bool {
	return o.TopUp() && slices.ContainsFunc(k.dossier.Cases, func(a models.Adjustment) bool {
		return a.Kind == models.ClawbackCase && a.NewAwardID != 0 && a.NewAwardID == k.awards[o.ID].ID
	})
}

// grantedElsewhere looks for an award of the same family for the same group, park, base or project: once only.
func (k *desk) grantedElsewhere(c models.Claim, fact models.KnownFact) (bool, error) {
	for _, o := range k.dossier.Claims {
		if o.ID == c.ID || o.TopUp() || k.kindOf(o.Item) != fact.Kind || !k.counts(c, o) {
			continue
		}
		switch {
		case fact.Kind == "headquarters": // one of the tiers, once
			return true, nil
		case fact.Kind == "landing" && attrOf(k.dossier, "landing", o.FactKey, "project") != attrOf(k.dossier, "landing", c.FactKey, "project"):
			continue // another project
		case o.Item == c.Item:
			return true, nil
		}
	}
	key := ""
	switch fact.Kind {
	case "headquarters":
		key = headquartersKey(k.dossier, c.FactKey)
	case "landing":
		key = landingKey(k.dossier, c.FactKey)
	default:
		return false, nil
	}
	holder, err := k.tx.ExclusionHolder(key) // another organisation of the group, or of the project
	mine, ok := k.awards[c.ID]
	return holder != 0 && (!ok || holder < mine.ID), err
}

// lastRound is the nominal year of the newest earlier round of a selection, over all organisations.
func (k *desk) lastRound(fact models.KnownFact) (int, error) {
	if _, ok := k.rounds[fact.Kind]; !ok {
		k.rounds[fact.Kind] = []int{}
		all, err := k.tx.FactsOfKind(fact.Kind, k.on)
		if err != nil {
			return 0, err
		}
		for _, f := range all {
			k.rounds[fact.Kind] = append(k.rounds[fact.Kind], number(f.Attrs["year"]))
		}
	}
	year, best := number(fact.Attrs["year"]), 0
	for _, y := range k.rounds[fact.Kind] {
		if y < year && y > best {
			best = y
		}
	}
	return best, nil
}

// rebateYear counts the year of a contribution from the first full calendar year after moving in (前3年).
func (k *desk) rebateYear(fact models.KnownFact) (int, bool) {
	hq := k.dossier.Newest("headquarters", fact.On)
	if hq == nil {
		return 0, false
	}
	s, _ := hq.Attrs["operating_since"].(string)
	since, err := policy.ParseDate(s)
	if err != nil {
		return 0, false
	}
	first := since.Year() + 1
	if since == policy.NewDate(since.Year(), 1, 1) {
		first--
	}
	return number(fact.Attrs["year"]) - first + 1, true
}

func number(v any) int {
	switch n := v.(type) {
	case json.Number:
		i, _ := n.Int64()
		return int(i)
	case int:
		return n
	}
	return 0
}

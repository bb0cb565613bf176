package jobs

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"duixian/models"
	"duixian/policy"
)

// BestOf are the readings of 从优从高不重复 that a house may choose. The zero value is how the text is read without a choice.
type BestOf struct {
	PaidLower  string // policy.TopUp (also ""), policy.NoTopUp or policy.RepayThen
	OtherYears bool   // 诚信示范 and 骨干 of different years wait for people; false: the years have nothing to do with each other
}

// weigh puts the organisation's claims beside each other and beside the awards of other policies, and keeps what best-of says of each. It
// does nothing where nothing can exclude anything, which is so for nearly every organisation on nearly every night.
func (k *desk) weigh() error {
	if !k.mayOverlap() {
		return nil
	}
	k.alone = true
	benefits, pots, names, err := k.benefits()
	k.alone = false
	if err != nil {
		return err
	}
	k.weighed, k.overlaps = true, map[int64]*policy.Overlap{}
	best, err := policy.BestOf(benefits, pots, policy.BestOptions{PaidLower: k.env.BestOf.PaidLower})
	if errors.Is(err, policy.ErrManyChoices) {
		for _, b := range benefits {
			if !b.External {
				k.overlap(b.ID, &policy.Overlap{Reason: policy.BestUnknown, Mine: b.Nominal})
			}
		}
		return nil
	}
	if err != nil {
		return err
	}
	mine, open := map[string]policy.Fen{}, map[string]bool{}
	for _, b := range benefits {
		mine[b.ID], open[b.ID] = b.Nominal, b.Unknown
	}
	for _, c := range best.Choices {
		if strings.HasPrefix(c.ID, "x") || c.Reason == "" || k.stands(c) || c.Reason == policy.BestUnknown && open[c.ID] {
			continue // nothing stands beside it, or only our own amount is missing and officials are asked for it anyway
		}
		o := &policy.Overlap{Reason: c.Reason, Mine: mine[c.ID], Due: c.Due, Deducted: c.Deducted, MayWaive: c.MayWaive}
		for _, r := range c.Against {
			rival := policy.OverlapRival{ID: "claim/" + r.ID, Name: names[r.ID], Paid: r.Paid, Kept: r.Kept, Clause: r.Clause, Phrase: r.Phrase}
			if x, external := strings.CutPrefix(r.ID, "x"); external {
				rival.ID = "external/" + x
			}
			if r.Known {
				rival.Amount = &r.Amount
			}
			o.Against = append(o.Against, rival)
		}
		k.overlap(c.ID, o)
	}
	return nil
}

func (k *desk) overlap(claim string, o *policy.Overlap) {
	if id, err := strconv.ParseInt(claim, 10, 64); err == nil {
		k.overlaps[id] = o
	}
}

// stands says that what best-of found changes nothing: an award that another claim of ours would outdo is taken into account there, and
// a pair of which one is awarded is held for people elsewhere; pairs of different years are theirs only where the house says so.
func (k *desk) stands(c policy.Choice) bool {
	id, err := strconv.ParseInt(c.ID, 10, 64)
	if err != nil {
		return true
	}
	if c.Reason == policy.BestOtherYear {
		year := k.claim(id).FactOn.Year()
		return !k.env.BestOf.OtherYears || slices.ContainsFunc(c.Against, func(r policy.Rival) bool {
			o, err := strconv.ParseInt(r.ID, 10, 64)
			return err == nil && r.Clause == "三（四）" && k.claim(o).FactOn.Year() == year
		})
	}
	_, awarded := k.awards[id]
	return awarded && c.Reason == policy.BestExcluded
}

func (k *desk) claim(id int64) models.Claim {
	for _, c := range k.dossier.Claims {
		if c.ID == id {
			return c
		}
	}
	return models.Claim{}
}

// mayOverlap says whether there is anything to weigh: something of another policy, both halves of 三（四）, or two returns of one year.
func (k *desk) mayOverlap() bool {
	backbone, demo, returns := map[int]bool{}, map[int]bool{}, map[int]string{}
	pair := slices.ContainsFunc(k.dossier.External, func(e models.ExternalAward) bool { return e.Kind != models.PersonKind })
	for _, c := range k.dossier.Claims {
		if c.State == models.ClaimWithdrawn || c.TopUp() {
			continue
		}
		year := c.FactOn.Year()
		if k.env.BestOf.OtherYears {
			year = 0
		}
		switch kind := k.kindOf(c.Item); kind {
		case "selection-backbone":
			backbone[year] = true
		case "integrity-demo":
			demo[year] = true
		case "contribution":
			of := number(k.factOf(c).Attrs["year"])
			pair = pair || returns[of] != "" && returns[of] != c.Item
			returns[of] = c.Item
		}
	}
	for year := range backbone {
		pair = pair || demo[year]
	}
	return pair
}

// factOf is the newest known statement that a claim rests on; its Kind is empty when it has been taken back.
func (k *desk) factOf(c models.Claim) models.KnownFact {
	kind := k.kindOf(c.Item)
	for _, f := range k.dossier.Facts {
		if f.Kind == kind && f.Key == c.FactKey {
			return f
		}
	}
	return models.KnownFact{}
}

// benefits lists what stands beside what: the claims that the rules, each asked alone, give something, and the awards of other policies
// for the same things. names are what people call them.
func (k *desk) benefits() (list []policy.Benefit, pots []policy.Pot, names map[string]string, err error) {
	names = map[string]string{}
	var ours []policy.Benefit
	for _, c := range k.dossier.Claims {
		f := k.factOf(c)
		if f.Kind == "" || c.State == models.ClaimWithdrawn || c.TopUp() || c.Item == recruitItem {
			continue
		}
		item, err := k.env.Book.Item(c.Item)
		if err != nil {
			return nil, nil, nil, err
		}
		if item.Amount.Kind == "refer" {
			continue
		}
		answer, _, err := k.ask(c, f, item)
		if err != nil {
			return nil, nil, nil, err
		}
		if answer.Outcome != policy.OutcomeExact && answer.Outcome != policy.OutcomeCeiling || answer.Fen() == 0 {
			continue
		}
		b := policy.Benefit{
			ID: strconv.FormatInt(c.ID, 10), Item: c.Item, Order: item.Order, Who: k.dossier.Org.Code, Keys: thingKeys(k.dossier.Org.Code, f), On: c.FactOn,
			Nominal: answer.Fen(), Unknown: answer.Outcome == policy.OutcomeCeiling,
		}
		_, b.Promised = k.awards[c.ID]
		if key, limit, ok := yearPot(item, c.FactOn, k.dossier.Org.Code); ok {
			b.Pots = []string{key}
			if !slices.ContainsFunc(pots, func(p policy.Pot) bool { return p.Key == key }) {
				pots = append(pots, policy.Pot{Key: key, Limit: limit})
			}
		}
		names[b.ID] = item.Name + "（" + c.FactKey + "）"
		ours = append(ours, b)
	}
	for _, e := range k.dossier.External {
		if e.Kind == models.PersonKind {
			continue // weighed head by head, see elsewhere
		}
		x := policy.Benefit{
			ID: fmt.Sprintf("x%d", e.ID), Item: e.Policy, External: true, Who: k.dossier.Org.Code, Keys: externalKeys(k.dossier.Org.Code, e), On: e.OnDay,
			Nominal: e.AmountFen, Unknown: !e.AmountKnown, Paid: e.PaidFen, Waived: e.Choice == models.ChoseOurs,
		}
		for i := range ours {
			if e.Choice == models.ChoseTheirs && !ours[i].Promised && slices.ContainsFunc(ours[i].Keys, func(key string) bool { return slices.Contains(x.Keys, key) }) {
				ours[i].Waived = true
			}
		}
		names[x.ID] = e.Name()
		list = append(list, x)
	}
	return append(list, ours...), pots, names, nil
}

// thingKeys name what a fact is about, so that another policy's award for it is recognised: its kind and key, and for a contribution the
// base itself, whichever of the two returns it is reported for.
func thingKeys(code string, f models.KnownFact) []string {
	keys := []string{f.Kind + ":" + f.Key}
	if f.Kind == "contribution" {
		keys = append(keys, fmt.Sprintf("base:%s:%d", code, number(f.Attrs["year"])))
	}
	return keys
}

func externalKeys(code string, e models.ExternalAward) []string {
	keys := []string{e.Kind + ":" + e.FactKey}
	if e.Kind == "contribution" {
		keys = append(keys, "base:"+code+":"+e.FactKey)
	}
	return keys
}

// yearPot is the cap over a year that an item draws on, as in the ledger of caps.
func yearPot(item *policy.Item, on policy.Date, code string) (key string, limit policy.Fen, ok bool) {
	for _, c := range item.Amount.Caps {
		if c.Scope == "year" {
			limit, ok = c.Values.On(on).Value.(policy.Fen)
			return fmt.Sprintf("%s:%s:%d", capName(item, c), code, on.Year()), limit, ok
		}
	}
	return "", 0, false
}

// overlapMoved says whether another policy's award, or one of our own, has made the decision of a claim a different one by what is known
// on a day.
func overlapMoved(tx *models.Tx, env *Env, d *models.Dossier, c models.Claim, in models.Inputs, on policy.Date) (bool, error) {
	k := newDesk(env, tx, on, 0, map[string][]int{})
	k.take(d)
	if c.Item == recruitItem {
		return k.headsMoved(c, in)
	}
	err := k.weigh()
	return !sameOverlap(k.overlaps[c.ID], in.Overlap), err
}

// sameOverlap compares what best-of says today with what a decision was made with.
func sameOverlap(a, b *policy.Overlap) bool {
	x, errA := models.Canonical(a)
	y, errB := models.Canonical(b)
	return errA == nil && errB == nil && string(x) == string(y)
}

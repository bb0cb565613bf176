package jobs

import (
	"cmp"
	"fmt"
	"slices"

	"duixian/models"
	"duixian/policy"
)

// desk decides the claims of one organisation on one business day inside one transaction: it opens claims for facts
// whose day has come, asks the rules, stores new decisions beside the old and moves the claims. It is what the nightly
// job, a dry run and a re-decision after late data share.
type desk struct {
	env     *Env
	tx      *models.Tx
	on      policy.Date
	runID   int64
	dossier *models.Dossier
	awards  map[int64]models.Award // by claim
	rounds  map[string][]int       // years of the rounds of each selection kind over all organisations, read when first asked for
	changed []change

	alone    bool                      // the rules are asked without what other claims take away: best-of weighs them afterwards
	weighed  bool                      // best-of has looked at this organisation
	overlaps map[int64]*policy.Overlap // what it found, by claim
}

// change is one claim whose decision or state is new.
type change struct {
	Claim    models.Claim
	Decision models.Decision
	Was      *models.Decision // nil for the first
	From     models.ClaimState
}

func newDesk(env *Env, tx *models.Tx, on policy.Date, runID int64, rounds map[string][]int) *desk {
	return &desk{env: env, tx: tx, on: on, runID: runID, rounds: rounds}
}

// decide works through one organisation. Claims are decided in the order of their facts (day, id), because earlier ones use up
// what later ones share.
func (k *desk) decide(d *models.Dossier) error {
	k.take(d)
	facts := map[int64]models.KnownFact{}
	for _, f := range k.due() {
		c, err := k.open(f)
		if err != nil {
			return err
		}
		facts[c.ID] = f
	}
	if err := k.weigh(); err != nil {
		return err
	}
	for i := range d.Claims {
		c := &d.Claims[i]
		fact, ok := facts[c.ID]
		if !ok || c.State == models.ClaimWithdrawn || k.ahead(*c) {
			continue // its fact was withdrawn, or another job decides it
		}
		if err := k.judge(c, fact); err != nil {
			return err
		}
	}
	return k.cases()
}

// ahead says that a claim was decided for a later day, with all that is known on this one and more, or is held by a bar that was seen on a
// later day: a run for an earlier day, which somebody asked for, leaves it alone.
func (k *desk) ahead(c models.Claim) bool {
	today := k.env.clock().Date()
	later := func(day policy.Date) bool { return models.OfLaterDay(day, k.on, today) }
	return later(k.dossier.Decided[c.ID].OnDay) || c.State == models.ClaimHeld && generalReasons[c.Reason] && later(c.ChangedOn)
}

// take puts a dossier on the desk.
func (k *desk) take(d *models.Dossier) {
	k.dossier, k.awards, k.overlaps, k.weighed = d, map[int64]models.Award{}, nil, false
	for _, a := range d.Awards {
		k.awards[a.ClaimID] = a
	}
}

// due lists the facts that make claims and whose day has come, in the order of their days.
func (k *desk) due() []models.KnownFact {
	var out []models.KnownFact
	for _, f := range k.dossier.Facts {
		if day, ok := k.ripe(f); ok && day <= k.on && len(k.family(f)) > 0 {
			out = append(out, f)
		}
	}
	slices.SortStableFunc(out, func(a, b models.KnownFact) int { return cmp.Compare(a.On, b.On) })
	return out
}

// ripe is the first day on which all conditions of a fact that lie in time are met: its own day, and for
// headquarters a full year of operation (正常运营满一年).
func (k *desk) ripe(f models.KnownFact) (policy.Date, bool) {
	if f.Kind != "headquarters" {
		return f.On, true
	}
	s, _ := f.Attrs["operating_since"].(string)
	since, err := policy.ParseDate(s)
	if err != nil {
		return 0, false
	}
	return max(f.On, since.AddYears(1)), true
}

// family lists the items that a fact may feed, in the order of the catalogue: those of its kind whose attributes (level, scheme,
// at home or abroad) fit.
func (k *desk) family(f models.KnownFact) []*policy.Item {
	var out []*policy.Item
	for _, item := range k.env.Book.Items {
		if item.From.Kind == f.Kind && fits(item.From.Where, f.Attrs) {
			out = append(out, item)
		}
	}
	return out
}

// fits says whether attributes are those an item asks for.
func fits(where, attrs map[string]any) bool {
	for name, want := range where {
		if fmt.Sprint(attrs[name]) != fmt.Sprint(want) {
			return false
		}
	}
	return true
}

// kindOf is the kind of facts that feeds an item.
func (k *desk) kindOf(itemID string) string {
	if item, err := k.env.Book.Item(itemID); err == nil {
		return item.From.Kind
	}
	return ""
}

// Why a claim that would be paid waits for people: the number of a legality review document, or a choice between two awards.
const (
	heldLegalReview = "LEGAL_REVIEW"
	heldExclusive   = "EXCLUSIVE_WITH_INTEGRITY"
)

// takenReasons say that an award was refused because another one has what it needs. Only a new decision changes that.
var takenReasons = map[string]bool{"CAP": true, "OVER_QUOTA": true, "EXCLUSIVE": true, "DUPLICATE_PERSON": true, "ALREADY_AWARDED": true}

// tierReasons say that another item of the family is the right one, not that nothing is due.
var tierReasons = map[string]bool{"NOT_ON_LIST": true, "HIGHER_TIER_APPLIES": true, "OTHER_TIER_APPLIES": true}

// open finds or opens the claim of a fact. The item is the first of the family that gives something; if none does,
// the first that fails for a reason of its own.
func (k *desk) open(f models.KnownFact) (models.Claim, error) {
	family := k.family(f)
	for i := range k.dossier.Claims {
		c := &k.dossier.Claims[i]
		if c.FactKey != f.Key || c.State == models.ClaimWithdrawn || k.kindOf(c.Item) != f.Kind {
			continue // one fact is one claim, whatever item a correction moves it to
		}
		if _, awarded := k.awards[c.ID]; awarded || k.ahead(*c) {
			return *c, nil
		}
		if day, _ := k.ripe(f); day != c.FactOn {
			if err := k.tx.DateClaim(c, day); err != nil {
				return *c, err
			}
		}
		return k.reopen(*c, f, family)
	}
	c := models.Claim{OrgID: k.dossier.Org.ID, FactKey: f.Key, OpenedOn: k.on, Publicity: models.NotRequired}
	c.FactOn, _ = k.ripe(f)
	item, err := k.choose(c, f, family)
	if err != nil {
		return c, err
	}
	c.Item = item
	return k.add(c)
}

// reopen gives a corrected fact to another item of the family when that is the right one now; the old claim is
// withdrawn, its check day goes on.
func (k *desk) reopen(c models.Claim, f models.KnownFact, family []*policy.Item) (models.Claim, error) {
	if len(family) == 1 && family[0].ID == c.Item {
		return c, nil
	}
	item, err := k.choose(c, f, family)
	if err != nil || item == c.Item {
		return c, err
	}
	i := slices.IndexFunc(k.dossier.Claims, func(o models.Claim) bool { return o.ID == c.ID })
	k.dossier.Claims[i].PlanID = 0 // a plan that holds it finds it gone
	if err := k.tx.MoveClaim(&k.dossier.Claims[i], models.ClaimWithdrawn, "OTHER_TIER_APPLIES", k.on, c.State); err != nil {
		return c, err
	}
	return k.add(models.Claim{Item: item, OrgID: c.OrgID, FactKey: c.FactKey, FactOn: c.FactOn, OpenedOn: c.OpenedOn, Publicity: c.Publicity})
}

func (k *desk) add(c models.Claim) (models.Claim, error) {
	c, created, err := k.tx.OpenClaim(c)
	if err != nil {
		return c, err
	}
	if !created {
		i := slices.IndexFunc(k.dossier.Claims, func(o models.Claim) bool { return o.ID == c.ID })
		if c.State != models.ClaimWithdrawn || i < 0 {
			return c, nil
		}
		err := k.tx.MoveClaim(&k.dossier.Claims[i], models.ClaimOpen, "", k.on, models.ClaimWithdrawn) // corrected back
		return k.dossier.Claims[i], err
	}
	k.dossier.Claims = append(k.dossier.Claims, c)
	slices.SortFunc(k.dossier.Claims, func(a, b models.Claim) int { return cmp.Or(cmp.Compare(a.FactOn, b.FactOn), cmp.Compare(a.ID, b.ID)) })
	return c, nil
}

func (k *desk) choose(c models.Claim, f models.KnownFact, family []*policy.Item) (string, error) {
	own := ""
	for _, item := range family {
		c.Item = item.ID
		answer, _, err := k.ask(c, f, item)
		if err != nil {
			return "", err
		}
		if answer.Outcome != policy.OutcomeNone {
			return item.ID, nil
		}
		if own == "" && !tierReasons[answer.Reason] {
			own = item.ID
		}
	}
	return cmp.Or(own, family[0].ID), nil
}

// ask puts the facts of a claim to the rules: the attributes of its fact, how the organisation stood on the check
// day, and what follows from other claims.
func (k *desk) ask(c models.Claim, f models.KnownFact, item *policy.Item) (policy.Decision, policy.Facts, error) {
	facts := k.env.Book.Pick(f.Attrs)
	for name, v := range k.env.standing(k.dossier, c.OpenedOn) {
		if _, own := facts[name]; !own {
			facts[name] = v
		}
	}
	day, _ := k.ripe(f)
	facts["date"] = day.String()
	if err := k.derive(c, f, item, facts); err != nil {
		return policy.Decision{}, nil, err
	}
	answer, err := k.env.Book.Assess(item.ID, facts, policy.AssessOptions{EffectiveFrom: k.env.Effective})
	return answer, facts, err
}

// judge decides a claim, stores the decision if it is new, and moves the claim.
func (k *desk) judge(c *models.Claim, f models.KnownFact) error {
	item, err := k.env.Book.Item(c.Item)
	if err != nil {
		return err
	}
	answer, facts, err := k.ask(*c, f, item)
	if err != nil {
		return err
	}
	official, err := k.official(*c, facts)
	if err != nil {
		return err
	}
	if official != nil {
		if answer, err = k.env.Book.Assess(item.ID, facts, policy.AssessOptions{EffectiveFrom: k.env.Effective, Decided: &official.Decided}); err != nil {
			return err
		}
	}
	overlap, chosen, err := k.choiceOverlap(c.ID)
	if err != nil {
		return err
	}
	if !chosen {
		overlap = k.overlaps[c.ID]
	}
	return k.store(c, k.env.Book.Overlaid(answer, overlap), models.Inputs{Facts: facts, Official: official, Overlap: overlap})
}

// store keeps a decision and moves the claim to where it leads.
func (k *desk) store(c *models.Claim, answer policy.Decision, in models.Inputs) error {
	was, had := k.dossier.Decided[c.ID]
	d, fresh, err := decided(k.tx, k.env, c, answer, in, k.on, k.runID)
	if err != nil {
		return err
	}
	if fresh && c.Publicity != models.NotRequired && !frozenStates[c.State] {
		if err := k.tx.ForgetPublicity(c); err != nil {
			return err
		}
	}
	k.dossier.Decided[c.ID] = d
	from := c.State
	if err := k.move(c, d, fresh); err != nil {
		return err
	}
	if fresh || c.State != from {
		ch := change{Claim: *c, Decision: d, From: from}
		if had {
			ch.Was = &was
		}
		k.changed = append(k.changed, ch)
	}
	return nil
}

// decided keeps a decision with what it was made of, unless it is the newest one already.
func decided(tx *models.Tx, env *Env, c *models.Claim, answer policy.Decision, in models.Inputs, on policy.Date, runID int64) (d models.Decision, fresh bool, err error) {
	facts, err := env.Book.Canonical(in.Facts)
	if err != nil {
		return d, false, err
	}
	frozen, err := models.Canonical(frozenInputs{facts, in.People, in.Unknown, in.Official, in.Overlap})
	if err != nil {
		return d, false, err
	}
	return tx.Decide(c, models.Decision{
		Outcome: answer.Outcome, AmountFen: answer.Fen(), Reason: answer.Reason, Clause: answer.Clause, Book: env.Book.Name,
		PolicyVersion: answer.PolicyVersion, EffectiveFrom: env.Effective, OnDay: on, KnownOn: on, Facts: string(frozen), Result: string(answer.JSON()), RunID: runID,
	})
}

// move takes a claim to the state its newest decision asks for. Awarded and proposed claims stay: an award is
// changed by people only, and a frozen plan is looked at again line by line when it is applied.
func (k *desk) move(c *models.Claim, d models.Decision, fresh bool) error {
	if frozenStates[c.State] {
		return nil
	}
	to, reason, err := k.verdict(*c, d, fresh)
	if err != nil || to == c.State && reason == c.Reason {
		return err
	}
	return k.tx.MoveClaim(c, to, reason, k.on, c.State)
}

// frozenStates are those in which a new decision moves nothing.
var frozenStates = map[models.ClaimState]bool{models.ClaimAwarded: true, models.ClaimConfirmed: true, models.ClaimPublicised: true, models.ClaimProposed: true, models.ClaimWithdrawn: true}

// verdict says where a decision leads. Only an exact amount that this policy itself pays can become money; what an
// official must fill in waits for that, and what another document pays ends here.
func (k *desk) verdict(c models.Claim, d models.Decision, fresh bool) (models.ClaimState, string, error) {
	item, err := k.env.Book.Item(c.Item)
	if err != nil {
		return "", "", err
	}
	switch {
	case d.Outcome == policy.OutcomeNeedsData:
		return models.ClaimNeedsData, d.Reason, nil
	case d.Outcome == policy.OutcomeNeedsDecision, d.Outcome == policy.OutcomeCeiling, d.Reason == "CLAMPED":
		// Also an official amount that a cap has come under since: they decide again, within what is left.
		return models.ClaimNeedsDecision, d.Reason, nil
	case d.Outcome != policy.OutcomeExact, d.AmountFen == 0, item.Amount.Kind == "refer":
		return models.ClaimRejected, d.Reason, nil
	}
	if review := k.env.Book.LegalReview(c.Item); review != policy.LegalReviewNotNeeded {
		done, err := k.tx.LegalReviewed(c.Item)
		if err != nil {
			return "", "", err
		}
		if !done || review == policy.LegalReviewSuspended {
			return models.ClaimHeld, heldLegalReview, nil
		}
	}
	if c.Item == "backbone-firm" && k.hasDemoAward(c) {
		return models.ClaimHeld, heldExclusive, nil
	}
	if c.State == models.ClaimHeld && (c.Reason == heldObjection || c.Reason == droppedObjection && !fresh) {
		return models.ClaimHeld, c.Reason, nil // until two people have decided the objection; upheld, until something new is known
	}
	if c.State == models.ClaimHeld && takenReasons[c.Reason] && !fresh {
		return models.ClaimHeld, c.Reason, nil // the place, the person or the sum is still somebody else's
	}
	if c.State == models.ClaimHeld && generalReasons[c.Reason] {
		in, err := inputsOf(d)
		if err != nil {
			return "", "", err
		}
		if reason, err := barred(k.env, c.Item, in, k.dossier, k.on); err != nil || reason != "" {
			return models.ClaimHeld, cmp.Or(reason, c.Reason), err
		}
	}
	return models.ClaimDecided, d.Reason, nil
}

// hasDemoAward looks for an integrity-demonstration award of the same year: 三（四）does not allow both, and which one to keep is
// for people to say once money has been promised.
func (k *desk) hasDemoAward(c models.Claim) bool {
	for _, o := range k.dossier.Claims {
		if _, ok := k.awards[o.ID]; ok && k.kindOf(o.Item) == "integrity-demo" && o.FactOn.Year() == c.FactOn.Year() {
			return true
		}
	}
	return false
}

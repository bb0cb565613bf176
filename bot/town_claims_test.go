package bot_test

import (
	"encoding/json"
	"errors"
	"strings"

	"duixian/models"
	"duixian/policy"
	"duixian/secret"
)

// claim 企业 事项 编号 [on=] fact=value …: the rules are asked about a claim that is opened, or asked again, on this day.
// The firm's standing is that of the check day.
func (w *town) claim(on policy.Date, args []string, opt map[string]string) {
	facts := policy.Facts{}
	for name, text := range opt {
		if name != "on" {
			facts[name] = factValue(text)
		}
	}
	w.decide(on, args, w.day(opt["on"], on), facts, false)
}

// count 企业 年: the people of a hire year are looked at on this day.
func (w *town) count(on policy.Date, args []string, _ map[string]string) {
	year := policy.MustDate(args[1] + "-12-31").Year()
	terms := models.RecruitTermsOf(w.book, w.effective, year)
	q := w.store.Read(w.t.Context())
	c, _ := q.ClaimOf(models.RecruitItem, w.org(args[0]), args[1])
	lines, err := q.RecruitLines(w.org(args[0]), year, terms, c.ID, on)
	if err != nil {
		w.t.Fatal(err)
	}
	var groups []map[string]any
	last, possible := policy.Date(0), 0
	for _, l := range lines {
		groups = append(groups, map[string]any{
			"count": 1, "category": l.Category, "insured_months": l.Insured.Count, "key_industry": l.Key, "duplicate": l.Duplicate, "paid_elsewhere": l.PaidElsewhere,
		})
		last = max(last, l.HiredOn)
		if l.Unknown() {
			possible++
		}
	}
	sum := terms.Summarise(lines, on)
	lacking := sum.Counted < sum.Need && sum.Counted+possible >= sum.Need
	w.decide(on, []string{args[0], models.RecruitItem, args[1]}, last, policy.Facts{"recruits": groups}, lacking)
}

func (w *town) decide(on policy.Date, args []string, date policy.Date, facts policy.Facts, lacking bool) {
	org, item, key := w.org(args[0]), args[1], args[2]
	w.tx(func(tx *models.Tx) error {
		c, _, err := tx.OpenClaim(models.Claim{Item: item, OrgID: org, FactKey: key, FactOn: date, OpenedOn: on, Publicity: models.NotRequired})
		if err != nil {
			return err
		}
		d, err := tx.Dossier(org, on)
		if err != nil {
			return err
		}
		facts["date"], facts["previous_stars"], facts["seriously_dishonest"] = date.String(), d.Stars(w.book.StarReading(), c.OpenedOn), d.Dishonest(c.OpenedOn) != nil
		answer, err := w.book.Assess(item, facts, policy.AssessOptions{EffectiveFrom: w.effective})
		if err != nil {
			return err
		}
		if lacking {
			answer.Outcome, answer.Reason, answer.Amount, answer.Missing = policy.OutcomeNeedsData, "MISSING_FACT", nil, []string{"recruits"}
		}
		canonical, err := w.book.Canonical(facts)
		if err != nil {
			return err
		}
		_, _, err = tx.Decide(&c, models.Decision{
			Outcome: answer.Outcome, AmountFen: answer.Fen(), Reason: answer.Reason, Clause: answer.Clause, Book: w.book.Name, PolicyVersion: answer.PolicyVersion,
			EffectiveFrom: w.effective, OnDay: on, KnownOn: on, Facts: `{"facts":` + string(canonical) + `}`, Result: string(answer.JSON()),
		})
		if err != nil || c.State == models.ClaimAwarded || c.State == models.ClaimProposed {
			return err
		}
		to, reason := w.leadsTo(item, answer)
		return tx.MoveClaim(&c, to, reason, on, c.State)
	})
}

// leadsTo is the state that an answer means for a claim nobody has proposed yet.
func (w *town) leadsTo(item string, answer policy.Decision) (models.ClaimState, string) {
	switch {
	case answer.Outcome == policy.OutcomeNeedsData:
		return models.ClaimNeedsData, answer.Reason
	case answer.Outcome == policy.OutcomeCeiling, answer.Outcome == policy.OutcomeNeedsDecision:
		return models.ClaimNeedsDecision, answer.Reason
	case answer.Outcome != policy.OutcomeExact || answer.Fen() == 0:
		return models.ClaimRejected, answer.Reason
	case w.book.LegalReview(item) != policy.LegalReviewNotNeeded:
		return models.ClaimHeld, "LEGAL_REVIEW"
	}
	return models.ClaimDecided, answer.Reason
}

func (w *town) find(tx *models.Tx, args []string) models.Claim {
	c, err := tx.ClaimOf(args[1], w.org(args[0]), args[2])
	if err != nil {
		w.t.Fatalf("%v: %v", args, err)
	}
	return c
}

// propose 企业 事项 编号 [expires=]: a clerk has sent the claim to a second person.
func (w *town) propose(on policy.Date, args []string, opt map[string]string) {
	w.tx(func(tx *models.Tx) error {
		c := w.find(tx, args)
		p, err := tx.SavePlan(models.PlanDraft{Kind: "award", Title: "奖补核定方案", KnownOn: on, MadeOn: on, Lines: []models.PlanLine{{ClaimID: c.ID, OrgID: c.OrgID}}}, 0)
		if err != nil {
			return err
		}
		if _, err := tx.Request(p, 1, secret.Text("000000"), noon(on), w.day(opt["expires"], on.AddDays(3))); err != nil {
			return err
		}
		c.PlanID = p.ID
		return tx.MoveClaim(&c, models.ClaimProposed, c.Reason, on, c.State)
	})
}

// award 企业 事项 编号: two people have agreed, and the award is made on this day.
func (w *town) award(on policy.Date, args []string, _ map[string]string) {
	w.tx(func(tx *models.Tx) error {
		c := w.find(tx, args)
		d, err := tx.Decision(c.DecisionID)
		if err != nil {
			return err
		}
		item, err := w.book.Item(c.Item)
		if err != nil {
			return err
		}
		percents := item.Staging()
		if percents == nil {
			percents = []int{100}
		}
		var parts []models.Instalment
		for i, amount := range d.AmountFen.Split(percents...) {
			p := models.Instalment{No: i + 1, AmountFen: amount, DueOn: on, State: models.Due, ChangedOn: on, CheckedOn: on}
			if i > 0 {
				p.DueOn, p.State = policy.NewDate(on.Year()+i, 1, 1), models.Scheduled
			}
			parts = append(parts, p)
		}
		a, err := tx.MakeAward(models.Award{
			ClaimID: c.ID, OrgID: c.OrgID, Item: c.Item, Clause: d.Clause, DecisionID: d.ID, AmountFen: d.AmountFen, ApprovedOn: on, PolicyVersion: d.PolicyVersion, State: "active",
		}, parts, models.Grant{})
		return errors.Join(err, w.reserve(tx, a, parts), tx.MoveClaim(&c, models.ClaimAwarded, d.Reason, on, c.State))
	})
}

// part 企业 事项 编号 期 状态 [原因]: an instalment moves on.
func (w *town) part(on policy.Date, args []string, _ map[string]string) {
	w.tx(func(tx *models.Tx) error {
		a, err := tx.AwardOfClaim(w.find(tx, args).ID)
		if err != nil {
			return err
		}
		parts, err := tx.InstalmentsOf(a.ID)
		if err != nil {
			return err
		}
		return tx.MoveInstalment(&parts[args[3][0]-'1'], models.InstalmentState(args[4]), strings.Join(args[5:], ""), on, models.Run{})
	})
}

// hold 企业 事项 编号 原因: the claim could not become an award when its plan was carried out.
func (w *town) hold(on policy.Date, args []string, _ map[string]string) {
	w.tx(func(tx *models.Tx) error {
		c := w.find(tx, args)
		return tx.MoveClaim(&c, models.ClaimHeld, args[3], on, c.State)
	})
}

func factValue(text string) any {
	switch {
	case text == "true", text == "false":
		return text == "true"
	case text == "null":
		return nil
	case strings.HasPrefix(text, "["):
		return strings.Split(strings.Trim(text, "[]"), ",")
	case strings.Trim(text, "0123456789.") == "":
		return json.Number(text)
	}
	return text
}

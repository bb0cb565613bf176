package jobs

import (
	"fmt"
	"slices"

	"duixian/models"
	"duixian/policy"
)

// cases opens, corrects and closes the cases of an organisation: an awarded claim whose newest decision has another amount (补差, 追回), and a
// claim that waits because people must choose between it and another award. A case changes no award; only the plan of two people does.
// What somebody is already acting on stays as it is until they are done.
func (k *desk) cases() error {
	for _, c := range k.dossier.Claims {
		if c.TopUp() || c.State == models.ClaimWithdrawn {
			continue
		}
		want, known := k.caseOf(c)
		live := k.liveCase(c.ID)
		switch {
		case !known, live != nil && live.State != models.CaseOpen:
		case live == nil && want != nil:
			if err := k.openCase(*want); err != nil {
				return err
			}
		case live != nil && want == nil:
			over := *live
			over.State, over.Reason, over.ChangedOn = models.CaseWrittenOff, caseLapsed, k.on
			if err := k.saveCase(over, "adjustment-lapsed"); err != nil {
				return err
			}
		case live != nil && (want.Kind != live.Kind || want.AmountFen != live.AmountFen || want.DecisionID != live.DecisionID):
			next := *live
			next.Kind, next.AmountFen, next.WasFen, next.NowFen, next.DecisionID, next.Cause, next.ChangedOn = want.Kind, want.AmountFen, want.WasFen, want.NowFen, want.DecisionID, want.Cause, k.on
			if want.Kind != live.Kind || want.AmountFen != live.AmountFen {
				next.ToldOn, next.HearUntil = 0, 0 // the firm was told of something else
			}
			if err := k.saveCase(next, "adjustment-changed"); err != nil {
				return err
			}
		}
	}
	return nil
}

// caseLapsed is why a case is over that nobody needed to act on.
const caseLapsed = "NO_DIFFERENCE"

// caseOf is the case that a claim asks for today, nil for none; known is false while the newest decision does not say how much is due.
func (k *desk) caseOf(c models.Claim) (want *models.Adjustment, known bool) {
	d := k.dossier.Decided[c.ID]
	a := models.Adjustment{OrgID: c.OrgID, ClaimID: c.ID, DecisionID: d.ID, NowFen: d.AmountFen, OpenedOn: k.on, RunID: k.runID}
	award, awarded := k.awards[c.ID]
	if !awarded {
		if c.State == models.ClaimHeld && c.Reason == heldExclusive || c.State == models.ClaimNeedsDecision && c.Reason == policy.BestOtherYear {
			a.Kind, a.AmountFen = models.ChoiceCase, d.AmountFen
			if in, err := inputsOf(d); err == nil && in.Overlap != nil {
				a.AmountFen = in.Overlap.Mine
			}
			a.NowFen, a.Cause = a.AmountFen, "与诚信示范机构奖励不重复享受，须由主管部门决定享受哪一项"
			return &a, true
		}
		return nil, true
	}
	if d.Outcome != policy.OutcomeExact && d.Outcome != policy.OutcomeNone || d.Reason == "CLAMPED" {
		return nil, false
	}
	if chosen := k.chosen(c.ID); chosen != nil && chosen.NewAwardID == award.ID && d.Outcome == policy.OutcomeExact {
		return nil, true // what people have chosen stands
	}
	a.AwardID, a.WasFen = award.ID, award.AmountFen+models.Adjusted(k.dossier.Cases, c.ID)
	switch {
	case a.NowFen > a.WasFen:
		a.Kind, a.AmountFen = models.TopUpCase, a.NowFen-a.WasFen
	case a.NowFen < a.WasFen:
		a.Kind, a.AmountFen = models.ClawbackCase, a.WasFen-a.NowFen
	default:
		return nil, true
	}
	a.Cause = fmt.Sprintf("核定后资料有变化，结论由 %s 变为 %s", a.WasFen.Text(), a.NowFen.Text())
	if why, err := k.env.explain(d); err == nil {
		a.Cause += "：" + why
	}
	return &a, true
}

// chosen is the case by which people have decided between a claim and another award; nil when they have not.
func (k *desk) chosen(claim int64) *models.Adjustment {
	i := slices.IndexFunc(k.dossier.Cases, func(a models.Adjustment) bool {
		return a.ClaimID == claim && a.Kind == models.ChoiceCase && a.State == models.CaseSettled
	})
	if i < 0 {
		return nil
	}
	return &k.dossier.Cases[i]
}

// choiceOverlap is what the people's choice made of a claim's decision: it stays with every later one.
func (k *desk) choiceOverlap(claim int64) (*policy.Overlap, bool, error) {
	a := k.chosen(claim)
	if a == nil {
		return nil, false, nil
	}
	d, err := k.tx.Decision(a.DecisionID)
	if err != nil {
		return nil, false, err
	}
	in, err := inputsOf(d)
	return in.Overlap, true, err
}

func (k *desk) liveCase(claim int64) *models.Adjustment {
	i := slices.IndexFunc(k.dossier.Cases, func(a models.Adjustment) bool { return a.ClaimID == claim && a.State.Live() })
	if i < 0 {
		return nil
	}
	return &k.dossier.Cases[i]
}

func (k *desk) openCase(a models.Adjustment) error {
	a, err := k.tx.OpenAdjustment(a)
	if err != nil {
		return err
	}
	k.dossier.Cases = append(k.dossier.Cases, a)
	return k.auditCase(a, "adjustment-open")
}

func (k *desk) saveCase(a models.Adjustment, action string) error {
	if err := k.tx.SaveAdjustment(a, models.CaseOpen); err != nil {
		return err
	}
	a.Version++
	for i := range k.dossier.Cases {
		if k.dossier.Cases[i].ID == a.ID {
			k.dossier.Cases[i] = a
		}
	}
	return k.auditCase(a, action)
}

func (k *desk) auditCase(a models.Adjustment, action string) error {
	return k.tx.Audit(policy.InstantOf(k.on.At(0, 0)), models.Entry{Stream: "money", Actor: models.System, Action: action, Entity: caseEntity(a.ID), RunID: k.runID, Data: caseData(a)})
}

func caseEntity(id int64) string { return fmt.Sprintf("adjustment/%d", id) }

// caseData is what an audit row says of a case.
func caseData(a models.Adjustment) map[string]any {
	return map[string]any{"claim": a.ClaimID, "award": a.AwardID, "kind": a.Kind, "amount": a.AmountFen, "was": a.WasFen, "now": a.NowFen, "decision": a.DecisionID, "state": a.State, "settled": a.SettledFen}
}

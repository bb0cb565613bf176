package bot_test

import (
	"context"
	"errors"

	"duixian/models"
	"duixian/policy"
)

// adjusted 企业 事项 编号 现应为: a night has found that a claim was worth less or more than it was awarded.
func (w *town) adjusted(on policy.Date, args []string, opt map[string]string) {
	w.tx(func(tx *models.Tx) error {
		c, err := tx.ClaimOf(args[1], w.org(args[0]), args[2])
		if err != nil {
			return err
		}
		a, err := tx.AwardOfClaim(c.ID)
		if err != nil {
			return err
		}
		now, err := policy.ParseFen(args[3])
		if err != nil {
			return err
		}
		n := models.Adjustment{OrgID: c.OrgID, ClaimID: c.ID, AwardID: a.ID, Kind: models.ClawbackCase, AmountFen: a.AmountFen - now, WasFen: a.AmountFen, NowFen: now, Cause: opt["cause"], OpenedOn: on}
		if n.AmountFen < 0 {
			n.Kind, n.AmountFen = models.TopUpCase, -n.AmountFen
		}
		_, err = tx.OpenAdjustment(n)
		return err
	})
}

// The steps of a case as the jobs write them, without roles and refusals: those are played by the real jobs on the command line.
func (f *fakeWork) tellCase(ctx context.Context, actor models.Actor, id int64, now policy.Instant) (models.Adjustment, error) {
	return f.onCase(ctx, "tell", id, func(tx *models.Tx, a *models.Adjustment) error {
		a.ToldOn, a.HearUntil = now.Date(), now.Date().AddDays(7)
		return f.step(tx, *a, models.CaseOpen, models.AdjustmentStep{Kind: "told", Text: "告知", OnDay: now.Date(), Actor: actor.Member})
	})
}

func (f *fakeWork) hearCase(ctx context.Context, actor models.Actor, id int64, words string, now policy.Instant) (models.Adjustment, error) {
	return f.onCase(ctx, "hear", id, func(tx *models.Tx, a *models.Adjustment) error {
		if a.ToldOn == 0 {
			return models.E(models.Invalid, "陈述申辩在告知之后、送审之前登记")
		}
		return f.step(tx, *a, models.CaseOpen, models.AdjustmentStep{Kind: "heard", Text: words, OnDay: now.Date(), Actor: actor.Member})
	})
}

func (f *fakeWork) proposeCase(ctx context.Context, _ models.Actor, id int64, do, reason string, _ policy.Instant) (models.Submission, error) {
	a, err := f.onCase(ctx, "propose "+do, id, func(tx *models.Tx, a *models.Adjustment) error {
		a.State, a.Reason = models.CaseApproved, reason // as if the second person had said yes at once
		return tx.SaveAdjustment(*a, models.CaseOpen)
	})
	return models.Submission{PlanID: 1, Title: a.Kind.Text() + "方案", Hash: "0123456789", Lines: 1, Total: a.AmountFen, ExpiresOn: 20260305}, err
}

func (f *fakeWork) repaidCase(ctx context.Context, actor models.Actor, id int64, amount policy.Fen, reference string, now policy.Instant) (models.Adjustment, error) {
	return f.onCase(ctx, "repaid", id, func(tx *models.Tx, a *models.Adjustment) error {
		if amount > a.Left() {
			return models.E(models.Invalid, "退回 %s 多于尚待追回的 %s，请核对", amount.Text(), a.Left().Text())
		}
		if a.SettledFen += amount; a.Left() == 0 {
			a.State = models.CaseSettled
		}
		return f.step(tx, *a, models.CaseApproved, models.AdjustmentStep{Kind: "repaid", AmountFen: amount, Text: reference, OnDay: now.Date(), Actor: actor.Member})
	})
}

func (f *fakeWork) onCase(ctx context.Context, what string, id int64, do func(tx *models.Tx, a *models.Adjustment) error) (a models.Adjustment, err error) {
	f.asked = append(f.asked, what+" case")
	err = f.town.store.InTx(ctx, func(tx *models.Tx) error {
		if a, err = tx.Adjustment(id); err != nil {
			return err
		}
		return do(tx, &a)
	})
	return a, err
}

func (f *fakeWork) step(tx *models.Tx, a models.Adjustment, from models.AdjustmentState, s models.AdjustmentStep) error {
	s.AdjustmentID = a.ID
	return errors.Join(tx.SaveAdjustment(a, from), tx.AddAdjustmentStep(s))
}

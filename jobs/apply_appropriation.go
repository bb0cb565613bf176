package jobs

import (
	"fmt"

	"duixian/models"
	"duixian/policy"
)

const appropriationKind = "appropriation"

func appropriationDraft(file string, changes []models.Appropriation, on policy.Date) models.PlanDraft {
	sum := policy.Fen(0)
	for _, c := range changes {
		if !c.Withdrawn {
			sum += c.AmountFen
		}
	}
	return models.PlanDraft{
		Kind: appropriationKind, Title: fmt.Sprintf("预算指标录入（%s，%d 条，合计 %s）", file, len(changes), sum.Text()), KnownOn: on, MadeOn: on, Detail: models.AppropriationDetail{Changes: changes},
	}
}

// applyAppropriation writes what was allotted. The first one also reserves for every award that was made before there were budgets.
func applyAppropriation(tx *models.Tx, run *Run, _ models.Approval, p models.Plan) error {
	d, err := detailOf[models.AppropriationDetail](p)
	if err != nil {
		return err
	}
	for i := range d.Changes {
		d.Changes[i].PlanID, d.Changes[i].Since = p.ID, run.At()
	}
	if err := run.reserveOld(tx); err != nil {
		return err
	}
	err = tx.AddAppropriations(d.Changes, run.Row.BusinessDate)
	if models.CodeOf(err) == models.Conflict {
		return models.E(models.Conflict, "方案 #%d 没有执行：%v", p.ID, err)
	}
	return err
}

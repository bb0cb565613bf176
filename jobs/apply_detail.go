package jobs

import (
	"context"
	"encoding/json"
	"fmt"

	"duixian/models"
	"duixian/policy"
)

// LegalReviewDetail is what a legal-review plan asks two people to enter.
type LegalReviewDetail struct {
	Item       string      `json:"item"`
	DocumentNo string      `json:"document_no"`
	DocumentOn policy.Date `json:"document_on"`
}

// ResumeDetail names the stop that a resume plan would end.
type ResumeDetail struct {
	Stop   int64  `json:"stop"`
	Reason string `json:"reason"`
}

// LegalReviewDraft is the plan to enter the number of a legality review document for an item that may not be approved without one.
func LegalReviewDraft(ctx context.Context, env *Env, d LegalReviewDetail, on policy.Date) (models.PlanDraft, error) {
	item, err := env.Book.Item(d.Item)
	if err != nil {
		return models.PlanDraft{}, err
	}
	if env.Book.LegalReview(d.Item) == policy.LegalReviewNotNeeded {
		return models.PlanDraft{}, models.E(models.Invalid, "%s 不需要合法性审查文号", item.Name)
	}
	if d.DocumentNo == "" || d.DocumentOn == 0 {
		return models.PlanDraft{}, models.E(models.Invalid, "请写明审查文件的文号和日期")
	}
	if d.DocumentOn > on {
		return models.PlanDraft{}, models.E(models.Invalid, "审查文件的日期 %s 在今天之后；请核对", d.DocumentOn.Text())
	}
	if has, err := env.Store.Read(ctx).LegalReviewed(d.Item); err != nil {
		return models.PlanDraft{}, err
	} else if has {
		return models.PlanDraft{}, models.E(models.Conflict, "%s 已经录入过审查文号，不需要再录入", item.Name)
	}
	return models.PlanDraft{Kind: "legal-review", Title: item.Name + "：录入合法性审查文号 " + d.DocumentNo, KnownOn: on, MadeOn: on, Detail: d}, nil
}

func detailOf[T any](p models.Plan) (T, error) {
	var body struct{ Detail T }
	err := json.Unmarshal([]byte(p.Body), &body)
	return body.Detail, err
}

func applyLegalReview(tx *models.Tx, run *Run, a models.Approval, p models.Plan) error {
	d, err := detailOf[LegalReviewDetail](p)
	if err != nil {
		return err
	}
	err = tx.AddLegalReview(models.LegalReview{Item: d.Item, DocumentNo: d.DocumentNo, DocumentOn: d.DocumentOn, ApprovalID: a.ID, Since: run.At()})
	if models.CodeOf(err) == models.Conflict {
		name := d.Item
		if item, err := run.Book.Item(d.Item); err == nil {
			name = item.Name
		}
		return models.E(models.Conflict, "%s 已经录入过审查文号", name)
	}
	return err
}

// resume ends a stop within the second person's yes.
func (e *Env) resume(tx *models.Tx, a *models.Approval, p models.Plan, actor models.Actor, now policy.Instant) error {
	if err := tx.EndStop(a.ID, actor, now); err != nil {
		return err
	}
	if err := tx.MoveApproval(a, models.ApprovalApproved, models.ApprovalExecuted); err != nil {
		return err
	}
	return tx.SetPlanState(p.ID, models.PlanApproved, models.PlanApplied)
}

// RosterDetail is a change of members and roles as two people approve it.
type RosterDetail struct {
	Changes []models.RosterChange `json:"changes"`
}

func applyRoster(tx *models.Tx, run *Run, _ models.Approval, p models.Plan) error {
	d, err := detailOf[RosterDetail](p)
	if err != nil {
		return err
	}
	for _, c := range d.Changes {
		if err := tx.ChangeRoster(run.At(), models.Actor{Member: run.Row.Actor}, c); err != nil {
			return fmt.Errorf("成员 %s: %w", c.Code, err)
		}
	}
	return nil
}

// ResumeDraft is the plan to start everything again after a stop.
func ResumeDraft(s models.Stop, on policy.Date) models.PlanDraft {
	return models.PlanDraft{Kind: "resume", Title: "恢复运行（停止原因：" + s.Reason + "）", KnownOn: on, MadeOn: on, Detail: ResumeDetail{Stop: s.ID, Reason: s.Reason}}
}

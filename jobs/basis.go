package jobs

import (
	"strings"

	"duixian/models"
	"duixian/policy"
)

// AwardDetail is what an award plan holds beside its lines: what it rests on, and the standing approval by which the night
// approved it. It is part of the hash, so both people have seen it.
type AwardDetail struct {
	Basis    *models.Basis `json:"basis,omitempty"`
	Standing int64         `json:"standing,omitempty"`
}

// awardKind is the plan that makes awards.
const awardKind = "award"

// Parameters of a submission that name the basis of an award plan; the jobs themselves do not read them.
const (
	BasisParam    = "basis"
	BasisDayParam = "basis_on"
)

const longestBasis = 120 // bytes

// basisAsked is the question that a submission without a basis gets.
const basisAsked = "请写明依据：会议纪要或认定文号，以及它的日期"

// basisOf takes the basis out of the parameters of a submission; nil when none is given.
func basisOf(params models.Params, on policy.Date) (*models.Basis, models.Params, error) {
	no, day := strings.TrimSpace(params[BasisParam]), params[BasisDayParam]
	if no == "" && day == "" {
		return nil, params, nil
	}
	rest := models.Params{}
	for name, v := range params {
		if name != BasisParam && name != BasisDayParam {
			rest[name] = v
		}
	}
	if no == "" || day == "" {
		return nil, rest, models.E(models.Invalid, "%s", basisAsked)
	}
	date, err := policy.ParseDate(day)
	if err != nil {
		return nil, rest, models.E(models.Invalid, "依据的日期：%v", err)
	}
	b := &models.Basis{No: no, On: date}
	return b, rest, basisFits(b, on)
}

func basisFits(b *models.Basis, on policy.Date) error {
	switch {
	case len(b.No) > longestBasis:
		return models.E(models.Invalid, "依据的文号请控制在40个字以内")
	case b.On == 0 || b.On > on:
		return models.E(models.Invalid, "依据“%s”的日期 %s 还没有到，请核对", b.No, b.On.Text())
	}
	return nil
}

// withBasis puts the basis into an award draft. Plans of other kinds rest on what they hold, and take none.
func withBasis(d models.PlanDraft, b *models.Basis) (models.PlanDraft, error) {
	if b == nil || len(d.Lines) == 0 {
		return d, nil
	}
	if d.Kind != awardKind {
		return d, models.E(models.Invalid, "%s不需要写依据；只有奖补核定方案须写明会议纪要或认定文号", d.Title)
	}
	d.Detail = AwardDetail{Basis: b}
	return d, nil
}

// hasBasis refuses an award plan without its basis where the house asks for one: at the submission, and once more at the
// second person's yes.
func (e *Env) hasBasis(kind string, detail any) error {
	if kind != awardKind || !e.BasisRequired {
		return nil
	}
	if d, ok := detail.(AwardDetail); ok && d.Basis != nil {
		return nil
	}
	return models.E(models.Invalid, "奖补核定方案须有依据。%s，例如：依据=某人社纪要〔2026〕3号 依据日期=2026-03-01", basisAsked)
}

// planHasBasis is hasBasis of a plan that was submitted, perhaps before the house asked for one.
func (e *Env) planHasBasis(p models.Plan) error {
	b, err := BasisOfPlan(p)
	if err != nil {
		return err
	}
	if err := e.hasBasis(p.Kind, AwardDetail{Basis: b}); err != nil {
		return models.E(models.Invalid, "方案 #%d 没有写明依据（会议纪要或认定文号），不能同意；请退回，由经办人补写依据后重新送审", p.ID)
	}
	return nil
}

// BasisOfPlan is what an award plan rests on, nil for other plans and where none was given.
func BasisOfPlan(p models.Plan) (*models.Basis, error) {
	if p.Kind != awardKind {
		return nil, nil
	}
	d, err := detailOf[AwardDetail](p)
	return d.Basis, err
}

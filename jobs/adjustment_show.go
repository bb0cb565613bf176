package jobs

import (
	"fmt"

	"duixian/models"
	"duixian/policy"
)

// CaseView is a case as people read it.
type CaseView struct {
	ID        int64                  `json:"id"`
	Kind      models.AdjustmentKind  `json:"kind"`
	KindText  string                 `json:"-"`
	State     models.AdjustmentState `json:"state"`
	StateText string                 `json:"-"`
	Org       string                 `json:"org"`
	Code      string                 `json:"code"`
	Item      string                 `json:"item"`
	Claim     int64                  `json:"claim"`
	Award     int64                  `json:"award,omitempty"`
	NewAward  int64                  `json:"new_award,omitempty"`
	Amount    policy.Fen             `json:"amount"`
	Was       policy.Fen             `json:"was"`
	Now       policy.Fen             `json:"now"`
	Settled   policy.Fen             `json:"settled"`
	Cause     string                 `json:"cause"`
	Steps     []string               `json:"steps"`
	Next      string                 `json:"-"`
}

// ShowCase reads one case with what happened to it and what comes next.
func (e *Env) ShowCase(q models.Query, id int64) (CaseView, error) {
	a, err := caseByID(q, id)
	if err != nil {
		return CaseView{}, err
	}
	org, err := q.Organisation(a.OrgID)
	if err != nil {
		return CaseView{}, err
	}
	c, err := q.Claim(a.ClaimID)
	if err != nil {
		return CaseView{}, err
	}
	steps, err := q.AdjustmentSteps(id)
	v := CaseView{
		ID: a.ID, Kind: a.Kind, KindText: a.Kind.Text(), State: a.State, StateText: a.State.Text(), Org: org.Name, Code: org.Code, Item: e.itemName(c.Item), Claim: a.ClaimID, Award: a.AwardID,
		NewAward: a.NewAwardID, Amount: a.AmountFen, Was: a.WasFen, Now: a.NowFen, Settled: a.SettledFen, Cause: a.Cause, Steps: []string{}, Next: caseNext(a),
	}
	for _, s := range steps {
		v.Steps = append(v.Steps, s.OnDay.Text()+" "+s.Said())
	}
	return v, err
}

// caseNext is what somebody does next with a case.
func caseNext(a models.Adjustment) string {
	switch {
	case a.State == models.CaseProposed:
		return fmt.Sprintf("等待复核人审批方案 #%d", a.PlanID)
	case a.State == models.CaseApproved:
		return "企业退回后登记：duixian adjust repaid"
	case !a.State.Live():
		return "无"
	case a.Kind == models.ClawbackCase && a.ToldOn == 0:
		return "告知企业：duixian adjust tell"
	case a.Kind == models.ClawbackCase:
		return "登记陈述申辩（duixian adjust hear），或期满（" + a.HearUntil.Text() + "）后送审：duixian adjust propose"
	case a.Kind == models.ChoiceCase:
		return "送审：duixian adjust propose --do full、difference 或 none"
	}
	return "送审：duixian adjust propose --do settle 或 write_off"
}

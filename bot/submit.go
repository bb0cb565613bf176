package bot

import (
	"context"
	"fmt"

	"duixian/models"
	"duixian/policy"
)

var submit = &Command{
	Name:    "报审",
	Aliases: []string{"送审", "提交复核"},
	Params:  []Param{jobParam, hireYearParam, orgParam, kindParam, basisParam, basisDayParam},
	Example: "报审 奖补审核",
	Summary: "把试算的结果冻结成方案，送另一人复核",
	Roles:   []models.Role{models.Clerk},
	Private: true,
	Run:     runSubmit,
}

// runSubmit freezes what the job's dry run shows today into a plan and asks a second person.
func runSubmit(ctx context.Context, r *Request) (Reply, error) {
	j, ask, err := r.job()
	if err != nil || ask.Text != "" {
		return ask, err
	}
	no, day, question := r.basis(j.NeedsBasis)
	if question.Text != "" {
		return question, nil
	}
	params := r.jobParams()
	if no != "" {
		params["basis"], params["basis_on"] = no, day
	}
	sub, err := r.Bot.Work.Submit(ctx, r.Actor, j.Name, params, r.On, r.Now)
	if told, ok := refusal(err); ok {
		told.Next = []string{"试算 " + r.jobTitle(j)}
		return told, nil
	}
	if err != nil {
		return Reply{}, err
	}
	return submitted(sub), nil
}

// submitted says what was frozen and who has the next word. The code goes to the approvers alone.
func submitted(sub models.Submission) Reply {
	text := fmt.Sprintf("已送审：方案 #%d “%s”，%s校验码 %s。\n审批码已发给复核人；%s前有效，每个工作日上午提醒。", sub.PlanID, plain(sub.Title), sizeThen(sub.Kind, sub.Lines, sub.Total, "，"), shortHash(sub.Hash), sub.ExpiresOn.Text())
	return Reply{Text: text, Next: []string{fmt.Sprintf("方案 %d", sub.PlanID), "待办"}}
}

// sizeThen is how large a plan is, with what goes on behind it; nothing when its lines are not counted.
func sizeThen(kind string, lines int, total policy.Fen, then string) string {
	if size := models.SizeText(kind, lines, total); size != "" {
		return size + then
	}
	return ""
}

// shortHash is enough of a plan's hash to compare by eye.
func shortHash(hash string) string { return hash[:min(8, len(hash))] }

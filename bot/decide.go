package bot

import (
	"context"
	"fmt"
	"strings"

	"duixian/models"
	"duixian/policy"
	"duixian/secret"
)

var approvers = []models.Role{models.Approver}

var codeParam = Param{Name: "审批码", Also: []string{"code"}, Must: true}

var approve = &Command{
	Name:    "同意",
	Aliases: []string{"通过", "批准"},
	Params:  []Param{codeParam, {Name: "合计金额", Also: []string{"金额", "合计"}}},
	Example: "同意 123456",
	Summary: "同意一份方案，立即执行",
	Roles:   approvers,
	Private: true,
	Run:     runApprove,
}

// runApprove is the second person's yes, in their own chat of two: by the code they were sent, or to the plan they have
// just seen (#8-bd3e9727). From Options.TypedFrom on the sum must be typed as well.
func runApprove(ctx context.Context, r *Request) (Reply, error) {
	p, err := r.planBehind(r.Args[codeParam.Name])
	if err != nil {
		return Reply{}, err
	}
	if p != nil && r.Bot.TypedFrom > 0 && p.TotalFen >= r.Bot.TypedFrom {
		if ask := typedSum(p, r.Args["合计金额"], r.Args); ask.Text != "" {
			return ask, nil
		}
	}
	return r.decide(ctx, true, "")
}

// typedSum asks for the sum of a large plan until it is typed right.
func typedSum(p *models.Plan, typed string, args map[string]string) Reply {
	ask := Reply{Outcome: Asked, Want: "合计金额", Args: args}
	ask.Text = fmt.Sprintf("方案 #%d “%s”共%d项，金额较大。核对后请发送合计金额（元）表示同意，不同意请退回。", p.ID, plain(p.Title), p.LineCount)
	ask.Next = []string{fmt.Sprintf("方案 %d", p.ID), "退回 " + args[codeParam.Name]}
	if typed == "" {
		return ask
	}
	v, problem := yuan(typed)
	if problem != "" {
		ask.Text = problem + "\n" + ask.Text
		return ask
	}
	if v.(policy.Fen) != p.TotalFen {
		ask.Text = fmt.Sprintf("您发送的是 %s，与方案的合计不一致，没有同意。请打开“方案 %d”核对后再发。", v.(policy.Fen).Text(), p.ID)
		return ask
	}
	return Reply{}
}

var reject = &Command{
	Name:    "退回",
	Aliases: []string{"不同意", "驳回"},
	Params:  []Param{codeParam, {Name: "理由", Also: []string{"原因", "reason"}, Must: true, Rest: true}},
	Example: "退回 123456 名单有误",
	Summary: "退回一份方案，写明理由",
	Roles:   approvers,
	Private: true,
	Run:     func(ctx context.Context, r *Request) (Reply, error) { return r.decide(ctx, false, r.Args["理由"]) },
}

// decide passes the word on; who may, what has changed and whether the code is right is judged where plans are decided.
func (r *Request) decide(ctx context.Context, yes bool, reason string) (Reply, error) {
	sub, err := r.Bot.Work.Decide(ctx, r.Actor, r.Args[codeParam.Name], yes, reason, r.Now)
	if err != nil {
		return Reply{}, err
	}
	head := fmt.Sprintf("方案 #%d “%s”（%s校验码 %s）", sub.PlanID, plain(sub.Title), sizeThen(sub.Kind, sub.Lines, sub.Total, "，"), shortHash(sub.Hash))
	switch {
	case !yes:
		return Reply{Text: head + "已退回：" + plain(reason) + "。经办人会收到通知。", Next: []string{"待办"}}, nil
	case sub.State == string(models.ApprovalSuperseded):
		return Reply{Text: head + "已同意，但执行时情况已变，没有执行，也不再执行：" + plain(sub.Problem) + "。经办人会收到通知。", Next: []string{fmt.Sprintf("方案 %d", sub.PlanID), "待办"}}, nil
	case sub.Problem != "":
		return Reply{Text: head + fmt.Sprintf("已同意，但执行（#%d）没有完成：%s。运维会收到通知，排除原因后可以重试。", sub.RunID, plain(sub.Problem)), Next: []string{fmt.Sprintf("方案 %d", sub.PlanID), "待办"}}, nil
	case sub.State == string(models.ApprovalApproved):
		p, err := r.PublicityOf("plan", sub.PlanID)
		if err == nil {
			return Reply{Text: head + fmt.Sprintf("已同意。名单须公示%d个工作日，由经办登记发布后起算；期满且没有异议的各项自动执行。", p.Days), Next: []string{fmt.Sprintf("公示 %d", p.ID), fmt.Sprintf("名单 %d", p.ID), "待办"}}, nil
		}
		if models.CodeOf(err) != models.NotFound {
			return Reply{}, err
		}
	case sub.State == string(models.ApprovalExecuted) && sub.RunID == 0: // a start after a stop is done with the yes itself
		return Reply{Text: head + "已同意，已生效。", Next: []string{fmt.Sprintf("方案 %d", sub.PlanID), "待办"}}, nil
	case sub.State == string(models.ApprovalExecuted):
		return Reply{Text: head + fmt.Sprintf("已同意并执行（#%d）。", sub.RunID), Next: []string{fmt.Sprintf("方案 %d", sub.PlanID), "待办"}}, nil
	}
	return Reply{Text: head + fmt.Sprintf("已同意，正在执行（#%d）；执行后通知经办人。", sub.RunID), Next: []string{fmt.Sprintf("方案 %d", sub.PlanID), "待办"}}, nil
}

// planBehind is the plan that a code or a seen plan means, nil when there is none: then deciding says so and counts.
func (r *Request) planBehind(code string) (*models.Plan, error) {
	var a models.Approval
	var err error
	if id, _, ok := models.ParseSeen(code); ok {
		a, err = r.ApprovalOfPlan(id)
	} else {
		a, err = r.PendingByCode(secret.Text(strings.TrimSpace(code)))
	}
	if models.CodeOf(err) == models.NotFound || err == nil && a.State != models.ApprovalPending {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	p, err := r.Plan(a.PlanID)
	return &p, err
}

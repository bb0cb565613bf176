package bot

import (
	"fmt"
	"slices"

	"duixian/models"
	"duixian/policy"
)

// status says in plain words where a claim stands and what comes next.
func (r *Request) status(d *models.Dossier, c claim) (now, next string, err error) {
	amount := c.decision.AmountFen.Text()
	switch c.State {
	case models.ClaimOpen:
		return "已登记，等待审核。", "每天凌晨审核，明天可以看到结果。", nil
	case models.ClaimNeedsData:
		return r.lacking(c)
	case models.ClaimNeedsDecision:
		if c.decision.Outcome == policy.OutcomeCeiling {
			return "符合条件，最高 " + amount + "。", "具体金额由主管部门核定，核定后通知您。", nil
		}
		return "等待主管部门决定：" + r.Bot.reasonText(c.Reason) + "。", "决定后通知您。", nil
	case models.ClaimDecided:
		next = "由经办人送审，复核人同意后核定。"
		if r.Bot.Effective == 0 {
			next = "政策施行日确定后才能送审。"
		}
		return "审核通过，" + amount + "。", next, nil
	case models.ClaimProposed, models.ClaimPublicised:
		if text, err := r.publicityText(c); err != nil || text != "" {
			return "审核通过，" + amount + "。", text, err
		}
		next = "等待复核人同意。"
		if c.approval != nil && c.approval.ExpiresOn != 0 {
			next = "等待复核人答复，最迟" + c.approval.ExpiresOn.Text() + "；过期重新送审。"
		}
		return "审核通过，" + amount + "，已送审。", next, nil
	case models.ClaimConfirmed:
		return "复核人已同意，" + amount + "。", "正在安排拨付。", nil
	case models.ClaimHeld:
		next = r.Bot.advice(c.Reason)
		for _, b := range r.bars(d, r.On) {
			if b.code == c.Reason {
				next = "原因消除的当晚自动恢复。" + b.end
			}
		}
		return fmt.Sprintf("审核通过，%s；暂缓核定，%s。", amount, r.Bot.reasonText(c.Reason)), next, nil
	case models.ClaimAwarded:
		return r.awarded(d, c)
	}
	next, err = r.earliest(d, c)
	if c.answer.Outcome == policy.OutcomeRefer || c.item.Amount.Kind == "refer" {
		return "不在本政策核定，" + r.Bot.reasonText(c.Reason) + "。", next, err
	}
	return "未通过，" + r.short(c) + "。", next, err
}

// label puts 下一步 before what comes next of a claim that goes on.
func (c claim) label(then string) string {
	if then == "" || c.State == models.ClaimRejected || c.State == models.ClaimAwarded {
		return then
	}
	return "下一步：" + then
}

// short is why a claim came to nothing, in a few words.
func (r *Request) short(c claim) string {
	if step := c.answer.Failed(); step != nil && c.answer.Reason == "LT_20" {
		return fmt.Sprintf("要求%s，现为%s", step.Need, tight(step.Have))
	}
	return r.Bot.reasonText(c.answer.Reason)
}

// lacking says what a claim waits for. Of recruits it is months of insurance that nobody has reported.
func (r *Request) lacking(c claim) (now, next string, err error) {
	if c.Item != models.RecruitItem {
		return "资料不全，还缺" + r.Bot.lackOf(c.answer) + "。", "补齐的当晚自动重新审核。", nil
	}
	h, err := r.headcount(c.OrgID, c.year(), &c)
	if err != nil {
		return "", "", err
	}
	months, err := r.unknownMonths(h)
	return fmt.Sprintf("暂不能判断，有%d人的参保月份还没有报来。", h.Unknown), months + "报来的当晚自动重新审核。", err
}

// awarded says what was awarded and how far it is paid.
func (r *Request) awarded(d *models.Dossier, c claim) (now, next string, err error) {
	now = c.award.ApprovedOn.Text() + "核定 " + c.award.AmountFen.Text() + "。"
	adjusted := models.Adjusted(d.Cases, c.ID)
	switch {
	case adjusted > 0:
		now += "已补差 " + adjusted.Text() + "。"
	case adjusted < 0:
		now += "应追回 " + (-adjusted).Text() + "，已由两名工作人员决定。"
	}
	if c.decision.AmountFen != c.award.AmountFen+adjusted {
		now += "后来报来的资料使结论变为“" + r.shiftedTo(c) + "”，补差或追回由两名工作人员另行办理。"
	}
	var open []models.Instalment
	for _, p := range c.parts {
		if p.State != models.Paid && p.State != models.Waived && p.State != models.Cancelled {
			open = append(open, p)
		}
	}
	if len(open) == 0 {
		return now, "已全部拨付。", nil
	}
	i := slices.IndexFunc(open, func(p models.Instalment) bool { return p.State == models.Held })
	p := open[max(i, 0)]
	next = nth(c.parts, p) + r.Bot.partText(p)
	if p.State == models.Due {
		return now, next + "，" + expected(p, r.On), nil
	}
	return now, next + "。", nil
}

func (r *Request) shiftedTo(c claim) string {
	switch c.decision.Outcome {
	case policy.OutcomeExact:
		return c.decision.AmountFen.Text()
	case policy.OutcomeNone:
		return r.short(c)
	}
	return r.Bot.reasonText(c.decision.Reason)
}

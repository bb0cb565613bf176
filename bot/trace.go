package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"duixian/models"
)

var trace = &Command{
	Name:    "溯源",
	Aliases: []string{"这笔钱怎么来的", "来源", "追溯"},
	Params:  []Param{{Name: "奖励号或企业", Also: []string{"奖励", "企业", "award"}, Must: true}, pageParam},
	Example: "溯源 12 或 溯源 人力资源",
	Summary: "一笔奖励的条款、依据、经办复核和拨付",
	Roles:   []models.Role{models.Clerk, models.Approver, models.Treasurer, models.Auditor},
	Private: true,
	Run:     runTrace,
}

// runTrace tells how an award came about: clause, facts, rule version, the two people, each instalment's life.
func runTrace(_ context.Context, r *Request) (Reply, error) {
	typed := r.Args["奖励号或企业"]
	if id, err := strconv.ParseInt(strings.TrimPrefix(typed, "#"), 10, 64); err == nil && len(typed) < 18 {
		a, err := r.Award(id)
		if models.CodeOf(err) == models.NotFound {
			return Reply{Text: fmt.Sprintf("没有编号 %d 的奖励。可以写企业名称，看它有哪些。", id), Outcome: Asked}, nil
		}
		if err != nil {
			return Reply{}, err
		}
		return r.awardStory(a)
	}
	ask, err := r.findFirm(typed)
	if err != nil || ask.Text != "" {
		for i := range ask.Next {
			ask.Next[i] = strings.Replace(ask.Next[i], "企业 ", "溯源 ", 1)
		}
		return ask, err
	}
	list, err := r.AwardsOfOrg(r.Org.ID)
	if err != nil {
		return Reply{}, err
	}
	if len(list) == 0 {
		return Reply{Text: "**" + plain(r.Org.Name) + "**没有核定的奖励。", Next: []string{"企业 " + r.Org.Code}}, nil
	}
	reply := Reply{Text: "**" + plain(r.Org.Name) + "**的奖励："}
	part := page(r, list, 6, "溯源 "+r.Org.Code)
	for _, a := range part.shown {
		item, err := r.Bot.Book.Item(a.Item)
		if err != nil {
			return Reply{}, err
		}
		reply.Text += fmt.Sprintf("\n- %d：%s，%s，%s核定", a.ID, item.Short, a.AmountFen.Text(), a.ApprovedOn.Text())
		reply.Next = append(reply.Next, fmt.Sprintf("溯源 %d", a.ID))
	}
	if part.note != "" {
		reply.Text += "\n" + part.note
	}
	reply.Next = append(reply.Next, part.next...)
	return reply, nil
}

func (r *Request) awardStory(a models.Award) (Reply, error) {
	org, err := r.Organisation(a.OrgID)
	if err != nil {
		return Reply{}, err
	}
	item, err := r.Bot.Book.Item(a.Item)
	if err != nil {
		return Reply{}, err
	}
	d, err := r.Decision(a.DecisionID)
	if err != nil {
		return Reply{}, err
	}
	lines := []string{
		fmt.Sprintf("**奖励 #%d %s** %s", a.ID, plain(org.Name), a.AmountFen.Text()), "条款：" + a.Clause + " " + item.Name,
		fmt.Sprintf("审核：%s作出，依%s前已知的资料；规则版本 %s", d.OnDay.Text(), d.KnownOn.Text(), plain(d.PolicyVersion)),
	}
	facts, err := r.factLines(d)
	if err != nil {
		return Reply{}, err
	}
	lines = append(lines, facts...)
	people, err := r.twoPeople(a)
	if err != nil {
		return Reply{}, err
	}
	lines = append(lines, people...)
	changes, err := r.InstalmentChangesOf(a.ID)
	if err != nil {
		return Reply{}, err
	}
	parts, err := r.InstalmentsOf(a.ID)
	if err != nil {
		return Reply{}, err
	}
	for _, p := range parts {
		line := fmt.Sprintf("- %s%s，%s起可拨付", nth(parts, p), p.AmountFen.Text(), p.DueOn.Text())
		for _, c := range changes {
			if c.No == p.No {
				line += "；" + c.OnDay.Text() + r.Bot.partText(models.Instalment{State: c.Became, Reason: c.Reason, DueOn: p.DueOn})
			}
		}
		lines = append(lines, line)
	}
	return Reply{Text: strings.Join(lines, "\n"), Next: []string{fmt.Sprintf("方案 %d", a.PlanID), "企业 " + org.Code}}, nil
}

// factLines are the facts a decision was made from, and how the sum was worked out.
func (r *Request) factLines(d models.Decision) ([]string, error) {
	var in models.Inputs
	if err := json.Unmarshal([]byte(d.Facts), &in); err != nil {
		return nil, fmt.Errorf("审核结论 #%d: %w", d.ID, err)
	}
	var names []string
	for name := range in.Facts {
		names = append(names, name)
	}
	slices.Sort(names)
	var parts []string
	for _, name := range names {
		if f, ok := r.Bot.Book.Facts[name]; ok && f.Type != "groups" {
			parts = append(parts, f.Name+" "+f.Show(in.Facts[name]))
		}
	}
	if len(in.People) > 0 {
		parts = append(parts, fmt.Sprintf("计奖人员%d人（名单在系统内，不在此显示）", len(in.People)))
	}
	answer, err := r.Bot.answerOf(d)
	if err != nil {
		return nil, err
	}
	lines := []string{"依据的资料：" + plain(strings.Join(parts, "；"))}
	if o := in.Official; o != nil {
		what := o.Rate + "%"
		if o.Amount != nil {
			what = o.Amount.Text()
		}
		lines = append(lines, fmt.Sprintf("主管部门核定：%s，理由：%s（方案 #%d，%s；经办 %s、复核 %s）", what, plain(o.Reason), o.Plan, o.On.Text(), plain(o.Maker), plain(o.Checker)))
	}
	if n := len(answer.Steps); n > 0 {
		lines = append(lines, "计算："+plain(answer.Steps[n-1].Have)+"，"+quote(answer.Steps[n-1].Phrase))
	}
	return lines, nil
}

// twoPeople names who submitted and who approved the plan, and when.
func (r *Request) twoPeople(a models.Award) ([]string, error) {
	p, err := r.Plan(a.PlanID)
	if models.CodeOf(err) == models.NotFound {
		return []string{"**没有找到对应的方案 #" + strconv.FormatInt(a.PlanID, 10) + "，请运维执行 duixian check**"}, nil
	}
	if err != nil {
		return nil, err
	}
	foundation, err := planFoundation(p)
	if err != nil {
		return nil, err
	}
	approval, err := r.Approval(a.ApprovalID)
	if err != nil {
		return nil, err
	}
	maker, err := r.Member(approval.MakerID)
	if err != nil {
		return nil, err
	}
	lines := []string{fmt.Sprintf("方案：#%d %s，校验码 %s", p.ID, plain(p.Title), shortHash(p.Hash)), "经办：" + plain(maker.Name) + "，" + approval.SubmittedAt.Text()}
	if approval.CheckerID != nil {
		checker, err := r.Member(*approval.CheckerID)
		if err != nil {
			return nil, err
		}
		lines = append(lines, "复核："+plain(checker.Name)+"，"+approval.DecidedAt.Text())
	}
	return append(lines, foundation...), nil
}

package bot

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"duixian/models"
	"duixian/policy"
)

var standingList = &Command{
	Name:    "限额授权",
	Aliases: []string{"限额授权 列出", "授权列表", "夜间授权"},
	Params:  []Param{{Name: "编号", Also: []string{"授权号"}}},
	Example: "限额授权 3",
	Summary: "夜间可以在什么限额内自动同意",
	Roles:   officials,
	Private: true,
	Run:     runStandingList,
}

const standingShown = 5

// runStandingList shows the standing approvals, or one of them with what was done under it.
func runStandingList(_ context.Context, r *Request) (Reply, error) {
	if typed := r.Args["编号"]; typed != "" {
		id, err := strconv.ParseInt(strings.TrimPrefix(typed, "#"), 10, 64)
		if err == nil {
			return r.oneStanding(id)
		}
		return Reply{Text: "编号是数字，例如：限额授权 3。新增请发送“限额授权 新增”，撤销请发送“撤销授权 编号 理由”。", Next: []string{"限额授权"}, Outcome: Asked}, nil
	}
	list, err := r.Standings()
	if err != nil {
		return Reply{}, err
	}
	if len(list) == 0 {
		return Reply{Text: "没有限额授权：夜间不自动同意任何方案。\n新增须两人办理：限额授权 新增。", Next: []string{"限额授权 新增", "待办"}}, nil
	}
	lines, next := []string{"**限额授权**"}, []string{}
	for _, s := range list[:min(len(list), standingShown)] {
		lines = append(lines, fmt.Sprintf("- #%d %s：%s，%s；已用 %s／%s", s.ID, r.standingState(s), standingKinds(s.KindList()), s.FromOn.Text()+"至"+s.ToOn.Text(), s.UsedFen.Text(), s.PeriodFen.Text()))
		next = append(next, fmt.Sprintf("限额授权 %d", s.ID))
	}
	if len(list) > standingShown {
		lines = append(lines, fmt.Sprintf("更早的%d份请在电脑上查看：duixian standing list", len(list)-standingShown))
	}
	return Reply{Text: strings.Join(lines, "\n"), Next: append(next, "限额授权 新增")}, nil
}

func (r *Request) standingState(s models.StandingApproval) string {
	switch {
	case s.EndedAt != 0:
		return "已结束（" + plain(s.EndReason) + "）"
	case s.ToOn < r.On:
		return "已到期"
	case s.FromOn > r.On:
		return "未开始"
	}
	return "生效中"
}

func standingKinds(kinds []string) string {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = models.StandingKindText(k)
	}
	return strings.Join(names, "、")
}

func (r *Request) oneStanding(id int64) (Reply, error) {
	s, err := r.Standing(id)
	if models.CodeOf(err) == models.NotFound {
		return Reply{Text: fmt.Sprintf("没有编号为 #%d 的限额授权。", id), Next: []string{"限额授权"}, Outcome: Asked}, nil
	}
	if err != nil {
		return Reply{}, err
	}
	lines := []string{fmt.Sprintf("**限额授权 #%d** %s", s.ID, r.standingState(s))}
	for _, l := range s.Terms().Lines(r.itemName) {
		lines = append(lines, "- "+plain(l))
	}
	maker, err := r.Member(s.MakerID)
	if err != nil {
		return Reply{}, err
	}
	checker, err := r.Member(s.CheckerID)
	if err != nil {
		return Reply{}, err
	}
	lines = append(lines, fmt.Sprintf("- 授权人：经办%s、复核%s，方案 #%d", plain(maker.Name), plain(checker.Name), s.PlanID), fmt.Sprintf("- 已用 %s，还可用 %s", s.UsedFen.Text(), s.Left().Text()))
	uses, err := r.StandingUses(id)
	if err != nil {
		return Reply{}, err
	}
	next := []string{"限额授权"}
	for _, u := range uses[max(0, len(uses)-standingShown):] {
		lines = append(lines, fmt.Sprintf("- %s夜：方案 #%d，%d项 %s", u.Night.Text(), u.PlanID, u.LineCount, u.TotalFen.Text()))
		next = append(next, fmt.Sprintf("方案 %d", u.PlanID))
	}
	if s.EndedAt == 0 && s.ToOn >= r.On {
		lines = append(lines, fmt.Sprintf("一人即可撤销：撤销授权 %d 理由", s.ID))
		next = append(next, fmt.Sprintf("撤销授权 %d ", s.ID))
	}
	return Reply{Text: strings.Join(lines, "\n"), Next: next}, nil
}

var standingNew = &Command{
	Name:    "限额授权 新增",
	Aliases: []string{"新增限额授权", "新增授权"},
	Params: []Param{
		{Name: "范围", Also: []string{"种类"}},
		{Name: "每笔"},
		{Name: "每晚"},
		{Name: "全期", Also: []string{"总额", "合计"}},
		{Name: "起", Also: []string{"开始"}},
		{Name: "止", Also: []string{"截止", "到"}},
		{Name: "事项", Also: []string{"项目"}, Named: true},
		basisParam, basisDayParam,
		{Name: "说明", Also: []string{"理由"}, Named: true},
	},
	Example: "限额授权 新增 范围=奖补核定、解除暂缓 每笔=5万 每晚=20万 全期=100万 起=2026-03-01 止=2026-12-31 依据=某人社纪要〔2026〕3号 依据日期=2026-02-27",
	Summary: "请第二个人授权夜间在限额内办理",
	Roles:   []models.Role{models.Clerk},
	Private: true,
	Run:     runStandingNew,
}

// runStandingNew reads the terms and asks a second person; what makes no sense is said where the plan is made.
func runStandingNew(ctx context.Context, r *Request) (Reply, error) {
	var t models.StandingTerms
	for _, step := range standingSteps {
		problem := ""
		if typed := r.Args[step.name]; typed != "" {
			if problem = step.read(r, typed, &t); problem == "" {
				continue
			}
			delete(r.Args, step.name)
		}
		return Reply{Text: strings.TrimPrefix(problem+"\n"+step.ask, "\n"), Outcome: Asked, Want: step.name, Args: r.Args}, nil
	}
	for _, word := range commaWords(r.Args["事项"]) {
		item, ask := r.oneItem(word)
		if item == nil {
			ask.Want, ask.Next = "", nil // typed again, all of it
			return ask, nil
		}
		t.Items = append(t.Items, item.ID)
	}
	must, err := r.mustRest(t.Kinds)
	if err != nil {
		return Reply{}, err
	}
	no, day, ask := r.basis(must)
	if ask.Text != "" {
		return ask, nil
	}
	if no != "" {
		on, err := policy.ParseDate(day)
		if err != nil {
			return Reply{}, err
		}
		t.Basis = &models.Basis{No: no, On: on}
	}
	t.Reason = r.Args["说明"]
	sub, err := r.Bot.Work.Standing(ctx, r.Actor, t, r.Now)
	if err != nil {
		return Reply{}, err
	}
	reply := submitted(sub)
	reply.Text = fmt.Sprintf("已送审：方案 #%d “%s”，校验码 %s。复核人同意后生效；在此之前夜间不自动同意任何方案。\n审批码已发给复核人；%s前有效。", sub.PlanID, plain(sub.Title), shortHash(sub.Hash), sub.ExpiresOn.Text())
	return reply, nil
}

// mustRest reports whether what is approved at night must say what it rests on, as the plans of people must here.
func (r *Request) mustRest(kinds []string) (bool, error) {
	if !slices.Contains(kinds, "award") {
		return false, nil
	}
	list, err := r.Bot.Work.List(r.ctx, r.Now)
	return slices.ContainsFunc(list, func(j models.JobInfo) bool { return j.NeedsBasis }), err
}

// standingSteps are what a standing approval must say, in the order in which it is asked for. What is wrong is said at once.
var standingSteps = []struct {
	name, ask string
	read      func(r *Request, typed string, t *models.StandingTerms) (problem string)
}{
	{"范围", "夜间可以办理哪些方案？奖补核定、解除暂缓、拨付批次，可以写几种，用顿号隔开。", func(_ *Request, typed string, t *models.StandingTerms) string {
		for _, word := range commaWords(typed) {
			kind := models.StandingKind(word)
			if kind == "" {
				return "“" + plain(word) + "”不能授权夜间办理。"
			}
			t.Kinds = append(t.Kinds, kind)
		}
		return ""
	}},
	{"每笔", "每笔最多多少元？超过的等人办理。", func(_ *Request, typed string, t *models.StandingTerms) string { return limitTyped(typed, &t.PerLine) }},
	{"每晚", "每晚合计最多多少元？", func(_ *Request, typed string, t *models.StandingTerms) string { return limitTyped(typed, &t.PerNight) }},
	{"全期", "全期合计最多多少元？", func(_ *Request, typed string, t *models.StandingTerms) string { return limitTyped(typed, &t.PerPeriod) }},
	{"起", "从哪天起？例如 2026-03-01，或 今天。", func(r *Request, typed string, t *models.StandingTerms) string { return dayTyped(r, typed, &t.From) }},
	{"止", "到哪天止？最长一年。", func(r *Request, typed string, t *models.StandingTerms) string { return dayTyped(r, typed, &t.To) }},
}

func limitTyped(typed string, into *policy.Fen) string {
	v, problem := yuan(typed)
	if problem == "" {
		*into = v.(policy.Fen)
	}
	return problem
}

func dayTyped(r *Request, typed string, into *policy.Date) (problem string) {
	*into, problem = r.businessDay(typed)
	return problem
}

// commaWords are the words of a list as people write it: 奖补核定、解除暂缓.
func commaWords(typed string) []string {
	return strings.FieldsFunc(typed, func(r rune) bool { return strings.ContainsRune("、,，;； ", r) })
}

var standingEnd = &Command{
	Name:    "撤销授权",
	Aliases: []string{"限额授权 撤销", "停止授权", "撤销限额授权"},
	Params:  []Param{{Name: "编号", Also: []string{"授权号"}, Must: true}, {Name: "理由", Also: []string{"原因", "reason"}, Must: true, Rest: true}},
	Example: "撤销授权 3 年底清理",
	Summary: "一人即可结束一份限额授权",
	Roles:   officials,
	Private: true,
	Run:     runStandingEnd,
}

// runStandingEnd ends a standing approval at once; one official is enough.
func runStandingEnd(ctx context.Context, r *Request) (Reply, error) {
	id, err := strconv.ParseInt(strings.TrimPrefix(r.Args["编号"], "#"), 10, 64)
	if err != nil {
		return Reply{Text: "编号是数字，例如：撤销授权 3 年底清理。人员的角色请用“人员权限”。", Next: []string{"限额授权", "人员权限"}, Outcome: Asked}, nil
	}
	s, err := r.Bot.Work.EndStanding(ctx, r.Actor, id, strings.TrimSpace(r.Args["理由"]), r.Now)
	if err != nil {
		return Reply{}, err
	}
	return Reply{Text: fmt.Sprintf("**限额授权 #%d 已结束**，累计用了 %s。此后夜间不再自动同意；已同意而尚未执行的方案退回，等人办理。\n重新授权须两人：限额授权 新增。", s.ID, s.UsedFen.Text()), Next: []string{"限额授权", "待办"}}, nil
}

package bot

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"duixian/models"
)

// The names of the jobs behind these commands, as the jobs' catalogue has them.
const (
	publicityStartJob = "publicity-start"
	objectionsJob     = "objections"
)

var publicity = &Command{
	Name:    "公示",
	Aliases: []string{"发布公示", "登记公示", "看公示"},
	Params: []Param{
		{Name: "编号", Also: []string{"公示号", "publicity"}},
		{Name: "地点", Also: []string{"发布地点", "where"}, Named: true},
		{Name: "日期", Also: []string{"发布日期", "on"}, Named: true},
		{Name: "确认", Also: []string{"confirm"}, Named: true},
	},
	Example: "公示 3 地点=市人力社保局网站公示公告栏",
	Summary: "各份公示到哪一步，登记名单已发布",
	Roles:   []models.Role{models.Clerk, models.Approver, models.Treasurer, models.Auditor},
	Private: true,
	Run:     runPublicity,
}

// runPublicity lists what is to be shown and what is being shown, shows one list's state, or records its publication: first what would be recorded, with the
// days that follow from it, then, confirmed, the record itself. Nothing else starts a publicity.
func runPublicity(ctx context.Context, r *Request) (Reply, error) {
	typed := r.Args["编号"]
	if typed == "" {
		return r.publicities()
	}
	id, err := strconv.ParseInt(strings.TrimPrefix(typed, "#"), 10, 64)
	if err != nil {
		return Reply{Text: "公示编号是数字，发送“公示”查看。", Next: []string{"公示"}, Outcome: Asked}, nil
	}
	p, err := r.Publicity(id)
	if models.CodeOf(err) == models.NotFound {
		return Reply{Text: fmt.Sprintf("没有公示 #%d。", id), Next: []string{"公示"}, Outcome: Asked}, nil
	}
	if err != nil {
		return Reply{}, err
	}
	if _, record := r.Args["地点"]; !record && r.Args["日期"] == "" {
		return r.publicityState(p)
	}
	return r.recordPublication(ctx, p)
}

// recordPublication shows, and when confirmed makes, the record that a list was published.
func (r *Request) recordPublication(ctx context.Context, p models.Publicity) (Reply, error) {
	if !r.Asker.has([]models.Role{models.Clerk}) {
		return Reply{Text: "登记公示由经办办理，您可以查看。", Next: []string{fmt.Sprintf("公示 %d", p.ID)}, Outcome: Refused}, nil
	}
	where := maskNumbers(strings.TrimSpace(r.Args["地点"]))
	if where == "" {
		return Reply{Text: "请写明名单在哪里发布，例如：地点=市人力社保局网站公示公告栏", Outcome: Asked, Want: "地点", Args: r.Args}, nil
	}
	on, problem := r.businessDay(r.Args["日期"])
	if problem != "" {
		return Reply{Text: problem, Outcome: Asked}, nil
	}
	params := models.Params{"publicity": strconv.FormatInt(p.ID, 10), "where": where, "on": on.String()}
	if r.Args["确认"] != "是" {
		report, err := r.Bot.Work.Plan(ctx, r.Actor, publicityStartJob, params, r.On)
		if err != nil {
			return Reply{}, err
		}
		confirm := fmt.Sprintf("公示 %d 地点=%s 日期=%s 确认=是", p.ID, quoted(where), on)
		lines := []string{"将登记：" + plain(strings.Join(report.Notes, "；")) + "。", "公示期从登记的发布日起算，登记后不能更改。请核对后确认，还没有登记。"}
		return Reply{Text: strings.Join(lines, "\n"), Next: []string{confirm, fmt.Sprintf("名单 %d", p.ID)}, Outcome: Asked}, nil
	}
	id, err := r.Bot.Work.Run(ctx, r.Actor, publicityStartJob, params, 0, r.Now)
	if err != nil {
		return Reply{}, err
	}
	if p, err = r.Publicity(p.ID); err != nil {
		return Reply{}, err
	}
	if p.State == models.PublicityPlanned { // the run goes on behind the answer
		return Reply{Text: fmt.Sprintf("已受理 #%d：登记公示 #%d，办完会通知您；也可以发送“公示 %d”查看。", id, p.ID, p.ID), Next: []string{fmt.Sprintf("公示 %d", p.ID)}}, nil
	}
	reply, err := r.publicityState(p)
	reply.Text = "已登记。\n" + reply.Text
	return reply, err
}

// publicities lists the lists that wait, those that run, and the last ones that are over.
func (r *Request) publicities() (Reply, error) {
	var lines, next []string
	for _, part := range []struct {
		state models.PublicityState
		title string
		limit int
	}{{models.PublicityPlanned, "待发布", 20}, {models.PublicityRunning, "公示中", 20}, {models.PublicityClosed, "最近期满", 3}} {
		list, err := r.Publicities(part.limit, part.state)
		if err != nil {
			return Reply{}, err
		}
		for i, p := range list {
			if i == 0 {
				lines = append(lines, "**"+part.title+"**")
			}
			line := fmt.Sprintf("- #%d %s：%d项，%d个工作日", p.ID, plain(p.Title), p.LineCount, p.Days)
			if p.Shown() {
				line = fmt.Sprintf("- #%d %s：%d项，%s至%s", p.ID, plain(p.Title), p.LineCount, p.FirstOn.Text(), p.LastOn.Text())
			}
			lines, next = append(lines, line), append(next, fmt.Sprintf("公示 %d", p.ID))
		}
	}
	if len(lines) == 0 {
		return Reply{Text: "目前没有公示。", Next: []string{"待办"}}, nil
	}
	return Reply{Text: strings.Join(lines, "\n"), Next: append(next[:min(len(next), 4)], "异议")}, nil
}

// publicityState says where a list stands and what comes next.
func (r *Request) publicityState(p models.Publicity) (Reply, error) {
	lines := []string{fmt.Sprintf("**公示 #%d %s**", p.ID, plain(p.Title)), fmt.Sprintf("%s，%d项；%s；校验码 %s", p.SubjectText(), p.LineCount, p.State.Text(), shortHash(p.ListHash))}
	next := []string{fmt.Sprintf("名单 %d", p.ID)}
	switch p.State {
	case models.PublicityPlanned:
		lines = append(lines, fmt.Sprintf("须公示%d个工作日。没有登记发布，公示期没有开始。", p.Days))
		if r.Asker.has([]models.Role{models.Clerk}) {
			lines = append(lines, fmt.Sprintf("在网站或公告栏发布名单后，请发送：公示 %d 地点=发布地点", p.ID))
			next = append(next, fmt.Sprintf("公示 %d 地点=", p.ID))
		}
	default:
		who, err := r.memberName(p.PublishedBy)
		if err != nil {
			return Reply{}, err
		}
		lines = append(lines, fmt.Sprintf("%s发布于%s，%s登记", p.PublishedOn.Text(), plain(p.WhereText), plain(who)), fmt.Sprintf("公示期%s至%s（%d个工作日，含首末日）", p.FirstOn.Text(), p.LastOn.Text(), p.Days))
		if r.Bot.PublicURL != "" {
			lines = append(lines, fmt.Sprintf("网页：%s/publicity/%d", r.Bot.PublicURL, p.ID))
		}
	}
	states, err := r.LineStates(p.ID)
	if err != nil {
		return Reply{}, err
	}
	if held, out := states[string(models.LineHeldUp)], states[string(models.LineStruck)]; p.Shown() {
		lines = append(lines, fmt.Sprintf("无异议%d项，有异议%d项，不予确认%d项", states[string(models.LineFree)], held, out))
	}
	objections, err := r.ObjectionsOf(p.ID)
	if err != nil {
		return Reply{}, err
	}
	for _, o := range objections {
		lines = append(lines, fmt.Sprintf("- 异议 #%d：第%d行，%s%s", o.ID, o.LineNo, o.State.Text(), r.due(o)))
		if o.State == models.ObjectionOpen && r.Asker.has(deciders) {
			next = append(next, fmt.Sprintf("异议 %d", o.ID))
		}
	}
	switch p.State {
	case models.PublicityRunning:
		lines = append(lines, "末日结束后自动关闭，没有异议的各行继续办理。")
	case models.PublicityClosed:
		lines = append(lines, p.ClosedOn.Text()+"关闭。")
	}
	return Reply{Text: strings.Join(lines, "\n"), Next: append(next[:min(len(next), 5)], "公示")}, nil
}

// memberName is the name behind a member's code.
func (r *Request) memberName(code string) (string, error) {
	if code == models.System.Member {
		return "系统", nil
	}
	m, err := r.MemberByCode(code)
	if models.CodeOf(err) == models.NotFound {
		return code, nil
	}
	return m.Name, err
}

// due says by when an open objection should be decided.
func (r *Request) due(o models.Objection) string {
	switch {
	case o.State != models.ObjectionOpen:
		return ""
	case o.DueOn < r.On:
		return "，应于" + o.DueOn.Text() + "前处理，**已超期**"
	}
	return "，请于" + o.DueOn.Text() + "前处理"
}

package bot

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"duixian/models"
)

var publicList = &Command{
	Name:    "名单",
	Aliases: []string{"公示名单", "公示了谁"},
	Params:  []Param{{Name: "编号", Also: []string{"公示号", "publicity"}}, pageParam},
	Example: "名单 3",
	Summary: "公示的名单和公示期",
	Roles:   everybody,
	Run:     runPublicList,
}

const publicLines = 10

// runPublicList shows a published list as the public sees it. One that is not published yet is for officials, in a chat of two; for everybody else there is none.
func runPublicList(_ context.Context, r *Request) (Reply, error) {
	early := r.Asker.has(officials) && !r.Group
	typed := r.Args["编号"]
	if typed == "" {
		return r.publicLists(early)
	}
	id, err := strconv.ParseInt(strings.TrimPrefix(typed, "#"), 10, 64)
	if err != nil {
		return Reply{Text: "公示编号是数字，例如：名单 3", Next: []string{"名单"}, Outcome: Asked}, nil
	}
	p, err := r.Publicity(id)
	if err != nil && models.CodeOf(err) != models.NotFound {
		return Reply{}, err
	}
	if err != nil || !p.Shown() && !early {
		return Reply{Text: fmt.Sprintf("没有公示 #%d。", id), Next: []string{"名单"}, Outcome: Asked}, nil
	}
	lines, err := r.PublicLines(p.ID)
	if err != nil {
		return Reply{}, err
	}
	out := []string{fmt.Sprintf("**公示 #%d %s**", p.ID, plain(p.Title))}
	if p.Shown() {
		out = append(out, fmt.Sprintf("公示期%s至%s（%d个工作日，含首末日）%s", p.FirstOn.Text(), p.LastOn.Text(), p.Days, map[bool]string{true: "，已期满"}[p.State == models.PublicityClosed]))
	} else {
		out = append(out, "还没有发布，以下内容供发布用。")
	}
	part := page(r, lines, publicLines, fmt.Sprintf("名单 %d", p.ID))
	for _, l := range part.shown {
		out = append(out, publicLine(l))
	}
	out = append(out, part.note)
	next := part.next
	if p.State == models.PublicityRunning && r.On <= p.LastOn {
		to := "办理窗口"
		if p.ObjectTo != "" {
			to = p.ObjectTo
		}
		out = append(out, fmt.Sprintf("有异议的，请在%s前（含当日）向%s实名提出，或私聊我发送：异议 %d-行号 理由", p.LastOn.Text(), plain(to), p.ID))
	}
	if r.Bot.PublicURL != "" && p.Shown() {
		out = append(out, fmt.Sprintf("网页和表格：%s/publicity/%d", r.Bot.PublicURL, p.ID))
	}
	if early {
		next = append(next, fmt.Sprintf("公示 %d", p.ID))
	}
	return Reply{Text: strings.Join(without(out, ""), "\n"), Next: append(next, "名单")}, nil
}

// publicLine is a line as it was published.
func publicLine(l models.PublicityLine) string {
	text := fmt.Sprintf("%d. %s%s　%s", l.No, plain(l.Name), bracketed(plain(l.Code)), plain(l.Item))
	if l.Note != "" {
		text += bracketed(plain(l.Note))
	}
	if l.AmountFen != 0 {
		text += "　" + l.AmountFen.Text()
	}
	if state := l.State.Text(); state != "" {
		text += "【" + state + "】"
	}
	return text
}

func (r *Request) publicLists(early bool) (Reply, error) {
	states := []models.PublicityState{models.PublicityRunning, models.PublicityClosed}
	if early {
		states = append(states, models.PublicityPlanned)
	}
	list, err := r.Publicities(8, states...)
	if err != nil {
		return Reply{}, err
	}
	if len(list) == 0 {
		return Reply{Text: "目前没有公示名单。"}, nil
	}
	lines, next := []string{"公示名单："}, []string{}
	for _, p := range list {
		when := "待发布"
		if p.Shown() {
			when = p.FirstOn.Text() + "至" + p.LastOn.Text() + "，" + p.State.Text()
		}
		lines, next = append(lines, fmt.Sprintf("- #%d %s（%d项）：%s", p.ID, plain(p.Title), p.LineCount, when)), append(next, fmt.Sprintf("名单 %d", p.ID))
	}
	return Reply{Text: strings.Join(lines, "\n"), Next: next[:min(len(next), 5)]}, nil
}

package bot

import (
	"context"
	"fmt"
	"strings"

	"duixian/models"
	"duixian/policy"
)

var selection = &Command{
	Name:    "评选",
	Aliases: []string{"评选名单", "看评选"},
	Params:  []Param{{Name: "评选", Also: []string{"哪一项", "kind"}}, {Name: "企业", Also: []string{"公司", "机构"}}, hireYearParam, pageParam},
	Example: "评选 骨干",
	Summary: "评选的名单、递补和还缺的意见，某家没入选的原因",
	Roles:   officials,
	Private: true,
	Else:    "轮次",
	Run:     runSelection,
}

// runSelection shows a selection as it would be today, or of one candidate where it stands and why.
func runSelection(ctx context.Context, r *Request) (Reply, error) {
	params := r.jobParams()
	delete(params, "kind")
	delete(params, "org")
	name := "评选"
	if typed := r.Args["评选"]; typed != "" {
		kind, ok := models.SelectionKindOf(typed)
		if !ok {
			return Reply{Text: fmt.Sprintf("没有叫“%s”的评选，有：骨干、诚信、引才精英。", plain(typed)), Next: []string{"评选 骨干", "评选 诚信", "评选 引才精英"}, Outcome: Asked}, nil
		}
		params["kind"], name = string(kind), kind.Text()
	}
	report, err := r.Bot.Work.Plan(ctx, r.Actor, selectionsJob, params, r.On)
	if err != nil {
		return Reply{}, err
	}
	if firm := r.Args["企业"]; firm != "" {
		reply := oneCandidate(report, name, firm)
		reply.Next = []string{strings.TrimSpace("评选 " + r.Args["评选"])}
		return reply, nil
	}
	in := 0
	for _, l := range report.Lines {
		if !l.Outside {
			in++
		}
	}
	round, waits, err := r.roundShown(params)
	if err != nil {
		return Reply{}, err
	}
	size := fmt.Sprintf("拟入选 %d 个，另列 %d 个", in, len(report.Lines)-in)
	if round.State == models.RoundConfirmed {
		size = fmt.Sprintf("已确认 %d 个，可递补 %d 个", len(report.Lines)-in, in)
	}
	lines := []string{fmt.Sprintf("**%s**（%s）：%s", name, report.On.Text(), size)}
	part := page(r, report.Lines, planPage*2, strings.TrimSpace("评选 "+r.Args["评选"]))
	for i, l := range part.shown {
		line := fmt.Sprintf("%d. %s　%s", part.first+i, plain(l.Who), plain(strings.TrimPrefix(l.What, name+"：")))
		if l.Change != "" && round.State != models.RoundConfirmed {
			line += "【" + plain(l.Change) + "】"
		}
		lines = append(lines, line)
	}
	for _, n := range append(report.Notes, part.note) {
		if n != "" {
			lines = append(lines, plain(n))
		}
	}
	next := part.next
	if report.Ready > 0 && r.Asker.may(submit) && params["kind"] != "" {
		next = append(next, "报审 "+name)
	} else if waits.Do != "" && !strings.HasPrefix(waits.Do, "评选") {
		next = append(next, waits.Do)
	}
	if len(next) == 0 {
		next = []string{"轮次"}
	}
	return Reply{Text: strings.Join(lines, "\n"), Next: next}, nil
}

// roundShown is the round that parameters of the selections' job name, with what it waits for; zero when they name none.
func (r *Request) roundShown(params models.Params) (round models.Round, w models.RoundWait, err error) {
	all, err := r.Rounds()
	if err != nil {
		return round, w, err
	}
	for _, one := range all {
		asked := params["year"] == "" || params["year"] == fmt.Sprint(one.Year)
		if string(one.Kind) == params["kind"] && one.State != models.RoundCancelled && asked && one.Year >= round.Year {
			round = one
		}
	}
	if round.ID != 0 {
		w, err = r.RoundWait(round, r.On)
	}
	return round, w, err
}

// oneCandidate says where one candidate stands and why.
func oneCandidate(report models.Report, name, typed string) Reply {
	var found []models.ReportLine
	for _, l := range report.Lines {
		if l.Who == typed || strings.Contains(l.Who, typed) {
			found = append(found, l)
		}
	}
	switch len(found) {
	case 0:
		return Reply{Text: fmt.Sprintf("%s的候选里没有“%s”。", name, plain(typed)), Outcome: Asked}
	case 1:
		l := found[0]
		return Reply{Text: fmt.Sprintf("**%s**\n%s\n%s", plain(l.Who), plain(l.What), plain(l.Why))}
	}
	reply := Reply{Text: fmt.Sprintf("有%d个候选的名称含“%s”，您问的是哪一个？", len(found), plain(typed)), Outcome: Asked}
	for _, l := range found[:min(len(found), 6)] {
		reply.Text += "\n- " + plain(l.Who)
	}
	return reply
}

// selected are an organisation's own entries in selections whose list is public by now, newest first.
func (r *Request) selected(org int64) ([]models.Round, []models.RoundEntry, error) {
	entries, err := r.EntriesOfOrg(org)
	if err != nil {
		return nil, nil, err
	}
	var rounds []models.Round
	var own []models.RoundEntry
	for _, e := range entries {
		round, err := r.RoundByID(e.RoundID)
		if err != nil {
			return nil, nil, err
		}
		if _, ok := models.SelectionKindOf(string(round.Kind)); ok && (round.State == models.RoundPublicity || round.State == models.RoundConfirmed) {
			rounds, own = append(rounds, round), append(own, e)
		}
	}
	return rounds, own, nil
}

// whySelection answers a firm about a selection: its own rank and its own reasons, nobody else's. ok is false when it was in none, or asks about something else.
func (r *Request) whySelection(typed string) (reply Reply, ok bool, err error) {
	kind, named := models.SelectionKindOf(typed)
	if typed != "" && !named && typed != "评选" {
		return reply, false, nil
	}
	rounds, entries, err := r.selected(r.Org.ID)
	if err != nil {
		return reply, false, err
	}
	var lines []string
	for i, e := range entries {
		if named && rounds[i].Kind != kind {
			continue
		}
		text, err := r.ownResult(rounds[i], e)
		if err != nil {
			return reply, false, err
		}
		lines = append(lines, text...)
	}
	if len(lines) == 0 {
		return reply, false, nil
	}
	return Reply{Text: strings.Join(lines, "\n"), Next: []string{"进度", "星级", "异议"}}, true, nil
}

// ownResult is a firm's own result in one selection.
func (r *Request) ownResult(round models.Round, e models.RoundEntry) ([]string, error) {
	s, err := models.SelectionSheetOf(e)
	if err != nil {
		return nil, fmt.Errorf("评选 #%d: %w", round.ID, err)
	}
	lines := []string{fmt.Sprintf("**%s**（%s）", round.Name(), round.State.Text())}
	switch {
	case e.State == models.EntryConfirmed:
		lines = append(lines, "已入选。")
	case e.State == models.EntrySelected:
		lines = append(lines, "拟入选，公示期满无异议后确认。")
	case e.State == models.EntryHeld:
		lines = append(lines, "暂缓确认："+r.Bot.reasonText(e.Reason)+"。")
	case e.State == models.EntryReserve:
		lines = append(lines, fmt.Sprintf("没有入选，递补第%d名。", s.Reserve))
	default:
		lines = append(lines, "没有入选。")
	}
	if s.Rank > 0 {
		lines = append(lines, fmt.Sprintf("您的排名：第%d，参加排名的共%d个，名额%d个。", s.Rank, s.Of, s.Places))
	}
	for _, m := range s.Marks {
		value := m.Value
		if value == "" {
			value = "没有资料"
		}
		lines = append(lines, "- "+m.Name+"："+value)
	}
	switch s.Standing {
	case policy.Barred:
		for _, code := range s.Bars {
			lines = append(lines, "不具备入选资格："+r.Bot.reasonText(code)+"。")
		}
	case policy.Incomplete:
		lines = append(lines, "评选所需的资料不全，没有参加排名；没有按零分计。")
	case policy.Reserve:
		if s.Tied {
			lines = append(lines, "您与末位并列，按口径并列者均不入选。")
		} else if s.Behind != "" {
			lines = append(lines, "差在："+s.Behind+"。")
		}
	}
	if e.Reason == "RULED_OUT" || s.Standing == policy.MovedOut {
		lines = append(lines, "经集体研究不入选；理由请向经办人查询。")
	}
	return lines, nil
}

package bot

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"duixian/models"
)

var rounds = &Command{
	Name:    "轮次",
	Aliases: []string{"评定进度", "评选进度", "看轮次", "星级评定进度"},
	Params:  []Param{{Name: "年度", Also: []string{"年份", "year"}}, {Name: "类别", Also: []string{"评定", "评选", "kind"}}, pageParam},
	Example: "轮次 2026",
	Summary: "各轮评定评选到哪一步、在等谁",
	Roles:   officials,
	Private: true,
	Run:     runRounds,
}

const roundsShown = 6

// runRounds lists the rounds with what each waits for, or shows one: its days, what became of it step by step, and the firms that two people must decide.
func runRounds(_ context.Context, r *Request) (Reply, error) {
	if r.Args["年度"] == "" {
		return r.allRounds()
	}
	year, ask := r.roundYear()
	if ask.Text != "" {
		return ask, nil
	}
	kind := models.StarRating
	if r.Args["类别"] != "" {
		if kind, ask = roundKind(r.Args["类别"]); ask.Text != "" {
			return ask, nil
		}
	}
	n, err := strconv.Atoi(year)
	if err != nil {
		return Reply{}, err
	}
	round, err := r.Round(kind, n)
	if models.CodeOf(err) == models.NotFound {
		reply := Reply{Text: fmt.Sprintf("没有%s年度的%s。", year, kind.Text()), Outcome: Asked}
		if kind == models.StarRating {
			reply = r.unlessLate(reply, n)
		} else {
			reply.Next = []string{"启动 " + kind.Text() + " " + year}
		}
		reply.Next = append(reply.Next, "轮次")
		return reply, nil
	}
	if err != nil {
		return Reply{}, err
	}
	return r.oneRound(round)
}

func (r *Request) allRounds() (Reply, error) {
	list, err := r.Rounds()
	if err != nil {
		return Reply{}, err
	}
	if len(list) == 0 {
		return r.unlessLate(Reply{Text: "还没有启动过评定或评选。"}, r.On.Year()), nil
	}
	lines, next := []string{"**评定和评选**"}, []string(nil)
	for i, round := range list[:min(len(list), roundsShown)] {
		w, err := r.RoundWait(round, r.On)
		if err != nil {
			return Reply{}, err
		}
		lines = append(lines, fmt.Sprintf("- %s：%s%s。%s", round.Name(), round.State.Text(), late(w), plain(w.Text)))
		if i < 4 {
			next = append(next, roundLine(round))
		}
	}
	return Reply{Text: strings.Join(lines, "\n"), Next: next}, nil
}

// unlessLate offers to start the rating of a year, or says why that cannot be.
func (r *Request) unlessLate(reply Reply, year int) Reply {
	if why := r.Bot.mayRate(year, r.On); why != "" {
		reply.Text += why
		return reply
	}
	reply.Next = append(reply.Next, fmt.Sprintf("启动 星级评定 %d", year))
	return reply
}

func late(w models.RoundWait) string {
	if w.Late {
		return "（已迟）"
	}
	return ""
}

// roundLine is the line that shows a round.
func roundLine(round models.Round) string {
	if round.Kind == models.StarRating {
		return fmt.Sprintf("轮次 %d", round.Year)
	}
	return fmt.Sprintf("轮次 %d %s", round.Year, round.Kind.Text())
}

func (r *Request) oneRound(round models.Round) (Reply, error) {
	w, err := r.RoundWait(round, r.On)
	if err != nil {
		return Reply{}, err
	}
	lines := []string{
		fmt.Sprintf("**%s**：%s%s", round.Name(), round.State.Text(), late(w)), plain(w.Text) + "。",
		fmt.Sprintf("%s启动，资料截止%s，公示%s起，应于%s前确认；%s许可或备案的机构参评。", round.OpensOn.Text(), round.DataBy.Text(), round.PublicityFrom.Text(), round.ConfirmBy.Text(), round.CutoffOn.Text()),
	}
	if round.InputsHash != "" {
		lines = append(lines, fmt.Sprintf("资料截至%s冻结，校验码 %s。", round.FrozenOn.Text(), shortHash(round.InputsHash)))
	}
	events, err := r.RoundEvents(round.ID)
	if err != nil {
		return Reply{}, err
	}
	for _, e := range events {
		line := fmt.Sprintf("- %s %s", e.OnDay.Text(), e.Became.Text())
		if e.Reason != "" {
			line += "：" + plain(e.Reason)
		}
		lines = append(lines, line)
	}
	var next []string
	if w.Do != "" && w.Do != roundLine(round) {
		next = append(next, w.Do)
	}
	open, err := r.EntriesIn(round.ID, models.EntryProvisional, models.EntryHeld)
	if err != nil {
		return Reply{}, err
	}
	part := page(r, open, 6, roundLine(round))
	for i, e := range part.shown {
		org, err := r.Organisation(e.OrgID)
		if err != nil {
			return Reply{}, err
		}
		why, err := openEntry(e)
		if err != nil {
			return Reply{}, err
		}
		lines = append(lines, fmt.Sprintf("%d. %s　%s", part.first+i, plain(org.Name), why))
		if len(next) < 3 && r.Asker.may(roundDecide) {
			next = append(next, fmt.Sprintf("定夺 %d %s ", round.Year, org.Code))
		}
	}
	lines = append(lines, part.note)
	return Reply{Text: strings.Join(without(lines, ""), "\n"), Next: append(append(next, part.next...), "轮次")}, nil
}

// openEntry says why a firm has no stars yet.
func openEntry(e models.RoundEntry) (string, error) {
	d, err := e.Star()
	if err != nil {
		return "", err
	}
	if e.State == models.EntryHeld {
		return "暂缓：" + models.HeldEntryText(e.Reason), nil
	}
	return fmt.Sprintf("缺%s；补齐后为%s", strings.Join(d.Sheet.Missing, "、"), d.Sheet.RangeText()), nil
}

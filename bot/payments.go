package bot

import (
	"context"
	"fmt"
	"strings"

	"duixian/models"
	"duixian/policy"
)

var payments = &Command{
	Name:    "到账",
	Aliases: []string{"什么时候打款", "第二笔", "分期", "到帐", "打款", "什么时候到账", "什么时候拨付"},
	Params:  []Param{pageParam},
	Summary: "每一笔多少钱、哪天可拨付、到了没有",
	Roles:   firms,
	Private: true,
	Run:     runPayments,
}

const paymentsPage = 3 // awards

// runPayments shows every instalment of the firm's awards and when the next one may be expected.
func runPayments(_ context.Context, r *Request) (Reply, error) {
	d, list, err := r.firm()
	if err != nil {
		return Reply{}, err
	}
	var awarded []claim
	for _, c := range list {
		if c.award != nil {
			awarded = append(awarded, c)
		}
	}
	if len(awarded) == 0 {
		return Reply{Text: "目前没有核定的奖励，所以没有待拨付的款项。申报办到哪一步，请看“进度”。", Next: []string{"进度"}}, nil
	}
	var lines []string
	part := page(r, awarded, paymentsPage, "到账")
	next := part.next
	for _, c := range part.shown {
		lines = append(lines, fmt.Sprintf("**%s** %s，%s核定", c.name(), c.award.AmountFen.Text(), c.award.ApprovedOn.Text()))
		for _, p := range c.parts {
			lines = append(lines, "- "+nth(c.parts, p)+p.AmountFen.Text()+"："+r.Bot.partText(p))
			if p.State == models.Held && len(next) == len(part.next) {
				next = append(next, "为什么 "+c.item.Short)
			}
		}
		if p, ok := nextPart(c.parts); ok {
			lines = append(lines, which(c.parts, p)+expected(p, r.On))
		}
		if hasHeld(c.parts) {
			lines = append(lines, holdNote)
		}
	}
	lines = append(lines, part.note)
	for _, b := range r.bars(d, r.On) {
		lines = append(lines, "请注意，目前不能享受政策："+b.why+"。"+b.end)
	}
	return Reply{Text: strings.Join(without(lines, ""), "\n"), Next: append(next, "进度", "到期")}, nil
}

// nextPart is the first instalment that is on its way.
func nextPart(parts []models.Instalment) (models.Instalment, bool) {
	for _, p := range parts {
		if p.State == models.Due || p.State == models.Scheduled || p.State == models.InBatch || p.State == models.Returned {
			return p, true
		}
	}
	return models.Instalment{}, false
}

// nth names an instalment of several.
func nth(parts []models.Instalment, p models.Instalment) string {
	if len(parts) == 1 {
		return ""
	}
	return fmt.Sprintf("第%d期 ", p.No)
}

// which names the instalment that comes next, of several.
func which(parts []models.Instalment, p models.Instalment) string {
	if len(parts) == 1 {
		return ""
	}
	return fmt.Sprintf("下一笔（第%d期）", p.No)
}

// expected is when the treasury usually pays: in December of the year in which an instalment falls due, or of this year
// when that has passed.
func expected(p models.Instalment, on policy.Date) string {
	return fmt.Sprintf("预计%d年12月拨付，以财政实际拨付为准。", max(p.DueOn.Year(), on.Year()))
}

func hasHeld(parts []models.Instalment) bool {
	for _, p := range parts {
		if p.State == models.Held {
			return true
		}
	}
	return false
}

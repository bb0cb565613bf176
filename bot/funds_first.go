package bot

import (
	"context"
	"strconv"
	"strings"

	"duixian/models"
)

var fundsFirst = &Command{
	Name:    "资金 优先",
	Aliases: []string{"优先拨付", "先拨哪几笔", "指标不足先拨"},
	Params:  []Param{{Name: "分期", Must: true, Rest: true}},
	Example: "资金 优先 12-1 15-2",
	Summary: "指标不足时让哪几期先拨，送另一人复核",
	Roles:   []models.Role{models.Clerk},
	Private: true,
	Run:     runFundsFirst,
}

// runFundsFirst freezes which parts go first in a year whose money does not suffice, and asks a second person.
func runFundsFirst(ctx context.Context, r *Request) (Reply, error) {
	var first []models.BudgetChoice
	for word := range strings.FieldsFuncSeq(r.Args["分期"], func(c rune) bool { return strings.ContainsRune(" ,，、;；\u3000", c) }) {
		award, no, ok := strings.Cut(strings.NewReplacer("#", "", "/", "-", "—", "-", "－", "-").Replace(word), "-")
		a, err1 := strconv.ParseInt(award, 10, 64)
		n, err2 := strconv.Atoi(no)
		if !ok || err1 != nil || err2 != nil {
			return Reply{Text: "没有看懂“" + plain(word) + "”。请写奖励编号和期次，例如：资金 优先 12-1 15-2（奖励 #12 第 1 期、奖励 #15 第 2 期）。", Next: []string{"资金"}, Outcome: Asked}, nil
		}
		first = append(first, models.BudgetChoice{AwardID: a, No: n})
	}
	sub, err := r.Bot.Work.First(ctx, r.Actor, first, r.Now)
	if err != nil {
		return Reply{}, err
	}
	return submitted(sub), nil
}

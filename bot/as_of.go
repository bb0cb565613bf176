package bot

import (
	"fmt"
	"strings"

	"duixian/policy"
	"duixian/sheets"
)

// What 企业 takes besides, for officials who ask what was known on one day about another.
var (
	aboutParam = Param{Name: "某日", Also: []string{"日期", "当日", "截至"}, Named: true}
	knownParam = Param{Name: "已知于", Also: []string{"知悉日", "得知", "已知"}, Named: true}
)

// asOfLines is how much of an answer a phone shows.
const asOfLines = 25

// asOf answers 企业 … 某日=2024-06-30 已知于=2024-07-15: nothing in it became known later or is true only later.
func (r *Request) asOf() (Reply, error) {
	on, known := r.On, r.On
	for _, p := range []struct {
		param Param
		day   *policy.Date
	}{{aboutParam, &on}, {knownParam, &known}} {
		typed := r.Args[p.param.Name]
		if typed == "" {
			continue
		}
		day, problem := r.businessDay(typed)
		if problem != "" {
			return Reply{Text: p.param.Name + "：" + problem, Outcome: Asked}, nil
		}
		*p.day = day
	}
	if known > r.On {
		return Reply{Text: "“已知于”不能晚于今天。", Outcome: Asked}, nil
	}
	view, err := r.AsOf(r.Org.ID, r.Bot.Book.StarReading(), on, known)
	if err != nil {
		return Reply{}, err
	}
	lines, err := view.Lines(r.Bot.Book, sheets.KindWord)
	if err != nil {
		return Reply{}, err
	}
	for i := range lines {
		lines[i] = plain(lines[i])
	}
	if rest := len(lines) - asOfLines; rest > 0 {
		lines = append(lines[:asOfLines], fmt.Sprintf("……还有%d行，请在电脑上看（duixian asof %s）。", rest, r.Org.Code))
	}
	return Reply{Text: strings.Join(lines, "\n"), Next: []string{"企业 " + r.Org.Code}}, nil
}

package bot

import (
	"strings"
)

// What an award plan rests on: the minutes of a meeting or the number of a recognition, and its day.
var (
	basisParam    = Param{Name: "依据", Also: []string{"会议纪要", "纪要", "认定文号", "文号", "basis"}, Named: true}
	basisDayParam = Param{Name: "依据日期", Also: []string{"纪要日期", "文号日期"}, Named: true}
)

// basis takes the basis out of what was typed, also with its day behind it in one line, and asks for what is missing. An empty
// reply goes on.
func (r *Request) basis(must bool) (no, day string, ask Reply) {
	no, day = strings.TrimSpace(r.Args[basisParam.Name]), strings.TrimSpace(r.Args[basisDayParam.Name])
	if day == "" {
		if words := strings.Fields(no); len(words) > 1 {
			if _, problem := r.businessDay(words[len(words)-1]); problem == "" {
				no, day = strings.Join(words[:len(words)-1], " "), words[len(words)-1]
			}
		}
	}
	if no == "" && day == "" && !must {
		return "", "", Reply{}
	}
	if no == "" {
		return "", "", Reply{Text: "请写明依据：会议纪要或认定文号，连同日期，例如：某人社纪要〔2026〕3号 2026-03-01。不想继续请发送“取消”。", Outcome: Asked, Want: basisParam.Name, Args: r.Args}
	}
	r.Args[basisParam.Name] = no
	if day == "" {
		return "", "", Reply{Text: "“" + plain(no) + "”是哪天的？请写日期，例如 2026-03-01。", Outcome: Asked, Want: basisDayParam.Name, Args: r.Args}
	}
	on, problem := r.businessDay(day)
	if problem != "" {
		delete(r.Args, basisDayParam.Name)
		return "", "", Reply{Text: problem, Outcome: Asked, Want: basisDayParam.Name, Args: r.Args}
	}
	return no, on.String(), Reply{}
}

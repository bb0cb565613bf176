package sheets

import (
	"errors"
	"strings"

	"duixian/policy"
)

// JuryScoreRow is an expert's word on one candidate: no interest or aside, and the points. Without a candidate it appoints the expert; without points it declares
// the interest and the points follow.
type JuryScoreRow struct {
	At        Place
	Kind      string
	Year      int
	Juror     string
	Code      string // empty = appointed
	Aside     bool
	Points    int64 // hundredths
	Given     bool
	Known     policy.Date
	Withdrawn bool
}

var interests = map[string]string{"无": "none", "无利害关系": "none", "没有": "none", "回避": "aside", "有": "aside", "有利害关系": "aside"}

var juryScores = Dataset{
	Kind: "jury-scores", Name: "专家评审", Clause: "三（三）、三（四）、三（七）",
	Columns: append(append([]Column{}, selectionColumns...),
		Column{Title: "评委编号", Also: []string{"专家编号"}, Form: Code, Required: true, Hint: "PW 加两位数字", Example: "PW01"},
		Column{Title: candidateCode.Title, Also: candidateCode.Also, Form: Code, Hint: "不填：只登记这位评委", Example: exampleCode},
		Column{Title: "利害关系", Also: []string{"利害关系声明", "回避声明"}, Required: true, Hint: "无、回避（有利害关系的须回避，不打分）", Words: interests, Offer: []string{"无", "回避"}},
		Column{Title: "评分", Also: []string{"得分", "分数"}, Form: Code, Personal: true, Hint: "0 至 100，最多两位小数；还没有评的不填。全部收齐前不公开", Example: "85.50"},
		withdrawn,
		known,
	),
	record: readJuryScore,
	across: func(l *lines, all *Records) {
		type key struct {
			kind, juror, code string
			year              int
			known             policy.Date
		}
		all.JuryScores = once(l, all.JuryScores, "评委对同一候选",
			func(r JuryScoreRow) key { return key{r.Kind, r.Juror, r.Code, r.Year, r.Known} }, func(r JuryScoreRow) Place { return r.At },
			func(a, b JuryScoreRow) bool { b.At = a.At; return a == b })
	},
}

func readJuryScore(l *line, into *Records) {
	r := JuryScoreRow{At: l.at(), Known: l.knownOn(), Withdrawn: l.yes(withdrawn.Title, false)}
	if l.raw(candidateCode.Title) == "" {
		l.must("评选")
		l.must("评选年度")
		r.Kind, r.Year = l.choice("评选"), l.year("评选年度")
	} else {
		r.Kind, r.Year, r.Code = l.selection()
	}
	r.Juror = l.juror()
	l.must("利害关系")
	r.Aside = l.choice("利害关系") == "aside"
	if r.Given = l.raw("评分") != ""; r.Given {
		r.Points = parsed(l, "评分", "填 0 至 100 之间的数，最多两位小数", parsePoints)
	}
	switch {
	case r.Given && r.Aside:
		l.refuse("评分", l.raw("评分"), "删去评分，或核对利害关系", "回避的评委不打分")
	case r.Given && r.Code == "":
		l.refuse(candidateCode.Title, "", "补填候选编号", "有评分却没有候选编号")
	case r.Aside && r.Code == "":
		l.refuse(candidateCode.Title, "", "补填候选编号；对全部候选都要回避的不请作评委", "回避须写明对哪一位候选")
	}
	if !l.refused {
		into.JuryScores = append(into.JuryScores, r)
	}
}

// parsePoints reads 85.5 as 8550 hundredths. It has the rules of an amount: nothing is rounded.
func parsePoints(s string) (int64, error) {
	f, err := ParseAmount(s, false)
	if err != nil || f < 0 || f > 100_00 {
		return 0, errPoints
	}
	return int64(f), nil
}

var errPoints = errors.New("评分应为 0 至 100 之间的数，最多两位小数")

// juror is PW and two digits: experts are named by numbers, their names stand in the minutes.
func (l *line) juror() string {
	s := strings.ToUpper(squash(l.must("评委编号")))
	if s != "" && (len(s) != 4 || !strings.HasPrefix(s, "PW") || !digitsOnly(s[2:])) {
		l.refuse("评委编号", s, "写成 PW01 的样子", "评委编号应为 PW 加两位数字")
		return ""
	}
	return l.keep(s)
}

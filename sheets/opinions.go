package sheets

import "duixian/policy"

// OpinionRow is what another office says of one candidate.
type OpinionRow struct {
	At        Place
	Kind      string
	Year      int
	Office    string // finance, tax, market, credit
	Code      string
	Verdict   string // agree, disagree, no_data
	Reason    string
	Known     policy.Date
	Withdrawn bool
}

var reviewOffices = map[string]string{
	"财政": "finance", "财政局": "finance", "市财政局": "finance", "税务": "tax", "税务局": "tax", "市税务局": "tax",
	"市场监管": "market", "市场监管局": "market", "市市场监管局": "market", "信用": "credit", "信用办": "credit", "市信用办": "credit", "发改": "credit", "市发展改革委": "credit",
}

var verdicts = map[string]string{"同意": "agree", "无异议": "agree", "不同意": "disagree", "有异议": "disagree", "无数据": "no_data", "没有数据": "no_data"}

var opinions = Dataset{
	Kind: "opinions", Name: "部门联审意见", Clause: "三（三）、三（四）、三（七）",
	Columns: append(append([]Column{}, selectionColumns...),
		Column{Title: "部门", Also: []string{"征求部门", "单位"}, Required: true, Hint: "财政、税务、市场监管、信用", Words: reviewOffices, Offer: []string{"财政", "税务", "市场监管", "信用"}},
		candidateCode,
		Column{Title: "候选名称", Also: []string{"候选企业名称"}, Hint: "供人核对，程序按编号认候选", Example: exampleFirm},
		Column{Title: "意见", Also: []string{"部门意见", "审核意见"}, Required: true, Hint: "同意、不同意、无数据；不填就是没有答复，不等于同意", Words: verdicts, Offer: []string{"同意", "不同意", "无数据"}},
		Column{Title: "说明", Also: []string{"理由", "意见说明"}, Hint: "不同意的必须写明理由", Example: "示例说明"},
		withdrawn,
		known,
	),
	record: func(l *line, into *Records) {
		r := OpinionRow{At: l.at(), Office: l.choice("部门"), Verdict: l.choice("意见"), Reason: l.text("说明"), Known: l.knownOn(), Withdrawn: l.yes(withdrawn.Title, false)}
		l.must("部门")
		r.Kind, r.Year, r.Code = l.selection()
		l.text("候选名称")
		if r.Verdict == "disagree" && r.Reason == "" && !r.Withdrawn {
			l.refuse("说明", "", "写明不同意的理由", "意见是“不同意”，没有写理由")
		}
		if r.Verdict == "" && l.raw("意见") == "" && !l.refused {
			l.warn("意见", "", "填写意见后可再次导入", "没有填意见，按尚未答复处理；没有答复不等于同意")
			return
		}
		if !l.refused {
			into.Opinions = append(into.Opinions, r)
		}
	},
	across: func(l *lines, all *Records) {
		type key struct {
			kind, office, code string
			year               int
			known              policy.Date
		}
		all.Opinions = once(l, all.Opinions, "部门对同一候选的意见",
			func(r OpinionRow) key { return key{r.Kind, r.Office, r.Code, r.Year, r.Known} }, func(r OpinionRow) Place { return r.At },
			func(a, b OpinionRow) bool { b.At = a.At; return a == b })
	},
}

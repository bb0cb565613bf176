package policy

import (
	"cmp"
	"fmt"
	"strings"
)

// explanation is the words for a decision. They are not stored: Book.Explain finds them again.
type explanation struct {
	policy, item, short, clause, text, advice, law, documents string
	missing                                                   []string
}

// Explain gives a decision that was read back from its JSON the words for Line and Letter.
func (b *Book) Explain(d Decision) Decision {
	reason := b.Reasons[d.Reason]
	d.texts = explanation{policy: b.Title, text: reason.Text, advice: reason.Advice}
	if i, ok := b.items[d.Item]; ok {
		d.texts.item, d.texts.short, d.texts.clause, d.texts.law = i.Name, cmp.Or(i.Short, i.Name), i.Clause, i.Text
		d.texts.documents = strings.Join(i.Amount.Documents, "、")
	}
	for _, name := range d.Missing {
		if f, ok := b.Facts[name]; ok {
			d.texts.missing = append(d.texts.missing, f.Name)
		}
	}
	return d
}

// Line is the decision in one line of chat.
func (d Decision) Line() string {
	return d.texts.short + "：" + d.verdict() + "（" + d.Clause + "）"
}

// verdict says what comes out and why, without the name of the item.
func (d Decision) verdict() string {
	x := d.texts
	switch d.Outcome {
	case OutcomeExact:
		if plainReasons[d.Reason] {
			return d.Amount.Text()
		}
		return d.Amount.Text() + "，" + x.text
	case OutcomeCeiling:
		return "最高 " + d.Amount.Text() + "，" + x.text
	case OutcomeRefer:
		return "按" + x.documents + "执行，本意见不核定金额"
	case OutcomeNeedsData:
		return "暂不能判断，缺少" + strings.Join(x.missing, "、")
	case OutcomeNeedsDecision:
		return "须由主管部门决定，" + x.text
	}
	if s := d.Failed(); s != nil && s.Have != "" && !strings.Contains(x.text, s.Have) {
		return x.text + "：要求" + s.Need + "，现为" + s.Have
	}
	return x.text
}

// Successes that need no words beside the amount.
var plainReasons = map[string]bool{"OK": true, "TOTAL": true}

// Letter is the decision as paragraphs of a formal letter to the organisation: what was asked, what comes out, the
// clause, what there is and what is asked for, and what can be done.
func (d Decision) Letter(organisation string) string {
	x := d.texts
	p := []string{
		organisation + "：",
		fmt.Sprintf("你单位申报《%s》%s“%s”的审核情况如下。", x.policy, x.clause, x.item),
		"一、审核结论：" + d.verdict() + "。",
	}
	if x.law != "" {
		p = append(p, "二、政策依据："+x.clause+"“"+x.law+"”")
	}
	p = append(p, "三、审核情况："+d.findings())
	if advice := cmp.Or(x.advice, "无。"); d.Outcome != OutcomeExact || x.advice != "" {
		p = append(p, "四、可以办理的事项："+advice)
	}
	for _, w := range d.Warnings {
		p = append(p, "说明："+w+"。")
	}
	return strings.Join(p, "\n")
}

// findings lists the checks: the failed one alone when there is one, else those of the item and the sum.
func (d Decision) findings() string {
	if s := d.Failed(); s != nil {
		return fmt.Sprintf("要求“%s”（%s），现为“%s”，不符合。", s.Need, s.Clause, s.Have)
	}
	var all []string
	for _, s := range d.Steps {
		all = append(all, fmt.Sprintf("%s（要求“%s”，%s）", s.Have, s.Need, s.Clause))
	}
	return strings.Join(all, "；") + "。"
}

package policy

import (
	"cmp"
	"fmt"
	"strings"
)

// explanation is the words for a decision. They are not stored: Book.Explain finds them again.
type explanation struct {
	policy, item, short, clause string
	text, advice, documents     string
	law                         string // the clause that decided and its text
	missing                     []string
}

// Explain gives a decision that was read back from its JSON the words for Line and Letter.
func (b *Book) Explain(d Decision) Decision {
	reason, _ := b.Reason(d.Reason)
	d.texts = explanation{policy: b.Title, text: reason.Text, advice: reason.Advice}
	if i, ok := b.items[d.Item]; ok {
		d.texts.item, d.texts.short, d.texts.clause = i.Name, cmp.Or(i.Short, i.Name), i.Clause
		d.texts.law = i.Clause + "规定，" + i.Text
		d.texts.documents = strings.Join(i.Amount.Documents, "、")
	}
	if law, general := b.Clauses[d.Clause]; general {
		d.texts.law = d.Clause + "规定，" + law
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
	if s := d.Failed(); s != nil && !strings.Contains(x.text, s.Have) {
		return x.text + "，要求" + s.Need + "，现为" + tight(s.Have)
	}
	return x.text
}

// Successes that need no words beside the amount.
var plainReasons = map[string]bool{"OK": true, "TOTAL": true}

// conclusions open the conclusion of a letter.
var conclusions = map[string]string{
	OutcomeExact: "符合条件，核定金额 ", OutcomeCeiling: "符合条件，", OutcomeNone: "不予奖补，",
}

// Letter is the decision as paragraphs of a formal letter to the organisation: what was asked, what comes out, the
// clause, what there is and what is asked for, and what can be done.
func (d Decision) Letter(organisation string) string {
	x := d.texts
	advice := x.advice
	if d.Outcome == OutcomeNone {
		advice += "对以上结论有异议的，可以申请复核。"
	}
	p := []string{
		organisation + "：",
		fmt.Sprintf("你单位申报《%s》%s%s的审核情况如下。", x.policy, x.clause, quoted(x.item)),
		"一、审核结论：" + conclusions[d.Outcome] + d.verdict() + "。",
		"二、政策依据：" + strings.TrimSuffix(x.law, "。") + "。",
		"三、审核情况：" + d.findings(),
	}
	if advice != "" {
		p = append(p, "四、可以办理的事项："+advice)
	}
	for _, w := range d.Warnings {
		p = append(p, "说明："+w+"。")
	}
	return strings.Join(p, "\n　　")
}

// tight drops the spaces that set numbers off in tables: sentences are written without.
func tight(s string) string { return strings.ReplaceAll(s, " ", "") }

// quoted sets words in quotation marks, and quotation marks within them in single ones.
func quoted(s string) string {
	return "“" + strings.NewReplacer("“", "‘", "”", "’").Replace(s) + "”"
}

// findings says what was found: the check that failed or could not be made, else the item's own checks and the sum.
func (d Decision) findings() string {
	switch s := d.Failed(); {
	case s != nil && d.Outcome == OutcomeNeedsData:
		return fmt.Sprintf("要求%s（%s），所需资料尚未提供。", quoted(s.Need), s.Clause)
	case s != nil:
		return fmt.Sprintf("要求%s（%s），现为%s，不符合。", quoted(s.Need), s.Clause, quoted(tight(s.Have)))
	}
	found := []string{"适用范围、有效期等一般条件均符合"}
	for _, s := range d.Steps {
		if !strings.HasPrefix(s.Clause, "五") {
			found = append(found, fmt.Sprintf("%s（要求%s，%s）", tight(s.Have), quoted(s.Need), s.Clause))
		}
	}
	return strings.Join(found, "；") + "。"
}

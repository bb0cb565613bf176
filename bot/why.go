package bot

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"duixian/models"
	"duixian/policy"
)

var why = &Command{
	Name:    "为什么",
	Aliases: []string{"为啥没选上", "凭什么", "为啥", "为什么没有", "为什么没通过", "什么原因"},
	Params:  []Param{{Name: "事项", Also: []string{"项目", "item"}}},
	Example: "为什么 1",
	Summary: "某一项为什么是这个结果、最早什么时候能成",
	Roles:   firms,
	Private: true,
	Run:     runWhy,
}

// runWhy explains one claim by the law: clause, what is asked for, what there is, word for word, and the earliest day.
func runWhy(_ context.Context, r *Request) (Reply, error) {
	d, list, err := r.firm()
	if err != nil {
		return Reply{}, err
	}
	waiting, err := r.hiring(list)
	if err != nil {
		return Reply{}, err
	}
	typed := r.Args["事项"]
	if aboutStars(typed) {
		return r.explainStars()
	}
	if typed == "" && strings.Contains(r.From.Text, "选上") { // 为啥没选上
		if own, ok, err := r.whySelection(typed); ok || err != nil {
			return own, err
		}
	}
	chosen := r.asked(list, typed)
	switch {
	case len(chosen) == 1:
		return r.explain(d, chosen[0])
	case len(waiting) > 0 && (aboutRecruits(typed) || typed == "" && len(chosen) == 0):
		return r.explainHiring(d, waiting[len(waiting)-1])
	case len(chosen) > 1:
		return r.whichClaim(list, chosen), nil
	case aboutRecruits(typed):
		return Reply{Text: r.noRecruits(), Outcome: Asked}, nil
	}
	if own, ok, err := r.whySelection(typed); ok || err != nil {
		return own, err
	}
	if typed != "" {
		return Reply{Text: r.noClaim(typed), Next: []string{"进度"}, Outcome: Asked}, nil
	}
	lines := append([]string{"目前没有未通过或暂缓的申报。"}, r.warnings(d)...)
	return Reply{Text: strings.Join(lines, "\n"), Next: []string{"进度", "到账"}}, nil
}

// asked lists the claims that were meant: by number as in 进度, by a part of the name; without a name those that
// somebody may ask about.
func (r *Request) asked(list []claim, typed string) []claim {
	if n, err := strconv.Atoi(strings.Trim(typed, "第项")); err == nil && n >= 1 && n <= len(list) {
		return list[n-1 : n]
	}
	part := phraseOf(typed).key
	var found []claim
	for _, c := range list {
		if typed == "" && (c.State == models.ClaimRejected || c.State == models.ClaimHeld || c.State == models.ClaimNeedsData || c.State == models.ClaimNeedsDecision || hasHeld(c.parts)) ||
			typed != "" && strings.Contains(string(phraseOf(c.name()+c.item.Name).key), string(part)) {
			found = append(found, c)
		}
	}
	return found
}

// aboutRecruits reports whether the yearly reward for recruits is meant, which has no claim before it is looked at.
func aboutRecruits(typed string) bool {
	return slices.Contains([]string{"引才", "引才人数", "引才奖励", "市场引才", "市场引才奖励", "人数"}, typed)
}

// whichClaim asks for one of several claims.
func (r *Request) whichClaim(list, chosen []claim) Reply {
	reply := Reply{Text: "您想问哪一项？", Outcome: Asked}
	for _, c := range chosen[:min(len(chosen), 6)] {
		no := 1 + slices.IndexFunc(list, func(o claim) bool { return o.ID == c.ID })
		reply.Text += fmt.Sprintf("\n- %d. %s", no, c.name())
		reply.Next = append(reply.Next, fmt.Sprintf("为什么 %d", no))
	}
	return reply
}

// noClaim says that a firm has no such claim, with the item that the policy knows under the name.
func (r *Request) noClaim(typed string) string {
	part := string(phraseOf(typed).key)
	for _, item := range r.Bot.Book.Items {
		if strings.Contains(string(phraseOf(item.Short+item.Name).key), part) {
			if len(item.Amount.Documents) > 0 {
				return fmt.Sprintf("“%s”按%s执行，请向相应主管部门申请。", item.Short, strings.Join(item.Amount.Documents, "、"))
			}
			return fmt.Sprintf("没有“%s”的申报。相关资料登记后自动审核；如果您认为应当有，请把材料（%s等）交给市人社局经办人。", item.Short, item.Evidence[0])
		}
	}
	return fmt.Sprintf("您的申报里没有“%s”。发送“进度”看有哪些。", plain(typed))
}

func (r *Request) explain(d *models.Dossier, c claim) (Reply, error) {
	now, then, err := r.status(d, c)
	if err != nil {
		return Reply{}, err
	}
	if c.Reason == "LT_20" {
		now = "未通过，" + r.Bot.reasonText(c.Reason) + "。" // the numbers follow
	}
	grounds, err := r.grounds(d, c)
	if err != nil {
		return Reply{}, err
	}
	lines := append([]string{"**" + c.name() + "**", now}, append(grounds, r.capOrder(d, c))...)
	next := []string{"进度"}
	if c.award == nil {
		lines = append(lines, c.label(then))
	} else {
		for _, p := range c.parts {
			if p.State == models.Held {
				lines = append(lines, r.heldPart(d, p)...)
			}
		}
		next = append(next, "到账")
	}
	if c.award == nil {
		for _, w := range c.answer.Warnings {
			if w += "。"; w == neverRated && r.unrated(d) == "" {
				w = "上一年度末" + w // the stars of this year count from the next on
			}
			lines = append(lines, w)
		}
	}
	if c.Item == models.RecruitItem {
		next = append(next, "引才人数")
	}
	return Reply{Text: strings.Join(without(lines, ""), "\n"), Next: next}, nil
}

// grounds are the check that decided, or the sum: clause, phrase, what is asked for and what there is.
func (r *Request) grounds(d *models.Dossier, c claim) ([]string, error) {
	if law := r.Bot.holdLaw(c.Reason); c.State == models.ClaimHeld && law != "" {
		return []string{law}, nil
	}
	if len(c.answer.Steps) == 0 {
		return nil, nil
	}
	if c.Item == models.RecruitItem && c.answer.Outcome == policy.OutcomeNeedsData {
		h, err := r.headcount(c.OrgID, c.year(), &c)
		return r.monthsGround(h), err
	}
	step := c.answer.Steps[len(c.answer.Steps)-1]
	lines := []string{"依据：" + step.Clause + quote(step.Phrase)}
	have := tight(step.Have)
	switch {
	case step.OK && (strings.Contains(have, "×") || step.Code == policy.BestTopUp):
		return append(lines, "计算："+have), nil
	case step.OK && c.answer.Outcome != policy.OutcomeNeedsData:
		return lines, nil
	case c.answer.Outcome == policy.OutcomeNeedsData:
		return lines, nil // the first line says what is missing
	case step.Code == "NO_STAR_PREV_YEAR":
		if rated := d.PreviousRating(readingOf(step), c.OpenedOn); rated != nil {
			have = noStarIn(*rated)
		}
	}
	if step.Need != step.Phrase {
		lines = append(lines, "要求："+step.Need)
	}
	lines = append(lines, "现为："+have)
	if read := r.Bot.Book.ReadUnder(step); read != "" {
		lines = append(lines, "口径："+read)
	}
	return lines, nil
}

// readingOf is the reading of the rating of the year before that a decision was made under.
func readingOf(s policy.Step) string {
	_, reading, _ := strings.Cut(s.Reading, "=")
	return cmp.Or(reading, policy.StarsInForce)
}

// monthsGround explains that months are missing: the law's words about months instead of those about heads.
func (r *Request) monthsGround(h headcount) []string {
	item, err := r.Bot.Book.Item(models.RecruitItem)
	if err != nil || len(item.Limits) == 0 {
		return nil
	}
	law := item.Limits[0].Values.On(policy.NewDate(h.Year, 12, 31))
	return []string{
		"依据：" + item.Clause + quote(law.Phrase), "要求：每人" + law.Phrase + "，满的人数在" + fmt.Sprint(h.Need) + "人以上",
		fmt.Sprintf("现为：%d人已满，%d人的参保月份没有报来", h.Counted, h.Unknown),
	}
}

// quote sets the law's words in quotation marks, and quotation marks within them in single ones.
func quote(s string) string {
	return "“" + strings.NewReplacer("“", "‘", "”", "’").Replace(s) + "”"
}

// holdLaw is the clause behind a bar, word for word; empty for a hold that no clause of the law asks for.
func (b *Bot) holdLaw(code string) string {
	law := "五（一）"
	switch code {
	case "NO_STAR_PREV_YEAR", "SERIOUS_DISHONESTY_LIST":
		law = "五（二）"
	case "OUTSIDE_URBAN_AREA":
		law = "五（三）"
	case "NO_LICENCE_OR_FILING", "NOT_LEGAL_PERSON", "NOT_NORMAL_OPERATION":
	default:
		return ""
	}
	return "依据：" + law + quote(b.Book.Clauses[law])
}

// heldPart explains an instalment that is held back.
func (r *Request) heldPart(d *models.Dossier, p models.Instalment) []string {
	lines := []string{
		fmt.Sprintf("第%d期 %s，%s起暂缓拨付：%s。", p.No, p.AmountFen.Text(), p.ChangedOn.Text(), r.Bot.reasonText(p.Reason)),
		r.Bot.holdLaw(p.Reason),
	}
	for _, b := range r.bars(d, r.On) {
		if b.code == p.Reason {
			return append(lines, b.why+"。"+b.end, holdNote)
		}
	}
	return append(lines, "这个原因现在已经消除，等两名工作人员办理解除后继续拨付。")
}

// explainHiring explains the people of a year whose reward has not been looked at yet.
func (r *Request) explainHiring(d *models.Dossier, h headcount) (Reply, error) {
	item, err := r.Bot.Book.Item(models.RecruitItem)
	if err != nil {
		return Reply{}, err
	}
	_, phrase := item.Threshold("LT_20", policy.NewDate(h.Year, 12, 31))
	lines := []string{"**" + item.Short + "**" + bracketed(models.HireYearText(h.Year))}
	if h.Missing() > 0 {
		lines = append(lines, fmt.Sprintf("现在是 0.00 元：符合条件%d人，还差%d人。", h.Counted, h.Missing()))
	}
	lines = append(lines, "依据："+item.Clause+quote(item.Text), "要求："+phrase, fmt.Sprintf("现为：%d人", h.Counted))
	lines = append(lines, r.forecast(d, h)...)
	return Reply{Text: strings.Join(lines, "\n"), Next: []string{"引才人数", "进度"}}, nil
}

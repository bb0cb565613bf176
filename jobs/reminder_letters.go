package jobs

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"duixian/models"
	"duixian/notifications"
	"duixian/policy"
)

// reminderLetters writes what is due to the contacts of each organisation.
func (e *Env) reminderLetters(q models.Query, due []dueStep, on policy.Date) ([]notifications.Letter, error) {
	var licensed []int64
	for _, d := range due {
		if d.Kind == policy.Licence {
			licensed = append(licensed, d.OrgID)
		}
	}
	unpaid, err := q.Unpaid(licensed)
	if err != nil {
		return nil, err
	}
	letters := make([]notifications.Letter, 0, len(due))
	for _, d := range due {
		if !d.Within {
			letters = append(letters, notifications.Letter{To: []notifications.To{notifications.Organisation(d.OrgID)}, Message: e.reminder(d, unpaid[d.OrgID], on)})
		}
	}
	return letters, nil
}

// reminder is the message of one step.
func (e *Env) reminder(d dueStep, unpaid models.Sum, on policy.Date) notifications.Message {
	advice, day := notifications.AdviceOf(d.ladder, d.OrgID, d.Step, on), e.Outbox.Hours.LastDayOf(d.On)
	switch d.Kind {
	case policy.Licence:
		return notifications.LicenceEnding{Advice: advice, Filing: d.Filing, End: day, Parts: unpaid.N, Unpaid: unpaid.Amount}
	case policy.AnnualReport:
		return notifications.AnnualReportDue{Advice: advice, Year: d.Year, Due: day}
	case policy.Window:
		return notifications.WindowClosing{Advice: advice, Window: d.Window.Name, Title: d.Window.Title, Closes: day, Lines: e.openLines(d.Claims)}
	case policy.Material:
		return notifications.MaterialWaiting{Advice: advice, OpenLine: e.openLines(d.Claims)[0], Since: d.On, Until: d.Until}
	}
	m := notifications.PolicyEnding{Advice: advice, Last: day, Until: d.Until, Lines: e.openLines(d.Claims)}
	if r := d.Recruit; r != nil {
		m.Recruit = &notifications.RecruitShort{Year: r.Year, Reported: r.Introduced, Counted: r.Counted, Need: r.Need}
	}
	return m
}

func (e *Env) openLines(claims []models.OpenClaim) []notifications.OpenLine {
	lines := make([]notifications.OpenLine, len(claims))
	for i, c := range claims {
		lines[i] = notifications.OpenLine{
			Claim: c.ID, Decision: c.DecisionID, State: c.State, Item: e.itemName(c.Item), Fact: c.FactKey, Amount: c.AmountFen, AtMost: c.Outcome == policy.OutcomeCeiling, Needs: e.needs(c),
		}
	}
	return lines
}

// needs says what an open claim waits for.
func (e *Env) needs(c models.OpenClaim) []string {
	switch c.State {
	case models.ClaimHeld:
		why, do := e.holdText(c.Reason)
		return []string{cmp.Or(do, why)}
	case models.ClaimNeedsDecision:
		if c.Outcome == policy.OutcomeCeiling {
			return []string{"等待工作人员核定金额"}
		}
		return []string{"等待工作人员认定"}
	}
	if len(c.Months) > 0 {
		months := make([]string, len(c.Months))
		for i, m := range c.Months {
			months[i] = m.Text()
		}
		return []string{"引进人员的参保数据（" + strings.Join(months, "、") + "）"}
	}
	names := make([]string, len(c.Missing))
	for i, m := range c.Missing {
		names[i] = e.factName(m)
	}
	return names
}

// deadlineText says a step in one line for officials.
func (e *Env) deadlineText(d dueStep, on policy.Date) string {
	day := e.Outbox.Hours.LastDayOf(d.On).String()
	switch d.Kind {
	case policy.Licence:
		what := "人力资源服务许可"
		if d.Filing {
			what = "人力资源服务备案"
		}
		return what + "有效期至" + day
	case policy.AnnualReport:
		return fmt.Sprintf("%d年度报告公示截止%s", d.Year, day)
	case policy.Window:
		return fmt.Sprintf("%s截止%s，还缺%s", d.Window.Title, day, e.claimsText(d.Claims))
	case policy.Material:
		return fmt.Sprintf("缺%s，自%s起已%d天", e.claimsText(d.Claims), d.On.Text(), d.On.DaysUntil(on))
	}
	text := "政策有效期至" + day
	if len(d.Claims) > 0 {
		text += "，未办结：" + e.claimsText(d.Claims)
	}
	if r := d.Recruit; r != nil {
		text += fmt.Sprintf("，%d年引才还差%d人", r.Year, r.Need-r.Counted)
	}
	return text
}

func (e *Env) claimsText(claims []models.OpenClaim) string {
	parts := make([]string, len(claims))
	for i, c := range claims {
		parts[i] = e.itemName(c.Item) + "（" + strings.Join(e.needs(c), "、") + "）"
	}
	return strings.Join(parts, "；")
}

// openItems sums up by item what organisations have open as the policy ends, in the order of the catalogue.
func (e *Env) openItems(q models.Query, terms models.DeadlineTerms, orgs []int64, on policy.Date) ([]notifications.OpenItem, error) {
	items := map[string]*notifications.OpenItem{}
	for part := range slices.Chunk(orgs, remindersChunk) {
		deadlines, err := q.Deadlines(part, terms, on)
		if err != nil {
			return nil, err
		}
		for _, d := range deadlines {
			if d.Kind != policy.PolicyEnd {
				continue
			}
			seen := map[string]bool{}
			add := func(id string, known policy.Fen) {
				if items[id] == nil {
					items[id] = &notifications.OpenItem{Item: e.itemName(id)}
				}
				if !seen[id] {
					seen[id] = true
					items[id].Orgs++
				}
				items[id].Things++
				items[id].Known += known
			}
			for _, c := range d.Claims {
				add(c.Item, c.AmountFen)
			}
			if d.Recruit != nil {
				add(models.RecruitItem, 0)
			}
		}
	}
	var list []notifications.OpenItem
	for _, item := range e.Book.Items {
		if i := items[item.ID]; i != nil {
			list = append(list, *i)
		}
	}
	return list, nil
}

package jobs

import (
	"cmp"
	"fmt"
	"slices"

	"duixian/models"
	"duixian/policy"
)

// Payments is how the list for the treasury looks.
type Payments struct {
	Columns []string // TITLE=FIELD of sheets.ParseLayout; none = all of our own
	Overdue int      // working days after which an unanswered batch is asked about; 0 = 5
}

// Why an instalment that is due cannot be ordered; none of these touches it.
const (
	payNoAccount      = "NO_ACCOUNT"
	payAccountChanged = "ACCOUNT_CHANGED"
	payEarlierPart    = "EARLIER_PART"
	payNotDue         = "NOT_DUE"
)

// duePart is one instalment that is due, or came back, with where it would be paid and what stands in its way.
type duePart struct {
	part    models.Instalment
	award   models.Award
	org     models.Organisation
	account models.BankAccount
	last    *models.BatchLine // the try before, nil when this is the first
	why     string            // empty = it can be ordered
}

// dueParts lists what could be ordered on a day, those first that were awarded first, or that two people have put first; what a plan on its way asks for already is left out.
func dueParts(q models.Query, env *Env, on policy.Date) ([]duePart, error) {
	asked, err := q.LiveBatchParts()
	if err != nil {
		return nil, err
	}
	var out []duePart
	for _, state := range []models.InstalmentState{models.Due, models.Returned} {
		award, no := int64(0), 0
		for {
			page, err := q.InstalmentsDue(state, on, award, no, instalmentsChunk)
			if err != nil {
				return nil, err
			}
			for _, part := range page {
				award, no = part.AwardID, part.No
				if asked[[2]int64{part.AwardID, int64(part.No)}] || part.AmountFen == 0 {
					continue
				}
				p, err := duePartOf(q, env, part, on)
				if err != nil {
					return nil, err
				}
				out = append(out, p)
			}
			if len(page) == 0 {
				break
			}
		}
	}
	slices.SortFunc(out, func(a, b duePart) int {
		return cmp.Or(cmp.Compare(a.award.ApprovedOn, b.award.ApprovedOn), cmp.Compare(a.award.ID, b.award.ID), cmp.Compare(a.part.No, b.part.No))
	})
	return budgetHolds(q, env, out, on)
}

// attempt is the number of the try that it would be.
func (p duePart) attempt() int {
	if p.last == nil {
		return 1
	}
	return p.last.Attempt + 1
}

// duePartOf asks of one instalment what stands in its way on a day.
func duePartOf(q models.Query, env *Env, part models.Instalment, on policy.Date) (duePart, error) {
	p := duePart{part: part}
	var err error
	if p.award, err = q.Award(part.AwardID); err != nil {
		return p, err
	}
	if p.org, err = q.Organisation(p.award.OrgID); err != nil {
		return p, err
	}
	tries, err := q.BatchLinesOf(part.AwardID)
	if err != nil {
		return p, err
	}
	for _, l := range tries {
		if l.InstalmentNo == part.No {
			p.last = &l
		}
	}
	if p.why = env.yearHold(on); p.why != "" {
		return p, nil
	}
	if part.No > 1 {
		parts, err := q.InstalmentsOf(part.AwardID)
		if err != nil {
			return p, err
		}
		if before := parts[part.No-2].State; before != models.Paid && before != models.Waived {
			p.why = payEarlierPart
			return p, nil
		}
	}
	p.account, err = q.BankAccountOn(p.org.ID, on)
	if models.CodeOf(err) == models.NotFound {
		p.why = payNoAccount
		return p, nil
	}
	if err != nil {
		return p, err
	}
	p.why, err = awardBarred(q, env, p.award, on)
	return p, err
}

// where says to which account a part would go.
func (p duePart) where() string { return "付至" + p.account.Bank + p.account.Mask }

// again says which try it would be and how the one before ended; empty for the first.
func (p duePart) again() string {
	if p.last == nil {
		return ""
	}
	text := fmt.Sprintf("第%d次拨付", p.attempt())
	if p.last.State == models.LineReturned {
		text += "，上次退汇"
		if p.last.Reason != "" {
			text += "：" + p.last.Reason
		}
	}
	if p.last.AccountID == p.account.ID && p.account.ID != 0 {
		text += "（收款账户未变）"
	}
	return text
}

// orderable are those of the dueParts that can be ordered.
func orderable(all []duePart) []duePart {
	return slices.DeleteFunc(slices.Clone(all), func(p duePart) bool { return p.why != "" })
}

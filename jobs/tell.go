package jobs

import (
	"duixian/models"
	"duixian/notifications"
	"duixian/policy"
	"duixian/secret"
)

// What people hear of money: each function writes its notices in the transaction of the change.

// tellChanges tells each organisation what was decided of its claims, and the clerks where an award would be another sum today.
func tellChanges(tx *models.Tx, run *Run, changed []change) error {
	var letters []notifications.Letter
	var shifted []notifications.HigherLine
	for _, c := range changed {
		item, err := run.Book.Item(c.Claim.Item)
		if err != nil {
			return err
		}
		to := []notifications.To{notifications.Organisation(c.Claim.OrgID)}
		if c.Claim.State == models.ClaimAwarded {
			line, err := shift(tx, c, item)
			if err != nil {
				return err
			}
			if line == nil {
				continue
			}
			shifted = append(shifted, *line)
			if line.Now > line.Awarded {
				why, err := run.explain(c.Decision)
				if err != nil {
					return err
				}
				letters = append(letters, notifications.Letter{To: to, Message: notifications.HigherDecision{
					Claim: c.Claim.ID, Decision: c.Decision.ID, Item: item.Name, Awarded: line.Awarded, Now: line.Now, Why: why, Clause: c.Decision.Clause, On: c.Decision.OnDay,
				}})
			}
			continue
		}
		if c.Claim.State == models.ClaimHeld {
			letters = append(letters, notifications.Letter{To: to, Message: run.heldMessage(c.Claim, c.Decision)})
			continue
		}
		reopened, err := reopenedAmount(tx, c, item)
		if err != nil {
			return err
		}
		if reopened != nil {
			letters = append(letters, notifications.Letter{To: []notifications.To{notifications.Role(models.Clerk)}, Message: *reopened})
		}
		m, err := decidedMessage(run.Env, c, item)
		if err != nil {
			return err
		}
		if m != nil {
			letters = append(letters, notifications.Letter{To: to, Message: m})
		}
	}
	if len(shifted) > 0 {
		letters = append(letters, notifications.Letter{
			To:      []notifications.To{notifications.Role(models.Clerk)},
			Message: notifications.HigherDecisions{Run: run.Row.ID, On: run.Row.BusinessDate, Lines: shifted},
		})
	}
	return run.Outbox.TellAll(tx, run.At(), run.Row.ID, letters)
}

// shift compares an award with the newest decision of its claim; nil when nothing would be different.
func shift(tx *models.Tx, c change, item *policy.Item) (*notifications.HigherLine, error) {
	award, err := tx.AwardOfClaim(c.Claim.ID)
	if err != nil {
		return nil, err
	}
	cases, err := tx.AdjustmentsOf([]int64{c.Claim.OrgID})
	had := award.AmountFen + models.Adjusted(cases, c.Claim.ID)
	if err != nil || had == c.Decision.AmountFen {
		return nil, err
	}
	org, err := tx.Organisation(c.Claim.OrgID)
	return &notifications.HigherLine{Claim: c.Claim.ID, Decision: c.Decision.ID, Org: org.Name, Item: item.Name, Awarded: had, Now: c.Decision.AmountFen}, err
}

// decidedMessage is what an organisation hears of a decision; nil when it needs to hear nothing.
func decidedMessage(env *Env, c change, item *policy.Item) (notifications.Message, error) {
	if c.Was != nil && c.Was.Outcome == c.Decision.Outcome && c.Was.AmountFen == c.Decision.AmountFen && c.Was.Reason == c.Decision.Reason {
		return nil, nil // only facts behind the same answer changed
	}
	answer, err := decisionOf(c.Decision)
	if err != nil {
		return nil, err
	}
	answer = env.Book.Explain(answer)
	if c.Decision.Outcome == policy.OutcomeNeedsData {
		names := make([]string, len(answer.Missing))
		for i, m := range answer.Missing {
			names[i] = env.factName(m)
		}
		return notifications.NeedsData{Claim: c.Claim.ID, Decision: c.Decision.ID, Item: item.Name, Material: names, On: c.Decision.OnDay}, nil
	}
	never := false
	for _, s := range answer.Steps {
		never = never || s.Code == "NO_STAR_PREV_YEAR" && s.OK && len(answer.Warnings) > 0
	}
	return notifications.ClaimDecided{
		Claim: c.Claim.ID, Decision: c.Decision.ID, Item: item.Name, Fact: c.Claim.FactKey, Outcome: c.Decision.Outcome, Amount: c.Decision.AmountFen,
		Why: answer.Line(), Clause: c.Decision.Clause, NeverRated: never, On: c.Decision.OnDay,
	}, nil
}

// factName is what people call a fact.
func (e *Env) factName(name string) string {
	if f, ok := e.Book.Facts[name]; ok && f.Name != "" {
		return f.Name
	}
	return name
}

func (e *Env) itemName(id string) string {
	if item, err := e.Book.Item(id); err == nil {
		return item.Name
	}
	return id
}

// tellInstalment tells an organisation that a stage may be paid, waits, or waits no longer.
func tellInstalment(tx *models.Tx, run *Run, award models.Award, was models.InstalmentState, p models.Instalment) error {
	parts, err := tx.InstalmentsOf(award.ID)
	if err != nil {
		return err
	}
	var m notifications.Message
	switch {
	case p.State == models.Held:
		why, do := run.holdText(p.Reason)
		m = notifications.InstalmentHeld{
			Award: award.ID, No: p.No, Of: len(parts), Item: run.itemName(award.Item), Amount: p.AmountFen, Why: why, Do: do, Clause: award.Clause, On: p.ChangedOn,
		}
	case was == models.Held:
		m = notifications.HoldLifted{Award: award.ID, No: p.No, Of: len(parts), Item: run.itemName(award.Item), Amount: p.AmountFen, On: p.ChangedOn}
	default:
		m = notifications.InstalmentDue{Award: award.ID, No: p.No, Of: len(parts), Item: run.itemName(award.Item), Amount: p.AmountFen, Due: p.DueOn}
	}
	return run.Outbox.Tell(tx, run.At(), run.Row.ID, m, notifications.Organisation(award.OrgID))
}

func tellAward(tx *models.Tx, run *Run, a models.Award, parts []models.Instalment) error {
	m := notifications.AwardConfirmed{Award: a.ID, Item: run.itemName(a.Item), Clause: a.Clause, Amount: a.AmountFen, Approved: a.ApprovedOn}
	for _, p := range parts {
		m.Parts = append(m.Parts, notifications.AwardPart{No: p.No, Amount: p.AmountFen, Due: p.DueOn})
	}
	return run.Outbox.Tell(tx, run.At(), run.Row.ID, m, notifications.Organisation(a.OrgID))
}

// tellSubmitted tells every approver but the maker that a plan waits, with the code that names it.
func (e *Env) tellSubmitted(tx *models.Tx, now policy.Instant, p models.Plan, a models.Approval, maker models.Member, code string) error {
	m := notifications.PlanWaiting{
		Approval: a.ID, Plan: p.ID, Title: p.Title, Maker: maker.Name, Lines: p.LineCount, Total: p.TotalFen, Hash: p.Hash, Expires: a.ExpiresOn, On: now.Date(), Code: secret.Text(code),
	}
	return e.Outbox.Tell(tx, now, 0, m, notifications.Role(models.Approver).Except(maker.ID))
}

// remind tells the approvers on a new morning that a plan still waits. The code was sent when it was submitted and is not repeated.
func (e *Env) remind(tx *models.Tx, now policy.Instant, run int64, a models.Approval) error {
	p, err := tx.Plan(a.PlanID)
	if err != nil {
		return err
	}
	maker, err := tx.Member(a.MakerID)
	if err != nil {
		return err
	}
	m := notifications.PlanWaiting{
		Approval: a.ID, Plan: p.ID, Title: p.Title, Maker: maker.Name, Lines: p.LineCount, Total: p.TotalFen, Hash: p.Hash, Expires: a.ExpiresOn, On: now.Date(), Reminder: true,
	}
	return e.Outbox.Tell(tx, now, run, m, notifications.Role(models.Approver).Except(maker.ID))
}

// tellHeld tells an organisation that its claim is right but waits, and for what.
func tellHeld(tx *models.Tx, run *Run, c models.Claim, d models.Decision) error {
	return run.Outbox.Tell(tx, run.At(), run.Row.ID, run.heldMessage(c, d), notifications.Organisation(c.OrgID))
}

func (e *Env) heldMessage(c models.Claim, d models.Decision) notifications.ClaimHeld {
	why, do := e.holdText(c.Reason)
	return notifications.ClaimHeld{Claim: c.ID, Decision: d.ID, Item: e.itemName(c.Item), Amount: d.AmountFen, Why: why, Do: do, Clause: d.Clause, On: c.ChangedOn}
}

// holdText says why something waits and what can be done, in words for people.
func (e *Env) holdText(reason string) (why, do string) {
	if r, ok := e.Book.Reasons[reason]; ok {
		return r.Text, r.Advice
	}
	if t, ok := holdTexts[reason]; ok {
		return t[0], t[1]
	}
	r, _ := e.Book.Reason(reason)
	return r.Text, r.Advice
}

// holdTexts are the reasons of a hold that are not reasons of the rules.
var holdTexts = map[string][2]string{
	heldLegalReview:     {"该事项须先完成合法性审查和公平竞争审查", "由主管部门办理，完成后自动继续"},
	heldExclusive:       {"同年已核定诚信示范机构奖励，与骨干企业奖励不重复享受", "由主管部门研究后告知"},
	"CAP":               {"年度补助额度已用完", ""},
	"OVER_QUOTA":        {"本轮名额已满", ""},
	"EXCLUSIVE":         {"同一集团、单位或项目的该项奖励已经核定，只享受一次", ""},
	"DUPLICATE_PERSON":  {"名单中有人已计入另一项引才奖励，一人只计一次", "系统将按最新资料重新审核"},
	"ALREADY_AWARDED":   {"该申报已经核定", ""},
	"DECISION_CHANGED":  {"送审后有新资料，审核结论已变化", "系统将按最新结论重新提请"},
	"CLAIM_MOVED":       {"送审后申报状态已变化", ""},
	heldObjection:       {"公示期间有异议，正在核实", "核实后自动继续办理，或另行告知结果"},
	notPublicised:       {"按规定须先公示", "公示期满且无异议后自动继续"},
	"NOT_HELD":          {"该期已不在暂缓状态", ""},
	payNoAccount:        {"没有经批准的收款账户", "请向经办人提供开户信息，账户经两人核准后继续拨付"},
	payAccountChanged:   {"收款账户在送审后有变更", "由主管部门核对新账户后继续拨付"},
	payEarlierPart:      {"前一期尚未到账", "前一期到账后继续拨付"},
	payNotDue:           {"该期已不在待拨付状态", ""},
	"BANK_RETURNED":     {"银行退回，请核对收款账户", "请向经办人提供正确的开户信息"},
	yearClosed:          {"当年的列支已截止（budget.closing）", "次年1月1日以后自动列入下一批"},
	yearUnknown:         {"当年放假安排尚未收录，列支截止日暂定，不能确定还可不可以列支", "请更新工作日历（calendar_file）后再试"},
	models.BudgetReason: {"当年预算指标不足，整笔等待", "指标下达后自动列入下一批"},
	amountStale:         {"送审后申报的资料或结论已变化，这一项没有核定", "请按最新结论重新核定"},
	setOff:              {"冲抵应追回的款项", ""},
}

// tellOutcome tells the maker what became of a plan.
func (e *Env) tellOutcome(tx *models.Tx, now policy.Instant, run int64, p models.Plan, a models.Approval, checker string) error {
	m := notifications.PlanOutcome{
		Approval: a.ID, Plan: p.ID, Title: p.Title, State: string(a.State), Checker: checker, Reason: a.Reason, Lines: p.LineCount, Total: p.TotalFen, On: now.Date(),
	}
	return e.Outbox.Tell(tx, now, run, m, notifications.Member(a.MakerID))
}

// tellEnd wakes the operators, and the clerks and approvers in a house without one, when a run has ended without doing its work. Who asked by hand and was
// refused has the answer already; who was answered with the number only hears now how it ended.
func (e *Env) tellEnd(tx *models.Tx, j Job, row models.Run, end models.Ending) error {
	asker, err := e.keepPromise(tx, j, row, end)
	if err != nil {
		return err
	}
	answered := row.Cause == models.ByHand && end.Code == string(models.Invalid) || row.TurnedDown(models.Code(end.Code))
	if end.State == models.RunSucceeded || answered {
		return nil
	}
	if end.Code == heldCode {
		v, err := tx.Volume(row.ID)
		if err != nil {
			return err
		}
		return e.tellHeldRun(tx, j, v, end.At, false)
	}
	return e.Outbox.Tell(tx, end.At, row.ID, notifications.RunFailed{
		Run: row.ID, Epoch: row.Epoch, Job: row.Job, Title: j.Title, State: string(end.State), Business: row.BusinessDate, Done: row.DoneItems, Total: row.TotalItems,
		Code: end.Code, Error: models.FirstLine(end.Text), On: end.At.Date(),
	}, notifications.Role(models.Operator).Else(models.Clerk, models.Approver).Except(asker))
}

// keepPromise tells whoever asked for a run and was answered with its number how it ended, in the transaction in which it ends, and returns who was told; 0 = nobody.
// What is held for a person, and what the job tells the clerks itself, is told once and not here.
func (e *Env) keepPromise(tx *models.Tx, j Job, row models.Run, end models.Ending) (asker int64, err error) {
	if row.Cause != models.ByHand || row.Actor == models.System.Member || end.Code == heldCode {
		return 0, nil
	}
	if row, err = tx.Run(row.ID); err != nil || !row.Promised {
		return 0, err
	}
	m, err := tx.MemberByCode(row.Actor)
	if err != nil {
		return 0, err
	}
	if j.Tells && end.State == models.RunSucceeded {
		if clerk, err := hasRole(tx.Query, row.Actor, []models.Role{models.Clerk}); err != nil || clerk {
			return 0, err
		}
	}
	row.State, row.ErrorText = end.State, end.Text // what is being written, also where the row says it already
	return m.ID, e.Outbox.Tell(tx, end.At, row.ID, notifications.RunEnded{
		Run: row.ID, Epoch: row.Epoch, Title: j.Title, State: string(end.State), Business: row.BusinessDate, Result: row.OutcomeText(), On: end.At.Date(),
	}, notifications.Member(m.ID))
}

// tellHeldRun tells clerks and operators that a run waits for them: at once, and as a reminder on later mornings.
func (e *Env) tellHeldRun(tx *models.Tx, j Job, v models.Volume, now policy.Instant, reminder bool) error {
	m := notifications.RunHeld{
		Run: v.RunID, Title: j.Title, Business: v.BusinessDate, Items: v.Items, Total: v.Fen, Why: v.Why, Pays: j.Pays, Reminder: reminder, On: now.Date(),
	}
	return e.Outbox.Tell(tx, now, v.RunID, m, notifications.Role(models.Clerk), notifications.Role(models.Operator))
}

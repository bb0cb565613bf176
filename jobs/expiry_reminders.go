package jobs

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"duixian/models"
	"duixian/notifications"
	"duixian/policy"
)

const remindersName, remindersTitle = "expiry-reminders", "到期提醒"

// expiryReminders walks the ladders of policy/reminders/ladders.yaml: what ends, closes or waits is said on its steps, until it is done. It
// works on working days only, because a step on a day without work was said on the working day before. What it told it keeps, so that no
// step is told twice, and after a pause only the nearest one is.
var expiryReminders = Job{
	Name: remindersName, Title: remindersTitle, Summary: "许可备案、年度报告、申报截止、缺少材料和政策到期，按提醒阶梯在工作日早上提醒还没有办的机构",
	Schedule: "30 5 * * *", Workdays: true, CatchUp: CatchUp{Policy: Coalesce}, After: []string{DropJob, claimsName}, Timeout: 30 * time.Minute,
	Roles: []models.Role{models.Clerk, models.Approver, models.Operator},
	Plan:  planReminders, Run: runReminders,
}

const remindersChunk = 100 // organisations a transaction

// remindersEnd is the cursor behind the last organisation: the clerks have their summary.
const remindersEnd = "end"

func runReminders(ctx context.Context, run *Run) error {
	on := run.Row.BusinessDate
	if !run.Outbox.Hours.Workday(on) {
		run.Summarise(reminderSummary{Notes: run.reminderNotes(on)})
		return nil
	}
	q := run.Store.Read(ctx)
	terms := models.DeadlineTermsOf(run.Reminders, run.Book, run.Effective)
	if run.Cursor() != remindersEnd {
		orgs, err := run.mayBeDue(q, terms, on)
		if err != nil {
			return err
		}
		if err := remindInChunks(ctx, run, terms, orgs); err != nil {
			return err
		}
	}
	counts, err := q.ReminderCounts(run.Row.ID)
	if err != nil {
		return err
	}
	s := reminderSummary{Told: map[string]map[string]int{}, Notes: run.reminderNotes(on)}
	for _, c := range counts {
		if s.Told[c.Kind] == nil {
			s.Told[c.Kind] = map[string]int{}
		}
		s.Told[c.Kind][stepName(terms.Ladder(c.Kind), c.Step)] = c.N
	}
	run.Summarise(s)
	return nil
}

// remindInChunks tells organisations what is due, in the order of their ids and from the cursor on, and at the end the clerks.
func remindInChunks(ctx context.Context, run *Run, terms models.DeadlineTerms, orgs []int64) error {
	after, err := cursorID(run.Cursor())
	if err != nil {
		return err
	}
	i, _ := slices.BinarySearch(orgs, after+1)
	for part := range slices.Chunk(orgs[i:], remindersChunk) {
		err := run.Chunk(ctx, strconv.FormatInt(part[len(part)-1], 10), len(part), func(tx *models.Tx) error { return remindOrgs(tx, run, terms, part) })
		if err != nil {
			return err
		}
	}
	if len(orgs) == 0 || terms.Last == 0 {
		return nil
	}
	return run.Chunk(ctx, remindersEnd, 0, func(tx *models.Tx) error { return summariseEnding(tx, run, terms) })
}

// remindOrgs looks once more, in the transaction, at what is due of some organisations, tells it and keeps that it did.
func remindOrgs(tx *models.Tx, run *Run, terms models.DeadlineTerms, orgs []int64) error {
	due, err := run.due(tx.Query, terms, orgs, run.Row.BusinessDate)
	if err != nil {
		return err
	}
	rows := make([]models.Reminder, len(due))
	for i, d := range due {
		rows[i] = models.Reminder{Kind: d.Kind, OrgID: d.OrgID, Thing: d.Thing, AnchorOn: d.On, Step: d.Step, ToldOn: run.Row.BusinessDate, RunID: run.Row.ID}
		if d.Within {
			rows[i].RunID = 0 // not a message of its own
		}
	}
	if err := tx.AddReminders(rows); err != nil {
		return err
	}
	letters, err := run.reminderLetters(tx.Query, due, run.Row.BusinessDate)
	if err != nil {
		return err
	}
	return run.Outbox.TellAll(tx, run.At(), run.Row.ID, letters)
}

// summariseEnding tells the clerks what this run told organisations of the end of the policy.
func summariseEnding(tx *models.Tx, run *Run, terms models.DeadlineTerms) error {
	told, err := tx.RemindersAbout(policy.PolicyEnd, terms.Last, terms.Last)
	if err != nil {
		return err
	}
	var orgs []int64
	step := 0
	for _, r := range told {
		if r.RunID == run.Row.ID {
			orgs, step = append(orgs, r.OrgID), r.Step
		}
	}
	if len(orgs) == 0 {
		return nil
	}
	slices.Sort(orgs)
	m := notifications.PolicyEndingSummary{
		Last: run.Outbox.Hours.LastDayOf(terms.Last), Until: terms.Tail, Step: step, On: run.Row.BusinessDate, Orgs: len(orgs),
	}
	if m.Lines, err = run.openItems(tx.Query, terms, orgs, run.Row.BusinessDate); err != nil {
		return err
	}
	return run.Outbox.Tell(tx, run.At(), run.Row.ID, m, notifications.Role(models.Clerk))
}

// reminderSummary is what a run leaves in its record: how often which step of which ladder was told.
type reminderSummary struct {
	Told  map[string]map[string]int `json:"told,omitempty"`
	Notes []string                  `json:"notes,omitempty"`
}

// stepName says a step in words: 到期前30天.
func stepName(l policy.Ladder, step int) string {
	switch {
	case l.After != nil:
		return fmt.Sprintf("满%d天", step)
	case step == policy.Missed:
		return "已过期"
	}
	return fmt.Sprintf("前%d天", step)
}

// reminderNotes says what a run leaves out.
func (e *Env) reminderNotes(on policy.Date) (notes []string) {
	if !e.Outbox.Hours.Workday(on) {
		notes = append(notes, on.Text()+"不是工作日，不发提醒；落在非工作日的提醒已提前到此前的工作日")
	}
	if e.Calendar.Assumed(on) {
		notes = append(notes, fmt.Sprintf("%d年的放假安排尚未收录，提醒日按周一至周五暂定", on.Year()))
	}
	if e.Effective == 0 {
		notes = append(notes, "尚未配置政策施行日（policy.effective_from），没有提醒政策到期")
	}
	return notes
}

// planReminders shows who would be told what today, and why.
func planReminders(ctx context.Context, env *Env, on policy.Date, _ models.Params) (models.Report, error) {
	r := models.Report{Job: remindersName, Title: remindersTitle, On: on, Notes: env.reminderNotes(on)}
	if !env.Outbox.Hours.Workday(on) {
		return r, nil
	}
	q := env.Store.Read(ctx)
	terms := models.DeadlineTermsOf(env.Reminders, env.Book, env.Effective)
	orgs, err := env.mayBeDue(q, terms, on)
	if err != nil {
		return r, err
	}
	for part := range slices.Chunk(orgs, remindersChunk) {
		due, err := env.due(q, terms, part, on)
		if err != nil {
			return r, err
		}
		names, err := q.Organisations(part...)
		if err != nil {
			return r, err
		}
		contacts, err := q.ContactsOfAll(part)
		if err != nil {
			return r, err
		}
		for _, d := range due {
			if d.Within {
				continue
			}
			line := models.ReportLine{
				Who: names[d.OrgID].Name, Clause: d.ladder.Clause, What: env.deadlineText(d, on), Why: "否则：" + d.ladder.Lost + "（" + d.ladder.Clause + "）",
				Change: stepName(d.ladder, d.Step),
			}
			if len(contacts[d.OrgID]) == 0 {
				line.Change += "，没有联系人"
			}
			for _, c := range d.Claims {
				line.Amount += c.AmountFen
			}
			if len(d.Claims) == 1 {
				line.Item, line.Claim = d.Claims[0].Item, d.Claims[0].ID
			}
			r.Lines, r.Total = append(r.Lines, line), r.Total+line.Amount
		}
	}
	return r, nil
}

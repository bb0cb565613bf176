package jobs

import (
	"context"
	"errors"
	"time"

	"duixian/models"
	"duixian/notifications"
)

const (
	morningReportName = "morning-report"
	rare              = 14 * 24 * time.Hour // between two slots of a job that is worth announcing
)

// morningReport tells the officials every working morning what the night did, what it did not do, and what waits on whom.
// It also comes when all is well: one that stays away is the sign that something is not. A morning that was missed is made
// up for until noon; later it would only repeat what the next morning says anyway, because that one begins where the last
// one ended. Who cannot wait asks for 今日情况.
var morningReport = Job{
	Name: morningReportName, Title: "工作日早报", Summary: "每个工作日早上告诉工作人员夜里办了什么、没办什么、在等谁办",
	Schedule: "30 8 * * *", Workdays: true, CatchUp: CatchUp{Policy: Coalesce, Horizon: 3*time.Hour + 30*time.Minute}, Timeout: 10 * time.Minute,
	Roles: reportRoles, Run: runMorningReport,
}

// reportRoles work with what the night does.
var reportRoles = []models.Role{models.Clerk, models.Approver, models.Operator}

func runMorningReport(ctx context.Context, run *Run) error {
	if run.Cursor() != "" { // the owner before died after its only step
		done := map[string]int{}
		err := run.Tallied(&done)
		run.Summarise(done)
		return err
	}
	now := run.clock()
	told := 0
	err := run.Chunk(ctx, "told", 1, func(tx *models.Tx) error {
		_, from, err := tx.Reported()
		if err != nil {
			return err
		}
		if from == 0 || from > now {
			from = run.lastMorning(now)
		}
		s, err := run.situation(tx.Query, from, now)
		if err != nil {
			return err
		}
		to, err := reportReaders(tx.Query)
		if err != nil {
			return err
		}
		told = len(to)
		if err := run.Outbox.Tell(tx, run.At(), run.Row.ID, notifications.MorningReport{Run: run.Row.ID, Situation: s}, to...); err != nil {
			return err
		}
		if err := run.tellBudgets(tx, run.Row.BusinessDate); err != nil { // a new year's money bears what the last one left
			return err
		}
		return errors.Join(tx.SetReported(from, now), run.Tally(tx, map[string]int{"told": told}))
	})
	run.Summarise(map[string]int{"told": told})
	return err
}

// reportReaders are the officials who have one of the roles, each human being once, whatever roles and accounts.
func reportReaders(q models.Query) ([]notifications.To, error) {
	var to []notifications.To
	accounts, people := map[int64]bool{}, map[string]bool{}
	for _, role := range reportRoles {
		members, err := q.MembersWithRole(role)
		if err != nil {
			return nil, err
		}
		for _, m := range members {
			if !accounts[m.ID] && (m.PersonMAC == "" || !people[m.PersonMAC]) {
				to = append(to, notifications.Member(m.ID))
			}
			accounts[m.ID], people[m.PersonMAC] = true, true
		}
	}
	if len(to) == 0 {
		to = append(to, notifications.Role(models.Operator)) // leaves a dead notice for people to see
	}
	return to, nil
}

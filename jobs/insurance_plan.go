package jobs

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"duixian/models"
	"duixian/policy"
)

// planInsurance says what tonight's check would find: of which agencies and years how many reach the months, fall out or are one
// month away. Recruits are named by number: names and identity numbers stay where they are.
func planInsurance(ctx context.Context, env *Env, on policy.Date, params models.Params) (models.Report, error) {
	report := models.Report{Job: insuranceName, Title: insuranceTitle, On: on, Unpriced: true}
	q, reading := env.Store.Read(ctx), env.Book.InsuranceReading(on)
	changes, asked, err := expectedChanges(q, reading, on)
	if err != nil {
		return report, err
	}
	looked := len(asked)
	made, err := q.Meta(readingMeta)
	if err != nil {
		return report, err
	}
	if everybody := made != models.ReadingFingerprint(reading); everybody || params["full"] == "1" {
		for after := int64(0); ; {
			states, err := q.InsuranceStatesAfter(after, fullPassChunk)
			if err != nil {
				return report, err
			}
			if len(states) == 0 {
				break
			}
			after = states[len(states)-1].RootID
			states = slices.DeleteFunc(states, func(s models.InsuranceState) bool { return asked[s.RootID] })
			changes, looked = append(changes, models.RejudgeInsurance(states, reading, on).Changes...), looked+len(states)
		}
		if everybody && made != "" {
			report.Notes = append(report.Notes, "参保月数的口径已经改变，全部引进人员重新核查")
		}
	}
	slices.SortStableFunc(changes, func(a, b models.InsuranceChange) int {
		return cmp.Or(cmp.Compare(a.OrgID, b.OrgID), cmp.Compare(a.HireYear, b.HireYear), cmp.Compare(a.RootID, b.RootID))
	})
	report.Notes = append(report.Notes, fmt.Sprintf("共核查 %d 人，其中 %d 人的状态有变化", looked, len(changes)))
	report.Lines, err = insuranceLines(q, env, changes)
	return report, err
}

// expectedChanges compares all recruits that were asked for with their stored states.
func expectedChanges(q models.Query, reading policy.InsuranceReading, on policy.Date) (changes []models.InsuranceChange, asked map[int64]bool, err error) {
	asked = map[int64]bool{}
	cache := models.NewCoverageCache(on)
	for after := int64(0); ; {
		roots, err := q.Rechecks(on, after, recheckChunk)
		if err != nil || len(roots) == 0 {
			return changes, asked, err
		}
		diff, err := q.CompareInsurance(roots, reading, cache)
		if err != nil {
			return nil, nil, err
		}
		changes = append(changes, diff.Changes...)
		for _, root := range roots {
			asked[root] = true
		}
		after = roots[len(roots)-1]
	}
}

// newsworthy are the stages worth a word, in the order in which they are told. Who merely goes on counting is not.
var newsworthy = []models.InsuranceStage{
	models.StageReached, models.StageFellOut, models.StageOneAway, models.StageNeedsData, models.StageImpossible, models.StageWithdrawn,
}

// insuranceLines makes a line for each agency and year of changes in that order.
func insuranceLines(q models.Query, env *Env, changes []models.InsuranceChange) ([]models.ReportLine, error) {
	item, err := env.Book.Item(recruitItem)
	if err != nil {
		return nil, err
	}
	var lines []models.ReportLine
	for len(changes) > 0 {
		first, n := changes[0], 1
		for n < len(changes) && changes[n].OrgID == first.OrgID && changes[n].HireYear == first.HireYear {
			n++
		}
		why := stagesText(changes[:n])
		changes = changes[n:]
		if why == "" {
			continue
		}
		org, err := q.Organisation(first.OrgID)
		if err != nil {
			return nil, err
		}
		lines = append(lines, models.ReportLine{Who: org.Name, Item: recruitItem, Clause: item.Clause, What: models.HireYearText(first.HireYear), Why: why})
	}
	return lines, nil
}

// yearsText names both years of a recruit's reward, always: of the hire and of the payment.
func stagesText(changes []models.InsuranceChange) string {
	var parts []string
	for _, stage := range newsworthy {
		var roots []string
		n := 0
		for _, c := range changes {
			if c.Became != stage {
				continue
			}
			if n++; n <= 10 {
				roots = append(roots, fmt.Sprintf("#%d", c.RootID))
			}
		}
		if n == 0 {
			continue
		}
		more := ""
		if n > len(roots) {
			more = "等"
		}
		parts = append(parts, fmt.Sprintf("%s %d 人（%s%s）", stage.Text(), n, strings.Join(roots, "、"), more))
	}
	return strings.Join(parts, "；")
}

package jobs

import (
	"context"
	"time"

	"duixian/models"
)

// RedListJob is the name of the job that drafts the red list of 三（四）.
const RedListJob = "redlist"

// redList drafts the red list from ratings, honours and the absence of listings. Its plan is approved by two people and published; a run by itself only
// counts who could be named, so that nobody comes onto a list because a clock struck.
var redList = Job{
	Name: RedListJob, Title: "红榜", Summary: "按星级、诚信荣誉和名单情况起草红榜，两人同意并公示后列入",
	Timeout: 10 * time.Minute, Roles: []models.Role{models.Clerk}, Params: listParams,
	Plan: planRed, Draft: draftRed, Run: func(ctx context.Context, run *Run) error {
		lines, err := redDraftLines(run.Store.Read(ctx), run.Row.BusinessDate)
		run.Summarise(map[string]int{"list_candidates": len(lines)})
		return err
	},
}

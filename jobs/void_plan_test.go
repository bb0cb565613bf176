package jobs_test

import (
	"strings"
	"testing"

	"duixian/jobs"
	"duixian/models"
	"duixian/models/modelstest"
	"duixian/policy"
)

// Two clerks ask for the same document number to be entered, and both plans get their yes. The second contradicts the first and would for ever: it ends
// as not done, its checker and its maker are told why, no run waits for an operator, and a third is refused when it is asked for.
func TestAYesThatCameTooLateEndsThePlan(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := decided(t, s)
		now := moment("2024-03-05", 10, 0)
		ask := func(number string, on policy.Date) (models.Submission, error) {
			draft, err := jobs.LegalReviewDraft(t.Context(), h.env, jobs.LegalReviewDetail{Item: "hq-contribution-rebate", DocumentNo: number, DocumentOn: on}, now.Date())
			if err != nil {
				return models.Submission{}, err
			}
			return h.sim.Runner.SubmitDraft(t.Context(), h.maker, draft, now)
		}
		_, err := ask("示法审0号", now.Date()+1)
		refused(t, err, models.Invalid, "2024年3月6日 在今天之后")
		var subs []models.Submission
		for _, number := range []string{"示法审1号", "示法审2号"} {
			sub, err := ask(number, now.Date())
			if err != nil {
				t.Fatal(err)
			}
			subs = append(subs, sub)
		}
		first, err := h.decide("fh01", subs[0].Code, true, now)
		if err != nil || first.State != string(models.ApprovalExecuted) || first.Problem != "" {
			t.Fatalf("%+v, %v", first, err)
		}
		second, err := h.decide("fh01", subs[1].Code, true, now)
		if err != nil || second.State != string(models.ApprovalSuperseded) || second.Problem != "总部地方综合贡献返还奖励 已经录入过审查文号" {
			t.Fatalf("%+v, %v", second, err)
		}
		if p, err := h.q().Plan(second.PlanID); err != nil || p.State != models.PlanSuperseded {
			t.Errorf("the plan is %s, %v", p.State, err)
		}
		if run, err := h.q().Run(second.RunID); err != nil || run.State != models.RunSucceeded {
			t.Errorf("the run waits for somebody: %+v, %v", run, err)
		}
		_, err = ask("示法审3号", now.Date())
		refused(t, err, models.Conflict, "已经录入过审查文号")
		rows, err := h.q().Notices(models.NoticeFilter{RunID: second.RunID, Kind: "plan-outcome"})
		if err != nil || len(rows) != 1 || !strings.Contains(rows[0].Payload, second.Problem) || !strings.Contains(rows[0].Payload, "superseded") {
			t.Errorf("the maker was told %+v, %v", rows, err)
		}
		h.clean()
	})
}

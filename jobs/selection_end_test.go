package jobs_test

import (
	"testing"

	"duixian/jobs"
	"duixian/models"
	"duixian/models/modelstest"
	"duixian/policy"
)

// The last selections end with the policy where there is time enough for all their steps, and are not opened where there is not.
func TestTheLastSelectionsEndWithThePolicy(t *testing.T) {
	for _, c := range []struct {
		stars   policy.Date
		opened  bool
		refusal string
	}{
		{20280721, true, ""},
		// 15 working days for data, 2 for two people, 7 for the list, and the night after
		{20280801, false, "2028年度骨干企业评选最早2028年9月7日才能确认，晚于政策有效期的最后一天2028年8月31日，不能启动"},
	} {
		modelstest.Each(t, func(t *testing.T, s *models.Store) {
			h := newHouse(t, s)
			h.sim.Idle = true
			h.play(c.stars.AddDays(-1).String(), c.stars.AddDays(-1).String())
			h.confirmStars(2028, c.stars, near()[:3]...)
			h.play(c.stars.String(), c.stars.AddDays(1).String())
			r, err := h.q().Round(models.Backbone, 2028)
			if opened := err == nil; opened != c.opened {
				t.Fatalf("stars of %s: opened %v, %v", c.stars, opened, err)
			}
			if c.opened && (r.State != models.RoundOpen || r.ConfirmBy != 20280831) {
				t.Errorf("it is %s and to be confirmed by %s", r.State, r.ConfirmBy)
			}
			err = h.perform(jobs.SelectionsJob, models.Params{"do": "open", "kind": "backbone", "year": "2028"}, c.stars.AddDays(2).String()+" 10:00")
			if !c.opened {
				refused(t, err, models.Conflict, c.refusal)
			}
		})
	}
}

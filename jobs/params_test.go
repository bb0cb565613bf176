package jobs_test

import (
	"testing"

	"duixian/models"
	"duixian/models/modelstest"
)

// yeer=2025 would have paid for the year before without a word. It is refused wherever a job is asked for, before
// anything is written.
func TestAParameterThatNobodyReadsIsRefused(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := newHouse(t, s)
		now := moment("2026-03-02", 10, 0)
		before, err := h.q().History("", 100)
		if err != nil {
			t.Fatal(err)
		}
		typo := models.Params{"yeer": "2025"}
		_, err = h.sim.Runner.RunNow(t.Context(), h.maker, "recruit-reward", typo, 0, "", now)
		refused(t, err, models.Invalid, `没有参数 "yeer"，是否想写 year？可用的参数：date、year、org`)
		_, err = h.sim.Runner.Plan(t.Context(), h.maker, "recruit-reward", typo, 20260302)
		refused(t, err, models.Invalid, "是否想写 year？")
		_, err = h.sim.Runner.Submit(t.Context(), h.maker, "recruit-reward", typo, 20260302, now)
		refused(t, err, models.Invalid, "是否想写 year？")
		_, err = h.sim.Runner.RunNow(t.Context(), h.maker, "claims", models.Params{"all": "1"}, 0, "", now)
		refused(t, err, models.Invalid, "可用的参数：date")
		if after, err := h.q().History("", 100); err != nil || len(after) != len(before) {
			t.Errorf("%d runs before, %d after, %v", len(before), len(after), err)
		}
	})
}

package jobs_test

import (
	"testing"

	"duixian/jobs"
	"duixian/models"
	"duixian/models/modelstest"
)

// A house that has its claims looked at a quarter past nine, after the morning's notices and before the officials sit down, has it done on the last day of
// a simulation too.
func TestASimulationPlaysTheSlotsOfTheMorning(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := newHouse(t, s)
		r, err := jobs.NewRunner(jobs.Options{
			Env: h.env, Jobs: jobs.All(), Owner: "test/morning", NoHeartbeat: true, Overrides: map[string]jobs.Override{"claims": {Schedule: "15 9 * * *"}},
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(r.Close)
		h.sim.Runner = r
		h.play("2024-03-04", "2024-03-05") // Monday and Tuesday
		same(t, "claims", h.runs("claims", 20240304), "2024-03-04 succeeded for 2024-03-04", "2024-03-05 succeeded for 2024-03-05")
	})
}

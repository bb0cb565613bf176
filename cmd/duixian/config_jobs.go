package main

import (
	"cmp"
	"slices"

	"duixian/jobs"
)

// checkJobs finds jobs that do not exist and schedules that never fire or mean something else.
func (c *Config) checkJobs() (problems []problem) {
	known := map[string]jobs.Job{}
	names := []string{}
	for _, j := range jobs.All() {
		known[j.Name] = j
		names = append(names, "jobs."+j.Name)
	}
	for name, changed := range c.Jobs {
		key := "jobs." + name
		job, exists := known[name]
		if !exists {
			problems = append(problems, problem{key, "没有这个任务" + suggestKey(key, names) + "（见 duixian job list）"})
			continue
		}
		if _, err := jobs.ParseSchedule(cmp.Or(changed.Schedule, job.Schedule), job.Every, job.From); err != nil {
			problems = append(problems, problem{key + ".schedule", err.Error()})
		}
		policies := []jobs.CatchUpPolicy{"", jobs.State, jobs.Each, jobs.Coalesce, jobs.Ask, jobs.Skip}
		if !slices.Contains(policies, jobs.CatchUpPolicy(changed.CatchUp)) {
			problems = append(problems, problem{key + ".catch_up", "没有这种补做方式，可填 state、each、coalesce、ask 或 skip"})
		}
	}
	return problems
}

package jobs

import (
	"maps"
	"slices"
	"strings"

	"duixian/models"
	"duixian/policy"
)

// knows refuses parameters that neither the job nor the runner reads: yeer=2025 would else run for the year before without
// a word.
func (j Job) knows(params models.Params) error {
	known := append([]string{DateParam}, j.Params...)
	for _, name := range slices.Sorted(maps.Keys(params)) {
		if !slices.Contains(known, name) {
			return models.E(models.Invalid, "任务“%s”没有参数 %q%s可用的参数：%s", j.Title, name, orStop(policy.Suggest(name, known)), strings.Join(known, "、"))
		}
	}
	return nil
}

// orStop ends a sentence that no question ends.
func orStop(question string) string {
	if question == "" {
		return "；"
	}
	return question
}

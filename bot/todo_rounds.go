package bot

import (
	"fmt"

	"duixian/models"
)

// todoRounds are the rounds that wait for people.
func (r *Request) todoRounds() (lines, next []string, err error) {
	list, err := r.Rounds()
	if err != nil {
		return nil, nil, err
	}
	for _, round := range list {
		switch round.State {
		case models.RoundPlanned, models.RoundOpen, models.RoundPublicity, models.RoundCancelled, models.RoundProposed:
			continue // a day, or a plan that is listed above
		case models.RoundConfirmed:
			counts, err := r.EntryCounts(round.ID)
			if err != nil {
				return nil, nil, err
			}
			if counts[string(models.EntryHeld)]+counts[string(models.EntryProvisional)] == 0 {
				continue
			}
		}
		w, err := r.RoundWait(round, r.On)
		if err != nil {
			return nil, nil, err
		}
		lines = append(lines, fmt.Sprintf("- %s%s：%s", round.Name(), late(w), plain(w.Text)))
		next = append(next, roundLine(round))
	}
	return lines, next, nil
}

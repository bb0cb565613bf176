package jobs

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"duixian/models"
	"duixian/policy"
)

// holdRounds is what the officials of a simulation do about rounds beside what they do with any plan and any list.
func (s *Simulation) holdRounds(ctx context.Context, day policy.Date) error {
	if err := s.holdRating(ctx, day); err != nil {
		return err
	}
	return s.collectOpinions(ctx, day)
}

// holdRating opens the rating of a year on its day, and has every firm that is not complete postponed.
func (s *Simulation) holdRating(ctx context.Context, day policy.Date) error {
	q := s.Env.Store.Read(ctx)
	_, last := s.Env.Book.Validity(s.Env.Effective)
	if days, err := s.Env.rhythm().Round(day.Year(), last); err == nil && day >= days.Opens && day <= days.DataBy {
		_, err := q.Round(models.StarRating, day.Year())
		if models.CodeOf(err) == models.NotFound {
			_, err = s.Runner.RunFor(ctx, s.Maker, StarRatingJob, models.Params{"do": "open", "year": strconv.Itoa(day.Year())}, 0, s.now.Add(time.Second))
		}
		if err != nil {
			return fmt.Errorf("启动%d年度星级评定: %w", day.Year(), err)
		}
	}
	live, err := q.LiveRounds(models.StarRating)
	if err != nil {
		return err
	}
	for _, r := range live {
		if r.State != models.RoundScoring {
			continue
		}
		open, err := q.EntriesIn(r.ID, models.EntryProvisional)
		if err != nil {
			return err
		}
		if len(open) == 0 {
			continue
		}
		params := models.Params{"draft": "decision", "year": strconv.Itoa(r.Year), "org": "全部", "choice": string(models.ChoosePostpone), "reason": "资料不全"}
		if _, err := s.Runner.Submit(ctx, s.Maker, StarRatingJob, params, day, s.now); err != nil && models.CodeOf(err) != models.Conflict {
			return fmt.Errorf("%s: %w", r.Name(), err)
		}
	}
	return nil
}

package jobs

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"duixian/models"
	"duixian/policy"
)

// StarRatingJob is the name of the job that holds the ratings, and whose plans two people decide.
const StarRatingJob, starRatingTitle = "star-rating", "星级评定"

// starRating holds the ratings of the firms (三（四）): asked for by hand it opens, pauses, resumes or cancels a round; at night each live round goes as far
// as it can by itself, and whoever is late is reminded. Three steps take people: 报审, 同意, and the record that the list was published.
var starRating = Job{
	Name: StarRatingJob, Title: starRatingTitle, Summary: "推动星级评定：按期启动、截止后冻结并评分、公示期满后确认，迟了就提醒",
	// What is due is due, whenever somebody looks: data are frozen as they were known on their last day, also a week later.
	Schedule: "30 1 * * *", CatchUp: CatchUp{Policy: State}, After: []string{DropJob, publicityCloseName}, Timeout: time.Hour,
	Roles:  []models.Role{models.Clerk, models.Approver},
	Params: []string{"do", "year", "reason", "data_by", "draft", "org", "choice", "stars", "if"},
	Plan:   planStars, Draft: draftStars, Run: runStarRating,
}

// starSummary is what a run leaves in its record.
type starSummary struct {
	Opened    int `json:"rounds_opened,omitempty"`
	Frozen    int `json:"firms_frozen,omitempty"`
	Scored    int `json:"firms_scored,omitempty"`
	Confirmed int `json:"ratings_confirmed,omitempty"`
	Held      int `json:"ratings_held,omitempty"`
	Reminded  int `json:"rounds_reminded,omitempty"`
}

func runStarRating(ctx context.Context, run *Run) error {
	s := &starRun{Run: run, ctx: ctx, q: run.Store.Read(ctx), on: run.Row.BusinessDate}
	if err := run.Tallied(&s.counts); err != nil {
		return err
	}
	if run.Row.Params["do"] != "" {
		if err := s.order(); err != nil {
			if code := models.CodeOf(err); code == models.Conflict || code == models.NotFound {
				return models.E(models.Invalid, "%s", err.Error()) // who asked has the answer; nobody else is woken
			}
			return err
		}
		run.Summarise(s.counts)
		return nil
	}
	if err := s.night(); err != nil {
		return err
	}
	run.Summarise(s.counts)
	return nil
}

// starRun is one run of the job. Every step is found out from the rows, so a run that was taken over goes on where the rows are.
type starRun struct {
	*Run
	ctx    context.Context
	q      models.Query
	on     policy.Date
	counts starSummary
}

// chunk does one step; note counts what it did, once.
func (s *starRun) chunk(to string, items int, note func(c *starSummary), fn func(tx *models.Tx) error) error {
	var done starSummary
	err := s.Chunk(s.ctx, to, items, func(tx *models.Tx) error {
		if err := fn(tx); err != nil {
			return err
		}
		done = s.counts
		note(&done)
		return s.Tally(tx, done)
	})
	if err == nil {
		s.counts = done
	}
	return err
}

func (s *starRun) step(reason string) models.RoundStep {
	return models.RoundStep{On: s.on, At: s.At(), Actor: models.Actor{Member: s.Row.Actor}, RunID: s.Row.ID, Reason: reason}
}

// night takes each live round as far as it goes without people, then settles what confirmed rounds left open.
func (s *starRun) night() error {
	live, err := s.q.LiveRounds(models.StarRating)
	if err != nil {
		return err
	}
	for _, r := range live {
		for moved := true; moved; {
			if moved, err = s.advance(&r); err != nil {
				return fmt.Errorf("%s: %w", r.Name(), err)
			}
		}
		if err := s.remindRound(r); err != nil {
			return err
		}
	}
	open, err := s.q.UnsettledRounds(models.StarRating)
	if err != nil {
		return err
	}
	for _, r := range open {
		if err := s.settle(r); err != nil {
			return fmt.Errorf("%s: %w", r.Name(), err)
		}
	}
	return nil
}

// advance does the next step of a round, if it is time and nobody has to be asked.
func (s *starRun) advance(r *models.Round) (moved bool, err error) {
	switch r.State {
	case models.RoundPlanned:
		if s.on < r.OpensOn {
			return false, nil
		}
		return true, s.move(r, models.RoundOpen, "到启动日")
	case models.RoundOpen:
		if s.on <= r.DataBy {
			return false, nil
		}
		return true, s.freeze(r)
	case models.RoundScoring:
		return false, s.score(*r)
	case models.RoundPublicity:
		p, err := s.q.PublicityOf(SubjectRound, r.ID)
		if err != nil || p.State != models.PublicityClosed {
			return false, err
		}
		return s.confirm(r, p)
	}
	return false, nil
}

func (s *starRun) move(r *models.Round, to models.RoundState, reason string) error {
	next := *r
	err := s.chunk(fmt.Sprintf("%d/%s", r.ID, to), 1, func(c *starSummary) {
		if to == models.RoundOpen {
			c.Opened++
		}
	}, func(tx *models.Tx) error {
		next = *r
		return tx.MoveRound(&next, to, s.step(reason))
	})
	if err == nil {
		*r = next
	}
	return err
}

// freeze takes the inputs of everybody who must be rated, as they were known on the last day for data, and moves the round on with one hash over all of
// them.
func (s *starRun) freeze(r *models.Round) error {
	ids, err := population(s.q, r.CutoffOn, r.DataBy)
	if err != nil {
		return err
	}
	if len(ids) == 0 {
		return models.E(models.Unavailable, "到%s没有一家许可或备案的机构，无法评定；请先导入机构名录", r.CutoffOn.Text())
	}
	orgs, err := s.q.Organisations(ids...)
	if err != nil {
		return err
	}
	have, err := s.q.FrozenSubjects(r.ID)
	if err != nil {
		return err
	}
	ids = slices.DeleteFunc(ids, func(id int64) bool { return have[orgs[id].Code] }) // by an owner before
	for part := range slices.Chunk(ids, claimsChunk) {
		err := s.chunk(fmt.Sprintf("%d/freeze/%d", r.ID, part[len(part)-1]), len(part), func(c *starSummary) { c.Frozen += len(part) }, func(tx *models.Tx) error {
			dossiers, err := tx.Dossiers(part, r.DataBy)
			if err != nil {
				return err
			}
			for _, d := range dossiers {
				in, err := starInputs(d, r.Year, r.DataBy)
				if err != nil {
					return err
				}
				if err := tx.FreezeInput(r.ID, d.Org.Code, in); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	next := *r
	err = s.chunk(fmt.Sprintf("%d/scoring", r.ID), 1, func(*starSummary) {}, func(tx *models.Tx) error {
		hash, n, err := tx.InputsHash(r.ID)
		if err != nil {
			return err
		}
		next = *r
		next.InputsHash, next.FrozenOn, next.Model = hash, r.DataBy, s.starModel().Title()
		return tx.MoveRound(&next, models.RoundScoring, s.step(fmt.Sprintf("资料截止，冻结%d家", n)))
	})
	if err == nil {
		*r = next
	}
	return err
}

// model is the model by which a round is scored; it must not change under a round.
func (e *Env) modelOf(r models.Round) (*policy.StarModel, error) {
	m := e.starModel()
	if r.Model != "" && r.Model != m.Title() {
		return nil, models.E(models.Conflict, "%s冻结时的评分模型是 %s，现在配置的是 %s：请恢复原来的 star.yaml，或取消这一轮后重新启动", r.Name(), r.Model, m.Title())
	}
	return m, nil
}

// score writes what is new of the score sheets.
func (s *starRun) score(r models.Round) error {
	m, err := s.modelOf(r)
	if err != nil {
		return err
	}
	list, err := starScores(s.q, m, r)
	if err != nil {
		return err
	}
	stored, err := s.q.Entries(r.ID)
	if err != nil {
		return err
	}
	was := map[string]models.RoundEntry{}
	for _, e := range stored {
		was[e.Subject] = e
	}
	var news []models.RoundEntry
	for _, e := range list {
		if old, ok := was[e.Subject]; !ok || !sameEntry(old, e) {
			e.ChangedOn = s.on
			news = append(news, e)
		}
	}
	for part := range slices.Chunk(news, 100) {
		err := s.chunk(fmt.Sprintf("%d/score/%s", r.ID, part[len(part)-1].Subject), len(part), func(c *starSummary) { c.Scored += len(part) }, func(tx *models.Tx) error {
			now, err := tx.RoundByID(r.ID)
			if err != nil {
				return err
			}
			if now.Version != r.Version {
				return models.E(models.Conflict, "%s刚刚有了变化，下次再评分", r.Name())
			}
			return tx.PutEntries(part)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// yearParam is the year of a request; 0 = none was named.
func yearParam(params models.Params) (int, error) {
	text := params["year"]
	if text == "" {
		return 0, nil
	}
	y, err := strconv.Atoi(text)
	if err != nil || y < 2000 || y > 2100 {
		return 0, models.E(models.Invalid, "“%s”不是年度，请写成 2026 的样子", text)
	}
	return y, nil
}

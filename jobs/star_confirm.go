package jobs

import (
	"fmt"
	"slices"

	"duixian/models"
	"duixian/notifications"
	"duixian/policy"
)

// confirm ends a round whose list has run its days: each firm's stars become the fact that bars and selections read, and the firm is told. A line with an
// open objection waits alone; the round does not wait for it. A firm that is still provisional stops the round.
func (s *starRun) confirm(r *models.Round, p models.Publicity) (moved bool, err error) {
	open, err := s.q.EntriesIn(r.ID, models.EntryProvisional)
	if err != nil || len(open) > 0 {
		return false, err // RoundWait says so, and the clerks are reminded
	}
	if r.ConfirmedOn == 0 {
		next := *r
		next.ConfirmedOn = s.on
		if err := s.chunk(fmt.Sprintf("%d/confirm", r.ID), 0, func(*starSummary) {}, func(tx *models.Tx) error { return tx.FillRound(next) }); err != nil {
			return false, err
		}
		*r = next
	}
	if err := s.confirmEntries(*r, p); err != nil {
		return false, err
	}
	return true, s.move(r, models.RoundConfirmed, fmt.Sprintf("公示 #%d 期满", p.ID))
}

// settle goes on with what a confirmed round left open: a line whose objection was decided, a firm that two people have decided since.
func (s *starRun) settle(r models.Round) error {
	p, err := s.q.PublicityOf(SubjectRound, r.ID)
	if err != nil {
		return err
	}
	return s.confirmEntries(r, p)
}

// confirmEntries confirms what is free to be confirmed.
func (s *starRun) confirmEntries(r models.Round, p models.Publicity) error {
	entries, err := s.q.EntriesIn(r.ID, models.EntryScored, models.EntryHeld)
	if err != nil {
		return err
	}
	entries = slices.DeleteFunc(entries, func(e models.RoundEntry) bool {
		return e.State == models.EntryHeld && e.Reason != models.HeldInObjection
	})
	for part := range slices.Chunk(entries, 50) {
		held := 0
		confirmed := 0
		err := s.chunk(fmt.Sprintf("%d/confirm/%s", r.ID, part[len(part)-1].Subject), len(part), func(c *starSummary) { c.Confirmed, c.Held = c.Confirmed+confirmed, c.Held+held }, func(tx *models.Tx) error {
			confirmed, held = 0, 0
			for _, e := range part {
				now, err := tx.Entry(r.ID, e.Subject)
				if err != nil {
					return err
				}
				if now.State != e.State {
					continue
				}
				done, err := s.confirmEntry(tx, r, p, now)
				if err != nil {
					return err
				}
				switch done {
				case models.EntryConfirmed:
					confirmed++
				case models.EntryHeld:
					held++
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// confirmEntry confirms one firm's stars, or holds it with the reason. It returns the state that it gave, empty for none.
func (s *starRun) confirmEntry(tx *models.Tx, r models.Round, p models.Publicity, e models.RoundEntry) (models.EntryState, error) {
	reason, err := s.entryObstacle(tx.Query, r, p, e)
	if err != nil {
		return "", err
	}
	if reason != "" {
		if e.State == models.EntryHeld && e.Reason == reason {
			return "", nil
		}
		return models.EntryHeld, tx.MoveEntry(&e, models.EntryHeld, reason, s.on)
	}
	detail, err := e.Star()
	if err != nil {
		return "", err
	}
	dossier, err := tx.Dossier(e.OrgID, s.on)
	if err != nil {
		return "", err
	}
	m := notifications.RatingConfirmed{Org: e.OrgID, Round: r.ID, Year: r.Year, Stars: e.Stars, Rank: e.Rank, Why: pointsText(detail.Sheet), Fact: fmt.Sprint(r.Year), On: s.on}
	if e.Score != nil {
		m.Points = policy.Points(*e.Score)
	}
	if was := dossier.Rated(s.on); was != nil {
		m.Was = policy.StarsText(number(was.Attrs["stars"]))
	}
	attrs := map[string]any{"year": r.Year, "stars": *e.Stars, "round": r.ID}
	if years := s.starModel().Validity; years > 0 {
		m.Until = r.ConfirmedOn.AddYears(years).AddDays(-1)
		// the next round takes its time in that year: a rating holds through the year in which it would be replaced
		m.Until = max(m.Until, policy.NewDate(r.Year+years, 12, 30))
		attrs["valid_until"] = m.Until
	}
	if err := addRating(tx, s.Run, e.OrgID, fmt.Sprint(r.Year), attrs); err != nil {
		return "", err
	}
	if err := tx.MoveEntry(&e, models.EntryConfirmed, entryReason(detail), s.on); err != nil {
		return "", err
	}
	return models.EntryConfirmed, s.Outbox.Tell(tx, s.At(), s.Row.ID, m, notifications.Organisation(e.OrgID))
}

// entryObstacle says why a firm's stars cannot be confirmed yet, or nothing.
func (s *starRun) entryObstacle(q models.Query, r models.Round, p models.Publicity, e models.RoundEntry) (string, error) {
	detail, err := e.Star()
	if err != nil {
		return "", err
	}
	line, err := q.PublicLineOf(p.ID, e.Subject)
	switch {
	case models.CodeOf(err) == models.NotFound: // decided after the list was made
	case err != nil:
		return "", err
	case line.State == models.LineHeldUp:
		return models.HeldInObjection, nil
	case line.State == models.LineStruck && (detail.Decision == nil || detail.Decision.On < p.FirstOn):
		return models.HeldObjected, nil
	}
	reason, err := sinceScored(q, e, s.on)
	if err != nil || reason != "" {
		return reason, err
	}
	f, err := q.RatingOf(e.OrgID, r.Year, s.on)
	if models.CodeOf(err) == models.NotFound {
		return "", nil
	}
	if err != nil || f.Attrs["round"] == nil {
		return models.HeldRatedOtherwise, err // imported beside the round: people must say which holds
	}
	return "", nil
}

package jobs

import (
	"fmt"

	"duixian/models"
	"duixian/notifications"
	"duixian/policy"
)

// applyRatingChange gives a firm other stars from today on. The rating that was in force stays on record beside the new one: what was true before today
// stays true of before today.
func applyRatingChange(tx *models.Tx, run *Run, _ models.Approval, p models.Plan) error {
	d, err := detailOf[models.ChangeDetail](p)
	if err != nil {
		return err
	}
	on := run.Row.BusinessDate
	dossier, err := tx.Dossier(d.Org, on)
	if err != nil {
		return err
	}
	if f := dossier.Rated(on); f == nil || f.ID != d.Fact {
		return models.E(models.Conflict, "%s的星级在送审后已有变化，请按最新星级重新提请", d.Name)
	}
	attrs := map[string]any{"year": d.Year, "stars": d.Stars, "was": d.Was, "reason": d.Reason, "plan": p.ID, "round": 0}
	if d.Until != "" {
		attrs["valid_until"] = d.Until
	}
	if err := addRating(tx, run, d.Org, fmt.Sprintf("%d/%d", d.Year, p.ID), attrs); err != nil {
		return err
	}
	until, err := policy.ParseDate(d.Until)
	if err != nil {
		until = 0
	}
	m := notifications.RatingConfirmed{Org: d.Org, Year: d.Year, Stars: new(d.Stars), Was: policy.StarsText(d.Was), Why: d.Reason, Until: until, Changed: true, Fact: fmt.Sprintf("%d/%d", d.Year, p.ID), On: on}
	return run.Outbox.Tell(tx, run.At(), run.Row.ID, m, notifications.Organisation(d.Org))
}

// addRating writes one rating as the fact that bars and selections read, with its audit row.
func addRating(tx *models.Tx, run *Run, org int64, key string, attrs map[string]any) error {
	text, err := models.Canonical(attrs)
	if err != nil {
		return err
	}
	on := run.Row.BusinessDate
	rev, err := tx.NextRev(org, "star-rating", key, on)
	if err != nil {
		return err
	}
	if err := tx.AddFacts([]models.Fact{{OrgID: org, Kind: "star-rating", FactKey: key, OnDay: on, KnownOn: on, Rev: rev, Attrs: string(text)}}); err != nil {
		return err
	}
	return tx.Audit(run.At(), models.Entry{
		Stream: "rounds", Actor: models.Actor{Member: run.Row.Actor}, Action: "rate", Entity: fmt.Sprintf("organisation/%d", org), RunID: run.Row.ID,
		Data: map[string]any{"key": key, "on": on, "rating": attrs},
	})
}

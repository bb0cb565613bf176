package jobs

import (
	"encoding/json"
	"fmt"
	"maps"

	"duixian/models"
	"duixian/policy"
)

// scoreEntry rates one subject: the frozen inputs, what two people decided, the model. It is pure; the nightly job, a decision and check do the same.
func scoreEntry(m *policy.StarModel, in policy.StarInputs, d *models.StarDecision) (e models.RoundEntry, err error) {
	used := in
	if d != nil {
		used.Without = d.Without
		if d.Late != nil {
			used = mergeInputs(in, *d.Late)
			used.Without = d.Without
		}
	}
	sheet := m.Score(used)
	e = models.RoundEntry{Subject: in.Code, Score: sheet.Total, Stars: sheet.Stars, State: models.EntryScored}
	if sheet.Provisional {
		e.State = models.EntryProvisional
	}
	if d != nil {
		switch d.Choice {
		case models.ChoosePostpone:
			e.State, e.Stars = models.EntryPostponed, nil
		case models.ChooseNone:
			e.State, e.Stars = models.EntryScored, new(0)
		}
	}
	detail := models.StarDetail{Sheet: sheet, Decision: d}
	e.Reason = entryReason(detail)
	text, err := models.Canonical(detail)
	e.Detail = string(text)
	return e, err
}

// decidedNone and decidedPostpone are the reasons of entries that two people decided without a score.
const decidedNone, decidedPostpone = "DECIDED_NONE", "DECIDED_POSTPONE"

// entryReason is the code of why an entry has the stars it has; empty when the points alone say it.
func entryReason(d models.StarDetail) string {
	switch {
	case d.Decision != nil && d.Decision.Choice == models.ChoosePostpone:
		return decidedPostpone
	case d.Decision != nil && d.Decision.Choice == models.ChooseNone:
		return decidedNone
	case len(d.Sheet.Reasons) > 0:
		return d.Sheet.Reasons[0]
	}
	return ""
}

// mergeInputs puts what became known later over what was frozen.
func mergeInputs(in, late policy.StarInputs) policy.StarInputs {
	out := policy.StarInputs{Figures: map[string]int64{}, Words: map[string]string{}, Vetoes: map[string]bool{}, Licensed: in.Licensed, Code: in.Code}
	for _, part := range []policy.StarInputs{in, late} {
		maps.Copy(out.Figures, part.Figures)
		maps.Copy(out.Words, part.Words)
		maps.Copy(out.Vetoes, part.Vetoes)
	}
	return out
}

// starScores rates everybody of a round from what is frozen, keeps what was decided, and ranks. A firm that was held when a list was carried out stays held
// until two people decide about it.
func starScores(q models.Query, m *policy.StarModel, r models.Round) ([]models.RoundEntry, error) {
	stored, err := q.Entries(r.ID)
	if err != nil {
		return nil, err
	}
	was := make(map[string]models.RoundEntry, len(stored))
	for _, e := range stored {
		was[e.Subject] = e
	}
	var list []models.RoundEntry
	var ranked []policy.StarRanked
	orgs, err := q.AllOrganisations()
	if err != nil {
		return nil, err
	}
	ids := make(map[string]int64, len(orgs))
	for _, o := range orgs {
		ids[o.Code] = o.ID
	}
	for after := ""; ; {
		page, err := q.RoundInputs(r.ID, after, 500)
		if err != nil {
			return nil, err
		}
		for _, row := range page {
			after = row.Subject
			in, err := inputsOfRound(row)
			if err != nil {
				return nil, err
			}
			var decided *models.StarDecision
			if old, ok := was[row.Subject]; ok {
				detail, err := old.Star()
				if err != nil {
					return nil, err
				}
				decided = detail.Decision
			}
			e, err := scoreEntry(m, in, decided)
			if err != nil {
				return nil, err
			}
			e.RoundID, e.OrgID = r.ID, ids[row.Subject]
			list = append(list, e)
			if e.State == models.EntryScored {
				detail, err := e.Star()
				if err != nil {
					return nil, err
				}
				if decided != nil && decided.Late != nil {
					in = mergeInputs(in, *decided.Late)
				}
				ranked = append(ranked, policy.StarRanked{Inputs: in, Sheet: detail.Sheet})
			}
		}
		if len(page) < 500 {
			break
		}
	}
	ranks := m.Rank(ranked)
	for i := range list {
		list[i].Rank = ranks[list[i].Subject]
		if list[i].Reason == decidedNone {
			list[i].Rank = 0
		}
		if old := was[list[i].Subject]; old.State == models.EntryHeld {
			list[i].State, list[i].Reason = old.State, old.Reason
		}
	}
	return list, nil
}

func inputsOfRound(row models.RoundInput) (in policy.StarInputs, err error) {
	if err = json.Unmarshal([]byte(row.Inputs), &in); err != nil {
		err = fmt.Errorf("评定 #%d 中 %s 的冻结数据无法读取: %w", row.RoundID, row.Subject, err)
	}
	return in, err
}

// sameEntry compares what people would see of two entries.
func sameEntry(a, b models.RoundEntry) bool {
	same := func(x, y *int) bool { return x == nil && y == nil || x != nil && y != nil && *x == *y }
	return same(a.Score, b.Score) && same(a.Stars, b.Stars) && a.Rank == b.Rank && a.State == b.State && a.Reason == b.Reason && a.Detail == b.Detail
}

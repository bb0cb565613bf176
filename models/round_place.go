package models

import "duixian/policy"

// RoundPlace is one of the ten places of a round and who has it. The schema knows no eleventh, and nobody twice.
type RoundPlace struct {
	RoundID int64
	Place   int
	Subject string
	OrgID   int64
	PlanID  int64 // the plan two people agreed on
	TakenOn policy.Date
}

// PlaceChange is one step in the life of a place: taken, or freed with the reason.
type PlaceChange struct {
	RoundID int64
	Place   int
	No      int
	Subject string
	Taken   bool
	Reason  string
	PlanID  int64
	OnDay   policy.Date
	RunID   int64
}

// Places lists the places of a round that are taken.
func (q Query) Places(roundID int64) ([]RoundPlace, error) {
	return find[RoundPlace](q.db.Where("round_id = ?", roundID).Order("place"))
}

// PlaceChanges lists all steps of a round's places.
func (q Query) PlaceChanges(roundID int64) ([]PlaceChange, error) {
	return find[PlaceChange](q.db.Where("round_id = ?", roundID).Order("place, no"))
}

// TakePlace gives somebody the first free place of a round, of as many as the round has. It returns a *Refusal with OVER_QUOTA when none is free and with PLACED when
// they have one already; another writer in between makes it look again.
func (tx *Tx) TakePlace(p RoundPlace, places int, runID int64) (RoundPlace, error) {
	taken, err := tx.Places(p.RoundID)
	if err != nil {
		return p, err
	}
	used := map[int]bool{}
	for _, t := range taken {
		if used[t.Place] = true; t.Subject == p.Subject {
			return p, &Refusal{"PLACED"}
		}
	}
	for p.Place = 1; p.Place <= places && used[p.Place]; p.Place++ {
	}
	if p.Place > places {
		return p, &Refusal{"OVER_QUOTA"}
	}
	if err := tx.db.Create(&p).Error; err != nil {
		if classify(err) == duplicate {
			return p, errRetry // somebody took it between the look and the insert
		}
		return p, readable(err)
	}
	return p, tx.placeChanged(PlaceChange{RoundID: p.RoundID, Place: p.Place, Subject: p.Subject, Taken: true, PlanID: p.PlanID, OnDay: p.TakenOn, RunID: runID})
}

// FreePlace takes a place from somebody who has it; ErrConflict-coded when they have not any more.
func (tx *Tx) FreePlace(p RoundPlace, reason string, planID int64, on policy.Date, runID int64) error {
	n, err := affected(tx.db.Exec("DELETE FROM round_places WHERE round_id = ? AND place = ? AND subject = ?", p.RoundID, p.Place, p.Subject))
	if err != nil {
		return err
	}
	if n != 1 {
		return E(Conflict, "评选 #%d 第%d个名额刚刚有了变化，请重新查看", p.RoundID, p.Place)
	}
	return tx.placeChanged(PlaceChange{RoundID: p.RoundID, Place: p.Place, Subject: p.Subject, Reason: reason, PlanID: planID, OnDay: on, RunID: runID})
}

func (tx *Tx) placeChanged(c PlaceChange) error {
	if err := tx.db.Raw("SELECT COALESCE(MAX(no), 0) + 1 FROM place_changes WHERE round_id = ? AND place = ?", c.RoundID, c.Place).Scan(&c.No).Error; err != nil {
		return readable(err)
	}
	return insert(tx.db, []PlaceChange{c})
}

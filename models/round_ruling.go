package models

import "duixian/policy"

// RoundRuling is a decision of people about one candidate of a round: against its rank (集体研究), or in spite of what an office said or did not say. It has a
// reason and an author, goes into the plan that two people decide, and stays on record when it is taken back.
type RoundRuling struct {
	ID      int64
	RoundID int64
	Ruling  Ruling
	Subject string // as in round_entries; in an opinion ruling empty = all of whom the office said nothing
	Office  Office // of an opinion ruling
	Reason  string
	Basis   string // the minutes: 会议纪要, 文号
	Actor   string
	At      policy.Instant
	RunID   int64
	EndedAt policy.Instant // 0 = it stands
	EndedBy string
}

// Ruling is what was decided.
type Ruling string

// The rulings: to select or to leave out whatever the rank, or to go on in spite of an opinion.
const (
	RulingIn      Ruling = "in"
	RulingOut     Ruling = "out"
	RulingOpinion Ruling = "opinion"
)

// Text is the ruling as people read it.
func (r Ruling) Text() string {
	switch r {
	case RulingIn:
		return "集体研究调入"
	case RulingOut:
		return "集体研究调出"
	case RulingOpinion:
		return "部门意见处理"
	}
	return string(r)
}

// Rulings lists what stands about a round, oldest first.
func (q Query) Rulings(roundID int64) ([]RoundRuling, error) {
	return find[RoundRuling](q.db.Where("round_id = ? AND ended_at = 0", roundID).Order("id"))
}

// AddRuling records a ruling. One about the same thing that stands already is a conflict.
func (tx *Tx) AddRuling(r *RoundRuling) error {
	var err error
	if r.ID, err = tx.NextID("round_rulings", 1); err != nil {
		return err
	}
	err = insert(tx.db, []RoundRuling{*r})
	if CodeOf(err) == Conflict {
		return E(Conflict, "对同一对象已有决定，请先撤回原来的决定")
	}
	return err
}

// EndRuling takes a ruling back.
func (tx *Tx) EndRuling(id int64, actor string, at policy.Instant) error {
	n, err := affected(tx.db.Exec("UPDATE round_rulings SET ended_at = ?, ended_by = ? WHERE id = ? AND ended_at = 0", at, actor, id))
	if err == nil && n != 1 {
		return E(Conflict, "决定 #%d 已经撤回", id)
	}
	return err
}

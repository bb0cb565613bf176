package models

import "duixian/policy"

// RoundEvent is one step of a round: what it was, what it became, who moved it and why. Version 1 is its planning.
type RoundEvent struct {
	RoundID int64
	Version int
	Was     RoundState
	Became  RoundState
	Reason  string
	Actor   string
	OnDay   policy.Date
	At      policy.Instant
	RunID   int64
}

// recordRound writes the event and the audit row of a step.
func (tx *Tx) recordRound(r Round, was RoundState, s RoundStep) error {
	e := RoundEvent{RoundID: r.ID, Version: r.Version, Was: was, Became: r.State, Reason: s.Reason, Actor: s.Actor.Member, OnDay: s.On, At: s.At, RunID: s.RunID}
	if err := insert(tx.db, []RoundEvent{e}); err != nil {
		return err
	}
	return tx.Audit(s.At, Entry{Stream: "rounds", Actor: s.Actor, Action: "move-round", Entity: r.Entity(), RunID: s.RunID, Data: map[string]any{
		"kind": r.Kind, "year": r.Year, "version": r.Version, "was": was, "became": r.State, "reason": s.Reason, "inputs": r.InputsHash, "plan": r.PlanID, "publicity": r.PublicityID,
	}})
}

// RoundEvents lists a round's steps, oldest first.
func (q Query) RoundEvents(roundID int64) ([]RoundEvent, error) {
	return find[RoundEvent](q.db.Where("round_id = ?", roundID).Order("version"))
}

package models

import (
	"fmt"
	"slices"
	"unicode/utf8"

	"duixian/policy"
)

// Round (评定、评选) is one run of a rating or a selection, from planning to confirmation. There is one a kind and year; only a
// cancelled one makes room for another.
type Round struct {
	ID            int64
	Kind          RoundKind
	Year          int
	State         RoundState
	WasState      RoundState  // of a paused round: where it goes on
	OpensOn       policy.Date // the default days are in policy.Rhythm
	DataBy        policy.Date // last day for data; the day after, inputs are frozen
	PublicityFrom policy.Date // publicity starts at a recorded publication, not before this day
	ConfirmBy     policy.Date // later than this, officials are reminded; nothing is lost
	CutoffOn      policy.Date // who was licensed or filed on this day takes part (应评尽评)
	Model         string      // name and version of the rules by which it is scored
	InputsHash    string      // of everything the scores are made of, once frozen
	FrozenOn      policy.Date // what was known by this day went into it
	PlanID        int64       // the plan two people decide
	PublicityID   int64
	ConfirmedOn   policy.Date
	ChangedOn     policy.Date
	Reason        string
	Version       int // rises with every change of state: the number of its newest event
}

// RoundKind is what a round is about.
type RoundKind string

// The kinds of rounds.
const (
	StarRating RoundKind = "star-rating"
	Backbone   RoundKind = "backbone"
	Integrity  RoundKind = "integrity"
	Elite      RoundKind = "elite"
)

// RoundKinds lists the kinds in the order of the year: who may be selected is read from the year's confirmed stars.
var RoundKinds = []RoundKind{StarRating, Backbone, Integrity, Elite}

// Text is the kind as people read it.
func (k RoundKind) Text() string {
	switch k {
	case StarRating:
		return "星级评定"
	case Backbone:
		return "骨干企业评选"
	case Integrity:
		return "诚信企业评选"
	case Elite:
		return "引才精英评选"
	}
	return string(k)
}

// RoundState is where a round stands.
type RoundState string

// The states of a round.
const (
	RoundPlanned   RoundState = "planned"
	RoundOpen      RoundState = "open"
	RoundScoring   RoundState = "scoring"
	RoundProposed  RoundState = "proposed"
	RoundApproved  RoundState = "approved"
	RoundPublicity RoundState = "publicity"
	RoundConfirmed RoundState = "confirmed"
	RoundPaused    RoundState = "paused"
	RoundCancelled RoundState = "cancelled"
)

// Text is the state as people read it.
func (s RoundState) Text() string {
	switch s {
	case RoundPlanned:
		return "已计划"
	case RoundOpen:
		return "进行中（收集资料）"
	case RoundScoring:
		return "评分中"
	case RoundProposed:
		return "待复核"
	case RoundApproved:
		return "已同意，待公示"
	case RoundPublicity:
		return "公示中"
	case RoundConfirmed:
		return "已确认"
	case RoundPaused:
		return "已暂停"
	case RoundCancelled:
		return "已取消"
	}
	return string(s)
}

// roundMoves says where a round may go from where. Back to scoring it goes when a plan was rejected or an objection changed a score. A
// pause ends where it began.
var roundMoves = map[RoundState][]RoundState{
	RoundPlanned:   {RoundOpen, RoundPaused, RoundCancelled},
	RoundOpen:      {RoundScoring, RoundPaused, RoundCancelled},
	RoundScoring:   {RoundProposed, RoundPaused, RoundCancelled},
	RoundProposed:  {RoundApproved, RoundScoring, RoundPaused, RoundCancelled},
	RoundApproved:  {RoundPublicity, RoundScoring, RoundPaused, RoundCancelled},
	RoundPublicity: {RoundConfirmed, RoundScoring, RoundPaused, RoundCancelled},
	RoundPaused:    {RoundPlanned, RoundOpen, RoundScoring, RoundProposed, RoundApproved, RoundPublicity, RoundCancelled},
}

// Over says whether nothing more happens to the round.
func (r Round) Over() bool { return r.State == RoundConfirmed || r.State == RoundCancelled }

// Name is the round as people call it: 2026年度星级评定.
func (r Round) Name() string { return fmt.Sprintf("%d年度%s", r.Year, r.Kind.Text()) }

// Entity names the round in the audit log.
func (r Round) Entity() string { return fmt.Sprintf("round/%d", r.ID) }

// RoundStep is who moves a round, when, and why.
type RoundStep struct {
	On     policy.Date // business date
	At     policy.Instant
	Actor  Actor
	RunID  int64
	Reason string
}

// OpenRound plans a round. A second one of the kind and year is refused with what became of the first. The event and the audit row are of the same
// transaction.
func (tx *Tx) OpenRound(r Round, s RoundStep) (Round, error) {
	old, err := tx.Round(r.Kind, r.Year)
	if err == nil && old.State != RoundCancelled {
		return old, E(Conflict, "%s已经有了（#%d，%s），同一年度不能再启动一轮", old.Name(), old.ID, old.State.Text())
	}
	if err != nil && CodeOf(err) != NotFound {
		return r, err
	}
	if r.ID, err = tx.NextID("rounds", 1); err != nil {
		return r, err
	}
	s.Reason = fitting(s.Reason)
	r.State, r.WasState, r.ChangedOn, r.Reason, r.Version = RoundPlanned, "", s.On, s.Reason, 1
	if err := readable(tx.db.Create(&r).Error); CodeOf(err) == Conflict {
		return r, errRetry // somebody was quicker: read what they made
	} else if err != nil {
		return r, err
	}
	return r, tx.recordRound(r, "", s)
}

// MoveRound moves a round on, with what was filled into it (plan, hash, publicity), unless somebody else has moved it since it was read. The event and
// the audit row are of the same transaction.
func (tx *Tx) MoveRound(r *Round, to RoundState, s RoundStep) error {
	if !slices.Contains(roundMoves[r.State], to) || r.State == RoundPaused && to != r.WasState && to != RoundCancelled {
		return E(Conflict, "%s现在是“%s”，不能转为“%s”", r.Name(), r.State.Text(), to.Text())
	}
	s.Reason = fitting(s.Reason)
	next := *r
	next.State, next.WasState, next.ChangedOn, next.Reason, next.Version = to, "", s.On, s.Reason, r.Version+1
	if to == RoundPaused {
		next.WasState = r.State
	}
	if err := tx.updateRound(next, r.Version); err != nil {
		return err
	}
	was := r.State
	*r = next
	return tx.recordRound(next, was, s)
}

// FillRound keeps what was filled into a round (plan, hash, publicity) without moving it, unless it has moved since it was read.
func (tx *Tx) FillRound(r Round) error { return tx.updateRound(r, r.Version) }

func (tx *Tx) updateRound(r Round, version int) error {
	n, err := affected(tx.db.Exec(`UPDATE rounds SET state = ?, was_state = ?, opens_on = ?, data_by = ?, publicity_from = ?, confirm_by = ?, cutoff_on = ?,
		model = ?, inputs_hash = ?, frozen_on = ?, plan_id = ?, publicity_id = ?, confirmed_on = ?, changed_on = ?, reason = ?, version = ? WHERE id = ? AND version = ?`,
		r.State, r.WasState, r.OpensOn, r.DataBy, r.PublicityFrom, r.ConfirmBy, r.CutoffOn, r.Model, r.InputsHash, r.FrozenOn, r.PlanID, r.PublicityID, r.ConfirmedOn,
		r.ChangedOn, r.Reason, r.Version, r.ID, version))
	if err == nil && n != 1 {
		return E(Conflict, "%s（#%d）刚刚有了变化，请重新查看", r.Name(), r.ID)
	}
	return err
}

// Round is the round of a kind and year: the live one, else the one cancelled last, else ErrNotFound.
func (q Query) Round(kind RoundKind, year int) (Round, error) {
	rows, err := find[Round](q.db.Where("kind = ? AND year = ?", kind, year).Order("CASE WHEN state = 'cancelled' THEN 1 ELSE 0 END, id DESC").Limit(1))
	if err != nil {
		return Round{}, err
	}
	if len(rows) == 0 {
		return Round{}, ErrNotFound
	}
	return rows[0], nil
}

// RoundByID reads one round.
func (q Query) RoundByID(id int64) (Round, error) { return one[Round](q.db.Where("id = ?", id)) }

// Rounds lists all rounds, newest year first.
func (q Query) Rounds() ([]Round, error) { return find[Round](q.db.Order("year DESC, kind, id DESC")) }

// LiveRounds lists the rounds of a kind that are neither confirmed nor cancelled, oldest first.
func (q Query) LiveRounds(kind RoundKind) ([]Round, error) {
	return find[Round](q.db.Where("kind = ? AND state NOT IN ?", kind, []RoundState{RoundConfirmed, RoundCancelled}).Order("year, id"))
}

// RoundOfPlan is the round that a plan is about, or ErrNotFound.
func (q Query) RoundOfPlan(planID int64) (Round, error) {
	return one[Round](q.db.Where("plan_id = ?", planID))
}

// RoundStanding is a round's state; its version rises with every change.
func (q Query) RoundStanding(id int64) (Standing, error) {
	return q.standing("SELECT state, version FROM rounds WHERE id = ?", id)
}

// UnsettledRounds lists the confirmed rounds of a kind in which an entry still waits for its confirmation.
func (q Query) UnsettledRounds(kind RoundKind) ([]Round, error) {
	return find[Round](q.db.Where("kind = ? AND state = ? AND id IN (SELECT round_id FROM round_entries WHERE state IN ?)",
		kind, RoundConfirmed, []EntryState{EntryScored, EntryProvisional, EntryHeld}).Order("year, id"))
}

// fitting cuts a reason to what its column holds, between two characters.
func fitting(reason string) string {
	const most = 255
	if len(reason) <= most {
		return reason
	}
	cut := most - len("…")
	for !utf8.RuneStart(reason[cut]) {
		cut--
	}
	return reason[:cut] + "…"
}

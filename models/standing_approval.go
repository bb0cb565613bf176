package models

import (
	"fmt"
	"slices"
	"strings"

	"duixian/policy"
)

// StandingApproval (限额授权) is what two people set by day: inside which limits the night may submit and approve in their
// name. Two people start it, one ends it. Both must still hold their roles whenever it is used; else it is void.
type StandingApproval struct {
	ID         int64
	Kinds      string // of plans, each between commas: ,award,release,
	Items      string // benefit items, each between commas; empty = all of the policy
	FromOn     policy.Date
	ToOn       policy.Date // last day
	LineFen    policy.Fen  // the most of one line
	NightFen   policy.Fen  // the most of one night
	PeriodFen  policy.Fen  // the most of all its nights
	UsedFen    policy.Fen
	BasisNo    string // of the award plans that it approves: 会议纪要 or 认定文号
	BasisOn    policy.Date
	Reason     string
	MakerID    int64
	CheckerID  int64
	PlanID     int64
	ApprovalID int64 // by which the two set it
	Since      policy.Instant
	EndedAt    policy.Instant
	EndedBy    string
	EndReason  string
}

// TableName is the table of standing approvals.
func (StandingApproval) TableName() string { return "standings" }

// listed writes names so that one of them can be looked for: ,award,release,
func listed(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return "," + strings.Join(names, ",") + ","
}

// listedNames reads them back.
func listedNames(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' })
}

// KindList are the kinds of plans it is for.
func (s StandingApproval) KindList() []string { return listedNames(s.Kinds) }

// ItemList are the items it is for; none = all.
func (s StandingApproval) ItemList() []string { return listedNames(s.Items) }

// For says whether it may be used for a kind of plan and an item on a day.
func (s StandingApproval) For(kind, item string, on policy.Date) bool {
	return s.EndedAt == 0 && s.FromOn <= on && on <= s.ToOn && slices.Contains(s.KindList(), kind) && (s.Items == "" || slices.Contains(s.ItemList(), item))
}

// Entity names it in the audit log.
func (s StandingApproval) Entity() string { return fmt.Sprintf("standing/%d", s.ID) }

// Left is what the rest of its nights may come to.
func (s StandingApproval) Left() policy.Fen { return s.PeriodFen - s.UsedFen }

// overlaps says that two of them could be used for the same thing on the same day, which would add their limits up.
func (s StandingApproval) overlaps(o StandingApproval) bool {
	shares := func(a, b []string) bool {
		return slices.ContainsFunc(a, func(x string) bool { return slices.Contains(b, x) })
	}
	return s.FromOn <= o.ToOn && o.FromOn <= s.ToOn && shares(s.KindList(), o.KindList()) && (s.Items == "" || o.Items == "" || shares(s.ItemList(), o.ItemList()))
}

// Standings lists all standing approvals, the newest first.
func (q Query) Standings() ([]StandingApproval, error) {
	return find[StandingApproval](q.db.Order("id DESC"))
}

// Standing is one of them.
func (q Query) Standing(id int64) (StandingApproval, error) {
	return one[StandingApproval](q.db.Where("id = ?", id))
}

// LiveStandings are those that have begun and not ended by a day, the oldest first.
func (q Query) LiveStandings(on policy.Date) ([]StandingApproval, error) {
	return find[StandingApproval](q.db.Where("ended_at = 0 AND from_on <= ? AND to_on >= ?", on, on).Order("id"))
}

// StandingFor is the standing approval for a kind of plan and an item on a day, or ErrNotFound. There is one at most.
func (q Query) StandingFor(kind, item string, on policy.Date) (StandingApproval, error) {
	live, err := q.LiveStandings(on)
	if err != nil {
		return StandingApproval{}, err
	}
	for _, s := range live {
		if s.For(kind, item, on) {
			return s, nil
		}
	}
	return StandingApproval{}, ErrNotFound
}

// StandingClash is one that has not ended and could be used for the same things on the same days as s, or nil.
func (q Query) StandingClash(s StandingApproval) (*StandingApproval, error) {
	live, err := find[StandingApproval](q.db.Where("ended_at = 0 AND to_on >= ?", s.FromOn).Order("id"))
	for _, o := range live {
		if o.overlaps(s) {
			return &o, err
		}
	}
	return nil, err
}

// StartStanding stores what two people have approved.
func (tx *Tx) StartStanding(s StandingApproval) (StandingApproval, error) {
	clash, err := tx.StandingClash(s)
	if err != nil {
		return s, err
	}
	if clash != nil {
		return s, E(Conflict, "限额授权 #%d 在同一时期管同样的事项，不能重复授权；请先撤销它", clash.ID)
	}
	if s.ID, err = tx.NextID("standings", 1); err != nil {
		return s, err
	}
	return s, readable(tx.db.Create(&s).Error)
}

// EndStanding ends it at once; false when it has ended already.
func (tx *Tx) EndStanding(id int64, by, reason string, now policy.Instant) (bool, error) {
	n, err := affected(tx.db.Exec("UPDATE standings SET ended_at = ?, ended_by = ?, end_reason = ? WHERE id = ? AND ended_at = 0", now, by, reason, id))
	return n == 1, err
}

// StandingUse is one plan that a night approved under a standing approval.
type StandingUse struct {
	ApprovalID int64 `gorm:"primaryKey;autoIncrement:false"`
	StandingID int64
	PlanID     int64
	Night      policy.Date // the business day
	LineCount  int
	MostFen    policy.Fen // the largest line
	TotalFen   policy.Fen
	RunID      int64
	At         policy.Instant
}

// TakeStanding takes a sum out of the period and out of a night, by conditional updates with a CHECK behind each: neither can
// pass its limit, however many processes there are. When it does not fit any more, or the standing has ended, it returns a
// *Refusal and the caller must roll back to before the call: use it inside Tx.Try. A sum that was taken is not given back when a
// line is held later: limits may be reached early, never passed.
func (tx *Tx) TakeStanding(s StandingApproval, night policy.Date, sum policy.Fen) error {
	n, err := affected(tx.db.Exec("UPDATE standings SET used_fen = used_fen + ? WHERE id = ? AND ended_at = 0 AND from_on <= ? AND to_on >= ? AND used_fen + ? <= period_fen", sum, s.ID, night, night, sum))
	if err != nil {
		return err
	}
	if n == 0 {
		return &Refusal{"STANDING_PERIOD"}
	}
	for {
		n, err := affected(tx.db.Exec("UPDATE standing_nights SET used_fen = used_fen + ? WHERE standing_id = ? AND night = ? AND used_fen + ? <= limit_fen", sum, s.ID, night, sum))
		if err != nil || n == 1 {
			return err
		}
		var have int64
		if err := tx.db.Raw("SELECT COUNT(*) FROM standing_nights WHERE standing_id = ? AND night = ?", s.ID, night).Scan(&have).Error; err != nil {
			return readable(err)
		}
		if have > 0 {
			return &Refusal{"STANDING_NIGHT"}
		}
		if err := tx.db.Exec("INSERT INTO standing_nights (standing_id, night, limit_fen, used_fen) VALUES (?, ?, ?, 0)", s.ID, night, s.NightFen).Error; err != nil {
			if classify(err) == duplicate {
				return errRetry
			}
			return readable(err)
		}
	}
}

// StandingNight is what a night has used of its limit.
func (q Query) StandingNight(id int64, night policy.Date) (used policy.Fen, err error) {
	err = q.db.Raw("SELECT COALESCE(SUM(used_fen), 0) FROM standing_nights WHERE standing_id = ? AND night = ?", id, night).Scan(&used).Error
	return used, readable(err)
}

// ApproveStanding is the approval of a plan in two people's name: a row of its own kind, with both and the standing's number,
// and the record of what was used. There is no code and nobody is asked; the plan must have been saved in the same
// transaction, after TakeStanding.
func (tx *Tx) ApproveStanding(s StandingApproval, p Plan, use StandingUse, reason string) (Approval, error) {
	a := Approval{
		PlanID: p.ID, PlanHash: p.Hash, MakerID: s.MakerID, CheckerID: &s.CheckerID, State: ApprovalApproved, Reason: reason, SubmittedAt: use.At, DecidedAt: use.At, ExpiresOn: use.Night,
		StandingID: s.ID,
	}
	var err error
	if a.ID, err = tx.NextID("approvals", 1); err != nil {
		return a, err
	}
	if err := readable(tx.db.Create(&a).Error); err != nil {
		return a, err
	}
	if err := tx.SetPlanState(p.ID, PlanSubmitted, PlanApproved); err != nil {
		return a, err
	}
	use.ApprovalID, use.StandingID, use.PlanID = a.ID, s.ID, p.ID
	return a, readable(tx.db.Create(&use).Error)
}

// StandingUses lists what was approved under a standing approval, oldest first.
func (q Query) StandingUses(id int64) ([]StandingUse, error) {
	return find[StandingUse](q.db.Where("standing_id = ?", id).Order("approval_id"))
}

package models

import (
	"fmt"

	"duixian/policy"
	"duixian/secret"
)

// Approval is the request for a second person's yes to a frozen plan. The schema keeps maker and checker apart and
// allows one live request a plan; the code is kept only as a keyed hash.
type Approval struct {
	ID          int64
	PlanID      int64
	PlanHash    string
	MakerID     int64
	CheckerID   *int64
	State       ApprovalState
	CodeMac     string
	Reason      string
	SubmittedAt policy.Instant
	ExpiresOn   policy.Date // last day on which it can be decided
	DecidedAt   policy.Instant
	RunID       int64 // the run that executed it
	StandingID  int64 // the standing approval (限额授权) by which the night approved it in two people's name; 0 = they did it themselves
}

// ApprovalState is where a request stands.
type ApprovalState string

// The states of an approval.
const (
	ApprovalPending    ApprovalState = "pending"
	ApprovalApproved   ApprovalState = "approved"
	ApprovalExecuted   ApprovalState = "executed"
	ApprovalRejected   ApprovalState = "rejected"
	ApprovalExpired    ApprovalState = "expired"
	ApprovalSuperseded ApprovalState = "superseded"
)

// Text is the state as people read it.
func (s ApprovalState) Text() string {
	switch s {
	case ApprovalPending:
		return "待审批"
	case ApprovalApproved:
		return "已同意"
	case ApprovalExecuted:
		return "已同意并执行"
	case ApprovalRejected:
		return "已退回"
	case ApprovalExpired:
		return "已过期"
	case ApprovalSuperseded:
		return "已作废，未执行"
	}
	return string(s)
}

// WrongCodeLimit is how many wrong codes lock a person (never the plan), and CodeLock for how long.
const (
	WrongCodeLimit = 5
	CodeLock       = 24 * 60 * 60 * 1000 // ms
)

// Request asks for a second person. The code names the request in a chat line or on the command line.
func (tx *Tx) Request(p Plan, maker int64, code secret.Text, now policy.Instant, expires policy.Date) (Approval, error) {
	mac, err := tx.cipher.MAC("approvals.code", code)
	if err != nil {
		return Approval{}, err
	}
	a := Approval{PlanID: p.ID, PlanHash: p.Hash, MakerID: maker, State: ApprovalPending, CodeMac: mac, SubmittedAt: now, ExpiresOn: expires}
	if a.ID, err = tx.NextID("approvals", 1); err != nil {
		return a, err
	}
	if err := readable(tx.db.Create(&a).Error); err != nil {
		if CodeOf(err) != Conflict {
			return a, err
		}
		if other, err := tx.PendingByCode(code); err == nil && other.PlanID != p.ID { // drawn twice at the same moment
			return a, E(Conflict, "这次抽到的审批码与另一份待审方案的相同，没有送审；请再送审一次")
		}
		return a, E(Conflict, "方案 #%d 已经送审，尚未处理完", p.ID)
	}
	return a, nil
}

// Approval reads one request.
func (q Query) Approval(id int64) (Approval, error) { return one[Approval](q.db.Where("id = ?", id)) }

// ApprovalsIn lists requests in a state, oldest first.
func (q Query) ApprovalsIn(states ...ApprovalState) ([]Approval, error) {
	return find[Approval](q.db.Where("state IN ?", states).Order("id"))
}

// PendingByCode finds the pending request behind a code, or ErrNotFound.
func (q Query) PendingByCode(code secret.Text) (Approval, error) {
	mac, err := q.cipher.MAC("approvals.code", code)
	if err != nil {
		return Approval{}, err
	}
	return one[Approval](q.db.Where("state = ? AND code_mac = ?", ApprovalPending, mac))
}

// DecidedByCode finds what a member has decided with a code within the last day, or ErrNotFound.
func (q Query) DecidedByCode(code secret.Text, checkerID int64, now policy.Instant) (Approval, error) {
	mac, err := q.cipher.MAC("approvals.code", code)
	if err != nil {
		return Approval{}, err
	}
	return one[Approval](q.db.Where("code_mac = ? AND checker_id = ? AND decided_at > ?", mac, checkerID, now-CodeLock).Order("id DESC"))
}

// CodeLocked says until when a member may not enter codes; 0 = not locked. A lock twice as far ahead as any can be was made
// under a clock that ran ahead.
func (q Query) CodeLocked(memberID int64, now policy.Instant) (policy.Instant, error) {
	var until policy.Instant
	err := q.db.Raw("SELECT locked_until FROM code_tries WHERE member_id = ? AND locked_until > ? AND locked_until <= ?", memberID, now, now+2*CodeLock).Scan(&until).Error
	return until, readable(err)
}

// WrongCode counts a wrong code and locks the member at the limit. It returns how many tries are left.
func (tx *Tx) WrongCode(memberID int64, now policy.Instant) (left int, err error) {
	n, err := affected(tx.db.Exec("UPDATE code_tries SET tries = tries + 1 WHERE member_id = ?", memberID))
	if err != nil {
		return 0, err
	}
	if n == 0 {
		if err := tx.db.Exec("INSERT INTO code_tries (member_id, tries, locked_until) VALUES (?, 1, 0)", memberID).Error; err != nil {
			return 0, readable(err)
		}
	}
	var tries int
	if err := tx.db.Raw("SELECT tries FROM code_tries WHERE member_id = ?", memberID).Scan(&tries).Error; err != nil {
		return 0, readable(err)
	}
	if tries >= WrongCodeLimit {
		return 0, readable(tx.db.Exec("UPDATE code_tries SET tries = 0, locked_until = ? WHERE member_id = ?", now+CodeLock, memberID).Error)
	}
	return WrongCodeLimit - tries, nil
}

// RightCode forgets earlier wrong codes.
func (tx *Tx) RightCode(memberID int64) error {
	return readable(tx.db.Exec("UPDATE code_tries SET tries = 0 WHERE member_id = ?", memberID).Error)
}

// MoveApproval changes a request's state by a conditional update; ErrConflict-coded when somebody was quicker.
func (tx *Tx) MoveApproval(a *Approval, from, to ApprovalState) error {
	n, err := affected(tx.db.Exec("UPDATE approvals SET state = ?, checker_id = ?, reason = ?, decided_at = ?, run_id = ? WHERE id = ? AND state = ?",
		to, a.CheckerID, a.Reason, a.DecidedAt, a.RunID, a.ID, from))
	if err != nil {
		return err
	}
	if n != 1 {
		return E(Conflict, "送审 #%d 已被处理，请重新查看", a.ID)
	}
	a.State = to
	return nil
}

// Entity names an approval in the audit log.
func (a Approval) Entity() string { return fmt.Sprintf("approval/%d", a.ID) }

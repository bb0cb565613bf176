package models

import (
	"errors"

	"duixian/policy"
)

// Stop is an emergency stop: while one is live no run starts, a run that is going gives up before its next
// transaction, and nothing is sent. One person stops everything; two start it again.
type Stop struct {
	ID         int64
	Actor      string
	Reason     string
	Since      policy.Instant
	EndedAt    policy.Instant
	ApprovalID int64 // of those who ended it
}

// TableName is the table of stops.
func (Stop) TableName() string { return "stops" }

// Stopped is the live stop, or nil.
func (q Query) Stopped() (*Stop, error) {
	s, err := one[Stop](q.db.Where("live = 1"))
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &s, nil
}

// Stop stops everything. Who comes second is told who was first.
func (tx *Tx) Stop(actor Actor, reason string, now policy.Instant) (Stop, error) {
	if err := reasonFits(reason); err != nil {
		return Stop{}, err
	}
	live, err := tx.Stopped()
	if err != nil {
		return Stop{}, err
	}
	if live != nil {
		return *live, E(Conflict, "系统已于 %s 紧急停止（%s：%s）；恢复须两人办理", live.Since.Text(), live.Actor, live.Reason)
	}
	id, err := tx.NextID("stops", 1)
	if err != nil {
		return Stop{}, err
	}
	s := Stop{ID: id, Actor: actor.Member, Reason: reason, Since: now}
	if err := readable(tx.db.Create(&s).Error); errors.Is(err, ErrDuplicate) {
		return Stop{}, errRetry
	} else if err != nil {
		return Stop{}, err
	}
	return s, tx.Audit(now, Entry{Stream: "jobs", Actor: actor, Action: "stop", Entity: "stop", Data: map[string]any{"id": id, "reason": reason}})
}

// EndStop starts everything again. It asks for an approval of a plan of the kind resume that was submitted after the
// stop and approved by a second person.
func (tx *Tx) EndStop(approvalID int64, actor Actor, now policy.Instant) error {
	live, err := tx.Stopped()
	if err != nil {
		return err
	}
	if live == nil {
		return E(Conflict, "系统没有处于紧急停止状态")
	}
	ok, err := tx.EndsStop(approvalID)
	if err != nil {
		return err
	}
	if !ok {
		return E(Forbidden, "恢复运行须由两人办理：先提交恢复方案，再由另一人同意；审批 #%d 不是本次停止之后通过的恢复审批", approvalID)
	}
	ended, err := affected(tx.db.Exec("UPDATE stops SET ended_at = ?, approval_id = ? WHERE id = ? AND ended_at = 0", now, approvalID, live.ID))
	if err != nil || ended == 0 {
		return err
	}
	return tx.Audit(now, Entry{Stream: "jobs", Actor: actor, Action: "end_stop", Entity: "stop", Data: map[string]any{"id": live.ID, "approval": approvalID}})
}

// EndsStop reports whether two people have agreed, after the live stop, to start everything again.
func (q Query) EndsStop(approvalID int64) (bool, error) {
	var n int64
	err := q.db.Raw(`SELECT COUNT(*) FROM approvals a JOIN plans p ON p.id = a.plan_id WHERE a.id = ? AND p.kind = 'resume'
		AND a.state IN ('approved', 'executed') AND a.checker_id <> a.maker_id AND a.submitted_at >= (SELECT since FROM stops WHERE live = 1)`, approvalID).Scan(&n).Error
	return n == 1, readable(err)
}

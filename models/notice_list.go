package models

import (
	"fmt"
	"strings"

	"duixian/policy"
)

// NoticeFilter narrows a list of notices; zero fields do not.
type NoticeFilter struct {
	States   []NoticeState
	Kind     string
	MemberID int64
	OrgID    int64
	RunID    int64
	Before   int64 // numbers below this one: the next page
	Limit    int   // 0 = 100
}

// Notices lists notices, newest first.
func (q Query) Notices(f NoticeFilter) ([]Notice, error) {
	db := q.db
	for column, v := range map[string]int64{"member_id": f.MemberID, "org_id": f.OrgID, "run_id": f.RunID} {
		if v != 0 {
			db = db.Where(column+" = ?", v)
		}
	}
	if len(f.States) > 0 {
		db = db.Where("state IN ?", f.States)
	}
	if f.Kind != "" {
		db = db.Where("kind = ?", f.Kind)
	}
	if f.Before != 0 {
		db = db.Where("id < ?", f.Before)
	}
	if f.Limit == 0 {
		f.Limit = 100
	}
	return find[Notice](db.Order("id DESC").Limit(f.Limit))
}

// Notice is one notice by number.
func (q Query) Notice(id int64) (Notice, error) { return one[Notice](q.db.Where("id = ?", id)) }

// NoticeCounts counts the outbox by state.
func (q Query) NoticeCounts() (map[NoticeState]int64, error) {
	var rows []struct {
		State NoticeState
		N     int64
	}
	err := q.db.Raw("SELECT state, COUNT(*) AS n FROM notices GROUP BY state").Scan(&rows).Error
	counts := make(map[NoticeState]int64, len(rows))
	for _, r := range rows {
		counts[r.State] = r.N
	}
	return counts, readable(err)
}

// ResendNotice sends a dead or doubtful notice once more, by one person's word. Is the recipient gone, or was there
// none, it goes to whoever should have it today; those who have it already get it no second time. It returns how many
// notices are pending now.
func (tx *Tx) ResendNotice(now policy.Instant, actor Actor, id int64) (int, error) {
	n, err := tx.Notice(id)
	if err != nil {
		if CodeOf(err) == NotFound {
			return 0, E(NotFound, "没有第 %d 号通知", id)
		}
		return 0, err
	}
	if n.State != NoticeDead && n.State != NoticeUnknown {
		return 0, E(Conflict, "第 %d 号通知%s，不能重发；只有“%s”和“%s”的可以", id, n.State.Text(), NoticeDead.Text(), NoticeUnknown.Text())
	}
	heirs, gone, err := tx.heirs(n)
	if err != nil {
		return 0, err
	}
	to, reason, sent := NoticePending, "", 1
	if gone {
		if len(heirs) == 0 {
			return 0, E(Conflict, "第 %d 号通知仍无人可收（%s）；请先导入联系人或授予角色，再重发", id, n.ReasonText())
		}
		copies := make([]Notice, len(heirs))
		for i, m := range heirs {
			c := Notice{MemberID: m.ID, OrgID: n.OrgID, Kind: n.Kind, Thing: n.Thing, DueOn: n.DueOn, Payload: n.Payload, Urgent: n.Urgent, NextAt: now, RunID: n.RunID, CreatedAt: now}
			copies[i] = c
		}
		if sent, err = tx.Enqueue(copies); err != nil {
			return 0, err
		}
		to, reason = NoticeSuperseded, Readdressed
	}
	changed, err := affected(tx.db.Exec("UPDATE notices SET state = ?, reason = ?, next_at = ?, digest_id = 0, provider_key = '', via = '' WHERE id = ? AND state = ?",
		to, reason, now, id, n.State)) // as a message of its own: under the old key the channel might swallow it
	if err != nil {
		return 0, err
	}
	if changed != 1 {
		return 0, E(Conflict, "第 %d 号通知刚刚被另一处改动，请重新查看", id)
	}
	return sent, tx.Audit(now, Entry{
		Stream: "data", Actor: actor, Action: "resend-notice", Entity: fmt.Sprintf("notice/%d", id), RunID: n.RunID,
		Data: map[string]any{"kind": n.Kind, "thing": n.Thing, "was": n.State, "reason": n.Reason, "pending": sent},
	})
}

// heirs are today's recipients of a notice whose own recipient is gone or never was.
func (q Query) heirs(n Notice) (heirs []Member, gone bool, err error) {
	code, role, _ := strings.Cut(n.Reason, ":")
	switch {
	case code == NoContact, code == RecipientLeft && n.OrgID != 0:
		heirs, err = q.ContactsOf(n.OrgID)
		return heirs, true, err
	case code == RecipientLeft:
		m, err := q.Member(n.MemberID)
		return nil, err == nil && !m.Active, err // an official's own; back again, it may be sent again
	case code == NoMember:
		heirs, err = q.MembersWithRole(Role(role))
		return heirs, true, err
	}
	return nil, false, nil
}

package models

import (
	"time"

	"gorm.io/gorm"

	"duixian/policy"
)

// NoticeClaim is a hand on some notices: until the lease ends nobody else sends them. The key must differ from every
// earlier one unless the same message is sent again.
type NoticeClaim struct {
	DigestID    int64
	ProviderKey string
	Fresh       bool // a message that was never handed over; false = one whose last try was doubtful
	Channel     string
	Owner       string // unique for each start of each program
	LeaseUntil  policy.Instant
}

// DueNoticeMembers lists who has something to be sent by now; with urgentOnly, something urgent.
func (q Query) DueNoticeMembers(now policy.Instant, urgentOnly bool) ([]int64, error) {
	var ids []int64
	err := q.dueNotices(now, urgentOnly).Model(&Notice{}).Distinct().Order("member_id").Pluck("member_id", &ids).Error
	return ids, readable(err)
}

// DueNotices are the notices to be sent to these members by now, by member and number.
func (q Query) DueNotices(members []int64, now policy.Instant, urgentOnly bool) ([]Notice, error) {
	return find[Notice](q.dueNotices(now, urgentOnly).Where("member_id IN ?", members).Order("member_id, id"))
}

// noticeDue holds for what is to be sent by now, and for what a clock that ran ahead has put off: no notice waits for more
// than a month, and none was written later than now.
const (
	noticeDue   = "(next_at <= ? OR next_at > ? OR created_at > ?)"
	longestWait = 31 * 24 * time.Hour
)

func dueArgs(now policy.Instant) []any { return []any{now, now.Add(longestWait), now.Add(tooFar)} }

func (q Query) dueNotices(now policy.Instant, urgentOnly bool) *gorm.DB {
	db := q.db.Where("state = ?", NoticePending).Where(noticeDue, dueArgs(now)...)
	if urgentOnly {
		db = db.Where("urgent = 1")
	}
	return db
}

// NoticeWake is when the next notice is due, 0 = none waits: the earliest urgent one, the earliest other one, and the
// earliest lease that would show that its owner is gone.
func (q Query) NoticeWake() (urgent, other, lease policy.Instant, err error) {
	first := func(sql string, args ...any) (at policy.Instant) {
		if err == nil {
			err = readable(q.db.Raw(sql, args...).Scan(&at).Error)
		}
		return at
	}
	urgent = first("SELECT COALESCE(MIN(next_at), 0) FROM notices WHERE state = ? AND urgent = 1", NoticePending)
	other = first("SELECT COALESCE(MIN(next_at), 0) FROM notices WHERE state = ? AND urgent = 0", NoticePending)
	lease = first("SELECT COALESCE(MIN(lease_until), 0) FROM notices WHERE state = ?", NoticeSending)
	return urgent, other, lease, err
}

// ClaimNotices takes pending notices for one message, all or none: none when another replica was quicker with one of
// them. Half a message under a key that the other half may use too could be lost in the channel.
func (tx *Tx) ClaimNotices(ids []int64, now policy.Instant, c NoticeClaim) (bool, error) {
	n, err := affected(tx.db.Exec(`UPDATE notices SET state = ?, tries = tries + 1, digest_id = ?, provider_key = ?, channel = ?, owner = ?, lease_until = ?
		WHERE id IN ? AND state = ? AND `+noticeDue,
		append([]any{NoticeSending, c.DigestID, c.ProviderKey, c.Channel, c.Owner, c.LeaseUntil, ids, NoticePending}, dueArgs(now)...)...))
	if err != nil || int(n) == len(ids) {
		return err == nil, err
	}
	back := map[string]any{"state": NoticePending, "tries": gorm.Expr("tries - 1"), "owner": "", "lease_until": 0}
	if c.Fresh {
		back["digest_id"], back["provider_key"] = 0, ""
	}
	return false, readable(tx.db.Model(&Notice{}).Where("id IN ? AND state = ? AND owner = ? AND provider_key = ?",
		ids, NoticeSending, c.Owner, c.ProviderKey).UpdateColumns(back).Error)
}

// DropNotices ends pending notices that are not to be sent: superseded, or dead when somebody should look.
func (tx *Tx) DropNotices(ids []int64, to NoticeState, reason string) (int64, error) {
	return affected(tx.db.Exec("UPDATE notices SET state = ?, reason = ? WHERE id IN ? AND state = ?", to, clip(reason), ids, NoticePending))
}

// NoticeResult is what became of a try.
type NoticeResult struct {
	State   NoticeState // where the notices go
	Reason  string
	At      policy.Instant
	NextAt  policy.Instant // of the next try, when State is pending; of the next look, when it was handed over
	Via     string         // the channel of the next try; empty = as before
	Task    string
	Unknown bool // nobody knows whether it arrived
	Code    string
	Detail  string
}

// SettleNotices records what became of the caller's try and ends the claim. Notices whose lease was taken over
// meanwhile are left alone. A notice that goes back without doubt loses its digest and key, so that it is folded anew;
// after a doubtful try it keeps both, so that the channel can recognise it.
func (tx *Tx) SettleNotices(ids []int64, c NoticeClaim, r NoticeResult) (int64, error) {
	rows, err := find[Notice](tx.db.Where("id IN ? AND state = ? AND owner = ? AND lease_until = ?", ids, NoticeSending, c.Owner, c.LeaseUntil).Order("id"))
	if err != nil {
		return 0, err
	}
	return tx.settle(rows, r)
}

// ExpiredNotices are those whose sender died in the middle: nobody knows whether they arrived.
func (q Query) ExpiredNotices(now policy.Instant, limit int) ([]Notice, error) {
	return find[Notice](q.db.Where("state = ? AND (lease_until < ? OR lease_until > ?)", NoticeSending, now, now.Add(tooFar)).Order("id").Limit(limit))
}

// SettleExpired ends the claim of a sender that is gone, if nobody else did so meanwhile.
func (tx *Tx) SettleExpired(n Notice, r NoticeResult) (int64, error) {
	return tx.settle([]Notice{n}, r)
}

func (tx *Tx) settle(rows []Notice, r NoticeResult) (int64, error) {
	if len(rows) == 0 {
		return 0, nil
	}
	ids, tries := make([]int64, len(rows)), make([]Delivery, len(rows))
	outcome := string(r.State)
	if r.Unknown {
		outcome = string(NoticeUnknown)
	} else if r.State == NoticePending {
		outcome = "failed"
	}
	for i, n := range rows {
		ids[i], tries[i] = n.ID, Delivery{NoticeID: n.ID, TryNo: n.Tries, At: r.At, Outcome: outcome, Code: r.Code, Detail: r.Detail}
	}
	set := map[string]any{"state": r.State, "reason": clip(r.Reason), "owner": "", "lease_until": 0}
	if r.Task != "" {
		set["provider_task"] = taskKey(r.Task)
	}
	if r.NextAt != 0 {
		set["next_at"] = r.NextAt
	}
	if r.Via != "" {
		set["via"] = r.Via
	}
	switch {
	case r.Unknown:
		set["ambiguous"] = gorm.Expr("ambiguous + 1")
	case r.State == NoticePending:
		set["digest_id"], set["provider_key"] = 0, ""
	case r.State == NoticeAccepted:
		set["accepted_at"] = r.At
	case r.State == NoticeDelivered:
		set["accepted_at"], set["delivered_at"] = r.At, r.At
	}
	n, err := affected(tx.db.Model(&Notice{}).Where("id IN ? AND state = ? AND owner = ? AND lease_until = ?",
		ids, NoticeSending, rows[0].Owner, rows[0].LeaseUntil).UpdateColumns(set))
	switch {
	case err != nil || n == 0:
		return n, err
	case int(n) != len(rows):
		return 0, errRetry // somebody took some of them over between the look and the change
	}
	return n, insert(tx.db, tries)
}

// NoticesDelivered records the channel's later word that what it accepted, or what was in doubt, has arrived.
func (tx *Tx) NoticesDelivered(ids []int64, at policy.Instant) (int64, error) {
	return affected(tx.db.Exec("UPDATE notices SET state = ?, reason = '', delivered_at = ? WHERE id IN ? AND state IN ?",
		NoticeDelivered, at, ids, []NoticeState{NoticeAccepted, NoticeUnknown}))
}

// NoticesRead records that the person has read them.
func (tx *Tx) NoticesRead(ids []int64, at policy.Instant) (int64, error) {
	return affected(tx.db.Exec("UPDATE notices SET state = ?, reason = '', read_at = ? WHERE id IN ? AND state IN ?",
		NoticeRead, at, ids, []NoticeState{NoticeAccepted, NoticeUnknown, NoticeDelivered}))
}

// clip cuts a reason to the column, never through a character.
func clip(s string) string {
	const room = 255 // bytes
	for len(s) > room {
		r := []rune(s[:room])
		s = string(r[:len(r)-1])
	}
	return s
}

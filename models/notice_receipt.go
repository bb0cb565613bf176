package models

import (
	"crypto/sha256"
	"encoding/hex"

	"gorm.io/gorm"

	"duixian/policy"
)

// What a channel says of a message after it has taken it. A task number that is too long for the column is kept as its hash.

const taskRoom = 96 // bytes of notices.provider_task

func taskKey(task string) string {
	if len(task) <= taskRoom {
		return task
	}
	sum := sha256.Sum256([]byte(task))
	return "sha256:" + hex.EncodeToString(sum[:])
}

// read is what makes a notice read.
func (tx *Tx) read(where *gorm.DB, now policy.Instant) (int64, error) {
	return affected(where.Model(&Notice{}).UpdateColumns(map[string]any{
		"state": NoticeRead, "reason": "", "read_at": now, "delivered_at": gorm.Expr("CASE WHEN delivered_at = 0 THEN ? ELSE delivered_at END", now),
	}))
}

// seen are the states in which a person may have a notice already: also one that is about to go by another channel and has
// not left yet. unread are, beside them, those that wait for the next month and can be read in the chat meanwhile.
const (
	seen   = "(state IN ('accepted', 'delivered', 'unknown') OR state = 'pending' AND reason = '" + Unread + "')"
	unread = "(state IN ('accepted', 'delivered', 'unknown') OR state = 'pending' AND reason IN ('" + Unread + "', '" + QuotaWait + "'))"
)

// NoticeRead records that a person has read what was handed over under a channel's number. ErrUnavailable, to be asked again later:
// the receipt was quicker than the record of the sending.
func (tx *Tx) NoticeRead(task, channelID string, now policy.Instant) error {
	members, err := tx.holders(task, channelID)
	if err != nil || len(members) == 0 {
		return err
	}
	n, err := tx.read(tx.db.Where("member_id IN ? AND provider_task = ? AND "+seen, members, taskKey(task)), now)
	if err != nil || n > 0 {
		return err
	}
	var sending int64
	if err := tx.db.Raw("SELECT COUNT(*) FROM notices WHERE member_id IN ? AND state = ?", members, NoticeSending).Scan(&sending).Error; err != nil || sending == 0 {
		return readable(err)
	}
	return E(Unavailable, "回执早于发送登记，请稍后重投")
}

// NoticeRecalled records that a message was taken back before its person had read it: they do not have it any more.
func (tx *Tx) NoticeRecalled(task, channelID string, now policy.Instant) error {
	members, err := tx.holders(task, channelID)
	if err != nil || len(members) == 0 {
		return err
	}
	rows, err := find[Notice](tx.db.Where("member_id IN ? AND provider_task = ? AND state IN ?", members, taskKey(task), []NoticeState{NoticeAccepted, NoticeDelivered}))
	if err != nil {
		return err
	}
	for _, n := range rows {
		if err := tx.afterwards(n, Delivery{At: now, Outcome: "recalled"}, NoticeResult{State: NoticeDead, Reason: Recalled}); err != nil {
			return err
		}
	}
	return nil
}

// holders are the members with an address.
func (tx *Tx) holders(task, channelID string) (ids []int64, err error) {
	if task == "" || channelID == "" {
		return nil, nil
	}
	err = tx.db.Raw("SELECT id FROM members WHERE channel_id = ?", channelID).Scan(&ids).Error
	return ids, readable(err)
}

// UnreadNotices are a member's newest notices that were handed over, may have been, or wait for the next month, and that nobody
// has said to have read; newest first.
func (q Query) UnreadNotices(memberID int64, limit int) ([]Notice, error) {
	return find[Notice](q.db.Where("member_id = ? AND "+unread, memberID).Order("id DESC").Limit(limit))
}

// UnreadCount is how many of them there are.
func (q Query) UnreadCount(memberID int64) (n int64, err error) {
	err = q.db.Raw("SELECT COUNT(*) FROM notices WHERE member_id = ? AND "+unread, memberID).Scan(&n).Error
	return n, readable(err)
}

// NoticesSeen records that a member was shown notices in the chat.
func (tx *Tx) NoticesSeen(memberID int64, ids []int64, now policy.Instant) (int64, error) {
	return tx.read(tx.db.Where("member_id = ? AND id IN ? AND "+unread, memberID, ids), now)
}

// LookNotices are those of which a channel is to be asked by now what became of them.
func (q Query) LookNotices(channels []string, now policy.Instant, limit int) ([]Notice, error) {
	return find[Notice](q.db.Where("state IN ? AND channel IN ? AND next_at > 0 AND next_at <= ?", []NoticeState{NoticeAccepted, NoticeDelivered}, channels, now).Order("id").Limit(limit))
}

// LookWake is when the next of them is due, 0 = none.
func (q Query) LookWake(channels []string) (at policy.Instant, err error) {
	err = q.db.Raw("SELECT COALESCE(MIN(next_at), 0) FROM notices WHERE state IN ? AND channel IN ? AND next_at > 0", []NoticeState{NoticeAccepted, NoticeDelivered}, channels).Scan(&at).Error
	return at, readable(err)
}

// LookAgain sets when a channel is asked the next time, 0 = never.
func (tx *Tx) LookAgain(ids []int64, at policy.Instant) error {
	return readable(tx.db.Exec("UPDATE notices SET next_at = ? WHERE id IN ? AND state IN ?", at, ids, []NoticeState{NoticeAccepted, NoticeDelivered}).Error)
}

// IgnoredNotices are those of some kinds that were handed over through some channels between two instants, have not been read and
// have gone by no other channel yet.
func (q Query) IgnoredNotices(channels, kinds []string, from, to policy.Instant, limit int) ([]Notice, error) {
	return find[Notice](q.db.Where("state IN ? AND channel IN ? AND accepted_at BETWEEN ? AND ? AND via = '' AND kind IN ?",
		[]NoticeState{NoticeAccepted, NoticeDelivered}, channels, from, to, kinds).Order("member_id, id").Limit(limit))
}

// Redirect sends a notice that was handed over once more, through another channel (Via of the result) or not at all, and records
// why. False: meanwhile it was read, or somebody else did so.
func (tx *Tx) Redirect(n Notice, d Delivery, r NoticeResult) (bool, error) {
	err := tx.afterwards(n, d, r)
	if CodeOf(err) == Conflict {
		return false, nil
	}
	return err == nil, err
}

// afterwards moves a notice that was handed over to another state and adds a row to its tries: of invariant 32 each row that
// is no send explains one send more.
func (tx *Tx) afterwards(n Notice, d Delivery, r NoticeResult) error {
	set := map[string]any{"state": r.State, "reason": clip(r.Reason), "tries": gorm.Expr("tries + 1"), "next_at": r.NextAt}
	if r.Via != "" {
		set["via"] = r.Via
	}
	if r.State == NoticePending {
		set["digest_id"], set["provider_key"] = 0, ""
	}
	changed, err := affected(tx.db.Model(&Notice{}).Where("id = ? AND state = ? AND tries = ?", n.ID, n.State, n.Tries).UpdateColumns(set))
	if err != nil {
		return err
	}
	if changed != 1 {
		return E(Conflict, "第 %d 号通知刚刚被另一处改动", n.ID)
	}
	d.NoticeID, d.TryNo = n.ID, n.Tries+1
	return insert(tx.db, []Delivery{d})
}

// PostponeNotices leaves pending notices for later, with a reason.
func (tx *Tx) PostponeNotices(ids []int64, reason string, at policy.Instant) (int64, error) {
	return affected(tx.db.Exec("UPDATE notices SET reason = ?, next_at = ? WHERE id IN ? AND state = ?", clip(reason), at, ids, NoticePending))
}

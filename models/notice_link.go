package models

import (
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	"duixian/policy"
	"duixian/secret"
)

// NoticeLink is the address behind which the words of a line in a firm's own group are. Whoever has it may open it, once and within
// LinkLife; of its token only the hash is stored, see link_token.go.
type NoticeLink struct {
	ID        int64 `gorm:"primaryKey;autoIncrement:false"`
	Hash      string
	OrgID     int64
	Dispatch  string // the key under which the line went out
	MadeAt    policy.Instant
	ExpiresAt policy.Instant
	OpenedAt  policy.Instant
	OpenedBy  string // chance: whose request it was that opened it
	RevokedAt policy.Instant
}

// LinkLife is how long a link can be opened.
const LinkLife = 7 * 24 * time.Hour

// Opens reports whether the link can be opened at now.
func (l NoticeLink) Opens(now policy.Instant) bool {
	return l.OpenedAt == 0 && l.RevokedAt == 0 && now < l.ExpiresAt
}

type noticeLinkRow struct{ LinkID, NoticeID int64 }

// TableName is the table of what links stand for.
func (noticeLinkRow) TableName() string { return "notice_link_rows" }

// linkOpener is who opened a link, in the audit: somebody of the group, nobody knows who. No member's code has a slash.
var linkOpener = Actor{Member: "notice-link/"}

// LinkNotices makes the link of one line in one organisation's group and returns its token. The same line again has the same link, which
// then stands for these notices, too; it lives no longer for that. Notices of others are left out.
func (tx *Tx) LinkNotices(dispatch string, orgID int64, notices []int64, now policy.Instant) (secret.Text, error) {
	token, err := tx.cipher.linkToken(dispatch, orgID)
	if err != nil {
		return "", err
	}
	var own []int64
	if err := tx.db.Raw("SELECT id FROM notices WHERE id IN ? AND org_id = ? AND org_id > 0 ORDER BY id", notices, orgID).Scan(&own).Error; err != nil {
		return "", readable(err)
	}
	if len(own) == 0 {
		return "", E(Invalid, "没有可以放进链接的通知")
	}
	link, err := tx.NoticeLink(token)
	var have []int64
	switch {
	case err == nil:
		if err := tx.db.Raw("SELECT notice_id FROM notice_link_rows WHERE link_id = ?", link.ID).Scan(&have).Error; err != nil {
			return "", readable(err)
		}
	case CodeOf(err) == NotFound:
		link = NoticeLink{Hash: linkHash(token), OrgID: orgID, Dispatch: dispatch, MadeAt: now, ExpiresAt: now.Add(LinkLife)}
		if link.ID, err = tx.NextID("notice_links", 1); err != nil {
			return "", err
		}
		if err := insertNew(tx.db, []NoticeLink{link}); err != nil {
			return "", err
		}
	default:
		return "", err
	}
	var rows []noticeLinkRow
	for _, id := range own {
		if !slices.Contains(have, id) {
			rows = append(rows, noticeLinkRow{link.ID, id})
		}
	}
	return token, insertNew(tx.db, rows)
}

// insertNew inserts rows of which another replica may have been quicker with one.
func insertNew[T any](db *gorm.DB, rows []T) error {
	err := insert(db, rows)
	if CodeOf(err) == Conflict {
		return errRetry
	}
	return err
}

// NoticeLink finds a link by its token, whatever became of it; ErrNotFound.
func (q Query) NoticeLink(token secret.Text) (NoticeLink, error) {
	return one[NoticeLink](q.db.Where("hash = ?", linkHash(token)))
}

// LinkedNotices are what a link stands for and may still be read: of its own organisation, and neither dead nor superseded. ErrUnavailable,
// to be asked again in a minute or two: one of them is just being sent, and it is not recorded yet how that went.
func (q Query) LinkedNotices(l NoticeLink) ([]Notice, error) {
	rows, err := find[Notice](q.db.Where("id IN (SELECT notice_id FROM notice_link_rows WHERE link_id = ?) AND org_id = ? AND state NOT IN ?",
		l.ID, l.OrgID, []NoticeState{NoticeDead, NoticeSuperseded}).Order("id"))
	if err == nil && slices.ContainsFunc(rows, func(n Notice) bool { return n.State == NoticeSending }) {
		return nil, E(Unavailable, "通知正在登记，请一两分钟后再试")
	}
	return rows, err
}

// OpenLink uses a link up: of any number who try it, on any replica, one succeeds. What was shown becomes read, with a row of its own among
// each notice's tries. ErrConflict: somebody else was quicker, or it does not open any more.
func (tx *Tx) OpenLink(l NoticeLink, by string, shown []Notice, now policy.Instant) error {
	n, err := affected(tx.db.Exec("UPDATE notice_links SET opened_at = ?, opened_by = ? WHERE id = ? AND opened_at = 0 AND revoked_at = 0 AND expires_at > ?", now, by, l.ID, now))
	if err != nil {
		return err
	}
	if n != 1 {
		return E(Conflict, "链接已经失效")
	}
	ids := make([]int64, len(shown))
	for i, row := range shown {
		ids[i] = row.ID
		if row.State == NoticeRead {
			continue
		}
		if err := tx.afterwards(row, Delivery{At: now, Outcome: "opened"}, NoticeResult{State: NoticeRead}); err != nil {
			if CodeOf(err) == Conflict {
				return errRetry // its state has just changed: look again
			}
			return err
		}
	}
	if _, err := tx.read(tx.db.Where("id IN ? AND state = ? AND read_at = 0", ids, NoticeRead), now); err != nil {
		return err
	}
	return tx.Audit(now, Entry{
		Stream: "data", Actor: linkOpener, Action: "open-notice-link", Entity: fmt.Sprintf("notice-link/%d", l.ID),
		Data: map[string]any{"org": l.OrgID, "dispatch": l.Dispatch, "notices": ids},
	})
}

// RevokeLinks makes every link of an organisation useless that has not been opened, as when its line went to the wrong group. It
// returns how many. Any official may. ErrForbidden: the actor is none.
func (tx *Tx) RevokeLinks(actor Actor, org Organisation, now policy.Instant) (int64, error) {
	roles, err := find[MemberRole](tx.db.Where("member_id IN (SELECT id FROM members WHERE code = ? AND active = 1) AND org_id = 0", actor.Member))
	if err != nil {
		return 0, err
	}
	if len(roles) == 0 {
		return 0, E(Forbidden, "%s 不是本局在用的工作人员，不能作废通知链接", actor.Member)
	}
	n, err := affected(tx.db.Exec("UPDATE notice_links SET revoked_at = ? WHERE org_id = ? AND opened_at = 0 AND revoked_at = 0", now, org.ID))
	if err != nil || n == 0 {
		return n, err
	}
	return n, tx.Audit(now, Entry{Stream: "data", Actor: actor, Action: "revoke-notice-links", Entity: "organisation/" + org.Code, Data: map[string]any{"links": n}})
}

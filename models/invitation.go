package models

import (
	"fmt"
	"time"

	"duixian/policy"
	"duixian/secret"
)

// Invitation lets whoever names its code once speak for a firm. The code is kept only as a keyed hash; it is handed to
// the firm by an official on a way of their own.
type Invitation struct {
	ID        int64
	CodeMac   string
	OrgID     int64
	Maker     string // who invited
	MadeAt    policy.Instant
	ExpiresAt policy.Instant
	State     InvitationState
	UsedBy    int64
	UsedAt    policy.Instant
}

// InvitationState is where an invitation stands.
type InvitationState string

// An invitation is open until it is used or its time is over.
const (
	InvitationOpen InvitationState = "open"
	InvitationUsed InvitationState = "used"
)

// InvitationDays is how long an invitation is good, and BindLock how long somebody who tried WrongCodeLimit wrong codes may try none.
const (
	InvitationDays = 7
	BindLock       = 24 * time.Hour
)

// Invite makes an invitation for a firm. Who may is the caller's business.
func (tx *Tx) Invite(actor Actor, org Organisation, code secret.Text, now policy.Instant) (Invitation, error) {
	mac, err := tx.cipher.MAC("invitations.code", code)
	if err != nil {
		return Invitation{}, err
	}
	i := Invitation{CodeMac: mac, OrgID: org.ID, Maker: actor.Member, MadeAt: now, ExpiresAt: now.Add(InvitationDays * 24 * time.Hour), State: InvitationOpen}
	if i.ID, err = tx.NextID("invitations", 1); err != nil {
		return i, err
	}
	if err := insert(tx.db, []Invitation{i}); CodeOf(err) == Conflict {
		return i, errRetry // a code that was given before, by chance
	} else if err != nil {
		return i, err
	}
	return i, tx.Audit(now, Entry{Stream: "roles", Actor: actor, Action: "invite", Entity: fmt.Sprintf("invitation/%d", i.ID), Data: map[string]any{"org": org.ID, "expires": i.ExpiresAt}})
}

// OpenInvitations lists a firm's invitations that can still be used.
func (q Query) OpenInvitations(orgID int64, now policy.Instant) ([]Invitation, error) {
	return find[Invitation](q.db.Where("org_id = ? AND state = ? AND expires_at > ?", orgID, InvitationOpen, now).Order("id"))
}

// Binding is who wants to speak for a firm: an address of a channel that nobody has yet, or that of a known member.
type Binding struct {
	Channel, ChannelID string
	MemberID           int64  // who writes, when it is a member already
	Code               string // of the member that is made when it is none
	Name               string
}

// Bind uses an invitation: it makes the member if the address is new and gives it the contact role for the firm. A wrong
// code is counted against the address and says how many tries are left; the same code used again by the same person
// changes nothing. The error that refuses must not roll the count back: it comes as refused.
func (tx *Tx) Bind(b Binding, code secret.Text, now policy.Instant) (m Member, org Organisation, refused, err error) {
	until, err := tx.bindLocked(b, now)
	if err != nil {
		return m, org, nil, err
	}
	if until > 0 {
		return m, org, E(Forbidden, "您连续输错邀请码，到 %s 后才能再试", until.Text()), nil
	}
	mac, err := tx.cipher.MAC("invitations.code", code)
	if err != nil {
		return m, org, nil, err
	}
	i, err := one[Invitation](tx.db.Where("code_mac = ?", mac))
	switch {
	case CodeOf(err) == NotFound:
		left, err := tx.wrongBind(b, now)
		if left == 0 {
			return m, org, E(Invalid, "没有这个邀请码；您已连续输错 %d 次，24 小时后才能再试", WrongCodeLimit), err
		}
		return m, org, E(Invalid, "没有这个邀请码，请核对后再发（还可以试 %d 次）", left), err
	case err != nil:
		return m, org, nil, err
	}
	known := b.MemberID != 0
	if known {
		m, err = tx.Member(b.MemberID)
	} else if m, err = tx.MemberByAddress(b.ChannelID); err == nil {
		known = true
	} else if CodeOf(err) == NotFound {
		err = nil
	}
	if err != nil {
		return m, org, nil, err
	}
	if org, err = tx.Organisation(i.OrgID); err != nil {
		return m, org, nil, err
	}
	switch {
	case i.State == InvitationUsed && known && i.UsedBy == m.ID:
		return m, org, nil, nil
	case i.State != InvitationOpen:
		return m, org, E(Conflict, "这个邀请码已经用过，每个只能用一次；请向经办人要一个新的"), nil
	case i.ExpiresAt <= now:
		return m, org, E(Conflict, "这个邀请码已于 %s 失效，请向经办人要一个新的", i.ExpiresAt.Text()), nil
	}
	if m, err = tx.bindRole(m, known, b, i, now); err != nil {
		return m, org, nil, err
	}
	n, err := affected(tx.db.Exec("UPDATE invitations SET state = ?, used_by = ?, used_at = ? WHERE id = ? AND state = ?", InvitationUsed, m.ID, now, i.ID, InvitationOpen))
	if err == nil && n != 1 {
		err = errRetry // two people with one code, at once
	}
	return m, org, nil, err
}

// bindRole gives the person behind an address the contact role for the invitation's firm.
func (tx *Tx) bindRole(m Member, known bool, b Binding, i Invitation, now policy.Instant) (Member, error) {
	role := MemberRole{Role: Contact, OrgID: i.OrgID}
	if !known {
		m = Member{Code: b.Code, Name: b.Name, Active: true, Channel: b.Channel, ChannelID: b.ChannelID, Since: now}
		return m, tx.AddMember(now, Actor{Member: b.Code}, &m, role)
	}
	err := tx.ChangeRoster(now, Actor{Member: m.Code}, RosterChange{Code: m.Code, Name: m.Name, Role: role.Role, OrgID: role.OrgID, Active: true})
	return m, err
}

// Unbind takes a person's contact role for a firm away: they asked for it themselves.
func (tx *Tx) Unbind(m Member, org Organisation, actor Actor, now policy.Instant) error {
	return tx.ChangeRoster(now, actor, RosterChange{Code: m.Code, Name: m.Name, Role: Contact, OrgID: org.ID})
}

// MemberByAddress is the member whose address in the chat is this one, active or not. Of several the active one.
func (q Query) MemberByAddress(channelID string) (Member, error) {
	if channelID == "" {
		return Member{}, ErrNotFound
	}
	return one[Member](q.db.Where("channel_id = ?", channelID).Order("active DESC, id"))
}

func (q Query) bindLocked(b Binding, now policy.Instant) (policy.Instant, error) {
	var until policy.Instant
	err := q.db.Raw("SELECT locked_until FROM bind_tries WHERE channel = ? AND sender = ? AND locked_until > ?", b.Channel, b.ChannelID, now).Scan(&until).Error
	return until, readable(err)
}

// wrongBind counts a wrong code and locks the address at the limit.
func (tx *Tx) wrongBind(b Binding, now policy.Instant) (left int, err error) {
	n, err := affected(tx.db.Exec("UPDATE bind_tries SET tries = tries + 1 WHERE channel = ? AND sender = ?", b.Channel, b.ChannelID))
	if err != nil {
		return 0, err
	}
	if n == 0 {
		err := tx.db.Exec("INSERT INTO bind_tries (channel, sender, tries, locked_until) VALUES (?, ?, 1, 0)", b.Channel, b.ChannelID).Error
		if classify(err) == duplicate {
			return 0, errRetry
		} else if err != nil {
			return 0, readable(err)
		}
	}
	var tries int
	if err := tx.db.Raw("SELECT tries FROM bind_tries WHERE channel = ? AND sender = ?", b.Channel, b.ChannelID).Scan(&tries).Error; err != nil {
		return 0, readable(err)
	}
	if tries < WrongCodeLimit {
		return WrongCodeLimit - tries, nil
	}
	return 0, readable(tx.db.Exec("UPDATE bind_tries SET tries = 0, locked_until = ? WHERE channel = ? AND sender = ?", now.Add(BindLock), b.Channel, b.ChannelID).Error)
}

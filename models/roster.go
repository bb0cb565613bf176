package models

import "duixian/policy"

// RosterChange gives a person one role or takes it away. It is a line of a roster plan, so its JSON is part of what two
// people see and must not change its meaning.
type RosterChange struct {
	Code      string `json:"code"`
	Name      string `json:"name"`
	Role      Role   `json:"role"`
	OrgID     int64  `json:"org,omitempty"`
	ChannelID string `json:"channel_id,omitempty"`
	Active    bool   `json:"active"`
}

// HasMembers tells whether anybody is on the roster: on a database without members the first roster is taken without a
// plan, because there is nobody yet who could approve it.
func (q Query) HasMembers() (bool, error) {
	var n int64
	err := q.db.Raw("SELECT COUNT(*) FROM members").Scan(&n).Error
	return n > 0, readable(err)
}

// RosterChanges keeps those of the changes that would change something.
func (q Query) RosterChanges(all []RosterChange) ([]RosterChange, error) {
	var news []RosterChange
	for _, c := range all {
		same, err := q.onRoster(c)
		if err != nil {
			return nil, err
		}
		if !same {
			news = append(news, c)
		}
	}
	return news, nil
}

// onRoster tells whether the roster says already what the change says.
func (q Query) onRoster(c RosterChange) (bool, error) {
	m, err := q.MemberByCode(c.Code)
	if CodeOf(err) == NotFound {
		return !c.Active, nil
	}
	if err != nil {
		return false, err
	}
	roles, err := q.RolesOf(m.ID)
	if err != nil {
		return false, err
	}
	has := false
	for _, r := range roles {
		has = has || r.Role == c.Role && r.OrgID == c.OrgID
	}
	if !c.Active {
		return !has || !m.Active, nil
	}
	return has && m.Active && m.Name == c.Name && (c.ChannelID == "" || m.ChannelID == c.ChannelID), nil
}

// ChangeRoster carries out one change with its audit row. A change that is on the roster already does nothing. A person
// without any role left is no longer active.
func (tx *Tx) ChangeRoster(now policy.Instant, actor Actor, c RosterChange) error {
	same, err := tx.onRoster(c)
	if err != nil || same {
		return err
	}
	m, err := tx.MemberByCode(c.Code)
	if CodeOf(err) == NotFound {
		m = Member{Code: c.Code, Name: c.Name, Active: true, ChannelID: c.ChannelID, Since: now}
		return tx.AddMember(now, actor, &m, MemberRole{Role: c.Role, OrgID: c.OrgID})
	}
	if err != nil {
		return err
	}
	if c.Active {
		if c.ChannelID != "" {
			m.ChannelID = c.ChannelID
		}
		if err := tx.db.Exec("UPDATE members SET name = ?, channel_id = ?, active = 1 WHERE id = ?", c.Name, m.ChannelID, m.ID).Error; err != nil {
			return readable(err)
		}
		roles, err := tx.RolesOf(m.ID)
		if err != nil {
			return err
		}
		has := false
		for _, r := range roles {
			has = has || r.Role == c.Role && r.OrgID == c.OrgID
		}
		if !has {
			if err := insert(tx.db, []MemberRole{{m.ID, c.Role, c.OrgID}}); err != nil {
				return err
			}
		}
	} else {
		if err := tx.db.Exec("DELETE FROM member_roles WHERE member_id = ? AND role = ? AND org_id = ?", m.ID, c.Role, c.OrgID).Error; err != nil {
			return readable(err)
		}
		if err := tx.db.Exec("UPDATE members SET active = 0 WHERE id = ? AND NOT EXISTS (SELECT 1 FROM member_roles WHERE member_id = ?)", m.ID, m.ID).Error; err != nil {
			return readable(err)
		}
	}
	return tx.Audit(now, Entry{Stream: "roles", Actor: actor, Action: "change-roster", Entity: "member/" + c.Code, Data: c})
}

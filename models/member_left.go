package models

import "duixian/policy"

// MemberLeft takes every role from whoever has this address in the chat: DingTalk says that they have left the
// organisation. What they did keeps their name; what they asked for is checked again where it is carried out.
func (tx *Tx) MemberLeft(channelID string, now policy.Instant) error {
	m, err := tx.MemberByAddress(channelID)
	if CodeOf(err) == NotFound || err == nil && !m.Active {
		return nil
	}
	if err != nil {
		return err
	}
	roles, err := tx.RolesOf(m.ID)
	if err != nil {
		return err
	}
	for _, r := range roles {
		if err := tx.ChangeRoster(now, System, RosterChange{Code: m.Code, Name: m.Name, Role: r.Role, OrgID: r.OrgID}); err != nil {
			return err
		}
	}
	return nil
}

package models

// Recipient is a member as the outbox needs it: who it is, where it reads, what it may be told.
type Recipient struct {
	Member
	Roles []MemberRole
}

// Holds reports whether the member is active and has one of the roles for the organisation; org 0 asks for roles of
// the house.
func (r Recipient) Holds(orgID int64, roles ...Role) bool {
	for _, have := range r.Roles {
		for _, want := range roles {
			if r.Active && have.Role == want && have.OrgID == orgID {
				return true
			}
		}
	}
	return false
}

// Recipients reads members with their roles, also those who are no longer active.
func (q Query) Recipients(ids []int64) (map[int64]Recipient, error) {
	members, err := find[Member](q.db.Where("id IN ?", ids))
	if err != nil {
		return nil, err
	}
	roles, err := find[MemberRole](q.db.Where("member_id IN ?", ids).Order("member_id, role, org_id"))
	if err != nil {
		return nil, err
	}
	out := make(map[int64]Recipient, len(members))
	for _, m := range members {
		out[m.ID] = Recipient{Member: m}
	}
	for _, r := range roles {
		who := out[r.MemberID]
		who.Roles = append(who.Roles, r)
		out[r.MemberID] = who
	}
	return out, nil
}

// ContactsOfAll are the active contacts of many organisations at once.
func (q Query) ContactsOfAll(orgIDs []int64) (map[int64][]Member, error) {
	out := make(map[int64][]Member, len(orgIDs))
	for from := 0; from < len(orgIDs); from += 500 {
		var rows []struct {
			Member `gorm:"embedded"`
			OrgID  int64
		}
		err := q.db.Raw(`SELECT m.*, r.org_id FROM member_roles r JOIN members m ON m.id = r.member_id
			WHERE r.org_id IN ? AND r.role = ? AND m.active = 1 ORDER BY r.org_id, m.id`, orgIDs[from:min(from+500, len(orgIDs))], Contact).Scan(&rows).Error
		if err != nil {
			return nil, readable(err)
		}
		for _, r := range rows {
			out[r.OrgID] = append(out[r.OrgID], r.Member)
		}
	}
	return out, nil
}

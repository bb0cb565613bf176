package models

import "duixian/policy"

// Role is what a member may do. A contact has it for one organisation, everybody else for the house (org 0).
type Role string

// The roles.
const (
	Clerk     Role = "clerk"     // 经办
	Approver  Role = "approver"  // 复核
	Treasurer Role = "treasurer" // 财务
	Operator  Role = "operator"  // 运维
	Auditor   Role = "auditor"   // 监督
	Contact   Role = "contact"   // 企业联系人
)

// Text is the role's name for people.
func (r Role) Text() string {
	switch r {
	case Clerk:
		return "经办"
	case Approver:
		return "复核"
	case Treasurer:
		return "财务"
	case Operator:
		return "运维"
	case Auditor:
		return "监督"
	case Contact:
		return "企业联系人"
	}
	return string(r)
}

// Member is a person known to us. PersonMAC is equal for two accounts of one human being, empty when nobody said
// who it is. Morning is the hour at which the person wants the digest ("08:30", empty = the house's hour).
type Member struct {
	ID        int64 `gorm:"primaryKey;autoIncrement:false"`
	Code      string
	Name      string
	Active    bool
	PersonMAC string
	Channel   string // name of a channel, empty = the house's first
	ChannelID string // address there
	Morning   string
	Muted     string // kinds of notices the person does not want, separated by spaces; "all" = every kind
	Since     policy.Instant
}

// MemberRole gives a member a role, for one organisation or for the house.
type MemberRole struct {
	MemberID int64 `gorm:"primaryKey;autoIncrement:false"`
	Role     Role  `gorm:"primaryKey"`
	OrgID    int64 `gorm:"primaryKey;autoIncrement:false"`
}

// Member is one member by number.
func (q Query) Member(id int64) (Member, error) { return one[Member](q.db.Where("id = ?", id)) }

// MemberByCode is one member by the code people use.
func (q Query) MemberByCode(code string) (Member, error) {
	return one[Member](q.db.Where("code = ?", code))
}

// MembersWithRole are the active members who have the role anywhere.
func (q Query) MembersWithRole(role Role) ([]Member, error) {
	return find[Member](q.db.Where("active = 1 AND id IN (SELECT member_id FROM member_roles WHERE role = ?)", role).Order("id"))
}

// ContactsOf are the active contacts of an organisation.
func (q Query) ContactsOf(orgID int64) ([]Member, error) {
	return find[Member](q.db.Where("active = 1 AND id IN (SELECT member_id FROM member_roles WHERE org_id = ? AND role = ?)", orgID, Contact).Order("id"))
}

// RolesOf are the roles of a member, also of one who is no longer active.
func (q Query) RolesOf(memberID int64) ([]MemberRole, error) {
	return find[MemberRole](q.db.Where("member_id = ?", memberID).Order("role, org_id"))
}

// AddMember writes a new member with roles and gives it its number. Who may do so is the caller's business.
func (tx *Tx) AddMember(now policy.Instant, actor Actor, m *Member, roles ...MemberRole) error {
	if m.Code == System.Member {
		return E(Invalid, "成员编号不能是 %q，这是系统自己的名字", m.Code)
	}
	id, err := tx.NextID("members", 1)
	if err != nil {
		return err
	}
	m.ID = id
	if err := insert(tx.db, []Member{*m}); err != nil {
		return err
	}
	data := newMember{Name: m.Name, Channel: m.Channel, ChannelID: m.ChannelID, Person: m.PersonMAC, Active: m.Active, Roles: []memberRole{}}
	for i := range roles {
		roles[i].MemberID = id
		data.Roles = append(data.Roles, memberRole{roles[i].Role, roles[i].OrgID})
	}
	if err := insert(tx.db, roles); err != nil {
		return err
	}
	return tx.Audit(now, Entry{Stream: "roles", Actor: actor, Action: "add-member", Entity: "member/" + m.Code, Data: data})
}

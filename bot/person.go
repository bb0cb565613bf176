package bot

import (
	"slices"
	"strings"

	"duixian/models"
)

// The two sides of the table. A firm's contact has the role for one organisation, an official for the house.
var (
	firms     = []models.Role{models.Contact}
	officials = []models.Role{models.Clerk, models.Approver, models.Treasurer, models.Operator, models.Auditor}
	everybody = slices.Concat(firms, officials)
)

// person is who wrote a message, with the roles of this moment. Somebody who left has none.
type person struct {
	models.Member
	roles []models.MemberRole
}

// leftText is for somebody who was a member: it says so, and nothing about anybody else.
const leftText = "您已不在人员名册中，不能再查询和办理。名册有误的，请与市人社局经办人联系更正。"

// outsiderText is the one line for people we do not know: it says nothing about anybody.
const outsiderText = "您还没有登记为联系人，暂时不能查询。请与市人社局经办人联系，登记后再来问我。"

// findPerson reads who a member is; somebody unknown is a person without roles.
func findPerson(q models.Query, code string) (person, error) {
	m, err := q.MemberByCode(code)
	if models.CodeOf(err) == models.NotFound {
		return person{}, nil
	}
	if err != nil || !m.Active {
		return person{Member: m}, err
	}
	roles, err := q.RolesOf(m.ID)
	return person{m, roles}, err
}

func (p person) known() bool { return len(p.roles) > 0 }

// stranger is what somebody without a role hears.
func (p person) stranger() Reply {
	if p.ID != 0 {
		return Reply{Text: leftText, Outcome: Outsider}
	}
	return Reply{Text: outsiderText, Outcome: Outsider}
}

// has reports whether the person has one of the roles, each in its place: contacts of a firm, officials of the house.
func (p person) has(roles []models.Role) bool {
	return slices.ContainsFunc(p.roles, func(r models.MemberRole) bool {
		return slices.Contains(roles, r.Role) && (r.Role == models.Contact) == (r.OrgID != 0)
	})
}

func (p person) may(c *Command) bool { return p.has(c.Roles) }

// knowsOf reports whether the person may learn that the command exists. A firm does not hear of the officials'
// commands; an official hears which role one is for.
func (p person) knowsOf(c *Command) bool {
	return p.may(c) || p.has(officials) || c.Open && !p.known()
}

// firmIDs are the organisations the person speaks for.
func (p person) firmIDs() []int64 {
	var ids []int64
	for _, r := range p.roles {
		if r.Role == models.Contact && r.OrgID != 0 {
			ids = append(ids, r.OrgID)
		}
	}
	return ids
}

// rolesText names the roles: 经办、复核.
func rolesText(roles []models.Role) string {
	var names []string
	for _, r := range roles {
		if !slices.Contains(names, r.Text()) {
			names = append(names, r.Text())
		}
	}
	return strings.Join(names, "、")
}

func (p person) own() []models.Role {
	var own []models.Role
	for _, r := range p.roles {
		own = append(own, r.Role)
	}
	return own
}

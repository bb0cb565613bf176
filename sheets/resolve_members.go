package sheets

import (
	"duixian/models"
)

// members turns the roster into changes of single roles. On a database that has members they are not written: two
// people decide them as a plan. The first roster of an empty database is written at once, and must name the two.
func (r *resolver) members(rows []MemberRow) error {
	orgs, err := r.OrganisationsByCode(codesOf(rows, func(m MemberRow) string { return m.Org }))
	if err != nil {
		return err
	}
	var all []models.RosterChange
	for _, m := range rows {
		c := models.RosterChange{Code: m.Code, Name: m.Name, Role: models.Role(m.Role), ChannelID: m.Chat, Active: m.Active}
		if m.Org != "" {
			org, there := orgs[m.Org]
			if !there {
				if err := r.unknownOrg(m.At, orgCode.Title, m.Org, ""); err != nil {
					return err
				}
				continue
			}
			c.OrgID = org.ID
		}
		all = append(all, c)
	}
	news, err := r.RosterChanges(all)
	if err != nil {
		return err
	}
	r.changes.New, r.changes.Same = len(news), len(all)-len(news)
	begun, err := r.HasMembers()
	if err != nil {
		return err
	}
	if begun {
		r.Roster = news
		if len(news) > 0 {
			r.Report.Notes = append(r.Report.Notes, "人员和角色的变更要由两人决定：导入后生成名册方案，由另一名复核人同意后生效")
		}
		return nil
	}
	clerks, approvers := map[string]bool{}, map[string]bool{}
	for _, c := range news {
		clerks[c.Code] = clerks[c.Code] || c.Active && c.Role == models.Clerk
		approvers[c.Code] = approvers[c.Code] || c.Active && c.Role == models.Approver
	}
	if !twoPeople(clerks, approvers) {
		r.refuse(rows[0].At, "角色", "", "在名册里至少写上一名经办和另一名复核", "第一份名册必须有一名经办和另一名复核，否则以后没有人能批准任何事")
		return nil
	}
	r.first = news
	return nil
}

// twoPeople tells whether there is a clerk and an approver who is somebody else.
func twoPeople(clerks, approvers map[string]bool) bool {
	for clerk, is := range clerks {
		for approver, may := range approvers {
			if is && may && clerk != approver {
				return true
			}
		}
	}
	return false
}

package models

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// checkApprovals: who submitted and who decided, and about which plan, is what the chain says.
func (q Query) checkApprovals() (CheckResult, error) {
	r := CheckResult{No: "36b", Title: "经办、复核和方案与审计记录一致"}
	type said struct {
		row      AuditRow
		Approval int64
		Hash     string
	}
	submitted, decided := map[int64]said{}, map[string]said{}
	rows, err := find[AuditRow](q.db.Where("action IN ('submit', 'approve', 'reject', 'approve-standing')").Order("stream, seq"))
	if err != nil {
		return r, err
	}
	for _, row := range rows {
		s := said{row: row}
		if err := json.Unmarshal([]byte(row.Canon), &s); err != nil {
			continue // another row of that name
		}
		if row.Action == "submit" {
			submitted[s.Approval] = s
		} else {
			decided[row.Entity] = s
		}
	}
	approvals, err := find[Approval](q.db.Order("id"))
	if err != nil {
		return r, err
	}
	members, err := find[Member](q.db.Order("id"))
	if err != nil {
		return r, err
	}
	code := map[int64]string{}
	for _, m := range members {
		code[m.ID] = m.Code
	}
	for _, a := range approvals {
		r.Examined++
		finds := func(format string, args ...any) {
			r.Findings = append(r.Findings, fmt.Sprintf("送审 #%d（方案 #%d）", a.ID, a.PlanID)+fmt.Sprintf(format, args...))
		}
		if a.StandingID != 0 {
			if text := standingSaid(a, decided[a.Entity()].row); text != "" {
				finds("%s", text)
			}
			continue
		}
		made, ok := submitted[a.ID]
		switch {
		case !ok:
			finds("没有送审的审计记录")
		case made.row.Actor != code[a.MakerID]:
			finds("的经办现在是 %s，审计记录（%s 第 %d 行）为 %s", code[a.MakerID], made.row.Stream, made.row.Seq, made.row.Actor)
		case made.Hash != a.PlanHash || made.row.Entity != fmt.Sprintf("plan/%d", a.PlanID):
			finds("的方案或校验码与审计记录（%s 第 %d 行）不符", made.row.Stream, made.row.Seq)
		}
		yes, ok := decided[a.Entity()]
		checker := ""
		if a.CheckerID != nil {
			checker = code[*a.CheckerID]
		}
		wants := map[ApprovalState]string{ApprovalApproved: "approve", ApprovalExecuted: "approve", ApprovalRejected: "reject"}[a.State]
		switch {
		case !ok && (wants != "" || checker != ""):
			finds("现在是“%s”，没有复核的审计记录", a.State.Text())
		case !ok:
		case yes.row.Actor != checker:
			finds("的复核现在是 %s，审计记录（%s 第 %d 行，%s）为 %s", checker, yes.row.Stream, yes.row.Seq, yes.row.At.Text(), yes.row.Actor)
		case wants != "" && yes.row.Action != wants:
			finds("现在是“%s”，审计记录（%s 第 %d 行）为 %s", a.State.Text(), yes.row.Stream, yes.row.Seq, yes.row.Action)
		case yes.Hash != a.PlanHash:
			finds("的校验码与复核时的审计记录（%s 第 %d 行）不符", yes.row.Stream, yes.row.Seq)
		}
	}
	return r, nil
}

// standingSaid compares an approval that the night made in two people's name with the one row that says so; empty = it agrees.
func standingSaid(a Approval, row AuditRow) string {
	var says struct {
		Plan, Standing, Maker, Checker int64
		Hash                           string
	}
	if row.Action != "approve-standing" || json.Unmarshal([]byte(row.Canon), &says) != nil {
		return "没有限额授权自动同意的审计记录"
	}
	if row.Actor != System.Member || says.Plan != a.PlanID || says.Hash != a.PlanHash || says.Standing != a.StandingID || says.Maker != a.MakerID || a.CheckerID == nil || says.Checker != *a.CheckerID {
		return fmt.Sprintf("的授权人、限额授权、方案或校验码与审计记录（%s 第 %d 行）不符", row.Stream, row.Seq)
	}
	return ""
}

// newMember is what the chain says of a member who was added. Rows of earlier versions are only the list of roles.
type newMember struct {
	Name      string       `json:"name,omitempty"`
	Channel   string       `json:"channel,omitempty"`
	ChannelID string       `json:"channel_id,omitempty"`
	Person    string       `json:"person,omitempty"` // keyed hash
	Active    bool         `json:"active"`
	Roles     []memberRole `json:"roles"`
}

type memberRole struct {
	Role Role  `json:"role"`
	Org  int64 `json:"org"`
}

// roster is a member as the chain tells it.
type roster struct {
	newMember
	whole bool // name, address and person were recorded when the member was added
	roles map[memberRole]bool
	row   AuditRow // the last one about the member
}

// replayRoster tells the roster from the chain alone.
func (q Query) replayRoster() (map[string]*roster, error) {
	rows, err := find[AuditRow](q.db.Where("stream = 'roles' AND action IN ('add-member', 'change-roster')").Order("seq"))
	if err != nil {
		return nil, err
	}
	all := map[string]*roster{}
	for _, row := range rows {
		code := row.Entity[min(len("member/"), len(row.Entity)):]
		if row.Action == "add-member" {
			m := &roster{roles: map[memberRole]bool{}, row: row}
			if json.Unmarshal([]byte(row.Canon), &m.newMember) == nil {
				m.whole = true
			} else {
				m.Active = true
				_ = json.Unmarshal([]byte(row.Canon), &m.Roles) // a row that says nothing leaves a member without roles, which shows
			}
			for _, r := range m.Roles {
				m.roles[r] = true
			}
			all[code] = m
			continue
		}
		var c RosterChange
		m := all[code]
		if m == nil {
			m = &roster{roles: map[memberRole]bool{}}
			all[code] = m
		}
		if json.Unmarshal([]byte(row.Canon), &c) != nil {
			continue
		}
		m.row = row
		role := memberRole{c.Role, c.OrgID}
		if c.Active {
			m.roles[role], m.Active, m.Name = true, true, c.Name
			if c.ChannelID != "" {
				m.ChannelID = c.ChannelID
			}
			continue
		}
		delete(m.roles, role)
		m.Active = m.Active && len(m.roles) > 0
	}
	return all, nil
}

// checkRoster: members, their addresses and their roles are what the chain tells.
func (q Query) checkRoster() (CheckResult, error) {
	r := CheckResult{No: "40g", Title: "成员和角色与审计记录一致"}
	all, err := q.replayRoster()
	if err != nil {
		return r, err
	}
	members, err := find[Member](q.db.Order("id"))
	if err != nil {
		return r, err
	}
	roles, err := find[MemberRole](q.db.Order("member_id, role, org_id"))
	if err != nil {
		return r, err
	}
	copied, err := q.Meta(copiedMeta)
	if err != nil {
		return r, err
	}
	has := map[int64]map[memberRole]bool{}
	for _, m := range roles {
		if has[m.MemberID] == nil {
			has[m.MemberID] = map[memberRole]bool{}
		}
		has[m.MemberID][memberRole{m.Role, m.OrgID}] = true
	}
	older, strangers := 0, 0
	for _, m := range members {
		r.Examined++
		was, known := all[m.Code]
		if !known {
			if strangers++; copied == "" {
				r.Findings = append(r.Findings, fmt.Sprintf("成员 %s（%s）没有增加的审计记录", m.Code, m.Name))
			}
			delete(has, m.ID)
			continue
		}
		if !was.whole {
			older++
		}
		compareMember(&r, m, was, has[m.ID])
		delete(all, m.Code)
		delete(has, m.ID)
	}
	for _, code := range slices.Sorted(maps.Keys(all)) {
		r.Findings = append(r.Findings, fmt.Sprintf("成员 %s 没有了，而审计记录（roles 第 %d 行）里有", code, all[code].row.Seq))
	}
	for _, id := range slices.Sorted(maps.Keys(has)) {
		r.Findings = append(r.Findings, fmt.Sprintf("角色表里有成员 #%d 的角色，而没有这个成员", id))
	}
	if older > 0 {
		r.Notes = append(r.Notes, fmt.Sprintf("%d 名成员的姓名和账号早于这项记录的启用，只核对了角色", older))
	}
	if strangers > 0 && copied != "" {
		r.Notes = append(r.Notes, fmt.Sprintf("%d 名成员复制自另一个数据库，未比较", strangers))
	}
	return r, nil
}

func compareMember(r *CheckResult, m Member, was *roster, has map[memberRole]bool) {
	finds := func(format string, args ...any) {
		r.Findings = append(r.Findings, fmt.Sprintf("成员 %s（%s）", m.Code, m.Name)+fmt.Sprintf(format, args...))
	}
	for role := range has {
		if !was.roles[role] {
			finds("的角色“%s”%s没有审计记录", role.Role.Text(), ofOrg(role.Org))
		}
	}
	for role := range was.roles {
		if !has[role] {
			finds("的角色“%s”%s没有了，而审计记录（roles 第 %d 行）里有", role.Role.Text(), ofOrg(role.Org), was.row.Seq)
		}
	}
	if m.Active != was.Active {
		finds("在职与否与审计记录（roles 第 %d 行）不符", was.row.Seq)
	}
	if was.Name != "" && m.Name != was.Name {
		finds("的姓名与审计记录（roles 第 %d 行）不符", was.row.Seq)
	}
	if (was.whole || was.ChannelID != "") && m.ChannelID != was.ChannelID {
		finds("的聊天账号与审计记录（roles 第 %d 行）不符", was.row.Seq)
	}
	if was.whole && (m.Channel != was.Channel || m.PersonMAC != was.Person) {
		finds("的渠道或身份与审计记录（roles 第 %d 行）不符", was.row.Seq)
	}
}

func ofOrg(id int64) string {
	if id == 0 {
		return ""
	}
	return fmt.Sprintf("（机构 #%d）", id)
}

package main

import (
	"context"
	"errors"
	"slices"
	"time"

	"duixian/dingtalk/sim"
	"duixian/models"
	"duixian/secret"
)

// The demo's app in the local DingTalk; it opens nothing else.
const (
	demoClientID = "dingdemoduixian"
	demoSecret   = secret.Text("demo-secret-of-the-local-dingtalk")
	demoAgentID  = 10001
	demoContacts = 8 // firms whose people have a phone in the demo
)

// phones starts the local DingTalk of the demo. Its people come later, when the bureau is there.
func (p *program) phones(ctx context.Context, listen string) (*sim.Sim, string, error) {
	s, err := sim.New(sim.Options{Config: demoOrganisation(nil), Now: p.wall, Clock: &sim.Clock{Now: p.played.Now, Advance: p.playDays}})
	if err != nil {
		return nil, "", err
	}
	url, err := s.Listen(ctx, listen)
	if err != nil {
		return nil, "", errors.Join(models.E(models.Unavailable, "本地钉钉不能使用端口 %s（%v）；换一个：duixian demo --phones 127.0.0.1:0", listen, err), s.Close())
	}
	return s, url, nil
}

// playDays is the calendar of the page.
func (p *program) playDays(ctx context.Context, to time.Time) error {
	if p.advance == nil {
		return models.E(models.Unavailable, "服务还没有就绪，请稍候")
	}
	return p.advance(ctx, to)
}

// demoOrganisation is the bureau's DingTalk organisation: officials, some firms' people, a stranger, two groups.
func demoOrganisation(people []sim.Person) sim.Config {
	c := sim.Config{
		CorpID: "dingdemocorp", Departments: []sim.Department{{ID: 2, Parent: 1, Name: "市人社局（示例）"}, {ID: 3, Parent: 1, Name: "人力资源机构（示例）"}},
		Limits: sim.Limits{QPS: -1}, // days are played in seconds
		Apps:   []sim.App{{Name: "政策兑现助手", ClientID: demoClientID, ClientSecret: demoSecret, RobotCode: demoClientID, AgentID: demoAgentID}},
	}
	c.People = append(people, sim.Person{StaffID: "dd-luren", Name: "路人（示例）", Title: "还没有绑定", Dept: []int64{3}})
	var officials, firms []string
	for _, one := range c.People {
		if one.Dept[0] == 2 {
			officials = append(officials, one.StaffID)
		} else {
			firms = append(firms, one.StaffID)
		}
	}
	if len(officials) > 0 {
		c.Groups = []sim.Group{
			{ID: "cid-demo-office", Title: "兑现工作群（示例）", Members: officials, Robots: []string{demoClientID}},
			{ID: "cid-demo-firms", Title: "企业服务群（示例）", Members: append(officials[:1:1], firms...), Robots: []string{demoClientID}},
		}
	}
	return c
}

// demoPeople are the members who have a phone in the demo: a firm's contact, the officials, more contacts. Firms of which
// something can be told come first.
func demoPeople(ctx context.Context, a *app) ([]sim.Person, error) {
	q := a.store.Read(ctx)
	contacts, err := q.MembersWithRole(models.Contact)
	if err != nil {
		return nil, err
	}
	var telling, others []sim.Person
	for _, m := range contacts {
		roles, err := q.RolesOf(m.ID)
		if err != nil {
			return nil, err
		}
		org, err := q.Organisation(roles[0].OrgID)
		if err != nil {
			return nil, err
		}
		claims, err := q.ClaimsOfOrg(org.ID)
		if err != nil {
			return nil, err
		}
		one := demoPerson(m, org.Name, 3)
		if len(claims) > 0 {
			telling = append(telling, one)
		} else {
			others = append(others, one)
		}
	}
	firms := append(telling, others...)
	firms = firms[:min(len(firms), demoContacts)]
	var people []sim.Person
	for _, role := range []models.Role{models.Clerk, models.Approver, models.Treasurer, models.Operator, models.Auditor} {
		members, err := q.MembersWithRole(role)
		if err != nil {
			return nil, err
		}
		for _, m := range members {
			one := demoPerson(m, role.Text(), 2)
			if !slices.ContainsFunc(people, func(p sim.Person) bool { return p.StaffID == one.StaffID }) {
				people = append(people, one)
			}
		}
	}
	if len(firms) > 0 {
		people = append(firms[:1:1], people...)
		people = append(people, firms[1:]...)
	}
	return people, nil
}

func demoPerson(m models.Member, title string, dept int64) sim.Person {
	return sim.Person{StaffID: m.ChannelID, UnionID: "union-" + m.ChannelID, Name: m.Name, Title: title, Dept: []int64{dept}}
}

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"duixian/dingtalk/sim"
	"duixian/jobs"
	"duixian/models"
	"duixian/notifications"
	"duixian/policy"
)

// rough asks for the long forms: DUIXIAN_TEST_ROUGH=1.
func rough() bool { return os.Getenv("DUIXIAN_TEST_ROUGH") == "1" }

// crowd adds firms with one contact each, in the database and in DingTalk: dd-many-0 and so on.
func (o *office) crowd(a *app, n int) {
	o.t.Helper()
	config := demoOrganisation([]sim.Person{{StaffID: "dd-jingban01", Name: "经办", Dept: []int64{2}}, {StaffID: "dd-fuhe01", Name: "复核", Dept: []int64{2}}})
	config.Limits = sim.Limits{APICalls: -1, WebhookStream: -1, QPS: -1, NoticesPerMin: -1, RedeliverySecs: 20}
	if rough() {
		config.Limits.RedeliverySecs = 60
	}
	var orgs []models.Organisation
	for i := range n {
		config.People = append(config.People, sim.Person{StaffID: many(i), Name: many(i), Dept: []int64{3}})
		orgs = append(orgs, models.Organisation{Code: fmt.Sprintf("9133070000000%05d", i), Kind: "企业", Name: fmt.Sprintf("示例第%d家机构", i), KnownOn: 20230901})
	}
	if err := o.sim.Reset(config); err != nil {
		o.t.Fatal(err)
	}
	err := a.store.InTx(o.t.Context(), func(tx *models.Tx) error {
		if err := tx.AddOrganisations(orgs); err != nil {
			return err
		}
		for i, org := range orgs {
			m := models.Member{Code: many(i), Name: many(i), Active: true, ChannelID: many(i)}
			if i%25 == 7 { // whoever prefers 工作通知
				m.Channel = "work-notice"
			}
			if err := tx.AddMember(1, models.System, &m, models.MemberRole{Role: models.Contact, OrgID: org.ID}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		o.t.Fatal(err)
	}
}

func many(i int) string { return fmt.Sprintf("dd-many-%d", i) }

// sender is a replica's notices without its loops: the clock is an argument, so that waits cost nothing.
func (o *office) sender(p *program, a *app) *notifications.Worker {
	o.t.Helper()
	routes, err := notifications.Routes(notifications.ChannelOptions{DingTalk: a.dingtalk, WorkNotices: true, Now: time.Now, Gap: -1, File: filepath.Join(o.dir, "letters.log")})
	if err != nil {
		o.t.Fatal(err)
	}
	return &notifications.Worker{
		Store: a.store, Hours: a.env.Outbox.Hours, Routes: routes, Name: jobs.NewOwner(), UnreadDays: 0,
		Allowance: func(ctx context.Context) (notifications.Allowance, error) {
			return p.allowance(ctx, a, a.config.DingTalk.APIQuota)
		},
	}
}

// Over a wire on which everything happens that DingTalk is known for, no notice is lost, each possible duplicate is on record and no
// firm reads another's.
func TestNoticesOverARoughWire(t *testing.T) {
	eachServer(t, func(t *testing.T, dsn string) {
		people, rounds := 40, 3
		if rough() {
			people, rounds = 500, 20
		}
		o := newOffice(t, dsn)
		o.byPhone()
		file := filepath.Join(o.dir, "duixian.yaml")
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		o.write("duixian.yaml", strings.Replace(string(text), "dingtalk:\n", "dingtalk:\n  api_quota: 1000000\n", 1))
		p, a := o.app()
		o.crowd(a, people)
		w, other := o.sender(p, a), o.sender(p, a) // two services
		set := func(name string, s sim.Setting) {
			if err := o.sim.Set(name, s); err != nil {
				t.Fatal(err)
			}
		}
		set("partial-flow", sim.Setting{On: true, Percent: 10})
		set("ambiguous-504", sim.Setting{On: true, Percent: 5, Path: "/v1.0/robot/oToMessages/batchSend"})
		set("error-500", sim.Setting{On: true, Percent: 3, Path: "/v1.0/robot/oToMessages/batchSend"})
		set("notice-dropped", sim.Setting{On: true, Percent: 30})

		var codes []string
		for i := range people {
			codes = append(codes, fmt.Sprintf("9133070000000%05d", i))
		}
		orgs, err := a.store.Read(t.Context()).OrganisationsByCode(codes)
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		now := policy.InstantOf(o.noon)
		for round := range rounds {
			var letters []notifications.Letter
			for i, code := range codes {
				id := int64(round*people + i)
				letters = append(letters, notifications.Letter{
					To:      []notifications.To{notifications.Organisation(orgs[code].ID)},
					Message: notifications.DeskAnswered{Request: 1_000_000 + id, What: "人工咨询", Answer: fmt.Sprintf("只给%s看的第%d条", many(i), round), On: 20260302},
				})
			}
			if err := a.store.InTx(t.Context(), func(tx *models.Tx) error { return a.env.Outbox.TellAll(tx, now, 0, letters) }); err != nil {
				t.Fatal(err)
			}
			switch round {
			case 1:
				o.sim.ExpireTokens()
			case 2: // the month's calls are used up, by DingTalk's count, until somebody buys more
				set("month-403", sim.Setting{On: true, Times: 5})
			}
			if now, err = o.settle(now, w, other); err != nil {
				t.Fatal(err)
			}
			if round%2 == 1 {
				now = w.Hours.NextMorning(now.Add(time.Hour), "")
			}
		}
		took := time.Since(began)

		// Who has read what, by the markers in the texts.
		readers := o.readers()
		read := map[string]map[string]int{} // marker → staff → times
		for _, m := range o.sim.Messages("") {
			if m.From.Kind == "person" || m.Via != "push" && m.Via != "notice" {
				continue
			}
			reader := readers[m.Conversation]
			for line := range strings.Lines(m.Text) {
				_, marker, found := strings.Cut(line, "答复：只给")
				if !found {
					continue
				}
				marker = strings.TrimSpace(marker)
				if read[marker] == nil {
					read[marker] = map[string]int{}
				}
				read[marker][reader]++
			}
		}
		letters, err := os.ReadFile(filepath.Join(o.dir, "letters.log"))
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
		rows, err := a.store.Read(t.Context()).Notices(models.NoticeFilter{Kind: "desk-answered", Limit: 100000})
		if err != nil || len(rows) != people*rounds {
			t.Fatalf("%d notices, %v", len(rows), err)
		}
		ambiguous, twice, lost, onPaper := 0, 0, 0, 0
		for _, n := range rows {
			i := int(int64FromThing(n.Thing)-1_000_000) % people
			round := int(int64FromThing(n.Thing)-1_000_000) / people
			marker := fmt.Sprintf("%s看的第%d条", many(i), round)
			ambiguous += n.Ambiguous
			seen := read[marker][many(i)]
			for who, times := range read[marker] {
				if who != many(i) && times > 0 {
					t.Errorf("%s read what was for %s", who, many(i))
				}
			}
			paper := strings.Contains(string(letters), "答复：只给"+marker+"\n")
			switch {
			case n.State != models.NoticeAccepted && n.State != models.NoticeDelivered:
				t.Errorf("notice %d ends as %s %s", n.ID, n.State, n.Reason)
			case seen == 0 && paper:
				onPaper++
			case seen == 0:
				lost++
				t.Errorf("notice %d (%s, %s by %s) was never seen", n.ID, marker, n.State, n.Channel)
			case seen > 1:
				twice++
				if seen > 1+n.Ambiguous {
					t.Errorf("notice %d was seen %d times, %d doubts are on record", n.ID, seen, n.Ambiguous)
				}
			}
		}
		results, err := a.store.Read(t.Context()).Check(now, now.Add(-24*time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range results {
			if (r.No == "31" || r.No == "32") && len(r.Findings) > 0 {
				t.Errorf("invariant %s: %v", r.No, r.Findings)
			}
		}
		calls, err := a.store.Read(t.Context()).APICalls(policy.DateOf(time.Now()).Month())
		if err != nil {
			t.Fatal(err)
		}
		quota := o.sim.Quota()
		if calls["api"] < int64(quota.APICalls) {
			t.Errorf("counted %d calls, DingTalk %d", calls["api"], quota.APICalls)
		}
		if ambiguous == 0 || twice == 0 && rough() {
			t.Error("the wire was not rough: nothing was in doubt")
		}
		t.Logf("%d notices to %d people in %.1f s: %d doubtful tries, %d seen twice, %d by the office's file, %d lost; %d calls counted, %d by DingTalk",
			len(rows), people, took.Seconds(), ambiguous, twice, onPaper, lost, calls["api"], quota.APICalls)
	})
}

func int64FromThing(thing string) (n int64) {
	_, _ = fmt.Sscanf(thing, "desk/%d", &n)
	return n
}

// settle lets services deliver side by side until nothing waits; their clock jumps from wake to wake.
func (o *office) settle(now policy.Instant, services ...*notifications.Worker) (policy.Instant, error) {
	for {
		errs := make([]error, len(services))
		var all sync.WaitGroup
		for i, w := range services {
			all.Go(func() { _, errs[i] = w.Deliver(o.t.Context(), now) })
		}
		all.Wait()
		if err := errors.Join(errs...); err != nil {
			return now, err
		}
		next, err := services[0].NextWake(o.t.Context(), now)
		if err != nil || next == 0 {
			return now, err
		}
		now = max(now, next)
	}
}

// readers are the people of the chats of two and of the work notices.
func (o *office) readers() map[string]string {
	people := map[string]string{}
	for _, c := range o.sim.Conversations() {
		if len(c.Members) == 1 {
			people[c.ID] = c.Members[0]
		}
	}
	return people
}

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"duixian/dingtalk"
	"duixian/models"
	"duixian/notifications"
	"duixian/policy"
)

// A month with a hundred calls: the ledger is kept, operators are told twice, what does not matter turns neutral, then waits; what matters
// goes on, beyond the hundred, too.
func TestAMonthOfAHundredCalls(t *testing.T) {
	o := newOffice(t, "")
	o.byPhone()
	file := filepath.Join(o.dir, "duixian.yaml")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	o.write("duixian.yaml", strings.Replace(string(text), "dingtalk:\n", "dingtalk:\n  api_quota: 100\n", 1))
	p, a := o.app()
	const clerks = 30
	o.crowd(a, clerks)
	var ids []int64
	err = a.store.InTx(t.Context(), func(tx *models.Tx) error {
		ids = nil
		for i := range clerks {
			m := models.Member{Code: fmt.Sprint("clerk", i), Name: "示例", Active: true, ChannelID: many(i)}
			if err := tx.AddMember(1, models.System, &m, models.MemberRole{Role: models.Clerk}); err != nil {
				return err
			}
			ids = append(ids, m.ID)
		}
		return tx.AddMember(1, models.System, &models.Member{Code: "op", Name: "示例运维", Active: true, ChannelID: many(1)}, models.MemberRole{Role: models.Operator})
	})
	if err != nil {
		t.Fatal(err)
	}
	w := o.sender(p, a)
	now, round := policy.InstantOf(o.noon), 0
	tell := func(m func(i int) notifications.Message) {
		err := a.store.InTx(t.Context(), func(tx *models.Tx) error {
			for i, id := range ids {
				if err := a.env.Outbox.Tell(tx, now, 0, m(i), notifications.Member(id)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Deliver(t.Context(), now); err != nil {
			t.Fatal(err)
		}
	}
	own := func(i int) notifications.Message {
		return notifications.ImportSummary{Import: int64(1000*round + i), Accepted: i, Title: "机构名录", On: 20260302}
	}
	month := policy.DateOf(time.Now()).Month()
	used := func() int64 {
		calls, err := a.store.Read(t.Context()).APICalls(month)
		if err != nil {
			t.Fatal(err)
		}
		return calls[string(dingtalk.APIQuota)]
	}
	begin := used()
	for round = 1; round <= 2; round++ {
		tell(own)
	}
	if got := used(); got != begin+2*clerks {
		t.Fatalf("%d calls for %d messages", got-begin, 2*clerks)
	}
	for round = 3; used() < 96; round++ { // until the share for neutral lines is nearly used up
		before := used()
		tell(own)
		if round > 4 && used()-before > 3 {
			t.Fatalf("round %d: %d calls for one neutral line and the operators'", round, used()-before)
		}
		if round > 30 {
			t.Fatal("the month does not run short")
		}
	}
	for range 3 { // over the boundary
		tell(own)
		round++
	}
	waiting := func() (n int) {
		rows, err := a.store.Read(t.Context()).Notices(models.NoticeFilter{States: []models.NoticeState{models.NoticePending}, Limit: 10000})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			if r.Reason == models.QuotaWait && r.NextAt > now {
				n++
			}
		}
		return n
	}
	if waiting() == 0 || used() > 98+1 {
		t.Errorf("%d wait at %d calls", waiting(), used())
	}
	err = a.store.InTx(t.Context(), func(tx *models.Tx) error {
		org, err := tx.OrganisationByCode("913307000000000000")
		if err != nil {
			return err
		}
		return a.env.Outbox.Tell(tx, now, 0, notifications.DeskAnswered{Request: 4711, What: "人工咨询", Answer: "请补交材料", On: 20260302}, notifications.Organisation(org.ID))
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Deliver(t.Context(), now); err != nil {
		t.Fatal(err)
	}
	o.pushed(many(0), "编号 4711") // what matters does not wait
	warned, err := a.store.Read(t.Context()).Notices(models.NoticeFilter{Kind: "quota-low", Limit: 100})
	if err != nil || len(warned) != 2 {
		t.Errorf("%d warnings, want one at 70 and one at 90 per cent: %v", len(warned), err)
	}
	if doctor := o.duixian("doctor"); !strings.Contains(doctor, "/ 100 次") {
		t.Errorf("doctor:\n%s", doctor)
	}
}

package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"duixian/dingtalk/sim"
	"duixian/models"
	"duixian/notifications"
	"duixian/policy"
)

// byPhone makes the office send its notices over DingTalk.
func (o *office) byPhone() {
	o.t.Helper()
	file := filepath.Join(o.dir, "duixian.yaml")
	text, err := os.ReadFile(file)
	if err != nil {
		o.t.Fatal(err)
	}
	o.write("duixian.yaml", strings.NewReplacer("channel: file", "channel: dingtalk", "dingtalk:\n", "dingtalk:\n  agent_id: 10001\n").Replace(string(text)))
}

// app opens the house without serving.
func (o *office) app() (*program, *app) {
	o.t.Helper()
	var out, problems bytes.Buffer
	p := o.program(&out, &problems)
	a, err := p.open(o.t.Context(), appOptions{create: true, background: true})
	if err != nil {
		o.t.Fatal(err)
	}
	o.t.Cleanup(func() {
		if err := a.close(); err != nil {
			o.t.Error(err)
		}
	})
	return p, a
}

// pushed waits for a push that reads so, in a person's chat with the robot.
func (o *office) pushed(who, words string) sim.Message {
	o.t.Helper()
	chat, err := o.sim.Chat(who, demoClientID)
	if err != nil {
		o.t.Fatal(err)
	}
	m, err := o.sim.Wait(o.wait(), func(m sim.Message) bool {
		return m.Conversation == chat && m.Via == "push" && strings.Contains(m.Title+m.Text, words)
	})
	if err != nil {
		o.t.Fatalf("%s was never told %q: %v", who, words, err)
	}
	return m
}

// until waits for the database to agree.
func (o *office) until(what string, agrees func(q models.Query) (bool, error), a *app) {
	o.t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for ctx := o.wait(); ; {
		ok, err := agrees(a.store.Read(o.t.Context()))
		if err != nil {
			o.t.Fatal(err)
		}
		if ok {
			return
		}
		select {
		case <-ctx.Done():
			o.t.Fatal("never: " + what)
		case <-tick.C:
		}
	}
}

// A plan waits: the approver's message has buttons for exactly that plan, a large sum is typed; the firm hears of its award on the
// phone, and what became of each message comes back.
func TestNoticesOnThePhone(t *testing.T) {
	eachServer(t, func(t *testing.T, dsn string) {
		o := newOffice(t, dsn)
		o.byPhone()
		_, a := o.app()
		stop := o.serve()
		o.holds(o.says("dd-jingban01", "报审 奖补审核 依据=某人社纪要〔2023〕5号 依据日期=2023-09-05"), "方案 #1")
		waiting := o.pushed("dd-fuhe01", "待复核")
		if strings.Contains(waiting.Title, "元") || len(waiting.Buttons) != 3 {
			t.Errorf("on the locked screen %q, buttons %+v", waiting.Title, waiting.Buttons)
		}
		o.holds(o.presses("dd-fuhe01", waiting, "方案"), "高企首次认定奖励")
		o.holds(o.presses("dd-fuhe01", waiting, "退回"), "理由")
		o.holds(o.says("dd-fuhe01", "待办"), "方案 #1") // the question is dropped
		o.holds(o.presses("dd-fuhe01", waiting, "同意"), "金额较大")
		o.holds(o.says("dd-fuhe01", "999999"), "不一致")
		o.holds(o.says("dd-fuhe01", "1000000"), "已同意")
		o.pushed("dd-jingban01", "已同意")

		// The receipt comes back as an event.
		chat, err := o.sim.Chat("dd-jingban01", demoClientID)
		if err != nil {
			t.Fatal(err)
		}
		if err := o.sim.Read("dd-jingban01", chat); err != nil {
			t.Fatal(err)
		}
		state := func(kind string, want models.NoticeState) func(q models.Query) (bool, error) {
			return func(q models.Query) (bool, error) {
				rows, err := q.Notices(models.NoticeFilter{Kind: kind})
				return len(rows) > 0 && rows[0].State == want, err
			}
		}
		o.until("the outcome was read", state("plan-outcome", models.NoticeRead), a)

		// In the morning the firm is told. It asks for 通知 instead of reading the push.
		stop()
		o.noon = time.Date(2026, 3, 3, 8, 31, 0, 0, policy.Shanghai)
		stop = o.serve()
		told := o.pushed("dd-lianxi01", "已核定")
		if len(told.Buttons) != 5 || told.Buttons[0].Title != "收到" {
			t.Errorf("buttons %+v", told.Buttons)
		}
		o.until("the award's sending is recorded", state("award-confirmed", models.NoticeAccepted), a)
		o.holds(o.says("dd-lianxi01", "通知"), "首次认定国家高新技术企业奖励：已核定", "1,000,000.00 元")
		o.until("the award was read", state("award-confirmed", models.NoticeRead), a)
		o.holds(o.says("dd-lianxi01", "通知"), "没有未读的通知")

		// Taken back before it was read.
		answer := func(request int64) {
			err := a.store.InTx(t.Context(), func(tx *models.Tx) error {
				org, err := tx.OrganisationByCode("91330702MA2TE5T01Y")
				if err != nil {
					return err
				}
				return a.env.Outbox.Tell(tx, policy.InstantOf(o.noon), 0, notifications.DeskAnswered{Request: request, What: "人工咨询", Answer: "请补交材料", On: 20260303}, notifications.Organisation(org.ID))
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		answer(77)
		o.says("dd-jingban01", "待办") // the chat wakes the notices
		push := o.pushed("dd-lianxi01", "编号 77")
		o.until("it is recorded", state("desk-answered", models.NoticeAccepted), a)
		if _, err := a.dingtalk.RecallFromPeople(t.Context(), push.Key); err != nil {
			t.Fatal(err)
		}
		o.until("it is known to be gone", state("desk-answered", models.NoticeDead), a)

		// Doctor has counted, and knows the stream.
		o.until("the stream's state is written", func(q models.Query) (bool, error) {
			rows, err := q.StreamStates()
			return len(rows) == 1 && rows[0].Connected && rows[0].LastEvent > 0, err
		}, a)
		doctor := o.duixian("doctor")
		for _, line := range []string{"钉钉接口调用", "发送机器人单聊消息", "钉钉收发消息", "收到消息", "钉钉连接", "起连接"} {
			if !strings.Contains(doctor, line) {
				t.Errorf("doctor says nothing of %s:\n%s", line, doctor)
			}
		}
		used := o.sim.Quota()
		calls, err := a.store.Read(t.Context()).APICalls(policy.DateOf(time.Now()).Month())
		if err != nil || calls["api"] < int64(used.APICalls) || calls["webhook-stream"] < int64(used.WebhookStream) {
			t.Errorf("counted %v, %v; DingTalk counts %+v", calls, err, used)
		}
		stop()
		if rows, err := a.store.Read(t.Context()).StreamStates(); err != nil || len(rows) != 0 {
			t.Errorf("a service that has stopped is still listed: %+v, %v", rows, err)
		}
	})
}

// A permission that the app lacks is named by doctor, with all that it needs.
func TestDoctorNamesTheMissingPermission(t *testing.T) {
	o := newOffice(t, "")
	o.byPhone()
	_, a := o.app()
	scoped := demoOrganisation(nil).Apps[0]
	scoped.Scopes = []string{"qyapi_base"}
	if _, err := o.sim.PutApp(scoped); err != nil {
		t.Fatal(err)
	}
	if _, err := a.dingtalk.RecallFromPeople(context.WithoutCancel(t.Context()), "x"); err == nil {
		t.Fatal("a call without its permission")
	}
	var out, problems bytes.Buffer
	if code := run(t.Context(), []string{"--config", filepath.Join(o.dir, "duixian.yaml"), "doctor"}, o.program(&out, &problems)); code == exitOK {
		t.Error("doctor finds nothing bad")
	}
	for _, line := range []string{"撤回单聊消息", "qyapi_robot_sendmsg", "Todo.Todo.Write"} {
		if !strings.Contains(out.String(), line) {
			t.Errorf("doctor does not name %s:\n%s", line, &out)
		}
	}
}

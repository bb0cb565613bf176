package bot_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"duixian/bot"
	"duixian/models"
	"duixian/models/modelstest"
	"duixian/notifications"
	"duixian/policy"
	"duixian/secret"
)

// post is a house with an inbox, and what was sent from it.
type post struct {
	*town
	inbox *bot.Inbox
	now   policy.Instant

	mu   sync.Mutex
	sent []string // sender: first line
	fail func(m models.Inbound, text string) error
}

func newPost(t testing.TB, s *models.Store) *post {
	t.Helper()
	p := &post{town: newTown(t, s), now: noon(20260302)}
	p.happen("2024-01-02 firm 婺星人力（示例）有限公司 91330702MA00000001")
	p.happen("2024-01-02 contact wang 王示例 婺星人力（示例）有限公司")
	p.happen("2024-01-02 official qian 钱示例 clerk")
	modelstest.Exec(t, s, "UPDATE members SET channel_id = CONCAT('dd-', code)")
	p.inbox = p.replica("a")
	return p
}

func (p *post) replica(name string) *bot.Inbox {
	return &bot.Inbox{Bot: p.bot, Owner: name, Now: func() policy.Instant { return p.now }, Send: p.send, Fetch: func(context.Context, string) ([]byte, error) {
		return []byte("机构名称,统一社会信用代码,名单,列入事由,认定单位,列入日期,移出日期\n婺星人力（示例）有限公司,91330702MA00000001,行政处罚,示例事由,示例监管局,2025-05-01,\n"), nil
	}}
}

func (p *post) send(_ context.Context, m models.Inbound, session secret.Text, r bot.Reply) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	line, _, _ := strings.Cut(r.Text, "\n")
	if p.fail != nil {
		if err := p.fail(m, line); err != nil {
			return err
		}
	}
	p.sent = append(p.sent, m.Sender+"@"+session.Reveal()+": "+line)
	return nil
}

func (p *post) receive(id, sender, text string) {
	p.t.Helper()
	err := p.inbox.Receive(p.t.Context(), bot.Incoming{Channel: "dingtalk", ID: id, At: p.now, Sender: sender, Conversation: "c-" + sender, Text: text, Session: "s", SessionUntil: p.now.Add(time.Hour)})
	if err != nil {
		p.t.Fatal(err)
	}
}

func (p *post) work(boxes ...*bot.Inbox) {
	p.t.Helper()
	for _, b := range boxes {
		if err := b.Work(p.t.Context(), p.now); err != nil {
			p.t.Fatal(err)
		}
	}
}

func (p *post) want(lines ...string) {
	p.t.Helper()
	if got := strings.Join(p.sent, "\n"); got != strings.Join(lines, "\n") {
		p.t.Errorf("sent\n%s\nwant\n%s", got, strings.Join(lines, "\n"))
	}
}

func (p *post) state(id string) models.Inbound {
	p.t.Helper()
	m, err := p.store.Read(p.t.Context()).Inbound("dingtalk", id)
	if err != nil {
		p.t.Fatal(err)
	}
	return m
}

// DingTalk brings a message again, to this replica or to another: it is one message and gets one answer.
func TestAMessageThatComesTwiceIsAnsweredOnce(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		p := newPost(t, s)
		b := p.replica("b")
		p.receive("m1", "dd-wang", "星级")
		p.receive("m1", "dd-wang", "星级")
		p.receive("M1", "dd-wang", "帮助") // another id: keys are compared byte by byte
		p.work(p.inbox, b)
		p.receive("m1", "dd-wang", "星级")
		p.work(b, p.inbox)
		p.want("dd-wang@s: **婺星人力（示例）有限公司**的星级", "dd-wang@s: 王示例，您好。您可以问我：")
		if m := p.state("m1"); m.State != models.InboundDone || m.MemberID == 0 || m.Outcome != "answered" {
			t.Errorf("%+v", m)
		}
	})
}

// A process that dies with a message in its hands is followed by another when its lease is over: a command that has no
// answer yet runs again under the same name, and one whose answer is stored does not run again.
func TestAnAnswerLostInACrashIsSent(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		p := newPost(t, s)
		b := p.replica("b")
		p.receive("m1", "dd-qian", "任务 运行 奖补审核")
		p.fail = func(models.Inbound, string) error { panic("kill -9") } // after the answer was stored, before it was sent
		func() {
			defer func() { _ = recover() }()
			p.one(p.inbox)
		}()
		p.fail = nil
		if m := p.state("m1"); m.State != models.InboundReplied || len(p.work2()) != 1 {
			t.Fatalf("%s, asked %v", m.State, p.work2())
		}
		p.work(b)
		p.want() // the lease of the dead is not over
		p.now = p.now.Add(2 * time.Minute)
		p.work(b)
		if len(p.sent) != 1 || len(p.work2()) != 1 {
			t.Errorf("sent %v, asked %v", p.sent, p.work2())
		}
	})
}

func (p *post) work2() []string { return p.town.work.asked }

// one works on the calling goroutine, so that a panic in it is this test's.
func (p *post) one(b *bot.Inbox) {
	p.t.Helper()
	rows, err := p.store.Read(p.t.Context()).OpenInbound(p.now, 10)
	if err != nil || len(rows) != 1 {
		p.t.Fatal(len(rows), err)
	}
	if err := bot.One(b, p.t.Context(), rows[0]); err != nil {
		p.t.Fatal(err)
	}
}

func TestAnswersThatFail(t *testing.T) {
	p := newPost(t, modelstest.New(t))
	p.receive("m1", "dd-wang", "星级")
	tries := 0
	p.fail = func(models.Inbound, string) error {
		tries++
		return &notifications.SendError{Unknown: tries == 1, RetryAfter: time.Second, Hint: "超时"}
	}
	p.work(p.inbox)
	p.receive("m2", "dd-qian", "任务 列表") // somebody else does not wait for it
	p.work(p.inbox)
	if m := p.state("m1"); tries != 2 || m.Ambiguous != 1 || m.State != models.InboundReplied || m.Reason != "超时" {
		t.Errorf("%d tries: %+v", tries, m)
	}
	p.fail = nil
	if at, err := p.inbox.NextWake(t.Context()); err != nil || at != p.now.Add(time.Second) {
		t.Errorf("next at %v, %v", at, err)
	}
	p.now = p.now.Add(time.Second)
	p.work(p.inbox)
	if len(p.sent) != 2 {
		t.Error(p.sent)
	}
	p.receive("m3", "dd-wang", "星级")
	p.fail = func(models.Inbound, string) error {
		return &notifications.SendError{Permanent: true, Hint: "对方不在组织内"}
	}
	p.work(p.inbox)
	if m := p.state("m3"); m.State != models.InboundDead || m.Reason != "对方不在组织内" {
		t.Errorf("%+v", m)
	}
	p.receive("m4", "dd-wang", "星级")
	p.fail = func(models.Inbound, string) error { return errors.New("out of the blue") }
	for range 20 {
		p.work(p.inbox)
		p.now = p.now.Add(2 * time.Minute)
	}
	if m := p.state("m4"); m.State != models.InboundDead || m.Ambiguous == 0 {
		t.Errorf("%+v", m)
	}
}

func TestWhatIsNoQuestion(t *testing.T) {
	p := newPost(t, modelstest.New(t))
	for i, in := range []bot.Incoming{
		{Sender: "", Text: "进度"},
		{Sender: "dd-nobody", Text: "进度"},
		{Sender: "dd-wang", Note: bot.NotText},
		{Sender: "dd-wang", Note: bot.QuotaGone},
		{Sender: "dd-qian", File: &bot.FileRef{Name: "处罚名单.csv", Code: "x"}},
		{Sender: "dd-wang", File: &bot.FileRef{Name: "处罚名单.csv", Code: "x"}},
		{Sender: "dd-wang", Group: true, Text: "进度"},
	} {
		in.Channel, in.ID, in.At = "dingtalk", fmt.Sprint(i), p.now
		if err := p.inbox.Receive(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		p.work(p.inbox)
	}
	p.want("@: 您还没有登记为联系人，暂时不能查询。请与市人社局经办人联系，登记后再来问我。", "dd-nobody@: 您还没有登记为联系人，暂时不能查询。请与市人社局经办人联系，登记后再来问我。",
		"dd-wang@: 我能看懂文字和语音，表格文件请工作人员发送。发送“帮助”看能问什么。", "dd-wang@: 本月机器人接收消息的额度已用完，钉钉没有把您的内容传给我。请改用电话或到窗口办理，下月恢复。",
		"dd-qian@: 处罚名单.csv（失信与处罚名单）", "dd-wang@: 我不能接收您的文件。申报材料请交给经办人；要交什么，请发送“申报”。", "dd-wang@: 请私聊我。")

	// A command from before a long outage is not carried out a day late.
	p.sent = nil
	p.receive("old", "dd-qian", "任务 运行 奖补审核")
	p.now = p.now.Add(26 * time.Hour)
	p.work(p.inbox)
	if len(p.work2()) != 0 || len(p.sent) != 1 || !strings.Contains(p.sent[0], "没有处理") {
		t.Error(p.sent, p.work2())
	}
}

// Somebody new sends an invitation code alone, is asked for their name, and answers with it: that is enough. Whether the code is one is said only
// then, and counts as a try; what is no name, comes too late, or was said in a group is no answer.
func TestANameAfterAnInvitation(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		p := newPost(t, s)
		p.receive("i", "dd-qian", "邀请 婺星")
		p.work(p.inbox)
		const stranger, ask = "您还没有登记为联系人，暂时不能查询。请与市人社局经办人联系，登记后再来问我。", "请回复您的姓名；也可以连同邀请码一起发来：绑定 %s 张三。"
		for i, say := range []struct {
			who, text, hears string
			later            time.Duration
		}{
			{who: "dd-xin", text: "绑定 WRONG001", hears: fmt.Sprintf(ask, "WRONG001")},
			{who: "dd-xin", text: "王五", hears: "没有这个邀请码，请核对后再发（还可以试 4 次）。"},
			{who: "dd-xin", text: "王五", hears: stranger}, // nothing is asked any more
			{who: "dd-xin", text: "绑定 sample01", hears: fmt.Sprintf(ask, "SAMPLE01")},
			{who: "dd-nan", text: "南示例", hears: stranger}, // somebody else
			{who: "dd-xin", text: "进度", hears: stranger},
			{who: "dd-xin", text: "绑定 sample01", hears: fmt.Sprintf(ask, "SAMPLE01")},
			{who: "dd-xin", text: "取消", hears: stranger},
			{who: "dd-xin", text: "绑定 sample01", hears: fmt.Sprintf(ask, "SAMPLE01")},
			{who: "dd-xin", text: "王五", hears: stranger, later: time.Hour},
			{who: "dd-xin", text: "绑定 sample01", hears: fmt.Sprintf(ask, "SAMPLE01")},
			{who: "dd-xin", text: "阿依古丽·示例", hears: "已绑定**婺星人力（示例）有限公司**。以后这家企业的进度、款项和提醒都会告诉您；只在单聊里回答。"},
		} {
			p.now, p.sent = p.now.Add(say.later), nil
			p.receive(fmt.Sprint("m", i), say.who, say.text)
			p.work(p.inbox)
			p.want(say.who + "@s: " + say.hears)
		}
		who, err := s.Read(t.Context()).MemberByAddress("dd-xin")
		if err != nil || who.Name != "阿依古丽·示例" {
			t.Error(who, err)
		}
	})
}

// Fifty people ask at once, two replicas answer: each person gets as many answers as there were questions, in their order.
func TestManyAskAtOnce(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		p := newPost(t, s)
		b := p.replica("b")
		const people, each = 12, 3
		for n := range each {
			for i := range people {
				p.receive(fmt.Sprintf("m%d-%d", i, n), fmt.Sprintf("dd-%d", i), fmt.Sprint("问题", n))
			}
		}
		for range 4 * each { // a message whose forerunner the other replica holds is looked at again a little later
			var group sync.WaitGroup
			for _, box := range []*bot.Inbox{p.inbox, b} {
				group.Go(func() {
					if err := box.Work(t.Context(), p.now); err != nil {
						t.Error(err)
					}
				})
			}
			group.Wait()
			p.now = p.now.Add(time.Second)
		}
		if len(p.sent) != people*each {
			t.Errorf("%d answers to %d questions", len(p.sent), people*each)
		}
		for i := range people {
			for n := range each {
				if m := p.state(fmt.Sprintf("m%d-%d", i, n)); m.State != models.InboundDone || m.Tries != 1 {
					t.Errorf("%s: %s after %d tries", m.MsgID, m.State, m.Tries)
				}
			}
		}
	})
}

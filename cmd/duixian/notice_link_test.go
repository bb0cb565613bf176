package main

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"duixian/dingtalk/sim"
	"duixian/models"
	"duixian/notifications"
	"duixian/policy"
)

// A firm whose people are not of the bureau's DingTalk has a group with a robot. The robot says that there is something, with a link;
// behind the link are the words, once.
func TestALinkFromTheGroupToTheWords(t *testing.T) {
	eachServer(t, func(t *testing.T, dsn string) {
		o := newOffice(t, dsn)
		o.byPhone()
		address := freePort(t)
		o.linked(address)
		group, err := o.sim.PutGroup(sim.Group{Title: "示例一号群", Members: []string{"dd-luren"}, Hooks: []sim.Hook{{Name: "robot", Token: "token-of-firm", Secret: robotKey}}})
		if err != nil {
			t.Fatal(err)
		}
		_, a := o.app()
		err = a.store.InTx(t.Context(), func(tx *models.Tx) error {
			org, err := tx.OrganisationByCode("91330702MA2TE5T01Y")
			if err != nil {
				return err
			}
			m := models.Member{Code: "lianxi09", Name: "示例二号联系人", Active: true} // no address in DingTalk
			if err := tx.AddMember(1, models.System, &m, models.MemberRole{Role: models.Contact, OrgID: org.ID}); err != nil {
				return err
			}
			return a.env.Outbox.Tell(tx, policy.InstantOf(o.noon), 0, notifications.DeskAnswered{Request: 77, What: "人工咨询", Answer: "请补交 <b>劳动合同</b>", On: 20260302}, notifications.ContactOf(org.ID, m.ID))
		})
		if err != nil {
			t.Fatal(err)
		}
		log, stop := o.logged()
		line, err := o.sim.Wait(o.wait(), func(m sim.Message) bool { return m.Conversation == group.ID && m.Via == "hook" })
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(line.Title+line.Text, "补交") || strings.Contains(line.Text, "人工咨询") {
			t.Errorf("the line says what it is about:\n%s", line.Text)
		}
		found := regexp.MustCompile(`\[查看通知\]\((http://` + regexp.QuoteMeta(address) + `/n/([A-Za-z0-9_-]{43}))\)`).FindStringSubmatch(line.Text)
		if found == nil {
			t.Fatalf("no link in\n%s", line.Text)
		}
		link, token := found[1], found[2]
		state := func(want models.NoticeState) func(q models.Query) (bool, error) {
			return func(q models.Query) (bool, error) {
				rows, err := q.Notices(models.NoticeFilter{Kind: "desk-answered"})
				return len(rows) == 1 && rows[0].State == want, err
			}
		}
		o.until("the sending is recorded", state(models.NoticeDelivered), a)
		for range 3 {
			if code, body := call(t, "GET", link); code != 200 || strings.Contains(body, "补交") || !strings.Contains(body, "查看通知") {
				t.Fatalf("%d\n%s", code, body)
			}
		}
		code, body := call(t, "POST", link)
		if code != 200 || !strings.Contains(body, "示例一号人力资源有限公司") || !strings.Contains(body, "请补交") || strings.Contains(body, "<b>") {
			t.Fatalf("%d\n%s", code, body)
		}
		o.until("the notice is read", state(models.NoticeRead), a)
		for _, method := range []string{"POST", "GET"} {
			if code, body = call(t, method, link); code != 410 || strings.Contains(body, "补交") || !strings.Contains(body, "这个链接不能打开") {
				t.Errorf("%s again: %d\n%s", method, code, body)
			}
		}
		if code, _ = call(t, "GET", link[:len(link)-1]); code != 404 {
			t.Errorf("a link without its end: %d", code)
		}
		rows, err := a.store.Read(t.Context()).Notices(models.NoticeFilter{Kind: "desk-answered"})
		if err != nil {
			t.Fatal(err)
		}
		shown := o.duixian("outbox", "show", strconv.FormatInt(rows[0].ID, 10))
		if !strings.Contains(shown, "由群内链接打开") {
			t.Errorf("outbox show:\n%s", shown)
		}
		stop()
		for what, text := range map[string]string{"the log": log.String(), "outbox show": shown, "outbox list": o.duixian("outbox", "list", "--json"), "the audit": o.audit(a)} {
			if strings.Contains(text, token) {
				t.Errorf("the token is in %s", what)
			}
		}
		if got := o.duixian("outbox", "revoke-links", "91330702MA2TE5T01Y", "--as", "jingban01"); !strings.Contains(got, "已作废 0 个") {
			t.Error(got)
		}
		if text := o.duixian("check"); strings.Contains(text, "与发送记录不符") {
			t.Error(text)
		}
	})
}

// linked gives the office a public address and the firm a robot.
func (o *office) linked(address string) {
	o.t.Helper()
	o.write("robot", "https://oapi.dingtalk.com/robot/send?access_token=token-of-firm\n"+robotKey.Reveal()+"\n")
	file := filepath.Join(o.dir, "duixian.yaml")
	text, err := os.ReadFile(file)
	if err != nil {
		o.t.Fatal(err)
	}
	o.write("duixian.yaml", strings.NewReplacer(
		"channel: dingtalk\n", "channel: dingtalk\n  group_robots:\n    91330702MA2TE5T01Y:\n      file: "+filepath.Join(o.dir, "robot")+"\n",
		"listen: 127.0.0.1:0\n", "listen: "+address+"\n  public_url: http://"+address+"\nlog:\n  level: debug\n").Replace(string(text)))
}

// logged is serve with the log, to be read after stop.
func (o *office) logged() (log *bytes.Buffer, stop func()) {
	o.t.Helper()
	ctx, cancel := context.WithCancel(o.t.Context())
	var out, problems bytes.Buffer
	p := o.program(&out, &problems)
	a, err := p.open(ctx, appOptions{create: true, background: true})
	if err != nil {
		o.t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- p.serve(ctx, a, nil) }()
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-done; err != nil {
			o.t.Error(err)
		}
		if err := a.close(); err != nil {
			o.t.Error(err)
		}
	}
	o.t.Cleanup(stop)
	return &problems, stop
}

// audit is the chain of what was done to data.
func (o *office) audit(a *app) string {
	o.t.Helper()
	rows, err := a.store.Read(o.t.Context()).AuditRows("data", 1, 1000)
	if err != nil {
		o.t.Fatal(err)
	}
	var out strings.Builder
	for _, r := range rows {
		out.WriteString(r.Action + " " + r.Entity + " " + r.Canon + "\n")
	}
	if !strings.Contains(out.String(), "open-notice-link notice-link/1") {
		o.t.Errorf("the opening is not in the audit:\n%s", &out)
	}
	return out.String()
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func call(t *testing.T, method, url string) (code int, body string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(data)
}

// What a public address may look like.
func TestPublicAddress(t *testing.T) {
	for address, fine := range map[string]bool{
		"https://duixian.example.org": true, "https://example.org/duixian": true, "http://127.0.0.1:8380": true, "http://localhost:8380": true, "http://[::1]:8380": true,
		"http://duixian.example.org": false, "https://duixian.example.org/": false, "duixian.example.org": false, "https://": false, "ftp://127.0.0.1": false,
		"https://u:p@example.org": false, "https://example.org?x=1": false, "https://example.org/a)b": false,
	} {
		_, err := parseConfig("x", []byte("http:\n  public_url: \""+address+"\"\n"), noEnv)
		if (err == nil) != fine || err != nil && !strings.Contains(err.Error(), "http.public_url") {
			t.Errorf("%s: %v", address, err)
		}
	}
	if _, err := parseConfig("x", []byte("http:\n  listen: \"\"\n  public_url: https://example.org\n"), noEnv); err == nil {
		t.Error("a public address with nobody listening")
	}
}

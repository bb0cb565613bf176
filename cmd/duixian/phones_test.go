package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"duixian/dingtalk/sim"
	"duixian/models/modelstest"
	"duixian/policy"
)

// office is the whole service beside a local DingTalk: what a firm or an official types goes over the wire, through the
// inbox, the bot and the jobs, and back to their phone.
type office struct {
	t     *testing.T
	sim   *sim.Sim
	url   string
	dir   string
	dsn   string
	noon  time.Time
	clock *playedClock // instead of one that goes on from noon
}

// officeFiles are the bureau: two officials, a firm with a certificate that is worth 1,000,000.00 元.
var officeFiles = map[string]string{
	"members": `成员编号,姓名,角色,统一社会信用代码,机构名称,钉钉账号,生效日期,报送日期
jingban01,示例经办,经办,,,dd-jingban01,2023-09-01,2023-09-01
fuhe01,示例复核,复核,,,dd-fuhe01,2023-09-01,2023-09-01
lianxi01,示例联系人,企业联系人,91330702MA2TE5T01Y,示例一号人力资源有限公司,dd-lianxi01,2023-09-01,2023-09-01
`,
	"firms": `机构名称,统一社会信用代码,区县,机构类型,许可或备案,许可证号,独立法人,经营状态,生效日期,报送日期
示例一号人力资源有限公司,91330702MA2TE5T01Y,婺城区,企业,许可,SL0001,是,正常,2023-01-01,2023-09-01
`,
	"facts": `机构名称,统一社会信用代码,类别,编号,日期,首次,报送日期
示例一号人力资源有限公司,91330702MA2TE5T01Y,高新技术企业,GR0001,2026-02-20,是,2026-02-27
`,
}

// newOffice starts a local DingTalk and fills a database; serve starts the service.
func newOffice(t *testing.T, dsn string) *office {
	t.Helper()
	o := &office{t: t, dir: t.TempDir(), dsn: dsn, noon: time.Date(2026, 3, 2, 10, 0, 0, 0, policy.Shanghai)}
	people := []sim.Person{}
	for _, who := range [][2]string{{"jingban01", "示例经办"}, {"fuhe01", "示例复核"}, {"lianxi01", "示例联系人"}} {
		people = append(people, sim.Person{StaffID: "dd-" + who[0], Name: who[1], Dept: []int64{2}})
	}
	config := demoOrganisation(people)
	config.People = append(config.People, sim.Person{StaffID: "waibu", Name: "外部人", Dept: []int64{3}, Outsider: true})
	config.Groups[0].Members = append(config.Groups[0].Members, "dd-lianxi01", "waibu")
	o.phones(config)
	o.write("duixian.yaml", fmt.Sprintf("data_dir: %[1]s/data\npolicy:\n  effective_from: 2023-09-01\nnotices:\n  channel: file\n  file: %[1]s/notices.log\n", o.dir)+o.wire(""))
	for kind, body := range officeFiles {
		o.write(kind+".csv", body)
	}
	o.duixian("import", "--all", o.dir)
	o.duixian("job", "run", "claims", "--as", "jingban01")
	return o
}

// phones starts a local DingTalk of an organisation.
func (o *office) phones(config sim.Config) {
	o.t.Helper()
	config.Limits = sim.Limits{APICalls: -1, WebhookStream: -1, QPS: -1}
	var err error
	if o.sim, err = sim.New(sim.Options{Config: config, Now: time.Now}); err != nil {
		o.t.Fatal(err)
	}
	o.t.Cleanup(func() {
		if err := o.sim.Close(); err != nil {
			o.t.Error(err)
		}
	})
	if o.url, err = o.sim.Listen(o.t.Context(), "127.0.0.1:0"); err != nil {
		o.t.Fatal(err)
	}
}

// wire is the part of the configuration that leads to the local DingTalk, with more keys of it.
func (o *office) wire(more string) string {
	return fmt.Sprintf("dingtalk:\n  client_id: %[1]s\n  client_secret: %[2]s\n  api: %[3]s\n  oapi: %[3]s\n%[4]shttp:\n  listen: 127.0.0.1:0\n", demoClientID, demoSecret.Reveal(), o.url, more)
}

func (o *office) write(name, text string) {
	o.t.Helper()
	if err := os.WriteFile(filepath.Join(o.dir, name), []byte(text), 0o600); err != nil {
		o.t.Fatal(err)
	}
}

// program is one process of ours; its clock goes on from noon.
func (o *office) program(out, problems *bytes.Buffer) *program {
	began := time.Now()
	now := func() time.Time { return o.noon.Add(time.Since(began)) }
	if o.clock != nil {
		now = o.clock.Now
	}
	var env []string
	if o.dsn != "" {
		env = []string{envDSN + "=" + o.dsn}
	}
	return &program{
		in: strings.NewReader(""), out: out, err: problems, environ: env, user: "tester", wall: time.Now,
		now: now, configFile: filepath.Join(o.dir, "duixian.yaml"),
	}
}

// duixian runs a command.
func (o *office) duixian(args ...string) string {
	o.t.Helper()
	var out, problems bytes.Buffer
	args = append([]string{"--config", filepath.Join(o.dir, "duixian.yaml")}, args...)
	if code := run(o.t.Context(), args, o.program(&out, &problems)); code != exitOK {
		o.t.Fatalf("%v: %d\n%s%s", args, code, &out, &problems)
	}
	return out.String()
}

// serve starts a replica and returns when its stream stands; the function stops it.
func (o *office) serve() (stop func()) {
	o.t.Helper()
	return o.serving(appOptions{create: true, background: true}, nil)
}

// serving is serve with another way to open the house, and the service in hand once it works.
func (o *office) serving(opt appOptions, ready func(s *service)) (stop func()) {
	o.t.Helper()
	ctx, cancel := context.WithCancel(o.t.Context())
	var out, problems bytes.Buffer
	p := o.program(&out, &problems)
	p.played = o.clock
	a, err := p.open(ctx, opt)
	if err != nil {
		o.t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := p.serve(ctx, a, ready); err != nil {
			o.t.Error(err)
		}
		if err := a.close(); err != nil {
			o.t.Error(err)
		}
	}()
	var once sync.Once
	stop = func() { once.Do(func() { cancel(); <-done }) }
	o.t.Cleanup(stop)
	if err := o.sim.WaitConnected(o.wait(), demoClientID, 1); err != nil {
		o.t.Fatal(err, &problems)
	}
	return stop
}

// wait is a context for things that take long only when something is broken.
func (o *office) wait() context.Context {
	ctx, cancel := context.WithTimeout(o.t.Context(), time.Minute)
	o.t.Cleanup(cancel)
	return ctx
}

// says is a person's line to the robot, and the answer.
func (o *office) says(who, text string) sim.Message {
	o.t.Helper()
	chat, err := o.sim.Chat(who, demoClientID)
	if err != nil {
		o.t.Fatal(err)
	}
	return o.said(sim.Say{As: who, Conversation: chat, Text: text})
}

func (o *office) said(line sim.Say) sim.Message {
	o.t.Helper()
	m, err := o.sim.Say(o.t.Context(), line)
	if err != nil {
		o.t.Fatal(err)
	}
	return o.answerTo(m)
}

func (o *office) answerTo(m sim.Message) sim.Message {
	o.t.Helper()
	after := sim.After(m)
	answer, err := o.sim.Wait(o.wait(), func(n sim.Message) bool { return after(n) && n.From.Kind == "robot" })
	if err != nil {
		o.t.Fatalf("no answer to %q: %v", m.Text, err)
	}
	return answer
}

// presses a button of a message, by its title, and the answer.
func (o *office) presses(who string, m sim.Message, title string) sim.Message {
	o.t.Helper()
	said, _, err := o.sim.Press(o.t.Context(), who, m.ID, title)
	if err != nil {
		o.t.Fatalf("%v\n%+v", err, m.Buttons)
	}
	return o.answerTo(said)
}

func (o *office) holds(m sim.Message, parts ...string) {
	o.t.Helper()
	for _, part := range parts {
		if !strings.Contains(m.Text, part) {
			o.t.Errorf("the answer lacks %q:\n%s", part, m.Text)
		}
	}
}

// A day in the office: everything over DingTalk's wire, on both databases.
func TestADayOnThePhone(t *testing.T) {
	eachServer(t, func(t *testing.T, dsn string) {
		o := newOffice(t, dsn)
		stop := o.serve()

		// The firm.
		m := o.says("dd-lianxi01", "进度")
		o.holds(m, "示例一号人力资源有限公司", "审核通过，1,000,000.00 元")
		o.holds(o.presses("dd-lianxi01", m, "到账"), "没有核定的奖励")
		o.holds(o.says("dd-lianxi01", "能领多少 境外展位补助"), "请告诉我展位费")
		o.holds(o.says("dd-lianxi01", "5.2万"), "20,000.00 元", "以上为试算")

		// Somebody nobody knows, somebody from outside, and a group.
		o.holds(o.says("dd-luren", "进度"), "您还没有登记为联系人")
		group, err := o.sim.Group("兑现工作群（示例）")
		if err != nil {
			t.Fatal(err)
		}
		for _, who := range []string{"dd-lianxi01", "waibu", "dd-jingban01"} {
			answer := o.said(sim.Say{As: who, Conversation: group, Text: "进度", Mention: []string{demoClientID}})
			if answer.Text != "请私聊我。" {
				t.Errorf("in the group %s hears %q", who, answer.Text)
			}
		}

		// A stranger is invited, and speaks for the firm.
		invited := o.says("dd-jingban01", "邀请 一号")
		_, code, _ := strings.Cut(invited.Text, "邀请码：")
		o.holds(o.says("dd-luren", "绑定 "+code[:8]+" 路示例"), "已绑定")
		o.holds(o.says("dd-luren", "进度"), "1,000,000.00 元")

		// The clerk sends a file, sees the dry run, confirms.
		chat, err := o.sim.Chat("dd-jingban01", demoClientID)
		if err != nil {
			t.Fatal(err)
		}
		tried := o.said(sim.Say{As: "dd-jingban01", Conversation: chat, File: &sim.Upload{Name: "机构名录.csv", Data: []byte(
			"机构名称,统一社会信用代码,区县,机构类型,许可或备案,许可证号,独立法人,经营状态,生效日期,报送日期\n示例二号人力资源有限公司,91330702MA2TE5T029,婺城区,企业,许可,SL0002,是,正常,2023-01-01,2026-03-01\n")}})
		o.holds(tried, "共 1 行：通过 1 行", "还没有导入")
		o.holds(o.presses("dd-jingban01", tried, "确认导入"), "导入")
		people := o.said(sim.Say{As: "dd-jingban01", Conversation: chat, File: &sim.Upload{Name: "recruits.csv", Data: []byte("姓名,身份证号\n")}})
		o.holds(people, "个人身份或银行账户信息", "没有保存")

		// Two people approve what they both saw.
		o.holds(o.says("dd-jingban01", "报审 奖补审核 依据=某人社纪要〔2023〕5号 依据日期=2023-09-05"), "方案 #1", "1项，合计 1,000,000.00 元")
		plan := o.says("dd-fuhe01", "方案 1")
		o.holds(plan, "高企首次认定奖励")
		o.holds(o.presses("dd-fuhe01", plan, "同意"), "金额较大")
		o.holds(o.says("dd-fuhe01", "1000000"), "方案 #1", "已同意")

		// The service is started again; the conversation goes on where it was.
		o.holds(o.says("dd-lianxi01", "能领多少 境内展位补助"), "请告诉我展位费")
		stop()
		o.serve()
		o.holds(o.says("dd-lianxi01", "8000"), "4,000.00 元")

		// The same message again, as DingTalk does: one answer, and nothing is done twice.
		asked := o.says("dd-jingban01", "任务 列表")
		o.holds(asked, "奖补审核")
		m, err = o.sim.Say(t.Context(), sim.Say{As: "dd-jingban01", Conversation: chat, Text: "任务 运行 奖补审核"})
		if err != nil {
			t.Fatal(err)
		}
		o.answerTo(m)
		if err := o.sim.Redeliver(m.ID); err != nil {
			t.Fatal(err)
		}
		o.holds(o.says("dd-jingban01", "任务 记录 奖补审核"), "奖补审核")
		answers := 0
		for _, n := range o.sim.Messages(chat) {
			if sim.After(m)(n) && n.From.Kind == "robot" {
				answers++
			}
		}
		if answers != 2 {
			t.Errorf("%d answers to two lines, one of which came twice", answers)
		}
	})
}

// eachServer runs a test on SQLite (an empty DSN) and on MariaDB.
func eachServer(t *testing.T, test func(t *testing.T, dsn string)) {
	t.Run("sqlite", func(t *testing.T) { t.Parallel(); test(t, "") })
	if modelstest.Server() == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("DUIXIAN_TEST_MYSQL is not set: run the tests through scripts/with-mariadb")
		}
		return
	}
	t.Run("mysql", func(t *testing.T) { t.Parallel(); test(t, modelstest.MySQL(t)) })
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"duixian/jobs"
	"duixian/models"
	"duixian/policy"
	"duixian/sheets/sample"
)

// demoEffective is the first day of the policy in the demo: the day that the vectors of the policy use.
const demoEffective = policy.AssumedEffectiveFrom

// demoOptions say where the demo lives and on which day it begins.
type demoOptions struct{ dir, from, phones string }

func demoCommand(p *program) *cobra.Command {
	o := demoOptions{dir: "demo", from: "2024-01-02", phones: "127.0.0.1:8686"}
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Sample data, the service and a local DingTalk in the browser, with nothing to configure",
		Long: `Makes a folder with a configuration, an embedded database and the files of an invented bureau, takes the files in, plays
the night, starts the service with a local DingTalk and says what to open and type next. On its page firms and officials
chat with the bot, and a calendar plays the days to come: each night and morning in its turn. Started again, it goes on
with the same folder and day; delete the folder to begin anew. Nothing in it exists.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.demo(cmd.Context(), o) },
	}
	f := cmd.Flags()
	f.StringVar(&o.dir, "dir", o.dir, "the demo's folder")
	f.StringVar(&o.from, "from", o.from, "the day on which a new demo begins; the policy begins on "+demoEffective.String())
	f.StringVar(&o.phones, "phones", o.phones, "address of the local DingTalk; keep it on a loopback address")
	return cmd
}

// demoConfig is what a new demo writes; the rest are defaults.
const demoConfig = `# 演示用配置；完整说明见 duixian config example
data_dir: %[1]s
policy:
  effective_from: %[2]s
notices:
  channel: dingtalk
  file: %[3]s
desk:
  name: 市人社局人力资源科（示例）
  phone: 0579-00000000
  hours: 工作日 9:00—17:00
  place: 市民中心示例窗口
dingtalk:
  client_id: %[4]s
  client_secret: %[5]s
  agent_id: %[6]d
  # 演示时日子过得快，额度只登记
  api_quota: 0
  webhook_stream_quota: 0
  api: http://%[7]s
  oapi: http://%[7]s
played_clock: %[8]s
`

func (p *program) demo(ctx context.Context, o demoOptions) (err error) {
	from, err := policy.ParseDate(o.from)
	if err != nil {
		return misuse("--from: %v", err)
	}
	if err := os.MkdirAll(o.dir, 0o700); err != nil {
		return err
	}
	p.configFile = filepath.Join(o.dir, "duixian.yaml")
	if _, err := os.Stat(p.configFile); errors.Is(err, fs.ErrNotExist) {
		text := fmt.Sprintf(demoConfig, filepath.Join(o.dir, "data"), demoEffective, filepath.Join(o.dir, "notices.log"), demoClientID, demoSecret.Reveal(), demoAgentID, o.phones, filepath.Join(o.dir, "clock"))
		if err := os.WriteFile(p.configFile, []byte(text), 0o600); err != nil {
			return err
		}
	}
	if p.played, err = openPlayedClock(filepath.Join(o.dir, "clock"), p.wall, from.At(9, 0)); err != nil {
		return err
	}
	if err := p.played.walk(); err != nil {
		return err
	}
	phones, url, err := p.phones(ctx, o.phones)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, phones.Close()) }()
	p.adjust = func(c *Config) { c.DingTalk.API, c.DingTalk.OAPI = url, url }
	a, err := p.open(ctx, appOptions{create: true, background: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.close()) }()
	if err := p.furnish(ctx, a, o.dir); err != nil {
		return err
	}
	people, err := demoPeople(ctx, a)
	if err != nil {
		return err
	}
	if err := phones.Reset(demoOrganisation(people)); err != nil {
		return err
	}
	contact, err := firstContact(ctx, a)
	if err != nil {
		return err
	}
	return p.serve(ctx, a, func(s *service) {
		p.advance = s.advance
		p.whatNext(url, p.configFile, contact)
	})
}

// furnish fills an empty house with the sample bureau and plays one night in it.
func (p *program) furnish(ctx context.Context, a *app, dir string) error {
	has, err := a.store.Read(ctx).HasMembers()
	if err != nil || has {
		return err
	}
	opt := sample.Defaults()
	today := policy.DateOf(p.now())
	opt.Months = max(18, policy.DateOf(p.wall()).Month().Index()-demoEffective.Month().Index()) // also what is known only in the days to come
	files := filepath.Join(dir, "files")
	if _, err := sample.New(opt).Write(files, false); err != nil {
		return fmt.Errorf("示例文件：%w", err)
	}
	lines(p.out, "示例文件写在 %s，正在导入 …", files)
	sources, err := importFiles(files, nil)
	if err != nil {
		return err
	}
	if err := p.importAll(ctx, a, sources, importOptions{}); err != nil {
		return err
	}
	clock := models.System
	clock.OSUser = p.user
	lines(p.out, "正在做第一夜的核查与审核 …")
	type step struct {
		job    string
		params models.Params
	}
	night := []step{{"insurance-check", nil}, {"claims", nil}, {"recruit-reward", models.Params{"year": fmt.Sprint(today.Year() - 2)}}}
	if today >= policy.NewDate(today.Year(), 7, 20) { // this year's day of the reward has passed
		night = append(night, step{"recruit-reward", models.Params{"year": fmt.Sprint(today.Year() - 1)}})
	}
	for _, step := range night {
		if _, err := a.job(step.job); err != nil {
			continue
		}
		run, err := a.runner.RunNow(ctx, clock, step.job, step.params, 0, "demo:"+step.job+step.params["year"], p.instant())
		if err != nil {
			return err
		}
		if err := printRun(p, run); err != nil {
			return err
		}
	}
	return nil
}

func (a *app) job(name string) (jobs.Job, error) {
	for _, j := range a.config.jobs() {
		if j.Name == name {
			return j, nil
		}
	}
	return jobs.Job{}, models.ErrNotFound
}

// firstContact is the code of some firm's contact, for the example lines.
func firstContact(ctx context.Context, a *app) (string, error) {
	contacts, err := a.store.Read(ctx).MembersWithRole(models.Contact)
	if err != nil || len(contacts) == 0 {
		return "", err
	}
	return contacts[0].Code, nil
}

// whatNext says what can be typed while the service runs.
func (p *program) whatNext(url, config, contact string) {
	lines(p.out, `
服务已启动，演示日期 `+policy.DateOf(p.now()).Text()+`。

在浏览器打开本地钉钉：%[3]s
  企业和工作人员各有一部手机，点按钮或打字就能对话；页面上的日历可以一天一天、一月一月往前走。

也可以另开一个终端，输入：

  每个任务的下五次时间        bin/duixian --config %[1]s job list
  今天会奖补谁、多少、为什么  bin/duixian --config %[1]s job plan claims
  经办人送审                  bin/duixian --config %[1]s job plan claims --submit --basis 示例纪要1号 --basis-on `+policy.DateOf(p.now()).String()+` --as jingban01
  复核人先看清楚              bin/duixian --config %[1]s approve 审批码 --as fuhe01 --show
  复核人同意                  bin/duixian --config %[1]s approve 审批码 --as fuhe01
  一家企业的联系人来问        bin/duixian --config %[1]s chat --as %[2]s 进度
  工作人员的对话              bin/duixian --config %[1]s chat --as jingban01
  八年的夜晚，几秒钟          bin/duixian --config %[1]s simulate --from 2023-09-01 --to 2031-12-31 --assume-calendar
  查每一条约束                bin/duixian --config %[1]s check

按 Ctrl-C 停止。`, config, contact, url)
}

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

func demoCommand(p *program) *cobra.Command {
	dir := "demo"
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Sample data and the service, with nothing to configure",
		Long: `Makes a folder with a configuration, an embedded database and the files of an invented bureau, takes the files in, plays
the night, starts the service and says what to type next. Started again, it goes on with the same folder; delete the
folder to begin anew. Nothing in it exists.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.demo(cmd.Context(), dir) },
	}
	cmd.Flags().StringVar(&dir, "dir", dir, "the demo's folder")
	return cmd
}

func (p *program) demo(ctx context.Context, dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	p.configFile = filepath.Join(dir, "duixian.yaml")
	if _, err := os.Stat(p.configFile); errors.Is(err, fs.ErrNotExist) {
		text := fmt.Sprintf("# 演示用配置；完整说明见 duixian config example\ndata_dir: %s\npolicy:\n  effective_from: %s\nnotices:\n  channel: file\n  file: %s\n",
			filepath.Join(dir, "data"), demoEffective, filepath.Join(dir, "notices.log"))
		if err := os.WriteFile(p.configFile, []byte(text), 0o600); err != nil {
			return err
		}
	}
	a, err := p.open(ctx, appOptions{create: true, background: true})
	if err != nil {
		return err
	}
	err = p.furnish(ctx, a, dir)
	if err == nil {
		var contact string
		if contact, err = firstContact(ctx, a); err == nil {
			err = p.serve(ctx, a, func() { p.whatNext(p.configFile, contact) })
		}
	}
	return errors.Join(err, a.close())
}

// furnish fills an empty house with the sample bureau and plays one night in it.
func (p *program) furnish(ctx context.Context, a *app, dir string) error {
	has, err := a.store.Read(ctx).HasMembers()
	if err != nil || has {
		return err
	}
	opt := sample.Defaults()
	today := policy.DateOf(p.now())
	opt.Months = max(18, today.Month().Index()-demoEffective.Month().Index())
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
	for _, step := range []struct {
		job    string
		params models.Params
	}{{"insurance-check", nil}, {"claims", nil}, {"recruit-reward", models.Params{"year": fmt.Sprint(today.Year() - 2)}}, {"recruit-reward", models.Params{"year": fmt.Sprint(today.Year() - 1)}}} {
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
func (p *program) whatNext(config, contact string) {
	lines(p.out, `
服务已启动。另开一个终端，可以输入：

  每个任务的下五次时间        bin/duixian --config %[1]s job list
  今天会奖补谁、多少、为什么  bin/duixian --config %[1]s job plan claims
  经办人送审                  bin/duixian --config %[1]s job plan claims --submit --as jingban01
  复核人先看清楚              bin/duixian --config %[1]s approve 审批码 --as fuhe01 --show
  复核人同意                  bin/duixian --config %[1]s approve 审批码 --as fuhe01
  一家企业的联系人来问        bin/duixian --config %[1]s chat --as %[2]s 进度
  工作人员的对话              bin/duixian --config %[1]s chat --as jingban01
  八年的夜晚，几秒钟          bin/duixian --config %[1]s simulate --from 2023-09-01 --to 2031-12-31 --assume-calendar
  查每一条约束                bin/duixian --config %[1]s check

按 Ctrl-C 停止。`, config, contact)
}

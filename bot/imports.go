package bot

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"duixian/models"
	"duixian/sheets"
)

var imports = &Command{
	Name:    "导入",
	Aliases: []string{"导入文件", "上传"},
	Params: []Param{
		{Name: "确认", Also: []string{"confirm"}, Named: true},
		{Name: "放弃", Named: true},
		{Name: "文件", Named: true},
		{Name: "类型", Also: []string{"kind"}, Named: true},
	},
	Summary: "导入表格，先预检再确认",
	Roles:   importers,
	Private: true,
	Run:     runImports,
}

// runImports says how to hand a file in and what came lately; or takes in, or forgets, a file that was tried out.
func runImports(ctx context.Context, r *Request) (Reply, error) {
	switch {
	case r.Args["确认"] != "":
		return r.confirmImport(ctx, r.Args["确认"])
	case r.Args["放弃"] != "":
		f, ask, err := r.stagedFile(r.Args["放弃"])
		if err != nil || ask.Text != "" {
			return ask, err
		}
		err = r.write(func(tx *models.Tx) error { return tx.DropStaged(f.SHA256) })
		return Reply{Text: "已放弃“" + plain(f.FileName) + "”，没有导入。", Next: []string{"导入"}}, err
	case r.Args["文件"] != "":
		f, ask, err := r.stagedFile(r.Args["文件"])
		if err != nil || ask.Text != "" {
			return ask, err
		}
		return r.handIn(kindTyped(r.Args["类型"]), f.FileName, f.Body)
	}
	last, err := r.Query.Imports(5)
	if err != nil {
		return Reply{}, err
	}
	lines := []string{"把表格（xlsx 或 csv）作为文件发给我，我先预检，您确认后才导入。可以发的有："}
	for _, d := range sheets.All() {
		if !slices.Contains(neverByChat, d.Kind) {
			lines = append(lines, "- "+d.Name)
		}
	}
	lines = append(lines, "引进人员和参保名单含个人信息，收款账户含账号，请在办公电脑上导入；前两种也可放入投递文件夹。")
	if len(last) > 0 {
		lines = append(lines, "最近导入：")
	}
	for _, i := range last {
		d, _ := sheets.Lookup(i.Kind)
		lines = append(lines, fmt.Sprintf("- %s %s“%s”：%d行，变化%d条", r.clock(i.At), d.Name, plain(i.FileName), i.Total, i.Changed))
	}
	return Reply{Text: strings.Join(lines, "\n"), Next: []string{"任务 记录 导入文件"}}, nil
}

// confirmImport starts the job that takes a staged file in.
func (r *Request) confirmImport(ctx context.Context, prefix string) (Reply, error) {
	f, ask, err := r.stagedFile(prefix)
	if err != nil || ask.Text != "" {
		return ask, err
	}
	id, err := r.Bot.Work.Run(ctx, r.Actor, "import", models.Params{"kind": f.Kind, "sha256": f.SHA256}, 0, r.Now)
	if err != nil {
		return Reply{}, err
	}
	run, err := r.Query.Run(id)
	if err != nil {
		return Reply{}, err
	}
	text := fmt.Sprintf("已受理 #%d：导入“%s”。导入结果会通知您。", id, plain(f.FileName))
	if run.State.Ended() {
		text = fmt.Sprintf("#%d 导入“%s”：%s。", id, plain(f.FileName), runText(run))
		if strings.Contains(run.Summary, `"approval":`) {
			what := "人员和角色的变更"
			if f.Kind == "amounts" {
				what = "金额核定"
			}
			text += what + "须两人办理，已送审，复核人会收到审批码。"
		}
	}
	return Reply{Text: text, Next: []string{"任务 记录 导入文件", "待办"}}, nil
}

// stagedFile finds the file behind the first characters of its hash.
func (r *Request) stagedFile(prefix string) (models.StagedFile, Reply, error) {
	f, err := r.StagedByPrefix(strings.ToLower(prefix), r.Now)
	if models.CodeOf(err) == models.NotFound {
		return f, Reply{Text: "没有等待确认的文件“" + plain(prefix) + "”：可能已经导入、放弃，或超过24小时。请重新发送文件。", Next: []string{"导入"}, Outcome: Asked}, nil
	}
	return f, Reply{}, err
}

// kindTyped is the kind of dataset that people call so.
func kindTyped(typed string) string {
	for _, d := range sheets.All() {
		if typed == d.Kind || typed == d.Name {
			return d.Kind
		}
	}
	return typed
}

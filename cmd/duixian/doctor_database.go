package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"

	"duixian/models"
)

func (d *doctor) database(ctx context.Context) {
	address := d.config.Database.address()
	if path, embedded := strings.CutPrefix(address, "sqlite:"); embedded {
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			d.say("数据库", stateWarn, address+" 还不存在", "首次启动时自动建立；若应有数据，请核对 database.dsn 和启动目录")
			return
		}
	}
	store, err := models.OpenOnly(d.config.Database.DSN.Reveal(), d.config.storeOptions())
	if err != nil {
		d.say("数据库", stateBad, err.Error(), "核对 database.dsn")
		return
	}
	defer store.Close()
	have, newest, err := store.SchemaVersion(ctx)
	switch {
	case err != nil:
		d.say("数据库", stateBad, fmt.Sprintf("%s 无法使用：%v", address, err), "核对 database.dsn、服务是否启动、账号和口令")
		return
	case have > newest:
		d.say("数据库", stateBad, fmt.Sprintf("%s 的结构为第 %d 版，本程序只认识到第 %d 版", address, have, newest), "请使用新版本程序，不要用旧程序打开")
		return
	case have < newest:
		d.say("数据库", stateWarn, fmt.Sprintf("%s 的结构为第 %d 版，本程序需要第 %d 版", address, have, newest), "备份后运行 duixian migrate；启动服务时也会自动升级")
		return
	}
	d.say("数据库", stateOK, fmt.Sprintf("%s，结构第 %d 版", address, have), "")
	q := store.Read(ctx)
	d.fingerprint, err = q.Keyset()
	if err := errors.Join(err, d.room(store), d.people(q), d.service(q), d.halted(q), d.work(q), d.alerts(q), d.anchors(q), d.guard(ctx, store), d.clock(ctx, store), d.dingtalk(q)); err != nil {
		d.say("数据库", stateBad, err.Error(), "核对数据库是否完好，必要时从备份恢复")
	}
}

// people looks whether there are two who can move something: one who prepares and another who approves.
func (d *doctor) people(q models.Query) error {
	approvers, err := q.MembersWithRole(models.Approver)
	if err != nil {
		return err
	}
	clerks, err := q.MembersWithRole(models.Clerk)
	if err != nil {
		return err
	}
	operators, err := q.MembersWithRole(models.Operator)
	if err != nil {
		return err
	}
	officials := map[int64]bool{}
	for _, m := range append(approvers, clerks...) {
		officials[m.ID] = true
	}
	detail := fmt.Sprintf("经办 %d 人，复核 %d 人", len(clerks), len(approvers))
	switch {
	case len(approvers) == 0 || len(officials) < 2:
		d.say("人员", stateBad, detail+"，不足两人，什么也办不了", "新数据库用 duixian init 登记两人；以后导入成员名册")
	case len(approvers) == 1:
		d.say("人员", stateWarn, detail+"；复核人请假时无人可批", "再增加一名复核")
	default:
		d.say("人员", stateOK, detail, "")
	}
	if len(operators) == 0 && len(officials) > 0 {
		d.say("运维", stateWarn, "没有人担任运维，任务失败时改为通知经办和复核", "把运维写进成员名册导入（duixian import members），由两人办理")
	}
	return nil
}

// work names the jobs whose last run ended without doing its work: the notice of it may be lost with the channel.
func (d *doctor) work(q models.Query) error {
	last, err := q.LastRuns()
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(last)) {
		if r := last[name]; r.State == models.RunFailed || r.State == models.RunHalted {
			d.say("任务", stateWarn, fmt.Sprintf("%s 上次（#%d，%s）%s%s", name, r.ID, r.ToldAt().Text(), r.State.Text(), failure(r)),
				fmt.Sprintf("排除原因后重试：duixian job run --retry %d --as 成员编号", r.ID))
		}
	}
	return nil
}

// room looks how much of the size that the configuration allows an embedded database has been used.
func (d *doctor) room(store *models.Store) error {
	used, most, err := store.Pages()
	if err != nil || most == 0 {
		return err
	}
	detail := fmt.Sprintf("已用 %d 页，上限 %d 页（%.0f%%）", used, most, 100*float64(used)/float64(most))
	if used*10 >= most*9 {
		d.say("数据库容量", stateBad, detail, "调高 database.max_page_count，或去掉这个限制：用满后所有写入都会被拒绝")
	} else {
		d.say("数据库容量", stateOK, detail, "")
	}
	return nil
}

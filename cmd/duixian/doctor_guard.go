package main

import (
	"context"
	"strings"

	"duixian/models"
)

// guard says whether the database itself refuses to change the ledger and the audit trail, and what to type when it does not.
func (d *doctor) guard(ctx context.Context, store *models.Store) error {
	g, err := store.Guarded(ctx)
	if err != nil {
		return err
	}
	if len(g.Tables) == 0 {
		d.say("账目保护", stateOK, "数据库拒绝修改和删除账目、审计记录", "")
		return nil
	}
	names := make([]string, 0, 2)
	for _, t := range g.Tables {
		names = append(names, map[string]string{"transfers": "账目", "audit_log": "审计记录"}[t])
	}
	what := strings.Join(names, "、")
	switch {
	case g.Dialect == "sqlite":
		d.say("账目保护", stateBad, what+"的保护被人从数据库里去掉了", "先运行 duixian audit verify 和 duixian check 查看是否被改动，再运行 duixian migrate 恢复保护")
	case len(g.Grant) > 0:
		d.say("账目保护", stateWarn, what+"只由本程序和每晚的检查保护，数据库不拒绝修改", "请数据库管理员执行 "+strings.Join(g.Grant, " ")+" 再运行 duixian migrate")
	default:
		d.say("账目保护", stateWarn, what+"只由本程序和每晚的检查保护：这种数据库没有触发器", "没有可以打开的保护；请按锚文件核对：duixian audit verify")
	}
	return nil
}

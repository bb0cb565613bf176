package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"duixian/jobs"
	"duixian/models"
	"duixian/policy"
)

// alerts names what the watcher found wrong.
func (d *doctor) alerts(q models.Query) error {
	open, err := q.OpenAlerts()
	if err != nil {
		return err
	}
	if len(open) == 0 {
		d.say("告警", stateOK, "没有未恢复的告警", "")
		return nil
	}
	titles := make([]string, len(open))
	advice := "duixian alerts"
	for i, a := range open {
		titles[i] = jobs.AlertTitle(a.Kind) + "（" + a.Thing + "）"
		if a.Kind == "audit-behind" {
			advice += "；值守记忆文件为 " + filepath.Join(d.config.DataDir, "watch-serve.json") + " 和 watch.json，运行 duixian watch 的机器上另有一份"
		}
	}
	d.say("告警", stateWarn, fmt.Sprintf("未恢复 %d 条：%s", len(open), strings.Join(titles, "、")), advice)
	return nil
}

// clock compares this machine's clock with the database's.
func (d *doctor) clock(ctx context.Context, store *models.Store) error {
	ahead, err := store.ClockAhead(ctx, policy.InstantOf(d.program.wall()))
	if err != nil {
		return err
	}
	switch off := ahead.Abs().Round(time.Second); {
	case off <= 5*time.Second:
		d.say("时钟", stateOK, "与数据库一致", "")
	case store.Dialect() == "sqlite":
		d.say("时钟", stateWarn, fmt.Sprintf("数据库文件的时间比本机时钟晚 %s：时钟可能被拨回过", jobs.Spell(off)), "核对本机时间，确认校时服务正常（chronyc tracking）")
	default:
		d.say("时钟", stateWarn, fmt.Sprintf("与数据库服务器相差 %s", jobs.Spell(off)), "在两台机器上校准时间（chronyc tracking）；相差超过一分钟时先不要办理涉及资金的事项")
	}
	return nil
}

package jobs

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"duixian/models"
)

// seeService finds that no service shows a sign of life: none was seen within the time, and no run renews its lease.
func seeService(s *sight) []signal {
	for _, r := range s.runs {
		if r.Owner != "" && r.LeaseUntil >= s.now {
			return nil // busy: its loop comes back when the run has ended
		}
	}
	last, what := s.began, "还没有任何服务登记过"
	if len(s.replicas) > 0 {
		r := s.replicas[0]
		last, what = r.SeenAt, fmt.Sprintf("最后一次动静在 %s（%s）", r.SeenAt.Text(), r.Owner)
		if r.StoppedAt != 0 {
			what = fmt.Sprintf("最后一个服务于 %s 正常停止（%s），没有再启动", r.StoppedAt.Text(), r.Owner)
		}
	}
	if s.now < last.Add(s.silent) {
		return nil
	}
	return []signal{{
		thing: "serve", cause: fmt.Sprintf("超过 %s 没有一个服务在工作：%s", Spell(s.silent), what), effect: "夜间任务不会执行，通知不会发出；恢复后自动补做",
		command: "在服务器上启动服务（duixian serve），再运行 duixian doctor",
	}}
}

// seeAudit finds a chain that is shorter than it was, or whose remembered row is another: somebody put back an older state, or
// changed what was written.
func seeAudit(s *sight) (found []signal) {
	for _, stream := range slices.Sorted(maps.Keys(s.anchors)) {
		was, now := s.anchors[stream], s.heads[stream]
		what := fmt.Sprintf("由第 %d 行退到第 %d 行", was.Seq, now.Seq)
		if now.Seq >= was.Seq {
			if s.broken[stream] == "" {
				continue
			}
			what = fmt.Sprintf("第 %d 行已不是先前的内容", was.Seq)
		}
		found = append(found, signal{
			thing: stream, cause: fmt.Sprintf("审计链 %s %s", stream, what), effect: "数据库被换成较早的状态，或有人改动了记录；在查清之前请不要审批",
			command: "duixian audit verify；如果刚从备份恢复，核对后删除值守记忆文件（duixian doctor 会指明）",
		})
	}
	return found
}

// AnchorLate is how long there may be no new anchor: one night can be missed, two are a gap that somebody must explain.
const AnchorLate = 48 * time.Hour

// seeAnchor finds that no anchor was made for two days, whatever the reason: the job fails, is paused, or was taken out of the schedule. A
// service that is silent and a stop of everything have alerts of their own.
func seeAnchor(s *sight) []signal {
	set, seen := s.settings[auditAnchorName]
	if !seen || s.stop != nil {
		return nil
	}
	last, what := set.FirstSlotAt, "还没有生成过"
	if s.anchor.No > 0 {
		last, what = max(last, s.anchor.At), fmt.Sprintf("最后一个是 %s 生成的 %s", s.anchor.At.Text(), s.anchor.Short)
	}
	if s.now < last.Add(AnchorLate) {
		return nil
	}
	return []signal{{
		thing: "anchor", cause: "超过 48 小时没有新的审计锚：" + what, effect: "这段时间内对审计链的整体改写将无从发现",
		command: "duixian job history audit-anchor；排除原因后 duixian job run audit-anchor --as 成员编号",
	}}
}

// Limits of the disk, in bytes. An alert ends a fifth above its limit.
const (
	diskLow   = 1 << 30
	diskEmpty = 100 << 20
)

func seeDisk(s *sight) []signal {
	limit := uint64(diskLow)
	if s.holds("disk-low", "") {
		limit += limit / 5
	}
	if !s.disk || s.freeErr == nil && s.free >= limit {
		return nil
	}
	cause := fmt.Sprintf("数据目录所在磁盘只剩 %.1f GB", float64(s.free)/1e9)
	if s.freeErr != nil {
		cause = fmt.Sprintf("数据目录所在磁盘无法查看：%v", s.freeErr)
	}
	return []signal{{thing: "data", cause: cause, effect: "空间用尽后所有写入都会被拒绝，任务和通知都会停", command: "清理磁盘，然后 duixian doctor", urgent: s.freeErr == nil && s.free < diskEmpty}}
}

// Limits of the clock. What a minute can do to a business date it can do at midnight.
const (
	clockOff   = 5 * time.Second
	clockWrong = time.Minute
)

func seeClock(s *sight) []signal {
	limit := clockOff
	if s.holds("clock-off", "") {
		limit = clockOff / 2
	}
	if s.ahead.Abs() <= limit {
		return nil
	}
	whose, way, command := "数据库服务器的时钟", "快", "在两台机器上校准时间（chronyc tracking），然后 duixian doctor"
	if s.embedded { // it can only be ahead: the file was written before the clock was set back
		whose, command = "数据库文件的时间", "核对本机时间（date），确认校时服务正常（chronyc tracking），然后 duixian doctor"
	}
	if s.ahead < 0 {
		way = "慢"
	}
	effect := "租约和提醒的时间会有偏差"
	if s.ahead.Abs() > clockWrong {
		effect = "任务的时点、业务日期和租约都可能错；校准之前请暂停涉及资金的任务（duixian job pause 任务 --reason 时钟不准 --as 成员编号）"
	}
	return []signal{{thing: "clock", cause: fmt.Sprintf("%s比本机%s %s", whose, way, Spell(s.ahead)), effect: effect, command: command}}
}

func seeJump(s *sight) []signal {
	if s.jumped.Abs() <= clockOff {
		return nil
	}
	way := "向前"
	if s.jumped < 0 {
		way = "向后"
	}
	return []signal{{
		thing: "clock", cause: fmt.Sprintf("本机时钟在两次检查之间%s跳了 %s（校时、改时间，或机器休眠后恢复）", way, Spell(s.jumped)),
		effect: "向前跳时错过的任务会补做，向后跳时不会重做；已有记录不受影响", command: "核对本机时间（date），确认校时服务正常（chronyc tracking）",
	}}
}

// seeStopped finds an emergency stop that somebody may have forgotten.
func seeStopped(s *sight) []signal {
	if s.stop == nil || s.now < s.stop.Since.Add(time.Hour) {
		return nil
	}
	return []signal{{
		thing: "stop", cause: fmt.Sprintf("系统自 %s 起紧急停止（%s）", s.stop.Since.Text(), s.stop.Reason), effect: "任务不执行，通知和早报都不发",
		command: "恢复须两人：duixian resume --as 经办人编号，再由复核人 duixian approve",
	}}
}

// seeCalendar finds, from December on, that nobody knows next year's working days, and at any time that nobody knows this year's.
func seeCalendar(s *sight) []signal {
	today := s.now.Date()
	year := today.Year()
	if s.hours.Calendar.Known(year) {
		if year++; today.AddDays(31).Year() < year || s.hours.Calendar.Known(year) {
			return nil
		}
	}
	return []signal{{
		thing: fmt.Sprint(year), cause: fmt.Sprintf("%d年的放假调休安排尚未收录", year), effect: "公示期、审批期限等工作日无法确定，涉及的事项会停下来等；早报按周一至周五发，标为暂定",
		command: "国务院办公厅通知公布后更新程序，或在配置中用 calendar_file 提供，再运行 duixian doctor",
	}}
}

func (w *Watcher) blindness(cause error) signal {
	text := "数据库连不上或不能读写"
	if w.Free != nil {
		if free, err := w.Free(); err == nil && free < diskLow {
			text += fmt.Sprintf("，本机磁盘只剩 %.1f GB", float64(free)/1e9)
		}
	}
	return signal{
		kind: databaseDown.Name, thing: "database", urgent: true, cause: fmt.Sprintf("%s：%s", text, models.FirstLine(cause.Error())),
		effect: "什么都查不到、办不了；恢复后任务自动补做，未发的通知照发", command: "检查数据库服务和网络，然后 duixian doctor",
	}
}

package jobs

import (
	"cmp"
	"time"

	"duixian/models"
	"duixian/policy"
)

// signal is one thing that a round found wrong.
type signal struct {
	kind, thing, cause, effect, command string
	urgent                              bool // worth waking somebody for, if its kind is not so already
}

func (s signal) key() string { return s.kind + " " + s.thing }

// alertKind is a sort of trouble.
type alertKind struct {
	Name   string
	Title  string
	Urgent bool          // is told at night too
	After  time.Duration // how long it must be there before it is an alert: a restart is none
	Spaced []time.Duration
	see    func(s *sight) []signal
}

// spaced are the pauses between reminders; the last one goes on.
var spaced = []time.Duration{15 * time.Minute, time.Hour, 4 * time.Hour, 24 * time.Hour}

// twoRounds is the time in which a round a minute looks at least twice.
const twoRounds = 90 * time.Second

// databaseDown is the one that no question to the database can find.
var databaseDown = alertKind{Name: "database-down", Title: "数据库无法使用", Urgent: true, After: twoRounds}

// alertKinds lists every sort of trouble, the worst first. One that explains others takes them away, see judge.
var alertKinds = []alertKind{
	{Name: "service-silent", Title: "服务没有动静", Urgent: true, After: twoRounds, see: seeService},
	{Name: "audit-behind", Title: "审计链倒退", Urgent: true, see: seeAudit},
	{Name: "anchor-late", Title: "审计锚没有生成", Spaced: []time.Duration{24 * time.Hour}, see: seeAnchor},
	{Name: "disk-low", Title: "磁盘空间不足", After: twoRounds, see: seeDisk},
	{Name: "clock-off", Title: "时钟不准", After: twoRounds, see: seeClock},
	{Name: "clock-jump", Title: "时钟跳变", see: seeJump},
	{Name: "run-late", Title: "任务没有按时开始", After: 2 * twoRounds, see: seeLate},
	{Name: "run-stuck", Title: "任务开始后没有结束", After: twoRounds, see: seeStuck},
	{Name: "run-slow", Title: "任务比平时慢", After: twoRounds, see: seeSlow},
	{Name: "outbox-stuck", Title: "通知发不出去", After: twoRounds, see: seeOutbox},
	{Name: "dead-letters", Title: "未送达的通知增多", After: twoRounds, see: seeDeadLetters},
	{Name: "stopped", Title: "系统仍在紧急停止", Spaced: []time.Duration{24 * time.Hour}, see: seeStopped},
	{Name: "calendar-missing", Title: "缺少工作日历", see: seeCalendar},
	databaseDown,
}

func kindOf(name string) alertKind {
	for _, k := range alertKinds {
		if k.Name == name {
			return k
		}
	}
	return alertKind{Name: name, Title: name} // of another version
}

// AlertTitle is what people call a sort of trouble.
func AlertTitle(kind string) string { return kindOf(kind).Title }

// pause is how long after its n-th telling an alert is told again.
func (k alertKind) pause(n int, now policy.Instant) time.Duration {
	if k.Name == "calendar-missing" { // the notice comes out in autumn: weekly, and daily when only a week is left
		if d := now.Date(); d.Month().Last().Day()-d.Day() > 7 && d.Month().First().AddDays(31).Year() > d.Year() {
			return 7 * 24 * time.Hour
		}
		return 24 * time.Hour
	}
	list := k.Spaced
	if list == nil {
		list = spaced
	}
	return list[min(n, len(list))-1]
}

// judge is everything that is wrong with what a round saw. A service that is gone explains why nothing began and nothing is
// sent, and a stop explains it too: what follows from another alert is not told beside it.
func judge(s *sight) []signal {
	var all []signal
	gone := false
	for _, k := range alertKinds {
		if k.see == nil || gone && (k.Name == "run-late" || k.Name == "anchor-late" || k.Name == "run-stuck" || k.Name == "outbox-stuck") {
			continue
		}
		for _, sig := range k.see(s) {
			sig.kind = k.Name
			sig.urgent = sig.urgent || k.Urgent
			all = append(all, sig)
			gone = gone || k.Name == "service-silent"
		}
	}
	return all
}

// hold is the alert that is open about a thing, if any: a limit is left at another point than it is reached.
func (s *sight) holds(kind, thing string) bool {
	for _, a := range s.alerts {
		if a.Kind == kind && cmp.Or(thing, a.Thing) == a.Thing && a.State == models.AlertOpen {
			return true
		}
	}
	return false
}

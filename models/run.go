package models

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"duixian/policy"
)

// Run is one scheduled time of a job, or one asking for it by hand, and what became of it. There is a row for every
// scheduled time, also for those at which nothing was done. A run is the property of its owner in its epoch until the
// lease ends; each change of hands raises the epoch, and everything the run writes is fenced by it.
type Run struct {
	ID            int64
	Job           string
	SlotKey       string         // SlotKey or RequestKey: unique within the job
	SlotAt        policy.Instant // the scheduled instant, 0 for a request
	BusinessDate  policy.Date    // what "today" means inside the run, fixed when the row is made
	Cause         RunCause
	Actor         string // a member's code, or system
	ApprovalID    int64
	Params        Params
	State         RunState
	Reason        string // of a skipped run, see ReasonText
	Owner         string // host, process and start of who runs it
	Epoch         int
	LeaseUntil    policy.Instant
	Cursor        string `gorm:"column:cursor_key"`
	DoneItems     int
	TotalItems    int
	Attempt       int
	PolicyVersion string
	BinaryVersion string
	Summary       string // JSON, written at the end
	ErrorCode     string
	ErrorText     string
	QueuedAt      policy.Instant
	StartedAt     policy.Instant // of the first attempt
	FinishedAt    policy.Instant
	Promised      bool // who asked was answered with its number only, and is told how it ends
}

// TableName is the table of runs.
func (Run) TableName() string { return "job_runs" }

// RunState is where a run is in its life.
type RunState string

// queued → running → succeeded | failed | halted; a slot that will not run is skipped from the start. Failed and
// halted runs, and slots skipped, can be reopened by a person.
const (
	RunQueued    RunState = "queued"
	RunRunning   RunState = "running"
	RunSucceeded RunState = "succeeded"
	RunFailed    RunState = "failed"
	RunHalted    RunState = "halted" // given up after too many attempts, or held before its first effect
	RunSkipped   RunState = "skipped"
)

// Text is the state as people read it.
func (s RunState) Text() string {
	switch s {
	case RunQueued:
		return "排队中"
	case RunRunning:
		return "执行中"
	case RunSucceeded:
		return "已完成"
	case RunFailed:
		return "失败"
	case RunHalted:
		return "已中止"
	case RunSkipped:
		return "未执行"
	}
	return string(s)
}

// Ended reports whether nothing more will happen by itself.
func (s RunState) Ended() bool { return s != RunQueued && s != RunRunning }

// refusals are the codes with which a run refuses before it has done anything: the sentence is the answer to whoever asked.
var refusals = []Code{Invalid, Conflict, NotFound, Forbidden}

// Refusal reports whether a code refuses what was asked for, and says nothing of the house.
func (c Code) Refusal() bool { return slices.Contains(refusals, c) }

// isRefused is Run.Refused in a query. Its arguments are System.Member and refusals.
const isRefused = "state = 'failed' AND cause = 'hand' AND actor <> ? AND slot_at = 0 AND approval_id = 0 AND cursor_key = '' AND error_code IN ?"

// TurnedDown reports whether a code ended, before anything was done, a run that was asked for: the sentence went back to whoever asked.
func (r Run) TurnedDown(code Code) bool {
	return r.Cause == ByHand && r.ApprovalID == 0 && r.Cursor == "" && code.Refusal()
}

// Refused reports whether a person asked for what could not be done, and nothing was: they have the answer, and nobody has to make it good. What the clock, the
// inbox folder or an approval asked for, and a slot of the schedule that a person took, is work that was not done.
func (r Run) Refused() bool {
	return r.State == RunFailed && r.TurnedDown(Code(r.ErrorCode)) && r.Actor != System.Member && r.SlotAt == 0
}

// StateText is how the run stands as people read it.
func (r Run) StateText() string {
	if r.Refused() {
		return "未办理"
	}
	return r.State.Text()
}

// RunCause says what made the row.
type RunCause string

// The causes.
const (
	ByClock   RunCause = "clock"
	ByCatchUp RunCause = "catch_up" // a slot found late
	ByHand    RunCause = "hand"
)

// Why a slot was skipped. SkippedPaused, SkippedCoalesced, SkippedDayOff and SkippedWaiting are followed by a colon and a text.
const (
	SkippedPaused    = "paused"    // : the reason of the pause
	SkippedCoalesced = "coalesced" // : the key of the slot that does the work instead
	SkippedDayOff    = "day_off"   // : the weekday or feast; the job runs on working days
	SkippedTooOld    = "too_old"
	SkippedMissed    = "missed"  // the job does not catch up
	SkippedAsk       = "ask"     // late: a person decides whether it still runs
	SkippedWaiting   = "waiting" // : the number of the run that waits for a person because it would do far more than usual
)

// ReasonText says in words why a run was skipped.
func (r Run) ReasonText() string {
	code, rest, _ := strings.Cut(r.Reason, ":")
	switch rest = strings.TrimSpace(rest); code {
	case SkippedPaused:
		return "任务已暂停：" + rest
	case SkippedCoalesced:
		if at, ok := SlotInstant(rest); ok {
			return "由" + at.Text() + "的一次一并办理"
		}
		return "由之后的一次一并办理"
	case SkippedDayOff:
		return "当天不是工作日（" + rest + "）"
	case SkippedTooOld:
		return "超过补做期限"
	case SkippedMissed:
		return "错过了时间，该任务不补做"
	case SkippedAsk:
		return "错过了时间，需人工确认后再执行"
	case SkippedWaiting:
		return "#" + rest + " 的数量远高于平常，等待人工放行；之后的一次一并办理"
	}
	return r.Reason
}

// SlotKey names the slot at an instant of the schedule: whole seconds, whatever the clocks of two machines say
// behind the point.
func SlotKey(at policy.Instant) string { return fmt.Sprintf("at:%d", at/1000) }

// RequestKey names what a person or a file asked for.
func RequestKey(id string) string { return "req:" + id }

// SlotInstant reads a SlotKey.
func SlotInstant(key string) (policy.Instant, bool) {
	var sec int64
	if n, err := fmt.Sscanf(key, "at:%d", &sec); n != 1 || err != nil {
		return 0, false
	}
	return policy.InstantOf(time.Unix(sec, 0)), true
}

// At is when the run belongs on the time line: its slot, or when it was asked for.
func (r Run) At() policy.Instant {
	if r.SlotAt != 0 {
		return r.SlotAt
	}
	return r.QueuedAt
}

// ToldAt is when people are told that the run took place: one that somebody asked for when it was really started, whatever day it was for.
func (r Run) ToldAt() policy.Instant {
	if r.Cause == ByHand {
		return cmp.Or(r.StartedAt, r.QueuedAt)
	}
	return r.At()
}

// ForDay says for which day a run was that took place on another one, because somebody asked; empty otherwise.
func (r Run) ForDay() string {
	if r.Cause == ByHand && r.BusinessDate != r.ToldAt().Date() {
		return "（业务日期" + r.BusinessDate.Text() + "）"
	}
	return ""
}

// Run reads a run by its number.
func (q Query) Run(id int64) (Run, error) { return one[Run](q.db.Where("id = ?", id)) }

// RunAt reads the run of a job's slot or request.
func (q Query) RunAt(job, slotKey string) (Run, error) {
	return one[Run](q.db.Where("job = ? AND slot_key = ?", job, slotKey))
}

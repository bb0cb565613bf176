package notifications

import (
	"fmt"
	"slices"
	"strings"

	"duixian/models"
	"duixian/policy"
)

// MorningReport tells officials what the night did, what it did not do and what waits on whom. It comes every working
// morning, also when all is well.
type MorningReport struct {
	Run int64 `json:"run"` // 0 = somebody asked
	models.Situation
}

// Kind names the message.
func (MorningReport) Kind() string { return "morning-report" }

// Key is the run that wrote it, and its day.
func (m MorningReport) Key() (string, policy.Date) { return fmt.Sprintf("report/%d", m.Run), m.Day() }

// Day is the day of the report.
func (m MorningReport) Day() policy.Date { return m.To.Date() }

// Runs is how many runs came to their end.
func (m MorningReport) Runs() (n int) {
	for _, c := range m.Ran {
		n += c.N
	}
	return n
}

// Troubles is how many things need somebody.
func (m MorningReport) Troubles() int {
	n := len(m.Failed) + len(m.Overdue) + len(m.Paused) + len(m.Alerts) + len(m.Missed()) + len(m.Late())
	for _, wrong := range []bool{m.Stop != "", m.Dead+m.Unknown+m.Stuck > 0, m.Files.Refused > 0} {
		n += flag(wrong)
	}
	return n
}

// Missed are the slots that did not run and that nothing else made good. Those of a job that is still paused are in the
// line of the pause.
func (m MorningReport) Missed() (missed []models.JobCount) {
	for _, c := range m.Skipped {
		paused := c.Reason == models.SkippedPaused && slices.ContainsFunc(m.Paused, func(p models.JobPause) bool { return p.Job == c.Job })
		if c.Reason != models.SkippedCoalesced && !paused {
			missed = append(missed, c)
		}
	}
	return missed
}

// Together is how many slots were done by a later one.
func (m MorningReport) Together() (n int) {
	for _, c := range m.Skipped {
		if c.Reason == models.SkippedCoalesced {
			n += c.N
		}
	}
	return n
}

// Late are the runs that should have begun.
func (m MorningReport) Late() (late []models.RunTrace) {
	for _, r := range m.Waiting {
		if m.IsLate(r) {
			late = append(late, r)
		}
	}
	return late
}

// Going are the runs that are on their way.
func (m MorningReport) Going() (going []models.RunTrace) {
	for _, r := range m.Waiting {
		if !m.IsLate(r) {
			going = append(going, r)
		}
	}
	return going
}

// WaitsOnPeople reports whether somebody has something to do that is no trouble.
func (m MorningReport) WaitsOnPeople() bool {
	return len(m.Plans)+len(m.SentBack)+m.Files.Submit+m.ToSubmit.N+m.NeedsDecision+m.NeedsData > 0
}

// shownLines is how many lines of one sort a phone shows; commands show the rest.
const shownLines = 4

const briefly = 80 // characters

// firstOf cuts a list to what a phone shows.
func firstOf[T any](list []T) []T { return list[:min(len(list), shownLines)] }

// ShownFailed are the first of the failed runs.
func (m MorningReport) ShownFailed() []models.RunTrace { return firstOf(m.Failed) }

// MoreFailed is how many failed runs are not shown.
func (m MorningReport) MoreFailed() int { return len(m.Failed) - len(m.ShownFailed()) }

// ShownPlans are the first of the plans.
func (m MorningReport) ShownPlans() []models.PlanTrace { return firstOf(m.Plans) }

// MorePlans is how many plans are not shown.
func (m MorningReport) MorePlans() int { return len(m.Plans) - len(m.ShownPlans()) }

// ShownAlerts are the first of the alerts.
func (m MorningReport) ShownAlerts() []models.Alert { return firstOf(m.Alerts) }

// MoreAlerts is how many alerts are not shown.
func (m MorningReport) MoreAlerts() int { return len(m.Alerts) - len(m.ShownAlerts()) }

// Brief is a text cut to what a phone shows of one line among many.
func (MorningReport) Brief(s string) string {
	if r := []rune(s); len(r) > briefly {
		return string(r[:briefly]) + "…"
	}
	return s
}

// Hint is what can be typed to see more.
func (m MorningReport) Hint() string {
	words := []string{"任务 列表"}
	if len(m.Failed) > 0 {
		words = append(words, "任务 记录 "+m.Failed[0].Title)
	}
	if m.Run != 0 {
		words = append(words, "今日情况")
	}
	return strings.Join(words, "、")
}

var morningReport = define(Kind{
	Name: "morning-report", Title: "工作日早报", Audience: Officials, Timing: Daytime,
	Sample: MorningReport{Run: 412, Situation: models.Situation{
		From: policy.InstantOf(policy.Date(20270108).At(8, 30)), To: policy.InstantOf(policy.Date(20270111).At(8, 30)), Provisional: true,
		Ran:     []models.JobCount{{Job: "insurance-check", Title: "参保月数核查", N: 3}, {Job: "claims", Title: "奖补审核", N: 2}, {Job: "instalments-due", Title: "分年拨付到期核查", N: 3}},
		Skipped: []models.JobCount{{Job: "recruit-reward", Title: "引才奖励兑现", N: 1, Reason: models.SkippedAsk, Why: "错过了时间，需人工确认后再执行"}},
		Failed: []models.RunTrace{{
			ID: 409, Job: "claims", Title: "奖补审核", State: models.RunFailed, At: policy.InstantOf(policy.Date(20270111).At(3, 0)), Done: 200, Total: 512, Error: "磁盘或数据库空间已满",
		}},
		Files:   models.FileTrace{Taken: 2, Refused: 1, Submit: 1},
		Decided: models.Tally{N: 12, Amount: policy.Yuan(120000)}, Approved: models.Tally{N: 3, Amount: policy.Yuan(30000)}, Due: models.Tally{N: 2, Amount: policy.Yuan(20000)},
		Standings:  []models.StandingTrace{{Standing: 3, Plans: 2, First: 12, Lines: 5, Total: policy.Yuan(45000), Used: policy.Yuan(310000), Limit: policy.Yuan(1000000)}},
		HeldParts:  []models.ReasonSum{{Reason: "SERIOUS_DISHONESTY_LIST", Why: "被列入严重失信主体名单", N: 1, Amount: policy.Yuan(4000)}},
		HeldClaims: []models.ReasonSum{{Reason: "LEGAL_REVIEW", Why: "该事项须先完成合法性审查和公平竞争审查", N: 2, Amount: policy.Yuan(50000)}},
		ToSubmit:   models.Tally{N: 4, Amount: policy.Yuan(60000)}, NeedsDecision: 2, NeedsData: 5,
		Plans:    []models.PlanTrace{{Plan: 8, Title: "奖补核定方案", Lines: 26, Total: policy.Yuan(452000), Expires: 20270113}},
		SentBack: []models.RoundTrace{{Round: 4, Name: "2026年度星级评定", Why: "方案 #7 已同意，但执行时没有一家可以公示，须逐家决定后重新报审", Since: 20270108}},
		Coming:   models.Tally{N: 3, Amount: policy.Yuan(30000)}, ComingOn: 20270115, ComingBy: 20270118,
		Budgets: []models.BudgetState{{Year: 2027, Channel: "市级", Documents: 1, Appropriated: policy.Yuan(5000000), Ordered: policy.Yuan(1200000), Open: policy.Yuan(2600000)}},
		Dead:    3, Unknown: 1, Paused: []models.JobPause{{Job: "claims", Title: "奖补审核", Reason: "名单正在核对"}},
		Alerts: []models.Alert{{
			Kind: "disk-low", Thing: "data", Cause: "数据目录所在磁盘只剩 0.6 GB", Effect: "空间用尽后所有写入都会被拒绝", Command: "清理磁盘后运行 duixian doctor",
			OpenedAt: policy.InstantOf(policy.Date(20270111).At(2, 10)),
		}},
		Healed: 1, Anchor: "1840 3f9a17c2", Sealed: "2027年1月11日 c07d91e25b3af684",
	}},
}, always[MorningReport])

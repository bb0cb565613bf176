package notifications_test

import (
	"strings"
	"testing"

	"duixian/models"
	"duixian/models/modelstest"
	"duixian/notifications"
	"duixian/policy"
)

// A week as two contacts live it: the worked Saturday before the Spring Festival, nights in the festival in which much
// happens and nobody is disturbed but the operator, and the first morning after it.
func TestAMorning(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := newHouse(t, s)
		var screen strings.Builder
		w := h.worker("w", false, notifications.NewConsole(&screen))
		firm1, firm2 := notifications.Organisation(1), notifications.Organisation(2)
		for n := range int64(4) {
			h.awarded(n + 1)
		}
		instalment := func(award int64, no int, state string) {
			modelstest.Exec(t, s, `INSERT INTO instalments (award_id, no, amount_fen, due_on, state, reason, changed_on, checked_on, version) VALUES (?, ?, 1, 20260214, ?, '', 20260214, 20260214, 1)`, award, no, state)
		}
		instalment(1, 2, "due")
		instalment(3, 2, "held")
		modelstest.Exec(t, s, `INSERT INTO job_runs (id, job, slot_key, slot_at, business_date, cause, actor, approval_id, params, state, reason, owner, epoch, lease_until, cursor_key, done_items, total_items,
			attempt, policy_version, binary_version, summary, error_code, error_text, queued_at, started_at, finished_at)
			VALUES (120, 'insurance-check', 'at:1', 1, 20260217, 'clock', 'system', 0, '{}', 'failed', '', '', 1, 0, '', 0, 0, 1, '', '', '', '', '', 1, 1, 1)`)

		play := func(until policy.Instant) { // what the daemon's loop does
			for {
				next, err := w.NextWake(t.Context(), at("2026-02-13 00:00"))
				if err != nil {
					t.Fatal(err)
				}
				if next == 0 || next > until {
					return
				}
				h.deliver(w, next)
			}
		}
		// Friday night, for the worked Saturday: one thing each, and for lianxi2 two firms.
		h.tell(at("2026-02-14 02:10"), award(1), firm1)
		h.tell(at("2026-02-14 02:20"), award(2), firm2)
		play(at("2026-02-15 02:00"))
		// The festival.
		h.tell(at("2026-02-15 02:10"), notifications.RecruitProgress{Year: 2025, Reached: 18, OneAway: 2, Need: 20, On: 20260215}, firm1)
		h.tell(at("2026-02-16 02:10"), notifications.InstalmentDue{Award: 1, No: 2, Of: 3, Item: "示例奖励", Amount: policy.Yuan(6000), Due: 20260216, Month: 202612}, firm1)
		play(at("2026-02-17 03:00"))
		h.tell(at("2026-02-17 03:00"), notifications.RunFailed{Run: 120, Epoch: 1, Job: "insurance-check", Title: "参保月数核查", State: "failed", Business: 20260217, Total: 90, Error: "磁盘已满", On: 20260217},
			notifications.Role(models.Operator))
		h.tell(at("2026-02-18 02:10"), notifications.RecruitProgress{Year: 2025, Reached: 20, Need: 20, On: 20260218}, firm1)
		h.tell(at("2026-02-18 02:20"), notifications.InstalmentHeld{Award: 3, No: 2, Of: 3, Item: "示例奖励", Amount: policy.Yuan(900), Why: "列入严重失信主体名单", Do: "办理信用修复", Clause: "五（二）", On: 20260218}, firm2)
		play(at("2026-03-01 00:00"))
		golden(t, "morning.txt", screen.String())
		if got := h.states(); got != "delivered delivered delivered superseded superseded delivered delivered delivered delivered delivered delivered" {
			t.Error(got)
		}
	})
}

// A run that was held is named with what lets it go on, whole, and is not said to have failed; what was given back to another office is trouble.
func TestAHeldRunIsNamedWithItsCommand(t *testing.T) {
	title, body, err := notifications.Text(notifications.MorningReport{Situation: models.Situation{
		To: at("2027-01-11 08:30"), Files: models.FileTrace{Refused: 7, Submit: 1},
		Failed: []models.RunTrace{{ID: 84, Title: "奖补审核", State: models.RunHalted, At: at("2027-01-11 03:00"), Held: true, Error: "数量远高于平常：本次将办理 512 项、30,720,000.00 元；平常一次 40 项、2,400,000.00 元，上限 200 项、12,000,000.00 元"}},
	}})
	for _, want := range []string{"上限 200 项、12,000,000.00 元。核对无误后放行：任务 放行 84，或 duixian job allow 84 --as 成员编号\n", "收件文件夹退回 7 份，其中的数据没有导入", "经办：收件文件夹有 1 份须由经办人送审"} {
		if !strings.Contains(body, want) {
			t.Errorf("no %q in\n%s", want, body)
		}
	}
	if err != nil || !strings.Contains(title, "2 件事需要处理") || strings.Contains(body, "重试") || strings.Contains(body, "一切正常") {
		t.Errorf("%s\n%s, %v", title, body, err)
	}
}

// What a clerk has to hand in is named as what it is: bank accounts are no roster.
func TestAFileForTheClerkSaysWhatItIs(t *testing.T) {
	title, body, err := notifications.Text(notifications.DroppedFile{Path: "收款账户-1.xlsx", Dataset: "accounts", Title: "收款账户", State: "submit", Folder: "submit/2026-03-02", Total: 3})
	if err != nil || !strings.Contains(title, "待经办提交") || !strings.Contains(body, "收款账户须由经办人提交、复核人同意") || strings.Contains(body, "角色") || !strings.Contains(body, "duixian import accounts 文件路径 --as 经办人编号") {
		t.Errorf("%s\n%s, %v", title, body, err)
	}
}

// A plan that is not about money waits without an amount, one without lines without their number.
func TestAPlanWithoutMoneyWaitsWithoutAnAmount(t *testing.T) {
	_, body, err := notifications.Text(notifications.MorningReport{Situation: models.Situation{Plans: []models.PlanTrace{
		{Plan: 8, Title: "奖补核定方案", Lines: 26, Total: policy.Yuan(452000), Expires: 20270113}, {Plan: 9, Title: "红榜方案（18家）", Expires: 20270114}, {Plan: 10, Title: "星级评定方案", Lines: 12, Expires: 20270115},
	}}})
	for _, want := range []string{"方案 #8 奖补核定方案，26 项 452,000.00 元，2027年1月13日前有效", "方案 #9 红榜方案（18家），2027年1月14日前有效", "方案 #10 星级评定方案，12 项，2027年1月15日前有效"} {
		if err != nil || !strings.Contains(body, want) {
			t.Errorf("no %q in\n%s, %v", want, body, err)
		}
	}
}

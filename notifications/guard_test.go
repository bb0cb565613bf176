package notifications_test

import (
	"strings"
	"testing"

	"duixian/models"
	"duixian/models/modelstest"
	"duixian/notifications"
	"duixian/policy"
)

func to(t notifications.To) func(*house) notifications.To {
	return func(*house) notifications.To { return t }
}

func as(m notifications.Message) func(*house) notifications.Message {
	return func(*house) notifications.Message { return m }
}

// Each kind, told while it was true: it goes out while it still is, and not after the thing is done. This is what
// keeps promise 9, no reminder after the thing is done; the look is taken when it is sent, not when it is written.
func TestNothingIsToldThatIsNoLongerTrue(t *testing.T) {
	const claim = `INSERT INTO claims (id, item, org_id, fact_key, fact_on, state, reason, decision_id, plan_id, publicity, opened_on, changed_on) VALUES (12, 'i', 1, 'k', 1, 'needs_data', '', 34, 0, '', 1, 1)`
	const instalment = `INSERT INTO instalments (award_id, no, amount_fen, due_on, state, reason, changed_on, checked_on, version) VALUES (5, 2, 1, 1, 'due', '', 1, 1, 1)`
	const run = `INSERT INTO job_runs (id, job, slot_key, slot_at, business_date, cause, actor, approval_id, params, state, reason, owner, epoch, lease_until, cursor_key, done_items, total_items,
		attempt, policy_version, binary_version, summary, error_code, error_text, queued_at, started_at, finished_at)
		VALUES (9, 'j', 'k', 1, 1, 'clock', '', 0, '{}', 'failed', '', '', 2, 0, '', 0, 0, 1, '', '', '', '', '', 1, 1, 1)`
	const recruit = `INSERT INTO insurance_states (root_id, org_id, hire_year, hired_on, person_id, payer_id, insured, backpaid, late, known, as_of, months, state, reached, earliest, reading, changed_on)
		VALUES (7, 1, 2025, 1, 1, 1, '', '', '', '', 1, 1, 's', 0, 0, '', 20260212)`
	const licence = `INSERT INTO facts (id, org_id, kind, fact_key, on_day, attrs, known_on, rev, withdrawn, import_id) VALUES
		(1, 1, 'registration', 'r', 20230101, '{"licensed":true,"operating_normally":true,"permit":"许可","permit_end":"2026-03-14"}', 20230901, 0, 0, 1)`
	const renewed = `UPDATE facts SET attrs = '{"licensed":true,"operating_normally":true,"permit":"许可","permit_end":"2031-03-14"}'`
	const closed = `UPDATE facts SET attrs = '{"licensed":true,"operating_normally":false,"permit":"许可","permit_end":"2026-03-14"}'`
	const both = claim + ";" + licence
	firm, clerks := notifications.Organisation(1), notifications.Role(models.Clerk)
	outcome := notifications.PlanOutcome{Approval: 3, Title: "方案", State: "approved", On: 20260212}
	for _, c := range []struct {
		name    string
		to      func(h *house) notifications.To
		message func(h *house) notifications.Message
		setup   string
		done    []string // each makes the message wrong
		fine    string   // after this, or without anything, it holds
	}{
		{"claim-decided", nil, as(notifications.ClaimDecided{Claim: 12, Decision: 34, On: 20260212}), claim, []string{
			"UPDATE claims SET decision_id = 35", "UPDATE claims SET state = 'withdrawn'", "DELETE FROM claims",
		}, "UPDATE claims SET state = 'proposed'"},
		{"needs-data", nil, as(notifications.NeedsData{Claim: 12, Decision: 34, Item: "i", On: 20260212}), claim, []string{
			"UPDATE claims SET decision_id = 35", "UPDATE claims SET state = 'decided'",
		}, ""},
		{"needs-data of a payer", nil, as(notifications.NeedsData{Payer: 3, Insurance: "pension", Months: []policy.Month{202601, 202602}, Item: "i", On: 20260212}), "", []string{
			"INSERT INTO month_coverage (payer_id, insurance, month, known_on, import_id) VALUES (3, 'pension', 202601, 1, 1), (3, 'pension', 202602, 1, 1)",
		}, "INSERT INTO month_coverage (payer_id, insurance, month, known_on, import_id) VALUES (3, 'pension', 202601, 1, 1), (4, 'pension', 202602, 1, 1)"},
		{"claim-held", nil, as(notifications.ClaimHeld{Claim: 12, Decision: 34, On: 20260212}), claim, []string{
			"UPDATE claims SET decision_id = 35, state = 'held'", "UPDATE claims SET state = 'decided'",
		}, "UPDATE claims SET state = 'held'"},
		{"higher-decision", nil, as(notifications.HigherDecision{Claim: 12, Decision: 34, On: 20260212}), claim, []string{"UPDATE claims SET decision_id = 35"}, ""},
		{"higher-decisions", to(clerks), as(notifications.HigherDecisions{Run: 9, On: 20260212, Lines: []notifications.HigherLine{{Claim: 11, Decision: 1}, {Claim: 12, Decision: 34}}}), claim, []string{
			"UPDATE claims SET decision_id = 35",
		}, ""},
		{"award-confirmed", nil, as(notifications.AwardConfirmed{Award: 5, Approved: 20260212}), `INSERT INTO awards (id, claim_id, org_id, item, clause, decision_id, plan_id, approval_id, amount_fen, approved_on, policy_version, state, run_id, epoch)
			VALUES (5, 5, 1, 'i', 'c', 1, 1, 1, 1, 1, 'v', 'active', 1, 1)`, []string{"UPDATE awards SET state = 'revoked'"}, "UPDATE awards SET state = 'closed'"},
		{"instalment-due", nil, as(notifications.InstalmentDue{Award: 5, No: 2, Due: 20260212}), instalment, []string{
			"UPDATE instalments SET state = 'paid'", "UPDATE instalments SET state = 'held'", "UPDATE instalments SET state = 'cancelled'",
		}, "UPDATE instalments SET state = 'in_batch'"},
		{"instalment-held", nil, as(notifications.InstalmentHeld{Award: 5, No: 2, On: 20260212}), instalment, []string{"UPDATE instalments SET state = 'due'"}, "UPDATE instalments SET state = 'held'"},
		{"hold-lifted", nil, as(notifications.HoldLifted{Award: 5, No: 2, On: 20260212}), instalment, []string{
			"UPDATE instalments SET state = 'held'", "UPDATE instalments SET state = 'paid'",
		}, ""},
		{"recruit-fell-out", nil, as(notifications.RecruitFellOut{Year: 2025, On: 20260212, Lines: []notifications.FallenRecruit{{Root: 7, Name: "示**"}}}), recruit, []string{
			"UPDATE insurance_states SET changed_on = 20260213",
		}, ""},
		{"plan-waiting", func(h *house) notifications.To {
			return notifications.Role(models.Approver).Except(h.members["jingban1"])
		}, func(h *house) notifications.Message { return waiting(h) }, "", []string{
			"UPDATE approvals SET state = 'approved'", "UPDATE approvals SET state = 'expired'", "UPDATE member_roles SET role = 'auditor' WHERE role = 'approver'",
		}, ""},
		{"plan-outcome", to(clerks), func(h *house) notifications.Message { waiting(h); return outcome }, "", []string{
			"UPDATE approvals SET state = 'pending'",
		}, "UPDATE approvals SET state = 'executed'"},
		{"run-failed", to(notifications.Role(models.Operator)), as(notifications.RunFailed{Run: 9, Epoch: 2, State: "failed", On: 20260212}), run, []string{
			"UPDATE job_runs SET state = 'succeeded'", "UPDATE job_runs SET state = 'failed', epoch = 3",
		}, ""},
		{"import-summary", to(clerks), as(notifications.ImportSummary{Import: 1, On: 20260212}), "", nil, ""},
		{"licence-ending", nil, as(notifications.LicenceEnding{Advice: notifications.Advice{Org: 1, Step: 30}, End: notifications.LastDay{Day: 20260314}}), licence, []string{
			renewed, closed, "UPDATE facts SET attrs = '{\"licensed\":false,\"operating_normally\":true,\"permit_end\":\"2026-03-14\"}'",
		}, "UPDATE facts SET rev = 1"},
		{"licence-ending, passed meanwhile", nil, as(notifications.LicenceEnding{Advice: notifications.Advice{Org: 1, Step: 7}, End: notifications.LastDay{Day: 20260314}}), licence, []string{
			"UPDATE facts SET attrs = '{\"licensed\":true,\"operating_normally\":true,\"permit_end\":\"2026-02-12\"}'",
		}, ""},
		{"annual-report-due", nil, as(notifications.AnnualReportDue{Advice: notifications.Advice{Org: 1, Step: 30}, Year: 2025, Due: notifications.LastDay{Day: 20260331}}), licence, []string{
			"INSERT INTO facts (id, org_id, kind, fact_key, on_day, attrs, known_on, rev, withdrawn, import_id) VALUES (2, 1, 'annual-report', '2025', 20260213, '{}', 20260213, 0, 0, 1)", closed,
		}, "INSERT INTO facts (id, org_id, kind, fact_key, on_day, attrs, known_on, rev, withdrawn, import_id) VALUES (2, 1, 'annual-report', '2024', 20260213, '{}', 20260213, 0, 0, 1), (3, 2, 'annual-report', '2025', 20260213, '{}', 20260213, 0, 0, 1)"},
		{"annual-report-due, told too late", nil, as(notifications.AnnualReportDue{Advice: notifications.Advice{Org: 1, Step: 1}, Year: 2025, Due: notifications.LastDay{Day: 20260213}}), licence, nil, ""},
		{"material-waiting", nil, as(notifications.MaterialWaiting{Advice: notifications.Advice{Org: 1, Step: 7}, OpenLine: notifications.OpenLine{Claim: 12, Decision: 34}, Since: 20260205}), both, []string{
			"UPDATE claims SET state = 'decided'", "UPDATE claims SET decision_id = 35", closed,
		}, ""},
		{"window-closing", nil, as(notifications.WindowClosing{Advice: notifications.Advice{Org: 1, Step: 7}, Closes: notifications.LastDay{Day: 20260220}, Lines: []notifications.OpenLine{{Claim: 12, Decision: 34, State: models.ClaimNeedsData}, {Claim: 99, Decision: 1}}}), both, []string{
			"UPDATE claims SET state = 'decided'", "UPDATE claims SET decision_id = 35", closed,
		}, ""},
		{"policy-ending", nil, as(notifications.PolicyEnding{Advice: notifications.Advice{Org: 1, Step: 7}, Last: notifications.LastDay{Day: 20260220}, Lines: []notifications.OpenLine{{Claim: 12, Decision: 34, State: models.ClaimNeedsData}}}), both, []string{
			"UPDATE claims SET state = 'decided'", "DELETE FROM claims", closed,
		}, ""},
		{"policy-ending, short of recruits", nil, as(notifications.PolicyEnding{Advice: notifications.Advice{Org: 1, Step: 7}, Last: notifications.LastDay{Day: 20260220}, Recruit: &notifications.RecruitShort{Year: 2026, Counted: 19, Need: 20}}), licence, []string{
			"INSERT INTO recruits (id, root_id, org_id, person_id, enterprise_id, hired_on, category, paid_elsewhere, withdrawn, known_on, rev, import_id) VALUES (1, 1, 1, 1, 1, 20260201, 'graduate', 0, 0, 20260213, 0, 1)",
		}, ""},
		{"policy-ending-summary", to(clerks), as(notifications.PolicyEndingSummary{Last: notifications.LastDay{Day: 20260213}, Step: 1}), "", nil, ""},
		{"recruit-progress", nil, as(notifications.RecruitProgress{Year: 2025, On: 20260212}), "", nil, ""},
	} {
		play := func(t *testing.T, meanwhile string) (sent int, states string) {
			h := newHouse(t, modelstest.New(t))
			if c.setup != "" {
				for sql := range strings.SplitSeq(c.setup, ";") {
					modelstest.Exec(t, h.Store, sql)
				}
			}
			whom := firm
			if c.to != nil {
				whom = c.to(h)
			}
			h.tell(at("2026-02-12 02:00"), c.message(h), whom)
			if meanwhile != "" {
				modelstest.Exec(t, h.Store, meanwhile)
			}
			p := &phone{}
			h.deliver(h.worker("w", true, p), at("2026-02-13 08:30"))
			return len(p.seen), h.states()
		}
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if sent, states := play(t, c.fine); sent == 0 {
				t.Errorf("not sent although it holds (%s): %s", c.fine, states)
			}
			for _, meanwhile := range c.done {
				if sent, states := play(t, meanwhile); sent != 0 {
					t.Errorf("sent after %s: %s", meanwhile, states)
				}
			}
		})
	}
}

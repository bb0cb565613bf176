package notifications_test

import (
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
		{"recruit-progress", nil, as(notifications.RecruitProgress{Year: 2025, On: 20260212}), "", nil, ""},
	} {
		play := func(t *testing.T, meanwhile string) (sent int, states string) {
			h := newHouse(t, modelstest.New(t))
			if c.setup != "" {
				modelstest.Exec(t, h.Store, c.setup)
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

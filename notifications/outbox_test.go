package notifications_test

import (
	"errors"
	"strings"
	"testing"

	"duixian/models"
	"duixian/models/modelstest"
	"duixian/notifications"
	"duixian/policy"
)

func TestTellIsPartOfTheCallersTransaction(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h, no := newHouse(t, s), errors.New("no")
		tell := func(now policy.Instant, end error) {
			err := h.InTx(t.Context(), func(tx *models.Tx) error {
				if err := h.outbox.Tell(tx, now, 7, award(1), notifications.Organisation(1)); err != nil {
					return err
				}
				return end
			})
			if !errors.Is(err, end) {
				t.Fatal(err)
			}
		}
		tell(at("2026-02-12 02:00"), no)
		if rows := h.rows(); len(rows) != 0 {
			t.Fatalf("a change that was rolled back is told all the same: %+v", rows)
		}
		tell(at("2026-02-12 02:00"), nil)
		tell(at("2026-02-13 11:00"), nil) // a second run of the same
		rows := h.rows()
		if len(rows) != 2 {
			t.Fatalf("%d rows, want one for each contact of the firm and none for telling twice", len(rows))
		}
		for i, n := range rows {
			if n.ID != int64(i+1) || n.RunID != 7 || n.OrgID != 1 || n.State != models.NoticePending || n.NextAt != at("2026-02-12 08:30") {
				t.Errorf("row %+v", n)
			}
		}
		h.tell(at("2026-02-12 02:00"), award(2), notifications.Organisation(1))
		if got := len(h.rows()); got != 4 {
			t.Errorf("%d rows, want 4: another award is another thing", got)
		}
	})
}

// A promise to tell that nobody can receive is visible, and one step after there is somebody it goes out.
func TestNobodyToTellIsADeadNoticeThatCanBeSentLater(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := newHouse(t, s)
		h.awarded(1)
		h.tell(at("2026-02-12 02:00"), award(1), notifications.Organisation(3))
		h.tell(at("2026-02-12 02:00"), award(1), notifications.Organisation(3))
		rows := h.rows()
		if len(rows) != 1 || rows[0].State != models.NoticeDead || rows[0].ReasonText() != "该机构没有在用的联系人" {
			t.Fatalf("rows %+v", rows)
		}
		resend := func() (n int, err error) {
			err = h.InTx(t.Context(), func(tx *models.Tx) (err error) {
				n, err = tx.ResendNotice(at("2026-02-12 10:00"), models.Actor{Member: "yunwei1"}, 1)
				return err
			})
			return n, err
		}
		if _, err := resend(); models.CodeOf(err) != models.Conflict || !strings.Contains(err.Error(), "导入联系人") {
			t.Errorf("resent to nobody: %v", err)
		}
		h.add("lianxi3", "", models.MemberRole{Role: models.Contact, OrgID: 3})
		if n, err := resend(); n != 1 || err != nil {
			t.Fatalf("resent %d, %v", n, err)
		}
		if _, err := resend(); models.CodeOf(err) != models.Conflict {
			t.Errorf("resent twice: %v", err)
		}
		p := &phone{}
		h.deliver(h.worker("w", true, p), at("2026-02-12 10:00"))
		if got := h.states(); got != "superseded delivered" || len(p.seen) != 1 || p.seen[0].To.Code != "lianxi3" {
			t.Errorf("%s, seen by %+v", got, p.seen)
		}
	})
}

func TestFirmsAndOfficialsReadOnlyWhatIsForThem(t *testing.T) {
	h := newHouse(t, modelstest.New(t))
	for _, c := range []struct {
		m  notifications.Message
		to notifications.To
	}{
		{award(1), notifications.Role(models.Clerk)},
		{award(1), notifications.Member(h.members["jingban1"])},
		{notifications.RunFailed{Run: 1, On: 20260101}, notifications.Organisation(1)},
	} {
		err := h.InTx(t.Context(), func(tx *models.Tx) error { return h.outbox.Tell(tx, 1, 0, c.m, c.to) })
		if err == nil {
			t.Errorf("%s could be told to %+v", c.m.Kind(), c.to)
		}
	}
}

func waiting(h *house) notifications.PlanWaiting {
	modelstest.Exec(h.t, h.Store, `INSERT INTO approvals (id, plan_id, plan_hash, maker_id, checker_id, state, code_mac, reason, submitted_at, expires_on, decided_at, run_id)
		VALUES (3, 8, 'h', ?, NULL, 'pending', 'mac', '', 1, 20260301, 0, 0)`, h.members["jingban1"])
	return notifications.PlanWaiting{Approval: 3, Plan: 8, Title: "方案", Maker: "示例经办", Lines: 1, Total: 100, Hash: "0123456789", Expires: 20260301, On: 20260212, Code: "K7Q2M4"}
}

func TestTheCodeOfAnApprovalReachesOnlyTheApprover(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h, now := newHouse(t, s), at("2026-02-12 10:00")
		m := waiting(h)
		h.tell(now, m, notifications.Role(models.Approver).Except(h.members["jingban1"]))
		rows := h.rows()
		if len(rows) != 1 || rows[0].MemberID != h.members["fuhe1"] {
			t.Fatalf("told %+v; want fuhe1 alone: jingban1b is the maker's second account", rows)
		}
		title, body, err := notifications.Show(rows[0].Kind, rows[0].Payload)
		if err != nil || strings.Contains(title+body+rows[0].Payload, "K7Q2M4") {
			t.Errorf("the code lies open: %v\n%s\n%s", err, rows[0].Payload, body)
		}
		// Even a notice that should never have been written is stopped at the door.
		h.in(func(tx *models.Tx) error {
			wrong := rows[0]
			wrong.MemberID, wrong.ID = h.members["jingban1b"], 0
			_, err := tx.Enqueue([]models.Notice{wrong})
			return err
		})
		p := &phone{}
		h.deliver(h.worker("w", true, p), now)
		if len(p.seen) != 1 || p.seen[0].To.Code != "fuhe1" || !strings.Contains(p.seen[0].Body, "同意 K7Q2M4") {
			t.Errorf("seen %+v", p.seen)
		}
		if got := h.states(); got != "delivered superseded" {
			t.Error(got)
		}
	})
}

// The morning reminder of a plan has no code to give: only its hash is left.
func TestAReminderCarriesNoCode(t *testing.T) {
	h := newHouse(t, modelstest.New(t))
	m := waiting(h)
	m.On, m.Code = 20260213, ""
	to := notifications.Role(models.Approver).Except(h.members["jingban1"])
	if err := h.InTx(t.Context(), func(tx *models.Tx) error { return h.outbox.Tell(tx, at("2026-02-13 05:00"), 1, m, to) }); err == nil {
		t.Error("an approver was asked without a code")
	}
	m.Reminder = true
	h.tell(at("2026-02-13 05:00"), m, to)
	p := &phone{}
	h.deliver(h.worker("w", true, p), at("2026-02-13 08:30"))
	if len(p.seen) != 1 || !strings.Contains(p.seen[0].Body, "审批码见提交当天的消息") || strings.Contains(p.seen[0].Body, "同意：") {
		t.Errorf("%+v", p.seen)
	}
}

func TestNoIdentityNumberLiesInTheOutbox(t *testing.T) {
	h := newHouse(t, modelstest.New(t))
	const number = "11010519491231002X" // the example of GB 11643
	if _, err := policy.ParseResidentID(number); err != nil {
		t.Fatal(err)
	}
	h.tell(1, notifications.RunFailed{Run: 1, Title: "导入", Error: "第 3 行 " + number + " 有误", On: 20260101}, notifications.Role(models.Operator))
	if got := h.rows()[0].Payload; strings.Contains(got, number) || !strings.Contains(got, "1101**********002X") {
		t.Error(got)
	}
}

// A house without an operator still hears of a failed night: the clerks and approvers do, each once, however many roles they have.
// With an operator on the roster only the operator is woken.
func TestAFailureIsHeardWithoutAnOperator(t *testing.T) {
	failed := notifications.RunFailed{Run: 9, Epoch: 1, Job: "claims", Title: "奖补审核", State: "failed", Error: "磁盘已满", On: 20260212}
	to := notifications.Role(models.Operator).Else(models.Clerk, models.Approver)
	h := newHouse(t, modelstest.New(t))
	h.tell(1, failed, to)
	if rows := h.rows(); len(rows) != 1 || rows[0].MemberID != h.members["yunwei1"] {
		t.Errorf("with an operator: %+v", rows)
	}
	h = newHouse(t, modelstest.New(t))
	modelstest.Exec(t, h.Store, "DELETE FROM member_roles WHERE role = 'operator'", "INSERT INTO member_roles (member_id, role, org_id) SELECT id, 'clerk', 0 FROM members WHERE code = 'fuhe1'")
	h.tell(1, failed, to)
	modelstest.Exec(t, h.Store, `INSERT INTO job_runs (id, job, slot_key, slot_at, business_date, cause, actor, approval_id, params, state, reason, owner, epoch, lease_until, cursor_key, done_items, total_items,
		attempt, policy_version, binary_version, summary, error_code, error_text, queued_at, started_at, finished_at)
		VALUES (9, 'claims', 'k', 1, 1, 'clock', '', 0, '{}', 'failed', '', '', 1, 0, '', 0, 0, 1, '', '', '', '', '', 1, 1, 1)`)
	heard := map[int64]int{}
	for _, n := range h.rows() {
		if n.State != models.NoticePending {
			t.Errorf("notice %+v", n)
		}
		heard[n.MemberID]++
	}
	if len(heard) != 3 || heard[h.members["jingban1"]] != 1 || heard[h.members["jingban1b"]] != 1 || heard[h.members["fuhe1"]] != 1 {
		t.Errorf("heard by %v, members %v", heard, h.members)
	}
	p := &phone{}
	h.deliver(h.worker("w", true, p), 2)
	if len(p.seen) != 3 {
		t.Errorf("%d messages went out, want 3: %+v", len(p.seen), p.seen)
	}
}

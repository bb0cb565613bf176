package notifications_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"duixian/models"
	"duixian/models/modelstest"
	"duixian/notifications"
	"duixian/policy"
)

// house is a database with a few people in it: two firms (1 and 2) with a contact each, one of them serving both, and
// officials. The maker has a second account that holds the approver's role.
type house struct {
	*models.Store
	t       *testing.T
	outbox  notifications.Outbox
	members map[string]int64
}

func hours() notifications.Hours { return notifications.Hours{Calendar: policy.BuiltinCalendar()} }

func newHouse(t *testing.T, s *models.Store) *house {
	t.Helper()
	h := &house{s, t, notifications.Outbox{Hours: hours()}, map[string]int64{}}
	modelstest.Exec(t, s, `INSERT INTO organisations (id, code, kind, name, known_on) VALUES (1, 'A', 'firm', '示例甲人力资源有限公司', 20230901), (2, 'B', 'firm', '示例乙猎头有限公司', 20230901),
		(3, 'C', 'firm', '示例丙无联系人有限公司', 20230901)`)
	h.add("lianxi1", "", models.MemberRole{Role: models.Contact, OrgID: 1})
	h.add("lianxi2", "", models.MemberRole{Role: models.Contact, OrgID: 1}, models.MemberRole{Role: models.Contact, OrgID: 2})
	h.add("jingban1", "human-1", models.MemberRole{Role: models.Clerk})
	h.add("jingban1b", "human-1", models.MemberRole{Role: models.Approver})
	h.add("fuhe1", "human-2", models.MemberRole{Role: models.Approver})
	h.add("yunwei1", "", models.MemberRole{Role: models.Operator})
	return h
}

func (h *house) add(code, mac string, roles ...models.MemberRole) {
	h.t.Helper()
	h.in(func(tx *models.Tx) error {
		m := models.Member{Code: code, Name: "示例" + code, Active: true, PersonMAC: mac}
		err := tx.AddMember(1, models.System, &m, roles...)
		h.members[code] = m.ID
		return err
	})
}

func (h *house) in(fn func(tx *models.Tx) error) {
	h.t.Helper()
	if err := h.InTx(h.t.Context(), fn); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) tell(now policy.Instant, m notifications.Message, to ...notifications.To) {
	h.t.Helper()
	h.in(func(tx *models.Tx) error { return h.outbox.Tell(tx, now, 7, m, to...) })
}

func (h *house) worker(name string, keyed bool, c notifications.Channel) *notifications.Worker {
	return &notifications.Worker{Store: h.Store, Hours: hours(), Name: name, Routes: []notifications.Route{{Name: "test", Keyed: keyed, Channel: c}}}
}

func (h *house) deliver(w *notifications.Worker, now policy.Instant) notifications.Tally {
	h.t.Helper()
	tally, err := w.Deliver(h.t.Context(), now)
	if err != nil {
		h.t.Fatal(err)
	}
	return tally
}

// outboxRows are all notices, oldest first.
func (h *house) rows() []models.Notice {
	h.t.Helper()
	rows, err := h.Read(h.t.Context()).Notices(models.NoticeFilter{Limit: 100000})
	if err != nil {
		h.t.Fatal(err)
	}
	for i, j := 0, len(rows)-1; i < j; i, j = i+1, j-1 {
		rows[i], rows[j] = rows[j], rows[i]
	}
	return rows
}

func (h *house) states() string {
	var out []string
	for _, n := range h.rows() {
		out = append(out, string(n.State))
	}
	return strings.Join(out, " ")
}

// at is an instant in Shanghai: at("2026-02-13 08:30").
func at(s string) policy.Instant {
	day, clock, _ := strings.Cut(s, " ")
	c, err := notifications.ParseClock(clock)
	if err != nil {
		panic(err)
	}
	return policy.InstantOf(policy.MustDate(day).At(int(c)/60, int(c)%60))
}

// phone is a channel that remembers what people have seen and does what it is told to.
type phone struct {
	mu   sync.Mutex
	seen []notifications.Dispatch
	do   func(d notifications.Dispatch) (arrives bool, err error) // nil = everything arrives
}

func (p *phone) Send(_ context.Context, d notifications.Dispatch) (notifications.Outcome, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	arrives, err := true, error(nil)
	if p.do != nil {
		arrives, err = p.do(d)
	}
	if arrives {
		p.seen = append(p.seen, d)
	}
	return notifications.Outcome{Delivered: true}, err
}

func (p *phone) texts() string {
	var out []string
	for _, d := range p.seen {
		out = append(out, d.To.Code+": "+d.Title+"\n"+d.Body)
	}
	return strings.Join(out, "\n\n")
}

func award(n int64) notifications.AwardConfirmed {
	return notifications.AwardConfirmed{
		Award: n, Item: "引进人才奖励", Clause: "三（七）", Amount: policy.Yuan(12000), Approved: 20260212, Parts: []notifications.AwardPart{{No: 1, Amount: policy.Yuan(12000), Due: 20260212}},
	}
}

// awarded makes the award that award(n) speaks of.
func (h *house) awarded(n int64) {
	h.t.Helper()
	modelstest.Exec(h.t, h.Store, `INSERT INTO awards (id, claim_id, org_id, item, clause, decision_id, plan_id, approval_id, amount_fen, approved_on, policy_version, state, run_id, epoch)
		VALUES (?, ?, 1, 'recruit-headcount', '三（七）', 1, 1, 1, 1200000, 20260212, 'v', 'active', 1, 1)`, n, n)
}

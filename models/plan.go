package models

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"

	"duixian/policy"
)

// Plan is who gets what and why, frozen by what was known on a day, with a hash that both people see. A changed plan
// is a new plan.
type Plan struct {
	ID        int64
	Kind      string // award, release, roster, legal-review, resume, batch, accounts
	Title     string
	KnownOn   policy.Date
	MadeOn    policy.Date
	State     PlanState
	Body      string // canonical JSON of what was shown
	Hash      string
	LineCount int
	TotalFen  policy.Fen
	RunID     int64
}

// PlanState is where a plan stands.
type PlanState string

// The states of a plan.
const (
	PlanSubmitted  PlanState = "submitted"
	PlanApproved   PlanState = "approved"
	PlanApplied    PlanState = "applied"
	PlanRejected   PlanState = "rejected"
	PlanExpired    PlanState = "expired"
	PlanSuperseded PlanState = "superseded"
)

// Text is the state as people read it.
func (s PlanState) Text() string {
	return map[PlanState]string{
		PlanSubmitted: "待审批", PlanApproved: "已同意，执行中", PlanApplied: "已执行", PlanRejected: "已退回", PlanExpired: "逾期作废", PlanSuperseded: "已作废，未执行",
	}[s]
}

// SavePlan freezes a draft. Its hash covers everything that was shown: kind, day, lines and detail. The same draft on
// the same day is the same plan.
func (tx *Tx) SavePlan(d PlanDraft, runID int64) (Plan, error) {
	for i := range d.Lines {
		d.Lines[i].No = i + 1
	}
	body, err := Canonical(map[string]any{"kind": d.Kind, "title": d.Title, "known_on": d.KnownOn, "lines": d.Lines, "detail": d.Detail})
	if err != nil {
		return Plan{}, err
	}
	sum := sha256.Sum256(body)
	p := Plan{
		Kind: d.Kind, Title: d.Title, KnownOn: d.KnownOn, MadeOn: d.MadeOn, State: PlanSubmitted, Body: string(body), Hash: hex.EncodeToString(sum[:]),
		LineCount: len(d.Lines), RunID: runID,
	}
	for _, l := range d.Lines {
		p.TotalFen += l.AmountFen
	}
	old, err := one[Plan](tx.db.Where("kind = ? AND hash = ? AND made_on = ?", p.Kind, p.Hash, p.MadeOn))
	if err == nil {
		return old, nil
	}
	if CodeOf(err) != NotFound {
		return p, err
	}
	if p.ID, err = tx.NextID("plans", 1); err != nil {
		return p, err
	}
	if err := readable(tx.db.Create(&p).Error); err != nil {
		return p, err
	}
	lines := make([]PlanLine, len(d.Lines))
	for i, l := range d.Lines {
		l.PlanID, l.No, l.State = p.ID, i+1, LineLive
		lines[i] = l
	}
	return p, insert(tx.db, lines)
}

// Plan reads one plan.
func (q Query) Plan(id int64) (Plan, error) { return one[Plan](q.db.Where("id = ?", id)) }

// PlanLines lists a plan's lines from a number on.
func (q Query) PlanLines(planID int64, after, limit int) ([]PlanLine, error) {
	return find[PlanLine](q.db.Where("plan_id = ? AND no > ?", planID, after).Order("no").Limit(limit))
}

// SetPlanState moves a plan from one state to another.
func (tx *Tx) SetPlanState(id int64, from, to PlanState) error {
	n, err := affected(tx.db.Exec("UPDATE plans SET state = ? WHERE id = ? AND state = ?", to, id, from))
	if err == nil && n != 1 {
		return E(Conflict, "方案 #%d 已不在“%s”状态，请重新查看", id, from)
	}
	return err
}

// SetLine records what became of a live line.
func (tx *Tx) SetLine(l PlanLine, to LineState, reason string) error {
	n, err := affected(tx.db.Exec("UPDATE plan_lines SET state = ?, reason = ? WHERE plan_id = ? AND no = ? AND state = ?", to, reason, l.PlanID, l.No, LineLive))
	if err == nil && n != 1 {
		return E(Conflict, "方案 #%d 第 %d 行已经处理过", l.PlanID, l.No)
	}
	return err
}

// LiveReleases are the (award, instalment) pairs that a plan on its way already asks to release.
func (q Query) LiveReleases() (map[[2]int64]bool, error) { return q.liveParts("release") }

// liveParts are the (award, instalment) pairs in the live lines of plans of a kind that are on their way.
func (q Query) liveParts(kind string) (map[[2]int64]bool, error) {
	var rows []struct {
		AwardID      int64
		InstalmentNo int64
	}
	err := q.db.Raw(`SELECT l.award_id, l.instalment_no FROM plan_lines l JOIN plans p ON p.id = l.plan_id
		WHERE p.kind = ? AND p.state IN ('submitted', 'approved') AND l.state = 'live'`, kind).Scan(&rows).Error
	m := make(map[[2]int64]bool, len(rows))
	for _, r := range rows {
		m[[2]int64{r.AwardID, r.InstalmentNo}] = true
	}
	return m, readable(err)
}

// PlanIntact says whether a plan is what its hash was made of: the body that was shown, and the lines that would be carried out. What
// two people agreed on cannot be changed underneath them.
func (q Query) PlanIntact(p Plan) (bool, error) {
	sum := sha256.Sum256([]byte(p.Body))
	if hex.EncodeToString(sum[:]) != p.Hash {
		return false, nil
	}
	var shown struct{ Lines []PlanLine }
	if err := json.Unmarshal([]byte(p.Body), &shown); err != nil {
		return false, nil //nolint:nilerr // not the JSON we wrote: not intact
	}
	stored, err := q.PlanLines(p.ID, 0, p.LineCount+1)
	if err != nil || len(stored) != len(shown.Lines) || len(stored) != p.LineCount {
		return false, err
	}
	total := policy.Fen(0)
	for i, l := range stored {
		total += l.AmountFen
		l.PlanID, l.State, l.Reason = 0, "", ""
		if l != shown.Lines[i] {
			return false, nil
		}
	}
	return total == p.TotalFen, nil
}

// NewestPlans lists plans, the newest first, of a kind and in a state; empty = any.
func (q Query) NewestPlans(kind string, state PlanState, limit int) ([]Plan, error) {
	db := q.db
	if kind != "" {
		db = db.Where("kind = ?", kind)
	}
	if state != "" {
		db = db.Where("state = ?", state)
	}
	return find[Plan](db.Order("id DESC").Limit(limit))
}

// PlansAfter pages through all plans by id.
func (q Query) PlansAfter(id int64, limit int) ([]Plan, error) {
	return find[Plan](q.db.Where("id > ?", id).Order("id").Limit(limit))
}

// ParseSeen reads the name of a plan as somebody saw it: its number and the first eight characters of its hash, #8-bd3e9727.
func ParseSeen(text string) (plan int64, hash string, ok bool) {
	number, hash, ok := strings.Cut(strings.TrimPrefix(text, "#"), "-")
	plan, err := strconv.ParseInt(number, 10, 64)
	return plan, hash, ok && err == nil && strings.HasPrefix(text, "#") && len(hash) == 8
}

package models

import (
	"slices"
	"strconv"
	"strings"

	"duixian/policy"
)

// AdjustmentKind says what a case is about.
type AdjustmentKind string

// The kinds of a case: more is due than was awarded, less is due, or people choose between two awards that the policy does not let stand
// side by side.
const (
	TopUpCase    AdjustmentKind = "topup"
	ClawbackCase AdjustmentKind = "clawback"
	ChoiceCase   AdjustmentKind = "choice"
)

// Text is the kind as people read it.
func (k AdjustmentKind) Text() string {
	return map[AdjustmentKind]string{TopUpCase: "补差", ClawbackCase: "追回", ChoiceCase: "择一"}[k]
}

// AdjustmentState is where a case stands: open → proposed → approved → settled, side exit written_off. A plan that is sent back or expires
// opens the case again.
type AdjustmentState string

// The states of a case.
const (
	CaseOpen       AdjustmentState = "open"
	CaseProposed   AdjustmentState = "proposed"
	CaseApproved   AdjustmentState = "approved"
	CaseSettled    AdjustmentState = "settled"
	CaseWrittenOff AdjustmentState = "written_off"
)

// Text is the state as people read it.
func (s AdjustmentState) Text() string {
	return map[AdjustmentState]string{CaseOpen: "待办理", CaseProposed: "待审批", CaseApproved: "已同意，待结清", CaseSettled: "已结清", CaseWrittenOff: "已注销"}[s]
}

// Live says that the case is not over. A claim has one live case at most, by schema.
func (s AdjustmentState) Live() bool { return s == CaseOpen || s == CaseProposed || s == CaseApproved }

// Adjustment is a case about one claim: late facts have changed what was awarded, or a choice between awards is left to people. It changes
// nothing by itself; two people do.
type Adjustment struct {
	ID         int64
	OrgID      int64
	ClaimID    int64
	AwardID    int64 // 0 for a choice
	Kind       AdjustmentKind
	AmountFen  policy.Fen // the difference; of a choice what the claim would be worth by itself
	WasFen     policy.Fen // awarded, after earlier cases
	NowFen     policy.Fen // by the decision
	DecisionID int64
	Cause      string // why, for people
	State      AdjustmentState
	Reason     string
	PlanID     int64
	NewAwardID int64      // of a 补差, a choice, or what is left of an instalment that was partly set off
	SettledFen policy.Fen // set off or paid back so far; of a 补差 awarded
	OpenedOn   policy.Date
	ToldOn     policy.Date // a firm hears of a 追回 before anybody proposes it
	HearUntil  policy.Date // last day of its 陈述申辩
	ChangedOn  policy.Date
	RunID      int64
	Version    int // of the row that was read: a case that somebody else has changed since is not overwritten
}

// Left is what is still to be settled.
func (a Adjustment) Left() policy.Fen { return a.AmountFen - a.SettledFen }

// AdjustmentStep is one thing that happened to a case.
type AdjustmentStep struct {
	AdjustmentID int64
	No           int
	Kind         string // told, heard, setoff, repaid
	AmountFen    policy.Fen
	AwardID      int64
	InstalmentNo int
	Text         string
	OnDay        policy.Date
	Actor        string
	RunID        int64
}

// topUpPrefix begins the fact key of a claim that a case made: a 补差 is an award of its own, and an award has a claim.
const topUpPrefix = "补差/"

// TopUpKey is the fact key of the claim that a case makes.
func TopUpKey(a Adjustment) string { return topUpPrefix + strconv.FormatInt(a.ID, 10) }

// TopUp says that the claim was made by a case and not by a fact: nothing is decided of it any more.
func (c Claim) TopUp() bool { return strings.HasPrefix(c.FactKey, topUpPrefix) }

// OpenAdjustment opens a case.
func (tx *Tx) OpenAdjustment(a Adjustment) (Adjustment, error) {
	var err error
	if a.ID, err = tx.NextID("adjustments", 1); err != nil {
		return a, err
	}
	a.State, a.ChangedOn, a.Version = CaseOpen, a.OpenedOn, 1
	return a, readable(tx.db.Create(&a).Error)
}

// SaveAdjustment writes what changed of a case, if it is still in the given state and as it was read.
func (tx *Tx) SaveAdjustment(a Adjustment, from AdjustmentState) error {
	n, err := affected(tx.db.Exec(`UPDATE adjustments SET kind = ?, amount_fen = ?, was_fen = ?, now_fen = ?, decision_id = ?, cause = ?, state = ?, reason = ?, plan_id = ?, new_award_id = ?,
		settled_fen = ?, told_on = ?, hear_until = ?, changed_on = ?, version = version + 1 WHERE id = ? AND state = ? AND version = ?`,
		a.Kind, a.AmountFen, a.WasFen, a.NowFen, a.DecisionID, a.Cause, a.State, a.Reason, a.PlanID, a.NewAwardID, a.SettledFen, a.ToldOn, a.HearUntil, a.ChangedOn, a.ID, from, a.Version))
	if err == nil && n != 1 {
		return E(Conflict, "%s #%d 的状态已经变化，请重新查看", a.Kind.Text(), a.ID)
	}
	return err
}

// AddAdjustmentStep writes down what happened to a case.
func (tx *Tx) AddAdjustmentStep(s AdjustmentStep) error {
	if err := tx.db.Raw("SELECT COALESCE(MAX(no), 0) + 1 FROM adjustment_steps WHERE adjustment_id = ?", s.AdjustmentID).Scan(&s.No).Error; err != nil {
		return readable(err)
	}
	err := tx.db.Create(&s).Error
	if classify(err) == duplicate {
		return errRetry // written by another at the same time
	}
	return readable(err)
}

// Adjustment reads one case.
func (q Query) Adjustment(id int64) (Adjustment, error) {
	return one[Adjustment](q.db.Where("id = ?", id))
}

// AdjustmentsOf lists the cases of organisations, oldest first.
func (q Query) AdjustmentsOf(orgs []int64) ([]Adjustment, error) {
	var all []Adjustment
	for part := range slices.Chunk(orgs, 500) {
		rows, err := find[Adjustment](q.db.Where("org_id IN ?", part).Order("id"))
		if err != nil {
			return nil, err
		}
		all = append(all, rows...)
	}
	return all, nil
}

// Adjustments lists the cases in some states, all without one, oldest first.
func (q Query) Adjustments(states ...AdjustmentState) ([]Adjustment, error) {
	db := q.db.Order("id")
	if len(states) > 0 {
		db = db.Where("state IN ?", states)
	}
	return find[Adjustment](db)
}

// AdjustmentSteps lists what happened to a case.
func (q Query) AdjustmentSteps(id int64) ([]AdjustmentStep, error) {
	return find[AdjustmentStep](q.db.Where("adjustment_id = ?", id).Order("no"))
}

// Adjusted is what settled and approved cases have added to the award of a claim, negative when they took away.
func Adjusted(cases []Adjustment, claim int64) policy.Fen {
	sum := policy.Fen(0)
	for _, a := range cases {
		if a.ClaimID != claim || a.State != CaseApproved && a.State != CaseSettled {
			continue
		}
		switch a.Kind {
		case TopUpCase:
			sum += a.AmountFen
		case ClawbackCase:
			sum -= a.AmountFen
		}
	}
	return sum
}

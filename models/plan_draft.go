package models

import "duixian/policy"

// PlanLine is one line of a plan: an award to make, a hold to lift, a row of the roster.
type PlanLine struct {
	PlanID       int64      `json:"-"`
	No           int        `json:"no"`
	ClaimID      int64      `json:"claim,omitempty"`
	DecisionID   int64      `json:"decision,omitempty"`
	AwardID      int64      `json:"award,omitempty"`
	InstalmentNo int        `json:"instalment,omitempty"`
	OrgID        int64      `json:"org,omitempty"`
	Item         string     `json:"item,omitempty"`
	AmountFen    policy.Fen `json:"amount"`
	State        LineState  `json:"-"`
	Reason       string     `json:"-"`
}

// LineState is what became of a line when its plan was applied.
type LineState string

// The states of a plan line. A held line says why in Reason and touches nothing; the other lines go on.
const (
	LineLive    LineState = "live"
	LineApplied LineState = "applied"
	LineHeld    LineState = "held"
	LineDropped LineState = "dropped"
)

// PlanDraft is a plan that is not stored yet.
type PlanDraft struct {
	Kind    string
	Title   string
	KnownOn policy.Date
	MadeOn  policy.Date
	Lines   []PlanLine
	Detail  any // what a line cannot say: roster rows, a document number
}

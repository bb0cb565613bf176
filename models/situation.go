package models

import (
	"slices"

	"duixian/policy"
)

// Situation is what officials want to know of a stretch of time and of the moment at its end: the morning report, the
// chat's 今日情况 and the command line all say the same, because all ask here. Numbers, titles and reasons only: no
// personal data. What happened counts by the runs that came to their end within the stretch, each run once in its life.
type Situation struct {
	From        policy.Instant `json:"from"` // not included
	To          policy.Instant `json:"to"`
	DayOff      string         `json:"day_off,omitempty"`     // why today is no working day
	Provisional bool           `json:"provisional,omitempty"` // the working days of this year are not known

	Ran     []JobCount  `json:"ran"`     // came to their end
	Skipped []JobCount  `json:"skipped"` // did not run, and why
	Failed  []RunTrace  `json:"failed"`  // failed or halted and not made good since, however long ago
	Mended  int         `json:"mended"`  // failed in this time, and made good by a later run
	Waiting []RunTrace  `json:"waiting"` // queued or running
	Overdue []SlotTrace `json:"overdue"` // slots that nobody has recorded: no service was there

	Decided   Tally           `json:"decided"`             // claims with a new decision; the amount is of those to be paid
	Approved  Tally           `json:"approved"`            // awards
	Due       Tally           `json:"due"`                 // instalments that may be paid now
	Held      []ReasonSum     `json:"held"`                // instalments that were held in this time
	Standings []StandingTrace `json:"standings,omitempty"` // what the night approved in two people's name in this time
	Files     FileTrace       `json:"files,omitzero"`      // of the folder of other offices, in this time

	HeldParts     []ReasonSum  `json:"held_parts"` // all instalments that wait, at the end
	HeldClaims    []ReasonSum  `json:"held_claims"`
	ToSubmit      Tally        `json:"to_submit"` // decided claims that no plan asks for yet
	NeedsDecision int          `json:"needs_decision"`
	NeedsData     int          `json:"needs_data"`
	Plans         []PlanTrace  `json:"plans"`               // wait for a second person
	SentBack      []RoundTrace `json:"sent_back,omitempty"` // rounds whose approved list came to nothing, until there is another
	Coming        Tally        `json:"coming"`              // instalments due until ComingBy
	ComingOn      policy.Date  `json:"coming_on"`
	ComingBy      policy.Date  `json:"coming_by"`
	Soon          []SlotTrace  `json:"soon"` // jobs that run seldom, until ComingBy

	Budgets []BudgetState `json:"budgets,omitempty"` // of the year, where something is allotted

	Dead    int `json:"dead"`    // notices that reached nobody, in this time
	Unknown int `json:"unknown"` // of which nobody knows, all
	Stuck   int `json:"stuck"`   // due for half an hour and more

	Paused []JobPause `json:"paused"`
	Stop   string     `json:"stop,omitempty"` // why everything is stopped
	Since  string     `json:"since,omitempty"`
	Alerts []Alert    `json:"alerts"`           // open
	Healed int        `json:"healed"`           // alerts that went away in this time
	Anchor string     `json:"anchor"`           // number and hash of the newest rows of the audit chain of money
	Sealed string     `json:"sealed,omitempty"` // day and short text of the newest anchor, once there is one
}

// Tally is a number of things and their amount.
type Tally struct {
	N      int        `json:"n"`
	Amount policy.Fen `json:"amount"`
}

// JobCount is how many runs of a job share a fate.
type JobCount struct {
	Job    string `json:"job"`
	Title  string `json:"title,omitempty"`
	N      int    `json:"n"`
	Reason string `json:"reason,omitempty"` // the code, see Why
	Why    string `json:"why,omitempty"`
}

// RunTrace is one run that somebody must know of.
type RunTrace struct {
	ID       int64          `json:"id"`
	Job      string         `json:"job"`
	Title    string         `json:"title,omitempty"`
	State    RunState       `json:"state"`
	At       policy.Instant `json:"at"`
	Done     int            `json:"done"`
	Total    int            `json:"total"`
	Error    string         `json:"error,omitempty"`
	Approval int64          `json:"approval,omitempty"`
	Held     bool           `json:"held,omitempty"` // it would have done far more than usual, and waits for somebody to let it go; Error says how much
}

// FileTrace is what became of the files in the folder of other offices.
type FileTrace struct {
	Taken   int `json:"taken"`
	Refused int `json:"refused"` // given back with the reason: what they hold is not known here
	Submit  int `json:"submit"`  // a clerk has to hand them in, because two people decide
}

// StandingTrace is what was approved under one standing approval in a stretch of time, and what is left of it.
type StandingTrace struct {
	Standing int64      `json:"standing"`
	Plans    int        `json:"plans"`
	First    int64      `json:"first"` // number of the first plan
	Lines    int        `json:"lines"`
	Total    policy.Fen `json:"total"`
	Used     policy.Fen `json:"used"` // of the period, in all
	Limit    policy.Fen `json:"limit"`
}

// SlotTrace is a time of a job.
type SlotTrace struct {
	Job   string         `json:"job"`
	Title string         `json:"title"`
	At    policy.Instant `json:"at"`
}

// ReasonSum is what waits for one reason.
type ReasonSum struct {
	Reason string     `json:"reason"`
	Why    string     `json:"why,omitempty"`
	N      int        `json:"n"`
	Amount policy.Fen `json:"amount"`
}

// PlanTrace is a plan on its way between two people.
type PlanTrace struct {
	Plan    int64       `json:"plan"`
	Title   string      `json:"title"`
	Lines   int         `gorm:"column:line_count" json:"lines"` // LINES is a word of MySQL's
	Total   policy.Fen  `json:"total"`
	Expires policy.Date `json:"expires"`
}

// RoundTrace is a round that somebody must know of.
type RoundTrace struct {
	Round int64       `json:"round"`
	Name  string      `json:"name"`
	Why   string      `json:"why"`
	Since policy.Date `json:"since"`
}

// JobPause is a job that somebody paused.
type JobPause struct {
	Job    string `json:"job"`
	Title  string `json:"title,omitempty"`
	Reason string `json:"reason"`
}

// Well reports whether nothing is wrong. That people have something to approve or to hand in is no trouble.
func (s Situation) Well() bool {
	for _, c := range s.Skipped {
		if c.Reason != SkippedCoalesced && c.Reason != SkippedDayOff {
			return false
		}
	}
	return len(s.Failed)+len(s.Overdue)+len(s.Paused)+len(s.Alerts) == 0 && s.Stop == "" && s.Dead+s.Unknown+s.Stuck+s.Files.Refused == 0 && !slices.ContainsFunc(s.Waiting, s.IsLate)
}

// IsLate reports whether a run has waited for half an hour and more.
func (s Situation) IsLate(r RunTrace) bool { return r.State == RunQueued && r.At < s.To-stuckAfter }

package models

import (
	"context"

	"duixian/policy"
)

// Work is how a chat line or a page reaches the jobs without knowing them; cmd fills it. Everything that changes
// money, ratings or rounds goes through Run, whoever asked: one gate, one ledger, one history.
type Work struct {
	// List names every job with its next times.
	List func(ctx context.Context, now policy.Instant) ([]JobInfo, error)
	// Plan is a dry run: it writes nothing.
	Plan func(ctx context.Context, actor Actor, job string, params Params, on policy.Date) (Report, error)
	// Run queues and runs a job; it returns the run's number at once when the run goes on in the background.
	// Roles are checked here again, not only where the question came in.
	Run func(ctx context.Context, actor Actor, job string, params Params, approval int64, now policy.Instant) (int64, error)
	// Submit freezes what Plan shows as a plan of the actor's and asks for a second person.
	Submit func(ctx context.Context, actor Actor, job string, params Params, on policy.Date, now policy.Instant) (Submission, error)
	// First asks a second person to let some parts go first in a year whose money does not suffice.
	First func(ctx context.Context, actor Actor, first []BudgetChoice, now policy.Instant) (Submission, error)
	// Amounts freezes what a clerk has filled in where the law leaves the amount to officials, and asks a second person.
	Amounts func(ctx context.Context, actor Actor, entries []AmountEntry, now policy.Instant) (Submission, error)
	// Standing asks a second person to let the night approve within limits; EndStanding ends that at once.
	Standing    func(ctx context.Context, actor Actor, terms StandingTerms, now policy.Instant) (Submission, error)
	EndStanding func(ctx context.Context, actor Actor, id int64, reason string, now policy.Instant) (StandingApproval, error)
	// What a clerk does with a case of 补差, 追回 or a choice: tell the firm, take down what it says, ask a second person (do is a models.Deed), and record what
	// came back with the bank's reference; the last a treasurer may too.
	TellCase    func(ctx context.Context, actor Actor, id int64, now policy.Instant) (Adjustment, error)
	HearCase    func(ctx context.Context, actor Actor, id int64, words string, now policy.Instant) (Adjustment, error)
	ProposeCase func(ctx context.Context, actor Actor, id int64, do, reason string, now policy.Instant) (Submission, error)
	RepaidCase  func(ctx context.Context, actor Actor, id int64, amount policy.Fen, reference string, now policy.Instant) (Adjustment, error)
	// Allow lets a run go on that was held because it would do far more than usual; where it pays, the submission asks a second person.
	Allow func(ctx context.Context, actor Actor, run int64, now policy.Instant) (Submission, Run, error)
	// Decide is the second person's yes or no to the plan behind a code.
	Decide func(ctx context.Context, actor Actor, code string, yes bool, reason string, now policy.Instant) (Submission, error)
	// Pause stops a job with a reason; an empty reason resumes it.
	Pause func(ctx context.Context, actor Actor, job, reason string, now policy.Instant) error
	// Stop stops everything, by one official's word; Restart asks a second person to start everything again.
	Stop    func(ctx context.Context, actor Actor, reason string, now policy.Instant) (Stop, error)
	Restart func(ctx context.Context, actor Actor, now policy.Instant) (Submission, error)
	// Situation is what happened since the last morning report and how things stand now; of a day, what happened until
	// its morning.
	Situation func(ctx context.Context, on policy.Date, now policy.Instant) (Situation, error)
}

// Params are a run's named parameters as text: year=2025, firm=9133…, item=…
type Params map[string]string

// JobInfo is a job as people see it.
type JobInfo struct {
	Name, Title, Schedule string
	Paused                string // why, or empty
	Next                  []NextSlot
	Last                  *Run   // nil when it never ran
	Roles                 []Role // who may start it by hand
	Drafts                bool   // what its dry run shows can be submitted to a second person
	NeedsBasis            bool   // and the submission must say what it rests on
}

// NextSlot is a coming time of a job.
type NextSlot struct {
	At   policy.Instant
	Note string // 周一, 节假日 国庆节, 暂定 …
}

// Submission is a plan on its way between two people.
type Submission struct {
	PlanID, ApprovalID int64
	Title, Hash, Code  string // Code only in the answer to the maker's submission
	Kind               string // of the plan
	Lines              int
	Total              policy.Fen
	State              string
	ExpiresOn          policy.Date // the last day on which it can be decided
	RunID              int64       // the run that executed it, once approved
	Problem            string      // why it was not carried out all the same
}

// Report is what a dry run says: who, how much, why, and what changed since the last run.
type Report struct {
	Job   string       `json:"job"`
	Title string       `json:"title"`
	On    policy.Date  `json:"on"`
	Lines []ReportLine `json:"lines"`
	Total policy.Fen   `json:"total"`
	Notes []string     `json:"notes,omitempty"`
	// Ready is how many lines a submission would have now; what the night has yet to decide is not among them.
	Ready int   `json:"-"`
	Round int64 `json:"round,omitempty"` // of a round: whoever looks again is told what changed since
	// Unpriced: its lines are about something else than money.
	Unpriced bool `json:"unpriced,omitempty"`
}

// ReportLine is one thing that would happen.
type ReportLine struct {
	Who    string     `json:"who"`
	Item   string     `json:"item,omitempty"`
	Clause string     `json:"clause,omitempty"`
	What   string     `json:"what"`
	Amount policy.Fen `json:"amount"`
	Why    string     `json:"why"`
	Change string     `json:"change,omitempty"` // 新增, 由 0.00 元变为 …, 不变
	Claim  int64      `json:"claim,omitempty"`
	Code   string     `json:"code,omitempty"` // of the organisation, in a round
	// Outside is a line that is shown and whose amount is not part of the total: it waits, or was refused.
	Outside bool `json:"outside,omitempty"`
}

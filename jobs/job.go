// Package jobs says what happens at which hour: the runner and one file per job.
package jobs

import (
	"context"
	"time"

	"duixian/models"
	"duixian/notifications"
	"duixian/policy"
)

// Job is one duty of the house. Its name is stored in the database: renaming it needs a migration.
type Job struct {
	Name     string // insurance-check
	Title    string // 参保月数核查
	Summary  string // one sentence for people, without a full stop
	Schedule string // a cron line in Asia/Shanghai, empty = only by hand
	Every    int    // run only every n-th year …
	From     int    // … counted from this year; both 0 = every year
	Workdays bool   // its slots on other days are rows skipped(day_off); in a year whose calendar is not known Monday to Friday count
	CatchUp  CatchUp
	// After names the jobs whose results of the same night this one reads. While one of them that was due before it is on its way, in whatever process,
	// its slots wait; one that has ended, well or not, or that cannot begin (paused, held for a person), keeps nobody waiting.
	After   []string
	Timeout time.Duration
	Roles   []models.Role // who may start it by hand; empty = nobody but the clock, and with an approval, which the body must check
	Params  []string      // the parameters the body and the dry run read, besides the date; any other is refused beforehand
	// Request names what is asked for by hand, so that the same request is one run: an import its file's hash. Nil or
	// empty: every request is another.
	Request func(params models.Params) string
	// Plan is the dry run, nil when a job has nothing to show beforehand. It writes nothing.
	Plan func(ctx context.Context, env *Env, on policy.Date, params models.Params) (models.Report, error)
	// Draft freezes what Plan shows into a plan that two people can approve; nil when the job needs none.
	Draft  func(ctx context.Context, env *Env, on policy.Date, params models.Params) (models.PlanDraft, error)
	Awards bool // what Draft freezes makes awards, which must say what they rest on
	// Volume says what a run is about to do, before its first effect; what is far above the habit of the job is held for a
	// person. Nil: the job is not watched.
	Volume func(ctx context.Context, env *Env, on policy.Date, params models.Params) (Load, error)
	Pays   bool // its effects make money payable: what is held takes two people
	Tells  bool // clerks hear of its success from the job itself
	// Run is the body. It must reach the same end when it is started again after a crash at any point.
	Run func(ctx context.Context, run *Run) error
}

// CatchUp says what becomes of slots that passed while nobody was there.
type CatchUp struct {
	Policy  CatchUpPolicy
	Horizon time.Duration // slots older than this are skipped(too_old); 0 = no limit
	Max     int           // with Each: at most so many a tick; 0 = no limit
}

// CatchUpPolicy is the kind of catch-up.
type CatchUpPolicy string

// State: one run now, for today, does all that is due (payments). Each: every missed slot in order (months, anchors).
// Coalesce: only the newest missed slot runs (reminders). Ask: held until a person says so (rounds). Skip: none.
const (
	State    CatchUpPolicy = "state"
	Each     CatchUpPolicy = "each"
	Coalesce CatchUpPolicy = "coalesce"
	Ask      CatchUpPolicy = "ask"
	Skip     CatchUpPolicy = "skip"
)

// Env is what every job needs besides its own parameters.
type Env struct {
	Store      *models.Store
	Book       *policy.Book
	Calendar   *policy.Calendar
	Effective  policy.Date // first day of the policy; 0 = not configured: assess only, nothing is approved or paid
	Outbox     notifications.Outbox
	Reminders  *policy.Reminders // nil = those in the program
	Version    string            // of the program
	Drop       Drop              // the folder of other offices
	Payments   Payments          // the list for the treasury
	Budget     models.BudgetRules
	AnchorKey  *models.AnchorKey // signs the anchors of the audit chain; nil = they are not signed
	AnchorFile string            // where they are appended to, outside the database; empty = nowhere
	Now        func() time.Time
	// ApprovalDays is how many working days a second person has; 0 = 3 (design of the workflow). Then one step submits again.
	ApprovalDays int
	// BasisRequired refuses an award plan that does not say what it rests on: 会议纪要 or 认定文号, number and day.
	BasisRequired bool
	Publicity     *policy.PublicityRules // nil = the defaults: awards are not shown to the public first
	ObjectTo      string                 // whom to turn to with an objection, one line; printed on each list
	Stars         Stars                  // how and when firms are rated
	BestOf        BestOf
	Codes         func() string // makes approval codes; nil = six random digits

	jobs []*entry // of the runner that was made with it: titles and coming slots
}

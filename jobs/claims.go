package jobs

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"duixian/models"
	"duixian/policy"
)

const claimsName, claimsTitle = "claims", "奖补审核"

// claims turns what became known into claims and decisions, every night. The claims for recruits it only follows: the yearly job opens
// them; those of agencies whose first word of a year comes after that, it opens too.
var claims = Job{
	Name: claimsName, Title: claimsTitle, Summary: "把新知道的资格信息变成申报并审核，迟到或更正的资料重新审核",
	// One night decides all that became known since the last one that came to its end; a claim is opened for what is true today.
	Schedule: "0 3 * * *", CatchUp: CatchUp{Policy: State}, After: []string{DropJob, publicityCloseName, StarRatingJob, selectionsName}, Timeout: time.Hour,
	Roles: []models.Role{models.Clerk, models.Approver, models.Operator},
	Plan:  planClaims, Draft: draftClaims, Awards: true, Volume: claimsVolume, Run: runClaims,
}

const claimsChunk = 40 // organisations a transaction: well under a second on either database

func runClaims(ctx context.Context, run *Run) error {
	q := run.Store.Read(ctx)
	ids, err := orgsToDecide(q, run.Row.Job, run.Row.BusinessDate)
	if err != nil {
		return err
	}
	return decideInChunks(ctx, run, ids, claimsChunk, func(tx *models.Tx, part []int64) ([]change, error) {
		return decideOrgs(tx, run.Env, part, run.Row.BusinessDate, run.Row.ID)
	})
}

// claimsVolume counts the organisations that a night would decide.
func claimsVolume(ctx context.Context, env *Env, on policy.Date, _ models.Params) (Load, error) {
	ids, err := orgsToDecide(env.Store.Read(ctx), claimsName, on)
	return Load{Items: len(ids)}, err
}

// decideInChunks decides organisations, in the order of their ids, a part a transaction: from the cursor on, telling people in the transaction of
// the change, with a summary of all parts at the end.
func decideInChunks(ctx context.Context, run *Run, ids []int64, size int, decide func(tx *models.Tx, part []int64) ([]change, error)) error {
	after, err := cursorID(run.Cursor())
	if err != nil {
		return err
	}
	i, _ := slices.BinarySearch(ids, after+1)
	var total claimSummary
	if err := run.Tallied(&total); err != nil {
		return err
	}
	for part := range slices.Chunk(ids[i:], size) {
		var done claimSummary
		err := run.Chunk(ctx, strconv.FormatInt(part[len(part)-1], 10), len(part), func(tx *models.Tx) error {
			changed, err := decide(tx, part)
			if err != nil {
				return err
			}
			done = summarise(changed)
			done.Organisations = len(part)
			if err := tellChanges(tx, run, changed); err != nil {
				return err
			}
			done = total.plus(done)
			return run.Tally(tx, done)
		})
		if err != nil {
			return err
		}
		total = done
	}
	run.Summarise(total)
	return nil
}

// orgsToDecide lists the organisations about which something is new since the job last succeeded: knowledge, days that have
// come, and holds that may have gone.
func orgsToDecide(q models.Query, job string, on policy.Date) ([]int64, error) {
	last, err := q.LastSucceeded(job, on)
	if err != nil && models.CodeOf(err) != models.NotFound {
		return nil, err
	}
	ids, err := q.TouchedOrgs(last.BusinessDate, on, last.StartedAt)
	if err != nil {
		return nil, err
	}
	recruiting, err := q.TouchedRecruitOrgs(last.BusinessDate, on, last.StartedAt)
	if err != nil {
		return nil, err
	}
	ids = append(ids, recruiting...)
	held, err := q.ClaimsIn(models.ClaimHeld)
	if err != nil {
		return nil, err
	}
	for _, c := range held {
		switch c.Reason {
		case heldExclusive, "CAP", "OVER_QUOTA", "EXCLUSIVE", "DUPLICATE_PERSON", "ALREADY_AWARDED":
			continue // for people, or for new facts
		case heldLegalReview:
			if done, err := q.LegalReviewed(c.Item); err != nil || !done {
				if err != nil {
					return nil, err
				}
				continue
			}
		}
		ids = append(ids, c.OrgID)
	}
	cases, err := q.Adjustments(models.CaseOpen)
	if err != nil {
		return nil, err
	}
	for _, a := range cases {
		ids = append(ids, a.OrgID) // a plan that was sent back may have kept a case from following the newest decision
	}
	hq, err := q.FactsOfKind("headquarters", on)
	if err != nil {
		return nil, err
	}
	for _, f := range hq {
		if day, ok := (&desk{}).ripe(f); ok && day > last.BusinessDate && day <= on {
			ids = append(ids, f.OrgID)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

// decideOrgs decides organisations inside one transaction.
func decideOrgs(tx *models.Tx, env *Env, ids []int64, on policy.Date, runID int64) ([]change, error) {
	rounds := map[string][]int{}
	dossiers, err := tx.Dossiers(ids, on)
	if err != nil {
		return nil, err
	}
	years, err := tx.ReportedYears(ids, on)
	if err != nil {
		return nil, err
	}
	var changed []change
	for _, d := range dossiers {
		k := newDesk(env, tx, on, runID, rounds)
		if err := k.decide(d); err != nil {
			return nil, fmt.Errorf("%s（%s）: %w", d.Org.Name, d.Org.Code, err)
		}
		if err := errors.Join(k.redecideRecruits(), k.openLateRecruits(years[d.Org.ID])); err != nil {
			return nil, fmt.Errorf("%s（%s）引才奖励: %w", d.Org.Name, d.Org.Code, err)
		}
		changed = append(changed, k.changed...)
	}
	return changed, nil
}

// claimSummary is what a run of the job leaves in its record.
type claimSummary struct {
	Organisations int            `json:"organisations"`
	Decisions     int            `json:"decisions"`
	States        map[string]int `json:"states,omitempty"`
}

func summarise(changed []change) claimSummary {
	s := claimSummary{Decisions: len(changed), States: map[string]int{}}
	for _, c := range changed {
		s.States[string(c.Claim.State)]++
	}
	return s
}

func (s claimSummary) plus(o claimSummary) claimSummary {
	states := map[string]int{}
	maps.Copy(states, s.States)
	for state, n := range o.States {
		states[state] += n
	}
	s.States = states
	s.Organisations, s.Decisions = s.Organisations+o.Organisations, s.Decisions+o.Decisions
	return s
}

func cursorID(cursor string) (int64, error) {
	if cursor == "" {
		return 0, nil
	}
	return strconv.ParseInt(cursor, 10, 64)
}

// errDryRun rolls a dry run back.
var errDryRun = errors.New("dry run")

// planClaims does the night's work inside a transaction and takes it back: what it shows is what would happen.
func planClaims(ctx context.Context, env *Env, on policy.Date, _ models.Params) (models.Report, error) {
	report := models.Report{Job: claimsName, Title: claimsTitle, On: on}
	err := env.Store.InTx(ctx, func(tx *models.Tx) error {
		ids, err := orgsToDecide(tx.Query, claimsName, on)
		if err != nil {
			return err
		}
		changed, err := decideOrgs(tx, env, ids, on, 0)
		if err != nil {
			return err
		}
		if report.Lines, report.Total, err = awardLines(tx.Query, env, changed, notRecruits); err != nil {
			return err
		}
		if report.Notes, err = budgetNotes(tx.Query, env, report.Lines, on); err != nil {
			return err
		}
		return errDryRun
	})
	if !errors.Is(err, errDryRun) {
		return report, err
	}
	report.Notes = append(payNotes(env), report.Notes...)
	return report, nil
}

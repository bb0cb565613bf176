package jobs

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"duixian/models"
	"duixian/policy"
)

const insuranceName, insuranceTitle = "insurance-check", "参保月数核查"

// insuranceCheck keeps each recruit's months up to date from what imports asked to be looked at again. Its work grows with what
// changed and not with the number of recruits, unless the reading of 参保满6个月 changed or full=1 asks for everybody.
var insuranceCheck = Job{
	Name: insuranceName, Title: insuranceTitle, Summary: "按新到的参保数据核查引进人员是否满足参保月数，写明新满足、更正后不再满足和还差一个月的人员",
	// One night sees all that the missed ones would have seen: what is asked for again stands in rechecks, each month has the day
	// on which it became known, and an agency hears where its people stand now and not the stations of a week. It is not
	// watched for its volume: it follows what people imported and have seen in the dry run, and nothing is paid by it.
	Schedule: "0 2 * * *", CatchUp: CatchUp{Policy: State}, After: []string{DropJob}, Timeout: time.Hour,
	Roles: []models.Role{models.Clerk, models.Approver, models.Operator}, Params: []string{"full"},
	Plan: planInsurance, Run: runInsurance,
}

// A chunk of recruits asked for is read and written; a chunk of a full pass is mostly only read.
const (
	recheckPage   = 20_000
	recheckChunk  = 500
	fullPassChunk = 5000
	tellChunk     = 50 // agencies
)

// readingMeta names the reading under which all states were made.
const readingMeta = "insurance.reading"

// The phases are the parts of a run, in the order of its cursors ("2:00170"): what was asked for, everybody if need be, and
// then, when all numbers stand, what people hear of them.
const (
	phaseAsked = iota + 1
	phaseEverybody
	phaseTell
)

func runInsurance(ctx context.Context, run *Run) error {
	c := insuranceRun{run: run, on: run.Row.BusinessDate}
	c.reading = run.Book.InsuranceReading(c.on)
	phase, after, err := insuranceCursor(run.Cursor())
	if err != nil {
		return err
	}
	for ; phase <= phaseTell; phase, after = phase+1, 0 {
		step := []func(context.Context, int64) error{c.asked, c.everybody, c.tell}[phase-1]
		if err := step(ctx, after); err != nil {
			return err
		}
	}
	summary, err := run.Store.Read(ctx).InsuranceChangeCounts(c.on, run.Row.ID)
	if err != nil {
		return err
	}
	run.Summarise(summary)
	return nil
}

// insuranceRun is one night of the check.
type insuranceRun struct {
	run     *Run
	on      policy.Date
	reading policy.InsuranceReading
}

func (c *insuranceRun) cursor(phase int, after int64) string {
	return fmt.Sprintf("%d:%d", phase, after)
}

func insuranceCursor(s string) (phase int, after int64, err error) {
	if s == "" {
		return phaseAsked, 0, nil
	}
	p, a, _ := strings.Cut(s, ":")
	if phase, err = strconv.Atoi(p); err != nil {
		return 0, 0, err
	}
	after, err = strconv.ParseInt(a, 10, 64)
	return phase, after, err
}

// asked looks at the recruits that imports named, in root order. They are listed by pages: most nights ask for one.
func (c *insuranceRun) asked(ctx context.Context, after int64) error {
	q, cache := c.run.Store.Read(ctx), models.NewCoverageCache(c.on)
	for first := true; ; first = false {
		page, err := q.Rechecks(c.on, after, recheckPage)
		if err != nil || len(page) == 0 {
			return err
		}
		if first {
			left := len(page)
			if left == recheckPage {
				if left, err = q.CountRechecks(c.on); err != nil {
					return err
				}
			}
			c.run.Expect(c.run.Row.DoneItems + left)
		}
		for roots := range slices.Chunk(page, recheckChunk) {
			after = roots[len(roots)-1]
			if err := c.recheck(ctx, roots, after, cache); err != nil {
				return err
			}
		}
		if len(page) < recheckPage {
			return nil
		}
	}
}

// recheck looks at some recruits in one transaction. Those that the check of a later day has looked at wait for the next one: by what was known
// on this day some would fall out, and nobody would ask again. Only this job writes states, so they are read before.
func (c *insuranceRun) recheck(ctx context.Context, roots []int64, after int64, cache *models.CoverageCache) error {
	asked := len(roots)
	if today := c.run.clock().Date(); c.on < today {
		var err error
		if roots, err = c.run.Store.Read(ctx).InsuredBy(c.on, today, roots); err != nil {
			return err
		}
	}
	return c.run.Chunk(ctx, c.cursor(phaseAsked, after), asked, func(tx *models.Tx) error {
		if err := tx.TakeRechecks(c.on, roots); err != nil { // before anything is read about them
			return err
		}
		diff, err := tx.CompareInsurance(roots, c.reading, cache)
		if err != nil {
			return err
		}
		return tx.ApplyInsurance(diff, c.on, c.run.Row.ID)
	})
}

// everybody goes through all states when the reading is another one than theirs, or when asked to. It reads outside the
// transaction: only a run of this job writes states, and the fence refuses one that was taken over meanwhile.
func (c *insuranceRun) everybody(ctx context.Context, after int64) error {
	q, fingerprint := c.run.Store.Read(ctx), models.ReadingFingerprint(c.reading)
	made, err := q.Meta(readingMeta)
	if err != nil || made == fingerprint && c.run.Row.Params["full"] != "1" {
		return err
	}
	for {
		states, err := q.InsuranceStatesAfter(after, fullPassChunk)
		if err != nil {
			return err
		}
		from, done := after, len(states) < fullPassChunk
		if len(states) > 0 {
			after = states[len(states)-1].RootID
		}
		diff := models.RejudgeInsurance(states, c.reading, c.on)
		err = c.run.Chunk(ctx, c.cursor(phaseEverybody, after), len(states), func(tx *models.Tx) error {
			if err := tx.ApplyInsurance(diff, c.on, c.run.Row.ID); err != nil {
				return err
			}
			if made != fingerprint {
				if err := tx.StampReading(from, after, c.reading); err != nil {
					return err
				}
				if done {
					return tx.SetMeta(readingMeta, fingerprint)
				}
			}
			return nil
		})
		if err != nil || done {
			return err
		}
	}
}

// tell writes what agencies hear of the night, agency by agency. For an agency without a contact nothing is worked out.
func (c *insuranceRun) tell(ctx context.Context, after int64) error {
	q := c.run.Store.Read(ctx)
	agencies, err := q.OrgsOfInsuranceRun(c.on, c.run.Row.ID, after)
	if err != nil {
		return err
	}
	contacts, err := q.ContactsOfAll(agencies)
	if err != nil || len(contacts) == 0 {
		return err
	}
	changes, err := q.InsuranceChangesOfRun(c.on, c.run.Row.ID, after)
	if err != nil {
		return err
	}
	changes = slices.DeleteFunc(changes, func(change models.InsuranceChange) bool { return len(contacts[change.OrgID]) == 0 })
	for part := range byOrg(changes, tellChunk) {
		last := part[len(part)-1].OrgID
		err := c.run.Chunk(ctx, c.cursor(phaseTell, last), 0, func(tx *models.Tx) error { return tellRecruits(tx, c.run, part) })
		if err != nil {
			return err
		}
	}
	return nil
}

// byOrg cuts changes, which are in the order of their agencies, into parts of whole agencies, at most n in each.
func byOrg(changes []models.InsuranceChange, n int) iter.Seq[[]models.InsuranceChange] {
	return func(yield func([]models.InsuranceChange) bool) {
		start, orgs := 0, 0
		for i := range changes {
			if i > 0 && changes[i].OrgID == changes[i-1].OrgID {
				continue
			}
			if orgs++; orgs > n {
				if !yield(changes[start:i]) {
					return
				}
				start, orgs = i, 1
			}
		}
		if start < len(changes) {
			yield(changes[start:])
		}
	}
}

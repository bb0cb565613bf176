package jobs

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"duixian/models"
	"duixian/notifications"
	"duixian/policy"
)

const selectionsName, selectionsTitle = "selections", "评选"

// SelectionsJob is the job of the three selections by its name; do=open, kind and year open one.
const SelectionsJob = selectionsName

// selections moves the three best-of selections (骨干企业, 诚信企业, 引才精英) as far as they go without a person: it opens them once the year's stars are confirmed, records which office is late and
// reminds, closes the collecting of data, and confirms who is on a list whose publicity is over. What decides is a plan of two people: the list, or who moves up into a free place.
var selections = Job{
	Name: selectionsName, Title: selectionsTitle, Summary: "星级确认后启动评选，催办逾期的部门意见，公示期满后确认入选，空出的名额提请递补",
	// Each step is by the state the round is in: one night makes up for all that were missed. Before the nightly claims, which open the awards of who was selected.
	Schedule: "40 2 * * *", CatchUp: CatchUp{Policy: State}, After: []string{DropJob, publicityCloseName, StarRatingJob}, Timeout: 30 * time.Minute,
	Roles: []models.Role{models.Clerk, models.Approver, models.Operator}, Params: append([]string{"do"}, selectionParams...),
	Plan: planSelections, Draft: draftSelection, Run: runSelections,
}

// How long a selection takes, in working days from its opening: the offices' opinions (10; policy research §3.3), data in, and the end (60). Where the policy ends
// before, it may be shorter: once the data are in, two people take two days, and the list runs its days.
const (
	opinionDays  = 10
	dataDays     = 15
	roundEndDays = 60
	decideDays   = 2
)

// selectionCounts is what a run leaves in its record.
type selectionCounts struct {
	Opened    int `json:"rounds_opened"`
	Moved     int `json:"rounds_moved"`
	Overdue   int `json:"opinions_overdue"`
	Confirmed int `json:"places_taken"`
	Held      int `json:"places_held"`
	Told      int `json:"selection_notices"`
}

// nightStep is one thing that a night does about a round, in a transaction of its own. It looks again inside: done before, it does nothing. Names rise: openings, then the rounds by year and
// kind.
type nightStep struct {
	name string
	do   func(tx *models.Tx, run *Run, n *selectionCounts) error
}

func runSelections(ctx context.Context, run *Run) error {
	var counts selectionCounts
	if err := run.Tallied(&counts); err != nil {
		return err
	}
	nights := []func(q models.Query, on policy.Date) ([]nightStep, error){run.openings, run.nightSteps}
	if run.Row.Params["do"] != "" {
		nights[0] = run.ordered
	}
	for _, next := range nights {
		steps, err := next(run.Store.Read(ctx), run.Row.BusinessDate)
		if err != nil {
			return err
		}
		for _, s := range steps {
			if s.name <= run.Cursor() { // an owner before got so far
				continue
			}
			var done selectionCounts
			err := run.Chunk(ctx, s.name, 1, func(tx *models.Tx) error {
				done = counts
				if err := s.do(tx, run, &done); err != nil {
					return err
				}
				return run.Tally(tx, done)
			})
			if err != nil {
				return fmt.Errorf("%s: %w", s.name, err)
			}
			counts = done
		}
	}
	run.Summarise(counts)
	return nil
}

// openings are the selections of each year whose stars are confirmed and which nobody has opened or cancelled. One that would end after the policy is refused.
func (e *Env) openings(q models.Query, on policy.Date) ([]nightStep, error) {
	all, err := q.Rounds()
	if err != nil {
		return nil, err
	}
	have := map[string]bool{}
	for _, r := range all {
		have[fmt.Sprintf("%s/%d", r.Kind, r.Year)] = true
	}
	var steps []nightStep
	for _, stars := range all {
		if stars.Kind != models.StarRating || stars.State != models.RoundConfirmed || stars.ConfirmedOn > on {
			continue
		}
		for _, kind := range models.SelectionKinds {
			if have[fmt.Sprintf("%s/%d", kind, stars.Year)] {
				continue
			}
			r, err := e.selectionRound(kind, stars, on)
			if err != nil {
				continue // past the end of the policy: nothing is opened, and 启动 says why
			}
			steps = append(steps, nightStep{fmt.Sprintf("1/%d/%s", r.Year, kind), func(tx *models.Tx, run *Run, n *selectionCounts) error {
				if _, err := tx.Round(r.Kind, r.Year); models.CodeOf(err) != models.NotFound {
					return err
				}
				_, err := tx.OpenRound(r, run.step("当年星级已确认"))
				n.Opened++
				return err
			}})
		}
	}
	slices.SortFunc(steps, func(a, b nightStep) int { return strings.Compare(a.name, b.name) })
	return steps, nil
}

// ordered is the opening that a person asked for: it says why it cannot be.
func (r *Run) ordered(q models.Query, on policy.Date) ([]nightStep, error) {
	p := r.Row.Params
	kind, ok := models.SelectionKindOf(p["kind"])
	year, err := strconv.Atoi(p["year"])
	if p["do"] != "open" || !ok || err != nil {
		return nil, models.E(models.Invalid, "请写明是哪一项评选和年度，例如：启动 骨干评选 %d", on.Year())
	}
	stars, err := q.Round(models.StarRating, year)
	if models.CodeOf(err) == models.NotFound || err == nil && stars.State != models.RoundConfirmed {
		return nil, models.E(models.Conflict, "%d年度星级评定尚未确认；评选以当年确认的星级为准，确认后当夜自动启动", year)
	}
	if err != nil {
		return nil, err
	}
	round, err := r.selectionRound(kind, stars, on)
	if err != nil {
		return nil, err
	}
	resumed := r.Cursor() != ""
	return []nightStep{{fmt.Sprintf("1/%d/%s", year, kind), func(tx *models.Tx, run *Run, n *selectionCounts) error {
		if old, err := tx.Round(kind, year); err == nil && old.State != models.RoundCancelled && resumed {
			return nil // opened by an owner who died
		}
		_, err := tx.OpenRound(round, run.step("启动"))
		n.Opened++
		return err
	}}}, nil
}

// selectionRound plans a selection of the year of a confirmed star rating that opens on a day. Working days of a year that is not known yet count Monday to Friday: these days remind, they take nothing from anybody.
func (e *Env) selectionRound(kind models.RoundKind, stars models.Round, on policy.Date) (models.Round, error) {
	r := models.Round{Kind: kind, Year: stars.Year, OpensOn: on, CutoffOn: stars.CutoffOn, Model: selectionItems[kind]}
	var soonest policy.Date
	for days, into := range map[int]*policy.Date{dataDays: &r.DataBy, dataDays + 1: &r.PublicityFrom, dataDays + decideDays + e.publicity().TitleDays: &soonest, roundEndDays: &r.ConfirmBy} {
		day, err := e.workdaysAfter(on, days)
		if err != nil {
			return r, err
		}
		*into = day
	}
	_, last := e.Book.Validity(e.Effective)
	if soonest = soonest.AddDays(1); soonest > last { // confirmed in the night after the last day of the list
		return r, models.E(models.Conflict, "%s最早%s才能确认，晚于政策有效期的最后一天%s，不能启动", r.Name(), soonest.Text(), last.Text())
	}
	r.ConfirmBy = min(r.ConfirmBy, last)
	return r, nil
}

// workdaysAfter counts working days, by a guess where the year is not known.
func (e *Env) workdaysAfter(on policy.Date, days int) (policy.Date, error) {
	day, err := e.Calendar.AddWorkdays(on, days)
	if _, unknown := errors.AsType[*policy.UnknownYearError](err); unknown {
		return e.Calendar.Assume().AddWorkdays(on, days)
	}
	return day, err
}

// nightSteps is what each selection needs tonight, by its state.
func (e *Env) nightSteps(q models.Query, on policy.Date) ([]nightStep, error) {
	all, err := q.Rounds()
	if err != nil {
		return nil, err
	}
	var steps []nightStep
	for _, r := range all {
		if selectionItems[r.Kind] == "" || r.ChangedOn > on { // a run for a day that is past, held up, does not undo what came after it
			continue
		}
		add := func(do func(tx *models.Tx, run *Run, n *selectionCounts) error) {
			steps = append(steps, nightStep{fmt.Sprintf("2/%d/%s/%d", r.Year, r.Kind, r.ID), do})
		}
		switch r.State {
		case models.RoundPlanned:
			if r.OpensOn <= on {
				add(func(tx *models.Tx, run *Run, n *selectionCounts) error { return startSelection(tx, run, r.ID, n) })
			}
		case models.RoundOpen:
			add(func(tx *models.Tx, run *Run, n *selectionCounts) error { return collect(tx, run, r.ID, n) })
		case models.RoundScoring:
			add(func(tx *models.Tx, run *Run, n *selectionCounts) error { return remindSelection(tx, run, r.ID, n) })
		case models.RoundPublicity:
			add(func(tx *models.Tx, run *Run, n *selectionCounts) error { return confirmSelection(tx, run, r.ID, n) })
		case models.RoundConfirmed:
			if on <= r.ConfirmedOn.AddYears(2) { // until the next round
				add(func(tx *models.Tx, run *Run, n *selectionCounts) error { return afterSelection(tx, run, r.ID, n) })
			}
		}
	}
	slices.SortFunc(steps, func(a, b nightStep) int { return strings.Compare(a.name, b.name) })
	return steps, nil
}

// step is who moves a round in this run.
func (r *Run) step(reason string) models.RoundStep {
	return models.RoundStep{On: r.Row.BusinessDate, At: r.At(), Actor: models.Actor{Member: r.Row.Actor}, RunID: r.Row.ID, Reason: reason}
}

// tellStep tells the clerks what a round needs of them.
func (r *Run) tellStep(tx *models.Tx, round models.Round, n *selectionCounts, about, what string, do ...string) error {
	n.Told++
	m := notifications.SelectionStep{Round: round.ID, Version: round.Version, Step: about, Title: round.Name(), State: round.State, What: what, Do: do, On: r.Row.BusinessDate}
	return r.Outbox.Tell(tx, r.At(), r.Row.ID, m, notifications.Role(models.Clerk))
}

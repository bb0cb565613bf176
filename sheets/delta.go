package sheets

import (
	"maps"
	"slices"

	"duixian/models"
	"duixian/policy"
)

// Delta is what a file changes in the database, worked out without writing: the dry run and the import see the same.
type Delta struct {
	Report *Report
	Proposal
	Receipts []models.Receipt // answers of the treasury that the caller applies

	first    []models.RosterChange // of an empty database
	changes  Changes
	steps    []func(tx *models.Tx, importID int64) error // in the order in which they refer to each other
	rechecks map[policy.Date]map[int64]bool
}

// Resolve compares a file with the database. Everything the database knows better than the file is a finding in the
// delta's report, which is a copy: the file can be resolved again.
func Resolve(q models.Query, f *File) (*Delta, error) {
	d := &Delta{Report: f.Report.clone(), rechecks: map[policy.Date]map[int64]bool{}}
	if !d.Report.OK() {
		return d, nil
	}
	r := &resolver{Query: q, Delta: d, lines: lines{d.Report}}
	var err error
	switch f.Dataset.Kind {
	case firms.Kind:
		err = r.firms(f.Records.Firms)
	case members.Kind:
		err = r.members(f.Records.Members)
	case keyEnterprises.Kind:
		err = r.keyEnterprises(f.Records.KeyEnterprises)
	case recruits.Kind:
		err = r.recruits(f.Records.Recruits)
	case insurance.Kind:
		err = r.insurance(&f.Records.Insurance)
	case amounts.Kind:
		err = r.amounts(f.Records.Amounts)
	case listings.Kind:
		err = r.listings(f.Records.Listings)
	case external.Kind:
		err = r.external(f.Records.External)
	case accounts.Kind:
		err = r.accounts(f.Records.Accounts)
	case amounts.Kind:
		err = r.amounts(f.Records.Amounts)
	case receipts.Kind:
		err = r.receipts(f.Records.Receipts)
	case appropriations.Kind:
		err = r.appropriations(f.Records.Appropriations)
	case nominees.Kind:
		err = r.nominees(f.Records.Nominees)
	case juryScores.Kind:
		err = r.juryScores(f.Records.JuryScores)
	case opinions.Kind:
		err = r.opinions(f.Records.Opinions)
	default:
		err = r.facts(f.Records.Facts)
	}
	if d.Report.OK() {
		roots := map[int64]bool{}
		for _, day := range d.rechecks {
			maps.Copy(roots, day)
		}
		d.changes.Recheck += len(roots)
		d.Report.Changes = &d.changes
	}
	return d, err
}

// write carries the delta out, once: after a rollback the file is resolved anew.
func (d *Delta) write(tx *models.Tx, importID int64) error {
	for _, step := range d.steps {
		if err := step(tx, importID); err != nil {
			return err
		}
	}
	for _, day := range slices.Sorted(maps.Keys(d.rechecks)) {
		if err := tx.Recheck(day, slices.Sorted(maps.Keys(d.rechecks[day]))); err != nil {
			return err
		}
	}
	return nil
}

func (d *Delta) step(fn func(tx *models.Tx, importID int64) error) { d.steps = append(d.steps, fn) }

// recheck asks the insurance check of a day to look at a recruit.
func (d *Delta) recheck(day policy.Date, root int64) {
	if d.rechecks[day] == nil {
		d.rechecks[day] = map[int64]bool{}
	}
	d.rechecks[day][root] = true
}

// resolver works a delta out.
type resolver struct {
	models.Query
	*Delta
	lines
	everybody []models.Organisation // for suggestions; read when first needed
	ratings   map[int]models.Round  // by year, that a file spoke of
}

func (r *Report) clone() *Report {
	c := *r
	c.Findings, c.Notes, c.state = slices.Clone(r.Findings), slices.Clone(r.Notes), maps.Clone(r.state)
	return &c
}

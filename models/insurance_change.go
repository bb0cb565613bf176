package models

import (
	"slices"

	"duixian/policy"
)

// InsuranceChange is one recruit that went from one stage to another on a business day. Was is empty for one that was
// seen for the first time.
type InsuranceChange struct {
	ID       int64
	RootID   int64
	OrgID    int64
	HireYear int
	OnDay    policy.Date
	Was      InsuranceStage
	Became   InsuranceStage
	Months   int
	RunID    int64
}

// InsuranceDiff is what a check of some recruits finds different from what is stored.
type InsuranceDiff struct {
	States  []InsuranceState  // new and changed rows
	Gone    []int64           // roots whose report was taken back
	Changes []InsuranceChange // stages that changed, by root
	Later   []int64           // roots with months known in advance: to look at again when the month comes
}

// Empty says that there is nothing to write.
func (d InsuranceDiff) Empty() bool { return len(d.States)+len(d.Gone)+len(d.Later) == 0 }

// CompareInsurance looks at recruits as known on the cache's business day and says what is different from their stored
// states. It writes nothing.
func (q Query) CompareInsurance(roots []int64, reading policy.InsuranceReading, cache *CoverageCache) (InsuranceDiff, error) {
	var diff InsuranceDiff
	stored, err := q.InsuranceStates(roots)
	if err != nil {
		return diff, err
	}
	recruits, err := q.heldRecruits(cache, "r.root_id IN ?", roots)
	if err != nil {
		return diff, err
	}
	fingerprint := ReadingFingerprint(reading)
	present := make(map[int64]bool, len(recruits))
	for _, r := range recruits {
		present[r.RootID] = true
		now := InsuranceState{
			RootID: r.RootID, OrgID: r.OrgID, HireYear: r.HiredOn.Year(), HiredOn: r.HiredOn, PersonID: r.PersonID, PayerID: r.EnterpriseID,
			Insured: r.has.Insured, Backpaid: r.has.BackPaid, Late: r.has.Late, Known: r.has.Known, AsOf: cache.on,
		}
		diff.add(stored[r.RootID], now.judged(reading, fingerprint, cache.on, stored[r.RootID].State), cache.on)
		if newest(r.has.Known.Or(r.has.Insured)) > cache.on.Month() {
			diff.Later = append(diff.Later, r.RootID)
		}
	}
	for _, root := range roots {
		if was, ok := stored[root]; ok && !present[root] {
			diff.Gone = append(diff.Gone, root)
			diff.Changes = append(diff.Changes, InsuranceChange{
				RootID: root, OrgID: was.OrgID, HireYear: was.HireYear, OnDay: cache.on, Was: was.State, Became: StageWithdrawn, Months: was.Months,
			})
		}
	}
	return diff, nil
}

// RejudgeInsurance says what another reading, or another day, makes of stored states. It reads nothing.
func RejudgeInsurance(states []InsuranceState, reading policy.InsuranceReading, on policy.Date) InsuranceDiff {
	var diff InsuranceDiff
	fingerprint := ReadingFingerprint(reading)
	for _, was := range states {
		now := was.judged(reading, fingerprint, on, was.State)
		now.Reading = was.Reading // written for all at once, see StampReading
		if !now.same(was) {
			now.Reading, now.AsOf = fingerprint, on
			diff.add(was, now, on)
		}
	}
	return diff
}

// add notes the step of one recruit.
func (d *InsuranceDiff) add(was, now InsuranceState, on policy.Date) {
	now.ChangedOn = was.ChangedOn
	if was.State != now.State {
		now.ChangedOn = on
		d.Changes = append(d.Changes, InsuranceChange{
			RootID: now.RootID, OrgID: now.OrgID, HireYear: now.HireYear, OnDay: on, Was: was.State, Became: now.State, Months: now.Months,
		})
	}
	if !now.same(was) {
		d.States = append(d.States, now)
	}
}

// ApplyInsurance writes what is different.
func (tx *Tx) ApplyInsurance(d InsuranceDiff, on policy.Date, runID int64) error {
	if d.Empty() {
		return nil
	}
	gone := slices.Clone(d.Gone)
	for _, s := range d.States {
		gone = append(gone, s.RootID)
	}
	for part := range slices.Chunk(gone, 500) {
		if err := tx.db.Exec("DELETE FROM insurance_states WHERE root_id IN ?", part).Error; err != nil {
			return readable(err)
		}
	}
	if err := tx.insertStates(d.States); err != nil {
		return err
	}
	id, err := tx.reserve("insurance_changes", len(d.Changes))
	if err != nil {
		return err
	}
	changes := slices.Clone(d.Changes)
	for i := range changes {
		changes[i].ID, changes[i].RunID = id+int64(i), runID
	}
	err = insertBare(tx, "insurance_changes", "id, root_id, org_id, hire_year, on_day, was, became, months, run_id", changes, func(c InsuranceChange) []any {
		return []any{c.ID, c.RootID, c.OrgID, c.HireYear, int64(c.OnDay), string(c.Was), string(c.Became), c.Months, c.RunID}
	})
	if err != nil {
		return err
	}
	return tx.Recheck(on.Month().Add(1).First(), d.Later)
}

// StampReading notes that the states of the roots after one and up to another were made, or would not differ, under a reading.
func (tx *Tx) StampReading(after, upTo int64, reading policy.InsuranceReading) error {
	fingerprint := ReadingFingerprint(reading)
	return readable(tx.db.Exec("UPDATE insurance_states SET reading = ? WHERE root_id > ? AND root_id <= ? AND reading <> ?", fingerprint, after, upTo, fingerprint).Error)
}

// InsuranceChanges lists the changes of the business days after one and up to another, oldest first.
func (q Query) InsuranceChanges(after, on policy.Date) ([]InsuranceChange, error) {
	return find[InsuranceChange](q.db.Where("on_day > ? AND on_day <= ?", after, on).Order("on_day, id"))
}

// InsuranceChangesOfRun lists what one run found on a business day of the agencies after one, by agency, year and root.
func (q Query) InsuranceChangesOfRun(on policy.Date, runID, afterOrg int64) ([]InsuranceChange, error) {
	return find[InsuranceChange](q.db.Where("on_day = ? AND run_id = ? AND org_id > ?", on, runID, afterOrg).Order("org_id, hire_year, root_id, id"))
}

// OrgsOfInsuranceRun are the agencies after one of which a run found changes on a business day, in order.
func (q Query) OrgsOfInsuranceRun(on policy.Date, runID, afterOrg int64) (orgs []int64, err error) {
	err = q.db.Raw("SELECT DISTINCT org_id FROM insurance_changes WHERE on_day = ? AND run_id = ? AND org_id > ? ORDER BY org_id", on, runID, afterOrg).Scan(&orgs).Error
	return orgs, readable(err)
}

// InsuranceChangeCounts counts what one run found on a business day, by the stage that recruits came to.
func (q Query) InsuranceChangeCounts(on policy.Date, runID int64) (map[string]int, error) {
	return counts(q.db.Raw("SELECT became AS name, COUNT(*) AS n FROM insurance_changes WHERE on_day = ? AND run_id = ? GROUP BY became", on, runID))
}

// InsuranceChangesOf lists an agency's changes of a hire year, newest first.
func (q Query) InsuranceChangesOf(orgID int64, hireYear, limit int) ([]InsuranceChange, error) {
	return find[InsuranceChange](q.db.Where("org_id = ? AND hire_year = ?", orgID, hireYear).Order("id DESC").Limit(limit))
}

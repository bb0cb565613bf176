package models

import "duixian/policy"

// Volume is how much a run was about to do, measured before its first effect. What is far above the job's habit waits
// for a person. Nights on which there was nothing to do leave no row.
type Volume struct {
	RunID        int64 `gorm:"primaryKey;autoIncrement:false"`
	Job          string
	BusinessDate policy.Date
	Items        int
	Fen          policy.Fen // 0 for jobs that cannot know the sum beforehand
	Nights       int        // how many slots of the job this one stands for: more than one after an absence
	State        VolumeState
	Why          string // why it was held
	Actor        string // who let it go on
	ApprovalID   int64  // of those who let it go on, where that takes two
	At           policy.Instant
}

// TableName is the table of volumes.
func (Volume) TableName() string { return "run_volumes" }

// VolumeState says whether a run may have the effects that were measured.
type VolumeState string

// Usual needs nobody; held waits; allowed was held, and somebody let it go on.
const (
	VolumeUsual   VolumeState = "usual"
	VolumeHeld    VolumeState = "held"
	VolumeAllowed VolumeState = "allowed"
)

// HeldRunCode is the error code of a run that was held.
const HeldRunCode = "volume"

// PutVolume writes what was measured of a run, in place of an earlier measurement of the same run.
func (tx *Tx) PutVolume(v Volume) error {
	n, err := affected(tx.db.Model(&Volume{}).Where("run_id = ?", v.RunID).Select("*").Updates(v))
	if err != nil || n > 0 {
		return err
	}
	return readable(tx.db.Create(&v).Error)
}

// AllowVolume lets a held run go on. False means that it does not wait any more.
func (tx *Tx) AllowVolume(runID int64, actor Actor, approvalID int64) (bool, error) {
	n, err := affected(tx.db.Exec("UPDATE run_volumes SET state = ?, actor = ?, approval_id = ? WHERE run_id = ? AND state = ?",
		VolumeAllowed, actor.Member, approvalID, runID, VolumeHeld))
	return n == 1, err
}

// Volume reads what was measured of a run, or ErrNotFound.
func (q Query) Volume(runID int64) (Volume, error) {
	return one[Volume](q.db.Where("run_id = ?", runID))
}

// HeldVolume is the run of a job that waits for a person, or ErrNotFound. One of a day that is yet to come was measured
// under a clock that ran ahead; it keeps nobody waiting.
func (q Query) HeldVolume(job string, on policy.Date) (Volume, error) {
	return one[Volume](q.db.Where("job = ? AND state = ? AND business_date <= ?", job, VolumeHeld, on).Order("run_id"))
}

// HeldVolumes lists all runs that wait for a person by a day, oldest first.
func (q Query) HeldVolumes(on policy.Date) ([]Volume, error) {
	return find[Volume](q.db.Where("state = ? AND business_date <= ?", VolumeHeld, on).Order("run_id"))
}

// VolumesBefore lists the newest measurements of a job's nights before a day: the habit.
func (q Query) VolumesBefore(job string, on policy.Date, limit int) ([]Volume, error) {
	return find[Volume](q.db.Where("job = ? AND state <> ? AND business_date < ?", job, VolumeHeld, on).Order("business_date DESC, run_id DESC").Limit(limit))
}

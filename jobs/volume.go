package jobs

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"duixian/models"
	"duixian/policy"
)

// VolumeLimits say from when on a run that the clock started is held for a person before its first effect. What is
// zero is the default.
type VolumeLimits struct {
	// Times is how many times the median of the job's last nights is too much: half a year's files in one night or a
	// wrong file are more than that, a lively month is not.
	Times int
	// Items and Amount are what is never too much in one night, so that a small bureau, whose median is 2, is not asked
	// about its eleventh firm.
	Items  int
	Amount policy.Fen
	// Absence is how many nights the limit grows with: a week of outage is one night of seven times the size. After more,
	// what pays asks whatever the number: a clock that stands years ahead looks like a long absence.
	Absence int
}

// The limits of a house that says nothing else. The city pays some hundred firms; see also the reference night of 1 January,
// when all second and third parts fall due at once.
const (
	defaultTimes   = 5
	defaultItems   = 200
	defaultAmount  = policy.Fen(1_000_000_000) // 10,000,000.00 元
	defaultAbsence = 31
)

func (l VolumeLimits) complete() VolumeLimits {
	return VolumeLimits{cmp.Or(l.Times, defaultTimes), cmp.Or(l.Items, defaultItems), cmp.Or(l.Amount, defaultAmount), cmp.Or(l.Absence, defaultAbsence)}
}

// A habit is the median of so many nights on which there was something to do; fewer than habitFrom are none.
const (
	habitNights = 14
	habitFrom   = 3
)

// Load is what a run is about to do.
type Load struct {
	Items int
	Fen   policy.Fen        // 0 where the sum is not known beforehand
	Lines []models.PlanLine // of jobs that pay: what two people look at
}

// heldCode is the error code of a run that was held.
const heldCode = models.HeldRunCode

// heldVolume ends a run before its first effect.
type heldVolume struct {
	job Job
	models.Volume
}

func (e *heldVolume) Error() string {
	second := ""
	if e.job.Pays {
		second = "，并由另一位复核人同意"
	}
	return fmt.Sprintf("%s。执行前已停下，没有办理任何一项；核对无误后放行：任务 放行 %d，或 duixian job allow %d --as 成员编号%s", e.Why, e.RunID, e.RunID, second)
}

// watch measures what a run is about to do and holds it for a person when that is far above the habit. It does nothing
// once the run has had an effect.
func (r *Runner) watch(ctx context.Context, j *entry, run *Run) error {
	if j.Volume == nil || run.Cursor() != "" {
		return nil
	}
	load, err := j.Volume(ctx, r.env, run.Row.BusinessDate, run.Row.Params)
	if err != nil {
		return err
	}
	q := r.env.Store.Read(ctx)
	was, err := q.Volume(run.Row.ID)
	measured := err == nil
	if err != nil && models.CodeOf(err) != models.NotFound {
		return err
	}
	v := models.Volume{RunID: run.Row.ID, Job: run.Row.Job, BusinessDate: run.Row.BusinessDate, Items: load.Items, Fen: load.Fen, State: models.VolumeUsual, At: r.env.clock()}
	switch asked := run.Row.Cause == models.ByHand && !j.Pays && was.State != models.VolumeHeld; { // a held run that is tried again is measured again: letting it go has a command of its own
	case measured && was.State != models.VolumeHeld && load.Items <= was.Items && load.Fen <= was.Fen:
		return nil // it was taken over after it was measured
	case asked && run.Row.SlotAt == 0:
		return nil // who asks has looked, and what people ask for is no habit
	case asked:
		if v.Nights, _, err = r.tooMuch(q, j, v); err != nil {
			return err
		}
	default:
		if v.Nights, v.Why, err = r.tooMuch(q, j, v); err != nil {
			return err
		}
		if v.Why != "" {
			v.State = models.VolumeHeld
		}
	}
	if v.Items == 0 && !measured {
		return nil
	}
	if err := run.Chunk(ctx, "", 0, func(tx *models.Tx) error { return tx.PutVolume(v) }); err != nil {
		return err
	}
	if v.State == models.VolumeHeld {
		return &heldVolume{j.Job, v}
	}
	return nil
}

// tooMuch says why a night is far above the habit of its job, or nothing, and for how many slots it stands.
func (r *Runner) tooMuch(q models.Query, j *entry, v models.Volume) (nights int, why string, err error) {
	last, err := q.LastSucceeded(v.Job, v.BusinessDate)
	if err != nil && models.CodeOf(err) != models.NotFound {
		return 0, "", err
	}
	nights, away := 1, 1
	if last.ID != 0 && j.CatchUp.Policy != Each { // with Each every slot has a run of its own
		nights, away = j.nights(last.BusinessDate, v.BusinessDate), j.nights(last.FinishedAt.Date(), v.BusinessDate)
	}
	limits := r.opt.Volume.complete()
	now := fmt.Sprintf("本次将办理 %d 项", v.Items)
	if v.Fen > 0 {
		now += "、" + v.Fen.Text()
	}
	habit, err := q.VolumesBefore(v.Job, v.BusinessDate, habitNights)
	if err != nil {
		return 0, "", err
	}
	if len(habit) > 0 && habit[0].State == models.VolumeAllowed { // somebody has looked since, whatever became of that run
		away = min(away, j.nights(habit[0].At.Date(), v.BusinessDate))
	}
	if j.Pays && away > limits.Absence && v.Items > 0 {
		return nights, fmt.Sprintf("任务已有 %d 次没有按时执行（超过 %d 次），%s", away-1, limits.Absence, now), nil
	}
	if len(habit) < habitFrom {
		if !j.Pays {
			return nights, "", nil // nothing is far above a habit that is none
		}
		habit = nil
	}
	usualItems, usualFen := median(habit, func(v models.Volume) int { return v.Items }), median(habit, func(v models.Volume) policy.Fen { return v.Fen })
	scale := min(nights, limits.Absence)
	mostItems := max(limits.Items, limits.Times*usualItems) * scale
	mostFen := max(limits.Amount, policy.Fen(limits.Times)*usualFen) * policy.Fen(scale)
	if v.Items <= mostItems && v.Fen <= mostFen {
		return nights, "", nil
	}
	usual := fmt.Sprintf("平常一次 %d 项", usualItems)
	most := fmt.Sprintf("上限 %d 项", mostItems)
	if v.Fen > 0 {
		usual, most = usual+"、"+usualFen.Text(), most+"、"+mostFen.Text()
	}
	if habit == nil {
		usual = "此前还没有足够的记录"
	}
	return nights, fmt.Sprintf("数量远高于平常：%s；%s，%s", now, usual, most), nil
}

// nights is how many slots of the job lie after one day and up to another; at least 1.
func (j *entry) nights(after, until policy.Date) int {
	from, to := policy.InstantOf(after.AddDays(1).At(0, 0))-1, policy.InstantOf(until.AddDays(1).At(0, 0))-1
	return max(1, len(j.schedule.Slots(from, to)))
}

func median[N cmp.Ordered](nights []models.Volume, of func(models.Volume) N) (m N) {
	if len(nights) == 0 {
		return m
	}
	all := make([]N, len(nights))
	for i, v := range nights {
		all[i] = of(v)
	}
	slices.Sort(all)
	return all[len(all)/2]
}

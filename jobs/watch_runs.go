package jobs

import (
	"fmt"
	"slices"
	"time"

	"duixian/models"
	"duixian/policy"
)

// seeLate finds what was expected and has not begun: a slot without a row, and a row that waits while nothing holds it.
func seeLate(s *sight) (found []signal) {
	if s.stop != nil {
		return nil
	}
	going := slices.ContainsFunc(s.runs, func(r models.Run) bool { return r.State == models.RunRunning && !r.LeaseEnded(s.now) })
	for _, j := range s.jobs {
		if s.settings[j.Name].Paused {
			continue
		}
		late := func(at policy.Instant, what string) {
			found = append(found, signal{
				thing: j.Name, cause: fmt.Sprintf("%s（%s）应于 %s 开始，%s", j.Title, j.Name, at.Text(), what), effect: "这一次要办的事还没有办；服务恢复后按该任务的规则补做",
				command: "查看服务是否在运行（duixian doctor），再看 duixian job history " + j.Name,
			})
		}
		if at := j.unrecorded(s.settings, s.slots); at != 0 && at <= s.now.Add(-graceLate) {
			late(at, "至今没有记录")
			continue
		}
		for _, r := range s.runs {
			if r.Job != j.Name || r.State != models.RunQueued {
				continue
			}
			grace := graceLate
			if going {
				grace = graceQueue
			}
			if since := max(r.SlotAt, r.QueuedAt); since <= s.now.Add(-grace) {
				late(r.ToldAt(), fmt.Sprintf("至今排队未执行（#%d）", r.ID))
				break
			}
		}
	}
	return found
}

// job is the job of a run, with its name alone when it is of another version.
func (s *sight) job(name string) *entry {
	if i := slices.IndexFunc(s.jobs, func(j *entry) bool { return j.Name == name }); i >= 0 {
		return s.jobs[i]
	}
	return &entry{Job: Job{Name: name, Title: name}}
}

const graceLease = 2 * time.Minute // for another process to take over

// seeStuck finds what began and does not end: its owner is gone and nobody took over, or it is over its time.
func seeStuck(s *sight) (found []signal) {
	if s.stop != nil {
		return nil
	}
	for _, r := range s.runs {
		if r.State != models.RunRunning {
			continue
		}
		j := s.job(r.Job)
		what := ""
		switch limit := time.Duration(r.Attempt)*j.Timeout + 5*time.Minute; {
		case r.LeaseEnded(s.now.Add(-graceLease)):
			what = fmt.Sprintf("执行它的进程（%s）已没有动静，也没有别的进程接手", r.Owner)
		case j.Timeout > 0 && r.Epoch == r.Attempt && r.StartedAt.Add(limit) < s.now: // a run that was opened again began long ago
			what = fmt.Sprintf("已超过时限 %s", Spell(j.Timeout))
		default:
			continue
		}
		found = append(found, signal{
			thing: r.Job, cause: fmt.Sprintf("%s（#%d）%s 开始，%s，做到 %d/%d", j.Title, r.ID, r.StartedAt.Text(), what, r.DoneItems, r.TotalItems),
			effect: "该任务之后的各次都在等它；已完成的部分有效", command: fmt.Sprintf("重启服务，它会从断点继续；也可以 duixian job run --retry %d --as 成员编号", r.ID),
		})
	}
	return found
}

// slowFloor is how long a run may take before its habit is looked at.
const slowFloor = 10 * time.Minute

// seeSlow finds runs that take three times as long as usual.
func seeSlow(s *sight) (found []signal) {
	for _, r := range s.runs {
		usual := typical(s.habits[r.Job])
		if r.State != models.RunRunning || r.Epoch != 1 || len(s.habits[r.Job]) < usualFrom {
			continue
		}
		if took := time.Duration(s.now-r.StartedAt) * time.Millisecond; took > max(slowFloor, 3*usual) {
			j := s.job(r.Job)
			found = append(found, signal{
				thing: r.Job, cause: fmt.Sprintf("%s（#%d）%s 开始，平时约 %s，这次已超过 %s，做到 %d/%d", j.Title, r.ID, r.StartedAt.Text(), Spell(usual), Spell(max(slowFloor, 3*usual)), r.DoneItems, r.TotalItems),
				effect: "它后面的任务会推迟；结果不受影响", command: "查看数据库和磁盘是否繁忙，进度见 duixian job history " + r.Job,
			})
		}
	}
	return found
}

func typical(of []time.Duration) time.Duration {
	if len(of) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(of))
	return sorted[len(sorted)/2]
}

// Spell says a length of time to people.
func Spell(d time.Duration) string {
	switch d = d.Abs(); {
	case d < time.Minute:
		return fmt.Sprintf("%d 秒", int(d.Round(time.Second).Seconds()))
	case d < 2*time.Hour:
		return fmt.Sprintf("%d 分钟", int(d.Minutes()))
	}
	if d < 48*time.Hour {
		return fmt.Sprintf("%d 小时", int(d.Hours()))
	}
	return fmt.Sprintf("%d 天", int(d.Hours()/24))
}

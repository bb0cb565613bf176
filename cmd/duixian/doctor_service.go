package main

import (
	"fmt"
	"path"
	"strings"
	"time"

	"duixian/jobs"
	"duixian/models"
)

// service says whether a service works. One that was there and fell silent is bad: nothing else would be wrong, and no night's job runs.
// One that was told to stop, or that nobody has started yet, is for people to know of.
func (d *doctor) service(q models.Query) error {
	const name, start = "服务", "在服务器上启动服务：duixian serve"
	seen, err := q.Replicas()
	if err != nil {
		return err
	}
	if len(seen) == 0 {
		d.say(name, stateWarn, "还没有启动过，到点的任务不会执行，通知不会发出", start)
		return nil
	}
	runs, err := q.RunsOpen()
	if err != nil {
		return err
	}
	now := d.program.instant()
	silent := time.Duration(d.config.Watch.SilentMinutes) * time.Minute
	var working []string
	for _, r := range seen {
		if r.StoppedAt != 0 {
			continue
		}
		detail := fmt.Sprintf("%s，最后一次动静在 %s", r.Owner, r.SeenAt.Text())
		for _, run := range runs { // its loop shows no sign before a long run has ended, which renews its lease
			if path.Dir(run.Owner) == path.Dir(r.Owner) && run.LeaseUntil >= now {
				working = append(working, detail+"，正在执行 "+run.Job)
				detail = ""
				break
			}
		}
		if detail != "" && now < r.SeenAt.Add(silent) {
			working = append(working, detail)
		}
	}
	last := seen[0]
	switch {
	case len(working) > 0:
		d.say(name, stateOK, "正在运行："+strings.Join(working, "；"), "")
	case last.StoppedAt != 0:
		d.say(name, stateWarn, fmt.Sprintf("没有在运行，最后一个于 %s 正常停止（%s）", last.StoppedAt.Text(), last.Owner), start)
	default:
		d.say(name, stateBad, fmt.Sprintf("没有在运行，最后一次动静在 %s（%s），已超过 %s", last.SeenAt.Text(), last.Owner, jobs.Spell(silent)), start+"；它停下以后到点的任务会自动补做")
	}
	return nil
}

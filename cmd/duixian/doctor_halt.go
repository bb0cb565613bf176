package main

import (
	"fmt"
	"maps"
	"slices"

	"duixian/models"
)

// halted says what people have stopped: everything, or single jobs. Nothing else is wrong then, and nothing happens.
func (d *doctor) halted(q models.Query) error {
	stop, err := q.Stopped()
	if err != nil {
		return err
	}
	if stop != nil {
		text, err := stopText(q, *stop)
		if err != nil {
			return err
		}
		d.say("紧急停止", stateBad, text+"；任务不执行，通知不发送", resumeAdvice)
	}
	settings, err := q.JobSettings()
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		s := settings[name]
		if !s.Paused {
			continue
		}
		who, err := whoIs(q, s.Actor)
		if err != nil {
			return err
		}
		d.say("任务", stateWarn, fmt.Sprintf("%s 自%s起暂停（%s：%s），到点不执行", name, s.At.Text(), who, s.Reason), fmt.Sprintf("duixian job resume %s --as 成员编号", name))
	}
	return nil
}

// resumeAdvice is how everything is started again after a stop.
const resumeAdvice = "恢复须两人：duixian resume --as 经办人编号，再由复核人 duixian approve 审批码 --as 复核人编号"

// stopText says since when everything is stopped, by whom and why.
func stopText(q models.Query, s models.Stop) (string, error) {
	who, err := whoIs(q, s.Actor)
	return fmt.Sprintf("系统自%s起紧急停止（%s：%s）", s.Since.Text(), who, s.Reason), err
}

// whoIs is a member with the name; one who is on no roster is the number alone.
func whoIs(q models.Query, code string) (string, error) {
	m, err := q.MemberByCode(code)
	switch {
	case models.CodeOf(err) == models.NotFound:
		return code, nil
	case err != nil:
		return "", err
	}
	return m.Name + "（" + m.Code + "）", nil
}

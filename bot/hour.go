package bot

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"duixian/models"
	"duixian/notifications"
)

var hour = &Command{
	Name:    "提醒时间",
	Aliases: []string{"几点提醒", "改时间"},
	Params:  []Param{{Name: "时刻", Also: []string{"时间", "time"}}},
	Example: "提醒时间 09:30",
	Summary: "每天几点收通知",
	Roles:   everybody,
	Private: true,
	Own:     true,
	Run:     runHour,
}

// runHour sets the hour of the day's notices. It must lie in working hours: nobody is written to at night.
func runHour(_ context.Context, r *Request) (Reply, error) {
	morning, evening := r.Bot.Hours.Range()
	if r.Args["时刻"] == "" {
		return Reply{Text: fmt.Sprintf("您的通知在工作日 %s 发出。要改请发送“提醒时间 09:30”，在 %s 到 %s 之间。", r.noticesAt(), morning, evening), Next: []string{"提醒时间 09:30", "免打扰"}}, nil
	}
	c, err := notifications.ParseClock(clockTyped(r.Args["时刻"]))
	if err != nil {
		return Reply{Text: "请写成 09:30 的样子。", Outcome: Asked, Want: "时刻"}, nil
	}
	if c < morning || c >= evening {
		return Reply{Text: fmt.Sprintf("请选在 %s 到 %s 之间，其他时间不打扰您。", morning, evening), Outcome: Asked, Want: "时刻"}, nil
	}
	if err := r.write(func(tx *models.Tx) error { return tx.SetMorning(r.Asker.ID, c.String()) }); err != nil {
		return Reply{}, err
	}
	return Reply{Text: "好的，从下一个工作日起，您的通知在 " + c.String() + " 发出。"}, nil
}

// noticesAt is the hour of the asker's notices: their own, or the house's.
func (r *Request) noticesAt() string {
	morning, _ := r.Bot.Hours.Range()
	return cmp.Or(r.Asker.Morning, morning.String())
}

// clockTyped brings 9点, 9点半, 9.30 and 9:30 to 09:30.
func clockTyped(s string) string {
	s = strings.NewReplacer("点半", ":30", "点", ":", "时", ":", ".", ":", "：", ":", "分", "", "上午", "", "早上", "").Replace(s)
	h, m, _ := strings.Cut(s, ":")
	if m == "" {
		m = "00"
	}
	if len(h) == 1 {
		h = "0" + h
	}
	return h + ":" + m
}

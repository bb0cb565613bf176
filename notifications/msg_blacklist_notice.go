package notifications

import (
	"fmt"

	"duixian/models"
	"duixian/policy"
)

// BlacklistNotice is the prior notice of 三（四）: a firm may come onto the black list, why, and until when it may state its case.
type BlacklistNotice struct {
	Entry    int64       `json:"entry"`
	Basis    string      `json:"basis"`
	AnswerBy policy.Date `json:"answer_by"`
	On       policy.Date `json:"on"`
}

// Kind names the message.
func (BlacklistNotice) Kind() string { return "blacklist-notice" }

// Key is the entry.
func (m BlacklistNotice) Key() (string, policy.Date) { return fmt.Sprintf("list/%d", m.Entry), m.On }

var blacklistNotice = define(Kind{
	Name: "blacklist-notice", Title: "拟列入黑榜告知", Audience: Firms, Timing: Daytime, Must: true,
	Next:   []string{"陈述申辩", "人工"},
	Sample: BlacklistNotice{Entry: 4, Basis: "2026年3月1日被示例局列入严重失信主体名单（恶意欠薪）", AnswerBy: 20260320, On: 20260313},
}, func(q models.Query, _ models.Recipient, m BlacklistNotice) (string, error) {
	e, err := q.ListEntry(m.Entry)
	if err != nil || e.State == models.ListNoticed {
		return "", err
	}
	return "该事项已有处理", nil
})

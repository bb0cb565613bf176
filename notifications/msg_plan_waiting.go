package notifications

import (
	"errors"
	"fmt"

	"duixian/models"
	"duixian/policy"
	"duixian/secret"
)

// PlanWaiting asks an approver to look at a plan. It carries the code by which the approver answers, so it goes to
// approvers only, never to the maker under whatever account, and the code lies sealed in the database. A reminder, one
// a morning, carries none: nobody but the approver has it any more.
type PlanWaiting struct {
	Approval int64       `json:"approval"`
	Plan     int64       `json:"plan"`
	Title    string      `json:"title"`
	Maker    string      `json:"maker"`
	Lines    int         `json:"lines"`
	Total    policy.Fen  `json:"total"`
	Hash     string      `json:"hash"` // 方案校验码
	Expires  policy.Date `json:"expires"`
	On       policy.Date `json:"on"`
	Reminder bool        `json:"reminder"` // of a code that was sent before
	Sealed   []byte      `json:"sealed"`   // filled by Tell

	Code secret.Text `json:"-"`
}

// Kind names the message.
func (PlanWaiting) Kind() string { return "plan-waiting" }

// Key is the request.
func (m PlanWaiting) Key() (string, policy.Date) { return fmt.Sprintf("approval/%d", m.Approval), m.On }

// ShortHash is enough of the hash to compare by eye.
func (m PlanWaiting) ShortHash() string { return m.Hash[:min(8, len(m.Hash))] }

// ForApprover is the code in the open; empty except in the message itself.
func (m PlanWaiting) ForApprover() string { return m.Code.Reveal() }

// Buttons answer for exactly this plan: its number with the beginning of its hash takes the place of the code, in the chat of two.
// They say no more than what is typed: a large sum must be typed as well, a refusal needs its reason.
func (m PlanWaiting) Buttons() ([]Button, bool) {
	seen := fmt.Sprintf("#%d-%s", m.Plan, m.ShortHash())
	return []Button{{"同意", "同意 " + seen}, {"退回", "退回 " + seen}, {"方案", fmt.Sprintf("方案 %d", m.Plan)}}, true
}

const codeField = "notices.code"

func (m PlanWaiting) seal(c *models.Cipher) (Message, error) {
	if m.Reminder {
		return m, nil
	}
	if m.Code == "" {
		return m, errors.New("没有审批码")
	}
	var err error
	m.Sealed, err = c.Encrypt(codeField, m.Code)
	m.Code = ""
	return m, err
}

func (m PlanWaiting) open(c *models.Cipher) (Message, error) {
	if m.Reminder {
		return m, nil
	}
	var err error
	m.Code, err = c.Decrypt(codeField, m.Sealed)
	return m, err
}

var planWaiting = define(Kind{
	Name: "plan-waiting", Title: "方案待复核", Audience: Officials, Role: models.Approver, Timing: Daytime, Must: true,
	Sample: PlanWaiting{
		Approval: 3, Plan: 8, Title: "2026年3月奖励方案", Maker: "示例经办", Lines: 26, Total: 45200000, Hash: "3f9a17c24be0", Expires: 20260313, On: 20260310,
		Code: "SAMPLE",
	},
}, func(q models.Query, to models.Recipient, m PlanWaiting) (string, error) {
	now, err := q.ApprovalStanding(m.Approval)
	if err != nil {
		return "", err
	}
	if now.State != string(models.ApprovalPending) {
		return "该方案已处理", nil
	}
	maker, err := q.Recipients([]int64{now.Version})
	if err != nil {
		return "", err
	}
	if samePerson(to.Member, maker[now.Version].Member) {
		return "收件人即提交人，不能复核自己的方案", nil
	}
	return "", nil
})

package models

import (
	"fmt"
)

// The kinds of plans about objections and the red and black lists. They have no lines of money: what two people decide stands in their detail.
const (
	KindObjection   = "objection"
	KindRedList     = "redlist"
	KindBlackList   = "blacklist"
	KindListRemoval = "list-removal"
)

// ObjectionDetail is what a plan about an objection asks two people to decide.
type ObjectionDetail struct {
	Objection int64  `json:"objection"`
	Publicity int64  `json:"publicity"`
	Line      int    `json:"line"`
	Name      string `json:"name"`
	Item      string `json:"item"`
	Upheld    bool   `json:"upheld"`
	Answer    string `json:"answer"`
}

// OutcomeText is the outcome as people say it.
func (d ObjectionDetail) OutcomeText() string {
	if d.Upheld {
		return "成立"
	}
	return "不成立"
}

// ListDetail is what a plan about a red or black list asks two people to decide.
type ListDetail struct {
	List    string     `json:"list"`
	Entries []ListLine `json:"entries"`
}

// ListLine is one firm of such a plan. Entry is the prior notice of a black line, or the entry to remove; 0 on the red list.
type ListLine struct {
	Entry  int64  `json:"entry,omitempty"`
	Org    int64  `json:"org"`
	Name   string `json:"name"`
	Code   string `json:"code"`
	Basis  string `json:"basis"`
	Stated int    `json:"stated"` // statements of the firm that both people can read
	Told   bool   `json:"told"`   // the prior notice has reached somebody, as far as the channel can tell
	Reason string `json:"reason,omitempty"`
}

// Text is the line as people read it.
func (l ListLine) Text(list string) string {
	text := fmt.Sprintf("%s（%s）：%s", l.Name, l.Code, l.Basis)
	if list == BlackList && l.Reason == "" {
		text += map[bool]string{true: "；未陈述申辩", false: fmt.Sprintf("；陈述申辩 %d 份（红黑榜 %d）", l.Stated, l.Entry)}[l.Stated == 0]
		if !l.Told {
			text += "；系统告知没有送达，须有书面送达回证"
		}
	}
	if l.Reason != "" {
		text += "；移出理由：" + l.Reason
	}
	return text
}

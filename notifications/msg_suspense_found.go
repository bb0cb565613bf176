package notifications

import (
	"fmt"

	"duixian/policy"
)

// SuspenseFound tells clerks and treasurers of answers that fit no order. None was settled by guess.
type SuspenseFound struct {
	Import int64          `json:"import"`
	Lines  int            `json:"lines"`
	Total  policy.Fen     `json:"total"`
	Some   []SuspenseLine `json:"some"` // five at most
	On     policy.Date    `json:"on"`
}

// SuspenseLine is one answer.
type SuspenseLine struct {
	Receipt int64      `json:"receipt"`
	Ref     string     `json:"ref"`
	Amount  policy.Fen `json:"amount"`
	Why     string     `json:"why"`
}

// Kind names the message.
func (SuspenseFound) Kind() string { return "suspense-found" }

// Key is the file.
func (m SuspenseFound) Key() (string, policy.Date) { return fmt.Sprintf("import/%d", m.Import), m.On }

var suspenseFound = define(Kind{
	Name: "suspense-found", Title: "待查款", Audience: Officials, Timing: Daytime, Must: true,
	Next: []string{"对账"},
	Sample: SuspenseFound{
		Import: 14, Lines: 2, Total: 8000000, On: 20270112,
		Some: []SuspenseLine{{7, "DX20270001-0003-05", 3000000, "金额与拨付清单不同"}, {8, "DX20260009-0001-11", 5000000, "没有这个付款编号"}},
	},
}, always[SuspenseFound])

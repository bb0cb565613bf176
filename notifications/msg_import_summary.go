package notifications

import (
	"fmt"

	"duixian/models"
	"duixian/policy"
)

// ImportSummary tells the clerks what a file brought.
type ImportSummary struct {
	Import   int64       `json:"import"`
	Title    string      `json:"title"` // of the dataset: 参保记录
	File     string      `json:"file"`
	By       string      `json:"by"`
	KnownOn  policy.Date `json:"known_on"`
	Total    int         `json:"total"`
	Accepted int         `json:"accepted"`
	Warned   int         `json:"warned"`
	Changed  int         `json:"changed"`
	On       policy.Date `json:"on"`
}

// Kind names the message.
func (ImportSummary) Kind() string { return "import-summary" }

// Key is the import.
func (m ImportSummary) Key() (string, policy.Date) { return fmt.Sprintf("import/%d", m.Import), m.On }

var importSummary = define(Kind{
	Name: "import-summary", Title: "导入结果", Audience: Officials, Role: models.Clerk, Timing: Daytime,
	Next: []string{"待办"},
	Sample: ImportSummary{
		Import: 6, Title: "参保记录", File: "insurance-202602.xlsx", By: "示例经办", KnownOn: 20260315, Total: 5210, Accepted: 5210, Warned: 14, Changed: 388, On: 20260315,
	},
}, always[ImportSummary]) // what was imported stays imported

package notifications

import (
	"duixian/models"
	"duixian/policy"
)

// DroppedFile tells what became of a file that another office put into the folder, when it was not simply imported: refused with the reason,
// to be handed in by a clerk, or waiting for days. What was imported is told by import-summary.
type DroppedFile struct {
	Path    string      `json:"path"`    // below the folder
	Dataset string      `json:"dataset"` // members
	Title   string      `json:"title"`   // of the dataset, empty when nobody knows
	State   string      `json:"state"`   // refused, submit, waiting
	Why     string      `json:"why"`
	Folder  string      `json:"folder"` // where it lies now, with its report
	Total   int         `json:"total"`
	Refused int         `json:"refused"`
	SHA     string      `json:"sha"`
	On      policy.Date `json:"on"` // waiting: since when
}

// Kind names the message.
func (DroppedFile) Kind() string { return "dropped-file" }

// Key is the file: by its content when it was read, else by its name.
func (m DroppedFile) Key() (string, policy.Date) {
	id := m.SHA
	if id == "" {
		id = models.FileSHA([]byte(m.Path))
	}
	return "drop/" + m.State + "/" + id[:16], m.On
}

var droppedFile = define(Kind{
	Name: "dropped-file", Title: "收件文件夹", Audience: Officials, Timing: Daytime,
	Sample: DroppedFile{
		Path: "insurance/2026-02.xlsx", Dataset: "insurance", Title: "参保缴费明细", State: "refused", Why: "2 行被拒绝，第一处：第15行“缴费年月”：不是月份",
		Folder: "refused/2026-03-02", Total: 5210, Refused: 2, SHA: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", On: 20260302,
	},
}, always[DroppedFile]) // what became of it stays

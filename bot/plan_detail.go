package bot

import (
	"encoding/json"
	"fmt"
	"strings"

	"duixian/models"
	"duixian/policy"
)

// planDetail shows a plan that has no lines of money: every change of a roster, a document's number, a start after a stop. Who
// approves it sees all of it.
func (r *Request) planDetail(p models.Plan) ([]string, error) {
	if notes, err := p.Notes(); err != nil || len(notes) > 0 {
		for i := range notes {
			notes[i] = "- " + plain(notes[i])
		}
		return notes, err
	}
	var body struct {
		Detail struct {
			Changes    []models.RosterChange `json:"changes"`
			Item       string                `json:"item"`
			DocumentNo string                `json:"document_no"`
			DocumentOn policy.Date           `json:"document_on"`
			Stop       int64                 `json:"stop"`
			Reason     string                `json:"reason"`
		} `json:"detail"`
	}
	if err := json.Unmarshal([]byte(p.Body), &body); err != nil {
		return nil, fmt.Errorf("方案 #%d: %w", p.ID, err)
	}
	d := body.Detail
	var lines []string
	switch p.Kind {
	case "roster":
		var ids []int64
		for _, c := range d.Changes {
			ids = append(ids, c.OrgID)
		}
		orgs, err := r.Organisations(ids...)
		if err != nil {
			return nil, err
		}
		for _, c := range d.Changes {
			verb := "取消"
			if c.Active {
				verb = "增加"
			}
			line := fmt.Sprintf("- %s %s%s的“%s”", verb, plain(c.Name), bracketed(plain(c.Code)), c.Role.Text())
			if c.OrgID != 0 {
				line += "，" + plain(orgs[c.OrgID].Name)
			}
			if c.ChannelID != "" {
				line += "，钉钉账号 " + plain(c.ChannelID)
			}
			lines = append(lines, line)
		}
	case "legal-review":
		item, err := r.Bot.Book.Item(d.Item)
		if err != nil {
			return nil, err
		}
		lines = append(lines, fmt.Sprintf("- %s：审查文号 %s，%s", item.Name, plain(d.DocumentNo), d.DocumentOn.Text()))
	case "resume":
		lines = append(lines, fmt.Sprintf("- 结束紧急停止 #%d（%s），任务和通知恢复", d.Stop, plain(d.Reason)))
	default:
		lines = append(lines, plain(cut(strings.Join(strings.Fields(p.Body), " "), 300)))
	}
	return lines, nil
}

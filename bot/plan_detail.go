package bot

import (
	"encoding/json"
	"fmt"
	"strings"

	"duixian/models"
	"duixian/policy"
)

// planNotes are the words of a plan beside its lines.
func (r *Request) planNotes(p models.Plan) ([]string, error) {
	notes, err := r.PlanNotes(p, r.itemName)
	for i := range notes {
		notes[i] = plain(notes[i])
		if p.Kind != "award" && p.Kind != "shortage" {
			notes[i] = "- " + notes[i]
		}
	}
	if p.Kind == "standing" && err == nil {
		notes = append(notes, "同意后，夜间在限额以内以您和经办人两人的名义自动送审并同意；一人即可随时撤销，紧急停止时不办理。")
	}
	return notes, err
}

// planDetail shows a plan that has neither lines nor words: every change of a roster, a document's number, a start after a stop. Who
// approves it sees all of it.
func (r *Request) planDetail(p models.Plan) ([]string, error) {
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
	case "accounts":
		return accountRows(p)
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

// accountRows are the accounts that a plan would make count, their tails only.
func accountRows(p models.Plan) ([]string, error) {
	var body struct {
		Detail struct {
			Changes []models.AccountChange `json:"changes"`
		} `json:"detail"`
	}
	if err := json.Unmarshal([]byte(p.Body), &body); err != nil {
		return nil, fmt.Errorf("方案 #%d: %w", p.ID, err)
	}
	var lines []string
	for _, c := range body.Detail.Changes {
		line := fmt.Sprintf("- %s：%s%s，自%s起", plain(c.Org), plain(c.Bank), plain(c.Mask), c.FromOn.Text())
		if c.Closed {
			line = fmt.Sprintf("- %s：%s停用，自%s起暂无收款账户", plain(c.Org), plain(c.Mask), c.FromOn.Text())
		} else if c.Was != "" {
			line += "，原账户" + plain(c.Was)
		}
		if !c.Same {
			line += "；**户名与机构名称不同**"
		}
		lines = append(lines, line)
	}
	return lines, nil
}

// payeeRows adds to the lines of a batch where each goes.
func payeeRows(p models.Plan, lines []models.PlanLine, rows []string) error {
	if p.Kind != "batch" {
		return nil
	}
	var body struct {
		Detail struct {
			Payees []struct {
				Award int64  `json:"award"`
				No    int    `json:"no"`
				Where string `json:"where"`
				Again string `json:"again"`
			} `json:"payees"`
		} `json:"detail"`
	}
	if err := json.Unmarshal([]byte(p.Body), &body); err != nil {
		return fmt.Errorf("方案 #%d: %w", p.ID, err)
	}
	for i, l := range lines {
		for _, to := range body.Detail.Payees {
			if to.Award != l.AwardID || to.No != l.InstalmentNo {
				continue
			}
			rows[i] += "　" + plain(to.Where)
			if to.Again != "" {
				rows[i] += "【" + plain(to.Again) + "】"
			}
		}
	}
	return nil
}

// planMoney says where awards that wait for a second person pass what is allotted.
func (r *Request) planMoney(p models.Plan, lines []models.PlanLine) (notes []string, err error) {
	if p.Kind == "award" && p.State == models.PlanSubmitted {
		notes, err = r.BudgetWarnings(r.Bot.Book, r.Bot.Budget, lines, p.KnownOn)
	}
	for i := range notes {
		notes[i] = plain(notes[i])
	}
	return notes, err
}

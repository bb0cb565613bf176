package sheets

import (
	"fmt"

	"duixian/models"
)

// PublicityExport is a published list as a workbook: what the public sees, and nothing else.
func PublicityExport(p models.Publicity, lines []models.PublicityLine) Export {
	e := Export{
		Name: fmt.Sprintf("公示 %d", p.ID),
		Above: []string{
			p.Title,
			fmt.Sprintf("公示期：%s至%s（%d个工作日，含首末日），%s发布于%s", p.FirstOn.Text(), p.LastOn.Text(), p.Days, p.PublishedOn.Text(), p.WhereText),
			ObjectionText(p),
			"名单校验码 " + p.ListHash,
		},
		Columns: []ExportColumn{
			{Title: "序号", Form: Count},
			{Title: "名称", Width: 40},
			{Title: "代码（部分隐去）", Form: Code},
			{Title: "公示事项", Width: 40},
			{Title: "依据", Width: 40},
		},
	}
	money := HasAmounts(lines)
	if money {
		e.Columns = append(e.Columns, ExportColumn{Title: "金额", Form: Amount, Total: true})
	}
	e.Columns = append(e.Columns, ExportColumn{Title: "情况", Width: 26})
	e.Rows = func(yield func([]any) bool) {
		for _, l := range lines {
			row := []any{l.No, l.Name, l.Code, l.Item, l.Note}
			if money {
				row = append(row, l.AmountFen)
			}
			if !yield(append(row, l.State.Text())) {
				return
			}
		}
	}
	return e
}

// ObjectionText says how and where to object to a list.
func ObjectionText(p models.Publicity) string {
	to := "办理窗口"
	if p.ObjectTo != "" {
		to = p.ObjectTo
	}
	return fmt.Sprintf("对名单有异议的，请在%s前（含当日）向%s实名提出；登记过的企业也可以私聊兑现机器人发送“异议”。", p.LastOn.Text(), to)
}

// HasAmounts says whether a list is about money.
func HasAmounts(lines []models.PublicityLine) bool {
	for _, l := range lines {
		if l.AmountFen != 0 {
			return true
		}
	}
	return false
}

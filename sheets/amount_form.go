package sheets

import (
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/xuri/excelize/v2"

	"duixian/models"
)

// AmountLine is one line of the form: what waits, and what people call its item.
type AmountLine struct {
	models.PendingAmount
	Item string
}

// AmountForm writes what waits for officials as a workbook to fill in. It is the template of the dataset amounts with its rows: the
// cells that say what it is about are locked, and of 核定金额 and 核定比例 only the one that the law leaves open is not; each
// amount has its own ceiling as a check. Names are stored as text, never as formulas. The lock has no password: it keeps people
// from slips, and whatever comes back is checked again.
func AmountForm(w io.Writer, lines []AmountLine) error {
	t := &template{Dataset: amounts, f: excelize.NewFile()}
	defer t.f.Close()
	t.do(t.f.SetSheetName("Sheet1", t.Name))
	for _, sheet := range []string{guideSheet, wordsSheet} {
		_, err := t.f.NewSheet(sheet)
		t.do(err)
	}
	t.do(t.f.SetAppProps(&excelize.AppProperties{Application: "duixian"}))
	t.data()
	t.amountRows(lines)
	t.do(t.f.ProtectSheet(t.Name, &excelize.SheetProtectionOptions{SelectLockedCells: true, SelectUnlockedCells: true, FormatColumns: true, Sort: true, AutoFilter: true}))
	t.guide(nil)
	t.do(t.f.SetSheetVisible(wordsSheet, false))
	if t.err != nil {
		return fmt.Errorf("核定表：%w", t.err)
	}
	return t.f.Write(w)
}

// column is the letter of a column of the template.
func (t *template) column(title string) string {
	return columnName(slices.IndexFunc(t.Columns, func(c Column) bool { return c.Title == title }))
}

func (t *template) amountRows(lines []AmountLine) {
	text, money, percent := "@", formats[Amount], formats[Percent]
	input := []string{"FFF2CC"}
	style := func(format string, open bool) int {
		s := excelize.Style{CustomNumFmt: &format, Protection: &excelize.Protection{Locked: !open}}
		if open {
			s.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: input}
		}
		return t.style(s)
	}
	lockedText, lockedMoney := style(text, false), style(money, false)
	openText, openMoney, openPercent := style(text, true), style(money, true), style(percent, true)
	for _, title := range []string{"核定金额", "核定比例"} { // each row has a check of its own
		t.do(t.f.DeleteDataValidation(t.Name, fmt.Sprintf("%s2:%s%d", t.column(title), t.column(title), templateRows)))
	}
	for i, l := range lines {
		row := strconv.Itoa(i + 2)
		put := func(title, value string) {
			at := t.column(title) + row
			t.do(t.f.SetCellStr(t.Name, at, value))
			t.do(t.f.SetCellStyle(t.Name, at, at, lockedText))
		}
		put("申报编号", strconv.FormatInt(l.Claim.ID, 10))
		put("结论校验码", l.Seen())
		put(orgName.Title, l.Org.Name)
		put("事项", l.Item)
		put("申报依据", l.Claim.FactKey)
		put("政策原文", l.Clause+" "+l.Phrase)
		ceiling, amount, rate, reason := t.column("最高金额")+row, t.column("核定金额")+row, t.column("核定比例")+row, t.column("理由")+row
		t.do(t.f.SetCellValue(t.Name, ceiling, float64(l.Ceiling)/100)) // shown with two places; what comes back is not read from here
		t.do(t.f.SetCellStyle(t.Name, ceiling, ceiling, lockedMoney))
		t.do(t.f.SetCellStyle(t.Name, reason, reason, openText))
		v := excelize.NewDataValidation(true)
		if l.ByRate {
			t.do(t.f.SetCellStyle(t.Name, amount, amount, lockedMoney))
			t.do(t.f.SetCellStyle(t.Name, rate, rate, openPercent))
			v.SetSqref(rate)
			v.SetInput("核定比例", "0 至 100，不写百分号；100% 为 "+l.Ceiling.Text())
			t.do(v.SetRange(0, 100, excelize.DataValidationTypeDecimal, excelize.DataValidationOperatorBetween))
			v.SetError(excelize.DataValidationErrorStyleStop, "核定比例", "请填写 0 至 100 之间的数")
		} else {
			t.do(t.f.SetCellStyle(t.Name, amount, amount, openMoney))
			t.do(t.f.SetCellStyle(t.Name, rate, rate, lockedText))
			v.SetSqref(amount)
			v.SetInput("核定金额", "以元为单位，不超过 "+l.Ceiling.Text())
			t.do(v.SetRange(0, float64(l.Ceiling)/100, excelize.DataValidationTypeDecimal, excelize.DataValidationOperatorBetween))
			v.SetError(excelize.DataValidationErrorStyleStop, "核定金额", "超过最高金额 "+l.Ceiling.Text())
		}
		t.do(t.f.AddDataValidation(t.Name, v))
	}
}

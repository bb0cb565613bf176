package sheets_test

import (
	"strings"
	"testing"

	"duixian/sheets"
)

// Intervals overlap in more ways than neighbours do: a month taken back inside a year, and a year said twice.
func TestContradictionsInsideIntervals(t *testing.T) {
	row := func(from, to, state string) string {
		return "示例厂," + employer + ",例一," + person + "," + from + "," + to + "," + state + "\n"
	}
	header := "单位名称,单位代码,姓名,身份证号,起始年月,终止年月,状态\n"
	r := read(t, "insurance", "a.csv", []byte(header+row("202301", "202312", "正常")+row("202303", "202303", "正常")+row("202305", "202305", "撤销")+row("202306", "202401", "正常")), sheets.Options{KnownOn: 20240915}).Report
	if r.Refused != 1 || r.Findings[0].Row != 4 || !strings.Contains(r.Findings[0].Problem, "第2行") {
		t.Errorf("%s", r.Text())
	}
}

// Months before the policy can reach back to are cut off with a word, not refused: offices export whole working lives.
func TestOldMonthsAreCutOff(t *testing.T) {
	header := "单位名称,单位代码,姓名,身份证号,起始年月,终止年月\n"
	f := read(t, "insurance", "a.csv", []byte(header+"示例厂,"+employer+",例一,"+person+",201507,202002\n示例厂,"+employer+",例一,"+person+",201001,201412\n"), sheets.Options{KnownOn: 20240915})
	if rows := f.Records.Insurance.Rows; !f.Report.OK() || f.Report.Warned != 2 || len(rows) != 1 || rows[0].From != 202001 || rows[0].To != 202002 {
		t.Errorf("%+v\n%s", f.Records.Insurance.Rows, f.Report.Text())
	}
}

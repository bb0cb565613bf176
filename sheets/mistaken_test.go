package sheets_test

import (
	"strings"
	"testing"

	"duixian/sheets"
)

// A spreadsheet keeps fifteen digits of a number and makes the rest zeros; in one of eleven cases the check digit is a zero too. Such a
// number may be a true one, so the row is not refused, but somebody has to look.
func TestAnIdentityNumberThatMayHaveBeenCutIsWarnedOf(t *testing.T) {
	row := func(id string) string {
		return recruitHeader + "91330702MA2TE5T01Y,," + employer + ",示例人," + id + ",大学生,2024-03-01,2024-04-10\n"
	}
	for id, warned := range map[string]bool{"330702199701011000": true, "330702199406151000": true, person: false} {
		report := read(t, "recruits", "recruits.csv", []byte(row(id)), sheets.Options{}).Report
		if got := strings.Contains(report.Text(), "校验虽相符，仍可能是被电子表格截断的"); !report.OK() || got != warned {
			t.Errorf("%s: ok %v, warned %v, want %v\n%s", id, report.OK(), got, warned, report.Text())
		}
		if strings.Contains(report.Text(), id) {
			t.Errorf("the number is printed in full:\n%s", report.Text())
		}
	}
}

// Two firms under one code, whatever days they were founded on: the second row is refused. A firm that changes its name is reported
// again on another day.
func TestTwoFirmsUnderOneCodeAreNotARename(t *testing.T) {
	row := func(name, from, known string) string {
		return name + ",91330702MA2TE5T01Y,婺城区,企业,许可,3307001," + from + "," + known + "\n"
	}
	const one, other = "示例甲一人力资源有限公司", "示例乙猎头有限公司"
	report := read(t, "firms", "firms.csv", []byte(firmHeader+row(one, "2020-01-01", "2023-09-01")+row(other, "2018-05-01", "2023-09-01")), sheets.Options{}).Report
	if report.OK() || !strings.Contains(report.Text(), "第3行") || !strings.Contains(report.Text(), "请核对两家机构的代码；如是同一家更名") {
		t.Errorf("two firms: %s", report.Text())
	}
	report = read(t, "firms", "firms.csv", []byte(firmHeader+row(one, "2020-01-01", "2023-09-01")+row(other, "2024-05-01", "2024-05-20")), sheets.Options{}).Report
	if !report.OK() || !strings.Contains(report.Text(), "请核对代码，如是更名可照常导入") {
		t.Errorf("a rename: %s", report.Text())
	}
}

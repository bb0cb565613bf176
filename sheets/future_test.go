package sheets_test

import (
	"strings"
	"testing"

	"duixian/models"
	"duixian/models/modelstest"
	"duixian/sheets"
)

// A mistyped year is told once a file, with the rows; and once it is stored, the advice names a day that is taken.
func TestRowsOfALaterDayAreNoted(t *testing.T) {
	const header = "统一社会信用代码,类别,编号,日期,年度,名次,首次,报送日期\n"
	row := func(year, known string) string {
		return "91330702MA2TE5T01Y,全省百强,," + year + "-09-18," + year + ",100,是," + known + "\n"
	}
	mistyped := []byte(header + row("2022", "2026-11-27") + row("2023", "2026-11-28") + row("2024", "2030-01-01"))
	opt := sheets.Options{Today: 20261127}
	if got := read(t, "facts", "a.csv", mistyped, opt).Report.Text(); strings.Count(got, "今天之后") != 1 ||
		!strings.Contains(got, "· 第3至4行的“报送日期”在今天之后（最晚 2030年1月1日），到那一天才算已知；如系误填请先更正\n") {
		t.Error(got)
	}
	for _, opt := range []sheets.Options{{}, {Today: 20300101}} {
		if got := read(t, "facts", "a.csv", mistyped, opt).Report.Text(); strings.Contains(got, "今天之后") {
			t.Error(got)
		}
	}
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		mustApply(t, s, "firms", firmHeader+firmOne)
		mustApply(t, s, "facts", string(mistyped))
		again := strings.Replace(row("2024", "2026-11-27"), ",100,", ",99,", 1)
		if r, err := apply(t, s, "facts", header+again, opt); models.CodeOf(err) != models.Invalid || !strings.Contains(r.Report.Text(), "报送日期不得早于 2030年1月1日") {
			t.Errorf("%v\n%s", err, r.Report.Text())
		}
		if c := mustApply(t, s, "facts", header+strings.Replace(again, "2026-11-27", "2030-01-01", 1)); c.Corrected != 1 {
			t.Errorf("the day that was named: %+v", c)
		}
	})
}

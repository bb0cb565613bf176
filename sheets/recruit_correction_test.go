package sheets_test

import (
	"fmt"
	"strings"
	"testing"

	"duixian/models"
	"duixian/models/modelstest"
	"duixian/policy"
	"duixian/sheets"
)

// The agency wrote the wrong employer and reports again with the right one: that is the same recruit, who would else stand in the
// list twice. Only what the file itself puts side by side stays two reports.
func TestAnotherEmployerCorrectsTheRecruit(t *testing.T) {
	const other, third = "91330702MA2TE5T2XJ", "91330702MA2TE5T3XE"
	row := func(code, known, withdrawn string) string {
		return fmt.Sprintf("91330702MA2TE5T01Y,,%s,示例人,%s,大学生,2024-03-01,%s,%s\n", code, person, known, withdrawn)
	}
	const header = "引进机构代码,用人单位名称,用人单位代码,姓名,证件号码,人才类别,入职日期,报送日期,是否作废\n"
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		// recruits lists employers known on a day: one for each recruit who stands.
		recruits := func(on policy.Date) string {
			t.Helper()
			q := s.Read(t.Context())
			mac, err := s.Cipher().PersonMAC(person)
			if err != nil {
				t.Fatal(err)
			}
			people, err := q.PeopleByMAC([]string{mac})
			if err != nil {
				t.Fatal(err)
			}
			rows, err := q.RecruitsOfPeople([]int64{people[mac].ID})
			if err != nil {
				t.Fatal(err)
			}
			newest, order := map[int64]models.Recruit{}, []int64(nil)
			for _, r := range rows {
				if _, ok := newest[r.RootID]; !ok {
					order = append(order, r.RootID)
				}
				if r.KnownOn <= on {
					newest[r.RootID] = r
				}
			}
			var out []string
			for _, root := range order {
				r := newest[root]
				e, err := q.Enterprise(r.EnterpriseID)
				if err != nil {
					t.Fatal(err)
				}
				if !r.Withdrawn {
					out = append(out, e.Code[14:17])
				}
			}
			return strings.Join(out, " ")
		}
		want := func(what string, on policy.Date, codes string) {
			t.Helper()
			if got := recruits(on); got != codes {
				t.Errorf("%s: employers %q, want %q", what, got, codes)
			}
		}
		march, april, may, june := policy.NewDate(2024, 3, 31), policy.NewDate(2024, 4, 30), policy.NewDate(2024, 5, 31), policy.NewDate(2024, 6, 30)
		mustApply(t, s, "firms", firmHeader+firmOne)
		first := header + row(employer, "2024-03-10", "")
		mustApply(t, s, "recruits", first)
		r, err := apply(t, s, "recruits", header+row(other, "2024-04-10", ""), sheets.Options{})
		if err != nil || r.Report.Changes.Corrected != 1 || r.Report.Changes.New != 0 || !strings.Contains(r.Report.Text(), "以前报的用人单位是 "+employer+"，按更正处理") {
			t.Fatalf("%v, %+v\n%s", err, r.Report.Changes, r.Report.Text())
		}
		want("before the correction", march, "T1X")
		want("after it", april, "T2X")
		for _, again := range []string{first + "\n", header + row(other, "2024-04-10", "") + "\n", header + row(employer, "2024-03-10", "") + row(other, "2024-04-10", "")} {
			if c := mustApply(t, s, "recruits", again); c.New+c.Corrected != 0 {
				t.Errorf("again: %+v, want nothing new", c)
			}
		}
		if r, err := apply(t, s, "recruits", header+row(employer, "2024-04-20", "是"), sheets.Options{}); err == nil {
			t.Errorf("taking back an employer that was corrected already went in:\n%s", r.Report.Text())
		}
		// Both employers in one report of one day: two statements, and a warning.
		r, err = apply(t, s, "recruits", header+row(other, "2024-05-10", "")+row(third, "2024-05-10", ""), sheets.Options{})
		if err != nil || r.Report.Changes.New != 1 || !strings.Contains(r.Report.Text(), "两条都保留，只计一次") {
			t.Fatalf("%v, %+v\n%s", err, r.Report.Changes, r.Report.Text())
		}
		want("side by side", may, "T2X T3X")
		// Taking one back and reporting another, in whatever order they stand in the file.
		mustApply(t, s, "recruits", header+row(employer, "2024-06-10", "")+row(other, "2024-06-10", "是")+row(third, "2024-06-10", "是"))
		want("replaced", june, "T1X")
		want("side by side, as it was known", may, "T2X T3X")
	})
}

// Another day of hire may be a correction or a second hire; the agency is asked, and not twice when it has taken the first report back.
func TestAnotherDayOfHireIsAskedAbout(t *testing.T) {
	const header = "引进机构代码,用人单位名称,用人单位代码,姓名,证件号码,人才类别,入职日期,报送日期,是否作废\n"
	const other, asked = "91330702MA2TE5T2XJ", "同一机构以前报过这个人到同一用人单位，入职日期是 2024年3月1日 → 请核对；如是更正，把原来一条另报一行，“是否作废”填是"
	row := func(code, hired, known, withdrawn string) string {
		return fmt.Sprintf("91330702MA2TE5T01Y,,%s,示例人,%s,大学生,%s,%s,%s\n", code, person, hired, known, withdrawn)
	}
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		mustApply(t, s, "firms", firmHeader+firmOne)
		mustApply(t, s, "recruits", header+row(employer, "2024-03-01", "2024-03-10", ""))
		for _, c := range []struct {
			rows string
			asks bool
		}{
			{row(employer, "2024-03-04", "2024-04-10", ""), true},
			{row(other, "2024-03-04", "2024-04-10", ""), false},
			{row(employer, "2024-03-04", "2024-04-10", "") + row(employer, "2024-03-01", "2024-04-10", "是"), false},
		} {
			file := read(t, "recruits", "recruits.csv", []byte(header+c.rows), sheets.Options{})
			d, err := sheets.Resolve(s.Read(t.Context()), file)
			if err != nil || !d.Report.OK() || d.Report.Changes.New != 1 {
				t.Fatalf("%v\n%s", err, d.Report.Text())
			}
			if got := strings.Contains(d.Report.Text(), asked); got != c.asks {
				t.Errorf("%s: asked %v, want %v\n%s", c.rows, got, c.asks, d.Report.Text())
			}
		}
	})
}

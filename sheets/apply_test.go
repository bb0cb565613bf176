package sheets_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"duixian/models"
	"duixian/models/modelstest"
	"duixian/policy"
	"duixian/sheets"
	"duixian/sheets/sample"
)

// apply brings text in as a file and returns what happened.
func apply(t *testing.T, s *models.Store, kind, text string, opt sheets.Options) (result sheets.Result, err error) {
	t.Helper()
	f := read(t, kind, kind+".csv", []byte(text), opt)
	err = s.InTx(t.Context(), func(tx *models.Tx) error {
		result, err = sheets.Apply(tx, f, sheets.Origin{Actor: models.System, SHA: models.FileSHA([]byte(text)), Now: 1})
		return err
	})
	return result, err
}

func mustApply(t *testing.T, s *models.Store, kind, text string) sheets.Changes {
	t.Helper()
	r, err := apply(t, s, kind, text, sheets.Options{})
	if err != nil {
		t.Fatalf("%v\n%s", err, r.Report.Text())
	}
	return *r.Report.Changes
}

// A whole bureau goes in; going in again, byte for byte or with one line more, changes nothing.
func TestSampleGoesInOnce(t *testing.T) {
	paths, err := sample.New(sample.Options{Firms: 30, Recruits: 200, Months: 20, Seed: 1}).Write(t.TempDir(), false)
	if err != nil {
		t.Fatal(err)
	}
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		text := map[string]string{}
		for _, path := range paths {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			kind := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
			text[kind] = string(data)
			if c := mustApply(t, s, kind, text[kind]); c.New == 0 {
				t.Errorf("%s: %+v, want something new", kind, c)
			}
		}
		for kind, body := range text {
			r, err := apply(t, s, kind, body, sheets.Options{})
			if err != nil || !r.Already {
				t.Errorf("%s again: %v, already %v", kind, err, r.Already)
			}
			r, err = apply(t, s, kind, body+"\n", sheets.Options{})
			if err != nil || r.Already || len(r.Roster) > 0 {
				t.Fatalf("%s with a blank line more: %v, already %v, roster %v", kind, err, r.Already, r.Roster)
			}
			if c := *r.Report.Changes; c.New+c.Corrected+c.Covered+c.Recheck != 0 || c.Same == 0 {
				t.Errorf("%s with a blank line more: %+v, want only rows that are the same", kind, c)
			}
		}
		if rows, breaks, err := s.Read(t.Context()).VerifyAudit(); err != nil || len(breaks) > 0 || rows == 0 {
			t.Errorf("audit: %d rows, %v, %v", rows, breaks, err)
		}
	})
}

const (
	firmHeader    = "机构名称,统一社会信用代码,区县,机构类型,许可或备案,许可证号,生效日期,报送日期\n"
	firmOne       = "示例甲一人力资源有限公司,91330702MA2TE5T01Y,婺城区,企业,许可,3307001,2023-01-01,2023-09-01\n"
	recruitHeader = "引进机构代码,用人单位名称,用人单位代码,姓名,证件号码,人才类别,入职日期,报送日期\n"
	monthHeader   = "单位名称,单位代码,姓名,证件号码,缴费年月,状态,到账月份,报送日期\n"
	employer      = "91330702MA2TE5T1XN"
	person        = "330702199901010010"
)

func months(t *testing.T, s *models.Store, on policy.Date) string {
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
	sets, err := q.MonthSetsOn([]int64{people[mac].ID}, models.Pension, on)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, set := range sets {
		for m := range set.Insured.All() {
			out = append(out, fmt.Sprintf("%d%s%s", m, map[bool]string{true: "b"}[set.Backpaid.Has(m)], map[bool]string{true: "l"}[set.Late.Has(m)]))
		}
	}
	return strings.Join(out, " ")
}

// What was known on a day stays what was known on that day, whatever arrives later.
func TestInsuranceIsRememberedAsItBecameKnown(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		row := func(month, state, posted, known string) string {
			return fmt.Sprintf("示例厂,%s,例一,%s,%s,%s,%s,%s\n", employer, person, month, state, posted, known)
		}
		for _, c := range []struct {
			rows           string
			new, corrected int
		}{ // further months are new; only what changes a month that was said before corrects it
			{row("2024-01", "正常", "", "2024-02-15") + row("2024-02", "正常", "", "2024-03-15"), 2, 0},
			{row("2024-03", "补缴", "2024-05", "2024-06-15") + row("2024-04", "补缴", "2024-05", "2024-06-15"), 2, 0},
			{row("2024-02", "撤销", "", "2024-07-15"), 0, 1},
		} {
			if got := mustApply(t, s, "insurance", monthHeader+c.rows); got.New != c.new || got.Corrected != c.corrected {
				t.Errorf("%s: %+v, want %d new and %d corrected", c.rows, got, c.new, c.corrected)
			}
		}
		for _, c := range []struct {
			on   policy.Date
			want string
		}{
			{20240214, ""},
			{20240215, "202401"},
			{20240614, "202401 202402"},
			{20240615, "202401 202402 202403bl 202404b"},
			{20240715, "202401 202403bl 202404b"},
		} {
			if got := months(t, s, c.on); got != c.want {
				t.Errorf("on %s: %q, want %q", c.on, got, c.want)
			}
		}
		r, err := apply(t, s, "insurance", monthHeader+row("2024-05", "正常", "", "2024-06-20"), sheets.Options{})
		if models.CodeOf(err) != models.Invalid || len(r.Report.Findings) != 1 || !strings.Contains(r.Report.Findings[0].Problem, "不能改写更早的历史") {
			t.Errorf("an older day: %v\n%s", err, r.Report.Text())
		}
		c := mustApply(t, s, "insurance", monthHeader+row("2024-01", "正常", "", "2024-06-20"))
		if c.Same != 1 || c.New+c.Corrected != 0 {
			t.Errorf("an older day that says what is known already: %+v", c)
		}
	})
}

// Intervals are months; a month without anybody is known; who arrives as a recruit later finds the months there.
func TestIntervalsCoverageAndLateRecruits(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		mustApply(t, s, "firms", firmHeader+firmOne)
		mustApply(t, s, "insurance", "单位名称,单位代码,姓名,身份证号,起始年月,终止年月,状态,报送日期\n"+
			"示例厂,"+employer+",例一,"+person+",202401,202406,正常,2024-07-15\n示例厂,"+employer+",,,202407,202408,无参保人员,2024-09-15\n")
		if got := months(t, s, 20240715); got != "202401 202402 202403 202404 202405 202406" {
			t.Errorf("interval: %s", got)
		}
		q := s.Read(t.Context())
		e, err := q.EnterprisesByCode([]string{employer})
		if err != nil {
			t.Fatal(err)
		}
		cover, err := q.CoverageOn([]int64{e[employer].ID}, models.Pension, 20240914)
		if err != nil || cover[e[employer].ID].Len() != 6 {
			t.Errorf("covered on 14 September: %v, %v; want six months", cover, err)
		}
		cover, err = q.CoverageOn([]int64{e[employer].ID}, models.Pension, 20240915)
		if err != nil || cover[e[employer].ID].Len() != 8 {
			t.Errorf("covered on 15 September: %v, %v; want eight months", cover, err)
		}
		recruit := "91330702MA2TE5T01Y,示例厂," + employer + ",例一," + person + ",大学生,2024-01-05,2024-09-20\n"
		if c := mustApply(t, s, "recruits", recruitHeader+recruit); c.New != 1 || c.Recheck != 1 {
			t.Errorf("recruit: %+v", c)
		}
		roots, err := s.Read(t.Context()).Rechecks(20240920, 0, 10)
		if err != nil || len(roots) != 1 {
			t.Errorf("to be checked: %v, %v", roots, err)
		}
		// A month of the employer in which this person is absent is a reason to look again.
		c := mustApply(t, s, "insurance", monthHeader+"示例厂,"+employer+",,,2024-09,无参保人员,,2024-10-15\n")
		if c.Covered != 1 || c.Recheck != 1 {
			t.Errorf("a month without anybody: %+v", c)
		}
		// Correcting and withdrawing keep the root.
		mustApply(t, s, "recruits", "作废,"+recruitHeader+"否,"+strings.Replace(strings.Replace(recruit, "大学生", "高技能人才", 1), "2024-09-20", "2024-11-01", 1))
		mustApply(t, s, "recruits", "作废,"+recruitHeader+"是,"+strings.Replace(strings.Replace(recruit, "大学生", "高技能人才", 1), "2024-09-20", "2024-12-01", 1))
		mac, err := s.Cipher().PersonMAC(person)
		if err != nil {
			t.Fatal(err)
		}
		people, err := s.Read(t.Context()).PeopleByMAC([]string{mac})
		if err != nil {
			t.Fatal(err)
		}
		rows, err := s.Read(t.Context()).RecruitsOfPeople([]int64{people[mac].ID})
		if err != nil || len(rows) != 3 || rows[2].RootID != rows[0].ID || rows[1].Category != "high_skill" || !rows[2].Withdrawn {
			t.Errorf("%+v, %v", rows, err)
		}
	})
}

func TestUnknownFirmIsRefusedWithTheNearestName(t *testing.T) {
	s := modelstest.New(t)
	mustApply(t, s, "firms", firmHeader+firmOne)
	r, err := apply(t, s, "facts", "机构名称,统一社会信用代码,类别,编号,日期,首次,报送日期\n示例甲壹人力资源有限公司,91330702MA2DEM0096,高新技术企业,GR1,2024-05-01,是,2024-05-02\n", sheets.Options{})
	if models.CodeOf(err) != models.Invalid || !strings.Contains(r.Report.Text(), "示例甲一人力资源有限公司") {
		t.Errorf("%v\n%s", err, r.Report.Text())
	}
	if all, err := s.Read(t.Context()).Imports(10); err != nil || len(all) != 1 {
		t.Errorf("imports: %v, %v; a refused file leaves nothing", all, err)
	}
}

// Facts: a correction is a newer row, the older truth stays; the same day twice is a revision.
func TestFactsAreCorrectedNotEdited(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		mustApply(t, s, "firms", firmHeader+firmOne)
		row := func(rank, known string) string {
			return "统一社会信用代码,类别,编号,日期,年度,名次,首次,报送日期\n91330702MA2TE5T01Y,全省百强,,2024-09-18,2024," + rank + ",是," + known + "\n"
		}
		for _, c := range []struct {
			rank, known   string
			new, corr, ok int
		}{{"100", "2024-09-28", 1, 0, 0}, {"101", "2024-10-08", 0, 1, 0}, {"99", "2024-10-08", 0, 1, 0}, {"100", "2024-09-30", 0, 0, 1}} {
			got := mustApply(t, s, "facts", row(c.rank, c.known))
			if got.New != c.new || got.Corrected != c.corr || got.Same != c.ok {
				t.Errorf("rank %s known %s: %+v", c.rank, c.known, got)
			}
		}
		r, err := apply(t, s, "facts", row("98", "2024-09-30"), sheets.Options{})
		if models.CodeOf(err) != models.Invalid || !strings.Contains(r.Report.Text(), "请核对报送日期；要更正请重新报送，报送日期不得早于 2024年10月8日\n") {
			t.Errorf("rewriting history: %v\n%s", err, r.Report.Text())
		}
		org, err := s.Read(t.Context()).OrganisationByCode("91330702MA2TE5T01Y")
		if err != nil {
			t.Fatal(err)
		}
		rows, err := s.Read(t.Context()).FactRows([]int64{org.ID}, []string{"top100"})
		if err != nil || len(rows) != 3 || rows[2].Rev != 1 || rows[2].Attrs != `{"first_time":true,"rank":99,"year":2024}` || rows[0].FactKey != "2024" {
			t.Errorf("%+v, %v", rows, err)
		}
	})
}

// The first roster needs two people; later ones are only asked for.
func TestRosterNeedsTwoPeople(t *testing.T) {
	s := modelstest.New(t)
	mustApply(t, s, "firms", firmHeader+firmOne)
	header := "成员编号,姓名,角色,统一社会信用代码,报送日期\n"
	if _, err := apply(t, s, "members", header+"a1,示例甲,经办,,2023-09-01\na1,示例甲,复核,,2023-09-01\n", sheets.Options{}); models.CodeOf(err) != models.Invalid {
		t.Errorf("one person with both roles: %v", err)
	}
	mustApply(t, s, "members", header+"a1,示例甲,经办,,2023-09-01\nb1,示例乙,复核,,2023-09-01\n")
	contact := header + "c1,示例丙,企业联系人,91330702MA2TE5T01Y,2023-09-02\n"
	r, err := apply(t, s, "members", contact, sheets.Options{})
	if err != nil || len(r.Roster) != 1 || r.Roster[0].Role != models.Contact || r.Roster[0].OrgID == 0 {
		t.Errorf("%+v, %v", r.Roster, err)
	}
	if _, err := s.Read(t.Context()).MemberByCode("c1"); models.CodeOf(err) != models.NotFound {
		t.Errorf("the contact is there before two people said so: %v", err)
	}
	if r, err = apply(t, s, "members", contact, sheets.Options{}); err != nil || r.Already || len(r.Roster) != 1 {
		t.Errorf("asking again: %v, already %v, roster %v", err, r.Already, r.Roster)
	}
}

// Who waits for a large file sees the rows being written, not only being read.
func TestWritingAFileCanBeWatched(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		mustApply(t, s, "firms", firmHeader+firmOne)
		var text strings.Builder
		text.WriteString(monthHeader)
		for i := range 90 {
			fmt.Fprintf(&text, "示例庚一制造有限公司,%s,示例人,%s,%d%02d,正常,,2040-01-15\n", employer, person, 2023+i/12, i%12+1)
		}
		f := read(t, "insurance", "insurance.csv", []byte(text.String()), sheets.Options{})
		var batches []int
		ctx := models.Watch(t.Context(), func(rows int) { batches = append(batches, rows) })
		err := s.InTx(ctx, func(tx *models.Tx) error {
			_, err := sheets.Apply(tx, f, sheets.Origin{Actor: models.System, SHA: "x", Now: 1})
			return err
		})
		total := 0
		for _, n := range batches {
			total += n
		}
		if err != nil || len(batches) < 3 || total < 90 {
			t.Errorf("%v, watched batches %v: want the import, the month set and its 90 covered months at least", err, batches)
		}
	})
}

package sheets_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"duixian/models"
	"duixian/models/modelstest"
	"duixian/policy"
	"duixian/sheets"
	"duixian/sheets/sheetstest"
)

const (
	firmA, firmB = "91330702MA2TE5T01Y", "91330702MA2TE5T1XN"
	idA, idB     = "330702199901010010", "330702199806300036"
)

// selectionTables are small right files of what selections read.
func selectionTables() []sheets.Table {
	table := func(kind, header string, rows ...string) sheets.Table {
		return sheets.Table{Name: kind, Header: strings.Split(header, ","), Rows: func(yield func([]string) bool) {
			for _, row := range rows {
				if !yield(strings.Split(row, ",")) {
					return
				}
			}
		}}
	}
	return []sheets.Table{
		table("nominees", "评选,评选年度,候选编号,候选企业名称,姓名,证件号码,区县,引才成效人数,推荐理由,报送日期",
			"引才精英,2026,GR00000001,,示例甲,"+idA+",婺城区,21,示例理由,2026-08-03", "引才精英,2026,GR00000002,,示例乙,"+idB+",义乌市,,,2026-08-03",
			"骨干企业,2026,"+firmA+",示例人力资源有限公司,,,,,示例理由,2026-08-03"),
		table("jury-scores", "评选,评选年度,评委编号,候选编号,利害关系,评分,报送日期",
			"引才精英,2026,PW01,,无,,2026-08-03", "引才精英,2026,PW01,GR00000001,无,85.5,2026-08-03", "引才精英,2026,PW02,GR00000001,回避,,2026-08-03"),
		table("opinions", "评选,评选年度,部门,候选编号,候选名称,意见,说明,报送日期",
			"骨干企业,2026,税务,"+firmA+",示例人力资源有限公司,同意,,2026-08-03", "骨干企业,2026,信用,"+firmA+",示例人力资源有限公司,不同意,示例说明,2026-08-03"),
	}
}

// bring imports rows of a kind and returns the report; in is false when it was refused.
func bring(t *testing.T, s *models.Store, kind, header string, rows ...string) (report *sheets.Report, in bool) {
	t.Helper()
	body := []byte(header + "\n" + strings.Join(rows, "\n") + "\n")
	f := read(t, kind, kind+".csv", body, sheets.Options{KnownOn: 20260803})
	err := s.InTx(t.Context(), func(tx *models.Tx) error {
		result, err := sheets.Apply(tx, f, sheets.Origin{Actor: models.Actor{Member: "jb01"}, SHA: models.FileSHA(body), Now: policy.InstantOf(policy.Date(20260803).At(10, 0))})
		report = result.Report
		return err
	})
	if err != nil && models.CodeOf(err) != models.Invalid {
		t.Fatal(err)
	}
	return report, err == nil
}

func wants(t *testing.T, r *sheets.Report, in bool, want string) {
	t.Helper()
	if in || !strings.Contains(r.Text(), want) {
		t.Errorf("want a refusal that says %q; in: %v\n%s", want, in, r.Text())
	}
}

const (
	firmsHeader   = "机构名称,统一社会信用代码,区县,机构类型,许可或备案,许可证号,独立法人,经营状态,生效日期"
	nomineeHeader = "评选,评选年度,候选编号,姓名,证件号码,区县,引才成效人数,作废,报送日期"
	juryHeader    = "评选,评选年度,评委编号,候选编号,利害关系,评分,作废,报送日期"
	opinionHeader = "评选,评选年度,部门,候选编号,意见,说明,作废,报送日期"
)

// A person who is proposed: the number of the bureau is theirs alone, the name is shown in its first character only, and nothing that names them is in the clear.
func TestNomineesWhoArePersons(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		one := "引才精英,2026,GR00000001,示例甲," + idA + ",婺城区,21,,"
		if r, in := bring(t, s, "nominees", nomineeHeader, one); !in || r.Changes.New != 1 {
			t.Fatal(r.Text())
		}
		if r, in := bring(t, s, "nominees", nomineeHeader, one, ""); !in || r.Changes.Same != 1 || r.Changes.New+r.Changes.Corrected != 0 {
			t.Error(r.Text())
		}
		r, in := bring(t, s, "nominees", nomineeHeader, "引才精英,2026,GR00000001,示例乙,"+idB+",婺城区,21,,")
		wants(t, r, in, "编号 GR00000001 已经是另一个人的")
		r, in = bring(t, s, "nominees", nomineeHeader, "引才精英,2026,GR00000009,示例甲,"+idA+",婺城区,21,,")
		wants(t, r, in, "这个人已有编号 GR00000001")
		r, in = bring(t, s, "nominees", nomineeHeader, "引才精英,2026,GR00000002,示例乙,"+idB+",婺城区,21,,", "引才精英,2028,GR00000003,示例乙,"+idB+",婺城区,21,,")
		wants(t, r, in, "这个人已有编号 GR00000002")
		r, in = bring(t, s, "nominees", nomineeHeader, "骨干企业,2026,"+firmA+",,,,,,")
		wants(t, r, in, firmA)
		r, in = bring(t, s, "nominees", nomineeHeader, "引才精英,2024,GR00000001,示例甲,"+idA+",婺城区,21,是,")
		wants(t, r, in, "无法作废")
		if r, in := bring(t, s, "nominees", nomineeHeader, "引才精英,2026,GR00000001,示例甲,"+idA+",婺城区,22,,2026-08-04"); !in || r.Changes.Corrected != 1 {
			t.Error(r.Text())
		}
		q := s.Read(t.Context())
		for day, want := range map[policy.Date]int{20260803: 21, 20260804: 22} {
			list, err := q.Nominees(models.Elite, 2026, day)
			if err != nil || len(list) != 1 || *list[0].Recruits != want {
				t.Fatal(day, list, err)
			}
		}
		list, _ := q.Nominees(models.Elite, 2026, 20260804)
		name, number, err := q.NomineePublic(list[0])
		if err != nil || name != "示例甲" || number != "3307**********0010" {
			t.Errorf("%s %s: %v", name, number, err)
		}
		org, err := q.OrganisationByCode("GR00000001")
		if err != nil || org.Name != "示**（GR00000001）" || org.Kind != "个人" {
			t.Errorf("%+v: %v", org, err)
		}
		everything := dump(t, s)
		for _, secret := range []string{"示例甲", idA} {
			if strings.Contains(everything, secret) {
				t.Errorf("%s stands in the database", secret)
			}
		}
		if r, in := bring(t, s, "nominees", nomineeHeader, "引才精英,2026,GR00000001,示例甲,"+idA+",婺城区,22,是,2026-08-05"); !in {
			t.Error(r.Text())
		}
		if list, err := q.Nominees(models.Elite, 2026, 20260805); err != nil || len(list) != 0 {
			t.Error(list, err)
		}
	})
}

// dump is all text of the tables that nominations write.
func dump(t *testing.T, s *models.Store) string {
	t.Helper()
	pool := modelstest.Raw(t, s)
	defer pool.Close() //nolint:errcheck // read only
	var b strings.Builder
	for _, table := range []string{"nominees", "people", "organisations", "facts", "audit_log", "imports"} {
		rows, err := pool.QueryContext(t.Context(), "SELECT * FROM "+table)
		if err != nil {
			t.Fatal(err)
		}
		columns, _ := rows.Columns()
		for rows.Next() {
			cells, into := make([]any, len(columns)), make([]any, len(columns))
			for i := range cells {
				into[i] = &cells[i]
			}
			if err := rows.Scan(into...); err != nil {
				t.Fatal(err)
			}
			for _, c := range cells {
				if raw, ok := c.([]byte); ok {
					c = string(raw)
				}
				fmt.Fprintln(&b, c)
			}
		}
		if err := rows.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

func TestJuryScoresComeInSealed(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		if _, in := bring(t, s, "nominees", nomineeHeader, "引才精英,2026,GR00000001,示例甲,"+idA+",婺城区,21,,"); !in {
			t.Fatal("no candidate")
		}
		r, in := bring(t, s, "jury-scores", juryHeader, "引才精英,2026,PW01,GR00000007,无,80,,")
		wants(t, r, in, "GR00000007")
		rows := []string{"引才精英,2026,PW01,,无,,,", "引才精英,2026,PW02,,无,,,", "引才精英,2026,PW03,,无,,,", "引才精英,2026,PW01,GR00000001,无,85.5,,", "引才精英,2026,PW02,GR00000001,无,90,,"}
		if r, in := bring(t, s, "jury-scores", juryHeader, rows...); !in || r.Changes.New != 5 {
			t.Fatal(r.Text())
		}
		if r, in := bring(t, s, "jury-scores", juryHeader, append(rows, "")...); !in || r.Changes.Same != 5 {
			t.Error(r.Text()) // equal points are known to be equal without being read
		}
		if r, in := bring(t, s, "jury-scores", juryHeader, "引才精英,2026,PW01,GR00000001,无,85.51,,2026-08-04"); !in || r.Changes.Corrected != 1 {
			t.Error(r.Text())
		}
		j, err := s.Read(t.Context()).Jury(models.Elite, 2026, []string{"GR00000001"}, 20260804)
		if err != nil || len(j.Jurors) != 3 || !slices.Equal(j.Waiting(), []string{"PW03/GR00000001"}) {
			t.Fatal(j, err)
		}
		for _, v := range j.Votes {
			if v.Points != 0 {
				t.Errorf("%s is open", v.Juror)
			}
		}
		if _, in := bring(t, s, "jury-scores", juryHeader, "引才精英,2026,PW03,GR00000001,无,80.00,,2026-08-04"); !in {
			t.Fatal("the last vote")
		}
		j, err = s.Read(t.Context()).Jury(models.Elite, 2026, []string{"GR00000001"}, 20260804)
		if err != nil {
			t.Fatal(err)
		}
		averages, err := j.Averages()
		if err != nil || averages["GR00000001"] != 85_170_000 {
			t.Error(averages, err)
		}
	})
}

func TestOpinionsAnswerARound(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		if r, in := bring(t, s, "firms", firmsHeader, "示例一号人力资源有限公司,"+firmA+",婺城区,企业,许可,SL0001,是,正常,2023-01-01"); !in {
			t.Fatal(r.Text())
		}
		agree := "骨干企业,2026,税务," + firmA + ",同意,,,"
		r, in := bring(t, s, "opinions", opinionHeader, agree)
		wants(t, r, in, "2026年度没有启动过骨干企业评选")
		err := s.InTx(t.Context(), func(tx *models.Tx) error {
			_, err := tx.OpenRound(models.Round{Kind: models.Backbone, Year: 2026}, models.RoundStep{On: 20260801, Actor: models.System})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if r, in := bring(t, s, "opinions", opinionHeader, agree, "骨干企业,2026,财政,"+firmA+",,,,"); !in || r.Changes.New != 1 || r.Warned != 1 {
			t.Fatal(r.Text())
		}
		r, in = bring(t, s, "opinions", opinionHeader, "骨干企业,2026,税务,"+firmB+",同意,,,")
		wants(t, r, in, firmB)
		if _, in := bring(t, s, "opinions", opinionHeader, "骨干企业,2026,税务,"+firmA+",不同意,欠税未缴,,2026-08-10"); !in {
			t.Fatal("an office that thought again")
		}
		for day, want := range map[policy.Date]models.Verdict{20260803: models.Agree, 20260810: models.Disagree} {
			said, err := s.Read(t.Context()).Opinions(models.Backbone, 2026, day)
			if err != nil || said[models.Tax][firmA].Verdict != want || len(said[models.Finance]) != 0 {
				t.Errorf("%s: %v, %v", day, said, err)
			}
		}
	})
}

// A sheet that goes out filled in comes back as it went: what we filled in is read, the drop-down offers the three verdicts, and an office that sends it back
// untouched has answered nothing.
func TestTheOpinionSheetGoesOutAndComesBack(t *testing.T) {
	d, _ := sheets.Lookup("opinions")
	rows := [][]any{
		{"骨干企业", 2026, "税务", firmA, "示例一号人力资源有限公司", nil, nil, nil, nil},
		{"骨干企业", 2026, "税务", firmB, "=1+1", nil, nil, nil, nil},
	}
	var out bytes.Buffer
	if err := d.Filled(&out, nil, rows); err != nil {
		t.Fatal(err)
	}
	f := read(t, "opinions", "a.xlsx", out.Bytes(), sheets.Options{KnownOn: 20260803})
	if r := f.Report; !r.OK() || r.Rows != 2 || r.Warned != 2 || len(f.Records.Opinions) != 0 {
		t.Error(r.Text())
	}
	book := sheetstest.Book(t, out.Bytes())
	if text, _ := book.GetCellValue(d.Name, "E3"); text != "=1+1" {
		t.Errorf("a name that looks like a formula came out as %q", text)
	}
	for _, cell := range []string{"F2", "F3"} {
		if err := book.SetCellStr(d.Name, cell, "同意"); err != nil {
			t.Fatal(err)
		}
	}
	var back bytes.Buffer
	if err := book.Write(&back); err != nil {
		t.Fatal(err)
	}
	f = read(t, "opinions", "a.xlsx", back.Bytes(), sheets.Options{KnownOn: 20260803})
	if r := f.Report; !r.OK() || r.Rows != 2 || len(r.Findings) != 0 || len(f.Records.Opinions) != 2 || f.Records.Opinions[1].Verdict != "agree" {
		t.Error(r.Text())
	}
	if err := d.Filled(&out, nil, [][]any{{1.5}}); err == nil {
		t.Error("a number that is not whole was written")
	}
}

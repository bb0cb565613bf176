package sheets_test

import (
	"strings"
	"testing"

	"duixian/models"
	"duixian/models/modelstest"
	"duixian/policy"
	"duixian/sheets"
)

const externalHeader = "统一社会信用代码,类别,编号,证件号码,政策名称,核定日期,奖补金额（元）,已付金额（元）,企业选择,作废,报送日期\n"

// Awards of other policies are kept like facts: the newest known counts, history is not rewritten, persons are keys and never numbers.
func TestAwardsOfOtherPolicies(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		mustApply(t, s, "firms", firmHeader+firmOne)
		row := func(rest string) string { return externalHeader + "91330702MA2TE5T01Y," + rest + "\n" }
		first := row("高新技术企业,GR1,,示例科技奖补办法,2024-06-30,,,,,2024-07-01")
		if c := mustApply(t, s, "external", first); c.New != 1 {
			t.Errorf("%+v", c)
		}
		if c := mustApply(t, s, "external", first+"\n"); c.Same != 1 || c.New+c.Corrected != 0 {
			t.Errorf("the same again: %+v", c)
		}
		if c := mustApply(t, s, "external", row("高新技术企业,GR1,,示例科技奖补办法,2024-06-30,200000,,本意见,,2024-08-01")); c.Corrected != 1 {
			t.Errorf("a later word: %+v", c)
		}
		if c := mustApply(t, s, "external", row("引进人员,,"+person+",示例引才办法,2024-06-30,1000,1000,,,2024-08-01")); c.New != 1 {
			t.Errorf("a person: %+v", c)
		}
		for _, bad := range []struct{ row, say string }{
			{"高新技术企业,GR1,,示例科技奖补办法,2024-06-30,300000,,,,2024-07-15", "不能改写更早的历史"},
			{"高新技术企业,GR9,,示例科技奖补办法,2024-06-30,300000,,,是,2024-09-01", "以前没有报过这一条"},
		} {
			r, err := apply(t, s, "external", row(bad.row), sheets.Options{})
			if models.CodeOf(err) != models.Invalid || !strings.Contains(r.Report.Text(), bad.say) {
				t.Errorf("%s: %v\n%s", bad.row, err, r.Report.Text())
			}
		}
		r, err := apply(t, s, "external", strings.Replace(first, "91330702MA2TE5T01Y", "91330702MA2TE5T1XN", 1), sheets.Options{})
		if models.CodeOf(err) != models.Invalid || !strings.Contains(r.Report.Text(), "91330702MA2TE5T1XN") {
			t.Errorf("of nobody we know: %v\n%s", err, r.Report.Text())
		}
		org, err := s.Read(t.Context()).OrganisationByCode("91330702MA2TE5T01Y")
		if err != nil {
			t.Fatal(err)
		}
		for on, want := range map[int]int{20240630: 0, 20240701: 1, 20240801: 2} {
			known, err := s.Read(t.Context()).ExternalAwards([]int64{org.ID}, policy.Date(on))
			if err != nil || len(known[org.ID]) != want {
				t.Errorf("known on %d: %+v, %v; want %d", on, known, err, want)
			}
			for _, e := range known[org.ID] {
				if e.Kind == "hightech" && (e.AmountKnown != (on == 20240801) || e.Choice != map[bool]string{true: models.ChoseOurs}[on == 20240801]) {
					t.Errorf("on %d: %+v", on, e)
				}
				if strings.Contains(e.FactKey, person) || e.Kind == models.PersonKind && len(e.FactKey) != 64 {
					t.Errorf("a person is kept as %q", e.FactKey)
				}
			}
		}
		if c := mustApply(t, s, "external", row("高新技术企业,GR1,,示例科技奖补办法,2024-06-30,,,,是,2024-09-01")); c.Corrected != 1 {
			t.Errorf("taken back: %+v", c)
		}
		if known, err := s.Read(t.Context()).ExternalAwards([]int64{org.ID}, 20240901); err != nil || len(known[org.ID]) != 1 {
			t.Errorf("after it was taken back: %+v, %v", known, err)
		}
	})
}

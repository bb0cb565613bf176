package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// files are the rows of each file, a row as the cells that are not empty: "报送日期=2024-01-10".
type files map[string][]string

// play writes the rows as files and replays them from the first day of the policy to the given one.
func play(t *testing.T, f files, to day) totals {
	t.Helper()
	dir := t.TempDir()
	for _, kind := range []string{"firms", "key-enterprises", "recruits", "insurance", "listings", "facts", "events", "park-assessments"} {
		var header []string
		var rows []map[string]string
		for _, text := range f[kind] {
			row := map[string]string{}
			for cell := range strings.FieldsSeq(text) {
				name, value, _ := strings.Cut(cell, "=")
				row[name] = value
				if !slices.Contains(header, name) {
					header = append(header, name)
				}
			}
			rows = append(rows, row)
		}
		text := "\ufeff" + strings.Join(header, ",") + "\n"
		for _, row := range rows {
			cells := make([]string, len(header))
			for i, name := range header {
				cells[i] = row[name]
			}
			text += strings.Join(cells, ",") + "\n"
		}
		if len(header) == 0 {
			text = "报送日期\n"
		}
		if err := os.WriteFile(filepath.Join(dir, kind+".csv"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	b, err := load(dir)
	if err != nil {
		t.Fatal(err)
	}
	r := newReplay(b, newCalendar(), fiveYears("2023-09-01"))
	r.run("2023-09-01", to)
	return r.totals("2023-09-01", to)
}

// firm is a registration without a blemish.
func firm(code string) string {
	return "统一社会信用代码=" + code + " 区县=婺城区 机构类型=企业 许可或备案=备案 独立法人=是 经营状态=正常 生效日期=2020-01-01 报送日期=2023-09-01"
}

func fact(code, kind, key, on, known string, more ...string) string {
	return fmt.Sprintf("统一社会信用代码=%s 类别=%s 编号=%s 日期=%s 报送日期=%s ", code, kind, key, on, known) + strings.Join(more, " ")
}

// check compares the award lines, each as "item key amount approved: no amount due state, …".
func check(t *testing.T, got totals, want ...string) {
	t.Helper()
	var lines []string
	for _, l := range got.Lines {
		cells := []string{l.Item, l.Key, l.Amount, string(l.Approved) + ":"}
		for _, p := range l.Instalments {
			cells = append(cells, p.Amount, string(p.Due), string(p.State))
		}
		lines = append(lines, strings.Join(cells, " "))
	}
	if !slices.Equal(lines, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(lines, "\n"), strings.Join(want, "\n"))
	}
}

// hires makes n graduates hired on 2024-03-05, insured by one client from March to August 2024.
func hires(n int) files {
	f := files{
		"firms":           {firm("91A")},
		"key-enterprises": {"统一社会信用代码=91K 列入日期=2023-07-01 报送日期=2023-09-01"},
	}
	for i := range n {
		f["recruits"] = append(f["recruits"], fmt.Sprintf("引进机构代码=91A 用人单位代码=91K 证件号码=P%03d 人才类别=大学生 入职日期=2024-03-05 已享受其他奖补=否 报送日期=2024-04-10", i))
		for m := 3; m <= 8; m++ {
			f["insurance"] = append(f["insurance"], insured(fmt.Sprintf("P%03d", i), fmt.Sprintf("2024-%02d", m), fmt.Sprintf("2024-%02d-15", m+1)))
		}
	}
	return f
}

func insured(person, m, known string) string {
	return fmt.Sprintf("单位代码=91K 证件号码=%s 险种=企业职工基本养老保险 缴费年月=%s 状态=正常 到账月份=%s 报送日期=%s", person, m, m, known)
}

func TestTwentyRecruits(t *testing.T) {
	got := play(t, hires(20), "2025-12-31")
	check(t, got, "recruit-headcount 2024 10000.00 2025-07-22: 10000.00 2025-07-22 due") // 20 July 2025 is a Sunday
	if got.Awarded != "10000.00" || got.ByClause["三（七）"].Amount != "10000.00" || got.ByYear["2025"].Awards != 1 {
		t.Errorf("totals: %+v", got)
	}
}

// Twenty people of whom nobody had heard on 20 July, or on that of the year after, are found in the night that hears of them.
func TestTwentyRecruitsReportedTooLateForTheYearlyJob(t *testing.T) {
	for known, want := range map[string]string{"2025-09-01": "2025-09-02", "2026-08-03": "2026-08-04"} {
		f := hires(20)
		for i := range f["recruits"] {
			f["recruits"][i] = strings.Replace(f["recruits"][i], "报送日期=2024-04-10", "报送日期="+known, 1)
		}
		check(t, play(t, f, "2026-12-31"), "recruit-headcount 2024 10000.00 "+want+": 10000.00 "+want+" due")
	}
}

func TestNineteenRecruits(t *testing.T) {
	check(t, play(t, hires(19), "2025-12-31"))
}

func TestTwentiethRecruitTakenBackOrReportedTwice(t *testing.T) {
	f := hires(20)
	f["insurance"] = append(f["insurance"],
		"单位代码=91K 证件号码=P007 险种=企业职工基本养老保险 缴费年月=2024-05 状态=撤销 报送日期=2024-12-15")
	check(t, play(t, f, "2025-12-31"))

	f = hires(20)
	f["firms"] = append(f["firms"], firm("91B"))
	f["recruits"] = append(f["recruits"], "引进机构代码=91B 用人单位代码=91K 证件号码=P007 人才类别=大学生 入职日期=2024-03-01 已享受其他奖补=否 报送日期=2024-05-10")
	check(t, play(t, f, "2025-12-31"))
}

func TestClientCorrectedAfterwards(t *testing.T) {
	f := hires(20) // P007 was brought to another enterprise of the list, which never insured them
	f["key-enterprises"] = append(f["key-enterprises"], "统一社会信用代码=91L 列入日期=2023-07-01 报送日期=2023-09-01")
	f["recruits"] = append(f["recruits"], "引进机构代码=91A 用人单位代码=91L 证件号码=P007 人才类别=大学生 入职日期=2024-03-05 已享受其他奖补=否 报送日期=2024-06-10")
	for m := 3; m <= 8; m++ {
		f["insurance"] = append(f["insurance"], fmt.Sprintf("单位代码=91L 缴费年月=2024-%02d 状态=无参保人员 报送日期=2024-%02d-15", m, m+1))
	}
	check(t, play(t, f, "2025-12-31"))
}

func TestLateInsuranceIsPaidWhenItArrives(t *testing.T) {
	f := hires(20)
	for i, row := range f["insurance"] { // one payer month comes a year late: unknown, not a gap
		f["insurance"][i] = strings.Replace(row, "2024-09-15", "2025-09-15", 1)
	}
	got := play(t, f, "2025-08-31")
	check(t, got)
	if got.Claims[stateData] != 1 {
		t.Errorf("before the month is known: %v", got.Claims)
	}
	check(t, play(t, f, "2025-12-31"), "recruit-headcount 2024 10000.00 2025-09-16: 10000.00 2025-09-16 due")
}

// The firm is on the list over New Year 2026: the second stage waits and is released by two people after the removal.
func TestHeadquartersStages(t *testing.T) {
	f := files{
		"firms": {firm("91A")},
		"facts": {fact("91A", "总部落户", "Z1", "2024-03-20", "2024-03-30", "榜单=世界500强、中国500强 集团名称=示例集团 正常运营起始日=2023-03-21")},
		"listings": {
			"统一社会信用代码=91A 名单=严重失信主体名单 列入日期=2025-11-10 报送日期=2025-11-20",
			"统一社会信用代码=91A 名单=严重失信主体名单 列入日期=2025-11-10 移出日期=2026-03-03 报送日期=2026-03-05",
		},
	}
	const award = "hq-settle-global500 Z1 3000000.00 2024-04-02: 1200000.00 2024-04-02 due " // known on a Saturday
	check(t, play(t, f, "2025-12-31"), award+"900000.00 2025-01-01 due 900000.00 2026-01-01 scheduled")
	check(t, play(t, f, "2026-03-05"), award+"900000.00 2025-01-01 due 900000.00 2026-01-01 held")
	check(t, play(t, f, "2026-03-06"), award+"900000.00 2025-01-01 due 900000.00 2026-01-01 due")
}

func TestNoStarOfTheYearBefore(t *testing.T) {
	f := files{
		"firms": {firm("91A"), firm("91B")},
		"facts": {
			fact("91A", "星级评定", "2024", "2024-07-31", "2024-08-01", "年度=2024 星级=0"),
			fact("91A", "高新技术企业", "G1", "2024-12-06", "2024-12-16"), // still unrated in 2023
			fact("91A", "全省百强", "2025", "2025-09-18", "2025-09-28", "年度=2025 名次=7"),
			fact("91B", "星级评定", "2024", "2024-07-31", "2024-08-01", "年度=2024 星级=1"),
			fact("91B", "全省百强", "2025", "2025-09-18", "2025-09-28", "年度=2025 名次=8"),
		},
	}
	check(t, play(t, f, "2026-12-31"),
		"hightech-first G1 1000000.00 2024-12-17: 1000000.00 2024-12-17 due",
		"province-top100-first 2025 200000.00 2025-09-29: 200000.00 2025-09-29 due")
}

func TestBoothCapOfTheYear(t *testing.T) {
	f := files{"firms": {firm("91A")}}
	for i := range 6 { // 19,500.00 (half of 39,000.01, cut) and four times 20,000 leave 500 of the year
		f["events"] = append(f["events"], fact("91A", "展位", fmt.Sprintf("B%d", i), fmt.Sprintf("2025-%02d-10", i+1),
			fmt.Sprintf("2025-%02d-20", i+1), "境外=是 展位费（元）="+map[bool]string{true: "39000.01", false: "50000"}[i == 0]))
	}
	f["events"] = append(f["events"], fact("91A", "展位", "B9", "2026-01-10", "2026-01-20", "境外=否 展位费（元）=9000.00"))
	got := play(t, f, "2026-12-31")
	var amounts []string
	for _, l := range got.Lines {
		amounts = append(amounts, l.Key+" "+l.Amount)
	}
	want := []string{"B9 4500.00", "B0 19500.00", "B1 20000.00", "B2 20000.00", "B3 20000.00", "B4 20000.00", "B5 500.00"}
	if !slices.Equal(amounts, want) {
		t.Errorf("got %v, want %v", amounts, want)
	}
}

// A correction is the same fact: it moves the claim to another item, out of the validity or above the ceiling, also
// between the plan and its approval; what is awarded stays the only award.
func TestCorrections(t *testing.T) {
	f := files{
		"firms": {firm("91A")},
		"events": {
			fact("91A", "展位", "B1", "2025-03-03", "2025-03-04", "境外=否 展位费（元）=16000"),
			fact("91A", "展位", "B1", "2025-03-03", "2025-03-05", "境外=是 展位费（元）=30000"),
			fact("91A", "展位", "B2", "2025-03-03", "2025-03-04", "境外=否 展位费（元）=16000"),
			fact("91A", "展位", "B2", "2025-03-03", "2025-04-08", "境外=是 展位费（元）=30000"),
			fact("91A", "活动", "E1", "2025-03-03", "2025-03-04", "参加企业数=60 参加人数=150 核定金额（元）=100000"),
			fact("91A", "活动", "E1", "2025-03-03", "2025-03-05", "参加企业数=60 参加人数=150 核定金额（元）=150000"),
			fact("91A", "活动", "E2", "2028-08-31", "2028-09-11", "参加企业数=60 参加人数=150 核定金额（元）=40000"),
			fact("91A", "活动", "E2", "2028-09-01", "2028-09-12", "参加企业数=60 参加人数=150 核定金额（元）=40000"),
		},
	}
	check(t, play(t, f, "2028-12-31"),
		"expo-booth-domestic B2 8000.00 2025-03-05: 8000.00 2025-03-05 due",
		"expo-booth-overseas B1 15000.00 2025-03-07: 15000.00 2025-03-07 due")
}

func TestOneSpecialtyListOnly(t *testing.T) {
	f := files{
		"firms": {firm("91A")},
		"facts": {
			fact("91A", "单项十强", "2024-猎头", "2024-09-18", "2024-09-28", "年度=2024 榜单=猎头 名次=10"),
			fact("91A", "单项十强", "2024-派遣", "2024-09-19", "2024-09-28", "年度=2024 榜单=派遣 名次=1"),
			fact("91A", "单项十强", "2025-测评", "2025-09-18", "2025-09-28", "年度=2025 榜单=测评 名次=1"),
		},
	}
	check(t, play(t, f, "2026-12-31"), "specialty-top10-first 2024-猎头 50000.00 2024-09-30: 50000.00 2024-09-30 due")
}

// Known on Tuesday 2025-09-30, the last working day before eight days off; known on 2 October: one working day later.
func TestApprovalAfterTheHolidays(t *testing.T) {
	f := files{
		"firms": {firm("91A"), firm("91B")},
		"facts": {
			fact("91A", "高新技术企业", "G1", "2025-09-20", "2025-09-30"),
			fact("91B", "高新技术企业", "G2", "2025-09-22", "2025-10-02"),
		},
	}
	check(t, play(t, f, "2025-12-31"),
		"hightech-first G1 1000000.00 2025-10-09: 1000000.00 2025-10-09 due",
		"hightech-first G2 1000000.00 2025-10-10: 1000000.00 2025-10-10 due")
}

func TestInsuredMonths(t *testing.T) {
	for _, v := range []struct {
		months string
		want   int
	}{
		{"2025-03 2025-04 2025-05 2025-06 2025-07 2025-08", 6},
		{"2025-03 2025-04 2025-05 2025-06 2025-07", 5},
		{"2025-03 2025-04 2025-05 2025-07 2025-08 2025-09", 3},
		{"2025-10 2025-11 2025-12 2026-01 2026-02 2026-03", 6},
		{"2026-02 2026-03 2026-04 2026-05 2026-06 2026-07", 0},
	} {
		b := newBureau()
		for m := month("2025-01"); m < "2026-12"; m = m.add(1) {
			b.addInsurance(line{"单位代码": "91K", "缴费年月": string(m), "状态": "无参保人员", "报送日期": "2026-12-31"})
		}
		for m := range strings.FieldsSeq(v.months) {
			b.addInsurance(line{
				"单位代码": "91K", "证件号码": "P", "险种": "企业职工基本养老保险", "缴费年月": m, "状态": "正常", "到账月份": m, "报送日期": "2026-12-31",
			})
		}
		h := &recruit{recruitKey: recruitKey{"91A", "P", "2025-03-05"}}
		h.rows.add("2025-04-10", line{"用人单位代码": "91K"})
		if got, possible := b.insuredMonths(h, "2026-12-31"); got != v.want || possible != v.want {
			t.Errorf("%s: %d to %d months, want %d", v.months, got, possible, v.want)
		}
	}
}

func TestLatePostedMonthsDoNotCount(t *testing.T) {
	b := newBureau()
	for i, posted := range []string{"2025-04", "2025-05", "2025-07", "2025-06", "2025-07", "2025-08"} {
		m := month("2025-03").add(i)
		b.addInsurance(line{
			"单位代码": "91K", "证件号码": "P", "险种": "企业职工基本养老保险", "缴费年月": string(m), "状态": "补缴", "到账月份": posted, "报送日期": "2025-12-15",
		})
	}
	h := &recruit{recruitKey: recruitKey{"91A", "P", "2025-03-05"}}
	h.rows.add("2025-04-10", line{"用人单位代码": "91K"})
	if sure, _ := b.insuredMonths(h, "2025-12-31"); sure != 3 { // May is two months late
		t.Errorf("%d months, want 3", sure)
	}
	if sure, possible := b.insuredMonths(h, "2025-11-30"); sure != 0 || possible != 6 {
		t.Errorf("before the file came: %d to %d months", sure, possible)
	}
}

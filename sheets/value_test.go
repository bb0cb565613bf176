package sheets_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"duixian/policy"
	"duixian/sheets"
)

func TestParseDay(t *testing.T) {
	for in, want := range map[string]policy.Date{
		"2023-09-01": 20230901, "2023.9.1": 20230901, "2023/9/1": 20230901, "20230901": 20230901, "2023年9月1日": 20230901, "２０２３．９．１": 20230901,
		" 2023 年 9 月 1 号 ": 20230901, "45170": 20230901, "45170.0": 20230901, "45170.354166": 20230901, "2023-09-01 00:00:00": 20230901,
		"2023-09-01T08:30:00Z": 20230901, "2024-02-29": 20240229, "60000": 20640408, "'2023-9-1": 20230901, `="2023-09-01"`: 20230901,
	} {
		if got, err := sheets.ParseDay(in); err != nil || got != want {
			t.Errorf("%q: %v, %v; want %v", in, got, err, want)
		}
	}
	for _, in := range []string{
		"", "2023-02-29", "2023-13-01", "2023年9月", "202309", "2023.9", "23.9.1", "1", "99999", "12345678901", "2023-9-1-1", "九月一日", "2023-09-01 上午", "1.9.2023", "0023-09-01", "2023-09-0x",
	} {
		if got, err := sheets.ParseDay(in); err == nil {
			t.Errorf("%q is read as %v", in, got)
		}
	}
}

func TestParseMonth(t *testing.T) {
	for in, want := range map[string]policy.Month{
		"202309": 202309, "2023-09": 202309, "2023年9月": 202309, "2023.09": 202309, "2023/9": 202309, "2023.9": 202309, "2023.10": 202310, "2023-1": 202301, "2023年10月份": 0,
		"20230901": 202309, "2023-09-30": 202309, "45170": 202309, "２０２３年０９月": 202309,
	} {
		got, err := sheets.ParseMonth(in)
		if want == 0 && err == nil || want != 0 && (err != nil || got != want) {
			t.Errorf("%q: %v, %v; want %v", in, got, err, want)
		}
	}
	for _, in := range []string{"", "2023.1", "2023", "202313", "202300", "23.9", "9月", "2023年", "2023-9-31", "20239"} {
		if got, err := sheets.ParseMonth(in); err == nil {
			t.Errorf("%q is read as %v", in, got)
		}
	}
}

// Every way of writing a month or a day comes back as the same month or day.
func TestMonthsAndDaysComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		day := policy.Date(20000101).AddDays(rapid.IntRange(0, 36000).Draw(t, "day"))
		y, m, d := day.Year(), int(day)/100%100, day.Day()
		for _, form := range []string{"%d-%02d-%02d", "%d.%d.%d", "%d/%d/%d", "%d年%d月%d日", "%04d%02d%02d"} {
			text := fmt.Sprintf(form, y, m, d)
			if got, err := sheets.ParseDay(text); err != nil || got != day {
				t.Fatalf("%s: %v, %v", text, got, err)
			}
		}
		serial := policy.Date(18991230).DaysUntil(day)
		if got, err := sheets.ParseDay(fmt.Sprint(serial)); serial >= 30000 && serial <= 60000 && (err != nil || got != day) {
			t.Fatalf("serial %d: %v, %v", serial, got, err)
		}
		for _, form := range []string{"%d-%02d", "%04d%02d", "%d年%d月", "%d/%d", "%d.%02d"} {
			text := fmt.Sprintf(form, y, m)
			if got, err := sheets.ParseMonth(text); err != nil || got != day.Month() {
				t.Fatalf("%s: %v, %v", text, got, err)
			}
		}
	})
}

func TestParseAmount(t *testing.T) {
	for _, c := range []struct {
		in   string
		wan  bool
		want policy.Fen
	}{
		{"12000", false, 1200000},
		{"1,234.50", false, 123450},
		{"￥12.3", false, 1230},
		{"12元", false, 1200},
		{"12.5", true, 12500000},
		{"12.5万元", true, 12500000},
		{"123.456789", true, 123456789},
		{"0.0001", true, 100},
		{"-3", false, -300},
		{"0.30000000000000004", false, 30},
		{"1234567.8900000001", false, 123456789},
		{"12.300000000000001", true, 12300000},
		{"0.28999999999999998", false, 29},
		{"１２．５", true, 12500000},
	} {
		if got, err := sheets.ParseAmount(c.in, c.wan); err != nil || got != c.want {
			t.Errorf("%q wan=%v: %v, %v; want %v", c.in, c.wan, got, err, c.want)
		}
	}
	for _, c := range []struct {
		in  string
		wan bool
	}{{"12万元", false}, {"12元", true}, {"1.2E+07", false}, {"12.345", false}, {"123.4567891", true}, {"", false}, {"十二", false}, {"1-2", false}, {".", false}, {"99999999999999999999", false}} {
		if got, err := sheets.ParseAmount(c.in, c.wan); err == nil {
			t.Errorf("%q wan=%v is read as %v", c.in, c.wan, got)
		}
	}
}

func TestParseSmallValues(t *testing.T) {
	stars := map[string]int{"0": 0, "无星": 0, "3": 3, "三星级": 3, "3星": 3, "★★★": 3, "★★★☆☆": 3, "五星": 5, "５": 5}
	for in, want := range stars {
		if got, err := sheets.ParseStars(in); err != nil || got != want {
			t.Errorf("stars %q: %v, %v", in, got, err)
		}
	}
	for _, in := range []string{"6", "", "AAA", "★★★★★★", "未评"} {
		if got, err := sheets.ParseStars(in); err == nil {
			t.Errorf("stars %q is read as %d", in, got)
		}
	}
	percents := map[string]string{"80": "80", "80%": "80", "66.6": "66.6", "0.8%": "0.8", "100.00": "100", "0": "0", "1%": "1", "33.333333": "33.333333", "８０％": "80"}
	for in, want := range percents {
		if got, err := sheets.ParsePercent(in); err != nil || got != want {
			t.Errorf("percent %q: %v, %v", in, got, err)
		}
	}
	for _, in := range []string{"0.8", "1", "100.1", "120", "-5", "", "八成"} {
		if got, err := sheets.ParsePercent(in); err == nil {
			t.Errorf("percent %q is read as %s", in, got)
		}
	}
	counts := map[string]int{"51": 51, "51家": 51, "1,200 人": 1200, "3.0": 3, "第7名": 7, "0": 0}
	for in, want := range counts {
		if got, err := sheets.ParseCount(in); err != nil || got != want {
			t.Errorf("count %q: %v, %v", in, got, err)
		}
	}
	for _, in := range []string{"-1", "3.5", "约50", "", "99999999999"} {
		if got, err := sheets.ParseCount(in); err == nil {
			t.Errorf("count %q is read as %d", in, got)
		}
	}
	if got, err := sheets.ParseYear("2024年度"); err != nil || got != 2024 {
		t.Errorf("year: %v, %v", got, err)
	}
	for _, in := range []string{"24", "1999", "2024.5"} {
		if got, err := sheets.ParseYear(in); err == nil {
			t.Errorf("year %q is read as %d", in, got)
		}
	}
	for in, want := range map[string]bool{"是": true, "√": true, "Ｙ": true, "否": false, "×": false, "0": false} {
		if got, err := sheets.ParseYesNo(in); err != nil || got != want {
			t.Errorf("answer %q: %v, %v", in, got, err)
		}
	}
	if _, err := sheets.ParseYesNo("也许"); err == nil {
		t.Error("perhaps is an answer")
	}
}

func TestSameName(t *testing.T) {
	if a, b := sheets.SameName("示例（金华）人力资源有限公司"), sheets.SameName(" 示例(金华)人力资源 有限公司"); a != b {
		t.Errorf("%q and %q", a, b)
	}
}

// Whatever a cell holds, what is written to CSV is not a formula, and comes back as it was.
func TestHarmless(t *testing.T) {
	for _, evil := range []string{"=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", " =1", "\u00a0=1", "＝1", "＋1", "－1", "＠x", "a\n=1", "\r=1", "\x00=1", "-2+3+cmd|' /C calc'!A0"} {
		if got := sheets.Harmless(evil); !strings.HasPrefix(got, "'") {
			t.Errorf("%q is written as it is", evil)
		}
	}
	for _, good := range []string{"示例", "330702199901010010", "-3.00", "12.5", "2024-06-30", "", "a=b", "91330702MA2TE5T01Y"} {
		if got := sheets.Harmless(good); got != good {
			t.Errorf("%q becomes %q", good, got)
		}
	}
}

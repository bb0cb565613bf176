package policy_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"duixian/policy"
)

func TestResidentID(t *testing.T) {
	// The first two are the samples of the standard, the others are invented.
	for s, birth := range map[string]string{
		"11010519491231002X": "1949-12-31", "440524188001010014": "1880-01-01",
		"330702199901010010": "1999-01-01", "330702200002290026": "2000-02-29", "330702199806300036": "1998-06-30",
		" 11010519491231002x": "1949-12-31",
	} {
		id, err := policy.ParseResidentID(s)
		if err != nil || id.Birth().String() != birth {
			t.Errorf("%s: %v %s", s, err, id.Birth())
		}
	}
}

func TestResidentIDRefused(t *testing.T) {
	for s, want := range map[string]string{
		"330702199901010011":  "校验位不符",
		"330702990101001":     "15位旧号",
		"33070219990101001":   "现为17位",
		"3307021999010100100": "现为19位",
		"3.30702E+17":         "科学计数法",
		"330702199901010000":  "截断",
		"33070219990101OO10":  "18位",
		"33070219990229001X":  "出生日期不存在",
		"330702199913010018":  "出生日期不存在",
	} {
		if s[6:8] == "19" && len(s) == 18 && want == "出生日期不存在" {
			s = withCheck(s)
		}
		_, err := policy.ParseResidentID(s)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", s, err, want)
		}
		if err != nil && strings.Contains(err.Error(), "330702") {
			t.Errorf("%s: the error shows the number: %v", s, err)
		}
	}
}

// withCheck finds the check character that goes with the first 17 digits.
func withCheck(s string) string {
	for _, c := range "0123456789X" {
		if _, err := policy.ParseResidentID(s[:17] + string(c)); err == nil || !strings.Contains(err.Error(), "校验") {
			return s[:17] + string(c)
		}
	}
	panic("no check character fits")
}

func TestResidentIDOnDay(t *testing.T) {
	id, err := policy.ParseResidentID("330702199901010010")
	if err != nil {
		t.Fatal(err)
	}
	if id.CheckOn(policy.MustDate("1998-12-31")) == nil || id.CheckOn(policy.MustDate("1999-01-01")) != nil {
		t.Error("a birthday after the day must be refused, on the day not")
	}
	for on, warns := range map[string]bool{
		"2014-12-31": true, "2015-01-01": false, "2069-12-31": false, "2070-01-01": true,
	} {
		if got := id.WarningOn(policy.MustDate(on)) != ""; got != warns {
			t.Errorf("%s: warns %v, want %v", on, got, warns)
		}
	}
}

func TestResidentIDIsMasked(t *testing.T) {
	const number = "330702199901010010"
	id, _ := policy.ParseResidentID(number)
	j, _ := json.Marshal(map[string]any{"id": id})
	for _, s := range []string{fmt.Sprint(id), fmt.Sprintf("%+v %#v %s %q", id, id, id, id), string(j), id.LogValue().String()} {
		if strings.Contains(s, "19990101") || !strings.Contains(s, "3307**********0010") {
			t.Errorf("printed as %s", s)
		}
	}
	if id.Reveal() != number {
		t.Error("Reveal lost the number")
	}
}

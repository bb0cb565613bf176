package policy_test

import (
	"strings"
	"testing"

	"duixian/policy"
)

func TestCreditCodeOK(t *testing.T) {
	for _, s := range []string{
		"91350100M000100Y43", // the sample in the standard's explanation
		"91330000704202479R", "914403001922038216", "91110108795101314G",
		"91330702MA2TE5T01Y", "91330702MA2TE5T1XN", "91330702MA2DEM0096", "91330702MA2DEM025U", // invented
	} {
		c, err := policy.ParseCreditCode(s)
		if err != nil || c.Warning() != "" {
			t.Errorf("%s: %v %q", s, err, c.Warning())
		}
	}
}

func TestCreditCodeWarns(t *testing.T) {
	for _, s := range []string{
		"91330702MA2TE5T01X",                                             // wrong check character
		"91350211M0000XUF46", "91350100M0001TGQXM", "91350203M0001FUE2P", // early pilot codes: in force, check fails
	} {
		c, err := policy.ParseCreditCode(s)
		if err != nil {
			t.Errorf("%s refused: %v", s, err)
			continue
		}
		if c.Warning() == "" {
			t.Errorf("%s: no warning", s)
		}
	}
}

func TestCreditCodeRefused(t *testing.T) {
	for s, want := range map[string]string{
		"91330702MA2TE5TO1Y":  "数字 0",
		"9I330702MA2TE5T01Y":  "数字 1",
		"91330702MA2TE5T01":   "现为17位",
		"91330702MA2TE5T01YY": "现为19位",
		"9133070AMA2TE5T01Y":  "行政区划码",
		"91330702MA2TE5T0-Y":  "不是数字或大写字母",
		"":                    "现为0位",
	} {
		if _, err := policy.ParseCreditCode(s); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", s, err, want)
		}
	}
}

func TestCreditCodeForms(t *testing.T) {
	for _, s := range []string{"91330702ma2te5t01y", " 91330702 MA2TE5T01Y ", "９１３３０７０２ＭＡ２ＴＥ５Ｔ０１Ｙ"} {
		if c, err := policy.ParseCreditCode(s); err != nil || c != "91330702MA2TE5T01Y" {
			t.Errorf("%q: %s %v", s, c, err)
		}
	}
	if k := policy.CreditCode("51330702MA2TE5T01Y").Kind(); k != "社会团体" {
		t.Errorf("kind %s", k)
	}
}

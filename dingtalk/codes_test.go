package dingtalk

import (
	"testing"
	"time"
)

// The table of codes is data: each line says where it comes from and helps whoever reads it.
func TestCodes(t *testing.T) {
	for code, m := range codes {
		if m.source == "" || m.hint == "" {
			t.Errorf("%s: no source or no hint", code)
		}
		switch m.class {
		case Retry:
			if m.wait == 0 && !m.month {
				t.Errorf("%s is a retry without a time", code)
			}
		case Permanent, Configuration, Unknown:
			if m.wait != 0 || m.month {
				t.Errorf("%s is %s and has a time", code, m.class)
			}
		default:
			t.Errorf("%s: class %q", code, m.class)
		}
		if m.stale && m.about != AboutToken {
			t.Errorf("%s is stale but not about the token", code)
		}
		if found, ok := lookUp(code); !ok || found != m {
			t.Errorf("%s is not found", code)
		}
	}
	for code, want := range map[string]string{
		"invalidParameter.robotCode.downloadCode": hintSaysExpired,
		"invalidParameter.robotCode.whatever":     hintRobot,
		"invalidParameter.whatever":               hintParam,
		"InvalidParameter.robotCode.x":            hintRobot,
		"invalidauthentication":                   hintToken,
	} {
		if m, _ := lookUp(code); m.hint != want {
			t.Errorf("%s: %q", code, m.hint)
		}
	}
	if _, known := lookUp("nothing"); known {
		t.Error("an unknown code is known")
	}
}

var hintSaysExpired = codes["invalidParameter.robotCode.downloadCode"].hint

func TestNextMonthBeginsInShanghai(t *testing.T) {
	for now, want := range map[string]string{
		"2026-01-31T15:59:59Z": "2026-02-01T00:10:00+08:00",
		"2026-01-31T16:00:00Z": "2026-03-01T00:10:00+08:00",
		"2026-12-05T00:00:00Z": "2027-01-01T00:10:00+08:00",
	} {
		at, err := time.Parse(time.RFC3339, now)
		if err != nil {
			t.Fatal(err)
		}
		if got := nextMonth(at).Format(time.RFC3339); got != want {
			t.Errorf("%s: %s, want %s", now, got, want)
		}
	}
}

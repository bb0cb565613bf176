package jobs

import (
	"path"
	"strings"
	"testing"
	"unicode/utf8"

	"duixian/sheets"
)

func TestKindsOfNames(t *testing.T) {
	for name, want := range map[string]string{
		"insurance.csv": "insurance", "insurance-2026-02.xlsx": "insurance", "参保缴费明细_某区.csv": "insurance", "参保缴费明细（2月）.xlsx": "insurance", "引才名单 2026.xlsx": "recruits",
		"key-enterprises-3.csv": "key-enterprises", "重点产业企业名单（2+4+X）-第三批.xlsx": "key-enterprises", "firmsold.csv": "", "factsheet.csv": "", "facts.v2.csv": "facts", "机构名录汇总.xlsx": "", "": "", ".csv": "",
	} {
		if got := kindOfName(name); got != want {
			t.Errorf("%q is %q, want %q", name, got, want)
		}
	}
	for name, want := range map[string]bool{"a.csv": false, ".a.csv": true, "~$a.xlsx": true, "a.csv.part": true, "A.TMP": true, "a.csv~": true, "部分.csv": false} {
		if isTemporary(name) != want {
			t.Errorf("%q is temporary: %v", name, !want)
		}
	}
}

// FuzzDropNames: whatever a file is called, its kind is one that its name begins with, and the name it is moved to is a name in one folder.
func FuzzDropNames(f *testing.F) {
	for _, name := range []string{"insurance-2026-02.xlsx", "引才名单.csv", "a.csv.ok", ".ok", "~$x.xlsx", "../x", "facts-\xff.csv", strings.Repeat("长", 90) + ".xlsx", "done", "x.", "firms（2）.csv"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		if kind := kindOfName(name); kind != "" {
			d, ok := sheets.Lookup(kind)
			if !ok || !strings.HasPrefix(name, d.Kind) && !strings.HasPrefix(name, d.Name) {
				t.Errorf("%q is %q", name, kind)
			}
		}
		end := path.Ext(name)
		if short := clipped(strings.TrimSuffix(name, end), 240); len(short) > 240 || !strings.HasPrefix(name, short) || utf8.ValidString(name) && !utf8.ValidString(short) {
			t.Errorf("%q is cut to %q", name, short)
		}
		if isMarker(name) && !strings.HasSuffix(name, ".ok") && !strings.HasSuffix(name, ".done") {
			t.Errorf("%q speaks of another file", name)
		}
	})
}

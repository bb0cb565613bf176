package sample_test

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"duixian/policy"
	"duixian/sheets/sample"
)

func generate(t *testing.T, opt sample.Options) map[string][][]string {
	t.Helper()
	dir := t.TempDir()
	paths, err := sample.New(opt).Write(dir, false)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][][]string{}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		data, found := bytes.CutPrefix(data, []byte("\ufeff"))
		if !found {
			t.Errorf("%s does not begin with a byte order mark", path)
		}
		rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		files[strings.TrimSuffix(filepath.Base(path), ".csv")] = rows
	}
	return files
}

func TestSameSeedSameBytes(t *testing.T) {
	for _, xlsx := range []bool{false, true} {
		opt := sample.Options{Firms: 20, Recruits: 60, Months: 14, Seed: 7}
		read := func(o sample.Options) map[string]string {
			dir, all := t.TempDir(), map[string]string{}
			paths, err := sample.New(o).Write(dir, xlsx)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range paths {
				data, err := os.ReadFile(p)
				if err != nil {
					t.Fatal(err)
				}
				all[filepath.Base(p)] = string(data)
			}
			return all
		}
		one, two := read(opt), read(opt)
		for name := range one {
			if one[name] != two[name] {
				t.Errorf("xlsx=%v: %s differs between two runs of one seed", xlsx, name)
			}
		}
		opt.Seed++
		name := map[bool]string{false: "insurance.csv", true: "insurance.xlsx"}[xlsx]
		if other := read(opt); other[name] == one[name] {
			t.Errorf("xlsx=%v: another seed gives the same insurance file", xlsx)
		}
	}
}

// In each file, the same key is said twice only on different days.
func TestKeysAreSaidOnceADay(t *testing.T) {
	keys := map[string][]int{ // columns of the key, 报送日期 last
		"firms": {1, 9, 10}, "members": {0, 2, 3, 8}, "key-enterprises": {1, 4, 6}, "recruits": {1, 5, 8, 10},
		"insurance": {1, 3, 5, 8}, "listings": {1, 2, 6, 8}, "facts": {1, 2, 3, 30}, "events": {1, 2, 3, 14}, "park-assessments": {1, 2, 3, 7},
		"annual-reports": {1, 2, 11}, "contributions": {1, 2, 6}, "credit": {1, 2, 6},
		"nominees": {1, 2, 8}, "jury-scores": {1, 2, 3, 6},
	}
	for _, opt := range []sample.Options{sample.Defaults(), {Firms: 1, Recruits: 1, Months: 1}, {Firms: 3, Recruits: 90, Months: 60}, {Firms: 12, Recruits: 400, Months: 9, Seed: 3}} {
		for name, rows := range generate(t, opt) {
			seen := map[string]int{}
			for i, row := range rows {
				var key []string
				for _, c := range keys[name] {
					key = append(key, row[c])
				}
				if before, twice := seen[strings.Join(key, "|")]; twice && i > 0 {
					t.Fatalf("%+v %s: rows %d and %d both say %v", opt, name, before+1, i+1, key)
				}
				seen[strings.Join(key, "|")] = i
			}
		}
	}
}

func TestEdgesOfTheTwenty(t *testing.T) {
	files := generate(t, sample.Defaults())
	heads := map[string]map[string]int{}
	for _, row := range files["recruits"][1:] {
		year := row[8][:4]
		if heads[year] == nil {
			heads[year] = map[string]int{}
		}
		heads[year][row[0]]++
	}
	var counts []int
	for _, n := range heads["2024"] {
		counts = append(counts, n)
	}
	for _, want := range []int{19, 20, 21, 24} {
		if !slices.Contains(counts, want) {
			t.Errorf("no firm brought in %d people in 2024: %v", want, counts)
		}
	}
	large := 0
	for _, n := range heads["2025"] {
		large = max(large, n)
	}
	if large < 400 {
		t.Errorf("largest firm of 2025 has %d recruits, want one above the yearly maximum", large)
	}
	states := map[string]int{}
	for _, row := range files["insurance"][1:] {
		states[row[6]]++
	}
	for _, state := range []string{"正常", "补缴", "撤销", "无参保人员"} {
		if states[state] == 0 {
			t.Errorf("no insurance row is %s", state)
		}
	}
	kinds := map[string]bool{}
	for _, row := range files["facts"][1:] {
		kinds[row[2]] = true
	}
	if len(kinds) != 16 {
		t.Errorf("%d kinds of facts, want 16: %v", len(kinds), kinds)
	}
}

func TestRecruitsAreAsManyAsAsked(t *testing.T) {
	for _, opt := range []sample.Options{{Firms: 5, Recruits: 1, Months: 3}, {Firms: 40, Recruits: 333, Months: 60}, {Firms: 9, Recruits: 50, Months: 5, Seed: 9}} {
		if got := len(generate(t, opt)["recruits"]) - 1; got != opt.Recruits {
			t.Errorf("%+v: %d recruits", opt, got)
		}
	}
}

// Every code and every identity number passes the checks that real ones pass, and belongs to nobody.
func TestNumbersAreValidAndInvented(t *testing.T) {
	files := generate(t, sample.Options{Firms: 90, Recruits: 20000, Months: 2, Seed: 5})
	for name, column := range map[string]int{"firms": 1, "key-enterprises": 1, "insurance": 1, "recruits": 3} {
		for _, row := range files[name][1:] {
			if strings.HasPrefix(row[column], "GR") {
				continue
			}
			code, err := policy.ParseCreditCode(row[column])
			if err != nil || code.Warning() != "" || row[column][8:10] != "YL" {
				t.Fatalf("%s: %v %v %q", name, err, code.Warning(), row[column])
			}
		}
	}
	people := map[string]string{}
	for _, row := range files["recruits"][1:] {
		id, err := policy.ParseResidentID(row[5])
		if err != nil || id.WarningOn(20230901) != "" {
			t.Fatalf("recruit %s: %v %s", row[4], err, id.WarningOn(20230901))
		}
		if row[5][14:17] < "990" {
			t.Fatalf("recruit %s has a sequence number that a living person may have", row[4])
		}
		if before, known := people[row[5]]; known && before != row[4] {
			t.Fatalf("%s and %s share an identity number", before, row[4])
		}
		people[row[5]] = row[4]
	}
}

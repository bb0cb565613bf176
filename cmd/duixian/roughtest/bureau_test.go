package roughtest

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"duixian/policy"
)

// bureau is an invented bureau, halfway through: the database in which some months of nights have passed, as a file to
// copy, and the files that have not been taken in yet.
type bureau struct {
	dir      string
	database string // SQLite
	late     []lateFile
}

type lateFile struct{ kind, path string }

// size is how large a bureau is and which nights of it have passed.
type size struct {
	firms, recruits, months int
	from, to                policy.Date
}

var (
	making  sync.Mutex
	bureaus = map[size]*bureau{}
)

// newBureau makes the bureau of a size, once for all tests.
func newBureau(t *testing.T, s size) *bureau {
	t.Helper()
	making.Lock()
	defer making.Unlock()
	if bureaus[s] == nil {
		b, err := s.make(t)
		if err != nil {
			t.Fatal(err)
		}
		bureaus[s] = b
	}
	return bureaus[s]
}

// bureauOfTheStory is large enough for its runs to have several chunks. Its nights end almost a year ago.
func bureauOfTheStory(t *testing.T) *bureau {
	return newBureau(t, size{either(300, 80), either(4000, 600), 24, lastNight().AddDays(-3), lastNight()})
}

// lastNight is when the four nights of a bureau end. They begin after the last time of a job that runs on one day of the
// year, which is tomorrow.
func lastNight() policy.Date { return policy.DateOf(time.Now()).AddDays(-360) }

// stageDue reports whether a first of January, on which stages become due, has passed since. On the last days of a year
// none has.
func stageDue() bool {
	return lastNight() < policy.NewDate(time.Now().In(policy.Shanghai).Year(), time.January, 1)
}

func (s size) make(t *testing.T) (*bureau, error) {
	b := &bureau{dir: filepath.Join(filepath.Dir(program), fmt.Sprintf("bureau-%d-%d-%s", s.firms, s.recruits, s.to))}
	files := filepath.Join(b.dir, "files")
	early := filepath.Join(b.dir, "early")
	for _, dir := range []string{early, filepath.Join(b.dir, "late")} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, err
		}
	}
	if err := os.WriteFile(filepath.Join(b.dir, "calendar.yaml"), workingDays(), 0o600); err != nil {
		return nil, err
	}
	h := &house{t: t, bureau: b, dir: b.dir, dsn: "sqlite:" + filepath.Join(b.dir, "told.db")}
	h.configure()
	h.must("sample", files, "--firms", fmt.Sprint(s.firms), "--recruits", fmt.Sprint(s.recruits), "--months", fmt.Sprint(s.months), "--seed", "7")
	if err := b.split(files, early); err != nil {
		return nil, err
	}
	h.must("import", "--all", early)
	b.database = filepath.Join(b.dir, "seed.db")
	h.mustWith("clock", "simulate", "--from", s.from.String(), "--to", s.to.String(), "--scratch", "sqlite:"+b.database)
	return b, nil
}

// workingDays is a calendar whose years are all known and in which everybody always works, so that no test depends on
// the day on which it runs.
func workingDays() []byte {
	var text strings.Builder
	text.WriteString("years:\n")
	for year := 2023; year <= time.Now().Year()+3; year++ {
		fmt.Fprintf(&text, "  %d:\n    source: 测试用日历\n    off: [{name: 元旦, from: %d-01-01, to: %d-01-01}]\n    work: [", year, year, year)
		for day := policy.NewDate(year, time.January, 2); day.Year() == year; day = day.AddDays(1) {
			if day.Weekday() == time.Saturday || day.Weekday() == time.Sunday {
				text.WriteString(day.String() + ", ")
			}
		}
		text.WriteString("]\n")
	}
	return []byte(text.String())
}

// thingOf is what a line is about: the person, the enterprise, or the firm and its fact. A later line may correct an
// earlier one, and is refused when it comes before.
func thingOf(kind, line string) string {
	fields := strings.Split(line, ",")
	switch kind {
	case "recruits":
		return fields[5]
	case "insurance", "facts", "events":
		return strings.Join(fields[1:4], ",")
	}
	return fields[1]
}

// split keeps part of each file back: every fifth firm with all that is about it, and of the long files every fourth thing.
// What was kept back of the insurance comes in three files in the long form.
func (b *bureau) split(files, early string) error {
	read := func(kind string) ([]string, error) {
		data, err := os.ReadFile(filepath.Join(files, kind+".csv"))
		return strings.Split(strings.TrimRight(strings.TrimPrefix(string(data), "\ufeff"), "\r\n"), "\n"), err
	}
	firms, err := read("firms")
	if err != nil {
		return err
	}
	var codes []string
	for i, line := range firms[1:] {
		if i%5 == 4 {
			codes = append(codes, strings.Split(line, ",")[1])
		}
	}
	for _, kind := range []string{"firms", "key-enterprises", "recruits", "insurance", "listings", "facts", "events", "park-assessments", "members"} {
		lines, err := read(kind)
		if err != nil {
			return err
		}
		parts := 1
		if kind == "insurance" {
			parts = either(3, 1)
		}
		kept, late := lines[:1:1], make([][]string, parts)
		things := map[string]int{} // in the order in which they first come: all lines about one thing go together
		for _, line := range lines[1:] {
			about := slices.ContainsFunc(codes, func(code string) bool { return strings.Contains(line, code) })
			thing := thingOf(kind, line)
			if _, known := things[thing]; !known {
				things[thing] = len(things)
			}
			i := things[thing]
			switch kind {
			case "recruits", "facts", "events", "listings":
				about = about || i%4 == 3
			case "insurance":
				about = i%4 == 3
			case "key-enterprises":
				about = i%10 == 9
			}
			if about {
				late[i/4%parts] = append(late[i/4%parts], line)
			} else {
				kept = append(kept, line)
			}
		}
		write := func(path string, lines []string) error {
			return os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o600)
		}
		if len(kept) > 1 {
			if err := write(filepath.Join(early, kind+".csv"), kept); err != nil {
				return err
			}
		}
		for i, part := range late {
			if len(part) == 0 {
				continue
			}
			path := filepath.Join(b.dir, "late", fmt.Sprintf("%s-%d.csv", kind, i+1))
			if err := write(path, append(lines[:1:1], part...)); err != nil {
				return err
			}
			b.late = append(b.late, lateFile{kind, path})
		}
	}
	return nil
}

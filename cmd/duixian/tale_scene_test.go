package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"duixian/dingtalk/sim"
	"duixian/models"
	"duixian/policy"
)

// way is what a tale needs of a door.
type way interface {
	// passes moves the clock on to an instant, and lets the jobs and the notices do what is due by then.
	passes(at time.Time)
	// says is somebody's line, and the answer; presses takes a line that the last answer to them offers, by its beginning.
	says(who, text string, group bool) (text_ string, next []string)
	presses(who, word string) (text string, next []string)
	// told are the notices that have reached people since it was asked last.
	told() []letter
}

// letter is a notice as somebody got it.
type letter struct{ who, title, body string }

// scene is the house in which a tale is played, with its own clock and people.
type scene struct {
	*office
	members []sim.Person
	config  string // the tale's own
	a       *app   // to look into the database
	at      time.Time
	line    int   // of this minute
	run     int64 // the last one that was shown
	code    string
	hashes  []string // in the order in which they were shown
}

// newScene lays out a tale's files and lets the clock stand at its beginning.
func newScene(t *testing.T, archive *txtar.Archive, dsn string, begin time.Time) *scene {
	s := &scene{office: &office{t: t, dir: t.TempDir(), dsn: dsn}, at: begin}
	for _, f := range archive.Files {
		switch f.Name {
		case "duixian.yaml":
			s.config = string(f.Data)
			continue
		case "files/members.csv":
			s.members = membersOf(t, f.Data)
		case "tale.txt":
			continue
		}
		if err := os.MkdirAll(filepath.Join(s.dir, filepath.Dir(f.Name)), 0o700); err != nil {
			t.Fatal(err)
		}
		s.write(f.Name, string(f.Data))
	}
	var err error
	if s.clock, err = openPlayedClock(filepath.Join(s.dir, "clock"), time.Now, begin); err != nil {
		t.Fatal(err)
	}
	s.clock.stand(begin)
	return s
}

// membersOf are the people of a tale as their organisation in DingTalk has them: firms' contacts belong to another department.
func membersOf(t *testing.T, data []byte) []sim.Person {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := func(name string) int { return slices.Index(rows[0], name) }
	var people []sim.Person
	for _, row := range rows[1:] {
		dept := int64(2)
		if row[column("角色")] == "企业联系人" {
			dept = 3
		}
		people = append(people, sim.Person{StaffID: row[column("钉钉账号")], Name: row[column("姓名")], Dept: []int64{dept}})
	}
	return people
}

// fill writes the configuration and takes in what lies under files.
func (s *scene) fill(channel, more string) {
	s.t.Helper()
	s.write("duixian.yaml", fmt.Sprintf("data_dir: %[1]s/data\nnotices:\n  channel: %[2]s\n  file: %[1]s/notices.log\n  unread_days: 0\n%[3]s%[4]s", s.dir, channel, s.config, more))
	s.duixian("import", "--all", filepath.Join(s.dir, "files"))
	_, s.a = s.app()
	s.ran() // taking them in is no part of the tale
}

// play makes a step happen and shows what follows.
func (s *scene) play(w way, next step) (shown []string) {
	s.t.Helper()
	if next.at.Before(s.at) {
		s.t.Fatalf("time goes backwards: %s", next.line)
	}
	s.line++
	was := s.at
	moved := next.at.After(s.at)
	if moved {
		s.at, s.line = next.at, 0
	}
	now := s.at.Add(time.Duration(s.line) * time.Second)
	if moved {
		for _, clock := range []time.Duration{6*time.Hour + 45*time.Minute, 8*time.Hour + 31*time.Minute} { // the night's jobs have run; the notices go out
			if at := policy.DateOf(now).At(0, 0).Add(clock); at.After(was) && at.Before(now) {
				w.passes(at)
			}
		}
	}
	w.passes(now)
	if moved {
		shown = s.ran()
	}
	text := strings.ReplaceAll(next.text, "{审批码}", s.code)
	if args, ok := strings.CutPrefix(text, "duixian "); ok && next.who == "" {
		shown = append(shown, s.typed(strings.Fields(args))...)
	}
	if next.who != "" {
		var answer string
		var offers []string
		if next.how == "按" {
			answer, offers = w.presses(next.who, text)
		} else {
			answer, offers = w.says(next.who, text, next.how == "群")
		}
		for line := range strings.SplitSeq(answer, "\n") {
			shown = append(shown, strings.TrimRight("bot> "+line, " "))
		}
		if len(offers) > 0 {
			shown = append(shown, strings.TrimRight("next> "+strings.Join(offers, " · "), " "))
		}
	}
	w.passes(now)
	shown = append(shown, s.letters(w.told())...)
	for i := range shown {
		shown[i] = s.named(shown[i])
	}
	return shown
}

// everyDay are the jobs of which each day says the same.
var everyDay = []string{"import-drop", "audit-anchor", "morning-report"}

// ran are the clock's runs that did something since it was asked last.
func (s *scene) ran() (shown []string) {
	s.t.Helper()
	rows, err := s.a.store.Read(s.t.Context()).History("", 1000)
	if err != nil {
		s.t.Fatal(err)
	}
	slices.Reverse(rows)
	for _, r := range rows {
		if r.ID <= s.run || r.Actor != models.System.Member || r.State == models.RunSkipped {
			continue
		}
		if text := r.OutcomeText(); text != "没有需要处理的内容" && !slices.Contains(everyDay, r.Job) {
			shown = append(shown, fmt.Sprintf("ran> %s %s：%s", r.BusinessDate, r.Job, text))
		}
	}
	if len(rows) > 0 {
		s.run = rows[len(rows)-1].ID
	}
	return shown
}

var codeInLetter = regexp.MustCompile(`审批码[^0-9]{0,6}([0-9]{6})`)

var inDigest = regexp.MustCompile(`(?m)^\*\*\d+\. (.*?)\*\*\s*$`)

// headlines are a notice's title, and of several in one what each is about: how many come in one message is a matter of seconds, and told elsewhere.
func (l letter) headlines() (titles []string) {
	for _, m := range inDigest.FindAllStringSubmatch(l.body, -1) {
		titles = append(titles, m[1])
	}
	if len(titles) == 0 {
		titles = []string{l.title}
	}
	return titles
}

// letters shows notices, by reader and title, and keeps the approval code that came with one.
func (s *scene) letters(list []letter) (shown []string) {
	for _, l := range list {
		for _, title := range l.headlines() {
			shown = append(shown, "told "+strings.TrimPrefix(l.who, "dd-")+"> "+title)
		}
		if m := codeInLetter.FindStringSubmatch(l.title + "\n" + l.body); m != nil {
			s.code = m[1]
		}
	}
	slices.Sort(shown)
	return shown
}

var hashText = regexp.MustCompile(`(校验[码值] |sha256 |#\d+-)([0-9a-f]{8})([0-9a-f]{56})?\b`)

// named gives each hash a name by which it is known again: some are made of what is encrypted or sealed anew in each house.
func (s *scene) named(line string) string {
	return hashText.ReplaceAllStringFunc(line, func(found string) string {
		m := hashText.FindStringSubmatch(found)
		i := slices.Index(s.hashes, m[2])
		if i < 0 {
			i, s.hashes = len(s.hashes), append(s.hashes, m[2])
		}
		return fmt.Sprintf("%s〔%d〕", m[1], i+1)
	})
}

// anchorText is the position of the audit chain, whose rows say through which door somebody came: it is another one in each house.
var anchorText = regexp.MustCompile(`(锚.* )[0-9a-f]{16}\b`)

// typed runs a command at the office's computer and shows all it prints. What ends like a file lies in the tale's folder.
func (s *scene) typed(args []string) (shown []string) {
	s.t.Helper()
	for i, a := range args {
		if ext := filepath.Ext(a); ext == ".csv" || ext == ".xlsx" {
			args[i] = filepath.Join(s.dir, a)
		}
	}
	var out, problems bytes.Buffer
	args = append([]string{"--config", filepath.Join(s.dir, "duixian.yaml")}, args...)
	code := run(s.t.Context(), args, s.program(&out, &problems))
	for _, part := range []struct{ mark, text string }{{"out> ", out.String()}, {"err> ", problems.String()}} {
		for line := range strings.Lines(strings.ReplaceAll(part.text, s.dir+"/", "")) {
			shown = append(shown, strings.TrimRight(part.mark+anchorText.ReplaceAllString(strings.TrimSuffix(line, "\n"), "$1…"), " "))
		}
	}
	if code != exitOK {
		shown = append(shown, fmt.Sprintf("exit> %d", code))
	}
	return shown
}

package bot_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"duixian/bot"
	"duixian/models"
	"duixian/models/modelstest"
	"duixian/policy"
)

var update = flag.Bool("update", false, "rewrite what the bot says in testdata/transcripts")

// TestTranscripts plays testdata/transcripts/*.txtar on every database: a story told in happenings and conversations.
//
//	-- seed.txt --                        what is known before: a day and a happening a line, see town_test.go
//	2025-01-02 firm 婺星人力 …
//	-- chat.txt --
//	2026-06-16 09:00 wang> 引才人数        somebody writes; "wang (群)>" in a group
//	bot> 2025年引进、2026年兑现 …          what the bot says, and
//	next> 进度 · 到账                      the commands it offers
//	2026-07-15 * insured …                something happens in between
//
// With -update only the lines bot> and next> are rewritten.
func TestTranscripts(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/transcripts/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no transcripts: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			modelstest.Each(t, func(t *testing.T, s *models.Store) { play(t, s, file) })
		})
	}
}

func play(t *testing.T, s *models.Store, file string) {
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	town := newTown(t, s)
	town.files = map[string][]byte{}
	for _, f := range archive.Files {
		switch f.Name {
		case "seed.txt":
			for line := range strings.Lines(string(f.Data)) {
				town.happen(line)
			}
		case "chat.txt":
		default: // what people send: qian> 📎 名录.csv
			town.files[f.Name] = f.Data
		}
	}
	i := slices.IndexFunc(archive.Files, func(f txtar.File) bool { return f.Name == "chat.txt" })
	if i < 0 {
		t.Fatalf("%s: no chat.txt", file)
	}
	want := string(archive.Files[i].Data)
	got := town.converse(want)
	if got == want {
		return
	}
	if !*update {
		t.Errorf("%s: the bot says something else (rewrite with -update)\n%s", file, difference(want, got))
		return
	}
	archive.Files[i].Data = []byte(got)
	if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
		t.Fatal(err)
	}
}

// converse plays a conversation and writes it down with what the bot says now.
func (w *town) converse(script string) string {
	var out strings.Builder
	number := 0
	for line := range strings.Lines(script) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case strings.HasPrefix(line, "bot>"), strings.HasPrefix(line, "next>"):
			continue
		case strings.TrimSpace(line) == "", strings.HasPrefix(line, "#"):
			fmt.Fprintln(&out, line)
			continue
		}
		fmt.Fprintln(&out, line)
		if day, what, ok := strings.Cut(line, " * "); ok {
			w.happen(day + " " + what)
			continue
		}
		number++
		m := w.message(line, number)
		reply := w.bot.Handle(w.t.Context(), m)
		for _, next := range reply.Next {
			if bot.Forbidden(w.t.Context(), w.bot, m.MemberCode, next) {
				w.t.Errorf("%s\noffers %q, which is for another role", line, next)
			}
		}
		for _, said := range spoken(reply) {
			fmt.Fprintln(&out, said)
		}
	}
	return out.String()
}

// message reads "2026-06-16 09:00 wang (群)> 引才人数". \n in the text is a line break, \u200b an invisible character.
func (w *town) message(line string, number int) bot.Message {
	head, text, ok := strings.Cut(line, ">")
	if !ok || len(head) < len("2006-01-02 15:04 x") {
		w.t.Fatalf("not a line of a conversation: %s", line)
	}
	at, err := time.ParseInLocation("2006-01-02 15:04", head[:16], policy.Shanghai)
	if err != nil {
		w.t.Fatal(err)
	}
	who, group := strings.CutSuffix(strings.TrimSpace(head[16:]), " (群)")
	text = strings.NewReplacer(`\n`, "\n", `\u200b`, "\u200b", `\u3000`, "\u3000").Replace(strings.TrimPrefix(text, " "))
	if length, long := strings.CutPrefix(text, "…×"); long {
		var n int
		fmt.Sscan(length, &n) //nolint:errcheck // 0 shows at once
		text = strings.Repeat("长", n)
	}
	m := bot.Message{ID: fmt.Sprintf("m%d", number), MemberCode: who, Channel: "test", Address: who, Group: group, Text: text, At: policy.InstantOf(at)}
	if name, sent := strings.CutPrefix(text, "📎 "); sent {
		body, ok := w.files[name]
		if !ok {
			w.t.Fatalf("no file is called %s", name)
		}
		m.File = &bot.Upload{Name: name, Body: body}
	}
	return m
}

func spoken(r bot.Reply) []string {
	var lines []string
	for line := range strings.SplitSeq(r.Text, "\n") {
		lines = append(lines, strings.TrimRight("bot> "+line, " "))
	}
	if len(r.Next) > 0 {
		lines = append(lines, "next> "+strings.Join(r.Next, " · "))
	}
	return lines
}

// difference shows the lines that differ, with one before each.
func difference(want, got string) string {
	var out strings.Builder
	a, b := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := 0; i < max(len(a), len(b)); i++ {
		w, g := at(a, i), at(b, i)
		if w == g {
			continue
		}
		fmt.Fprintf(&out, "line %d\n- %s\n+ %s\n", i+1, w, g)
		if out.Len() > 3000 {
			break
		}
	}
	return out.String()
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return ""
}

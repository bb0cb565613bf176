package web_test

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"duixian/models"
	"duixian/models/modelstest"
	"duixian/notifications"
	"duixian/policy"
	"duixian/secret"
	"duixian/web"
)

// desk is the page over a database with two firms, two contacts of the first and one of the second.
type desk struct {
	*models.Store
	t    *testing.T
	now  policy.Instant
	page *web.Links
	log  *bytes.Buffer
}

const morning = policy.Instant(1770942600000) // 2026-02-13 08:30 in Shanghai

// hostile is what somebody might write into a field that a notice shows.
const hostile = `<script>alert(1)</script> **x** <img src=x onerror=y> "' [a](javascript:b) ### &lt;`

func newDesk(t *testing.T, s *models.Store) *desk {
	t.Helper()
	d := &desk{Store: s, t: t, now: morning, log: &bytes.Buffer{}}
	d.page = &web.Links{Store: s, Now: func() policy.Instant { return d.now }, Desk: "查询：示例科，0579-0000000", Log: slog.New(slog.NewTextHandler(d.log, nil))}
	modelstest.Exec(t, s, `INSERT INTO organisations (id, code, kind, name, known_on) VALUES (1, 'A', 'firm', '示例甲<b>有限公司', 20230901), (2, 'B', 'firm', '示例乙有限公司', 20230901)`)
	for code, org := range map[string]int64{"lianxi1": 1, "lianxi2": 1, "lianxi3": 2} {
		d.in(func(tx *models.Tx) error {
			m := models.Member{Code: code, Name: "示例", Active: true}
			return tx.AddMember(1, models.System, &m, models.MemberRole{Role: models.Contact, OrgID: org})
		})
	}
	return d
}

func (d *desk) in(fn func(tx *models.Tx) error) {
	d.t.Helper()
	if err := d.InTx(d.t.Context(), fn); err != nil {
		d.t.Fatal(err)
	}
}

// told writes one notice to every contact of an organisation and gives all that there is to a link of organisation org.
func (d *desk) told(org int64) secret.Text {
	d.t.Helper()
	out := notifications.Outbox{Hours: notifications.Hours{Calendar: policy.BuiltinCalendar()}}
	var token secret.Text
	d.in(func(tx *models.Tx) error {
		for id, answer := range map[int64]string{1: "甲单位请补交材料 " + hostile, 2: "乙单位的答复"} {
			m := notifications.DeskAnswered{Request: id, What: "人工咨询", Answer: answer, On: 20260213}
			if err := out.Tell(tx, d.now, 0, m, notifications.Organisation(id)); err != nil {
				return err
			}
		}
		rows, err := tx.Notices(models.NoticeFilter{})
		if err != nil {
			return err
		}
		var ids []int64
		for _, n := range rows {
			ids = append(ids, n.ID)
		}
		token, err = tx.LinkNotices("dx-1-1", org, ids, d.now)
		return err
	})
	modelstest.Exec(d.t, d.Store, "UPDATE notices SET state = 'delivered', tries = 0")
	return token
}

func (d *desk) ask(method string, token secret.Text) *httptest.ResponseRecorder {
	d.t.Helper()
	w := httptest.NewRecorder()
	d.page.ServeHTTP(w, httptest.NewRequest(method, "/n/"+token.Reveal(), nil))
	return w
}

// states are the notices' of an organisation.
func (d *desk) states(org int64) string {
	rows, err := d.Read(d.t.Context()).Notices(models.NoticeFilter{OrgID: org})
	if err != nil {
		d.t.Fatal(err)
	}
	var out []string
	for _, n := range rows {
		out = append(out, string(n.State))
	}
	return strings.Join(out, " ")
}

func TestALinkIsReadOnce(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		d := newDesk(t, s)
		token := d.told(1)
		for _, method := range []string{"GET", "HEAD", "GET", "HEAD", "GET"} { // previewers and scanners
			w := d.ask(method, token)
			if w.Code != 200 || strings.Contains(w.Body.String(), "示例甲") || strings.Contains(w.Body.String(), "补交") || strings.Contains(w.Body.String(), token.Reveal()) {
				t.Fatalf("%s: %d\n%s", method, w.Code, w.Body)
			}
			if method == "GET" && !strings.Contains(w.Body.String(), "<button") {
				t.Error("no button")
			}
		}
		if got := d.states(1); got != "delivered delivered" {
			t.Errorf("a look has made them %s", got)
		}
		w := d.ask("POST", token)
		body := w.Body.String()
		if w.Code != 200 || strings.Count(body, "甲单位请补交材料") != 1 || !strings.Contains(body, "共 1 条") {
			t.Fatalf("%d\n%s", w.Code, body)
		}
		if strings.Contains(body, "乙单位") || strings.Contains(body, "示例乙") {
			t.Error("another organisation's words")
		}
		if got := d.states(1) + "|" + d.states(2); got != "read read|delivered" {
			t.Errorf("the notices are %s", got)
		}
		for _, method := range []string{"POST", "GET"} {
			if w := d.ask(method, token); w.Code != 410 || strings.Contains(w.Body.String(), "补交") || !strings.Contains(w.Body.String(), "0579-0000000") {
				t.Errorf("again with %s: %d\n%s", method, w.Code, w.Body)
			}
		}
		if strings.Contains(d.log.String(), token.Reveal()) {
			t.Error("the token is in the log")
		}
	})
}

// Many press the button in the same moment: one of them reads.
func TestTwoPressAtOnce(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		d := newDesk(t, s)
		token := d.told(1)
		codes := make([]int, 5)
		var all sync.WaitGroup
		for i := range codes {
			all.Go(func() { codes[i] = d.ask("POST", token).Code })
		}
		all.Wait()
		count := map[int]int{}
		for _, c := range codes {
			count[c]++
		}
		if count[200] != 1 || count[410] != 4 {
			t.Errorf("%v", codes)
		}
	})
}

// Whatever is wrong with a link, the page is the same and says what to do.
func TestEveryDeadLinkLooksTheSame(t *testing.T) {
	d := newDesk(t, modelstest.New(t))
	token := d.told(1)
	used := d.told(2)
	d.ask("POST", used)
	want := d.ask("GET", "nothing").Body.String()
	dead := func(what string, token secret.Text, code int) {
		t.Helper()
		for _, method := range []string{"GET", "POST"} {
			if w := d.ask(method, token); w.Code != code || w.Body.String() != want {
				t.Errorf("%s, %s: %d\n%s", what, method, w.Code, w.Body)
			}
		}
	}
	dead("unknown", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 404)
	dead("a path", "../healthz", 404)
	dead("empty", "", 404)
	dead("too long", token+token, 404)
	dead("used", used, 410)
	d.now = morning.Add(models.LinkLife)
	dead("expired", token, 410)
	d.now = morning
	modelstest.Exec(t, d.Store, "UPDATE notice_links SET revoked_at = 5")
	dead("revoked", token, 410)
	modelstest.Exec(t, d.Store, "UPDATE notice_links SET revoked_at = 0")
	modelstest.Exec(t, d.Store, "UPDATE members SET active = 0 WHERE code IN ('lianxi1', 'lianxi2')")
	if w := d.ask("POST", token); w.Code != 410 || w.Body.String() != want {
		t.Errorf("nobody is a contact any more: %d\n%s", w.Code, w.Body)
	}
}

// What people write is shown as they wrote it, never as markup; and the page's own parts are the only ones it allows.
func TestHostileWordsAreWords(t *testing.T) {
	d := newDesk(t, modelstest.New(t))
	body := d.ask("POST", d.told(1)).Body.String()
	if !strings.Contains(body, "alert") || !strings.Contains(body, "示例甲&lt;b&gt;有限公司") {
		t.Errorf("the words are gone:\n%s", body)
	}
	allowed := regexp.MustCompile(`^/?(!doctype|html|head|meta|title|style|body|main|header|section|footer|h1|h2|h3|p|ul|li|strong|br)$`)
	for _, tag := range regexp.MustCompile(`<([^\s>]*)([^>]*)>`).FindAllStringSubmatch(body, -1) {
		if !allowed.MatchString(tag[1]) || strings.Contains(tag[2], "onerror") {
			t.Errorf("an element %s", tag[0])
		}
	}
}

func TestHeaders(t *testing.T) {
	d := newDesk(t, modelstest.New(t))
	token := d.told(1)
	for _, c := range []struct {
		method string
		token  secret.Text
	}{{"GET", token}, {"GET", "x"}, {"PUT", token}, {"POST", token}} {
		w := d.ask(c.method, c.token)
		for name, want := range map[string]string{
			"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff", "X-Robots-Tag": "noindex", "Content-Type": "text/html; charset=utf-8",
		} {
			if got := w.Header().Get(name); !strings.HasPrefix(got, want) {
				t.Errorf("%s: %s is %q", c.method, name, got)
			}
		}
		_, style, _ := strings.Cut(w.Body.String(), "<style>")
		style, _, _ = strings.Cut(style, "</style>")
		sum := sha256.Sum256([]byte(style)) // the browser's own reckoning
		csp := w.Header().Get("Content-Security-Policy")
		if !strings.HasPrefix(csp, "default-src 'none';") || !strings.Contains(csp, "'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'") || !strings.Contains(csp, "form-action 'self'") || strings.Contains(csp, "unsafe") {
			t.Errorf("%s", csp)
		}
	}
	if w := d.ask("PUT", token); w.Code != 405 || w.Header().Get("Allow") != "GET, HEAD, POST" {
		t.Errorf("PUT: %d, %v", w.Code, w.Header())
	}
	token = d.told(2)
	w := httptest.NewRecorder()
	d.page.ServeHTTP(w, httptest.NewRequest("POST", "/n/"+token.Reveal(), io.LimitReader(endless{}, 1<<20)))
	if w.Code != http.StatusRequestEntityTooLarge || d.ask("GET", token).Code != 200 {
		t.Errorf("a megabyte: %d, and the link is used", w.Code)
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

// Somebody who guesses is slowed down; a link that is one still opens.
func TestGuessingIsSlow(t *testing.T) {
	d := newDesk(t, modelstest.New(t))
	token := d.told(1)
	codes := map[int]int{}
	for range 100 {
		w := d.ask("GET", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
		codes[w.Code]++
		if w.Code == 429 && w.Header().Get("Retry-After") == "" {
			t.Error("does not say when")
		}
	}
	if codes[404] != 60 || codes[429] != 40 {
		t.Errorf("%v", codes)
	}
	if w := d.ask("GET", token); w.Code != 200 {
		t.Errorf("a good link: %d", w.Code)
	}
	d.now = d.now.Add(time.Minute)
	if w := d.ask("GET", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"); w.Code != 404 {
		t.Errorf("a minute later: %d", w.Code)
	}
}

// While the sending is not recorded, or the database is away, the link is not used up.
func TestNotInThisMinute(t *testing.T) {
	s, err := models.Open(t.Context(), modelstest.SQLite(t), models.Options{Keyset: t.TempDir() + "/keyset.json", Scratch: true})
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{Store: s, t: t, now: morning, log: &bytes.Buffer{}}
	d.page = &web.Links{Store: s, Now: func() policy.Instant { return d.now }, Log: slog.New(slog.NewTextHandler(d.log, nil))}
	var token secret.Text
	d.in(func(tx *models.Tx) error {
		rows := []models.Notice{{MemberID: 1, OrgID: 1, Kind: "desk-answered", State: models.NoticeSending, Payload: "{}"}}
		if _, err := tx.Enqueue(rows); err != nil {
			return err
		}
		var err error
		token, err = tx.LinkNotices("dx-1-1", 1, []int64{1}, d.now)
		return err
	})
	waits := func() {
		t.Helper()
		w := d.ask("POST", token)
		if w.Code != 503 || !strings.Contains(w.Body.String(), "链接没有被使用") || !strings.Contains(w.Body.String(), "<button") || w.Header().Get("Retry-After") == "" {
			t.Errorf("%d\n%s", w.Code, w.Body)
		}
	}
	waits()
	if l, err := s.Read(t.Context()).NoticeLink(token); err != nil || l.OpenedAt != 0 {
		t.Errorf("%+v, %v", l, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	waits()
	if d.log.Len() == 0 || strings.Contains(d.log.String(), token.Reveal()) {
		t.Errorf("the log says %q", cmp.Or(d.log.String(), "nothing"))
	}
}

// When the database says nothing to the commit, whoever pressed the button still reads, and nobody else does.
func TestTheAnswerToTheCommitIsLost(t *testing.T) {
	for _, point := range []string{"commit", "committed"} {
		t.Run(point, func(t *testing.T) {
			var lose atomic.Bool
			fault := func(at, _ string) error {
				if at == point && lose.CompareAndSwap(true, false) {
					return io.ErrUnexpectedEOF
				}
				return nil
			}
			modelstest.EachWith(t, models.Options{Fault: fault}, func(t *testing.T, s *models.Store) {
				d := newDesk(t, s)
				token := d.told(1)
				lose.Store(true)
				w := d.ask("POST", token)
				if lose.Load() || w.Code != 200 || !strings.Contains(w.Body.String(), "请补交材料") {
					t.Fatalf("%d\n%s", w.Code, w.Body)
				}
				if w = d.ask("POST", token); w.Code != 410 || d.states(1) != "read read" {
					t.Errorf("again: %d, the notices are %s", w.Code, d.states(1))
				}
			})
		})
	}
}

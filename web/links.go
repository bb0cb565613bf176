package web

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"errors"
	"html/template"
	"io"
	"log/slog"
	"net/http"
	"strings"

	"duixian/models"
	"duixian/notifications"
	"duixian/policy"
	"duixian/secret"
)

// Links serves the one-time links of the lines in firms' own groups. A GET tells nothing and uses nothing up, so that the previewers and
// scanners of chat programs may look as often as they like; the button's POST opens the link.
type Links struct {
	Store *models.Store
	Now   func() policy.Instant
	Desk  string // whom to turn to, one line; empty = the chat alone
	Log   *slog.Logger

	unknown limit
}

const maxBody = 4 << 10 // bytes; the button sends none

//go:embed page.html
var pageText string

//go:embed page.css
var styleText string

var (
	page = template.Must(template.New("page").Funcs(template.FuncMap{"markdown": markdown}).Parse(strings.Replace(pageText, "/* style */", styleText, 1)))

	contentPolicy = func() string {
		sum := sha256.Sum256([]byte(styleText))
		return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
	}()
)

// view is what the page shows: a button, words, or what is to be done instead.
type view struct {
	status int
	Desk   string
	Button bool
	Wait   bool // not in this minute
	Unused bool // and certainly not used up
	Opened *notifications.Opened
	At     string
}

func (l *Links) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	token := secret.Text(strings.TrimPrefix(r.URL.Path, notifications.LinkPath))
	h := w.Header()
	for name, value := range map[string]string{
		"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "Content-Security-Policy": contentPolicy, "X-Content-Type-Options": "nosniff",
		"X-Robots-Tag": "noindex, nofollow, noarchive", "Content-Type": "text/html; charset=utf-8",
	} {
		h.Set(name, value)
	}
	var v view
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		v = l.look(r.Context(), token)
	case http.MethodPost:
		if _, err := io.Copy(io.Discard, http.MaxBytesReader(w, r.Body, maxBody)); err != nil {
			v.status = http.StatusRequestEntityTooLarge
			break
		}
		v = l.open(r.Context(), token)
	default:
		h.Set("Allow", "GET, HEAD, POST")
		v.status = http.StatusMethodNotAllowed
	}
	v.Desk = l.Desk
	if v.status == http.StatusServiceUnavailable || v.status == http.StatusTooManyRequests {
		h.Set("Retry-After", "60")
	}
	var out bytes.Buffer
	if err := page.Execute(&out, v); err != nil {
		l.failed(err)
		http.Error(w, "系统繁忙，请稍后再试。", http.StatusInternalServerError)
		return
	}
	w.WriteHeader(v.status)
	_, _ = w.Write(out.Bytes()) // the asker may have gone
}

// look is what a link shows before it is opened.
func (l *Links) look(ctx context.Context, token secret.Text) view {
	q := l.Store.Read(ctx)
	if !q.Cipher().LinkToken(token) {
		return l.stranger()
	}
	link, err := q.NoticeLink(token)
	switch {
	case err != nil:
		return l.refusal(err)
	case !link.Opens(l.Now()):
		return view{status: http.StatusGone}
	}
	return view{status: http.StatusOK, Button: true}
}

// open uses a link up. When the answer to the commit was lost, the opening's own mark tells whether it was this one.
func (l *Links) open(ctx context.Context, token secret.Text) view {
	if !l.Store.Read(ctx).Cipher().LinkToken(token) {
		return l.stranger()
	}
	now, by := l.Now(), rand.Text()
	var opened notifications.Opened
	mine := func(q models.Query) (bool, error) {
		link, err := q.NoticeLink(token)
		return err == nil && link.OpenedBy == by, err
	}
	err := l.Store.InTxResolve(ctx, mine, func(tx *models.Tx) (err error) {
		opened, err = notifications.Open(tx, token, by, now)
		return err
	})
	if err != nil {
		return l.refusal(err)
	}
	return view{status: http.StatusOK, Opened: &opened, At: now.Text()}
}

// stranger answers for tokens that nobody has made; they are refused without a look into the database. Many of them in a minute are told to wait, which real
// links never are.
func (l *Links) stranger() view {
	if !l.unknown.allow(l.Now()) {
		return view{status: http.StatusTooManyRequests}
	}
	return view{status: http.StatusNotFound}
}

func (l *Links) refusal(err error) view {
	switch models.CodeOf(err) {
	case models.NotFound:
		return l.stranger()
	case models.Conflict:
		return view{status: http.StatusGone}
	case models.Unavailable:
		return view{status: http.StatusServiceUnavailable, Button: true, Wait: true, Unused: true}
	}
	if !errors.Is(err, context.Canceled) {
		l.failed(err)
	}
	return view{status: http.StatusServiceUnavailable, Button: true, Wait: true, Unused: !errors.Is(err, models.ErrUnknown)}
}

func (l *Links) failed(err error) { l.Log.Error("notice link", "err", err) }

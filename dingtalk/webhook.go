package dingtalk

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"duixian/secret"
)

// WebhookOptions configure a webhook; Secret, Now and Handler are required.
type WebhookOptions struct {
	Secret    secret.Text // the app's Client Secret
	Handler   Handler
	Now       func() time.Time
	Tolerance time.Duration // between DingTalk's clock and ours; 0 = 5 min; at most the vendor's 1 h
	MaxBody   int64         // bytes; 0 = 1 MiB
	Log       *slog.Logger  // nil = silent
}

// maxTolerance is the vendor's. receive-message.
const maxTolerance = time.Hour

// NewWebhook is the other way for messages to arrive: DingTalk posts each to a public https address. The signature covers the time
// alone, not the body: whoever has seen one pair of headers can post any body while the time is near. So the handler
// must refuse an ID that it has seen, the tolerance should be short, and nothing may log the headers; Stream has none of
// this. Answers: 200 taken over, 401 not signed or too old, 400 no message, 413 too big, 405 not a POST, 503 not taken
// over. Page: receive-message.
func NewWebhook(o WebhookOptions) (http.Handler, error) {
	switch {
	case o.Secret == "":
		return nil, errors.New("钉钉消息接收缺少 Client Secret，无法核对签名")
	case o.Now == nil || o.Handler == nil:
		return nil, errors.New("dingtalk: WebhookOptions.Now or Handler is missing")
	case o.Tolerance < 0 || o.Tolerance > maxTolerance:
		return nil, errors.New("钉钉消息签名的时间误差应在 1 小时以内")
	}
	if o.Tolerance == 0 {
		o.Tolerance = 5 * time.Minute
	}
	if o.MaxBody <= 0 {
		o.MaxBody = 1 << 20
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &webhook{o: o}, nil
}

type webhook struct {
	o      WebhookOptions
	warned atomic.Int64 // the minute of the last warning: whoever knocks at a public address must not fill the log
}

func (h *webhook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "POST only", http.StatusMethodNotAllowed)
		return
	}
	now := h.o.Now()
	if why := h.refuses(r.Header, now); why != "" {
		level := slog.LevelDebug
		if minute := now.Unix() / 60; h.warned.Swap(minute) != minute {
			level = slog.LevelWarn
		}
		h.o.Log.Log(r.Context(), level, "dingtalk webhook refused a request", "why", why)
		http.Error(w, "not signed by DingTalk", http.StatusUnauthorized)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, h.o.MaxBody))
	if _, tooBig := errors.AsType[*http.MaxBytesError](err); tooBig {
		http.Error(w, "too big", http.StatusRequestEntityTooLarge)
		return
	}
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "" && kind != "application/json" {
		http.Error(w, "cannot read the body", http.StatusBadRequest)
		return
	}
	m, err := readMessage(body)
	if err != nil {
		h.o.Log.Warn("dingtalk webhook got a body that makes no sense", "bytes", len(body))
		http.Error(w, "not a message", http.StatusBadRequest)
		return
	}
	e := Event{ID: eventKey(m.ID, body), Type: RobotMessage, Via: "webhook", CorpID: m.RobotCorp, Born: m.Created, At: now, Message: m, Data: json.RawMessage(body)}
	// DingTalk hanging up does not undo what the handler writes.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), HandlerTime)
	defer cancel()
	if err := handOver(ctx, h.o.Handler, e, h.o.Log); err != nil {
		h.o.Log.Error("dingtalk message was not taken over", "event", e.ID, "err", err)
		http.Error(w, "try again", http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, `{"msgtype":"empty"}`) // the answer comes later, by session or push
}

// refuses checks time and signature; the answer is for the log and holds neither.
func (h *webhook) refuses(header http.Header, now time.Time) (why string) {
	timestamp := header.Get("timestamp")
	ms, err := strconv.ParseInt(timestamp, 10, 64)
	switch {
	case err != nil:
		return "no timestamp"
	case now.Sub(time.UnixMilli(ms)).Abs() > h.o.Tolerance:
		return "the timestamp is too far from this machine's clock"
	case !signed(timestamp, header.Get("sign"), h.o.Secret):
		return "the signature does not belong to the Client Secret"
	}
	return ""
}

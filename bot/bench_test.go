package bot_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"duixian/bot"
	"duixian/dingtalk"
	"duixian/models"
	"duixian/policy"
	"duixian/secret"
)

const benchSecret = "bench-secret"

// BenchmarkWebhook posts the same callback to our webhook (verify, decode, encrypt, inbox, acknowledge) and to a bare
// handler that does HMAC, JSON and one durable insert, in turns, and prints ours / bare as a ratio: 0.60 is the bound.
func BenchmarkWebhook(b *testing.B) {
	s, err := models.Open(b.Context(), "sqlite:"+filepath.Join(b.TempDir(), "inbox.db"), models.Options{Keyset: filepath.Join(b.TempDir(), "keyset.json")})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // a throw-away database
	inbox := &bot.Inbox{Bot: &bot.Bot{Options: bot.Options{Store: s}}, Owner: "bench", Now: func() policy.Instant { return policy.InstantOf(time.Now()) }}
	ours, err := dingtalk.NewWebhook(dingtalk.WebhookOptions{Secret: benchSecret, Now: time.Now, Handler: func(ctx context.Context, e dingtalk.Event) error {
		in, ok := bot.FromDingTalk(e, policy.InstantOf(time.Now()))
		if !ok {
			return fmt.Errorf("no message: %+v", e)
		}
		return inbox.Receive(ctx, in)
	}})
	if err != nil {
		b.Fatal(err)
	}
	bare := bareHandler(b)
	var spent [2]time.Duration
	n := 0
	for b.Loop() {
		n++
		for i, h := range []http.Handler{ours, bare} {
			begun := time.Now()
			postTo(b, h, n)
			spent[i] += time.Since(begun)
		}
	}
	b.ReportMetric(float64(n)/spent[0].Seconds(), "ours/s")
	b.ReportMetric(float64(n)/spent[1].Seconds(), "bare/s")
	b.ReportMetric(spent[1].Seconds()/spent[0].Seconds(), "ours/bare(≥0.60)")
}

// bareHandler is the least a careful receiver does.
func bareHandler(b *testing.B) http.Handler {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(b.TempDir(), "bare.db")+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)")
	if err != nil {
		b.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	b.Cleanup(func() { _ = db.Close() })
	if _, err := db.Exec("CREATE TABLE inbox (msg_id TEXT NOT NULL PRIMARY KEY, body BLOB NOT NULL)"); err != nil {
		b.Fatal(err)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mac := hmac.New(sha256.New, []byte(benchSecret))
		mac.Write([]byte(r.Header.Get("timestamp") + "\n" + benchSecret))
		if !hmac.Equal([]byte(base64.StdEncoding.EncodeToString(mac.Sum(nil))), []byte(r.Header.Get("sign"))) {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		var body bytes.Buffer
		var m map[string]any
		if _, err := body.ReadFrom(r.Body); err != nil || json.Unmarshal(body.Bytes(), &m) != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		if _, err := db.ExecContext(r.Context(), "INSERT INTO inbox (msg_id, body) VALUES (?, ?)", m["msgId"], body.Bytes()); err != nil {
			w.WriteHeader(http.StatusInternalServerError)
		}
	})
}

func postTo(b *testing.B, h http.Handler, n int) {
	now := time.Now()
	at, sign := dingtalk.Sign(now, benchSecret)
	body := fmt.Sprintf(`{"msgtype":"text","text":{"content":"进度"},"msgId":"msg%d","createAt":%d,"conversationType":"1","conversationId":"cid1","senderId":"$:LWCP_v1:$x","senderNick":"某某","senderCorpId":"ding1","chatbotCorpId":"ding1","senderStaffId":"dd-wang","sessionWebhook":"https://oapi.dingtalk.com/robot/sendBySession?session=abc%d","sessionWebhookExpiredTime":%d,"robotCode":"r"}`,
		n, now.UnixMilli(), n, now.Add(time.Hour).UnixMilli())
	r := httptest.NewRequest(http.MethodPost, "/dingtalk", bytes.NewReader([]byte(body)))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("timestamp", at)
	r.Header.Set("sign", sign)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		b.Fatalf("%d %s", w.Code, w.Body)
	}
}

// BenchmarkAnswers asks 50 questions a second for five seconds a round and prints how long it takes from the message's
// arrival to its answer being handed over: p99 under 100 ms is the bound, on two cores.
func BenchmarkAnswers(b *testing.B) {
	store, err := models.Open(b.Context(), "sqlite:"+filepath.Join(b.TempDir(), "answers.db"), models.Options{Keyset: filepath.Join(b.TempDir(), "keyset.json")})
	if err != nil {
		b.Fatal(err)
	}
	defer store.Close() //nolint:errcheck // a throw-away database
	p := &post{town: newTown(b, store)}
	p.happen("2024-01-02 firm 婺星人力（示例）有限公司 91330702MA00000001 permit_end=2027-05-31")
	for i := range 20 {
		p.happen(fmt.Sprintf("2024-01-02 contact wang%d 王示例 婺星人力（示例）有限公司", i))
	}
	p.happen("2025-03-12 claim 婺星人力（示例）有限公司 hightech-first GR202533000002 on=2025-03-10")
	p.happen("2025-04-02 award 婺星人力（示例）有限公司 hightech-first GR202533000002")
	p.happen("2025-06-02 claim 婺星人力（示例）有限公司 backbone-firm 2025 on=2025-06-01 rank=11")
	err = store.InTx(b.Context(), func(tx *models.Tx) error {
		for i := range 20 {
			code := fmt.Sprintf("wang%d", i)
			if err := tx.ChangeRoster(1, models.System, models.RosterChange{Code: code, Name: "王示例", Role: models.Contact, OrgID: p.org("婺星人力（示例）有限公司"), ChannelID: "dd-" + code, Active: true}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	p.inbox = p.replica("bench")
	p.inbox.Now = func() policy.Instant { return policy.InstantOf(time.Now()) }
	var took []time.Duration
	n := 0
	for b.Loop() {
		const rate, seconds = 50, 5
		var mu sync.Mutex
		begun := map[string]time.Time{}
		var group sync.WaitGroup
		group.Add(rate * seconds)
		p.inbox.Send = func(_ context.Context, m models.Inbound, _ secret.Text, _ bot.Reply) error {
			mu.Lock()
			took = append(took, time.Since(begun[m.MsgID]))
			mu.Unlock()
			group.Done()
			return nil
		}
		woken := make(chan struct{}, 1)
		p.inbox.Woken = woken
		ctx, stop := context.WithCancel(b.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			for {
				select {
				case <-ctx.Done():
					return
				case <-woken:
				}
				if err := p.inbox.Work(ctx, p.inbox.Now()); err != nil && ctx.Err() == nil {
					b.Error(err)
				}
			}
		}()
		tick := time.NewTicker(time.Second / rate)
		for range rate * seconds {
			<-tick.C
			n++
			id := fmt.Sprint("m", n)
			mu.Lock()
			begun[id] = time.Now()
			mu.Unlock()
			question := []string{"进度", "到账", "引才人数", "为什么", "到期", "政策"}[n%6]
			if err := p.inbox.Receive(b.Context(), bot.Incoming{Channel: "dingtalk", ID: id, At: p.inbox.Now(), Sender: fmt.Sprintf("dd-wang%d", n%20), Conversation: "c", Text: question}); err != nil {
				b.Fatal(err)
			}
		}
		tick.Stop()
		group.Wait()
		stop()
		<-done
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms(<100)")
}

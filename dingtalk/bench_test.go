package dingtalk_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"duixian/dingtalk"
)

// bare is the least that a handler of signed JSON can do: read, HMAC, decode into a struct.
func bare(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, "", http.StatusBadRequest)
		return
	}
	mac := hmac.New(sha256.New, []byte(appSecret))
	mac.Write([]byte(r.Header.Get("timestamp") + "\n" + appSecret))
	sign, err := base64.StdEncoding.DecodeString(r.Header.Get("sign"))
	if err != nil || !hmac.Equal(sign, mac.Sum(nil)) {
		http.Error(w, "", http.StatusUnauthorized)
		return
	}
	var m struct {
		MsgID, MsgType, ConversationType, ConversationID, ConversationTitle, SenderStaffID, SenderNick, SenderCorpID, ChatbotCorpID, RobotCode, SessionWebhook string
		CreateAt, SessionWebhookExpiredTime                                                                                                                    int64
		IsAdmin, IsInAtList                                                                                                                                    bool
		Text                                                                                                                                                   struct{ Content string }
	}
	if err := json.Unmarshal(body, &m); err != nil || m.MsgID == "" {
		http.Error(w, "", http.StatusBadRequest)
		return
	}
	_, _ = io.WriteString(w, `{"msgtype":"empty"}`)
}

const benchBody = `{"msgId":"msgFAKE001","msgtype":"text","text":{"content":" 状态"},"conversationType":"1","conversationId":"cidFAKE1==","senderStaffId":"u001","senderNick":"示例","senderCorpId":"dingcorp1","chatbotCorpId":"dingcorp1","chatbotUserId":"$:LWCP_v1:$bot","senderId":"$:LWCP_v1:$u1","isAdmin":false,"robotCode":"dingfake01","createAt":1763800000050,"sessionWebhook":"https://oapi.dingtalk.com/robot/sendBySession?session=aa01","sessionWebhookExpiredTime":1763805400050}`

// BenchmarkWebhook compares the webhook with bare, over loopback HTTP and alone. "of-bare" is the share of bare's throughput.
func BenchmarkWebhook(b *testing.B) {
	ours, err := dingtalk.NewWebhook(dingtalk.WebhookOptions{
		Secret: appSecret, Now: func() time.Time { return noon }, Handler: func(context.Context, dingtalk.Event) error { return nil },
	})
	if err != nil {
		b.Fatal(err)
	}
	timestamp, sign := dingtalk.Sign(noon, appSecret)
	fill := func(r *http.Request) {
		r.Header.Set("timestamp", timestamp)
		r.Header.Set("sign", sign)
		r.Header.Set("Content-Type", "application/json")
	}
	b.Run("handler", func(b *testing.B) {
		call := func(h http.Handler) {
			r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(benchBody))
			fill(r)
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if w.Code != http.StatusOK {
				b.Fatal(w.Code)
			}
		}
		compare(b, func() { call(http.HandlerFunc(bare)) }, func() { call(ours) })
	})
	b.Run("http", func(b *testing.B) {
		client := &http.Client{Transport: &http.Transport{}}
		defer client.CloseIdleConnections()
		over := func(h http.Handler) func() {
			server := httptest.NewServer(h)
			b.Cleanup(server.Close)
			return func() {
				r, _ := http.NewRequestWithContext(b.Context(), http.MethodPost, server.URL, strings.NewReader(benchBody))
				fill(r)
				resp, err := client.Do(r)
				if err != nil {
					b.Fatal(err)
				}
				_, _ = io.Copy(io.Discard, resp.Body)
				resp.Body.Close()
				if resp.StatusCode != http.StatusOK {
					b.Fatal(resp.StatusCode)
				}
			}
		}
		compare(b, over(http.HandlerFunc(bare)), over(ours))
	})
}

// compare runs both in turn, so that whatever else the machine does hits both alike, and reports medians: a mean would tell
// of the machine's other work.
func compare(b *testing.B, bare, ours func()) {
	var plain, full []time.Duration
	for b.Loop() {
		start := time.Now()
		bare()
		middle := time.Now()
		ours()
		plain, full = append(plain, middle.Sub(start)), append(full, time.Since(middle))
	}
	slices.Sort(plain)
	slices.Sort(full)
	p, f := plain[len(plain)/2], full[len(full)/2]
	b.ReportMetric(float64(f.Nanoseconds()), "ours-ns")
	b.ReportMetric(float64(p.Nanoseconds()), "bare-ns")
	b.ReportMetric(float64(p)/float64(f), "of-bare")
}

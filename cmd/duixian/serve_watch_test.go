package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// shared is a buffer that several goroutines write.
type shared struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (s *shared) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.buf.Write(b)
}

func (s *shared) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.buf.String()
}

// The service watches itself: after a good round it pings the configured address, says how many alerts are open, and when it is
// told to stop it leaves word that it stopped.
func TestServeWatchesItself(t *testing.T) {
	pinged := make(chan string, 100)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { pinged <- r.URL.Path }))
	defer server.Close()
	dir := t.TempDir()
	config := fmt.Sprintf("data_dir: %s\nhttp:\n  listen: 127.0.0.1:0\nwatch:\n  ping_url: %s/word\n", filepath.Join(dir, "data"), server.URL)
	if err := os.WriteFile(filepath.Join(dir, "duixian.yaml"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, problems shared
	p := &program{in: strings.NewReader(""), out: &out, err: &problems, user: "tester", wall: time.Now, now: time.Now, configFile: filepath.Join(dir, "duixian.yaml")}
	a, err := p.open(t.Context(), appOptions{create: true, background: true})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	done := make(chan error, 1)
	go func() { done <- p.serve(ctx, a, nil) }()
	select {
	case path := <-pinged:
		if path != "/word" {
			t.Errorf("pinged %s", path)
		}
	case err := <-done:
		t.Fatalf("%v\n%s", err, problems.String())
	}
	at := regexp.MustCompile(`http=(\S+)`).FindStringSubmatch(problems.String())
	if at == nil {
		t.Fatal(problems.String())
	}
	resp, err := http.Get("http://" + at[1] + "/healthz")
	if err != nil {
		t.Fatal(err)
	}
	var health map[string]any
	if err := json.NewDecoder(resp.Body).Decode(&health); err != nil || health["alerts"] != float64(0) {
		t.Errorf("%v %v", health, err)
	}
	if err := resp.Body.Close(); err != nil {
		t.Error(err)
	}
	stop()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	rows, err := a.store.Read(t.Context()).Replicas()
	if err != nil || len(rows) != 1 || rows[0].StoppedAt == 0 || rows[0].Version == "" {
		t.Errorf("%+v %v", rows, err)
	}
	alerts, err := a.store.Read(t.Context()).AlertsSince(0, 10)
	for _, al := range alerts {
		if al.Kind != "calendar-missing" { // as true as the day on which the test runs
			t.Errorf("an alert of a healthy start: %+v", al)
		}
	}
	if err != nil || strings.Contains(problems.String(), "/word") {
		t.Errorf("%v\n%s", err, problems.String())
	}
	if err := a.close(); err != nil {
		t.Error(err)
	}
}

// A ping goes to the configured address and nowhere else, and its address is not in any error.
func TestPingKeepsToItsAddress(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("followed a redirection") }))
	defer elsewhere.Close()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, elsewhere.URL, http.StatusFound) }))
	for _, to := range []string{server.URL + "/word-of-mouth", "http://127.0.0.1:1/word-of-mouth", "http://bad host/word-of-mouth"} {
		if err := ping(t.Context(), to); err == nil || strings.Contains(err.Error(), "word-of-mouth") {
			t.Errorf("%s: %v", to, err)
		}
	}
	server.Close()
}

// A watcher elsewhere begins although the database does not answer, and tells so.
func TestWatchBeginsWithoutADatabase(t *testing.T) {
	dir := t.TempDir()
	config := fmt.Sprintf("data_dir: %s\ndatabase:\n  dsn: %q\n", filepath.Join(dir, "data"), "mysql:u:pw-of-nobody@tcp(127.0.0.1:1)/x")
	if err := os.WriteFile(filepath.Join(dir, "duixian.yaml"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	said := ""
	for range 3 {
		var out, problems bytes.Buffer
		code := run(t.Context(), []string{"--config", filepath.Join(dir, "duixian.yaml"), "watch", "--once"}, &program{
			in: strings.NewReader(""), out: &out, err: &problems, user: "tester", wall: time.Now, now: func() time.Time { return now },
		})
		if code != exitFailed || strings.Contains(problems.String()+out.String(), "pw-of-nobody") {
			t.Fatalf("exit %d\n%s%s", code, &out, &problems)
		}
		said += out.String()
		now = now.Add(time.Minute)
	}
	if strings.Count(said, "告警：数据库无法使用") != 1 {
		t.Errorf("said %q", said)
	}
}

package dingtalk_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"duixian/dingtalk"
)

// tokenServer hands out tok-1, tok-2, … and says which of them a call is made with.
type tokenServer struct {
	fetched atomic.Int32
	delay   time.Duration
	down    atomic.Bool
	used    sync.Map                            // token → true
	stale   func(token string) http.HandlerFunc // nil = every token is good
}

func (s *tokenServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/v1.0/oauth2/accessToken" {
		n := s.fetched.Add(1)
		time.Sleep(s.delay) // in a bubble: takes no time
		if s.down.Load() {
			say(503, ``)(w, r)
			return
		}
		say(200, fmt.Sprintf(`{"accessToken":"tok-%d","expireIn":7200}`, n))(w, r)
		return
	}
	token := r.Header.Get("x-acs-dingtalk-access-token") + r.URL.Query().Get("access_token")
	s.used.Store(token, true)
	if s.stale != nil {
		if h := s.stale(token); h != nil {
			h(w, r)
			return
		}
	}
	say(200, `{"errcode":0,"processQueryKey":"pq","result":{"userid":"u001"}}`)(w, r)
}

func tokenClient(t *testing.T, s *tokenServer) *dingtalk.Client {
	c, _ := newClient(t, nil, func(o *dingtalk.Options) {
		o.Transport, o.Now = &fake{answer: s.ServeHTTP}, time.Now
	})
	return c
}

func TestOneFetchForAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &tokenServer{delay: time.Second}
		c := tokenClient(t, s)
		var all sync.WaitGroup
		for range 50 {
			all.Go(func() {
				if _, err := c.User(t.Context(), "u001"); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if n := s.fetched.Load(); n != 1 {
			t.Errorf("%d fetches for 50 calls at once", n)
		}
		// 7,200 s less 10 min: then one call fetches, and those beside it use the old one meanwhile.
		time.Sleep(110*time.Minute - 2*time.Second)
		_, _ = c.User(t.Context(), "u001")
		if n := s.fetched.Load(); n != 1 {
			t.Errorf("%d fetches before it was time", n)
		}
		time.Sleep(2 * time.Second)
		for range 50 {
			all.Go(func() { _, _ = c.User(t.Context(), "u001") })
		}
		all.Wait()
		if n := s.fetched.Load(); n != 2 {
			t.Errorf("%d fetches, want 2", n)
		}
	})
}

func TestARefreshThatFailsIsNoErrorWhileTheTokenHolds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &tokenServer{}
		c := tokenClient(t, s)
		call := func() error { _, err := c.User(t.Context(), "u001"); return err }
		if err := call(); err != nil {
			t.Fatal(err)
		}
		s.down.Store(true)
		time.Sleep(111 * time.Minute)
		for range 100 {
			if err := call(); err != nil {
				t.Fatal(err)
			}
		}
		if n := s.fetched.Load(); n != 2 {
			t.Errorf("%d fetches: a refresh that fails must not be tried with every call", n)
		}
		time.Sleep(9*time.Minute + time.Second)
		if err := call(); dingtalk.ClassOf(err) != dingtalk.Retry {
			t.Errorf("%v", err)
		}
		s.down.Store(false)
		if err := call(); err != nil {
			t.Error(err)
		}
	})
}

// Stale comes in three shapes. On each the token is fetched once more and the call made once more, on both APIs.
func TestStaleTokensAreReplacedOnce(t *testing.T) {
	for name, shape := range map[string]http.HandlerFunc{
		"400 InvalidAuthentication": say(400, `{"code":"InvalidAuthentication","requestid":"R","message":"不合法的access_token"}`),
		"401":                       say(401, `{"code":"InvalidAuthentication","message":"x"}`),
		"errcode 40014":             say(200, `{"errcode":40014,"errmsg":"x"}`),
		"errcode 42001 as text":     say(200, `{"errcode":"42001","errmsg":"x"}`),
		"errcode 88":                say(200, `{"errcode":88,"sub_code":"40014","sub_msg":"x"}`),
	} {
		s := &tokenServer{stale: func(token string) http.HandlerFunc {
			if token == "tok-1" {
				return shape
			}
			return nil
		}}
		c := tokenClient(t, s)
		if _, err := c.User(t.Context(), "u001"); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := c.SendToGroup(t.Context(), "cid", hello); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if n := s.fetched.Load(); n != 2 {
			t.Errorf("%s: %d fetches", name, n)
		}
		s.stale = func(string) http.HandlerFunc { return shape }
		before := s.fetched.Load()
		if _, err := c.User(t.Context(), "u001"); dingtalk.ClassOf(err) != dingtalk.Configuration || !dingtalk.AboutToken.Is(err) {
			t.Errorf("%s, for ever: %v", name, err)
		}
		if n := s.fetched.Load() - before; n != 1 {
			t.Errorf("%s, for ever: %d fetches", name, n)
		}
	}
}

// Fifty calls that learn at once that the token is stale fetch one new token.
func TestACrowdWithAStaleTokenFetchesOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &tokenServer{delay: time.Second}
		s.stale = func(token string) http.HandlerFunc {
			if token == "tok-1" {
				return say(200, `{"errcode":40014}`)
			}
			return nil
		}
		c := tokenClient(t, s)
		var all sync.WaitGroup
		for range 50 {
			all.Go(func() {
				if _, err := c.User(t.Context(), "u001"); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if n := s.fetched.Load(); n != 2 {
			t.Errorf("%d fetches, want the first and one more", n)
		}
	})
}

func TestACallerWhoLeavesDoesNotSpoilTheFetch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &tokenServer{delay: time.Minute}
		transport := &fake{answer: s.ServeHTTP}
		c, _ := newClient(t, nil, func(o *dingtalk.Options) { o.Transport, o.Now, o.Timeout = transport, time.Now, time.Hour })
		hasty, cancel := context.WithCancel(t.Context())
		first := make(chan error)
		go func() { _, err := c.User(hasty, "u001"); first <- err }()
		synctest.Wait()
		second := make(chan error)
		go func() { _, err := c.User(t.Context(), "u001"); second <- err }()
		third, cancelThird := context.WithCancel(t.Context())
		waiting := make(chan error)
		go func() { _, err := c.User(third, "u001"); waiting <- err }()
		synctest.Wait()
		cancelThird()
		if err := <-waiting; !errors.Is(err, context.Canceled) {
			t.Errorf("who only waits leaves at once: %v", err)
		}
		cancel()
		if err := <-first; !errors.Is(err, context.Canceled) {
			t.Errorf("%v", err)
		}
		if err := <-second; err != nil {
			t.Errorf("who stayed gets a token: %v", err)
		}
	})
}

func TestRefusedCredentialsAreNotHammered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var fetched int
		c, _ := newClient(t, nil, func(o *dingtalk.Options) {
			o.Now = time.Now
			o.Transport = &fake{answer: func(w http.ResponseWriter, r *http.Request) {
				fetched++
				say(400, `{"code":"invalidClientIdOrSecret","requestid":"R","message":"x"}`)(w, r)
			}}
		})
		for range 20 {
			_, err := c.User(t.Context(), "u001")
			if dingtalk.ClassOf(err) != dingtalk.Configuration || !strings.Contains(err.Error(), "Client Secret") {
				t.Fatalf("%v", err)
			}
		}
		if fetched != 1 {
			t.Errorf("%d fetches in one second", fetched)
		}
		time.Sleep(11 * time.Second)
		_, _ = c.User(t.Context(), "u001")
		if fetched != 2 {
			t.Errorf("%d fetches: it is tried again after a while", fetched)
		}
	})
}

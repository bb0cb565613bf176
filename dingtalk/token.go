package dingtalk

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"duixian/secret"
)

// Token times. Source: obtain-the-access-token-of-an-internal-app (7,200 s; fetching too often is throttled) and
// server-api-calling-guide (refresh ten minutes early).
const (
	tokenEarly  = 10 * time.Minute
	tokenOddTTL = time.Minute      // of a token whose lifetime is missing or absurd
	tokenMaxTTL = 24 * time.Hour   // longer is not believed
	tokenPause  = 10 * time.Second // between tries of a refresh that fails, and after refused credentials
)

// tokens is the app's one access token. Whoever needs it while it is being fetched waits for that fetch; a refresh
// that fails while the old token still holds is not an error.
type tokens struct {
	fetch func(ctx context.Context) (secret.Text, time.Duration, error)
	now   func() time.Time

	mu      sync.Mutex
	value   secret.Text
	refresh time.Time     // from here on a new one is fetched
	expires time.Time     // until here the old one will do
	busy    chan struct{} // closed when the running fetch ends; nil = none runs
	refused error         // credentials that were just refused …
	until   time.Time     // … are not tried again before
}

func (t *tokens) get(ctx context.Context) (secret.Text, error) {
	for {
		t.mu.Lock()
		now := t.now()
		switch {
		case t.value != "" && now.Before(t.refresh):
			defer t.mu.Unlock()
			return t.value, nil
		case t.refused != nil && now.Before(t.until):
			defer t.mu.Unlock()
			return "", t.refused
		case t.busy != nil && t.value != "" && now.Before(t.expires):
			defer t.mu.Unlock()
			return t.value, nil // somebody refreshes it already
		case t.busy == nil:
			t.busy = make(chan struct{})
			t.mu.Unlock()
			return t.renew(ctx)
		}
		busy := t.busy
		t.mu.Unlock()
		select {
		case <-busy:
		case <-ctx.Done():
			return "", &Error{Kind: KindToken, Class: Retry, Code: "cancelled", Hint: "等候访问凭证时已停止", cause: ctx.Err()}
		}
	}
}

// renew fetches; its caller holds busy.
func (t *tokens) renew(ctx context.Context) (secret.Text, error) {
	var value secret.Text
	var life time.Duration
	err := errors.New("dingtalk: fetching the token panicked")
	defer func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		close(t.busy)
		t.busy = nil
		now := t.now()
		switch {
		case err == nil:
			if life <= 0 || life > tokenMaxTTL {
				life = tokenOddTTL
			}
			t.value, t.refused = value, nil
			t.refresh, t.expires = now.Add(life-min(tokenEarly, life/2)), now.Add(life)
		case ClassOf(err) == Configuration:
			t.refused, t.until = err, now.Add(tokenPause)
		}
	}()
	value, life, err = t.fetch(ctx)
	if err == nil {
		return value, nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.value != "" && t.now().Before(t.expires) {
		t.refresh = t.now().Add(tokenPause)
		return t.value, nil
	}
	return "", err
}

// drop forgets a token that DingTalk refused, unless a newer one is there already.
func (t *tokens) drop(stale secret.Text) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.value == stale {
		t.value = ""
	}
}

// fetchToken calls POST /v1.0/oauth2/accessToken, JSON only. One token serves both hosts: in practice always, in no page.
func (c *Client) fetchToken(ctx context.Context) (secret.Text, time.Duration, error) {
	var out struct {
		AccessToken text   `json:"accessToken"`
		ExpireIn    number `json:"expireIn"`
	}
	r := request{
		kind: KindToken, method: http.MethodPost, path: "/v1.0/oauth2/accessToken", safe: true, out: &out,
		body: map[string]string{"appKey": c.o.ClientID, "appSecret": c.o.ClientSecret.Reveal()},
	}
	err := c.exchange(ctx, r, "")
	if e, ok := errors.AsType[*Error](err); ok && e.About == AboutToken {
		e.Hint = hintSecret
	}
	if err == nil && out.AccessToken == "" {
		err = r.unclear("no-token", "回答中没有访问凭证")
	}
	if err != nil {
		return "", 0, err
	}
	return secret.Text(out.AccessToken), time.Duration(out.ExpireIn) * time.Second, nil
}

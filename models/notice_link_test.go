package models_test

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"duixian/models"
	"duixian/models/modelstest"
	"duixian/policy"
	"duixian/secret"
)

// linked writes three delivered notices, two of organisation 1 and one of organisation 2, and a link of organisation 1's line to all of them.
func linked(t *testing.T, s *models.Store, now policy.Instant) (secret.Text, []int64) {
	t.Helper()
	rows := []models.Notice{
		{MemberID: 1, OrgID: 1, Kind: "k", Thing: "a", State: models.NoticeDelivered, Payload: "{}"},
		{MemberID: 2, OrgID: 1, Kind: "k", Thing: "a", State: models.NoticeUnknown, Payload: "{}"},
		{MemberID: 3, OrgID: 2, Kind: "k", Thing: "a", State: models.NoticeDelivered, Payload: "{}"},
	}
	enqueue(t, s, rows...)
	all, err := s.Read(t.Context()).Notices(models.NoticeFilter{})
	if err != nil {
		t.Fatal(err)
	}
	var ids []int64
	for _, n := range all {
		ids = append(ids, n.ID)
	}
	slices.Sort(ids)
	return link(t, s, "dx-1-1", 1, ids, now), ids
}

func link(t *testing.T, s *models.Store, dispatch string, org int64, ids []int64, now policy.Instant) (token secret.Text) {
	t.Helper()
	err := s.InTx(t.Context(), func(tx *models.Tx) (err error) {
		token, err = tx.LinkNotices(dispatch, org, ids, now)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// tryLink opens a link as the page does, without the words.
func tryLink(t *testing.T, s *models.Store, token secret.Text, by string, now policy.Instant) (shown []models.Notice, err error) {
	t.Helper()
	l, err := s.Read(t.Context()).NoticeLink(token)
	if err != nil {
		t.Fatal(err)
	}
	err = s.InTx(t.Context(), func(tx *models.Tx) (err error) {
		if shown, err = tx.LinkedNotices(l); err != nil {
			return err
		}
		return tx.OpenLink(l, by, shown, now)
	})
	return shown, err
}

func TestALinkOpensOnce(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		now := policy.Instant(1770942600000)
		token, ids := linked(t, s, now)
		var opened atomic.Int64
		var all sync.WaitGroup
		for i := range 6 {
			all.Go(func() {
				shown, err := tryLink(t, s, token, fmt.Sprint("opener-", i), now+1)
				switch {
				case err == nil && len(shown) == 2:
					opened.Add(1)
				case models.CodeOf(err) != models.Conflict:
					t.Errorf("%v, %d shown", err, len(shown))
				}
			})
		}
		all.Wait()
		if opened.Load() != 1 {
			t.Fatalf("opened %d times", opened.Load())
		}
		q := s.Read(t.Context())
		for i, want := range []models.NoticeState{models.NoticeRead, models.NoticeRead, models.NoticeDelivered} {
			n, err := q.Notice(ids[i])
			if err != nil || n.State != want || (n.ReadAt != 0) != (want == models.NoticeRead) {
				t.Errorf("notice %d is %s, read at %d, %v", i, n.State, n.ReadAt, err)
			}
			tries, err := q.Deliveries(ids[i])
			if err != nil || len(tries) != n.Tries || want == models.NoticeRead && (len(tries) != 1 || tries[0].Outcome != "opened" || tries[0].OutcomeText() != "由群内链接打开") {
				t.Errorf("notice %d: %+v, %v", i, tries, err)
			}
		}
		audit, err := q.AuditRows("data", 1, 10)
		if err != nil || len(audit) != 1 || audit[0].Action != "open-notice-link" || audit[0].Entity != "notice-link/1" {
			t.Errorf("%+v, %v", audit, err)
		}
	})
}

// The line that is said again has the link that it had; another line, and another organisation's, has another.
func TestTheSameLineHasTheSameLink(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		now := policy.Instant(1770942600000)
		token, ids := linked(t, s, now)
		if again := link(t, s, "dx-1-1", 1, ids[:1], now+500); again != token {
			t.Error("the same line has another link")
		}
		raw := modelstest.Raw(t, s)
		defer raw.Close()
		var links, rows, made int64
		if err := raw.QueryRow("SELECT COUNT(*), MAX(made_at) FROM notice_links").Scan(&links, &made); err != nil || links != 1 || made != int64(now) {
			t.Errorf("%d links, made at %d, %v", links, made, err)
		}
		if err := raw.QueryRow("SELECT COUNT(*) FROM notice_link_rows").Scan(&rows); err != nil || rows != 2 {
			t.Errorf("the link stands for %d notices, want the organisation's two; %v", rows, err)
		}
		for _, other := range []secret.Text{link(t, s, "dx-1-2", 1, ids, now), link(t, s, "dx-1-1", 2, ids, now)} {
			if other == token {
				t.Error("another line has the same link")
			}
		}
		var stored string
		if err := raw.QueryRow("SELECT hash FROM notice_links WHERE id = 1").Scan(&stored); err != nil || len(stored) != 64 || stored == token.Reveal() {
			t.Errorf("%q is stored, %v", stored, err)
		}
		c := s.Read(t.Context()).Cipher()
		if len(token.Reveal()) != 43 || !c.LinkToken(token) {
			t.Errorf("a token of %d characters, its own: %v", len(token.Reveal()), c.LinkToken(token))
		}
		for i := range token.Reveal() {
			changed := []byte(token.Reveal())
			if changed[i] ^= 1; c.LinkToken(secret.Text(changed)) {
				t.Errorf("made up at %d and taken for ours", i)
			}
		}
		err := s.InTx(t.Context(), func(tx *models.Tx) error { _, err := tx.LinkNotices("dx-9-1", 1, ids[2:], now); return err })
		if models.CodeOf(err) != models.Invalid {
			t.Errorf("a link to another organisation's notice: %v", err)
		}
	})
}

func TestALinkThatDoesNotOpen(t *testing.T) {
	now := policy.Instant(1770942600000)
	for name, c := range map[string]struct {
		spoil string
		after time.Duration
		want  models.Code
	}{
		"in its last moment":   {"", models.LinkLife - time.Millisecond, ""},
		"too late":             {"", models.LinkLife, models.Conflict},
		"being sent right now": {"UPDATE notices SET state = 'sending' WHERE org_id = 1 AND member_id = 1", 0, models.Unavailable},
	} {
		t.Run(name, func(t *testing.T) {
			modelstest.Each(t, func(t *testing.T, s *models.Store) {
				token, _ := linked(t, s, now)
				if c.spoil != "" {
					modelstest.Exec(t, s, c.spoil)
				}
				if _, err := tryLink(t, s, token, "x", now.Add(c.after)); models.CodeOf(err) != c.want {
					t.Errorf("%v", err)
				}
				l, err := s.Read(t.Context()).NoticeLink(token)
				if err != nil || (l.OpenedAt != 0) != (c.want == "") {
					t.Errorf("%+v, %v", l, err)
				}
			})
		})
	}
}

func TestLinksAreRevokedByAnOfficial(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		now := policy.Instant(1770942600000)
		token, ids := linked(t, s, now)
		other := link(t, s, "dx-2-1", 2, ids, now)
		err := s.InTx(t.Context(), func(tx *models.Tx) error {
			contact := models.Member{Code: "lianxi1", Name: "示例", Active: true}
			if err := tx.AddMember(1, models.System, &contact, models.MemberRole{Role: models.Contact, OrgID: 1}); err != nil {
				return err
			}
			clerk := models.Member{Code: "jingban1", Name: "示例", Active: true}
			return tx.AddMember(1, models.System, &clerk, models.MemberRole{Role: models.Clerk})
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			as   string
			want models.Code
			n    int64
		}{{"lianxi1", models.Forbidden, 0}, {"nobody", models.Forbidden, 0}, {"jingban1", "", 1}, {"jingban1", "", 0}} {
			n := int64(0)
			err := s.InTx(t.Context(), func(tx *models.Tx) (err error) {
				n, err = tx.RevokeLinks(models.Actor{Member: c.as}, models.Organisation{ID: 1, Code: "A"}, now+5)
				return err
			})
			if models.CodeOf(err) != c.want || n != c.n || (err != nil) != (c.want != "") {
				t.Errorf("%s: %d, %v", c.as, n, err)
			}
		}
		if _, err := tryLink(t, s, token, "x", now+6); models.CodeOf(err) != models.Conflict {
			t.Errorf("revoked: %v", err)
		}
		if _, err := tryLink(t, s, other, "x", now+6); err != nil {
			t.Errorf("the other organisation's: %v", err)
		}
	})
}

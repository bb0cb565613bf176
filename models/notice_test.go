package models_test

import (
	"sync"
	"testing"

	"duixian/models"
	"duixian/models/modelstest"
	"duixian/policy"
)

func enqueue(t *testing.T, s *models.Store, notices ...models.Notice) (added int) {
	t.Helper()
	err := s.InTx(t.Context(), func(tx *models.Tx) (err error) {
		added, err = tx.Enqueue(notices)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return added
}

func TestANoticeIsOneByKindRecipientThingAndDay(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		first := models.Notice{MemberID: 1, OrgID: 1, Kind: "k", Thing: "award/1", DueOn: 20260212, Payload: "{}"}
		if added := enqueue(t, s, first, first); added != 1 {
			t.Errorf("%d rows from one call, want 1", added)
		}
		for _, c := range []struct {
			change func(n *models.Notice)
			want   int
		}{
			{func(n *models.Notice) { n.Payload, n.OrgID, n.RunID, n.CreatedAt = "other", 2, 9, 9 }, 0},
			{func(n *models.Notice) { n.Kind = "K" }, 1}, // upper and lower case are different letters in every database
			{func(n *models.Notice) { n.MemberID = 2 }, 1},
			{func(n *models.Notice) { n.Thing = "award/1 " }, 1},
			{func(n *models.Notice) { n.DueOn = 20260213 }, 1},
			{func(n *models.Notice) { n.MemberID, n.State, n.Reason = 0, models.NoticeDead, models.NoContact }, 1},
			{func(n *models.Notice) { n.MemberID, n.State, n.Reason = 0, models.NoticeDead, models.NoContact }, 0},
			{func(n *models.Notice) {
				n.MemberID, n.OrgID, n.State, n.Reason = 0, 0, models.NoticeDead, models.NoMember+":clerk"
			}, 1},
			{func(n *models.Notice) {
				n.MemberID, n.OrgID, n.State, n.Reason = 0, 0, models.NoticeDead, models.NoMember+":approver"
			}, 1},
		} {
			n := first
			if c.change(&n); enqueue(t, s, n) != c.want {
				t.Errorf("%+v: added %d, want %d", n, 1-c.want, c.want)
			}
		}
	})
}

func TestTellingTheSameFromManySides(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				for day := range policy.Date(10) {
					err := s.InTx(t.Context(), func(tx *models.Tx) error {
						_, err := tx.Enqueue([]models.Notice{{MemberID: 1, Kind: "k", Thing: "x", DueOn: 20260201 + day, Payload: "{}"}})
						return err
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		if rows, err := s.Read(t.Context()).Notices(models.NoticeFilter{}); err != nil || len(rows) != 10 || rows[0].ID != 10 {
			t.Errorf("%d rows, %v; want 10 without gaps in their numbers", len(rows), err)
		}
	})
}

// Two notices are to go out as one message; another replica has one of them already: neither is touched.
func TestAMessageIsClaimedWholeOrNotAtAll(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		enqueue(t, s, models.Notice{MemberID: 1, Kind: "k", Thing: "a", Payload: "{}"}, models.Notice{MemberID: 1, Kind: "k", Thing: "b", Payload: "{}"})
		claim := func(owner string, fresh bool, ids ...int64) (mine bool) {
			err := s.InTx(t.Context(), func(tx *models.Tx) (err error) {
				mine, err = tx.ClaimNotices(ids, 10, models.NoticeClaim{DigestID: 1, ProviderKey: "key-" + owner, Fresh: fresh, Channel: "c", Owner: owner, LeaseUntil: 100})
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return mine
		}
		if !claim("first", true, 2) || claim("second", true, 1, 2) {
			t.Error("the second took what the first has, or half of what it wanted")
		}
		q := s.Read(t.Context())
		a, err := q.Notice(1)
		b, err2 := q.Notice(2)
		if err != nil || err2 != nil || a.State != models.NoticePending || a.Tries != 0 || a.DigestID != 0 || a.ProviderKey != "" || b.Owner != "first" || b.Tries != 1 {
			t.Errorf("a %+v, b %+v, %v %v", a, b, err, err2)
		}
		modelstest.Exec(t, s, "UPDATE notices SET digest_id = 1, provider_key = 'key-third' WHERE id = 1") // in doubt since the third try
		if claim("third", false, 1, 2) {
			t.Error("half a doubtful message was taken")
		}
		if a, err = q.Notice(1); err != nil || a.DigestID != 1 || a.ProviderKey != "key-third" {
			t.Errorf("a doubtful message forgot its key: %+v, %v", a, err)
		}
		if !claim("second", true, 1) {
			t.Error("what was given back cannot be taken")
		}
	})
}

func TestOnlyTheOwnerSettles(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		enqueue(t, s, models.Notice{MemberID: 1, Kind: "k", Thing: "a", Payload: "{}"})
		owner := models.NoticeClaim{ProviderKey: "x", Owner: "owner", LeaseUntil: 100}
		settle := func(c models.NoticeClaim) (n int64) {
			err := s.InTx(t.Context(), func(tx *models.Tx) (err error) {
				n, err = tx.SettleNotices([]int64{1}, c, models.NoticeResult{State: models.NoticeDelivered, At: 20})
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		if n := settle(owner); n != 0 {
			t.Errorf("settled before it was claimed: %d", n)
		}
		if err := s.InTx(t.Context(), func(tx *models.Tx) error { _, err := tx.ClaimNotices([]int64{1}, 10, owner); return err }); err != nil {
			t.Fatal(err)
		}
		for _, stranger := range []models.NoticeClaim{{Owner: "other", LeaseUntil: 100}, {Owner: "owner", LeaseUntil: 99}} {
			if n := settle(stranger); n != 0 {
				t.Errorf("%+v settled %d", stranger, n)
			}
		}
		if n := settle(owner); n != 1 {
			t.Errorf("the owner settled %d", n)
		}
		if n := settle(owner); n != 0 {
			t.Errorf("settled twice: %d", n)
		}
		tries, err := s.Read(t.Context()).Deliveries(1)
		if err != nil || len(tries) != 1 {
			t.Errorf("%+v, %v", tries, err)
		}
	})
}

func TestTheCheckSeesWhatBreaksThePromisesAboutNotices(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		found := func(no string) int {
			results, err := s.Read(t.Context()).Check(1_000_000_000, 1_000_000_000)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range results {
				if r.No == no {
					return len(r.Findings)
				}
			}
			t.Fatalf("there is no check %s", no)
			return 0
		}
		enqueue(t, s, models.Notice{MemberID: 1, Kind: "k", Thing: "a", Payload: "{}", NextAt: 1_000_000_000})
		for _, c := range []struct{ tamper, no string }{
			{"UPDATE notices SET next_at = 1", "31"},
			{"UPDATE notices SET state = 'sending', lease_until = 1", "31"},
			{"UPDATE notices SET state = 'dead', reason = ''", "31"},
			{"UPDATE notices SET state = 'lost'", "31"},
			{"UPDATE notices SET tries = 1", "32"},
			{"UPDATE notices SET ambiguous = 1", "32"},
			{"UPDATE notices SET payload = '{\"error\":\"11010519491231002X\"}'", "43"},
		} {
			if n := found(c.no); n != 0 {
				t.Errorf("check %s finds %d before anything is wrong", c.no, n)
			}
			modelstest.Exec(t, s, c.tamper)
			if n := found(c.no); n != 1 {
				t.Errorf("check %s finds %d after %s", c.no, n, c.tamper)
			}
			modelstest.Exec(t, s, "UPDATE notices SET next_at = 1000000000, state = 'pending', reason = '', tries = 0, ambiguous = 0, payload = '{}', lease_until = 0")
		}
		modelstest.Exec(t, s, "INSERT INTO deliveries (notice_id, try_no, at, outcome, code, detail) VALUES (1, 1, 1, 'delivered', '', ''), (1, 2, 1, 'delivered', '', '')")
		modelstest.Exec(t, s, "UPDATE notices SET tries = 2")
		if n := found("32"); n != 1 {
			t.Errorf("a notice that was delivered twice: %d findings", n)
		}
	})
}

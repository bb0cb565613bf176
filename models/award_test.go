package models_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"duixian/models"
	"duixian/models/modelstest"
	"duixian/policy"
)

func whole(amount policy.Fen) []models.Instalment {
	return []models.Instalment{{No: 1, AmountFen: amount, DueOn: 20260302, State: models.Due}}
}

func award(claim int64, amount policy.Fen) models.Award {
	return models.Award{ClaimID: claim, OrgID: claim, Item: "backbone-firm", Clause: "三（三）", AmountFen: amount, ApprovedOn: 20260302, PolicyVersion: "v", State: "active"}
}

// make tries one award in a transaction of its own and says why it was refused, empty when it was made.
func makeOne(t *testing.T, s *models.Store, a models.Award, parts []models.Instalment, g models.Grant) string {
	t.Helper()
	var refused *models.Refusal
	err := s.InTx(t.Context(), func(tx *models.Tx) error {
		refused = nil
		err := tx.Try(func(tx *models.Tx) error { _, err := tx.MakeAward(a, parts, g); return err })
		if errors.As(err, &refused) {
			return nil
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	if refused != nil {
		return refused.Reason
	}
	return ""
}

// count runs a query of one number over the open door.
func awardCount(t *testing.T, s *models.Store) int {
	t.Helper()
	list, err := s.Read(t.Context()).AwardsAfter(0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	return len(list)
}

// Promise 6: a quota is places in the schema. Thirty people reach for ten places at once.
func TestTenPlacesAreTenHoweverManyReachForThem(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		var group sync.WaitGroup
		reasons := make([]string, 30)
		for i := range reasons {
			group.Go(func() {
				reasons[i] = makeOne(t, s, award(int64(i+1), 20_000_000), whole(20_000_000), models.Grant{Quota: "backbone-firm:2026", Places: 1})
			})
		}
		group.Wait()
		made := 0
		for _, r := range reasons {
			switch r {
			case "":
				made++
			case "OVER_QUOTA":
			default:
				t.Errorf("refused with %s", r)
			}
		}
		if made != 10 || awardCount(t, s) != 10 {
			t.Errorf("%d made, %d awards in the database; want 10", made, awardCount(t, s))
		}
	})
}

// Promise 6: a cap is a row advanced by a conditional update. Twenty claims of 15,000.00 reach for 100,000.00 at once.
func TestACapIsNeverPassed(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		var group sync.WaitGroup
		for i := range 20 {
			group.Go(func() {
				makeOne(t, s, award(int64(i+1), 1_500_000), whole(1_500_000), models.Grant{Caps: []models.CapUse{{Key: "booth:A:2026", Limit: 10_000_000, Amount: 1_500_000}}})
			})
		}
		group.Wait()
		if n := awardCount(t, s); n != 6 {
			t.Errorf("%d awards of 15,000.00 under a cap of 100,000.00, want 6", n)
		}
		results, err := s.Read(t.Context()).Check(1, 1)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range results {
			if (r.No == "16" || r.No == "16b") && len(r.Findings) > 0 {
				t.Errorf("check %s: %v", r.No, r.Findings)
			}
		}
	})
}

// Promise 6 with several caps at once: fifty claims of uneven sums draw on the year of a firm and on the lifetime of its group at the same time.
// Neither is passed, each is used to the fen by what was made, and what was refused draws on neither.
func TestFiftyClaimsUnderTwoCaps(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		const year, group = 10_000_000, 14_000_000
		var clash sync.WaitGroup
		reasons := make([]string, 50)
		sum := func(i int) policy.Fen { return policy.Fen(700_000 + 13_337*(i%7)) }
		for i := range reasons {
			clash.Go(func() {
				reasons[i] = makeOne(t, s, award(int64(i+1), sum(i)), whole(sum(i)), models.Grant{Caps: []models.CapUse{
					{Key: fmt.Sprintf("booth:%d:2026", i%2), Limit: year, Amount: sum(i)}, {Key: "group:G", Limit: group, Amount: sum(i)},
				}})
			})
		}
		clash.Wait()
		used := map[int]policy.Fen{}
		for i, r := range reasons {
			switch r {
			case "":
				used[i%2] += sum(i)
			case "CAP":
			default:
				t.Errorf("claim %d refused with %s", i+1, r)
			}
		}
		total := used[0] + used[1]
		if used[0] > year || used[1] > year || total > group || total < group-800_000 {
			t.Errorf("used %s and %s of %s each, %s of %s together", used[0], used[1], policy.Fen(year), total, policy.Fen(group))
		}
		results, err := s.Read(t.Context()).Check(1, 1)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range results {
			if r.No == "16" && (r.Examined != 3 || len(r.Findings) > 0) {
				t.Errorf("check %s looked at %d caps: %v", r.No, r.Examined, r.Findings)
			}
		}
	})
}

// Promise 2: one claim, one award; one person, one reward; a key that exists once is taken once. What was refused leaves nothing behind.
func TestWhatIsTakenOnceIsTakenOnce(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		if r := makeOne(t, s, award(1, 100), whole(100), models.Grant{Exclusions: []string{"headquarters:G"}, People: []int64{7, 8}, HireYear: 2025}); r != "" {
			t.Fatal(r)
		}
		for _, c := range []struct {
			claim int64
			grant models.Grant
			want  string
		}{
			{1, models.Grant{}, "ALREADY_AWARDED"},
			{2, models.Grant{Exclusions: []string{"headquarters:G"}}, "EXCLUSIVE"},
			{3, models.Grant{People: []int64{9, 8}, HireYear: 2025}, "DUPLICATE_PERSON"},
		} {
			if got := makeOne(t, s, award(c.claim, 100), whole(100), c.grant); got != c.want {
				t.Errorf("claim %d refused with %q, want %q", c.claim, got, c.want)
			}
		}
		if n := awardCount(t, s); n != 1 {
			t.Errorf("%d awards, want 1: a refused one left something behind", n)
		}
		if r := makeOne(t, s, award(4, 100), whole(100), models.Grant{People: []int64{9}, HireYear: 2025}); r != "" {
			t.Errorf("person 9 of the refused award is taken: %s", r)
		}
	})
}

// Promise 1: instalments sum to the award, or there is no award.
func TestInstalmentsMustSumToTheAward(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		err := s.InTx(t.Context(), func(tx *models.Tx) error {
			_, err := tx.MakeAward(award(1, 100), whole(99), models.Grant{})
			return err
		})
		if err == nil || awardCount(t, s) != 0 {
			t.Errorf("an award of 100 fen with 99 in instalments: %v, %d awards", err, awardCount(t, s))
		}
		for _, amount := range []policy.Fen{1, 3, 7, 99, 999_999_999, 300_000_000} {
			sum := policy.Fen(0)
			for _, part := range amount.Split(40, 30, 30) {
				sum += part
			}
			if sum != amount {
				t.Errorf("40/30/30 of %d fen sums to %d", amount, sum)
			}
		}
	})
}

// Promise 11: the schema itself refuses a checker who is the maker.
func TestTheSchemaKeepsMakerAndCheckerApart(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		err := s.Exec(t.Context(), `INSERT INTO approvals (id, plan_id, plan_hash, maker_id, checker_id, state, code_mac, reason, submitted_at, expires_on, decided_at, run_id)
			VALUES (1, 1, 'h', 5, 5, 'approved', 'm', '', 1, 20260302, 1, 0)`)
		if err == nil {
			t.Error("an approval whose checker is its maker was stored")
		}
		for i := range 2 {
			err = s.Exec(t.Context(), fmt.Sprintf(`INSERT INTO approvals (id, plan_id, plan_hash, maker_id, state, code_mac, reason, submitted_at, expires_on, decided_at, run_id)
				VALUES (%d, 1, 'h', 5, 'pending', 'm%d', '', 1, 20260302, 0, 0)`, i+2, i))
		}
		if err == nil {
			t.Error("two pending approvals of one plan were stored")
		}
	})
}

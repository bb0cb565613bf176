package jobs_test

import (
	"slices"
	"testing"

	"duixian/models"
	"duixian/models/modelstest"
	"duixian/policy"
)

func same(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n got %q\nwant %q", what, got, want)
	}
}

func TestHeadquartersArePaidInThreeStagesAndHeldByAListing(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := newHouse(t, s)
		h.firm("HQ1")
		h.fact("HQ1", "headquarters", "2023版", "2023-08-02", "2023-10-09", `{"lists":["global500"],"operating_since":"2022-12-01","headquarters_legal_person":true,"group":"示例集团"}`)
		h.listing("HQ1", "2024-11-05", "", "2024-11-20", 0)
		h.listing("HQ1", "2024-11-05", "2025-06-16", "2025-06-20", 0)
		// a full year of operation is over on Friday 2023-12-01; the plan of that morning is approved on Monday
		h.play("2023-09-01", "2024-01-31")
		same(t, "first stage", h.awards("HQ1"), "hq-settle-global500 3000000.00 2023-12-04 | 1 1200000.00 2023-12-04 due | 2 900000.00 2024-01-01 due | 3 900000.00 2025-01-01 scheduled")
		h.clean()
		h.play("2024-02-01", "2025-06-19")
		same(t, "while listed", h.awards("HQ1"), "hq-settle-global500 3000000.00 2023-12-04 | 1 1200000.00 2023-12-04 due | 2 900000.00 2024-01-01 due | 3 900000.00 2025-01-01 held SERIOUS_DISHONESTY_LIST")
		// removed from 16 June, known on Friday the 20th: submitted that morning, approved on Monday
		h.play("2025-06-20", "2025-06-22")
		same(t, "proposed", h.awards("HQ1"), "hq-settle-global500 3000000.00 2023-12-04 | 1 1200000.00 2023-12-04 due | 2 900000.00 2024-01-01 due | 3 900000.00 2025-01-01 held SERIOUS_DISHONESTY_LIST")
		h.play("2025-06-23", "2025-06-24")
		same(t, "released", h.awards("HQ1"), "hq-settle-global500 3000000.00 2023-12-04 | 1 1200000.00 2023-12-04 due | 2 900000.00 2024-01-01 due | 3 900000.00 2025-01-01 due")
		h.clean()
	})
}

func TestNoStarBarsTheNextYearAndNeverRatedDoesNot(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := newHouse(t, s)
		for _, code := range []string{"NOSTAR", "NEVER", "THREE"} {
			h.firm(code)
			h.fact(code, "hightech", "GR"+code, "2025-03-03", "2025-03-10", `{"first_time":true}`)
		}
		h.fact("NOSTAR", "star-rating", "2024", "2024-07-31", "2024-08-01", `{"year":2024,"stars":0}`)
		h.fact("THREE", "star-rating", "2024", "2024-07-31", "2024-08-01", `{"year":2024,"stars":3}`)
		h.play("2025-03-01", "2025-03-31")
		same(t, "no star", h.claims("NOSTAR"), "hightech-first GRNOSTAR rejected NO_STAR_PREV_YEAR")
		same(t, "never rated", h.awards("NEVER"), "hightech-first 1000000.00 2025-03-11 | 1 1000000.00 2025-03-11 due")
		same(t, "three stars", h.awards("THREE"), "hightech-first 1000000.00 2025-03-11 | 1 1000000.00 2025-03-11 due")
		h.clean()
	})
}

// 上一年度星级评定 under its two readings: a firm rated 无星 in 2024 and not in 2025, and one whose stars were taken away in 2025, each with something of 2025 and
// of 2026.
func TestTheTwoReadingsOfTheRatingOfTheYearBefore(t *testing.T) {
	for _, tc := range []struct{ reading, once26, lowered26 string }{
		{policy.StarsInForce, "rejected NO_STAR_PREV_YEAR", "rejected NO_STAR_PREV_YEAR"},
		{policy.RatedThatYear, "decided OK", "rejected NO_STAR_PREV_YEAR"},
	} {
		modelstest.Each(t, func(t *testing.T, s *models.Store) {
			h := newHouse(t, s)
			book, err := h.env.Book.With(map[string]string{"stars.previous_year": tc.reading})
			if err != nil {
				t.Fatal(err)
			}
			h.env.Book = book
			for _, code := range []string{"ONCE", "LOWERED"} {
				h.firm(code)
				h.fact(code, "contest", "A25", "2025-03-03", "2025-03-10", `{"projects":1}`)
				h.fact(code, "contest", "A26", "2026-03-03", "2026-03-10", `{"projects":1}`)
			}
			h.fact("ONCE", "star-rating", "2024", "2024-07-31", "2024-08-01", `{"year":2024,"stars":0}`)
			h.fact("LOWERED", "star-rating", "2024", "2024-07-31", "2024-08-01", `{"year":2024,"stars":3}`)
			h.fact("LOWERED", "star-rating", "2024@2025-05-20", "2025-05-20", "2025-05-20", `{"year":2024,"stars":0,"was":3}`)
			h.play("2025-03-10", "2025-03-12")
			h.sim.Idle = true
			h.play("2026-03-10", "2026-03-12")
			same(t, tc.reading+": once", h.claims("ONCE"), "innovation-award A25 rejected NO_STAR_PREV_YEAR", "innovation-award A26 "+tc.once26)
			same(t, tc.reading+": lowered", h.claims("LOWERED"), "innovation-award A25 awarded OK", "innovation-award A26 "+tc.lowered26)
			h.clean()
		})
	}
}

func TestLateKnowledgeRedecidesBesideTheOldDecision(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := newHouse(t, s)
		h.firm("A")
		h.fact("A", "top100", "2024", "2024-04-01", "2024-04-08", `{"rank":101,"first_time":true}`)
		h.play("2024-04-01", "2024-04-30")
		same(t, "before", h.claims("A"), "province-top100-first 2024 rejected NOT_TOP100")
		h.fact("A", "top100", "2024", "2024-04-01", "2024-05-06", `{"rank":100,"first_time":true}`) // the list is corrected
		h.play("2024-05-01", "2024-05-31")
		same(t, "after", h.awards("A"), "province-top100-first 200000.00 2024-05-07 | 1 200000.00 2024-05-07 due")
		c, err := h.q().ClaimOf("province-top100-first", h.orgs["A"], "2024")
		if err != nil {
			t.Fatal(err)
		}
		ds, err := h.q().DecisionsOf(c.ID)
		if err != nil || len(ds) != 2 || ds[0].Reason != "NOT_TOP100" || ds[1].Reason != "OK" || ds[0].OnDay != 20240408 {
			t.Errorf("decisions %+v, %v: want the old one beside the new", ds, err)
		}
		h.clean()
	})
}

func TestYearCapIsAppliedInOrderOfTheEvents(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := newHouse(t, s)
		h.firm("B")
		booth := func(key, on, known, fee string, overseas string) {
			h.fact("B", "booth", key, on, known, `{"overseas":`+overseas+`,"booth_fee":"`+fee+`","organiser":"provincial_hr"}`)
		}
		for _, m := range []string{"01", "02", "03", "04"} {
			booth("海外"+m, "2024-"+m+"-10", "2024-"+m+"-18", "40000", "true")
		}
		booth("国内1", "2024-04-20", "2024-05-20", "20000", "false") // 80,000 used: 10,000
		booth("海外5", "2024-05-01", "2024-05-20", "40000", "true")  // 90,000 used: 10,000 of 20,000
		booth("国内2", "2024-09-02", "2024-09-09", "18000", "false") // nothing left
		h.play("2024-01-01", "2024-12-31")
		same(t, "booths", h.awards("B"),
			"expo-booth-overseas 20000.00 2024-01-19 | 1 20000.00 2024-01-19 due",
			"expo-booth-overseas 20000.00 2024-02-19 | 1 20000.00 2024-02-19 due",
			"expo-booth-overseas 20000.00 2024-03-19 | 1 20000.00 2024-03-19 due",
			"expo-booth-overseas 20000.00 2024-04-19 | 1 20000.00 2024-04-19 due",
			"expo-booth-domestic 10000.00 2024-05-21 | 1 10000.00 2024-05-21 due",
			"expo-booth-overseas 10000.00 2024-05-21 | 1 10000.00 2024-05-21 due")
		if got := h.claims("B"); got[len(got)-1] != "expo-booth-domestic 国内2 rejected CAP_YEAR" {
			t.Errorf("last booth %q", got[len(got)-1])
		}
		h.clean()
	})
}

// Promise 5: a second run of anything changes nothing. News about a firm that changes no answer writes no decision.
func TestRepeatingAJobChangesNothing(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := newHouse(t, s)
		h.firm("A")
		h.fact("A", "hightech", "GR1", "2024-03-01", "2024-03-04", `{"first_time":true}`)
		h.fact("A", "top100", "2024", "2024-03-01", "2024-03-04", `{"rank":101,"first_time":true}`)
		h.play("2024-03-04", "2024-03-08")
		before, err := h.q().CountDecisions()
		if err != nil || before != 2 {
			t.Fatalf("%d decisions, %v; want 2", before, err)
		}
		h.fact("A", "external", "X", "2024-03-01", "2024-03-11", `{"item":"listing-referral"}`) // touches the firm and opens a third claim
		h.play("2024-03-11", "2024-03-15")
		for _, day := range []string{"2024-03-12", "2024-03-13"} { // again by hand, for days that have been done
			if _, err := h.sim.Runner.RunNow(t.Context(), h.maker, "claims", models.Params{"date": day}, 0, "again "+day, moment("2024-03-15", 12, 0)); err != nil {
				t.Fatal(err)
			}
		}
		after, err := h.q().CountDecisions()
		if err != nil || after != 3 {
			t.Errorf("%d decisions after news that changes no answer, %v; want 3", after, err)
		}
		same(t, "awards", h.awards("A"), "hightech-first 1000000.00 2024-03-05 | 1 1000000.00 2024-03-05 due")
		h.clean()
	})
}

// One fact is one claim: a correction that makes it another item's, or another day's, never pays beside what it corrects.
func TestACorrectionNeverPaysBesideWhatItCorrects(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := newHouse(t, s)
		for _, code := range []string{"PAID", "WAITS", "LATE"} {
			h.firm(code)
		}
		h.fact("PAID", "booth", "R1", "2024-03-01", "2024-03-04", `{"overseas":false,"booth_fee":"20000","organiser":"provincial_hr"}`)
		h.fact("WAITS", "booth", "R3", "2024-03-01", "2024-03-04", `{"overseas":false,"booth_fee":"16000","organiser":"provincial_hr"}`)
		h.fact("WAITS", "booth", "R3", "2024-03-01", "2024-03-05", `{"overseas":true,"booth_fee":"30000","organiser":"provincial_hr"}`) // known before the second person looks
		h.fact("LATE", "booth", "R4", "2028-08-31", "2028-09-04", `{"overseas":true,"booth_fee":"30000","organiser":"national_hr"}`)
		h.play("2024-03-01", "2024-03-31")
		h.fact("PAID", "booth", "R1", "2024-03-01", "2024-04-08", `{"overseas":true,"booth_fee":"40000","organiser":"provincial_hr"}`)
		h.play("2024-04-01", "2024-04-30")
		same(t, "paid before the correction", h.awards("PAID"), "expo-booth-domestic 10000.00 2024-03-05 | 1 10000.00 2024-03-05 due")
		same(t, "corrected while it waited", h.awards("WAITS"), "expo-booth-overseas 15000.00 2024-03-06 | 1 15000.00 2024-03-06 due")
		h.sim.Idle = true
		h.play("2028-09-04", "2028-09-04")
		same(t, "inside the validity", h.claims("LATE"), "expo-booth-overseas R4 decided OK")
		h.fact("LATE", "booth", "R4", "2028-09-01", "2028-09-11", `{"overseas":true,"booth_fee":"30000","organiser":"national_hr"}`)
		h.play("2028-09-11", "2028-09-11")
		same(t, "a day too late after all", h.claims("LATE"), "expo-booth-overseas R4 rejected OUTSIDE_VALIDITY")
		h.clean()
	})
}

package jobs_test

import (
	"strings"
	"testing"

	"duixian/jobs"
	"duixian/models"
	"duixian/models/modelstest"
	"duixian/policy"
)

// submitStars asks a second person about the ratings of a round.
func (h *house) submitStars(when string) (models.Submission, error) {
	h.t.Helper()
	h.sim.SetClock(at(when))
	return h.sim.Runner.Submit(h.t.Context(), h.maker, jobs.StarRatingJob, models.Params{"draft": "ratings", "year": "2026"}, at(when).Date(), at(when))
}

// sentBack is what the morning report says of rounds whose list came to nothing.
func (h *house) sentBack(when string) (out []string) {
	h.t.Helper()
	s, err := h.sim.Runner.Situation(h.t.Context(), 0, at(when))
	if err != nil {
		h.t.Fatal(err)
	}
	for _, r := range s.SentBack {
		out = append(out, r.Name+"："+r.Why)
	}
	return out
}

// nothingFailed is that every run came to a good end, and no plan is on its way.
func (h *house) nothingFailed() {
	h.t.Helper()
	failed, err := h.q().History("", 2000)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, r := range failed {
		if r.State != models.RunSucceeded && r.State != models.RunSkipped {
			h.t.Errorf("%s #%d is %s: %s", r.Job, r.ID, r.State, r.Reason)
		}
	}
	for _, state := range []models.ApprovalState{models.ApprovalPending, models.ApprovalApproved} {
		open, err := h.q().ApprovalsIn(state)
		if err != nil || len(open) > 0 {
			h.t.Errorf("approvals %s: %+v, %v", state, open, err)
		}
	}
}

func (h *house) waits(year int, on policy.Date, text string) {
	h.t.Helper()
	w, err := h.q().RoundWait(h.round(year), on)
	if err != nil || !strings.Contains(w.Text, text) || w.Do == "" {
		h.t.Errorf("the round waits for %+v, %v; want %q", w, err, text)
	}
}

// The only firm of a list comes onto the list of serious dishonesty between the submission and the yes: the plan is carried out and comes to nothing, the round
// goes back with the reason, and two people find the way on.
func TestAListOfWhichNothingStandsSendsItsRoundBack(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := smallRating(t, s)
		h.tick("2026-06-01 03:00")
		if err := h.two("2026-06-02 09:00", models.Params{"draft": "decision", "org": "B", "choice": "缓评", "reason": "没有报资料"}); err != nil {
			t.Fatal(err)
		}
		sub, err := h.submitStars("2026-06-03 09:00")
		if err != nil {
			t.Fatal(err)
		}
		h.listing("A", "2026-06-03", "", "2026-06-03", 0)
		if sub, err = h.decide("fh01", sub.Code, true, at("2026-06-04 09:00")); err != nil || sub.State != string(models.ApprovalExecuted) {
			t.Fatal(sub, err)
		}
		if p, err := h.q().Plan(sub.PlanID); err != nil || p.State != models.PlanApplied {
			t.Errorf("the plan is %s, %v", p.State, err)
		}
		r := h.round(2026)
		if r.State != models.RoundScoring || !strings.Contains(r.Reason, "没有一家可以公示") {
			t.Errorf("the round is %s (%s)", r.State, r.Reason)
		}
		back := []string{"A 5 10000 #1 held LISTED_SINCE", "B - - #0 postponed DECIDED_POSTPONE"}
		h.wantStars(2026, back...)
		h.waits(2026, 20260604, "没有一家可以公示")
		same(t, "morning report", h.sentBack("2026-06-05 08:00"), "2026年度星级评定："+r.Reason)
		h.nothingFailed()
		h.tick("2026-06-06 03:00") // the night does not take the hold away
		h.wantStars(2026, back...)
		_, err = h.submitStars("2026-06-08 09:00")
		refused(t, err, models.Conflict, "没有一家可以公示")
		if err := h.two("2026-06-08 10:00", models.Params{"draft": "decision", "org": "A", "choice": "维持", "reason": "列入有误，正在更正"}); err != nil {
			t.Fatal(err)
		}
		if sub, err = h.submitStars("2026-06-08 11:00"); err != nil {
			t.Fatal(err)
		}
		if sub, err = h.decide("fh01", sub.Code, true, at("2026-06-08 14:00")); err != nil || sub.State != string(models.ApprovalExecuted) {
			t.Fatal(sub, err)
		}
		if r := h.round(2026); r.State != models.RoundApproved {
			t.Errorf("the round is %s (%s)", r.State, r.Reason)
		}
		same(t, "morning report", h.sentBack("2026-06-09 08:00"))
		h.nothingFailed()
		h.post()
		h.clean()
	})
}

// A round of which everybody is postponed is not submitted at all; once the data are there, two people take the postponement back.
func TestARoundWithNobodyToShowIsNotSubmitted(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := newHouse(t, s)
		h.env.Stars.Rhythm = policy.DefaultRhythm
		h.env.Stars.Rhythm.FirstYear = 2024
		h.firm("A")
		h.sim.Rounds = true
		h.play("2026-05-29", "2026-06-09") // the officials of a simulation postpone whom nobody said anything about, and submit nothing
		h.wantStars(2026, "A - - #0 postponed DECIDED_POSTPONE")
		h.waits(2026, 20260609, "缓评1家、暂缓0家，没有一家可以公示")
		h.nothingFailed()
		_, err := h.submitStars("2026-07-01 09:00")
		refused(t, err, models.Conflict, "定夺 2026 全部 补录")
		err = h.two("2026-07-01 10:00", models.Params{"draft": "decision", "org": "全部", "choice": "补录", "reason": "补报"})
		refused(t, err, models.Conflict, "仍缺")
		for i, kind := range models.FigureKinds {
			h.fact("A", kind, "2025", "2026-07-01", "2026-07-01", "{"+[]string{strong.report, strong.contribution, strong.credit}[i]+`,"year":2025}`)
		}
		if err := h.two("2026-07-02 10:00", models.Params{"draft": "decision", "org": "全部", "choice": "补录", "reason": "补报"}); err != nil {
			t.Fatal(err)
		}
		h.wantStars(2026, "A 5 10000 #1 scored")
		sub, err := h.submitStars("2026-07-03 09:00")
		if err != nil {
			t.Fatal(err)
		}
		if sub, err = h.decide("fh01", sub.Code, true, at("2026-07-03 10:00")); err != nil || h.round(2026).State != models.RoundApproved {
			t.Fatal(sub, err, h.round(2026).State)
		}
		h.nothingFailed()
		h.post()
		h.clean()
	})
}

// A selection whose only winner is listed before the yes comes back in the same way.
func TestASelectionOfWhichNothingStandsComesBack(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := newHouse(t, s)
		h.sim.Idle = true
		h.play("2026-07-30", "2026-07-30")
		h.confirmStars(2026, 20260731, near()[0])
		h.say(models.Backbone, 2026, 20260805, map[models.Office]string{models.Finance: "agree", models.Tax: "agree", models.Market: "agree", models.Credit: "agree"}, "F01")
		h.play("2026-07-31", "2026-08-24")
		if _, err := h.submitFor(models.Backbone, "2026-08-25 10:00"); err != nil {
			t.Fatal(err)
		}
		h.listing("F01", "2026-08-25", "", "2026-08-25", 0)
		if sub := h.yes("2026-08-26 10:00"); sub.State != string(models.ApprovalExecuted) {
			t.Fatal(sub)
		}
		r, err := h.q().Round(models.Backbone, 2026)
		if err != nil || r.State != models.RoundScoring {
			t.Fatal(r, err)
		}
		same(t, "morning report", h.sentBack("2026-08-27 08:00"), "2026年度骨干企业评选："+r.Reason)
		if w, err := h.q().RoundWait(r, 20260827); err != nil || w.Text != r.Reason {
			t.Errorf("waits for %+v, %v", w, err)
		}
		_, err = h.submitFor(models.Backbone, "2026-08-27 10:00")
		refused(t, err, models.Conflict, "没有可以入选的候选")
		h.nothingFailed()
		h.post()
		h.clean()
	})
}

package jobs_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"duixian/jobs"
	"duixian/models"
	"duixian/models/modelstest"
	"duixian/policy"
)

// figures are what the three offices say of a firm and a year; an empty one says nothing.
type figures struct{ report, contribution, credit string }

var strong = figures{`"revenue":"120000000.00","served_firms":400,"published":true`, `"contribution":"6000000.00","office":"tax"`, `"credit":"优","penalty":false`}

// reported has the offices report a firm's year before a round, each in time.
func (h *house) reported(code string, round int, f figures) {
	h.t.Helper()
	year := round - 1
	for i, kind := range models.FigureKinds {
		if say := []string{f.report, f.contribution, f.credit}[i]; say != "" {
			h.fact(code, kind, fmt.Sprint(year), fmt.Sprintf("%d-04-20", round), fmt.Sprintf("%d-05-10", round), fmt.Sprintf(`{%s,"year":%d}`, say, year))
		}
	}
}

// rating is a house that rates from 2024 on, with six firms: full marks; good credit alone keeps the fifth star away; middling; without a word of the credit
// office; vetoed by its report; and one that is filed in a county and not rated here.
func rating(t *testing.T, s *models.Store) *house {
	t.Helper()
	h := newHouse(t, s)
	h.env.Stars.Rhythm = policy.DefaultRhythm
	h.env.Stars.Rhythm.FirstYear = 2024
	h.sim.Idle = true
	for _, code := range []string{"A", "B", "C", "D", "E"} {
		h.firm(code)
	}
	h.county("F")
	h.reported("A", 2026, strong)
	h.reported("B", 2026, figures{strong.report, strong.contribution, `"credit":"良"`})
	h.reported("C", 2026, figures{`"revenue":"6000000.00","served_firms":60,"published":true`, `"contribution":"120000.00"`, `"credit":"良"`})
	h.reported("D", 2026, figures{report: strong.report, contribution: strong.contribution})
	h.reported("E", 2026, figures{strings.Replace(strong.report, `"published":true`, `"published":false`, 1), strong.contribution, strong.credit})
	h.reported("F", 2026, strong)
	h.tx(func(tx *models.Tx) error {
		return tx.AddMember(1, models.System, &models.Member{Code: "lx01", Name: "示例联系人", Active: true}, models.MemberRole{Role: models.Contact, OrgID: h.orgs["A"]})
	})
	return h
}

// smallRating is a rating of two firms that has been open since its first day.
func smallRating(t *testing.T, s *models.Store) *house {
	t.Helper()
	h := newHouse(t, s)
	h.env.Stars.Rhythm = policy.DefaultRhythm
	h.env.Stars.Rhythm.FirstYear = 2024
	h.sim.Idle = true
	for _, code := range []string{"A", "B"} {
		h.firm(code)
	}
	h.reported("A", 2026, strong)
	if err := h.star("2026-04-01 09:00", models.Params{"do": "open", "year": "2026"}); err != nil {
		t.Fatal(err)
	}
	return h
}

func (h *house) county(code string) {
	h.firm(code)
	h.fact(code, "registration", "2023-02-01", "2023-02-01", "2023-08-01", `{"district":"义乌市","licensed":true,"independent_legal_person":true,"operating_normally":true}`)
}

// star asks the job for something.
func (h *house) star(when string, params models.Params) error {
	h.t.Helper()
	h.sim.SetClock(at(when))
	_, err := h.sim.Runner.RunFor(h.t.Context(), h.maker, jobs.StarRatingJob, params, 0, at(when))
	return err
}

// post sends what is due on a working morning after the clock's.
func (h *house) post() {
	h.t.Helper()
	day, err := h.env.Calendar.AddWorkdays(policy.DateOf(h.sim.Now()), 1)
	if err != nil {
		h.t.Fatal(err)
	}
	h.sim.SetClock(policy.InstantOf(day.At(9, 0)))
	for range 3 {
		if err := h.sim.Deliver(h.t.Context(), policy.InstantOf(day.At(9, 0))); err != nil {
			h.t.Fatal(err)
		}
	}
}

func (h *house) round(year int) models.Round {
	h.t.Helper()
	r, err := h.q().Round(models.StarRating, year)
	if err != nil {
		h.t.Fatal(err)
	}
	return r
}

// stars says each entry of a round: code stars points rank state reason.
func (h *house) stars(year int) []string {
	h.t.Helper()
	entries, err := h.q().Entries(h.round(year).ID)
	if err != nil {
		h.t.Fatal(err)
	}
	say := func(p *int) string {
		if p == nil {
			return "-"
		}
		return fmt.Sprint(*p)
	}
	var out []string
	for _, e := range entries {
		out = append(out, strings.TrimSpace(fmt.Sprintf("%s %s %s #%d %s %s", e.Subject, say(e.Stars), say(e.Score), e.Rank, e.State, e.Reason)))
	}
	return out
}

func (h *house) wantStars(year int, want ...string) {
	h.t.Helper()
	if got := h.stars(year); !slices.Equal(got, want) {
		h.t.Errorf("stars of %d\n%s\nwant\n%s", year, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// two has two people decide a plan of the job.
func (h *house) two(when string, params models.Params) error {
	h.t.Helper()
	now := at(when)
	h.sim.SetClock(now)
	sub, err := h.sim.Runner.Submit(h.t.Context(), h.maker, jobs.StarRatingJob, params, now.Date(), now)
	if err != nil {
		return err
	}
	sub, err = h.decide("fh01", sub.Code, true, now)
	if err == nil && sub.State != string(models.ApprovalExecuted) {
		return fmt.Errorf("the plan is %s", sub.State)
	}
	return err
}

// known is a firm's rating in force on a day.
func (h *house) known(code, on string) any {
	h.t.Helper()
	d, err := h.q().Dossier(h.orgs[code], policy.MustDate(on))
	if err != nil {
		h.t.Fatal(err)
	}
	if f := d.Rated(policy.MustDate(on)); f != nil {
		return fmt.Sprint(f.Attrs["stars"])
	}
	return nil
}

// toPublicity plays the round of 2026 until its list is published, with one firm that is decided and one that comes onto the list of serious dishonesty
// between submission and approval.
func (h *house) toPublicity() models.Publicity {
	h.t.Helper()
	if err := h.star("2026-03-02 09:00", models.Params{"do": "open", "year": "2026"}); err != nil {
		h.t.Fatal(err)
	}
	h.tick("2026-04-01 03:00")
	h.tick("2026-06-01 03:00")
	if err := h.two("2026-06-03 09:00", models.Params{"draft": "decision", "org": "D", "choice": "不计", "reason": "信用办无记录，集体研究"}); err != nil {
		h.t.Fatal(err)
	}
	now := at("2026-06-04 09:00")
	h.sim.SetClock(now)
	sub, err := h.sim.Runner.Submit(h.t.Context(), h.maker, jobs.StarRatingJob, nil, now.Date(), now)
	if err != nil {
		h.t.Fatal(err)
	}
	h.listing("B", "2026-06-04", "", "2026-06-04", 0)
	if sub, err = h.decide("fh01", sub.Code, true, at("2026-06-05 09:00")); err != nil || sub.State != string(models.ApprovalExecuted) {
		h.t.Fatal(sub, err)
	}
	list, err := h.q().PublicityOf(jobs.SubjectRound, h.round(2026).ID)
	if err != nil {
		h.t.Fatal(err)
	}
	if err := h.record(list.ID, "市人力社保局网站", "", at("2026-07-01 09:00")); err != nil {
		h.t.Fatal(err)
	}
	return list
}

func TestAStarRoundFromStartToConfirmation(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := rating(t, s)
		if err := h.star("2026-03-02 09:00", models.Params{"do": "open", "year": "2026"}); err != nil {
			t.Fatal(err)
		}
		if r := h.round(2026); r.State != models.RoundPlanned || r.OpensOn != 20260401 || r.DataBy != 20260531 || r.ConfirmBy != 20260731 {
			t.Fatalf("%+v", r)
		}
		h.tick("2026-04-01 03:00")
		if r := h.round(2026); r.State != models.RoundOpen {
			t.Fatalf("on its day the round is %s", r.State)
		}
		h.tick("2026-05-31 03:00")
		if r := h.round(2026); r.State != models.RoundOpen {
			t.Fatalf("on the last day for data the round is %s", r.State)
		}
		// what becomes known after the last day does not count, although it is there when the data are frozen
		h.fact("C", models.CreditGrade, "2025x", "2026-06-01", "2026-06-01", `{"credit":"优"}`)
		h.tick("2026-06-01 03:00")
		r := h.round(2026)
		if r.State != models.RoundScoring || len(r.InputsHash) != 64 || r.FrozenOn != 20260531 || !strings.HasPrefix(r.Model, "jinhua-star-1-") {
			t.Fatalf("%+v", r)
		}
		h.wantStars(2026,
			"A 5 10000 #1 scored", "B 4 9500 #2 scored GATE", "C 1 5400 #3 scored",
			"D - - #0 provisional MISSING_FACT", "E 0 10000 #0 scored VETO")
		// not before each firm without data is decided
		if err := h.two("2026-06-02 09:00", models.Params{"year": "2026"}); models.CodeOf(err) != models.Conflict || !strings.Contains(err.Error(), "还有1家资料不全（示例D人力资源有限公司）") {
			t.Errorf("submitted with a firm that is provisional: %v", err)
		}
		if err := h.two("2026-06-03 09:00", models.Params{"draft": "decision", "org": "D", "choice": "补录", "reason": "资料补报"}); models.CodeOf(err) != models.Conflict || !strings.Contains(err.Error(), "仍缺信用评价") {
			t.Errorf("late data that are not there: %v", err)
		}
		if err := h.two("2026-06-03 09:00", models.Params{"draft": "decision", "org": "D", "choice": "不计", "reason": "信用办无记录，集体研究"}); err != nil {
			t.Fatal(err)
		}
		h.wantStars(2026,
			"A 5 10000 #1 scored", "B 4 9500 #2 scored GATE", "D 3 7500 #3 scored DECIDED_WITHOUT", "C 1 5400 #4 scored", "E 0 10000 #0 scored VETO")

		now := at("2026-06-04 09:00")
		h.sim.SetClock(now)
		sub, err := h.sim.Runner.Submit(t.Context(), h.maker, jobs.StarRatingJob, nil, now.Date(), now)
		if err != nil {
			t.Fatal(err)
		}
		if r := h.round(2026); r.State != models.RoundProposed || r.PlanID != sub.PlanID {
			t.Fatalf("submitted, the round is %+v", r)
		}
		_, frozen, err := h.sim.Runner.Frozen(t.Context(), h.checker, sub.Code, now)
		if err != nil || len(frozen.Lines) != 5 || frozen.Lines[0].What != "5星，100分，第1名" || !frozen.Unpriced {
			t.Fatalf("the second person sees %+v, %v", frozen, err)
		}
		// a listing arrives between the look and the approval: that line is held, the others go on
		h.listing("B", "2026-06-04", "", "2026-06-04", 0)
		if sub, err = h.decide("fh01", sub.Code, true, at("2026-06-05 09:00")); err != nil || sub.State != string(models.ApprovalExecuted) {
			t.Fatal(sub, err)
		}
		h.wantStars(2026,
			"A 5 10000 #1 scored", "B 4 9500 #2 held LISTED_SINCE", "D 3 7500 #3 scored DECIDED_WITHOUT", "C 1 5400 #4 scored", "E 0 10000 #0 scored VETO")
		list, err := h.q().PublicityOf(jobs.SubjectRound, h.round(2026).ID)
		if err != nil || list.LineCount != 4 || list.State != models.PublicityPlanned {
			t.Fatalf("%+v, %v", list, err)
		}
		// publicity starts at a recorded publication and at nothing else
		h.tick("2026-07-10 03:00")
		if r := h.round(2026); r.State != models.RoundApproved {
			t.Fatalf("without a publication the round is %s", r.State)
		}
		if err := h.record(list.ID, "市人力社保局网站", "", at("2026-07-13 09:00")); err != nil {
			t.Fatal(err)
		}
		o, err := h.object(list.ID, 3, "A", "m1", at("2026-07-14 09:00"))
		if err != nil {
			t.Fatal(err)
		}
		h.tick("2026-07-21 03:00")
		if r := h.round(2026); r.State != models.RoundPublicity || h.known("A", "2026-07-21") != nil {
			t.Fatalf("on the last day of publicity: %s, A has %v", r.State, h.known("A", "2026-07-21"))
		}
		h.tick("2026-07-22 03:00")
		if r := h.round(2026); r.State != models.RoundConfirmed || r.ConfirmedOn != 20260722 {
			t.Fatalf("%+v", r)
		}
		h.wantStars(2026,
			"A 5 10000 #1 confirmed", "B 4 9500 #2 held LISTED_SINCE", "D 3 7500 #3 confirmed DECIDED_WITHOUT", "C 1 5400 #4 held OBJECTION_OPEN", "E 0 10000 #0 confirmed VETO")
		if h.known("A", "2026-07-21") != nil || h.known("A", "2026-07-22") != "5" || h.known("E", "2026-12-31") != "0" || h.known("B", "2026-12-31") != nil || h.known("F", "2026-12-31") != nil {
			t.Errorf("ratings in force: A %v, E %v, B %v, F %v", h.known("A", "2026-07-22"), h.known("E", "2026-12-31"), h.known("B", "2026-12-31"), h.known("F", "2026-12-31"))
		}
		// a line with an objection goes on alone when it is decided; a held one when two people say how
		h.decideObjection(o.ID, "不成立", at("2026-07-24 09:00"))
		if err := h.two("2026-07-24 10:00", models.Params{"draft": "decision", "year": "2026", "org": "B", "choice": "无星", "reason": "列入严重失信主体名单"}); err != nil {
			t.Fatal(err)
		}
		h.tick("2026-07-25 03:00")
		h.wantStars(2026,
			"A 5 10000 #1 confirmed", "B 0 9500 #2 confirmed DECIDED_NONE", "D 3 7500 #3 confirmed DECIDED_WITHOUT", "C 1 5400 #4 confirmed", "E 0 10000 #0 confirmed VETO")
		if h.known("B", "2026-07-25") != "0" || h.known("C", "2026-07-25") != "1" {
			t.Errorf("B %v, C %v", h.known("B", "2026-07-25"), h.known("C", "2026-07-25"))
		}
		if n := h.count("rating-confirmed"); n != 5 {
			t.Errorf("%d firms were told, want 5", n)
		}
		// a second night changes nothing
		before := h.stars(2026)
		h.tick("2026-07-26 03:00")
		if !slices.Equal(before, h.stars(2026)) {
			t.Error("another night changed the round")
		}
		h.post()
		h.clean()
	})
}

func TestARoundThatCannotBeHeldIsRefusedAtPlanning(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := rating(t, s)
		for _, c := range []struct {
			when, year, dataBy string
			say                string
		}{
			{"2025-03-02 09:00", "2025", "", "2025年不是评定年度：自2024年起每2年一次，最近的是2024年和2026年"},
			{"2025-03-02 10:00", "2022", "", "早于首次评定的2024年"},
			{"2026-06-10 09:00", "2026", "", "资料截止日2026年5月31日已过；确要补办"},
			{"2026-06-10 10:00", "2026", "2026-12-01", "已不在2026年内"},
			{"2028-03-01 09:00", "2028", "2028-07-15", "晚于政策有效期的最后一天2028年8月31日"},
			{"2029-03-01 09:00", "2030", "", "晚于政策有效期的最后一天2028年8月31日"},
			{"2025-06-10 09:00", "2024", "", "2024年已经过去"},
			{"2026-03-02 09:00", "二〇二六", "", "不是年度"},
		} {
			params := models.Params{"do": "open", "year": c.year}
			if c.dataBy != "" {
				params["data_by"] = c.dataBy
			}
			if err := h.star(c.when, params); err == nil || !strings.Contains(err.Error(), c.say) {
				t.Errorf("%s on %s: %v, want %q", c.year, c.when, err, c.say)
			}
		}
		if err := h.star("2029-03-02 09:00", models.Params{"do": "open", "year": "2026"}); err == nil {
			t.Error("a year long past was opened")
		}
		if rounds, err := h.q().Rounds(); err != nil || len(rounds) != 0 {
			t.Fatalf("%v, %v", rounds, err)
		}
	})
}

// A clerk who opens a round late is offered a last day for data. Typed as offered it is accepted, whatever the day of the year; from the day on which none can be, the round of the year is
// given up and the next one named, and who would decide about a firm or submit the round is told the same.
func TestALateRoundIsOfferedADayThatIsAccepted(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := rating(t, s)
		const missed = "2026年度的评定已来不及：资料截止日定在今天，也要到%s才能确认，晚于2026年12月31日；下一次是2028年度，2028年4月1日启动"
		for _, c := range []struct{ when, offer, missed string }{
			{"2026-06-10", "2026-07-10", ""},
			{"2026-10-20", "2026-11-01", ""}, // thirty days more would end in January
			{"2026-11-01", "2026-11-01", ""},
			{"2026-11-02", "", "2027年1月1日"},
			{"2026-11-28", "", "2027年1月27日"},
		} {
			err := h.star(c.when+" 09:00", models.Params{"do": "open", "year": "2026"})
			decide := models.Params{"draft": "decision", "year": "2026", "org": "全部", "choice": "缓评", "reason": "新设"}
			_, late := h.sim.Runner.Submit(t.Context(), h.maker, jobs.StarRatingJob, decide, at(c.when+" 09:01").Date(), at(c.when+" 09:01"))
			start := "没有2026年度的星级评定，还不能逐家决定；"
			if c.missed != "" {
				refused(t, err, models.Invalid, fmt.Sprintf(missed, c.missed))
				refused(t, late, models.NotFound, start+fmt.Sprintf(missed, c.missed))
				if strings.Contains(err.Error(), "例如") {
					t.Errorf("on %s an example that cannot be followed: %v", c.when, err)
				}
				continue
			}
			refused(t, err, models.Invalid, "最迟2026年11月1日，例如：启动 星级评定 2026 截止="+c.offer)
			refused(t, late, models.NotFound, start+"启动请发送：启动 星级评定 2026")
			if err := h.star(c.when+" 10:00", models.Params{"do": "open", "year": "2026", "data_by": c.offer}); err != nil {
				t.Errorf("as offered on %s: %v", c.when, err)
				continue
			}
			if err := h.star(c.when+" 11:00", models.Params{"do": "cancel", "year": "2026", "reason": "下一例"}); err != nil {
				t.Fatal(err)
			}
		}
		h.clean()
	})
}

// A clerk orders what cannot be done of a round that there is not, and brings in a file that is gone: each is answered, stays in the history, and nobody is told to try it again. The
// same file asked for by the folder at night is a failure as before.
func TestAnOrderThatIsRefusedIsNoFailure(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := rating(t, s)
		for i, params := range []models.Params{
			{"do": "open", "year": "2026"}, {"do": "pause", "year": "2026", "reason": "等口径"}, {"do": "resume", "year": "2026"}, {"do": "cancel", "year": "2026", "reason": "年度写错"},
		} {
			refused(t, h.star(fmt.Sprintf("2026-11-24 09:0%d", i), params), models.Invalid, "2026年度的")
		}
		now := at("2026-11-24 09:10")
		file := models.Params{"kind": "facts", "sha256": "0000"}
		h.sim.SetClock(now)
		_, err := h.sim.Runner.RunFor(t.Context(), h.maker, jobs.ImportJob, file, 0, now)
		refused(t, err, models.NotFound, "暂存的文件已过期")
		seen, err := h.sim.Runner.Situation(t.Context(), 0, now)
		if err != nil || len(seen.Failed) != 0 || h.count("run-failed") != 0 {
			t.Errorf("failed: %+v, %v; %d told", seen.Failed, err, h.count("run-failed"))
		}
		list, err := h.sim.Runner.List(t.Context(), now)
		if err != nil {
			t.Fatal(err)
		}
		for _, j := range list {
			if j.Last != nil && j.Last.State == models.RunFailed {
				t.Errorf("%s: last %+v", j.Name, j.Last)
			}
		}
		if rows := h.runs(jobs.StarRatingJob, 20261124); len(rows) != 4 || rows[3] != "2026-11-24 failed for 2026-11-24 invalid" {
			t.Errorf("history %q", rows)
		}
		h.sim.SetClock(now.Add(time.Minute))
		if _, err := h.sim.Runner.RunNow(t.Context(), models.System, jobs.ImportJob, file, 0, "", now.Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		if seen, err = h.sim.Runner.Situation(t.Context(), 0, now.Add(time.Minute)); err != nil || len(seen.Failed) != 1 || seen.Failed[0].Job != jobs.ImportJob {
			t.Errorf("from the folder: %+v, %v", seen.Failed, err)
		}
	})
}

func TestASecondRoundAndARatingFromAFileAreRefused(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := rating(t, s)
		h.fact("A", "star-rating", "2024", "2024-07-31", "2024-08-01", `{"stars":3,"year":2024}`)
		open := models.Params{"do": "open", "year": "2026"}
		if err := h.star("2026-04-02 09:00", open); err != nil {
			t.Fatal(err)
		}
		if err := h.star("2026-04-02 10:00", open); err == nil || !strings.Contains(err.Error(), "已经有了") {
			t.Errorf("a second round: %v", err)
		}
		if err := h.star("2026-04-03 10:00", models.Params{"do": "cancel", "year": "2026"}); err == nil || !strings.Contains(err.Error(), "理由") {
			t.Errorf("cancelled without a reason: %v", err)
		}
		if err := h.star("2026-04-03 11:00", models.Params{"do": "pause", "year": "2026", "reason": "等口径"}); err != nil {
			t.Fatal(err)
		}
		h.tick("2026-06-02 03:00")
		if r := h.round(2026); r.State != models.RoundPaused {
			t.Fatalf("a paused round went on: %s", r.State)
		}
		if err := h.star("2026-06-03 09:00", models.Params{"do": "resume", "year": "2026"}); err != nil {
			t.Fatal(err)
		}
		h.tick("2026-06-04 03:00")
		if r := h.round(2026); r.State != models.RoundScoring || r.FrozenOn != 20260531 {
			t.Fatalf("%+v", r)
		}
		if err := h.star("2026-06-05 10:00", models.Params{"do": "cancel", "year": "2026", "reason": "年度写错"}); err != nil {
			t.Fatal(err)
		}
		h.fact("A", "star-rating", "2026", "2026-06-06", "2026-06-06", `{"stars":4,"year":2026}`)
		if err := h.star("2026-06-07 10:00", models.Params{"do": "open", "year": "2026", "data_by": "2026-06-20"}); err == nil || !strings.Contains(err.Error(), "已经导入了1家的星级") {
			t.Errorf("a round beside imported ratings: %v", err)
		}
	})
}

// A plan that is sent back, or that nobody decides in time, gives the round back.
func TestARejectedOrExpiredPlanGivesTheRoundBack(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := rating(t, s)
		if err := h.star("2026-04-02 09:00", models.Params{"do": "open", "year": "2026"}); err != nil {
			t.Fatal(err)
		}
		h.tick("2026-06-01 03:00")
		if err := h.two("2026-06-02 09:00", models.Params{"draft": "decision", "org": "全部", "choice": "缓评", "reason": "资料未齐"}); err != nil {
			t.Fatal(err)
		}
		submit := func(when string) models.Submission {
			h.sim.SetClock(at(when))
			sub, err := h.sim.Runner.Submit(t.Context(), h.maker, jobs.StarRatingJob, nil, at(when).Date(), at(when))
			if err != nil {
				t.Fatal(err)
			}
			return sub
		}
		sub := submit("2026-06-03 09:00")
		if err := h.star("2026-06-03 10:00", models.Params{"do": "cancel", "year": "2026", "reason": "x"}); err == nil || !strings.Contains(err.Error(), "请先退回方案") {
			t.Errorf("the round was taken away from under a plan: %v", err)
		}
		if err := h.two("2026-06-03 10:00", models.Params{"draft": "decision", "org": "D", "choice": "无星", "reason": "x"}); models.CodeOf(err) != models.Conflict {
			t.Errorf("an entry was changed under a plan: %v", err)
		}
		if _, err := h.decide("fh01", sub.Code, false, at("2026-06-03 11:00")); err != nil {
			t.Fatal(err)
		}
		if r := h.round(2026); r.State != models.RoundScoring || !strings.HasPrefix(r.Reason, "方案退回：") {
			t.Fatalf("sent back, the round is %s (%s)", r.State, r.Reason)
		}
		submit("2026-06-04 09:00")
		for _, day := range []string{"2026-06-08", "2026-06-09", "2026-06-10"} {
			h.tick(day + " 06:00")
		}
		if r := h.round(2026); r.State != models.RoundScoring || r.Reason != "方案逾期作废" {
			t.Fatalf("expired, the round is %s (%s)", r.State, r.Reason)
		}
		h.wantStars(2026, "A 5 10000 #1 scored", "B 4 9500 #2 scored GATE", "C 1 5400 #3 scored", "D - - #0 postponed DECIDED_POSTPONE", "E 0 10000 #0 scored VETO")
		h.post()
		h.clean()
	})
}

func TestAnApproverWhoLeftYesterdayApprovesNothing(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := rating(t, s)
		if err := h.star("2026-04-02 09:00", models.Params{"do": "open", "year": "2026"}); err != nil {
			t.Fatal(err)
		}
		h.tick("2026-06-01 03:00")
		if err := h.two("2026-06-02 09:00", models.Params{"draft": "decision", "org": "全部", "choice": "缓评", "reason": "资料未齐"}); err != nil {
			t.Fatal(err)
		}
		h.sim.SetClock(at("2026-06-03 09:00"))
		sub, err := h.sim.Runner.Submit(t.Context(), h.maker, jobs.StarRatingJob, nil, 20260603, at("2026-06-03 09:00"))
		if err != nil {
			t.Fatal(err)
		}
		h.tx(func(tx *models.Tx) error {
			return tx.ChangeRoster(at("2026-06-03 12:00"), models.System, models.RosterChange{Code: "fh01", Name: "示例复核乙", Role: models.Approver})
		})
		if _, err := h.decide("fh01", sub.Code, true, at("2026-06-04 09:00")); models.CodeOf(err) != models.Forbidden {
			t.Errorf("who left yesterday approved: %v", err)
		}
		if r := h.round(2026); r.State != models.RoundProposed {
			t.Errorf("the round is %s", r.State)
		}
	})
}

func TestStarsAreChangedBetweenRoundsByTwoAndTheOldOnesStayOnRecord(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := rating(t, s)
		h.toPublicity()
		h.tick("2026-07-10 03:00")
		if r := h.round(2026); r.State != models.RoundConfirmed {
			t.Fatal(r.State)
		}
		change := func(when, stars string) error {
			return h.two(when, models.Params{"draft": "change", "org": "A", "stars": stars, "reason": "受到行政处罚"})
		}
		if err := change("2027-03-01 09:00", "5"); models.CodeOf(err) != models.Conflict {
			t.Errorf("five stars instead of five: %v", err)
		}
		if err := change("2027-03-01 09:00", "6"); models.CodeOf(err) != models.Invalid {
			t.Errorf("six stars: %v", err)
		}
		if err := change("2027-03-02 09:00", "3"); err != nil {
			t.Fatal(err)
		}
		if was, now := h.known("A", "2027-03-01"), h.known("A", "2027-03-02"); was != "5" || now != "3" {
			t.Errorf("before %v, after %v", was, now)
		}
		d, err := h.q().Dossier(h.orgs["A"], 20271231)
		if err != nil || fmt.Sprint(d.Stars(policy.StarsInForce, 20270601)) != "5" || fmt.Sprint(d.Stars(policy.StarsInForce, 20280601)) != "3" {
			t.Errorf("上一年度 in 2027: %v, in 2028: %v, %v", d.Stars(policy.StarsInForce, 20270601), d.Stars(policy.StarsInForce, 20280601), err)
		}
		if h.known("A", "2028-12-31") != nil {
			t.Error("a rating outlived its validity")
		}
		h.post()
		h.clean()
	})
}

// What-if: which firms would change stars; nothing is written.
func TestWhatIfNamesTheFirmsThatChange(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := rating(t, s)
		report, err := h.sim.Runner.Plan(t.Context(), h.maker, jobs.StarRatingJob, models.Params{"year": "2026", "if": "3星=54,2星=52,1星=51"}, 20260520)
		if err != nil || len(report.Lines) != 1 || report.Lines[0].Code != "C" || report.Lines[0].Change != "由1星变为3星" || report.Notes[0] != "1家企业星级变化：升1家，降0家；4家不变" {
			t.Errorf("%+v, %v", report, err)
		}
		if _, err := h.sim.Runner.Plan(t.Context(), h.maker, jobs.StarRatingJob, models.Params{"year": "2026", "if": "营业收入=35"}, 20260520); models.CodeOf(err) != models.Invalid {
			t.Errorf("weights that do not add up: %v", err)
		}
		report, err = h.sim.Runner.Plan(t.Context(), h.maker, jobs.StarRatingJob, models.Params{"year": "2026"}, 20260520)
		if err != nil || len(report.Lines) != 5 || report.Lines[0].Who != "示例D人力资源有限公司" || report.Lines[0].What != "暂不能评，缺信用评价（补齐后为3星至5星）" {
			t.Errorf("%+v, %v", report, err)
		}
		if rounds, err := h.q().Rounds(); err != nil || len(rounds) != 0 {
			t.Error("a look made a round")
		}
	})
}

// What was frozen, scored and confirmed cannot be edited behind the program's back without check naming it.
func TestCheckFindsAnEditedRating(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := rating(t, s)
		h.toPublicity()
		h.tick("2026-07-10 03:00")
		h.post()
		h.clean()
		for edit, back := range map[string]string{
			"UPDATE round_entries SET stars = 5 WHERE subject = 'D'":                                       "UPDATE round_entries SET stars = 3 WHERE subject = 'D'",
			"UPDATE round_inputs SET inputs = REPLACE(inputs, '600', '700') WHERE subject = 'C'":           "UPDATE round_inputs SET inputs = REPLACE(inputs, '700', '600') WHERE subject = 'C'",
			"UPDATE facts SET attrs = REPLACE(attrs, 'stars\":5', 'stars\":4') WHERE kind = 'star-rating'": "UPDATE facts SET attrs = REPLACE(attrs, 'stars\":4', 'stars\":5') WHERE kind = 'star-rating'",
		} {
			modelstest.Exec(t, s, edit)
			results, err := h.sim.Runner.Check(t.Context(), policy.InstantOf(h.sim.Now()))
			if err != nil {
				t.Fatal(err)
			}
			i := slices.IndexFunc(results, func(r models.CheckResult) bool { return r.No == "47" })
			if len(results[i].Findings) == 0 {
				t.Errorf("%s: nobody noticed", edit)
			}
			modelstest.Exec(t, s, back)
		}
		h.clean()
	})
}

// The officials of a simulation hold the round of a year from its first day to its confirmation, with nobody asked.
func TestASimulationHoldsARound(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := rating(t, s)
		h.sim.Idle, h.sim.Rounds = false, true
		h.play("2026-05-28", "2026-07-10")
		h.wantStars(2026, "A 5 10000 #1 confirmed", "B 4 9500 #2 confirmed GATE", "C 1 5400 #3 confirmed", "D - - #0 postponed DECIDED_POSTPONE", "E 0 10000 #0 confirmed VETO")
		h.clean()
	})
}

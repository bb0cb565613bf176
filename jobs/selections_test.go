package jobs_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"duixian/jobs"
	"duixian/models"
	"duixian/models/modelstest"
	"duixian/policy"
	"duixian/secret"
)

// rated is a firm in a star rating that is confirmed. Money is in yuan.
type rated struct {
	code                  string
	score, stars          int
	credit                string
	contribution, revenue int64
	licensed              policy.Date
}

// confirmStars makes a star rating of a year that was confirmed on a day, as two people and a publicity leave it.
func (h *house) confirmStars(year int, on policy.Date, firms ...rated) models.Round {
	h.t.Helper()
	var r models.Round
	for _, f := range firms {
		if h.orgs[f.code] == 0 {
			h.firm(f.code)
		}
	}
	h.tx(func(tx *models.Tx) error {
		var err error
		step := models.RoundStep{On: on, At: policy.InstantOf(on.At(1, 0)), Actor: models.System, Reason: "测试"}
		if r, err = tx.OpenRound(models.Round{Kind: models.StarRating, Year: year, OpensOn: on, DataBy: on, PublicityFrom: on, ConfirmBy: on, CutoffOn: on}, step); err != nil {
			return err
		}
		var entries []models.RoundEntry
		for i, f := range firms {
			in := policy.StarInputs{Code: f.code, Licensed: f.licensed, Figures: map[string]int64{}, Words: map[string]string{}}
			if f.contribution > 0 {
				in.Figures["contribution"], in.Figures["revenue"] = f.contribution*100, f.revenue*100
			}
			if f.credit != "" {
				in.Words["credit"] = f.credit
			}
			if err := tx.FreezeInput(r.ID, f.code, in); err != nil {
				return err
			}
			entries = append(entries, models.RoundEntry{RoundID: r.ID, Subject: f.code, OrgID: h.orgs[f.code], Score: &firms[i].score, Stars: &firms[i].stars, State: models.EntryConfirmed, Detail: "{}", ChangedOn: on})
		}
		if err := tx.PutEntries(entries); err != nil {
			return err
		}
		r.ConfirmedOn = on
		for _, to := range []models.RoundState{models.RoundOpen, models.RoundScoring, models.RoundProposed, models.RoundApproved, models.RoundPublicity, models.RoundConfirmed} {
			if err := tx.MoveRound(&r, to, step); err != nil {
				return err
			}
		}
		return nil
	})
	return r
}

// say records what offices say of firms; an empty verdict says nothing.
func (h *house) say(kind models.RoundKind, year int, known policy.Date, verdicts map[models.Office]string, codes ...string) {
	h.t.Helper()
	h.tx(func(tx *models.Tx) error {
		var rows []models.Opinion
		for _, o := range models.Offices {
			for _, code := range codes {
				verdict, reason, _ := strings.Cut(verdicts[o], " ")
				if verdict != "" {
					rows = append(rows, models.Opinion{Kind: kind, Year: year, Office: o, Code: code, Verdict: models.Verdict(verdict), Reason: reason, KnownOn: known})
				}
			}
		}
		return tx.AddOpinions(rows)
	})
}

func (h *house) perform(job string, params models.Params, when string) error {
	h.t.Helper()
	h.sim.SetClock(at(when))
	_, err := h.sim.Runner.RunFor(h.t.Context(), h.maker, job, params, 0, at(when))
	return err
}

func (h *house) submitFor(kind models.RoundKind, when string) (models.Submission, error) {
	h.t.Helper()
	h.sim.SetClock(at(when))
	return h.sim.Runner.Submit(h.t.Context(), h.maker, "selections", models.Params{"kind": string(kind)}, at(when).Date(), at(when))
}

// yes is the second person's, with the newest code.
func (h *house) yes(when string) models.Submission {
	h.t.Helper()
	sub, err := h.decide("fh01", fmt.Sprintf("%06d", h.codes), true, at(when))
	if err != nil {
		h.t.Fatal(err)
	}
	return sub
}

// publish records that the newest list was published.
func (h *house) publish(when string) models.Publicity {
	h.t.Helper()
	list, err := h.q().Publicities(1, models.PublicityPlanned)
	if err != nil || len(list) != 1 {
		h.t.Fatal(list, err)
	}
	if err := h.perform(jobs.PublicityStart, models.Params{"publicity": fmt.Sprint(list[0].ID), "where": "市人力社保局网站"}, when); err != nil {
		h.t.Fatal(err)
	}
	p, err := h.q().Publicity(list[0].ID)
	if err != nil {
		h.t.Fatal(err)
	}
	return p
}

// look is what 试算 shows, as text.
func (h *house) look(kind models.RoundKind, on policy.Date) string {
	h.t.Helper()
	r, err := h.sim.Runner.Plan(h.t.Context(), h.maker, "selections", models.Params{"kind": string(kind)}, on)
	if err != nil {
		h.t.Fatal(err)
	}
	return reportText(r)
}

func reportText(r models.Report) string {
	var b strings.Builder
	for i, l := range r.Lines {
		mark := ""
		if l.Outside {
			mark = "（另列）"
		}
		if l.Change != "" {
			mark += "【" + l.Change + "】"
		}
		fmt.Fprintf(&b, "  %d. %s　%s%s　%s\n", i+1, l.Who, l.What, mark, l.Why)
	}
	for _, n := range r.Notes {
		fmt.Fprintf(&b, "  · %s\n", n)
	}
	return b.String()
}

func (h *house) ranked(kind models.RoundKind, year int) string {
	h.t.Helper()
	r, err := h.q().Round(kind, year)
	if err != nil {
		h.t.Fatal(err)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "  %s：%s（%s）\n", r.Name(), r.State.Text(), r.Reason)
	places, err := h.q().Places(r.ID)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, p := range places {
		org, err := h.q().Organisation(p.OrgID)
		if err != nil {
			h.t.Fatal(err)
		}
		fmt.Fprintf(&b, "  名额 %d：%s\n", p.Place, org.Name)
	}
	entries, err := h.q().Entries(r.ID)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, e := range entries {
		if e.State == models.EntryHeld || e.State == models.EntryOut && e.Reason != "" {
			org, err := h.q().Organisation(e.OrgID)
			if err != nil {
				h.t.Fatal(err)
			}
			fmt.Fprintf(&b, "  %s：%s %s\n", org.Name, e.State.Text(), e.Reason)
		}
	}
	return b.String()
}

// near are thirteen firms with near-equal scores, with a tie across the ninth place, one without a star, and one whose credit nobody knows.
func near() []rated {
	var all []rated
	for i := range 12 {
		all = append(all, rated{fmt.Sprintf("F%02d", i+1), 8820 - i, 4, "良", 500_000, 9_000_000 + int64(i), 20180601})
	}
	all[9].score = all[8].score // F09 and F10: parted by their revenue
	all = append(all, rated{"F13", 4000, 0, "差", 1, 1, 20200101})
	return all
}

// From the opening to the tenth winner, by the nights and by two people.
func TestASelectionFromOpeningToTheReserve(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := newHouse(t, s)
		h.sim.Idle = true
		var story strings.Builder
		tell := func(format string, args ...any) { fmt.Fprintf(&story, format+"\n", args...) }
		defer func() {
			if t.Failed() {
				t.Log(story.String())
			}
		}()
		h.play("2026-07-30", "2026-07-30")
		h.confirmStars(2026, 20260731, near()...)
		h.play("2026-07-31", "2026-08-02")
		tell("8月2日：星级于7月31日确认，当夜自动启动\n%s", h.ranked(models.Backbone, 2026))
		tell("试算：\n%s", h.look(models.Backbone, 20260802))
		_, err := h.submitFor(models.Backbone, "2026-08-03 10:00")
		tell("资料没有截止就报审：%v\n", err)

		var codes []string
		for _, f := range near() {
			codes = append(codes, f.code)
		}
		h.say(models.Backbone, 2026, 20260805, map[models.Office]string{models.Tax: "agree", models.Market: "no_data"}, codes...)
		h.say(models.Backbone, 2026, 20260806, map[models.Office]string{models.Credit: "agree"}, codes[:4]...)
		h.say(models.Backbone, 2026, 20260806, map[models.Office]string{models.Credit: "agree"}, codes[5:]...)
		h.say(models.Backbone, 2026, 20260806, map[models.Office]string{models.Credit: "disagree 正在核查投诉"}, "F05")
		h.play("2026-08-03", "2026-08-25")
		tell("8月25日：财政逾期没有答复，资料已截止\n%s", h.ranked(models.Backbone, 2026))
		_, err = h.submitFor(models.Backbone, "2026-08-25 10:00")
		tell("报审：%v\n", err)
		minute := 0
		ruling := func(params models.Params) {
			minute++
			params["kind"] = "骨干"
			err := h.perform(jobs.SelectionRulingJob, params, fmt.Sprintf("2026-08-25 11:%02d", minute))
			tell("评选决定 %s %s：%v", params["do"], params["firm"]+params["office"], runNumber.ReplaceAllString(errText(err), ""))
		}
		ruling(models.Params{"do": "意见", "office": "财政"})
		ruling(models.Params{"do": "意见", "office": "财政", "reason": "已电话催办两次，财政无拨款口径意见", "basis": "局长办公会纪要〔2026〕12号"})
		ruling(models.Params{"do": "意见", "office": "信用", "firm": "F05", "reason": "投诉经核查不属实"})
		ruling(models.Params{"do": "调入", "firm": "F13", "reason": "区域布局"})
		ruling(models.Params{"do": "调入", "firm": "F12", "reason": "填补高端猎头空白", "basis": "局长办公会纪要〔2026〕12号"})
		tell("\n试算：\n%s", h.look(models.Backbone, 20260825))
		if _, err = h.submitFor(models.Backbone, "2026-08-25 14:00"); err != nil {
			t.Fatal(err)
		}
		tell("已报审\n%s", h.ranked(models.Backbone, 2026))
		_, frozen, err := h.sim.Runner.Frozen(t.Context(), h.checker, fmt.Sprintf("%06d", h.codes), at("2026-08-26 09:00"))
		if err != nil {
			t.Fatal(err)
		}
		tell("复核人看到的：\n%s", reportText(frozen))
		h.listing("F03", "2026-08-20", "", "2026-08-26", 0)
		sub := h.yes("2026-08-26 10:00")
		tell("复核同意（%s）；看过之后 F03 列入严重失信名单\n%s", sub.State, h.ranked(models.Backbone, 2026))
		p := h.publish("2026-08-27 09:00")
		tell("公示：%s 至 %s，%d 家\n", p.FirstOn.Text(), p.LastOn.Text(), p.LineCount)
		h.play("2026-08-28", "2026-09-07")
		tell("公示期满：\n%s", h.ranked(models.Backbone, 2026))
		tell("F01 的申报：%s\nF03 的申报：%s\n", h.claims("F01"), h.claims("F03"))
		tell("试算：\n%s", h.look(models.Backbone, 20260908))
		if _, err = h.submitFor(models.Backbone, "2026-09-08 10:00"); err != nil {
			t.Fatal(err)
		}
		sub = h.yes("2026-09-08 15:00")
		tell("递补方案复核同意（%s），先公示\n%s", sub.State, h.ranked(models.Backbone, 2026))
		h.publish("2026-09-09 09:00")
		h.play("2026-09-10", "2026-09-22")
		tell("递补公示期满：\n%s", h.ranked(models.Backbone, 2026))
		_, err = h.submitFor(models.Backbone, "2026-09-23 10:00")
		tell("再报审：%v", err)
		golden(t, "selection.txt", story.String())
		h.clean()
	})
}

var runNumber = regexp.MustCompile(`（#\d+）`)

func errText(err error) string {
	if err == nil {
		return "已录入"
	}
	return err.Error()
}

// person proposes somebody for 引才精英.
func (h *house) person(code, name, id string, recruits int, known policy.Date) {
	h.t.Helper()
	h.tx(func(tx *models.Tx) error {
		p, err := tx.Cipher().NewPerson(secret.Text(id), secret.Text(name), known)
		if err != nil {
			return err
		}
		people := []models.Person{p}
		orgs := []models.Organisation{{Code: code, Kind: "个人", Name: string([]rune(name)[:1]) + "**（" + code + "）", KnownOn: known}}
		if err := tx.AddPeople(people); err != nil {
			return err
		}
		if err := tx.AddOrganisations(orgs); err != nil {
			return err
		}
		h.orgs[code] = orgs[0].ID
		if err := tx.AddFacts([]models.Fact{{OrgID: orgs[0].ID, Kind: "registration", FactKey: known.String(), OnDay: known, KnownOn: known, Attrs: `{"district":"urban"}`}}); err != nil {
			return err
		}
		return tx.AddNominees([]models.Nominee{{Kind: models.Elite, Year: 2026, Code: code, PersonID: people[0].ID, Recruits: &recruits, KnownOn: known}})
	})
}

// Persons are selected by a jury, appear in public with name and masked number, and nowhere else in the clear.
func TestPersonsAreSelectedByAJury(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := newHouse(t, s)
		h.sim.Idle = true
		h.play("2026-07-30", "2026-07-30")
		h.confirmStars(2026, 20260731, rated{"F01", 9000, 4, "良", 1, 1, 20200101})
		h.play("2026-07-31", "2026-08-02")
		h.person("GR00000001", "张示例", "330702199901010010", 30, 20260803)
		h.person("GR00000002", "李示例", "330702199806300036", 40, 20260803)
		vote := func(juror, code string, points int64) {
			row := models.JuryScore{Kind: models.Elite, Year: 2026, Juror: juror, Code: code, KnownOn: 20260804}
			if points > 0 {
				if err := s.Cipher().SealPoints(&row, points); err != nil {
					t.Fatal(err)
				}
			}
			h.tx(func(tx *models.Tx) error { return tx.AddJuryScores([]models.JuryScore{row}) })
		}
		for i, juror := range []string{"PW01", "PW02", "PW03"} {
			vote(juror, "", 0)
			vote(juror, "GR00000001", 9000+int64(i))
			if i > 0 {
				vote(juror, "GR00000002", 8000)
			}
		}
		h.say(models.Elite, 2026, 20260805, map[models.Office]string{models.Finance: "agree", models.Tax: "agree", models.Market: "no_data", models.Credit: "agree"}, "GR00000001", "GR00000002")
		h.play("2026-08-03", "2026-08-25")
		_, err := h.submitFor(models.Elite, "2026-08-25 10:00")
		refused(t, err, models.Conflict, "还有 1 份评分未交齐")
		if sealed := h.look(models.Elite, 20260825); strings.Contains(sealed, "90.") || strings.Contains(sealed, "80.") || !strings.Contains(sealed, "全部收齐前不公开") {
			t.Errorf("the panel is not sealed:\n%s", sealed)
		}
		vote("PW01", "GR00000002", 8000)
		if _, err := h.submitFor(models.Elite, "2026-08-25 10:00"); err != nil {
			t.Fatal(err)
		}
		h.yes("2026-08-26 10:00")
		p := h.publish("2026-08-27 09:00")
		lines, err := h.q().PublicLines(p.ID)
		if err != nil || len(lines) != 2 || lines[0].Name != "张示例" || lines[0].Code != "330702********0010" && lines[0].Code != "3307**********0010" && lines[0].Code != "3307**********0010"[:6]+"********0010" || lines[0].OrgID != 0 {
			t.Errorf("%+v, %v", lines, err)
		}
		h.play("2026-08-28", "2026-09-07")
		if got := fmt.Sprint(h.claims("GR00000001"), h.claims("GR00000002")); got != "[recruit-elite 2026 decided OK] [recruit-elite 2026 decided OK]" {
			t.Error(got)
		}
		plan, err := h.q().PlansAfter(0, 10)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range plan {
			for _, clear := range []string{"张示例", "李示例", "330702199901010010", "330702199806300036"} {
				if strings.Contains(p.Body, clear) {
					t.Errorf("plan %d names a person", p.ID)
				}
			}
		}
		h.clean()
	})
}

// scoringRound is a house in which a selection of these firms waits for its list, with all opinions in.
func scoringRound(t *testing.T, s *models.Store, firms ...rated) *house {
	t.Helper()
	h := newHouse(t, s)
	h.sim.Idle = true
	h.play("2026-07-30", "2026-07-30")
	h.confirmStars(2026, 20260731, firms...)
	h.play("2026-07-31", "2026-08-02")
	var codes []string
	for _, f := range firms {
		codes = append(codes, f.code)
	}
	for _, kind := range []models.RoundKind{models.Backbone, models.Integrity} {
		h.say(kind, 2026, 20260805, map[models.Office]string{models.Finance: "agree", models.Tax: "agree", models.Market: "no_data", models.Credit: "agree"}, codes...)
	}
	h.play("2026-08-03", "2026-08-24")
	return h
}

func (h *house) theRound(kind models.RoundKind) models.Round {
	h.t.Helper()
	r, err := h.q().Round(kind, 2026)
	if err != nil {
		h.t.Fatal(err)
	}
	return r
}

// holders are the codes that have places, in the order of places.
func (h *house) holders(kind models.RoundKind) string {
	h.t.Helper()
	places, err := h.q().Places(h.theRound(kind).ID)
	if err != nil {
		h.t.Fatal(err)
	}
	var names []string
	for _, p := range places {
		names = append(names, fmt.Sprintf("%d:%s", p.Place, p.Subject))
	}
	return strings.Join(names, " ")
}

func TestARejectedListIsMadeAnew(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := scoringRound(t, s, near()...)
		if _, err := h.submitFor(models.Backbone, "2026-08-25 10:00"); err != nil {
			t.Fatal(err)
		}
		if _, err := h.submitFor(models.Backbone, "2026-08-25 10:05"); models.CodeOf(err) != models.Conflict {
			t.Errorf("a second list of one round: %v", err)
		}
		refused(t, h.perform(jobs.SelectionRulingJob, models.Params{"kind": "骨干", "do": "调出", "firm": "F01", "reason": "x"}, "2026-08-25 10:10"), models.Conflict, "请先退回方案")
		if _, err := h.decide("fh01", fmt.Sprintf("%06d", h.codes), false, at("2026-08-25 11:00")); err != nil {
			t.Fatal(err)
		}
		if r := h.theRound(models.Backbone); r.State != models.RoundScoring {
			t.Fatalf("after a no the round is %s", r.State)
		}
		if err := h.perform(jobs.SelectionRulingJob, models.Params{"kind": "骨干", "do": "调出", "firm": "F01", "reason": "主动放弃"}, "2026-08-25 12:00"); err != nil {
			t.Fatal(err)
		}
		if _, err := h.submitFor(models.Backbone, "2026-08-25 14:00"); err != nil {
			t.Fatal(err)
		}
		h.play("2026-08-26", "2026-09-01") // nobody decides: the request runs out
		if r := h.theRound(models.Backbone); r.State != models.RoundScoring {
			t.Fatalf("after the request ran out the round is %s", r.State)
		}
		if _, err := h.submitFor(models.Backbone, "2026-09-02 10:00"); err != nil {
			t.Fatal(err)
		}
		h.yes("2026-09-02 11:00")
		e, err := h.q().Entry(h.theRound(models.Backbone).ID, "F01")
		if err != nil || e.State != models.EntryOut {
			t.Errorf("F01 is %v: %v", e.State, err)
		}
		h.clean()
	})
}

// An objection holds its line and no other; decided for the firm it gets its place, against it the next reserve moves up, by two people.
func TestAnObjectionHoldsOnePlace(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		for _, upheld := range []string{"不成立", "成立"} {
			t.Run(upheld, func(t *testing.T) {
				h := scoringRound(t, modelstest.New(t), near()...)
				if _, err := h.submitFor(models.Backbone, "2026-08-25 10:00"); err != nil {
					t.Fatal(err)
				}
				h.yes("2026-08-25 11:00")
				p := h.publish("2026-08-26 09:00")
				line, err := h.q().PublicLineOf(p.ID, fmt.Sprintf("org/%d", h.orgs["F02"]))
				if err != nil {
					t.Fatal(err)
				}
				if _, err := h.object(p.ID, line.No, "", "m1", at("2026-08-27 10:00")); err != nil {
					t.Fatal(err)
				}
				h.play("2026-08-27", "2026-09-04")
				if got := h.holders(models.Backbone); strings.Contains(got, "F02") || !strings.HasPrefix(got, "1:F01 2:F03") || strings.Count(got, ":") != 9 {
					t.Errorf("while the objection is open: %s", got)
				}
				if _, err := h.submitFor(models.Backbone, "2026-09-07 09:00"); models.CodeOf(err) != models.Conflict {
					t.Errorf("the place of one under objection was offered: %v", err)
				}
				if _, err := h.sim.Runner.Submit(t.Context(), h.maker, jobs.ObjectionsJob, models.Params{"objection": "1", "outcome": upheld, "answer": "经核实"}, 20260907, at("2026-09-07 10:00")); err != nil {
					t.Fatal(err)
				}
				h.yes("2026-09-07 11:00")
				h.play("2026-09-08", "2026-09-08")
				if upheld == "不成立" {
					if got := h.holders(models.Backbone); !strings.HasSuffix(got, "10:F02") {
						t.Errorf("rejected: %s", got)
					}
					h.clean()
					return
				}
				if got := h.holders(models.Backbone); strings.Count(got, ":") != 9 {
					t.Errorf("upheld: %s", got)
				}
				if _, err := h.submitFor(models.Backbone, "2026-09-09 09:00"); err != nil {
					t.Fatal(err)
				}
				h.yes("2026-09-09 10:00")
				h.publish("2026-09-09 11:00")
				h.play("2026-09-10", "2026-09-22")
				if got := h.holders(models.Backbone); !strings.HasSuffix(got, "10:F11") {
					t.Errorf("the reserve: %s", got)
				}
				h.clean()
			})
		}
	})
}

// A holder loses a place by people alone: a listing only tells them. Ruled out, the selection is corrected, the claim is refused and the next reserve moves up.
func TestAHolderLeavesByTwoPeople(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := scoringRound(t, s, near()...)
		if _, err := h.submitFor(models.Backbone, "2026-08-25 10:00"); err != nil {
			t.Fatal(err)
		}
		h.yes("2026-08-25 11:00")
		h.publish("2026-08-26 09:00")
		h.play("2026-08-27", "2026-09-05")
		h.listing("F04", "2026-09-01", "", "2026-09-07", 0)
		h.play("2026-09-06", "2026-09-08")
		if got := h.holders(models.Backbone); !strings.Contains(got, "4:F04") {
			t.Errorf("the clock took a place: %s", got)
		}
		if !strings.Contains(h.told.String(), "示例F04人力资源有限公司（第4个名额）2026年9月1日列入严重失信主体名单") {
			t.Error("nobody was told that a holder was listed")
		}
		if err := h.perform(jobs.SelectionRulingJob, models.Params{"kind": "骨干", "do": "调出", "firm": "F04", "reason": "列入严重失信名单", "basis": "纪要〔2026〕20号"}, "2026-09-09 09:00"); err != nil {
			t.Fatal(err)
		}
		if _, err := h.submitFor(models.Backbone, "2026-09-09 10:00"); err != nil {
			t.Fatal(err)
		}
		h.yes("2026-09-09 11:00")
		if got := h.holders(models.Backbone); !strings.Contains(got, "4:F04") {
			t.Errorf("the place went before the public had seen who moves up: %s", got)
		}
		h.publish("2026-09-09 12:00")
		h.play("2026-09-10", "2026-09-22")
		if got := h.holders(models.Backbone); !strings.Contains(got, "4:F11") || strings.Contains(got, "F04") || strings.Count(got, ":") != 10 {
			t.Errorf("after: %s", got)
		}
		if got := fmt.Sprint(h.claims("F04"), h.claims("F11")); !strings.Contains(got, "rejected") || !strings.Contains(got, "[backbone-firm 2026 decided OK]") {
			t.Error(got)
		}
		h.clean()
	})
}

// An office that changes its mind after the look holds its line, although its earlier silence was decided about.
func TestADisagreementAfterTheLook(t *testing.T) {
	h := scoringRound(t, modelstest.New(t), near()...)
	if _, err := h.submitFor(models.Backbone, "2026-08-25 10:00"); err != nil {
		t.Fatal(err)
	}
	h.say(models.Backbone, 2026, 20260826, map[models.Office]string{models.Tax: "disagree 新查出欠税"}, "F02")
	h.yes("2026-08-26 11:00")
	e, err := h.q().Entry(h.theRound(models.Backbone).ID, "F02")
	if err != nil || e.State != models.EntryHeld || e.Reason != "OPINION_DISAGREES" {
		t.Errorf("%+v, %v", e, err)
	}
	if p := h.publish("2026-08-27 09:00"); p.LineCount != 9 {
		t.Errorf("%d lines went to the public", p.LineCount)
	}
	h.play("2026-08-28", "2026-08-28")
	h.clean()
}

// Under the other reading nobody of those who are tied across the last place is selected, and they move up together or not at all.
func TestTheOtherReadingOfATie(t *testing.T) {
	firms := near()
	firms[10].score = firms[9].score // F09, F10, F11 are equal: rank 9 of three
	h := scoringRound(t, modelstest.New(t), firms...)
	book, err := h.env.Book.With(map[string]string{"backbone.tie": policy.CutBelow})
	if err != nil {
		t.Fatal(err)
	}
	h.env.Book = book
	text := h.look(models.Backbone, 20260825)
	if strings.Count(text, "：入选第") != 8 || strings.Count(text, "并列第9名") != 3 || !strings.Contains(text, "并列者均不入选") {
		t.Errorf("\n%s", text)
	}
}

// What opens by itself: three selections once the year's stars are confirmed, each once; none before, and none that would end after the policy.
func TestSelectionsOpenAfterTheStars(t *testing.T) {
	h := newHouse(t, modelstest.New(t))
	h.sim.Idle = true
	h.play("2026-07-01", "2026-07-03")
	rounds := func() (n int) {
		all, err := h.q().Rounds()
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range all {
			if r.Kind != models.StarRating {
				n++
			}
		}
		return n
	}
	if n := rounds(); n != 0 {
		t.Errorf("%d selections without stars", n)
	}
	h.confirmStars(2026, 20260704, near()...)
	h.play("2026-07-04", "2026-07-08")
	if n := rounds(); n != 3 {
		t.Errorf("%d selections", n)
	}
	h.confirmStars(2028, 20280731, near()...)
	h.play("2028-08-01", "2028-08-03") // the policy ends on 31 August 2028
	if n := rounds(); n != 3 {
		t.Errorf("%d selections: one would end after the policy", n)
	}
}

// The sheets that go out: a row a candidate, what an office has said is in its sheet, no point is in anybody's.
func TestSheetsOfASelection(t *testing.T) {
	h := scoringRound(t, modelstest.New(t), near()[:2]...)
	params := models.Params{"kind": "骨干", "year": "2026"}
	h.say(models.Backbone, 2026, 20260810, map[models.Office]string{models.Tax: "disagree 欠税"}, "F02")
	rows, err := h.env.OpinionSheet(t.Context(), params, models.Tax, 20260824)
	if got, want := fmt.Sprint(rows), "[[骨干企业 2026 税务 F01 示例F01人力资源有限公司 同意  <nil> <nil>] [骨干企业 2026 税务 F02 示例F02人力资源有限公司 不同意 欠税 <nil> <nil>]]"; err != nil || got != want {
		t.Errorf("%s, %v", got, err)
	}
	rows, err = h.env.JurySheet(t.Context(), params, "PW01", 20260824)
	if got, want := fmt.Sprint(rows), "[[骨干企业 2026 PW01 F01 <nil> <nil> <nil> <nil>] [骨干企业 2026 PW01 F02 <nil> <nil> <nil> <nil>]]"; err != nil || got != want {
		t.Errorf("%s, %v", got, err)
	}
	if _, err := h.env.OpinionSheet(t.Context(), models.Params{"kind": "引才精英"}, models.Tax, 20260824); models.CodeOf(err) != models.Conflict {
		t.Errorf("a sheet without candidates: %v", err)
	}
}

// What a person asks to be opened is opened, or they hear why not.
func TestASelectionIsOpenedByHand(t *testing.T) {
	h := newHouse(t, modelstest.New(t))
	h.sim.Idle = true
	h.play("2026-07-30", "2026-07-30")
	open := func(params models.Params, when string) error {
		params["do"] = "open"
		return h.perform("selections", params, when)
	}
	refused(t, open(models.Params{"kind": "骨干", "year": "2026"}, "2026-07-30 10:00"), models.Conflict, "星级评定尚未确认")
	refused(t, open(models.Params{"kind": "骨头", "year": "2026"}, "2026-07-30 10:01"), models.Invalid, "请写明是哪一项评选")
	h.confirmStars(2026, 20260730, near()...)
	if err := open(models.Params{"kind": "骨干评选", "year": "2026"}, "2026-07-30 11:00"); err != nil {
		t.Fatal(err)
	}
	refused(t, open(models.Params{"kind": "骨干", "year": "2026"}, "2026-07-30 11:30"), models.Conflict, "已经有了")
	h.play("2026-07-31", "2026-07-31")
	if all, err := h.q().Rounds(); err != nil || len(all) != 4 {
		t.Errorf("%d rounds: %v", len(all), err)
	}
}

// A selection that is confirmed after the night's claims have run, because somebody retried it by day, is not forgotten: the next night opens its awards.
func TestAConfirmationByDayOpensItsClaims(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := scoringRound(t, s, near()[:2]...)
		if _, err := h.submitFor(models.Backbone, "2026-08-25 10:00"); err != nil {
			t.Fatal(err)
		}
		h.yes("2026-08-25 11:00")
		h.publish("2026-08-26 09:00")
		if err := h.sim.Runner.Pause(t.Context(), h.maker, "selections", "核对名单", at("2026-08-26 10:00")); err != nil {
			t.Fatal(err)
		}
		h.play("2026-08-27", "2026-09-05")
		h.tick("2026-09-06 06:00")
		if err := h.sim.Runner.Pause(t.Context(), h.maker, "selections", "", at("2026-09-06 10:00")); err != nil {
			t.Fatal(err)
		}
		if err := h.perform("selections", nil, "2026-09-06 10:30"); err != nil {
			t.Fatal(err)
		}
		if got := h.holders(models.Backbone); got != "1:F01 2:F02" {
			t.Fatal(got)
		}
		if got := h.claims("F01"); len(got) != 0 {
			t.Fatalf("the claims of the night before were there already: %v", got)
		}
		h.play("2026-09-07", "2026-09-07")
		if got := fmt.Sprint(h.claims("F01")); got != "[backbone-firm 2026 decided OK]" {
			t.Errorf("the next night: %s", got)
		}
		h.clean()
	})
}

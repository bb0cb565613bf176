package jobs_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"duixian/jobs"
	"duixian/models"
	"duixian/models/modelstest"
	"duixian/policy"
)

const bigEvent = `{"organisations":60,"attendance":120,"in_city":true,"key_industry":true}`

// undecided is a house in which three claims wait for officials: an event (最高10万元), a park (最高30万元) and the support of an
// association, of which 60,000.00 of the year's 100,000.00 are awarded already.
func undecided(t *testing.T, s *models.Store) *house {
	t.Helper()
	h := newHouse(t, s)
	h.firm("A")
	h.fact("A", "event", "E1", "2024-03-01", "2024-03-04", bigEvent)
	h.fact("A", "park", "P1", "2024-02-01", "2024-03-04", `{"level":"municipal","municipal_park":true}`)
	h.sim.Idle = true
	h.play("2024-03-04", "2024-03-04")
	same(t, "before", h.claims("A"), "park-station P1 needs_decision CEILING_ONLY", "event-host-tier1 E1 needs_decision CEILING_ONLY")
	return h
}

func yuan(n int64) policy.Decided { f := policy.Yuan(n); return policy.Decided{Amount: &f} }

// pending finds the waiting line of an item.
func (h *house) pending(item string) models.PendingAmount {
	h.t.Helper()
	list, err := h.q().PendingAmounts()
	if err != nil {
		h.t.Fatal(err)
	}
	for _, p := range list {
		if p.Claim.Item == item {
			return p
		}
	}
	h.t.Fatalf("no %s among %+v", item, list)
	return models.PendingAmount{}
}

func (h *house) amounts(now string, entries ...models.AmountEntry) (models.Submission, error) {
	h.sim.SetClock(at(now))
	return h.sim.Runner.DecideAmounts(h.t.Context(), h.maker, entries, at(now))
}

func (h *house) seq(item string) []string {
	h.t.Helper()
	list, err := h.q().ClaimsOfOrg(h.orgs["A"])
	if err != nil {
		h.t.Fatal(err)
	}
	var out []string
	for _, c := range list {
		if c.Item != item {
			continue
		}
		ds, err := h.q().DecisionsOf(c.ID)
		if err != nil {
			h.t.Fatal(err)
		}
		for _, d := range ds {
			line := fmt.Sprintf("%d %s %s %s", d.Seq, d.Outcome, d.AmountFen, d.Reason)
			if strings.Contains(d.Facts, `"official"`) {
				line += " official"
			}
			out = append(out, line)
		}
	}
	return out
}

func TestTwoPeopleDecideAnAmount(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := undecided(t, s)
		event, park := h.pending("event-host-tier1"), h.pending("park-station")
		if event.Ceiling != policy.Yuan(100_000) || park.Ceiling != policy.Yuan(300_000) || event.ByRate {
			t.Errorf("ceilings %s and %s", event.Ceiling, park.Ceiling)
		}
		for _, wrong := range []struct {
			entry models.AmountEntry
			code  models.Code
			say   string
		}{
			{models.AmountEntry{Claim: event.Claim.ID, Decided: yuan(100_001), Reason: "实际成效"}, models.Invalid, "最多可核定 100,000.00 元"},
			{models.AmountEntry{Claim: event.Claim.ID, Decided: policy.Decided{Rate: "80"}, Reason: "实际成效"}, models.Invalid, "按金额核定"},
			{models.AmountEntry{Claim: event.Claim.ID, Decided: yuan(0), Reason: "实际成效"}, models.Invalid, "大于0"},
			{models.AmountEntry{Claim: event.Claim.ID, Decided: yuan(80_000)}, models.Invalid, "理由"},
			{models.AmountEntry{Claim: event.Claim.ID, Decided: yuan(80_000), Seen: "00000000", Reason: "实际成效"}, models.Conflict, "重新查看"},
			{models.AmountEntry{Claim: 999, Decided: yuan(80_000), Reason: "实际成效"}, models.NotFound, "没有编号"},
		} {
			_, err := h.amounts("2024-03-05 10:00", wrong.entry)
			refused(t, err, wrong.code, wrong.say)
		}
		good := models.AmountEntry{Claim: event.Claim.ID, Seen: event.Seen(), Decided: yuan(80_000), Reason: "参会企业签约率高"}
		_, err := h.amounts("2024-03-05 10:00", good, good)
		refused(t, err, models.Invalid, "两次")
		sub, err := h.amounts("2024-03-05 10:00", good, models.AmountEntry{Claim: park.Claim.ID, Decided: yuan(300_000), Reason: "按建站投入"})
		if err != nil {
			t.Fatal(err)
		}
		if sub.Lines != 2 || sub.Total != policy.Yuan(380_000) {
			t.Errorf("submission %+v", sub)
		}
		_, err = h.amounts("2024-03-05 10:01", good)
		refused(t, err, models.Conflict, "方案 #1")
		_, report, err := h.sim.Runner.Frozen(t.Context(), h.checker, sub.Code, at("2024-03-05 10:02"))
		if err != nil || report.Lines[0].Amount != policy.Yuan(80_000) && report.Lines[1].Amount != policy.Yuan(80_000) {
			t.Errorf("shown %+v, %v", report.Lines, err)
		}
		if !strings.Contains(report.Lines[0].Why+report.Lines[1].Why, "参会企业签约率高") {
			t.Errorf("the second person does not see the reason: %+v", report.Lines)
		}
		same(t, "before the second person", h.seq("event-host-tier1"), "1 ceiling 100000.00 CEILING_ONLY")
		if _, err := h.decide("fh01", sub.Code, true, at("2024-03-05 11:00")); err != nil {
			t.Fatal(err)
		}
		same(t, "decided", h.claims("A"), "park-station P1 decided OK", "event-host-tier1 E1 decided OK")
		same(t, "beside the old one", h.seq("event-host-tier1"), "1 ceiling 100000.00 CEILING_ONLY", "2 exact 80000.00 OK official")
		h.play("2024-03-06", "2024-03-06") // the night finds nothing new
		same(t, "after a night", h.seq("event-host-tier1"), "1 ceiling 100000.00 CEILING_ONLY", "2 exact 80000.00 OK official")
		_, err = h.amounts("2024-03-06 10:00", good)
		refused(t, err, models.Conflict, "已由方案 #1 核定为 80,000.00 元")
		sub, err = h.submit("jb01", at("2024-03-06 10:00"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.decide("fh01", sub.Code, true, at("2024-03-06 11:00")); err != nil {
			t.Fatal(err)
		}
		same(t, "awards", h.awards("A"), "park-station 300000.00 2024-03-06 | 1 300000.00 2024-03-06 due", "event-host-tier1 80000.00 2024-03-06 | 1 80000.00 2024-03-06 due")
		h.clean()
	})
}

// New facts before anything is awarded open the claim again; after the award they are judged with what was decided.
func TestNewFactsReopenAnAmount(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := undecided(t, s)
		event := h.pending("event-host-tier1")
		sub, err := h.amounts("2024-03-05 10:00", models.AmountEntry{Claim: event.Claim.ID, Decided: yuan(80_000), Reason: "实际成效"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.decide("fh01", sub.Code, true, at("2024-03-05 11:00")); err != nil {
			t.Fatal(err)
		}
		h.fact2("A", "event", "E1", "2024-03-01", "2024-03-06", strings.Replace(bigEvent, "120", "180", 1))
		h.play("2024-03-06", "2024-03-06")
		same(t, "open again", h.claims("A"), "park-station P1 needs_decision CEILING_ONLY", "event-host-tier1 E1 needs_decision CEILING_ONLY")
		if n := h.count("amount-reopened"); n != 1 {
			t.Errorf("%d notices of an amount that does not count any more", n)
		}
		_, err = h.amounts("2024-03-07 10:00", models.AmountEntry{Claim: event.Claim.ID, Seen: event.Seen(), Decided: yuan(90_000), Reason: "实际成效"})
		refused(t, err, models.Conflict, "重新查看")
		if sub, err = h.amounts("2024-03-07 10:00", models.AmountEntry{Claim: event.Claim.ID, Decided: yuan(90_000), Reason: "实际成效"}); err != nil {
			t.Fatal(err)
		}
		if _, err := h.decide("fh01", sub.Code, true, at("2024-03-07 11:00")); err != nil {
			t.Fatal(err)
		}
		if sub, err = h.submit("jb01", at("2024-03-07 12:00")); err != nil {
			t.Fatal(err)
		}
		if _, err := h.decide("fh01", sub.Code, true, at("2024-03-07 13:00")); err != nil {
			t.Fatal(err)
		}
		h.fact2("A", "event", "E1", "2024-03-01", "2024-03-08", strings.Replace(bigEvent, "120", "190", 1))
		h.play("2024-03-08", "2024-03-08")
		same(t, "the promise stands", h.seq("event-host-tier1"), "1 ceiling 100000.00 CEILING_ONLY", "2 exact 80000.00 OK official", "3 ceiling 100000.00 CEILING_ONLY",
			"4 exact 90000.00 OK official", "5 exact 90000.00 OK official")
		shifted, err := h.q().ShiftedClaims()
		if err != nil || len(shifted) != 0 {
			t.Errorf("other sums than awarded: %+v, %v", shifted, err)
		}
		h.clean()
	})
}

// On 6 March two people decide an amount by what is known that day. A file of the 5th arrives late, and somebody asks for the audit of the 5th: the
// amount stands, though nothing was known of it then, and what else is known of the firm is decided. The next night looks at the amount by
// the late file, for all that a run has seen it.
func TestARunForAnEarlierDayOvertakesNothing(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := undecided(t, s)
		h.play("2024-03-06", "2024-03-06")
		event := h.pending("event-host-tier1")
		sub, err := h.amounts("2024-03-06 10:00", models.AmountEntry{Claim: event.Claim.ID, Decided: yuan(80_000), Reason: "实际成效"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.decide("fh01", sub.Code, true, at("2024-03-06 11:00")); err != nil {
			t.Fatal(err)
		}
		h.tx(func(tx *models.Tx) error {
			file := models.Import{Kind: "listings", SHA256: "late", KnownOn: 20240305, At: at("2024-03-06 14:00")}
			if err := tx.AddImport(&file); err != nil {
				return err
			}
			return errors.Join(
				tx.AddListings([]models.Listing{{Code: "A", OrgID: h.orgs["A"], List: models.SeriousDishonesty, Issuer: "示例局", FromOn: 20240304, KnownOn: 20240305, ImportID: file.ID}}),
				tx.AddFacts([]models.Fact{{OrgID: h.orgs["A"], Kind: "hightech", FactKey: "GR1", OnDay: 20240301, KnownOn: 20240305, Attrs: `{"first_time":true}`, ImportID: file.ID}}),
			)
		})
		h.sim.SetClock(at("2024-03-06 15:00"))
		run, err := h.sim.Runner.RunNow(t.Context(), h.maker, "claims", models.Params{"date": "2024-03-05"}, 0, "", at("2024-03-06 15:00"))
		if err != nil || run.State != models.RunSucceeded || run.BusinessDate != 20240305 {
			t.Fatalf("%+v, %v", run, err)
		}
		amount := []string{"1 ceiling 100000.00 CEILING_ONLY", "2 exact 80000.00 OK official"}
		same(t, "the amount stands", h.seq("event-host-tier1"), amount...)
		same(t, "after the run for the 5th", h.claims("A"), "park-station P1 rejected SERIOUS_DISHONESTY_LIST", "event-host-tier1 E1 decided OK", "hightech-first GR1 rejected SERIOUS_DISHONESTY_LIST")
		h.play("2024-03-07", "2024-03-07")
		same(t, "after the next night", h.seq("event-host-tier1"), append(amount, "3 none 0.00 SERIOUS_DISHONESTY_LIST")...)
	})
}

// What became known between the look and the yes decides nothing: the line is held and the claim waits as before.
func TestAnAmountOverTakenByFactsDecidesNothing(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := undecided(t, s)
		event := h.pending("event-host-tier1")
		sub, err := h.amounts("2024-03-05 10:00", models.AmountEntry{Claim: event.Claim.ID, Decided: yuan(80_000), Reason: "实际成效"})
		if err != nil {
			t.Fatal(err)
		}
		h.fact2("A", "event", "E1", "2024-03-01", "2024-03-05", strings.Replace(bigEvent, "120", "110", 1)) // arrived, and no night has decided it
		if _, err := h.decide("fh01", sub.Code, true, at("2024-03-05 11:00")); err != nil {
			t.Fatal(err)
		}
		same(t, "nothing decided", h.seq("event-host-tier1"), "1 ceiling 100000.00 CEILING_ONLY")
		lines, err := h.q().PlanLines(sub.PlanID, 0, 9)
		if err != nil || lines[0].State != models.LineHeld || lines[0].Reason != "AMOUNT_STALE" {
			t.Errorf("line %+v, %v", lines, err)
		}
		h.clean()
	})
}

// A rate is decided in percent, at most 100; a fen is cut.
func TestARateIsDecided(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := newHouse(t, s)
		h.firm("A")
		h.fact("A", "contribution", "2024", "2024-03-01", "2024-03-04", `{"scheme":"hq","year":2024,"year_number":1,"local_contribution":"333333.33","headquarters_qualified":true}`)
		h.sim.Idle = true
		h.play("2024-03-04", "2024-03-04")
		p := h.pending("hq-contribution-rebate")
		if !p.ByRate || p.Ceiling != 33333333 {
			t.Errorf("pending %+v", p)
		}
		for _, wrong := range []struct {
			decided policy.Decided
			say     string
		}{{policy.Decided{Rate: "100.01"}, "超过上限 100%"}, {yuan(1000), "按比例核定"}, {policy.Decided{Rate: "-1"}, "百分数"}, {policy.Decided{Rate: "一半"}, "百分数"}} {
			_, err := h.amounts("2024-03-05 10:00", models.AmountEntry{Claim: p.Claim.ID, Decided: wrong.decided, Reason: "考核良好"})
			refused(t, err, models.Invalid, wrong.say)
		}
		sub, err := h.amounts("2024-03-05 10:00", models.AmountEntry{Claim: p.Claim.ID, Decided: policy.Decided{Rate: "33.3"}, Reason: "考核良好"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.decide("fh01", sub.Code, true, at("2024-03-05 11:00")); err != nil {
			t.Fatal(err)
		}
		same(t, "33.3 % of 333,333.33 waits for the legal review", h.seq("hq-contribution-rebate"), "1 ceiling 333333.33 CEILING_ONLY", "2 exact 110999.99 OK official")
		same(t, "held", h.claims("A"), "hq-contribution-rebate 2024 held LEGAL_REVIEW")
		h.clean()
	})
}

// The yearly cap holds for what officials decide: two claims of one association for one year share 100,000.00 元.
func TestOfficialAmountsStayUnderTheYearsCap(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := newHouse(t, s)
		h.firm("A")
		h.fact("A", "association", "2024-1", "2024-03-01", "2024-03-04", `{"year":2024,"decided_amount":"60000.00"}`)
		h.fact("A", "association", "2024-2", "2024-03-02", "2024-03-04", `{"year":2024}`)
		h.sim.Idle = true
		h.play("2024-03-04", "2024-03-04")
		p := h.pending("association-annual")
		if p.Ceiling != policy.Yuan(40_000) {
			t.Errorf("ceiling %s", p.Ceiling)
		}
		_, err := h.amounts("2024-03-05 10:00", models.AmountEntry{Claim: p.Claim.ID, Decided: yuan(40_001), Reason: "工作实效"})
		refused(t, err, models.Invalid, "最多可核定 40,000.00 元")
		sub, err := h.amounts("2024-03-05 10:00", models.AmountEntry{Claim: p.Claim.ID, Decided: yuan(40_000), Reason: "工作实效"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.decide("fh01", sub.Code, true, at("2024-03-05 11:00")); err != nil {
			t.Fatal(err)
		}
		h.fact2("A", "association", "2024-1", "2024-03-01", "2024-03-06", `{"year":2024,"decided_amount":"70000.00"}`) // more was decided of the first
		h.play("2024-03-06", "2024-03-06")
		if p = h.pending("association-annual"); p.Ceiling != policy.Yuan(30_000) {
			t.Errorf("what is left is %s", p.Ceiling)
		}
		h.clean()
	})
}

// A form that comes back becomes a plan for two; rows without an amount are left for another time, and nothing counts as imported.
func TestAFormOfAmountsBecomesAPlan(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		h := undecided(t, s)
		event, park := h.pending("event-host-tier1"), h.pending("park-station")
		body := fmt.Appendf(nil, "申报编号,结论校验码,核定金额（元）,核定比例（%%）,理由\n%d,%s,80000,,按活动实际成效核定\n%d,%s,,,\n", event.Claim.ID, event.Seen(), park.Claim.ID, park.Seen())
		take := func(when string) error {
			h.sim.SetClock(at(when))
			h.tx(func(tx *models.Tx) error {
				return tx.StageFile(&models.StagedFile{Kind: "amounts", FileName: "核定.csv", KnownOn: at(when).Date(), Body: body, ExpiresAt: at("2024-03-09 00:00")})
			})
			_, err := h.sim.Runner.RunFor(t.Context(), h.maker, jobs.ImportJob, models.Params{"kind": "amounts", "sha256": models.FileSHA(body)}, 0, at(when))
			return err
		}
		if err := take("2024-03-05 10:00"); err != nil {
			t.Fatal(err)
		}
		p, err := h.q().Plan(1)
		if err != nil || p.Kind != "amounts" || p.LineCount != 1 || p.TotalFen != policy.Yuan(80_000) {
			t.Fatalf("plan %+v, %v", p, err)
		}
		if _, err := h.q().ImportBySHA("amounts", models.FileSHA(body)); models.CodeOf(err) != models.NotFound {
			t.Errorf("one person's file counts as imported: %v", err)
		}
		if _, err := h.decide("fh01", fmt.Sprintf("%06d", h.codes), true, at("2024-03-05 11:00")); err != nil {
			t.Fatal(err)
		}
		same(t, "decided", h.claims("A"), "park-station P1 needs_decision CEILING_ONLY", "event-host-tier1 E1 decided OK")
		same(t, "once", h.seq("event-host-tier1"), "1 ceiling 100000.00 CEILING_ONLY", "2 exact 80000.00 OK official")
		h.clean()
	})
}

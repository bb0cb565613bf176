package jobs_test

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"duixian/jobs"
	"duixian/models"
	"duixian/models/modelstest"
	"duixian/notifications"
	"duixian/policy"
)

// house is a small bureau for tests: two officials, a virtual clock, whatever facts a test tells it.
type house struct {
	t              *testing.T
	store          *models.Store
	env            *jobs.Env
	sim            *jobs.Simulation
	maker, checker models.Actor
	orgs           map[string]int64
	told           bytes.Buffer // what people were told, in order
	started        int          // processes so far
	codes          int          // the newest approval code
	worker         *notifications.Worker
}

// builtin is the policy, read once.
var builtin = sync.OnceValues(func() (*policy.Book, error) { return policy.Builtin("") })

// newHouse is a new house with its two officials.
func newHouse(t *testing.T, s *models.Store) *house {
	t.Helper()
	h := openHouse(t, s)
	h.codes = 0
	h.tx(func(tx *models.Tx) error {
		for _, m := range []struct {
			code, name string
			role       models.Role
		}{{"jb01", "示例经办甲", models.Clerk}, {"fh01", "示例复核乙", models.Approver}} {
			if err := tx.AddMember(1, models.System, &models.Member{Code: m.code, Name: m.name, Active: true}, models.MemberRole{Role: m.role}); err != nil {
				return err
			}
		}
		return nil
	})
	return h
}

// openHouse opens a house that there is, as a new process.
func openHouse(t *testing.T, s *models.Store) *house {
	t.Helper()
	book, err := builtin()
	if err != nil {
		t.Fatal(err)
	}
	h := &house{t: t, store: s, orgs: map[string]int64{}, maker: models.Actor{Member: "jb01"}, checker: models.Actor{Member: "fh01"}}
	h.sim = &jobs.Simulation{Maker: h.maker, Checker: h.checker}
	h.env = &jobs.Env{Store: s, Book: book, Calendar: policy.BuiltinCalendar().Assume(), Effective: policy.MustDate("2023-09-01"), Version: "test", Now: h.sim.Now}
	h.codes = 500 // those of the processes before may still be waiting
	h.env.Codes = func() string { h.codes++; return fmt.Sprintf("%06d", h.codes) }
	h.env.Outbox = notifications.Outbox{Hours: notifications.Hours{Calendar: h.env.Calendar}}
	h.sim.Env = h.env
	h.restart(jobs.VolumeLimits{})
	routes, err := notifications.Routes(notifications.ChannelOptions{Console: &h.told})
	if err != nil {
		t.Fatal(err)
	}
	h.worker = &notifications.Worker{Store: s, Hours: h.env.Outbox.Hours, Routes: routes, Name: "test"}
	h.sim.Deliver = func(ctx context.Context, now policy.Instant) error {
		_, err := h.worker.Deliver(ctx, now)
		return err
	}
	return h
}

// restart puts a new process into the place of the old one, with limits of its own.
func (h *house) restart(limits jobs.VolumeLimits) {
	h.t.Helper()
	h.started++
	r, err := jobs.NewRunner(jobs.Options{Env: h.env, Jobs: jobs.All(), Owner: fmt.Sprintf("test/%d", h.started), NoHeartbeat: true, Volume: limits})
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(r.Close)
	h.sim.Runner = r
}

// tick is the house at one moment: whatever is due happens.
func (h *house) tick(when string) policy.Instant {
	h.t.Helper()
	now := at(when)
	h.sim.SetClock(now)
	if err := h.sim.Runner.Tick(h.t.Context(), now); err != nil {
		h.t.Fatal(err)
	}
	return now
}

// runs lists a job's runs from a day on as text.
func (h *house) runs(job string, from policy.Date) []string {
	h.t.Helper()
	rows, err := h.q().History(job, 10_000)
	if err != nil {
		h.t.Fatal(err)
	}
	slices.SortFunc(rows, func(a, b models.Run) int { return cmp.Or(cmp.Compare(a.At(), b.At()), cmp.Compare(a.ID, b.ID)) })
	var out []string
	for _, r := range rows {
		if r.At().Date() < from {
			continue
		}
		line := fmt.Sprintf("%s %s for %s", r.At().Date(), r.State, r.BusinessDate)
		if code, _, _ := strings.Cut(r.Reason+r.ErrorCode, ":"); code != "" {
			line += " " + code
		}
		out = append(out, line)
	}
	return out
}

// count counts the notices of a kind.
func (h *house) count(kind string) int {
	h.t.Helper()
	var n int
	pool := modelstest.Raw(h.t, h.store)
	defer pool.Close() //nolint:errcheck // read only
	if err := pool.QueryRowContext(h.t.Context(), "SELECT COUNT(*) FROM notices WHERE kind = ?", kind).Scan(&n); err != nil {
		h.t.Fatal(err)
	}
	return n
}

func (h *house) tx(fn func(tx *models.Tx) error) {
	h.t.Helper()
	if err := h.store.InTx(h.t.Context(), func(tx *models.Tx) error {
		if err := fn(tx); err != nil {
			return err
		}
		return tx.AuditWritten(1, models.System, "test", 0) // as an import would
	}); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) q() models.Query { return h.store.Read(h.t.Context()) }

// firm makes an organisation that meets 五（一）from the first day.
func (h *house) firm(code string) int64 {
	h.t.Helper()
	h.tx(func(tx *models.Tx) error {
		orgs := []models.Organisation{{Code: code, Kind: "firm", Name: "示例" + code + "人力资源有限公司", KnownOn: 20230801}}
		if err := tx.AddOrganisations(orgs); err != nil {
			return err
		}
		h.orgs[code] = orgs[0].ID
		return nil
	})
	h.fact(code, "registration", "2023-01-01", "2023-01-01", "2023-08-01", `{"district":"urban","licensed":true,"independent_legal_person":true,"operating_normally":true}`)
	return h.orgs[code]
}

func (h *house) fact(code, kind, key, on, known, attrs string) {
	h.t.Helper()
	h.tx(func(tx *models.Tx) error {
		return tx.AddFacts([]models.Fact{{OrgID: h.orgs[code], Kind: kind, FactKey: key, OnDay: policy.MustDate(on), KnownOn: policy.MustDate(known), Attrs: attrs}})
	})
}

func (h *house) listing(code, from, to, known string, rev int) {
	h.t.Helper()
	l := models.Listing{Code: code, OrgID: h.orgs[code], List: models.SeriousDishonesty, Issuer: "示例局", Cause: "消防安全", FromOn: policy.MustDate(from), KnownOn: policy.MustDate(known), Rev: rev}
	if to != "" {
		l.ToOn = policy.MustDate(to)
	}
	h.tx(func(tx *models.Tx) error { return tx.AddListings([]models.Listing{l}) })
}

// play runs the house from a day to a day.
func (h *house) play(from, to string) {
	h.t.Helper()
	h.sim.From, h.sim.To = policy.MustDate(from), policy.MustDate(to)
	if err := h.sim.Play(h.t.Context()); err != nil {
		h.t.Fatal(err)
	}
}

// clean fails the test on any finding of check.
func (h *house) clean() {
	h.t.Helper()
	h.worded()
	results, err := h.sim.Runner.Check(h.t.Context(), policy.InstantOf(h.sim.Now()))
	if err != nil {
		h.t.Fatal(err)
	}
	for _, r := range results {
		for _, f := range r.Findings {
			h.t.Errorf("check %s %s: %s", r.No, r.Title, f)
		}
	}
}

// worded finds runs whose record has a number without a word for people: see models.Run.SummaryText.
func (h *house) worded() {
	h.t.Helper()
	runs, err := h.q().History("", 2000)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, r := range runs {
		if text := r.SummaryText(); strings.ContainsAny(text, "abcdefghijklmnopqrstuvwxyz") {
			h.t.Errorf("%s left %s, which reads %q", r.Job, r.Summary, text)
		}
	}
}

// awards says each award with its instalments as text: item key amount approved | no due state …
func (h *house) awards(code string) []string {
	h.t.Helper()
	list, err := h.q().AwardsOfOrg(h.orgs[code])
	if err != nil {
		h.t.Fatal(err)
	}
	var out []string
	for _, a := range list {
		var line strings.Builder
		line.WriteString(fmt.Sprintf("%s %s %s", a.Item, a.AmountFen, a.ApprovedOn))
		parts, err := h.q().InstalmentsOf(a.ID)
		if err != nil {
			h.t.Fatal(err)
		}
		for _, p := range parts {
			line.WriteString(fmt.Sprintf(" | %d %s %s %s", p.No, p.AmountFen, p.DueOn, p.State))
			if p.Reason != "" {
				line.WriteString(" " + p.Reason)
			}
		}
		out = append(out, line.String())
	}
	return out
}

func (h *house) claims(code string) []string {
	h.t.Helper()
	list, err := h.q().ClaimsOfOrg(h.orgs[code])
	if err != nil {
		h.t.Fatal(err)
	}
	var out []string
	for _, c := range list {
		out = append(out, fmt.Sprintf("%s %s %s %s", c.Item, c.FactKey, c.State, c.Reason))
	}
	return out
}

// fact2 is a correction of a fact: a newer statement of the same thing.
func (h *house) fact2(code, kind, key, on, known, attrs string) {
	h.t.Helper()
	h.tx(func(tx *models.Tx) error {
		return tx.AddFacts([]models.Fact{{OrgID: h.orgs[code], Kind: kind, FactKey: key, OnDay: policy.MustDate(on), KnownOn: policy.MustDate(known), Rev: 1, Attrs: attrs}})
	})
}

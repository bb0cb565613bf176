package roughtest

import (
	"database/sql"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// tables are what must be the same after a calm and a rough night, row for row: everything but the clock's milliseconds,
// who did it and how often it was tried. The order of numbers is left out where two processes share the work.
var tables = []struct{ name, query string }{
	{"imports", "SELECT kind, sha256, total, accepted, warned, changed FROM imports ORDER BY kind, sha256"},
	{"organisations", "SELECT code, kind, name, known_on FROM organisations ORDER BY code"},
	{"members", "SELECT m.code, m.active, r.role, r.org_id FROM members m JOIN member_roles r ON r.member_id = m.id ORDER BY m.code, r.role, r.org_id"},
	{"key enterprises", "SELECT e.code, k.chain, k.from_on, k.to_on, k.known_on, k.rev FROM key_enterprises k JOIN enterprises e ON e.id = k.enterprise_id ORDER BY e.code, k.chain, k.from_on, k.known_on, k.rev"},
	{"recruits", "SELECT id, root_id, org_id, person_id, enterprise_id, hired_on, category, withdrawn, known_on, rev FROM recruits ORDER BY id"},
	{"month sets", "SELECT person_id, payer_id, insurance, known_on, rev, insured, backpaid, late FROM month_sets ORDER BY person_id, payer_id, insurance, known_on, rev"},
	{"month coverage", "SELECT payer_id, insurance, month, known_on FROM month_coverage ORDER BY payer_id, insurance, month"},
	{"listings", "SELECT code, list, from_on, to_on, known_on, rev, withdrawn FROM listings ORDER BY code, list, from_on, known_on, rev"},
	{"facts", "SELECT o.code, f.kind, f.fact_key, f.on_day, f.attrs, f.known_on, f.rev, f.withdrawn FROM facts f JOIN organisations o ON o.id = f.org_id ORDER BY o.code, f.kind, f.fact_key, f.known_on, f.rev"},
	{"rechecks", "SELECT from_on, root_id FROM rechecks ORDER BY from_on, root_id"},
	{"insurance states", "SELECT root_id, org_id, hire_year, insured, backpaid, late, known, as_of, months, state, reached, earliest, reading, changed_on FROM insurance_states ORDER BY root_id"},
	{"insurance changes", "SELECT root_id, on_day, was, became, months FROM insurance_changes ORDER BY root_id, on_day, was, became, months"},
	{"claims", "SELECT item, org_id, fact_key, fact_on, state, reason, publicity, opened_on, changed_on FROM claims ORDER BY item, org_id, fact_key"},
	{"decisions", "SELECT c.item, c.org_id, c.fact_key, d.seq, d.outcome, d.amount_fen, d.reason, d.on_day, d.known_on, d.facts, d.result FROM decisions d JOIN claims c ON c.id = d.claim_id ORDER BY c.item, c.org_id, c.fact_key, d.seq"},
	{"plans", "SELECT kind, title, known_on, made_on, state, line_count, total_fen FROM plans ORDER BY kind, made_on, title"},
	{"plan lines", "SELECT p.kind, p.made_on, l.no, c.item, c.org_id, c.fact_key, l.amount_fen, l.state, l.reason FROM plan_lines l JOIN plans p ON p.id = l.plan_id JOIN claims c ON c.id = l.claim_id ORDER BY p.kind, p.made_on, c.item, c.org_id, c.fact_key, l.no"},
	{"approvals", "SELECT p.kind, p.made_on, a.state, a.maker_id, a.checker_id FROM approvals a JOIN plans p ON p.id = a.plan_id ORDER BY p.kind, p.made_on, a.id"},
	{"awards", "SELECT c.item, c.org_id, c.fact_key, a.amount_fen, a.clause, a.approved_on, a.policy_version, a.state FROM awards a JOIN claims c ON c.id = a.claim_id ORDER BY c.item, c.org_id, c.fact_key"},
	{"instalments", "SELECT c.item, c.org_id, c.fact_key, i.no, i.amount_fen, i.due_on, i.state, i.reason, i.changed_on, i.checked_on, i.version FROM instalments i JOIN awards a ON a.id = i.award_id JOIN claims c ON c.id = a.claim_id ORDER BY c.item, c.org_id, c.fact_key, i.no"},
	{"instalment changes", "SELECT c.item, c.org_id, c.fact_key, i.no, i.version, i.was, i.became, i.reason, i.on_day FROM instalment_changes i JOIN awards a ON a.id = i.award_id JOIN claims c ON c.id = a.claim_id ORDER BY c.item, c.org_id, c.fact_key, i.no, i.version"},
	{"caps", "SELECT cap_key, limit_fen, used_fen FROM caps ORDER BY cap_key"},
	{"places", "SELECT round_key, COUNT(*) FROM quota_slots GROUP BY round_key ORDER BY round_key"},
	{"exclusions", "SELECT excl_key FROM exclusions ORDER BY excl_key"},
	{"rewarded people", "SELECT person_id, org_id, hire_year FROM person_rewards ORDER BY person_id"},
	{"notices", "SELECT kind, member_id, org_id, thing, due_on FROM notices ORDER BY kind, member_id, org_id, thing, due_on"},
	{"slots", "SELECT job, slot_key, business_date, state, reason, done_items, total_items, summary, error_code FROM job_runs WHERE slot_at > 0 ORDER BY job, slot_at"},
	{"requests", "SELECT job, business_date, state, reason, done_items, total_items, summary, error_code, params FROM job_runs WHERE slot_at = 0 ORDER BY job, business_date, params, summary"},
	{"audit", `SELECT stream, action, CASE WHEN entity LIKE 'run/%' THEN 'run' ELSE entity END, actor, COUNT(*) FROM audit_log WHERE NOT (stream = 'jobs' AND action IN ('run', 'retry'))
		GROUP BY stream, action, CASE WHEN entity LIKE 'run/%' THEN 'run' ELSE entity END, actor ORDER BY 1, 2, 3, 4`},
}

// contents are all rows of all tables, as text.
type contents map[string][]string

func (h *house) contents() contents {
	h.t.Helper()
	all := contents{}
	for _, table := range tables {
		rows, err := h.db.Query(table.query)
		if err != nil {
			h.t.Fatalf("%s: %v", table.name, err)
		}
		lines, err := lines(rows)
		if err != nil {
			h.t.Fatalf("%s: %v", table.name, err)
		}
		all[table.name] = lines
	}
	return all
}

// runNumber stands in what a notice is about. Asking again for what is going on costs a number, so runs are numbered
// differently on a rough night.
var runNumber = regexp.MustCompile(`\brun/\d+/`)

func lines(rows *sql.Rows) ([]string, error) {
	defer rows.Close() //nolint:errcheck // its error is that of Err
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	var out []string
	for rows.Next() {
		values, into := make([]sql.NullString, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		texts := make([]string, len(columns))
		for i, v := range values {
			texts[i] = v.String
		}
		out = append(out, runNumber.ReplaceAllString(strings.Join(texts, " | "), "run/N/"))
	}
	return out, rows.Err()
}

// sameAs compares what two nights left behind.
func (c contents) sameAs(t *testing.T, calm contents) {
	t.Helper()
	rows := 0
	for _, table := range tables {
		got, want := slices.Sorted(slices.Values(c[table.name])), slices.Sorted(slices.Values(calm[table.name]))
		rows += len(want)
		if slices.Equal(got, want) {
			continue
		}
		more, missing := without(got, want), without(want, got)
		t.Errorf("%s: %d rows, %d on the calm night; %d that should not be, %d missing\n  + %s\n  - %s",
			table.name, len(got), len(want), len(more), len(missing), strings.Join(first(more), "\n  + "), strings.Join(first(missing), "\n  - "))
	}
	t.Logf("%d rows of %d tables compared with the calm night: %d awards, %d instalments, %d notices, %d imports",
		rows, len(tables), len(c["awards"]), len(c["instalments"]), len(c["notices"]), len(c["imports"]))
}

// without lists what is more often in a than in b.
func without(a, b []string) (out []string) {
	n := map[string]int{}
	for _, s := range b {
		n[s]++
	}
	for _, s := range a {
		if n[s]--; n[s] < 0 {
			out = append(out, s)
		}
	}
	return out
}

func first(rows []string) (out []string) {
	for _, row := range rows[:min(len(rows), 4)] {
		out = append(out, fmt.Sprintf("%.300s", row))
	}
	return out
}

var nothingFound = regexp.MustCompile(`(?m)^\d+ 项检查，0 处异常$`)

// sound asserts, by the program's own checks and by the rows, that a night has left nothing behind that is not right:
// every run has ended well, chunks follow each other without gap or overlap under epochs that never fall, the invariants
// hold and the audit chain is whole.
func (h *house) sound() {
	h.t.Helper()
	h.soundWith("clock")
}

func (h *house) soundWith(config string) {
	h.t.Helper()
	for _, r := range h.rows("state NOT IN ('succeeded', 'skipped')") {
		h.t.Errorf("run #%d %s is %s after %d attempts", r.id, r.job, r.state, r.attempt)
	}
	chunks, err := h.db.Query("SELECT run_id, no, epoch, items, from_key, to_key FROM run_chunks ORDER BY run_id, no")
	if err != nil {
		h.t.Fatal(err)
	}
	defer chunks.Close() //nolint:errcheck // its error is that of Err
	type chunk struct {
		run, no, epoch, items int64
		from, to              string
	}
	var last chunk
	n, seen := 0, map[string]bool{}
	for chunks.Next() {
		var c chunk
		if err := chunks.Scan(&c.run, &c.no, &c.epoch, &c.items, &c.from, &c.to); err != nil {
			h.t.Fatal(err)
		}
		if c.run != last.run {
			last, seen = chunk{run: c.run}, map[string]bool{}
		}
		if c.items > 0 && seen[c.to] {
			h.t.Errorf("run #%d: chunk %d does %q again", c.run, c.no, c.to)
		}
		seen[c.to] = true
		if c.no != last.no+1 || c.epoch < last.epoch || c.from != last.to {
			h.t.Errorf("run #%d: chunk %d of epoch %d from %q to %q follows chunk %d of epoch %d to %q", c.run, c.no, c.epoch, c.from, c.to, last.no, last.epoch, last.to)
		}
		last, n = c, n+1
	}
	if err := chunks.Err(); err != nil {
		h.t.Fatal(err)
	}
	if text := h.mustWith(config, "check"); !nothingFound.MatchString(text) {
		h.t.Errorf("check says\n%s", tail(text))
	}
	if text := h.must("audit", "verify"); !strings.Contains(text, "，0 处异常") {
		h.t.Errorf("audit verify says %s", text)
	}
	h.t.Logf("%d chunks in order; check and audit verify find nothing", n)
}

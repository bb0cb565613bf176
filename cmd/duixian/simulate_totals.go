package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"duixian/jobs"
	"duixian/models"
	"duixian/policy"
)

// awardsAndAmount is a number of awards and their sum.
type awardsAndAmount struct {
	Awards int        `json:"awards"`
	Amount policy.Fen `json:"amount"`
}

// countAndAmount is a number of instalments and their sum.
type countAndAmount struct {
	Count  int        `json:"count"`
	Amount policy.Fen `json:"amount"`
}

// totals is what simulate --json prints: sums that another program can check against the files.
type totals struct {
	From        policy.Date                `json:"from"`
	To          policy.Date                `json:"to"`
	Policy      string                     `json:"policy_version"`
	Awards      int                        `json:"awards"`
	Awarded     policy.Fen                 `json:"awarded"`
	ByClause    map[string]awardsAndAmount `json:"by_clause"`
	ByItem      map[string]awardsAndAmount `json:"by_item"`
	ByYear      map[string]awardsAndAmount `json:"by_year"`     // of approval
	Instalments map[string]countAndAmount  `json:"instalments"` // by state
	DueByYear   map[string]countAndAmount  `json:"due_by_year"` // of the due day
	Claims      map[string]int             `json:"claims"`      // by state
	Rounds      []roundLine                `json:"rounds,omitempty"`
	Decisions   int                        `json:"decisions"`
	Runs        map[string]map[string]int  `json:"runs"` // by job and state
	Notices     map[string]int             `json:"notices"`
	Findings    []string                   `json:"findings"`
	Assumed     string                     `json:"assumed_calendar_after,omitempty"`
	Lines       []awardLine                `json:"lines"`
}

// awardLine is one award, to be compared line by line.
type awardLine struct {
	Item        string           `json:"item"`
	Code        string           `json:"code"`
	Key         string           `json:"key"`
	Amount      policy.Fen       `json:"amount"`
	ApprovedOn  policy.Date      `json:"approved_on"`
	Instalments []instalmentLine `json:"instalments"`
}

type instalmentLine struct {
	No     int                    `json:"no"`
	Amount policy.Fen             `json:"amount"`
	DueOn  policy.Date            `json:"due_on"`
	State  models.InstalmentState `json:"state"`
	Reason string                 `json:"reason,omitempty"` // of a hold
}

// roundLine is what became of a rating or a selection.
type roundLine struct {
	Kind        models.RoundKind  `json:"kind"`
	Year        int               `json:"year"`
	State       models.RoundState `json:"state"`
	ConfirmedOn policy.Date       `json:"confirmed_on,omitzero"`
	Confirmed   int               `json:"confirmed"` // firms with stars, or places taken
	Held        int               `json:"held"`
	Reason      string            `json:"reason"`
}

func roundLines(q models.Query) ([]roundLine, error) {
	rounds, err := q.Rounds()
	if err != nil {
		return nil, err
	}
	slices.Reverse(rounds) // oldest first
	var out []roundLine
	for _, r := range rounds {
		counts, err := q.EntryCounts(r.ID)
		if err != nil {
			return nil, err
		}
		out = append(out, roundLine{r.Kind, r.Year, r.State, r.ConfirmedOn, counts[string(models.EntryConfirmed)], counts[string(models.EntryHeld)], r.Reason})
	}
	return out, nil
}

func sumTotals(ctx context.Context, s *jobs.Simulation) (t totals, checks []models.CheckResult, err error) {
	q := s.Env.Store.Read(ctx)
	t = totals{From: s.From, To: s.To, Policy: s.Env.Book.Version, Findings: []string{}, Runs: map[string]map[string]int{}, Lines: []awardLine{}}
	for by, into := range map[string]*map[string]awardsAndAmount{"clause": &t.ByClause, "item": &t.ByItem, "year": &t.ByYear} {
		sums, err := q.AwardSums(by)
		if err != nil {
			return t, nil, err
		}
		*into = map[string]awardsAndAmount{}
		for _, s := range sums {
			(*into)[s.Name] = awardsAndAmount{s.N, s.Amount}
		}
	}
	for by, into := range map[string]*map[string]countAndAmount{"state": &t.Instalments, "year": &t.DueByYear} {
		sums, err := q.InstalmentSums(by)
		if err != nil {
			return t, nil, err
		}
		*into = map[string]countAndAmount{}
		for _, s := range sums {
			(*into)[s.Name] = countAndAmount{s.N, s.Amount}
		}
	}
	for _, state := range []models.InstalmentState{models.Due, models.Held, models.Scheduled} {
		c := t.Instalments[string(state)]
		t.Instalments[string(state)] = c // also when there is none
	}
	for _, c := range t.ByItem {
		t.Awards, t.Awarded = t.Awards+c.Awards, t.Awarded+c.Amount
	}
	if t.Claims, err = q.ClaimCounts(); err != nil {
		return t, nil, err
	}
	if t.Rounds, err = roundLines(q); err != nil {
		return t, nil, err
	}
	if t.Decisions, err = q.CountDecisions(); err != nil {
		return t, nil, err
	}
	if t.Notices, err = q.DeliveredByKind(); err != nil {
		return t, nil, err
	}
	runs, err := q.RunCounts()
	if err != nil {
		return t, nil, err
	}
	for name, n := range runs {
		job, state, _ := strings.Cut(name, " ")
		if t.Runs[job] == nil {
			t.Runs[job] = map[string]int{}
		}
		t.Runs[job][state] = n
	}
	if last := s.Env.Calendar.LastKnown(); last < s.To {
		t.Assumed = last.String()
	}
	if t.Lines, err = awardLines(q); err != nil {
		return t, nil, err
	}
	if checks, err = s.Runner.Check(ctx, policy.InstantOf(s.Now())); err != nil {
		return t, nil, err
	}
	for _, c := range checks {
		for _, f := range c.Findings {
			t.Findings = append(t.Findings, c.No+" "+c.Title+"："+f)
		}
		if about, ok := mustExamine[c.No]; ok && c.Examined == 0 && about(t) {
			t.Findings = append(t.Findings, c.No+" "+c.Title+"：没有可查的数据")
		}
	}
	return t, checks, nil
}

// stateText says an instalment's state to people.
var stateText = map[models.InstalmentState]string{
	models.Scheduled: "未到期", models.Due: "待拨付", models.Held: "暂缓拨付", models.InBatch: "拨付中", models.Paid: "已拨付", models.Returned: "退汇", models.Waived: "放弃", models.Cancelled: "取消",
}

// mustExamine says which checks cannot be without rows after what was played: one that looks at nothing proves nothing.
var mustExamine = map[string]func(t totals) bool{
	"1": awarded, "40": awarded, "4": fellDue, "20": decided, "23": decided, "27": decided, "24": ran, "24b": ran, "25": ran, "39": ran, "43": ran,
	"31": func(t totals) bool { return len(t.Notices) > 0 },
}

func awarded(t totals) bool { return t.Awards > 0 }

func decided(t totals) bool { return t.Decisions > 0 }

func ran(t totals) bool { return len(t.Runs) > 0 }

func fellDue(t totals) bool {
	return t.Instalments[string(models.Due)].Count+t.Instalments[string(models.InBatch)].Count+t.Instalments[string(models.Paid)].Count > 0
}

func awardLines(q models.Query) ([]awardLine, error) {
	out := []awardLine{}
	for after := int64(0); ; {
		page, err := q.AwardsAfter(after, 500)
		if err != nil || len(page) == 0 {
			slices.SortFunc(out, func(a, b awardLine) int {
				return strings.Compare(a.Item+" "+a.Code+" "+a.Key, b.Item+" "+b.Code+" "+b.Key)
			})
			return out, err
		}
		for _, a := range page {
			after = a.ID
			org, err := q.Organisation(a.OrgID)
			if err != nil {
				return nil, err
			}
			claim, err := q.Claim(a.ClaimID)
			if err != nil {
				return nil, err
			}
			parts, err := q.InstalmentsOf(a.ID)
			if err != nil {
				return nil, err
			}
			l := awardLine{Item: a.Item, Code: org.Code, Key: claim.FactKey, Amount: a.AmountFen, ApprovedOn: a.ApprovedOn}
			for _, p := range parts {
				l.Instalments = append(l.Instalments, instalmentLine{p.No, p.AmountFen, p.DueOn, p.State, p.Reason})
			}
			out = append(out, l)
		}
	}
}

// simulated prints what happened: totals as JSON, or a timeline with sums for people. Findings fail the command.
func (p *program) simulated(ctx context.Context, s *jobs.Simulation, o simulateOptions) error {
	t, checks, err := sumTotals(ctx, s)
	if err != nil {
		return err
	}
	if o.asJSON {
		if err := printJSON(p.out, t); err != nil {
			return err
		}
	} else if err := p.printTimeline(ctx, s, t, checks); err != nil {
		return err
	}
	if len(t.Findings) > 0 {
		lines(p.err, "模拟后的检查没有通过：\n  %s", strings.Join(t.Findings, "\n  "))
		return errSilent
	}
	return nil
}

func (p *program) printTimeline(ctx context.Context, s *jobs.Simulation, t totals, checks []models.CheckResult) error {
	months, err := s.Env.Store.Read(ctx).Timeline()
	if err != nil {
		return err
	}
	lines(p.out, "%s 至 %s", t.From.Text(), t.To.Text())
	for _, m := range months {
		mark := ""
		if t.Assumed != "" && m.Month.Last().String() > t.Assumed {
			mark = "（工作日暂定）"
		}
		var parts []string
		add := func(n int, format string, args ...any) {
			if n > 0 {
				parts = append(parts, fmt.Sprintf(format, args...))
			}
		}
		add(m.Decisions, "审核 %d 项", m.Decisions)
		add(m.Awards, "核定 %d 项 %s", m.Awards, m.Awarded.Text())
		add(m.Due, "到期可拨 %d 期 %s", m.Due, m.DueFen.Text())
		add(m.Held, "暂缓 %d 期", m.Held)
		notices := 0
		for _, n := range m.Notices {
			notices += n
		}
		add(notices, "通知 %d 条", notices)
		if len(parts) > 0 {
			lines(p.out, "%s%s  %s", m.Month.Text(), mark, strings.Join(parts, "，"))
		}
	}
	for _, table := range []struct {
		title string
		rows  map[string]awardsAndAmount
	}{{"按条款", t.ByClause}, {"按核定年度", t.ByYear}} {
		lines(p.out, "\n%s", table.title)
		for _, name := range slices.Sorted(maps.Keys(table.rows)) {
			lines(p.out, "  %-12s %5d 项  %s", name, table.rows[name].Awards, table.rows[name].Amount.Text())
		}
	}
	states := map[string]countAndAmount{}
	for name, c := range t.Instalments {
		states[stateText[models.InstalmentState(name)]] = c
	}
	for _, table := range []struct {
		title string
		rows  map[string]countAndAmount
	}{{"按到期年度", t.DueByYear}, {"按分期状态", states}} {
		lines(p.out, "\n%s", table.title)
		for _, name := range slices.Sorted(maps.Keys(table.rows)) {
			lines(p.out, "  %-12s %5d 期  %s", name, table.rows[name].Count, table.rows[name].Amount.Text())
		}
	}
	if len(t.Rounds) > 0 {
		lines(p.out, "\n评定和评选")
	}
	for _, r := range t.Rounds {
		text := fmt.Sprintf("%s：%s", r.State.Text(), r.Reason)
		if r.State == models.RoundConfirmed {
			text = fmt.Sprintf("%s确认 %d 个，暂缓 %d 个", r.ConfirmedOn.Text(), r.Confirmed, r.Held)
		}
		lines(p.out, "  %-12s %s", fmt.Sprintf("%d年度%s", r.Year, r.Kind.Text()), text)
	}
	lines(p.out, "\n通知")
	for _, kind := range slices.Sorted(maps.Keys(t.Notices)) {
		lines(p.out, "  %-24s %d 条", kind, t.Notices[kind])
	}
	lines(p.out, "\n合计核定 %d 项 %s", t.Awards, t.Awarded.Text())
	printChecks(p, checks)
	return nil
}

package models

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"duixian/policy"
)

const (
	stuckAfter = 30 * 60 * 1000 // ms
	comingDays = 7
)

// Situation reads what happened after from, up to and including to, and how things stand. A dozen small questions, each
// answered by an index; the titles of jobs and the words of reasons are the caller's to fill in.
func (q Query) Situation(from, to policy.Instant) (Situation, error) {
	s := Situation{From: from, To: to, ComingBy: to.Date().AddDays(comingDays)}
	ran, err := q.situationRuns(&s)
	if err != nil {
		return s, err
	}
	for some := range slices.Chunk(ran, 500) {
		if err := q.situationDone(&s, some); err != nil {
			return s, err
		}
	}
	for _, part := range []func(*Situation) error{q.situationDecided, q.situationMoney, q.situationStandings, q.situationClaims, q.situationRounds, q.situationFiles, q.situationNotices, q.situationHouse} {
		if err := part(&s); err != nil {
			return s, err
		}
	}
	return s, nil
}

// situationRuns returns the numbers of the runs that came to their end in the stretch. No state is asked for beside the time: the
// embedded database would rather read every run of that state than the few of that time.
func (q Query) situationRuns(s *Situation) (ran []int64, err error) {
	ended, err := find[Run](q.db.Select("id, job, state, reason").Where("finished_at > ? AND finished_at <= ?", s.From, s.To).Order("id"))
	if err != nil {
		return nil, err
	}
	for _, r := range ended {
		if r.State == RunSucceeded {
			ran = append(ran, r.ID)
			s.Ran = count(s.Ran, JobCount{Job: r.Job})
		}
		if r.State != RunSkipped {
			continue
		}
		code, _, _ := strings.Cut(r.Reason, ":")
		c := JobCount{Job: r.Job, Reason: code, Why: r.ReasonText()}
		if code == SkippedCoalesced { // each names another slot
			c.Why = Run{Reason: code}.ReasonText()
		}
		s.Skipped = count(s.Skipped, c)
	}
	// A slot is made good by a later success of its job. What was asked for is made good by its own retry alone: an approved
	// plan stays here until it is carried out; who asked without one was told of the failure, and here it is seen once more.
	var bad []struct {
		Run    `gorm:"embedded"`
		Mended bool
	}
	err = q.db.Raw(`SELECT r.*, r.slot_at > 0 AND EXISTS (SELECT 1 FROM job_runs later WHERE later.job = r.job AND later.state = 'succeeded' AND later.id > r.id) AS mended
		FROM job_runs r WHERE r.state IN ('failed', 'halted') ORDER BY r.id`).Scan(&bad).Error
	if err != nil {
		return nil, readable(err)
	}
	for _, r := range bad {
		if r.Refused() { // who asked has the answer
			continue
		}
		inTime := r.FinishedAt > s.From && r.FinishedAt <= s.To
		switch {
		case r.Mended && inTime:
			s.Mended++
		case !r.Mended && (inTime || r.SlotAt > 0 || r.ApprovalID > 0):
			s.Failed = append(s.Failed, r.trace())
		}
	}
	open, err := find[Run](q.db.Where("state IN ('queued', 'running')").Order("id"))
	for _, r := range open {
		s.Waiting = append(s.Waiting, r.trace())
	}
	return ran, err
}

func (r Run) trace() RunTrace {
	line, _, _ := strings.Cut(r.ErrorText, "\n")
	held := r.ErrorCode == HeldRunCode
	if held {
		line, _, _ = strings.Cut(line, "。") // what follows is what to do
	}
	return RunTrace{ID: r.ID, Job: r.Job, State: r.State, At: r.ToldAt(), Done: r.DoneItems, Total: r.TotalItems, Error: line, Approval: r.ApprovalID, Held: held}
}

// count adds one to the line of the same job and reason.
func count(lines []JobCount, c JobCount) []JobCount {
	for i := range lines {
		if lines[i].Job == c.Job && lines[i].Why == c.Why {
			lines[i].N++
			return lines
		}
	}
	c.N = 1
	return append(lines, c)
}

// situationDone adds what some runs did.
func (q Query) situationDone(s *Situation, runs []int64) error {
	sum := func(into *Tally, sql string) error {
		var t Tally
		err := q.db.Raw(sql+" WHERE run_id IN ?", runs).Scan(&t).Error
		into.N, into.Amount = into.N+t.N, into.Amount+t.Amount
		return readable(err)
	}
	if err := sum(&s.Approved, "SELECT COUNT(*) AS n, COALESCE(SUM(amount_fen), 0) AS amount FROM awards"); err != nil {
		return err
	}
	var changes []struct {
		Became InstalmentState
		ReasonSum
	}
	err := q.db.Raw(`SELECT c.became, c.reason, COUNT(*) AS n, COALESCE(SUM(i.amount_fen), 0) AS amount FROM instalment_changes c
		JOIN instalments i ON i.award_id = c.award_id AND i.no = c.no WHERE c.run_id IN ? AND c.became IN ('due', 'held')
		GROUP BY c.became, c.reason ORDER BY c.became, c.reason`, runs).Scan(&changes).Error
	if err != nil {
		return readable(err)
	}
	for _, c := range changes {
		if c.Became == Held {
			s.Held = addReason(s.Held, c.ReasonSum)
			continue
		}
		s.Due.N, s.Due.Amount = s.Due.N+c.N, s.Due.Amount+c.Amount
	}
	return nil
}

// situationFiles adds up what the looks into the folder of other offices say in their records.
func (q Query) situationFiles(s *Situation) error {
	var records []string
	err := q.db.Raw("SELECT summary FROM job_runs WHERE job = 'import-drop' AND state = 'succeeded' AND finished_at > ? AND finished_at <= ?", s.From, s.To).Scan(&records).Error
	for _, text := range records {
		var r struct{ Done, Seen, Refused, Submit int }
		if json.Unmarshal([]byte(text), &r) == nil { // one of another version says nothing
			s.Files.Taken, s.Files.Refused, s.Files.Submit = s.Files.Taken+r.Done-r.Seen, s.Files.Refused+r.Refused, s.Files.Submit+r.Submit
		}
	}
	return readable(err)
}

// situationDecided counts the claims that were decided in the stretch, each by its newest decision there. The amount is of those that lead to money:
// not of one that is held or refused for all its exact amount, nor of one that was awarded before and is only judged again.
func (q Query) situationDecided(s *Situation) error {
	return readable(q.db.Raw(`SELECT COUNT(*) AS n, COALESCE(SUM(CASE WHEN d.outcome = 'exact' AND (c.state IN ('decided', 'proposed', 'publicised', 'confirmed') OR a.decision_id = d.id)
			THEN d.amount_fen ELSE 0 END), 0) AS amount
		FROM (SELECT claim_id, MAX(seq) AS seq FROM decisions WHERE run_id IN (SELECT id FROM job_runs WHERE finished_at > ? AND finished_at <= ? AND state NOT IN ('failed', 'halted'))
			GROUP BY claim_id) newest
		JOIN decisions d ON d.claim_id = newest.claim_id AND d.seq = newest.seq JOIN claims c ON c.id = d.claim_id LEFT JOIN awards a ON a.claim_id = c.id`,
		s.From, s.To).Scan(&s.Decided).Error)
}

// addReason adds to the line of the same reason.
func addReason(lines []ReasonSum, r ReasonSum) []ReasonSum {
	for i := range lines {
		if lines[i].Reason == r.Reason {
			lines[i].N, lines[i].Amount = lines[i].N+r.N, lines[i].Amount+r.Amount
			return lines
		}
	}
	return append(lines, r)
}

func (q Query) situationMoney(s *Situation) error {
	if err := q.db.Raw("SELECT reason, COUNT(*) AS n, SUM(amount_fen) AS amount FROM instalments WHERE state = 'held' GROUP BY reason ORDER BY reason").Scan(&s.HeldParts).Error; err != nil {
		return readable(err)
	}
	var coming struct {
		Tally
		First policy.Date
	}
	err := q.db.Raw("SELECT COUNT(*) AS n, COALESCE(SUM(amount_fen), 0) AS amount, COALESCE(MIN(due_on), 0) AS first FROM instalments WHERE state = 'scheduled' AND due_on > ? AND due_on <= ?",
		s.To.Date(), s.ComingBy).Scan(&coming).Error
	s.Coming, s.ComingOn = coming.Tally, coming.First
	if err != nil {
		return readable(err)
	}
	s.Budgets, err = q.BudgetsOfYear(s.To.Date().Year(), s.To.Date())
	return err
}

func (q Query) situationClaims(s *Situation) error {
	var claims []struct {
		State ClaimState
		ReasonSum
	}
	err := q.db.Raw(`SELECT c.state, CASE WHEN c.state = 'held' THEN c.reason ELSE '' END AS reason, COUNT(*) AS n, COALESCE(SUM(d.amount_fen), 0) AS amount
		FROM claims c LEFT JOIN decisions d ON d.id = c.decision_id WHERE c.state IN ('decided', 'held', 'needs_data', 'needs_decision') GROUP BY 1, 2 ORDER BY 1, 2`).Scan(&claims).Error
	if err != nil {
		return readable(err)
	}
	for _, c := range claims {
		switch c.State {
		case ClaimDecided:
			s.ToSubmit = Tally{c.N, c.Amount}
		case ClaimHeld:
			s.HeldClaims = append(s.HeldClaims, c.ReasonSum)
		case ClaimNeedsData:
			s.NeedsData = c.N
		case ClaimNeedsDecision:
			s.NeedsDecision = c.N
		}
	}
	return readable(q.db.Raw(`SELECT p.id AS plan, p.title, p.line_count, p.total_fen AS total, a.expires_on AS expires
		FROM approvals a JOIN plans p ON p.id = a.plan_id WHERE a.state = 'pending' ORDER BY a.id`).Scan(&s.Plans).Error)
}

func (q Query) situationNotices(s *Situation) error {
	n := func(into *int, sql string, args ...any) error {
		return readable(q.db.Raw(sql, args...).Scan(into).Error)
	}
	if err := n(&s.Dead, "SELECT COUNT(*) FROM notices WHERE state = 'dead' AND next_at > ? AND next_at <= ?", s.From, s.To); err != nil {
		return err
	}
	if err := n(&s.Unknown, "SELECT COUNT(*) FROM notices WHERE state = 'unknown'"); err != nil {
		return err
	}
	return n(&s.Stuck, "SELECT COUNT(*) FROM notices WHERE state = 'pending' AND next_at <= ?", s.To-stuckAfter)
}

func (q Query) situationHouse(s *Situation) error {
	paused, err := find[JobSetting](q.db.Where("paused = 1").Order("job"))
	if err != nil {
		return err
	}
	for _, p := range paused {
		s.Paused = append(s.Paused, JobPause{Job: p.Job, Reason: p.Reason})
	}
	stop, err := q.Stopped()
	if err != nil {
		return err
	}
	if stop != nil {
		s.Stop, s.Since = stop.Reason, stop.Since.Text()
	}
	alerts, err := q.AlertsSince(s.From, 50)
	if err != nil {
		return err
	}
	for _, a := range alerts {
		switch {
		case a.State == AlertOpen:
			s.Alerts = append(s.Alerts, a)
		case a.ClosedAt <= s.To:
			s.Healed++
		}
	}
	heads, err := q.AuditHeads()
	if h, ok := heads["money"]; ok {
		s.Anchor = strconv.FormatInt(h.Seq, 10) + " " + h.Hash[:min(8, len(h.Hash))]
	}
	if err != nil {
		return err
	}
	newest, err := q.NewestAnchor()
	if CodeOf(err) == NotFound {
		return nil
	}
	s.Sealed = newest.Day.Text() + " " + newest.Short
	return err
}

// reported is the meta value that holds the stretch of the last morning report: "from to" in milliseconds.
const reported = "morning_report"

// Reported is the stretch that the last morning report was about; zeros when there was none.
func (q Query) Reported() (from, to policy.Instant, err error) {
	text, err := q.Meta(reported)
	if err != nil || text == "" {
		return 0, 0, err
	}
	a, b, _ := strings.Cut(text, " ")
	f, err1 := strconv.ParseInt(a, 10, 64)
	t, err2 := strconv.ParseInt(b, 10, 64)
	if err1 != nil || err2 != nil {
		return 0, 0, nil // not ours: the next report begins anew
	}
	return policy.Instant(f), policy.Instant(t), nil
}

// SetReported remembers the stretch of the morning report that is written in the same transaction.
func (tx *Tx) SetReported(from, to policy.Instant) error {
	return tx.SetMeta(reported, strconv.FormatInt(int64(from), 10)+" "+strconv.FormatInt(int64(to), 10))
}

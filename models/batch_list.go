package models

import (
	"fmt"

	"duixian/policy"
)

// Batch reads one batch.
func (q Query) Batch(id int64) (Batch, error) { return one[Batch](q.db.Where("id = ?", id)) }

// BatchOfPlan is the batch that a plan became, or ErrNotFound.
func (q Query) BatchOfPlan(plan int64) (Batch, error) {
	return one[Batch](q.db.Where("plan_id = ?", plan))
}

// BatchNumbered is a batch by its year and number in it.
func (q Query) BatchNumbered(year, seq int) (Batch, error) {
	return one[Batch](q.db.Where("year = ? AND seq = ?", year, seq))
}

// Batches lists the newest batches first.
func (q Query) Batches(limit int) ([]Batch, error) {
	return find[Batch](q.db.Order("id DESC").Limit(limit))
}

// BatchesIn lists the batches in a state, oldest first.
func (q Query) BatchesIn(state BatchState) ([]Batch, error) {
	return find[Batch](q.db.Where("state = ?", state).Order("id"))
}

// BatchLines lists the lines of a batch in order.
func (q Query) BatchLines(batch int64) ([]BatchLine, error) {
	return find[BatchLine](q.db.Where("batch_id = ?", batch).Order("no"))
}

// BatchLineByRef is the line of a number, or ErrNotFound.
func (q Query) BatchLineByRef(ref string) (BatchLine, error) {
	return one[BatchLine](q.db.Where("line_ref = ?", ref))
}

// BatchLinesOf lists every try at the instalments of an award.
func (q Query) BatchLinesOf(award int64) ([]BatchLine, error) {
	return find[BatchLine](q.db.Where("award_id = ?", award).Order("instalment_no, attempt"))
}

// LiveBatchParts are the (award, instalment) pairs that a batch plan on its way already asks for.
func (q Query) LiveBatchParts() (map[[2]int64]bool, error) { return q.liveParts("batch") }

// instalment reads one instalment.
func (q Query) instalment(award int64, no int) (Instalment, error) {
	return one[Instalment](q.db.Where("award_id = ? AND no = ?", award, no))
}

// BatchSum is what of a batch was ordered, and what became of it: ordered = paid + returned + unanswered, on any day.
type BatchSum struct {
	Batch      Batch `json:"-"`
	Ordered    Tally `json:"ordered"`
	Paid       Tally `json:"paid"`
	Returned   Tally `json:"returned"`
	Unanswered Tally `json:"unanswered"`
	Out        Tally `json:"held"` // taken out before the file was made; not ordered
}

// Even reports whether everything that was ordered is accounted for, by number and by amount, and is what the batch says.
func (s BatchSum) Even() bool {
	return s.Ordered.N == s.Paid.N+s.Returned.N+s.Unanswered.N && s.Ordered.Amount == s.Paid.Amount+s.Returned.Amount+s.Unanswered.Amount &&
		s.Ordered.N == s.Batch.LineCount && s.Ordered.Amount == s.Batch.TotalFen
}

// Reconcile adds a batch's lines up by what became of them. Ordered is counted on its own and not from the others.
func (q Query) Reconcile(b Batch) (BatchSum, error) {
	s := BatchSum{Batch: b}
	for _, part := range []struct {
		into  *Tally
		where string
	}{{&s.Ordered, "state <> 'held'"}, {&s.Paid, "state = 'paid'"}, {&s.Returned, "state = 'returned'"}, {&s.Unanswered, "state = 'ordered'"}, {&s.Out, "state = 'held'"}} {
		err := q.db.Raw("SELECT COUNT(*) AS n, COALESCE(SUM(amount_fen), 0) AS amount FROM batch_lines WHERE batch_id = ? AND "+part.where, b.ID).Scan(part.into).Error
		if err != nil {
			return s, readable(err)
		}
	}
	return s, nil
}

// PartSums adds all instalments up by state.
func (q Query) PartSums() (map[InstalmentState]Tally, error) {
	var rows []struct {
		State  InstalmentState
		N      int
		Amount policy.Fen
	}
	err := q.db.Raw("SELECT state, COUNT(*) AS n, SUM(amount_fen) AS amount FROM instalments GROUP BY state").Scan(&rows).Error
	m := make(map[InstalmentState]Tally, len(rows))
	for _, r := range rows {
		m[r.State] = Tally{r.N, r.Amount}
	}
	return m, readable(err)
}

// PayableSum is what is due, or came back, and in no batch plan on its way. Mark changes with every step of one of them.
type PayableSum struct {
	Tally
	NoAccount int // of these, whose organisation has no account
	Mark      string
}

// PayableSum adds up what could be proposed on a day, without asking the rules: that is done line by line when somebody looks.
func (q Query) PayableSum(on policy.Date) (PayableSum, error) {
	var sum struct {
		N, NoAccount int
		Amount       policy.Fen
		Steps, Parts int64
	}
	err := q.db.Raw(`SELECT COUNT(*) AS n, COALESCE(SUM(amount_fen), 0) AS amount, COALESCE(SUM(version), 0) AS steps, COALESCE(SUM(award_id * 100 + no), 0) AS parts, COALESCE(SUM(homeless), 0) AS no_account FROM (
		SELECT i.award_id, i.no, i.amount_fen, i.version, CASE WHEN EXISTS (SELECT 1 FROM bank_accounts k WHERE k.org_id = a.org_id AND k.state = 'active' AND k.from_on <= ?) THEN 0 ELSE 1 END AS homeless
		FROM instalments i JOIN awards a ON a.id = i.award_id WHERE i.state IN ('due', 'returned') AND i.due_on <= ? AND i.amount_fen > 0
		AND NOT EXISTS (SELECT 1 FROM plans p JOIN plan_lines l ON l.plan_id = p.id WHERE p.kind = 'batch' AND p.state IN ('submitted', 'approved') AND l.state = 'live' AND l.award_id = i.award_id AND l.instalment_no = i.no)) x`,
		on, on).Scan(&sum).Error
	return PayableSum{Tally: Tally{sum.N, sum.Amount}, NoAccount: sum.NoAccount, Mark: fmt.Sprintf("%d/%d/%d/%d", sum.N, sum.Amount, sum.Steps, sum.Parts)}, readable(err)
}

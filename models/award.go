package models

import (
	"errors"
	"fmt"

	"gorm.io/gorm"

	"duixian/policy"
)

// Award is a confirmed decision: money promised by two people. Its instalments sum to AmountFen, always.
type Award struct {
	ID            int64
	ClaimID       int64
	OrgID         int64
	Item          string
	Clause        string
	DecisionID    int64
	PlanID        int64
	ApprovalID    int64
	AmountFen     policy.Fen
	ApprovedOn    policy.Date
	PolicyVersion string
	State         string // active, closed, revoked
	RunID         int64
	Epoch         int
}

// InstalmentState is where an instalment stands: scheduled → due → in_batch → paid, side exits held, returned,
// waived, cancelled.
type InstalmentState string

// The states of an instalment.
const (
	Scheduled InstalmentState = "scheduled"
	Due       InstalmentState = "due"
	InBatch   InstalmentState = "in_batch"
	Paid      InstalmentState = "paid"
	Held      InstalmentState = "held"
	Returned  InstalmentState = "returned"
	Waived    InstalmentState = "waived"
	Cancelled InstalmentState = "cancelled"
)

// Instalment is one stage of an award: an amount and the day from which it may be paid.
type Instalment struct {
	AwardID   int64
	No        int
	AmountFen policy.Fen
	DueOn     policy.Date
	State     InstalmentState
	Reason    string
	ChangedOn policy.Date
	CheckedOn policy.Date
	Version   int
}

// InstalmentChange is one step in an instalment's life, written in the transaction of the step.
type InstalmentChange struct {
	AwardID int64
	No      int
	Version int
	Was     InstalmentState
	Became  InstalmentState
	Reason  string
	OnDay   policy.Date
	RunID   int64
	Epoch   int
}

// Grant is what an award takes besides money; each is a row that can exist once.
type Grant struct {
	Caps       []CapUse
	Quota      string // key of the quota, empty = none
	Places     int    // how many of its ten places
	Exclusions []string
	People     []int64 // whose heads are paid
	HireYear   int
}

// CapUse is a claim on a capped sum.
type CapUse struct {
	Key    string
	Limit  policy.Fen
	Amount policy.Fen
}

// Refusal is why an award could not be made although the decision was right: somebody else has the place, the person,
// the rest of the cap. The caller holds the line with Reason.
type Refusal struct{ Reason string }

func (r *Refusal) Error() string { return "held: " + r.Reason }

// MakeAward writes an award with its instalments, reserves it in the ledger and takes what it grants. When a place, person, cap or exclusive key
// is taken it returns a *Refusal and the caller must roll back to before the call: use it inside Tx.Try.
func (tx *Tx) MakeAward(a Award, parts []Instalment, g Grant) (Award, error) {
	var err error
	if a.ID, err = tx.NextID("awards", 1); err != nil {
		return a, err
	}
	if err := tx.db.Create(&a).Error; err != nil {
		if classify(err) == duplicate {
			return a, &Refusal{"ALREADY_AWARDED"}
		}
		return a, readable(err)
	}
	sum := policy.Fen(0)
	changes := make([]InstalmentChange, len(parts))
	for i := range parts {
		p := &parts[i]
		p.AwardID, p.Version = a.ID, 1
		sum += p.AmountFen
		changes[i] = InstalmentChange{p.AwardID, p.No, 1, "", p.State, p.Reason, a.ApprovedOn, a.RunID, a.Epoch}
	}
	if sum != a.AmountFen {
		return a, fmt.Errorf("models: instalments of award %d sum to %s, not %s", a.ID, sum, a.AmountFen)
	}
	if err := errors.Join(insert(tx.db, parts), insert(tx.db, changes)); err != nil {
		return a, err
	}
	if err := tx.reserveAward(a, policy.InstantOf(a.ApprovedOn.At(0, 0))); err != nil {
		return a, err
	}
	for _, c := range g.Caps {
		if err := tx.useCap(c, a.ID); err != nil {
			return a, err
		}
	}
	if g.Quota != "" {
		if err := tx.takePlaces(g.Quota, g.Places, a.ID); err != nil {
			return a, err
		}
	}
	for _, key := range g.Exclusions {
		if err := tx.takeOnce("INSERT INTO exclusions (excl_key, award_id) VALUES (?, ?)", "EXCLUSIVE", key, a.ID); err != nil {
			return a, err
		}
	}
	for _, person := range g.People {
		err := tx.takeOnce("INSERT INTO person_rewards (person_id, award_id, org_id, hire_year) VALUES (?, ?, ?, ?)", "DUPLICATE_PERSON", person, a.ID, a.OrgID, g.HireYear)
		if err != nil {
			return a, err
		}
	}
	return a, nil
}

func (tx *Tx) takeOnce(sql, reason string, args ...any) error {
	err := tx.db.Exec(sql, args...).Error
	if classify(err) == duplicate {
		return &Refusal{reason}
	}
	return readable(err)
}

// useCap advances a cap by a conditional update: the sum can never pass the limit, however many writers there are.
func (tx *Tx) useCap(c CapUse, awardID int64) error {
	for {
		n, err := affected(tx.db.Exec("UPDATE caps SET used_fen = used_fen + ? WHERE cap_key = ? AND used_fen + ? <= limit_fen", c.Amount, c.Key, c.Amount))
		if err != nil {
			return err
		}
		if n == 1 {
			return readable(tx.db.Exec("INSERT INTO cap_uses (cap_key, award_id, amount_fen) VALUES (?, ?, ?)", c.Key, awardID, c.Amount).Error)
		}
		var have int64
		if err := tx.db.Raw("SELECT COUNT(*) FROM caps WHERE cap_key = ?", c.Key).Scan(&have).Error; err != nil {
			return readable(err)
		}
		if have > 0 {
			return &Refusal{"CAP"}
		}
		if err := tx.db.Exec("INSERT INTO caps (cap_key, limit_fen, used_fen) VALUES (?, ?, 0)", c.Key, c.Limit).Error; err != nil {
			if classify(err) == duplicate {
				return errRetry
			}
			return readable(err)
		}
	}
}

// FreeCaps gives back what was taken away from an award in every cap that it counts against: the year's, the event's, the lifetime's. What it had used stays on record
// (cap_uses), and what was given back is in the steps of its cases.
func (tx *Tx) FreeCaps(award int64, amount policy.Fen) error {
	return readable(tx.db.Exec("UPDATE caps SET used_fen = used_fen - ? WHERE cap_key IN (SELECT cap_key FROM cap_uses WHERE award_id = ?)", amount, award).Error)
}

// takePlaces takes free places of a quota of ten, lowest first. The places are rows: an eleventh cannot exist.
func (tx *Tx) takePlaces(quota string, n int, awardID int64) error {
	var taken []int
	if err := tx.db.Raw("SELECT slot_no FROM quota_slots WHERE round_key = ?", quota).Scan(&taken).Error; err != nil {
		return readable(err)
	}
	used := map[int]bool{}
	for _, no := range taken {
		used[no] = true
	}
	for no := 1; no <= 10 && n > 0; no++ {
		if used[no] {
			continue
		}
		if err := tx.db.Exec("INSERT INTO quota_slots (round_key, slot_no, award_id) VALUES (?, ?, ?)", quota, no, awardID).Error; err != nil {
			if classify(err) == duplicate {
				return errRetry // somebody took it between the look and the insert
			}
			return readable(err)
		}
		n--
	}
	if n > 0 {
		return &Refusal{"OVER_QUOTA"}
	}
	return nil
}

// Try runs fn so that a *Refusal undoes what fn wrote and nothing else of the transaction.
func (tx *Tx) Try(fn func(tx *Tx) error) error {
	return tx.db.Transaction(func(db *gorm.DB) error { return fn(&Tx{Query{db, tx.cipher}, tx.written}) }) // a SAVEPOINT inside ours
}

// MoveInstalment changes an instalment's state if it is still at the version that was read. What is waived or cancelled goes back to the budget
// in the same step; into a batch and out of it an instalment goes by Order and Answer alone, which post what they do.
func (tx *Tx) MoveInstalment(p *Instalment, to InstalmentState, reason string, on policy.Date, run Run) error {
	n, err := affected(tx.db.Exec("UPDATE instalments SET state = ?, reason = ?, changed_on = ?, checked_on = ?, version = version + 1 WHERE award_id = ? AND no = ? AND version = ?",
		to, reason, on, on, p.AwardID, p.No, p.Version))
	if err != nil {
		return err
	}
	if n != 1 {
		return E(Conflict, "奖励 #%d 第 %d 期已被另一处改动，请重试", p.AwardID, p.No)
	}
	if to == Waived || to == Cancelled {
		if err := tx.releasePart(*p, reason, on, run); err != nil {
			return err
		}
	}
	change := InstalmentChange{p.AwardID, p.No, p.Version + 1, p.State, to, reason, on, run.ID, run.Epoch}
	p.State, p.Reason, p.ChangedOn, p.CheckedOn, p.Version = to, reason, on, on, p.Version+1
	return readable(tx.db.Create(&change).Error)
}

package models

import (
	"fmt"
	"strings"

	"duixian/policy"
)

// Account is a place where money stands. PostedFen is what is there, in credit; PendingOutFen of it has been ordered away and not yet
// answered, and stands in PendingInFen of where it goes. The schema lets no award, nor what is paid or returned, fall below zero.
type Account struct {
	Code          string     `json:"code"` // budget:2026, award:42, transit, paid, returned, suspense
	Kind          string     `json:"kind"`
	PostedFen     policy.Fen `json:"posted"`
	PendingOutFen policy.Fen `json:"pending_out"`
	PendingInFen  policy.Fen `json:"pending_in"`
}

// The accounts that there is one of. Transit holds what is pending only; suspense what the treasury says it paid without an order of ours.
const (
	TransitAccount  = "transit"
	PaidAccount     = "paid"
	ReturnedAccount = "returned"
	SuspenseAccount = "suspense"
)

// AwardAccount is what is reserved for an award and neither paid nor returned.
func AwardAccount(award int64) string { return fmt.Sprintf("award:%d", award) }

// BudgetAccount is the city's money of a year; its balance is minus what was taken out of it.
func BudgetAccount(year int) string { return fmt.Sprintf("budget:%d", year) }

// TransferKind says what a transfer does.
type TransferKind string

// An award is reserved from the budget (award). A batch orders a part (pending); the treasury's answer resolves that order once: it was paid
// (post) or not (void). What came back stands in returned (return) until the next try takes it up (reopen). What is not to be paid, or
// was paid and a firm paid back, goes back to the budget (release). Money that was paid without an order of ours stands in suspense until a person has cleared it (clear).
const (
	TransferAward    TransferKind = "award"
	TransferPending  TransferKind = "pending"
	TransferPost     TransferKind = "post"
	TransferVoid     TransferKind = "void"
	TransferReturn   TransferKind = "return"
	TransferReopen   TransferKind = "reopen"
	TransferRelease  TransferKind = "release"
	TransferSuspense TransferKind = "suspense"
	TransferClear    TransferKind = "clear"
)

// Transfer is one line of the ledger. It is written once and never changed; a mistake is made good by another one. Its id is made of what it
// is about, so that the same effect asked for again is the same row.
type Transfer struct {
	ID            string
	Kind          TransferKind
	PendingID     string // that a post or void resolves
	Debit, Credit string // accounts: from, to
	AmountFen     policy.Fen
	AwardID       int64
	No            int // of the instalment, 0 = the whole award
	Attempt       int // the try of the instalment; of suspense the number of the receipt
	BatchID       int64
	RunID         int64
	Epoch         int
	Actor         string
	Reason        string
	OnDay         policy.Date
	At            policy.Instant
}

// TransferID names a transfer by what it is about: post|42|1|2 answers the second try of the first part of award 42.
func TransferID(kind TransferKind, award int64, no, attempt int) string {
	return fmt.Sprintf("%s|%d|%d|%d", kind, award, no, attempt)
}

// post writes a transfer and moves both of its accounts, in the caller's transaction.
func (tx *Tx) post(t Transfer, run Run, at policy.Instant) error {
	t.ID = TransferID(t.Kind, t.AwardID, t.No, t.Attempt)
	t.RunID, t.Epoch, t.Actor, t.At = run.ID, run.Epoch, run.Actor, at
	var out, in string // how each side moves
	switch t.Kind {
	case TransferPending:
		out, in = "pending_out_fen = pending_out_fen + ?", "pending_in_fen = pending_in_fen + ?"
	case TransferVoid: // from where it was ordered, to where it was ordered: nothing moves, both are free again
		out, in = "pending_out_fen = pending_out_fen - ?", "pending_in_fen = pending_in_fen - ?"
	default:
		out, in = "posted_fen = posted_fen - ?", "posted_fen = posted_fen + ?"
	}
	if err := tx.db.Create(&t).Error; err != nil {
		if classify(err) == duplicate {
			return E(Conflict, "账目 %s 已经记过（或这笔在途已有结果），没有重复记账", t.ID)
		}
		return readable(err)
	}
	if t.Kind == TransferPost { // the order is answered, and the money is where it was to go
		if err := tx.resolve(t); err != nil {
			return err
		}
	}
	for _, side := range []struct{ code, set string }{{t.Debit, out}, {t.Credit, in}} {
		n, err := affected(tx.db.Exec("UPDATE accounts SET "+side.set+" WHERE code = ?", t.AmountFen, side.code))
		if err != nil {
			return fmt.Errorf("账户 %s，账目 %s: %w", side.code, t.ID, err)
		}
		if n == 1 {
			continue
		}
		if err := tx.openAccount(side.code); err != nil {
			return err
		}
		if _, err := affected(tx.db.Exec("UPDATE accounts SET "+side.set+" WHERE code = ?", t.AmountFen, side.code)); err != nil {
			return fmt.Errorf("账户 %s，账目 %s: %w", side.code, t.ID, err)
		}
	}
	return nil
}

// resolve frees what the pending transfer behind a post held on both sides.
func (tx *Tx) resolve(t Transfer) error {
	if _, err := affected(tx.db.Exec("UPDATE accounts SET pending_in_fen = pending_in_fen - ? WHERE code = ?", t.AmountFen, TransitAccount)); err != nil {
		return err
	}
	_, err := affected(tx.db.Exec("UPDATE accounts SET pending_out_fen = pending_out_fen - ? WHERE code = ?", t.AmountFen, t.Debit))
	return err
}

// openAccount makes an account at its first posting.
func (tx *Tx) openAccount(code string) error {
	kind, _, _ := strings.Cut(code, ":")
	err := tx.db.Exec("INSERT INTO accounts (code, kind, posted_fen, pending_out_fen, pending_in_fen) VALUES (?, ?, 0, 0, 0)", code, kind).Error
	if classify(err) == duplicate {
		return errRetry // somebody opened it meanwhile
	}
	return readable(err)
}

// reserveAward takes an award out of the budget of the year in which it was approved, in the transaction in which it is made.
func (tx *Tx) reserveAward(a Award, at policy.Instant) error {
	return tx.post(Transfer{
		Kind: TransferAward, Debit: BudgetAccount(a.ApprovedOn.Year()), Credit: AwardAccount(a.ID), AmountFen: a.AmountFen, AwardID: a.ID, OnDay: a.ApprovedOn,
	}, Run{ID: a.RunID, Epoch: a.Epoch, Actor: System.Member}, at)
}

// releasePart gives a part that will not be paid back to the budget of the year in which that was decided.
func (tx *Tx) releasePart(p Instalment, reason string, on policy.Date, run Run) error {
	if p.AmountFen == 0 || p.State == Waived || p.State == Cancelled {
		return nil
	}
	from := AwardAccount(p.AwardID)
	if p.State == Returned {
		from = ReturnedAccount
	}
	return tx.post(Transfer{
		Kind: TransferRelease, Debit: from, Credit: BudgetAccount(on.Year()), AmountFen: p.AmountFen, AwardID: p.AwardID, No: p.No, Reason: reason, OnDay: on,
	}, run, policy.InstantOf(on.At(0, 0)))
}

// Repay enters money that a firm paid back of an award: out of what is paid, into the budget of the year in which it came; and what it had drawn on caps is
// free again by as much. No more can come back of an award than was paid of it.
func (tx *Tx) Repay(award int64, amount policy.Fen, member string, on policy.Date, at policy.Instant) error {
	var out, back policy.Fen // what went to the firm, and what has come back of it
	nth := 0
	if err := tx.db.Raw("SELECT COALESCE(SUM(amount_fen), 0) FROM instalments WHERE award_id = ? AND state = ?", award, Paid).Row().Scan(&out); err != nil {
		return readable(err)
	}
	if err := tx.db.Raw("SELECT COALESCE(SUM(amount_fen), 0), COALESCE(MAX(attempt), 0) + 1 FROM transfers WHERE kind = ? AND award_id = ? AND no = 0", TransferRelease, award).Row().Scan(&back, &nth); err != nil {
		return readable(err)
	}
	if amount > out-back {
		return E(Conflict, "奖励 #%d 已拨付 %s、已退回 %s，不能再登记退回 %s，请核对；在途的款项等回单到了再登记", award, out.Text(), back.Text(), amount.Text())
	}
	t := Transfer{Kind: TransferRelease, Debit: PaidAccount, Credit: BudgetAccount(on.Year()), AmountFen: amount, AwardID: award, Attempt: nth, Reason: Repaid, OnDay: on}
	if err := tx.post(t, Run{Actor: member}, at); err != nil {
		return err
	}
	return tx.FreeCaps(award, amount)
}

// Repaid is the reason of a release of what had been paid.
const Repaid = "REPAID"

// Account reads one account; one that nothing was posted to is empty.
func (q Query) Account(code string) (Account, error) {
	a, err := one[Account](q.db.Where("code = ?", code))
	if CodeOf(err) == NotFound {
		return Account{Code: code}, nil
	}
	return a, err
}

// Accounts lists the accounts that are not of a single award, by name.
func (q Query) Accounts() ([]Account, error) {
	return find[Account](q.db.Where("kind <> 'award'").Order("code"))
}

// TransfersOf lists what was posted for an award, in the order in which it was.
func (q Query) TransfersOf(award int64) ([]Transfer, error) {
	return find[Transfer](q.db.Where("award_id = ?", award).Order("at, attempt, id"))
}

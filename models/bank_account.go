package models

import (
	"strings"

	"duixian/policy"
	"duixian/secret"
)

// BankAccount is where an organisation is paid from a day on. Two people make it active. Number and holder are encrypted and shown masked everywhere
// but in the file for the treasury; the MAC finds out whether two are the same.
type BankAccount struct {
	ID        int64
	OrgID     int64
	HolderEnc []byte
	NumberEnc []byte
	NumberMAC string `gorm:"column:number_mac"`
	Mask      string // 尾号1234
	Bank      string // 开户银行
	BankCode  string // 联行号
	Closed    bool   // the organisation is paid nowhere from this day on
	FromOn    policy.Date
	KnownOn   policy.Date
	State     string // proposed, active
	PlanID    int64
	ActiveOn  policy.Date // on which two people had agreed
}

// AccountChange is a new account of an organisation as it is read from a file and, masked, as a plan shows it. What is secret does not enter its JSON.
type AccountChange struct {
	Account  int64       `json:"account"` // the proposed row
	OrgID    int64       `json:"org"`
	Org      string      `json:"name"`
	Mask     string      `json:"mask"`
	MAC      string      `json:"mac"`
	Bank     string      `json:"bank"`
	BankCode string      `json:"bank_code,omitempty"`
	Was      string      `json:"was,omitempty"` // mask of the account until now
	Same     bool        `json:"same_holder"`   // the holder is called as the organisation is
	Closed   bool        `json:"closed,omitempty"`
	FromOn   policy.Date `json:"from"`

	Holder  secret.Text `json:"-"`
	Number  secret.Text `json:"-"`
	KnownOn policy.Date `json:"-"`
}

const (
	accountHolder = "bank_accounts.holder"
	accountNumber = "bank_accounts.number"
)

// MaskAccount is an account number as people see it.
func MaskAccount(number secret.Text) string {
	n := number.Reveal()
	return "尾号" + n[max(0, len(n)-4):]
}

// AccountNews keeps those changes that differ from what is active and gives each its MAC and what it replaces.
func (q Query) AccountNews(all []AccountChange) ([]AccountChange, error) {
	var news []AccountChange
	for _, c := range all {
		mac, err := q.cipher.MAC(accountNumber, c.Number)
		if err != nil {
			return nil, err
		}
		c.MAC, c.Mask = mac, MaskAccount(c.Number)
		old, err := q.BankAccountOn(c.OrgID, c.FromOn)
		if err != nil && CodeOf(err) != NotFound {
			return nil, err
		}
		if err == nil {
			holder, err := q.cipher.Decrypt(accountHolder, old.HolderEnc)
			if err != nil {
				return nil, err
			}
			if old.NumberMAC == mac && holder == c.Holder && old.Bank == c.Bank && old.BankCode == c.BankCode && old.Closed == c.Closed {
				continue
			}
			c.Was = old.Mask
		}
		news = append(news, c)
	}
	return news, nil
}

// ProposeAccounts writes the rows that a plan is about. They count for nothing until two people have agreed.
func (tx *Tx) ProposeAccounts(changes []AccountChange) error {
	for i := range changes {
		c := &changes[i]
		row := BankAccount{OrgID: c.OrgID, NumberMAC: c.MAC, Mask: c.Mask, Bank: c.Bank, BankCode: c.BankCode, Closed: c.Closed, FromOn: c.FromOn, KnownOn: c.KnownOn, State: "proposed"}
		var err error
		if row.HolderEnc, err = tx.cipher.Encrypt(accountHolder, c.Holder); err != nil {
			return err
		}
		if row.NumberEnc, err = tx.cipher.Encrypt(accountNumber, c.Number); err != nil {
			return err
		}
		if row.ID, err = tx.NextID("bank_accounts", 1); err != nil {
			return err
		}
		if err := addStatements(tx, []BankAccount{row}); err != nil {
			return err
		}
		c.Account = row.ID
	}
	return nil
}

// ActivateAccount makes a proposed account count from its day, if it is still the one that was shown.
func (tx *Tx) ActivateAccount(c AccountChange, plan int64, on policy.Date) error {
	n, err := affected(tx.db.Exec(`UPDATE bank_accounts SET state = 'active', plan_id = ?, active_on = ? WHERE id = ? AND state = 'proposed' AND org_id = ? AND number_mac = ? AND mask = ? AND bank = ? AND bank_code = ?
		AND closed = ? AND from_on = ?`, plan, on, c.Account, c.OrgID, c.MAC, c.Mask, c.Bank, c.BankCode, c.Closed, c.FromOn))
	if err == nil && n != 1 {
		return E(Conflict, "%s的收款账户（%s）与送审时不一致，没有生效", c.Org, c.Mask)
	}
	return err
}

// BankAccountOn is where an organisation is paid on a day, ErrNotFound when nobody has said or it was closed.
func (q Query) BankAccountOn(org int64, on policy.Date) (BankAccount, error) {
	a, err := one[BankAccount](q.db.Where("org_id = ? AND state = 'active' AND from_on <= ? AND active_on <= ?", org, on, on).Order("from_on DESC, id DESC"))
	if err == nil && a.Closed {
		return a, ErrNotFound
	}
	return a, err
}

// AnyBankAccount says whether anybody can be paid at all.
func (q Query) AnyBankAccount() (bool, error) {
	_, err := one[BankAccount](q.db.Where("state = 'active' AND NOT closed"))
	if CodeOf(err) == NotFound {
		return false, nil
	}
	return err == nil, err
}

// BankAccount reads one account.
func (q Query) BankAccount(id int64) (BankAccount, error) {
	return one[BankAccount](q.db.Where("id = ?", id))
}

// Reveal decrypts holder and number, for the file that goes to the treasury and nothing else.
func (q Query) Reveal(a BankAccount) (holder, number secret.Text, err error) {
	if holder, err = q.cipher.Decrypt(accountHolder, a.HolderEnc); err != nil {
		return "", "", err
	}
	number, err = q.cipher.Decrypt(accountNumber, a.NumberEnc)
	return holder, number, err
}

// SameHolder compares the holder of an account with the name of an organisation as a bank does: brackets of either width are one.
func SameHolder(holder secret.Text, name string) bool {
	fold := strings.NewReplacer("(", "（", ")", "）", " ", "")
	return fold.Replace(holder.Reveal()) == fold.Replace(name)
}

package models

import (
	"fmt"

	"duixian/policy"
	"duixian/secret"
)

// Objection (异议) is against one line of a list in publicity, by a firm's contact or by an official. Its words are encrypted, and neither they nor who
// wrote them are for the eyes of whom the line is about. While it is open the line is held, and no other.
type Objection struct {
	ID          int64
	Request     string // the message that asked: the same message twice is one objection
	PublicityID int64
	LineNo      int
	LineKey     string
	ByOrg       int64 // 0 = an official
	ByMember    int64
	TextEnc     []byte
	State       ObjectionState
	MadeOn      policy.Date
	MadeAt      policy.Instant
	DueOn       policy.Date // by which it should be decided
	Answer      string
	PlanID      int64 // that decided it
	DecidedOn   policy.Date
}

// ObjectionState is where an objection stands.
type ObjectionState string

// The states of an objection.
const (
	ObjectionOpen     ObjectionState = "open"
	ObjectionUpheld   ObjectionState = "upheld"
	ObjectionRejected ObjectionState = "rejected"
)

// Text is the state as people read it.
func (s ObjectionState) Text() string {
	return map[ObjectionState]string{ObjectionOpen: "处理中", ObjectionUpheld: "成立", ObjectionRejected: "不成立"}[s]
}

const objectionText = "objections.text_enc"

// Entity names an objection in the audit log.
func (o Objection) Entity() string { return fmt.Sprintf("objection/%d", o.ID) }

// Object files an objection and holds its line. The list must be running, on its last day at the latest: later ones are grievances of their own.
// One person has one open objection to a line at most.
func (tx *Tx) Object(o *Objection, words secret.Text, actor Actor) error {
	old, err := one[Objection](tx.db.Where("request = ?", o.Request))
	if err == nil {
		*o = old
		return nil
	}
	if CodeOf(err) != NotFound {
		return err
	}
	p, err := tx.Publicity(o.PublicityID)
	if err != nil {
		return err
	}
	if p.State != PublicityRunning || o.MadeOn > p.LastOn {
		return E(Conflict, "公示 #%d 的异议期不在进行中，不能再提出异议", p.ID)
	}
	l, err := tx.PublicLine(p.ID, o.LineNo)
	if err != nil {
		return err
	}
	var mine int64
	if err := tx.db.Model(&Objection{}).Where("publicity_id = ? AND line_no = ? AND by_member = ? AND state = ?", p.ID, l.No, o.ByMember, ObjectionOpen).Count(&mine).Error; err != nil {
		return readable(err)
	}
	if mine > 0 {
		return E(Conflict, "您对第 %d 行的异议正在处理，不用重复提出；有补充材料请交给经办人", l.No)
	}
	if l.State == LineStruck {
		return E(Conflict, "第 %d 行已因异议成立不予确认，不用再提出异议", l.No)
	}
	if o.TextEnc, err = tx.cipher.Encrypt(objectionText, words); err != nil {
		return err
	}
	if o.ID, err = tx.NextID("objections", 1); err != nil {
		return err
	}
	o.State, o.LineKey = ObjectionOpen, l.LineKey
	if err := readable(tx.db.Omit("open_by").Create(o).Error); CodeOf(err) == Conflict {
		return errRetry // the same person from another phone, or the same message on another replica
	} else if err != nil {
		return err
	}
	if _, err := tx.setPublicLine(p.ID, l.No, LineHeldUp, "OBJECTION_OPEN", LineFree); err != nil {
		return err
	}
	if err := tx.markClaim(l.ClaimID, Objected); err != nil {
		return err
	}
	return tx.Audit(o.MadeAt, Entry{Stream: publicityStream, Actor: actor, Action: "object", Entity: o.Entity(), Data: map[string]any{"publicity": p.ID, "line": l.LineKey, "by_org": o.ByOrg, "due": o.DueOn}})
}

func (tx *Tx) markClaim(id int64, publicity string) error {
	if id == 0 {
		return nil
	}
	return readable(tx.db.Exec("UPDATE claims SET publicity = ? WHERE id = ?", publicity, id).Error)
}

// DecideObjection ends an objection as two people decided: upheld, its line is out, with the reason; rejected, the line is free unless another
// objection to it is open. It returns the line as it then stands.
func (tx *Tx) DecideObjection(o *Objection, upheld bool, answer string, plan int64, actor Actor, run int64, on policy.Date, now policy.Instant) (PublicityLine, error) {
	to := ObjectionRejected
	if upheld {
		to = ObjectionUpheld
	}
	n, err := affected(tx.db.Exec("UPDATE objections SET state = ?, answer = ?, plan_id = ?, decided_on = ? WHERE id = ? AND state = ?", to, answer, plan, on, o.ID, ObjectionOpen))
	if err != nil {
		return PublicityLine{}, err
	}
	if n != 1 {
		return PublicityLine{}, E(Conflict, "异议 #%d 已经处理过", o.ID)
	}
	o.State, o.Answer, o.PlanID, o.DecidedOn = to, answer, plan, on
	var open int64
	if err := tx.db.Model(&Objection{}).Where("publicity_id = ? AND line_no = ? AND state = ?", o.PublicityID, o.LineNo, ObjectionOpen).Count(&open).Error; err != nil {
		return PublicityLine{}, readable(err)
	}
	switch {
	case upheld:
		_, err = tx.setPublicLine(o.PublicityID, o.LineNo, LineStruck, "OBJECTION_UPHELD", LineFree, LineHeldUp)
	case open == 0:
		_, err = tx.setPublicLine(o.PublicityID, o.LineNo, LineFree, "", LineHeldUp)
	}
	if err != nil {
		return PublicityLine{}, err
	}
	l, err := tx.PublicLine(o.PublicityID, o.LineNo)
	if err != nil {
		return l, err
	}
	if l.State == LineFree {
		p, err := tx.Publicity(o.PublicityID)
		if err != nil {
			return l, err
		}
		if err := tx.markClaim(l.ClaimID, string(p.State)); err != nil {
			return l, err
		}
	}
	return l, tx.Audit(now, Entry{
		Stream: publicityStream, Actor: actor, Action: "decide-objection", Entity: o.Entity(), RunID: run, Data: map[string]any{"state": to, "plan": plan, "line": l.LineKey, "line_state": l.State, "answer": answer},
	})
}

// Objection reads one by its number.
func (q Query) Objection(id int64) (Objection, error) {
	return one[Objection](q.db.Where("id = ?", id))
}

// ObjectionsOf lists a list's objections, oldest first.
func (q Query) ObjectionsOf(publicity int64) ([]Objection, error) {
	return find[Objection](q.db.Where("publicity_id = ?", publicity).Order("id"))
}

// ObjectionsIn lists objections in a state, oldest first.
func (q Query) ObjectionsIn(state ObjectionState, limit int) ([]Objection, error) {
	return find[Objection](q.db.Where("state = ?", state).Order("id").Limit(limit))
}

// ObjectionsBy lists what a firm's people have objected to, newest first.
func (q Query) ObjectionsBy(org int64, limit int) ([]Objection, error) {
	return find[Objection](q.db.Where("by_org = ?", org).Order("id DESC").Limit(limit))
}

// ObjectionWords reveals what was written: for the eyes of the officials who decide, and of who wrote it.
func (q Query) ObjectionWords(o Objection) (secret.Text, error) {
	return q.cipher.Decrypt(objectionText, o.TextEnc)
}

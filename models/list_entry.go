package models

import (
	"fmt"

	"duixian/policy"
	"duixian/secret"
)

// ListEntry is a firm on the red or the black list of 三（四）, or on its way there. A black entry begins as a prior notice (拟列入告知), to which the firm
// may state its case until AnswerBy. The lists are published and bar nothing: what bars is the serious-dishonesty list of 五（二）.
type ListEntry struct {
	ID            int64
	List          string // RedList, BlackList
	OrgID         int64
	Basis         string // why, as the firm was told and as it will be published
	State         ListState
	NoticedOn     policy.Date
	AnswerBy      policy.Date // last day for 陈述申辩
	PlanID        int64
	ListedOn      policy.Date
	RemovalPlanID int64
	RemovedOn     policy.Date
	Reason        string // of removal or of dropping the matter
}

// The two lists.
const (
	RedList   = "red"
	BlackList = "black"
)

// ListName is what people call a list.
func ListName(list string) string {
	return map[string]string{RedList: "红榜", BlackList: "黑榜"}[list]
}

// ListState is where an entry stands.
type ListState string

// The states of an entry.
const (
	ListNoticed ListState = "noticed"
	ListListed  ListState = "listed"
	ListRemoved ListState = "removed"
	ListDropped ListState = "dropped" // the matter was not pursued
)

// Text is the state as people read it.
func (s ListState) Text() string {
	return map[ListState]string{ListNoticed: "已告知，待陈述申辩", ListListed: "在榜", ListRemoved: "已移出", ListDropped: "不予列入"}[s]
}

// Entity names an entry in the audit log.
func (e ListEntry) Entity() string { return fmt.Sprintf("list-entry/%d", e.ID) }

// AddListEntry writes a prior notice, or a listing. A firm is on a list, or on its way there, once: Conflict.
func (tx *Tx) AddListEntry(e *ListEntry, actor Actor, run int64, now policy.Instant) error {
	var err error
	if e.ID, err = tx.NextID("list_entries", 1); err != nil {
		return err
	}
	if err := readable(tx.db.Create(e).Error); err != nil {
		if CodeOf(err) == Conflict {
			return E(Conflict, "该机构已在%s或已告知，不能重复", ListName(e.List))
		}
		return err
	}
	return tx.Audit(now, Entry{
		Stream: publicityStream, Actor: actor, Action: "list-" + string(e.State), Entity: e.Entity(), RunID: run, Data: map[string]any{"list": e.List, "org": e.OrgID, "basis": e.Basis, "answer_by": e.AnswerBy, "plan": e.PlanID},
	})
}

// MoveListEntry changes an entry's state by a conditional update, with the day, the plan of the two people and the reason.
func (tx *Tx) MoveListEntry(e *ListEntry, to ListState, plan int64, reason string, on policy.Date, actor Actor, run int64, now policy.Instant) error {
	was := e.State
	switch to {
	case ListListed:
		e.PlanID, e.ListedOn = plan, on
	default:
		e.RemovalPlanID, e.RemovedOn, e.Reason = plan, on, reason
	}
	n, err := affected(tx.db.Exec("UPDATE list_entries SET state = ?, plan_id = ?, listed_on = ?, removal_plan_id = ?, removed_on = ?, reason = ? WHERE id = ? AND state = ?",
		to, e.PlanID, e.ListedOn, e.RemovalPlanID, e.RemovedOn, e.Reason, e.ID, was))
	if err != nil {
		return err
	}
	if n != 1 {
		return E(Conflict, "%s记录 #%d 的状态已经变化，请重新查看", ListName(e.List), e.ID)
	}
	e.State = to
	return tx.Audit(now, Entry{Stream: publicityStream, Actor: actor, Action: "list-" + string(to), Entity: e.Entity(), RunID: run, Data: map[string]any{"list": e.List, "org": e.OrgID, "plan": plan, "reason": reason}})
}

// ListEntry reads one by its number.
func (q Query) ListEntry(id int64) (ListEntry, error) {
	return one[ListEntry](q.db.Where("id = ?", id))
}

// ListEntries lists a list's entries in some states, by number.
func (q Query) ListEntries(list string, states ...ListState) ([]ListEntry, error) {
	return find[ListEntry](q.db.Where("list = ? AND state IN ?", list, states).Order("id"))
}

// ListEntriesOf lists a firm's entries, oldest first.
func (q Query) ListEntriesOf(org int64) ([]ListEntry, error) {
	return find[ListEntry](q.db.Where("org_id = ?", org).Order("id"))
}

// ListStatement is what a firm said to a prior notice. For an official who took it down for the firm, ForFirm is true.
type ListStatement struct {
	ID       int64
	Request  string
	EntryID  int64
	ByMember int64
	ForFirm  bool
	TextEnc  []byte
	MadeOn   policy.Date
	MadeAt   policy.Instant
}

const statementText = "list_statements.text_enc"

// State takes down what a firm says to a prior notice, until its last day; all of it is kept.
func (tx *Tx) State(s *ListStatement, words secret.Text, actor Actor) error {
	old, err := one[ListStatement](tx.db.Where("request = ?", s.Request))
	if err == nil {
		*s = old
		return nil
	}
	if CodeOf(err) != NotFound {
		return err
	}
	e, err := tx.ListEntry(s.EntryID)
	if err != nil {
		return err
	}
	if e.State != ListNoticed || s.MadeOn > e.AnswerBy {
		return E(Conflict, "%s记录 #%d 的陈述申辩期（至 %s）不在进行中", ListName(e.List), e.ID, e.AnswerBy.Text())
	}
	if s.TextEnc, err = tx.cipher.Encrypt(statementText, words); err != nil {
		return err
	}
	if s.ID, err = tx.NextID("list_statements", 1); err != nil {
		return err
	}
	if err := insert(tx.db, []ListStatement{*s}); CodeOf(err) == Conflict {
		return errRetry
	} else if err != nil {
		return err
	}
	return tx.Audit(s.MadeAt, Entry{Stream: publicityStream, Actor: actor, Action: "list-statement", Entity: e.Entity(), Data: map[string]any{"statement": s.ID, "for_firm": s.ForFirm}})
}

// Statements lists what was said to a prior notice, oldest first.
func (q Query) Statements(entry int64) ([]ListStatement, error) {
	return find[ListStatement](q.db.Where("entry_id = ?", entry).Order("id"))
}

// StatementWords reveals what was said: for the officials who decide.
func (q Query) StatementWords(s ListStatement) (secret.Text, error) {
	return q.cipher.Decrypt(statementText, s.TextEnc)
}

// NoticeReached says whether a notice about a thing has reached somebody, as far as its channel can tell.
func (q Query) NoticeReached(kind, thing string) (bool, error) {
	var n int64
	err := q.db.Model(&Notice{}).Where("kind = ? AND thing = ? AND state IN ?", kind, thing, []NoticeState{NoticeAccepted, NoticeDelivered, NoticeRead}).Count(&n).Error
	return n > 0, readable(err)
}

// ListingsOn lists every entry of every list that is open on a day, by what is known that day, in the order of organisations.
func (q Query) ListingsOn(on policy.Date) ([]KnownListing, error) {
	var ids []int64
	if err := q.db.Raw("SELECT DISTINCT org_id FROM listings WHERE org_id <> 0 AND known_on <= ? AND from_on <= ? ORDER BY org_id", on, on).Scan(&ids).Error; err != nil {
		return nil, readable(err)
	}
	rows, err := q.knownListings(ids, on)
	var open []KnownListing
	for _, l := range rows {
		if l.From <= on && (l.To == 0 || on < l.To) {
			open = append(open, l)
		}
	}
	return open, err
}

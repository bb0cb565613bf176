package models

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"duixian/policy"
)

// Publicity (公示) is a list that is shown to the public before it holds: planned when its subject is approved, running from the day on which an
// official recorded that it was published, closed at the end of its last day. Its lines are frozen when it is planned.
type Publicity struct {
	ID          int64
	SubjectKind string // plan, round
	SubjectID   int64
	Kind        string // what sort of list: award, redlist, blacklist, or the round's kind
	Title       string
	Days        int // working days
	State       PublicityState
	PublishedOn policy.Date
	FirstOn     policy.Date // first and last day, both inclusive; 0 while planned
	LastOn      policy.Date
	WhereText   string // where it was published
	ObjectTo    string // whom to turn to with an objection
	PublishedBy string // code of the member who recorded it
	PublishedAt policy.Instant
	LineCount   int
	ListHash    string
	PlannedOn   policy.Date
	ClosedOn    policy.Date
}

// PublicityState is where a publicity stands.
type PublicityState string

// The states of a publicity.
const (
	PublicityPlanned PublicityState = "planned"
	PublicityRunning PublicityState = "running"
	PublicityClosed  PublicityState = "closed"
)

// Text is the state as people read it.
func (s PublicityState) Text() string {
	return map[PublicityState]string{PublicityPlanned: "待发布", PublicityRunning: "公示中", PublicityClosed: "公示期满"}[s]
}

// Shown says whether the public may see the list.
func (p Publicity) Shown() bool { return p.State == PublicityRunning || p.State == PublicityClosed }

// Entity names a publicity in the audit log.
func (p Publicity) Entity() string { return fmt.Sprintf("publicity/%d", p.ID) }

// publicityStream is the audit stream of everything about publicity, objections and the red and black lists.
const publicityStream = "publicity"

// PublicityDraft is a list that is to be shown.
type PublicityDraft struct {
	SubjectKind string
	SubjectID   int64
	Kind, Title string
	Days        int
	Lines       []PublicityLine
}

// PlanPublicity freezes a list, once for each subject: asked again it returns the one that is there. Codes lose their middle; a line in which a full
// identity number stands is refused, and so is a list without lines.
func (tx *Tx) PlanPublicity(d PublicityDraft, actor Actor, run int64, now policy.Instant) (Publicity, error) {
	if old, err := tx.PublicityOf(d.SubjectKind, d.SubjectID); CodeOf(err) != NotFound {
		return old, err
	}
	if len(d.Lines) == 0 || d.Days < 1 {
		return Publicity{}, E(Invalid, "公示名单“%s”没有内容或没有天数", d.Title)
	}
	p := Publicity{SubjectKind: d.SubjectKind, SubjectID: d.SubjectID, Kind: d.Kind, Title: d.Title, Days: d.Days, State: PublicityPlanned, LineCount: len(d.Lines), PlannedOn: now.Date()}
	var err error
	if p.ID, err = tx.NextID("publicities", 1); err != nil {
		return p, err
	}
	lines := make([]PublicityLine, len(d.Lines))
	for i, l := range d.Lines {
		l.PublicityID, l.No, l.State, l.Reason, l.Code = p.ID, i+1, LineFree, "", policy.MaskCode(l.Code)
		l.Hash = l.sum()
		if holdsIDNumber(strings.Join([]string{d.Title, l.Name, l.Code, l.Item, l.Note}, " ")) {
			return p, E(Invalid, "公示名单“%s”第 %d 行含有完整证件号码，不能公示；请先去标识化", d.Title, i+1)
		}
		lines[i] = l
	}
	p.ListHash = listHash(p, lines)
	if err := readable(tx.db.Create(&p).Error); err != nil {
		if CodeOf(err) == Conflict {
			return p, errRetry // somebody planned it between the look and the insert
		}
		return p, err
	}
	if err := insert(tx.db, lines); err != nil {
		return p, err
	}
	if err := tx.markClaims(p.ID, PublicityPlanned, LineFree); err != nil {
		return p, err
	}
	return p, tx.Audit(now, Entry{
		Stream: publicityStream, Actor: actor, Action: "publicity-plan", Entity: p.Entity(), RunID: run,
		Data: map[string]any{"subject": fmt.Sprintf("%s/%d", p.SubjectKind, p.SubjectID), "kind": p.Kind, "lines": p.LineCount, "days": p.Days, "hash": p.ListHash},
	})
}

// holdsIDNumber finds a full identity number with a real day and a right check digit.
func holdsIDNumber(s string) bool {
	for _, found := range idNumber.FindAllString(s, -1) {
		if _, err := policy.ParseResidentID(found); err == nil {
			return true
		}
	}
	return false
}

// listHash covers title, days and every line: what the public saw cannot change underneath.
func listHash(p Publicity, lines []PublicityLine) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%s\n%d\n", p.Kind, p.Title, p.Days)
	for _, l := range lines {
		fmt.Fprintln(h, l.Hash)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Publication is the record that a list was published: on which day, where, by whom, and the days that follow from it.
type Publication struct {
	On, First, Last policy.Date
	Where, ObjectTo string
}

// StartPublicity records a publication. The same record again changes nothing; another one for a list that is published is a conflict.
func (tx *Tx) StartPublicity(p *Publicity, rec Publication, actor Actor, run int64, now policy.Instant) error {
	if p.State != PublicityPlanned {
		if p.PublishedOn == rec.On && p.WhereText == rec.Where {
			return nil
		}
		return E(Conflict, "公示 #%d 已于 %s 在“%s”发布，不能重复登记", p.ID, p.PublishedOn.Text(), p.WhereText)
	}
	n, err := affected(tx.db.Exec(`UPDATE publicities SET state = ?, published_on = ?, first_on = ?, last_on = ?, where_text = ?, object_to = ?, published_by = ?, published_at = ? WHERE id = ? AND state = ?`,
		PublicityRunning, rec.On, rec.First, rec.Last, rec.Where, rec.ObjectTo, actor.Member, now, p.ID, PublicityPlanned))
	if err != nil {
		return err
	}
	if n != 1 {
		return E(Conflict, "公示 #%d 已由别人登记，请重新查看", p.ID)
	}
	p.State, p.PublishedOn, p.FirstOn, p.LastOn, p.WhereText, p.ObjectTo, p.PublishedBy, p.PublishedAt = PublicityRunning, rec.On, rec.First, rec.Last, rec.Where, rec.ObjectTo, actor.Member, now
	if err := tx.markClaims(p.ID, PublicityRunning, LineFree); err != nil {
		return err
	}
	return tx.Audit(now, Entry{
		Stream: publicityStream, Actor: actor, Action: "publicity-start", Entity: p.Entity(), RunID: run,
		Data: map[string]any{"on": rec.On, "first": rec.First, "last": rec.Last, "where": rec.Where, "object_to": rec.ObjectTo, "hash": p.ListHash},
	})
}

// ExtendPublicity moves the last day of a running publicity to a later one, because working days were changed after it was announced. It never
// shortens.
func (tx *Tx) ExtendPublicity(p *Publicity, last policy.Date, run int64, now policy.Instant) error {
	n, err := affected(tx.db.Exec("UPDATE publicities SET last_on = ? WHERE id = ? AND state = ? AND last_on < ?", last, p.ID, PublicityRunning, last))
	if err != nil || n == 0 {
		return err
	}
	was := p.LastOn
	p.LastOn = last
	return tx.Audit(now, Entry{Stream: publicityStream, Actor: System, Action: "publicity-extend", Entity: p.Entity(), RunID: run, Data: map[string]any{"was": was, "last": last}})
}

// ClosePublicity ends a publicity whose last day is over. Lines with an open objection stay held.
func (tx *Tx) ClosePublicity(p *Publicity, on policy.Date, actor Actor, run int64, now policy.Instant) error {
	if on <= p.LastOn {
		return E(Invalid, "公示 #%d 到 %s 才期满，不能提前结束", p.ID, p.LastOn.Text())
	}
	n, err := affected(tx.db.Exec("UPDATE publicities SET state = ?, closed_on = ? WHERE id = ? AND state = ? AND last_on < ?", PublicityClosed, on, p.ID, PublicityRunning, on))
	if err != nil {
		return err
	}
	if n != 1 {
		return E(Conflict, "公示 #%d 不在公示中，不能结束", p.ID)
	}
	p.State, p.ClosedOn = PublicityClosed, on
	if err := tx.markClaims(p.ID, PublicityClosed, LineFree); err != nil {
		return err
	}
	counts, err := tx.LineStates(p.ID)
	if err != nil {
		return err
	}
	return tx.Audit(now, Entry{
		Stream: publicityStream, Actor: actor, Action: "publicity-close", Entity: p.Entity(), RunID: run,
		Data: map[string]any{"on": on, "free": counts[string(LineFree)], "held": counts[string(LineHeldUp)], "dropped": counts[string(LineStruck)], "hash": p.ListHash},
	})
}

// markClaims says in the claims of a list's lines how far their publicity is.
func (tx *Tx) markClaims(publicity int64, publicityState PublicityState, state PublicLineState) error {
	return readable(tx.db.Exec("UPDATE claims SET publicity = ? WHERE id IN (SELECT claim_id FROM publicity_lines WHERE publicity_id = ? AND state = ? AND claim_id <> 0)", publicityState, publicity, state).Error)
}

// Publicity reads one by its number.
func (q Query) Publicity(id int64) (Publicity, error) {
	return one[Publicity](q.db.Where("id = ?", id))
}

// PublicityOf is the publicity of a plan or a round, or NotFound.
func (q Query) PublicityOf(subjectKind string, id int64) (Publicity, error) {
	return one[Publicity](q.db.Where("subject_kind = ? AND subject_id = ?", subjectKind, id))
}

// Publicities lists those in a state, by number; the newest first when they are closed.
func (q Query) Publicities(limit int, states ...PublicityState) ([]Publicity, error) {
	return find[Publicity](q.db.Where("state IN ?", states).Order("id DESC").Limit(limit))
}

// PublicityEnds lists the running ones whose last day lies before a day, oldest first.
func (q Query) PublicityEnds(before policy.Date) ([]Publicity, error) {
	return find[Publicity](q.db.Where("state = ? AND last_on < ?", PublicityRunning, before).Order("id"))
}

// PublicityIntact says whether a list is what was frozen, by its hash and each line's.
func (q Query) PublicityIntact(p Publicity) (bool, error) {
	lines, err := q.PublicLines(p.ID)
	if err != nil || len(lines) != p.LineCount {
		return false, err
	}
	for _, l := range lines {
		if l.Hash != l.sum() {
			return false, nil
		}
	}
	return listHash(p, lines) == p.ListHash, nil
}

// SubjectText names what a list is about.
func (p Publicity) SubjectText() string {
	return fmt.Sprintf("%s #%d", cmp.Or(map[string]string{"plan": "方案", "round": "评定"}[p.SubjectKind], p.SubjectKind), p.SubjectID)
}

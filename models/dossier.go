package models

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"duixian/policy"
)

// SeriousDishonesty is the list that bars (五（二）); other lists are kept and shown, and bar nothing.
const SeriousDishonesty = "严重失信主体名单"

// Dossier is all that was known of an organisation on a day. Questions put to it name the day they are about: "what
// was true on" and "what we knew on" are two dates.
type Dossier struct {
	Org      Organisation
	KnownOn  policy.Date
	Facts    []KnownFact // by kind, day, key
	Listings []KnownListing
	Claims   []Claim            // by day of the fact, id
	Decided  map[int64]Decision // each claim's newest decision
	Awards   []Award
	Official map[int64]OfficialAmount // what officials decided of a claim by then, by claim; the newest
	External []ExternalAward          // of other policies
	Cases    []Adjustment             // what late facts changed after awards
}

// KnownFact is the newest known statement of one thing.
type KnownFact struct {
	ID      int64
	OrgID   int64
	Kind    string
	Key     string
	On      policy.Date
	KnownOn policy.Date
	Attrs   map[string]any // numbers as json.Number
}

// KnownListing is the newest known state of one entry on a list.
type KnownListing struct {
	ID      int64
	OrgID   int64
	List    string
	Issuer  string
	Cause   string
	From    policy.Date
	To      policy.Date // first day off the list; 0 = still on it
	KnownOn policy.Date
}

// Dossiers reads organisations' dossiers as known on a day, in the order of ids.
func (q Query) Dossiers(ids []int64, knownOn policy.Date) ([]*Dossier, error) {
	orgs, err := q.Organisations(ids...)
	if err != nil {
		return nil, err
	}
	byID, list := map[int64]*Dossier{}, make([]*Dossier, 0, len(ids))
	for _, id := range ids {
		org, ok := orgs[id]
		if !ok {
			return nil, fmt.Errorf("机构 #%d: %w", id, ErrNotFound)
		}
		byID[id] = &Dossier{Org: org, KnownOn: knownOn, Decided: map[int64]Decision{}, Official: map[int64]OfficialAmount{}}
		list = append(list, byID[id])
	}
	facts, err := q.knownFacts(q.db.Where("org_id IN ?", ids), knownOn)
	if err != nil {
		return nil, err
	}
	for _, f := range facts {
		byID[f.OrgID].Facts = append(byID[f.OrgID].Facts, f)
	}
	listings, err := q.knownListings(ids, knownOn)
	if err != nil {
		return nil, err
	}
	for _, l := range listings {
		byID[l.OrgID].Listings = append(byID[l.OrgID].Listings, l)
	}
	claims, err := find[Claim](q.db.Where("org_id IN ?", ids).Order("fact_on, id"))
	if err != nil {
		return nil, err
	}
	for _, c := range claims {
		byID[c.OrgID].Claims = append(byID[c.OrgID].Claims, c)
	}
	decisions, err := find[Decision](q.db.Where("id IN (SELECT decision_id FROM claims WHERE org_id IN ?)", ids))
	if err != nil {
		return nil, err
	}
	byClaim := make(map[int64]Decision, len(decisions))
	for _, d := range decisions {
		byClaim[d.ClaimID] = d
	}
	for _, c := range claims {
		if d, ok := byClaim[c.ID]; ok {
			byID[c.OrgID].Decided[c.ID] = d
		}
	}
	awards, err := find[Award](q.db.Where("org_id IN ?", ids).Order("id"))
	if err != nil {
		return nil, err
	}
	for _, a := range awards {
		byID[a.OrgID].Awards = append(byID[a.OrgID].Awards, a)
	}
	official, err := q.officialAmounts(ids, knownOn)
	if err != nil {
		return nil, err
	}
	for _, c := range claims {
		if a, ok := official[c.ID]; ok {
			byID[c.OrgID].Official[c.ID] = a
		}
	}
	external, err := q.ExternalAwards(ids, knownOn)
	if err != nil {
		return nil, err
	}
	for id, rows := range external {
		byID[id].External = rows
	}
	cases, err := q.AdjustmentsOf(ids)
	if err != nil {
		return nil, err
	}
	for _, a := range cases {
		byID[a.OrgID].Cases = append(byID[a.OrgID].Cases, a)
	}
	return list, nil
}

// Dossier reads one organisation's.
func (q Query) Dossier(orgID int64, knownOn policy.Date) (*Dossier, error) {
	list, err := q.Dossiers([]int64{orgID}, knownOn)
	if err != nil {
		return nil, err
	}
	return list[0], nil
}

// FactsOfKind lists the newest known statements of a kind over all organisations.
func (q Query) FactsOfKind(kind string, knownOn policy.Date) ([]KnownFact, error) {
	return q.knownFacts(q.db.Where("kind = ?", kind), knownOn)
}

type factRow struct {
	ID        int64
	OrgID     int64
	Kind      string
	FactKey   string
	OnDay     policy.Date
	Attrs     string
	KnownOn   policy.Date
	Rev       int
	Withdrawn bool
}

// knownFacts picks, per organisation, kind and key, the row with the greatest (known_on, rev) up to the day.
func (q Query) knownFacts(where *gorm.DB, knownOn policy.Date) ([]KnownFact, error) {
	var rows []factRow
	err := where.Table("facts").Where("known_on <= ?", knownOn).Order("org_id, kind, fact_key, known_on, rev").Find(&rows).Error
	if err != nil {
		return nil, readable(err)
	}
	var out []KnownFact
	for i, r := range rows {
		if i+1 < len(rows) && rows[i+1].OrgID == r.OrgID && rows[i+1].Kind == r.Kind && rows[i+1].FactKey == r.FactKey || r.Withdrawn {
			continue
		}
		f := KnownFact{ID: r.ID, OrgID: r.OrgID, Kind: r.Kind, Key: r.FactKey, On: r.OnDay, KnownOn: r.KnownOn}
		dec := json.NewDecoder(bytes.NewReader([]byte(r.Attrs)))
		dec.UseNumber()
		if err := dec.Decode(&f.Attrs); err != nil {
			return nil, fmt.Errorf("资格信息 #%d 的内容无法读取: %w", r.ID, err)
		}
		out = append(out, f)
	}
	slices.SortFunc(out, func(a, b KnownFact) int {
		return cmp.Or(cmp.Compare(a.OrgID, b.OrgID), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.On, b.On), cmp.Compare(a.Key, b.Key))
	})
	return out, nil
}

func (q Query) knownListings(ids []int64, knownOn policy.Date) ([]KnownListing, error) {
	var rows []struct {
		ID, OrgID             int64
		Code, List            string
		Issuer, Cause         string
		FromOn, ToOn, KnownOn policy.Date
		Rev                   int
		Withdrawn             bool
	}
	err := q.db.Table("listings").Where("org_id IN ? AND known_on <= ?", ids, knownOn).Order("org_id, list, from_on, known_on, rev").Find(&rows).Error
	if err != nil {
		return nil, readable(err)
	}
	var out []KnownListing
	for i, r := range rows {
		if i+1 < len(rows) && rows[i+1].OrgID == r.OrgID && rows[i+1].List == r.List && rows[i+1].FromOn == r.FromOn || r.Withdrawn {
			continue
		}
		out = append(out, KnownListing{r.ID, r.OrgID, r.List, r.Issuer, r.Cause, r.FromOn, r.ToOn, r.KnownOn})
	}
	return out, nil
}

// Newest is the statement of a kind with the greatest day up to on, or nil.
func (d *Dossier) Newest(kind string, on policy.Date) *KnownFact {
	var best *KnownFact
	for i := range d.Facts {
		if f := &d.Facts[i]; f.Kind == kind && f.On <= on && (best == nil || f.On >= best.On) {
			best = f
		}
	}
	return best
}

// Rated is the rating in force on a day: the newest confirmed by then, unless its validity is over. nil = none.
func (d *Dossier) Rated(on policy.Date) *KnownFact {
	f := d.Newest("star-rating", on)
	if f == nil {
		return nil
	}
	text, _ := f.Attrs["valid_until"].(string)
	if until, err := policy.ParseDate(text); err == nil && until < on {
		return nil
	}
	return f
}

// PreviousRating is the rating of the year before the day's (上一年度), under a reading of the book's (policy.Book.StarReading): the one in force on its
// 31 December, or only one that was confirmed or changed in that year. nil = none, which is not 无星.
func (d *Dossier) PreviousRating(reading string, on policy.Date) *KnownFact {
	year := on.Year() - 1
	if reading == policy.RatedThatYear {
		if f := d.Newest("star-rating", policy.NewDate(year, 12, 31)); f != nil && f.On.Year() == year {
			return f
		}
		return nil
	}
	return d.Rated(policy.NewDate(year, 12, 31))
}

// Stars is the stars of that rating; nil = not rated.
func (d *Dossier) Stars(reading string, on policy.Date) any {
	if f := d.PreviousRating(reading, on); f != nil {
		return f.Attrs["stars"]
	}
	return nil
}

// Dishonest is the entry on the serious-dishonesty list that covers the day, or nil. An entry counts from its first
// day up to, not including, the day of its removal.
func (d *Dossier) Dishonest(on policy.Date) *KnownListing {
	for i := range d.Listings {
		if l := &d.Listings[i]; l.List == SeriousDishonesty && l.From <= on && (l.To == 0 || on < l.To) {
			return l
		}
	}
	return nil
}

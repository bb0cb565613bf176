package jobs

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"duixian/models"
	"duixian/policy"
)

// selectionItems are the items that reward who is selected in each kind of round.
var selectionItems = map[models.RoundKind]string{models.Backbone: "backbone-firm", models.Integrity: "integrity-firm", models.Elite: "recruit-elite"}

// contender is a candidate with who it is.
type contender struct {
	policy.Candidate
	Org     models.Organisation
	Nominee *models.Nominee // of a person
}

// field is all that a selection is made of, by what is known on a day.
type field struct {
	round      models.Round
	on         policy.Date
	item       *policy.Item
	rules      policy.Selection
	contenders map[string]contender // by subject
	jury       policy.Jury
	juryError  error // why its votes do not count yet; nil when they do, or there is none
	rulings    []models.RoundRuling
	names      map[string]string // of those who entered the rulings, by their codes
	requests   []models.OpinionRequest
	said       map[models.Office]map[string]models.Opinion
	list       []policy.Placing
}

// field gathers the candidates of a round and places them.
func (e *Env) field(q models.Query, r models.Round, on policy.Date) (*field, error) {
	f, err := e.gather(q, r, on)
	if err != nil {
		return nil, err
	}
	f.list, err = f.rules.Place(f.candidates(), f.moves())
	if err != nil {
		return nil, models.E(models.Conflict, "%s：%v", r.Name(), err)
	}
	return f, nil
}

// gather reads the candidates of a round, what each of them is ranked by and what bars them today.
func (e *Env) gather(q models.Query, r models.Round, on policy.Date) (*field, error) {
	item, err := e.Book.Item(selectionItems[r.Kind])
	if err != nil {
		return nil, err
	}
	f := &field{round: r, on: on, item: item, contenders: map[string]contender{}}
	if f.rulings, err = q.Rulings(r.ID); err != nil {
		return nil, err
	}
	f.names = map[string]string{}
	for _, ruling := range f.rulings {
		m, err := q.MemberByCode(ruling.Actor)
		if err != nil && models.CodeOf(err) != models.NotFound {
			return nil, err
		}
		f.names[ruling.Actor] = m.Name
	}
	if f.requests, err = q.OpinionRequests(r.ID); err != nil {
		return nil, err
	}
	if f.said, err = q.Opinions(r.Kind, r.Year, on); err != nil {
		return nil, err
	}
	nominees, err := q.Nominees(r.Kind, r.Year, on)
	if err != nil {
		return nil, err
	}
	if r.Kind == models.Elite {
		err = f.persons(q, nominees)
	} else {
		err = f.firms(q)
	}
	if err != nil {
		return nil, err
	}
	if err := f.seatJury(q); err != nil {
		return nil, err
	}
	f.rules = policy.Selection{Places: int(item.Quota(on)), By: policy.RankBy(item.ID, len(f.jury.Jurors) > 0), Tie: e.Book.Option("backbone.tie")}
	return f, e.bar(q, f)
}

// firms are those whom the year's confirmed star rating has rated, with what went into it, frozen (应评尽评: nobody has to apply).
func (f *field) firms(q models.Query) error {
	stars, err := q.Round(models.StarRating, f.round.Year)
	if models.CodeOf(err) == models.NotFound || err == nil && stars.State != models.RoundConfirmed {
		return models.E(models.Conflict, "%d年度星级评定尚未确认；评选以当年确认的星级为准，请先完成星级评定", f.round.Year)
	}
	if err != nil {
		return err
	}
	entries, err := q.Entries(stars.ID)
	if err != nil {
		return err
	}
	orgs, err := q.Organisations(orgsOf(entries)...)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.State != models.EntryConfirmed {
			continue // postponed: not rated in this round
		}
		c := contender{Org: orgs[e.OrgID], Candidate: policy.Candidate{Subject: e.Subject, Marks: map[string]int64{}}}
		if e.Score != nil {
			c.Marks["score"] = int64(*e.Score)
		}
		if e.Stars == nil || *e.Stars == 0 {
			c.Bars = append(c.Bars, barNoStar)
		}
		in, err := q.RoundInput(stars.ID, e.Subject)
		if err != nil && models.CodeOf(err) != models.NotFound {
			return err
		}
		if err == nil {
			if err := ratedMarks(in, c.Marks); err != nil {
				return fmt.Errorf("%s: %w", e.Subject, err)
			}
		}
		f.contenders[e.Subject] = c
	}
	return nil
}

// barNoStar keeps a firm from being selected that this very year's rating has left without a star. (五（二）speaks of the year before; that bar is asked beside it.)
const barNoStar = "NO_STAR_THIS_YEAR"

// creditGrades are the words of 信用评价 as ranks.
var creditGrades = map[string]int64{"优": 5, "良": 4, "中": 3, "差": 1}

// ratedMarks are the figures that went into a star score. What was not known then is missing here, too.
func ratedMarks(in models.RoundInput, marks map[string]int64) error {
	var known policy.StarInputs
	if err := json.Unmarshal([]byte(in.Inputs), &known); err != nil {
		return err
	}
	for _, id := range []string{"contribution", "revenue"} {
		if v, ok := known.Figures[id]; ok {
			marks[id] = v
		}
	}
	if grade, ok := creditGrades[known.Words["credit"]]; ok {
		marks["credit"] = grade
	}
	if known.Licensed != 0 {
		marks["licensed_on"] = int64(known.Licensed)
	}
	return nil
}

// persons are those who were proposed. Two numbers of one person are one candidate: the subject is the person's keyed hash.
func (f *field) persons(q models.Query, nominees []models.Nominee) error {
	codes := make([]string, len(nominees))
	for i, n := range nominees {
		codes[i] = n.Code
	}
	orgs, err := q.OrganisationsByCode(codes)
	if err != nil {
		return err
	}
	for _, n := range nominees {
		p, err := q.Person(n.PersonID)
		if err != nil {
			return fmt.Errorf("候选 %s: %w", n.Code, err)
		}
		c := contender{Org: orgs[n.Code], Nominee: &n, Candidate: policy.Candidate{Subject: p.IDMAC, Marks: map[string]int64{}}}
		if n.Recruits != nil {
			c.Marks["recruits"] = int64(*n.Recruits)
		}
		f.contenders[p.IDMAC] = c
	}
	return nil
}

// seatJury brings in what the experts say, where there are experts: averages when everybody is in, nothing before.
func (f *field) seatJury(q models.Query) error {
	if f.round.Kind != models.Elite {
		return nil
	}
	byCode := map[string]string{}
	for subject, c := range f.contenders {
		byCode[c.Org.Code] = subject
	}
	codes := sortedKeys(byCode)
	var err error
	if f.jury, err = q.Jury(f.round.Kind, f.round.Year, codes, f.on); err != nil || len(f.jury.Jurors) == 0 {
		return err
	}
	f.jury.DropEnds = true
	averages, err := f.jury.Averages()
	if f.juryError = err; err != nil {
		return nil //nolint:nilerr // said where the list is shown, and in the way of the plan
	}
	for code, average := range averages {
		f.contenders[byCode[code]].Marks["jury"] = average
	}
	return nil
}

func (f *field) candidates() []policy.Candidate {
	var list []policy.Candidate
	for _, subject := range sortedKeys(f.contenders) {
		list = append(list, f.contenders[subject].Candidate)
	}
	return list
}

// moves are the meeting's decisions that stand.
func (f *field) moves() []policy.Move {
	var list []policy.Move
	for _, r := range f.rulings {
		if r.Ruling != models.RulingOpinion {
			list = append(list, policy.Move{Subject: r.Subject, In: r.Ruling == models.RulingIn})
		}
	}
	return list
}

// ruling is the meeting's decision about a subject, or nil.
func (f *field) ruling(subject string) *models.RoundRuling {
	for i, r := range f.rulings {
		if r.Ruling != models.RulingOpinion && r.Subject == subject {
			return &f.rulings[i]
		}
	}
	return nil
}

// selected are the subjects who have a place, in the order of places.
func (f *field) selected() []policy.Placing {
	var list []policy.Placing
	for _, p := range f.list {
		if p.Standing == policy.Selected {
			list = append(list, p)
		}
	}
	slices.SortFunc(list, func(a, b policy.Placing) int { return cmp.Compare(a.Place, b.Place) })
	return list
}

func orgsOf(entries []models.RoundEntry) []int64 {
	ids := make([]int64, len(entries))
	for i, e := range entries {
		ids[i] = e.OrgID
	}
	return ids
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

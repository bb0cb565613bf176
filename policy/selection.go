package policy

import (
	"cmp"
	"fmt"
	"slices"
)

// Selection says how the places of a best-of are given: 每两年评选不超过10家（名）, 三（三）, 三（四）, 三（七）.
type Selection struct {
	Places int         // at most MaxPlaces
	By     []Criterion // what candidates are ranked by, the first before the second
	Tie    string      // TieBreak or CutBelow
}

// MaxPlaces is the most that any selection of the policy may name (不超过10家).
const MaxPlaces = 10

// The readings of equal merit at the last place (backbone.tie): the next criterion parts them, or none of them is selected.
const (
	TieBreak = "tie_break"
	CutBelow = "cut_below"
)

// Candidate is one who might be selected.
type Candidate struct {
	Subject string           // what names it and, when all else is equal, parts it from another: a credit code, a person's keyed hash
	Marks   map[string]int64 // by the criterion's ID; one that is missing is not known, which is not zero
	Bars    []string         // reasons for which it may not be selected; none = it may
}

// Move is a decision of the meeting (集体研究) about one candidate, against its rank.
type Move struct {
	Subject string
	In      bool // takes a place whatever its rank; false = is left out
}

// Standing is what became of a candidate.
type Standing string

// Selected has a place; Reserve moves up when a place becomes free (递补), in the order of the ranks; Barred may not be selected; Incomplete
// lacks what it would be ranked by; MovedOut was left out by the meeting.
const (
	Selected   Standing = "selected"
	Reserve    Standing = "reserve"
	Barred     Standing = "barred"
	Incomplete Standing = "incomplete"
	MovedOut   Standing = "moved_out"
)

// Placing is a candidate's result.
type Placing struct {
	Subject  string
	Standing Standing
	Rank     int      // among those who may be selected, 1 is the best; equal merit is an equal rank under CutBelow. 0 = not ranked
	Place    int      // 1 … Places of those selected, in the order of their ranks
	Reserve  int      // 1 … of the reserves, in the order in which they move up
	Tied     bool     // of equal merit with others across the last place, and cut for it
	Moved    bool     // the meeting decided it, not the rank
	Bars     []string // of a barred one
	Missing  []string // criteria of merit that nobody knows, of an incomplete one
	Behind   string   // of a reserve: the criterion in which it is behind the last one who was selected by rank
}

// Place ranks candidates and gives the places. The order in which they come does not matter. More than Places are never selected: a move
// into the selection takes the place of the last one by rank. It refuses moves of those who may not be selected or cannot be ranked.
func (s Selection) Place(candidates []Candidate, moves []Move) ([]Placing, error) {
	moved, err := s.check(candidates, moves)
	if err != nil {
		return nil, err
	}
	var ranked []Candidate
	var rest []Placing
	for _, c := range candidates {
		p, ok := s.admit(c, moved)
		if !ok {
			rest = append(rest, p)
			continue
		}
		ranked = append(ranked, c)
	}
	slices.SortFunc(ranked, s.Compare)
	slices.SortFunc(rest, func(a, b Placing) int { return cmp.Compare(a.Subject, b.Subject) })

	chosen, cut := s.choose(ranked, moved)
	all := make([]Placing, 0, len(candidates))
	place, reserve := 0, 0
	for i, c := range ranked {
		p := Placing{Subject: c.Subject, Rank: s.rank(ranked, i)}
		_, p.Moved = moved[c.Subject]
		switch {
		case chosen[c.Subject]:
			place++
			p.Standing, p.Place = Selected, place
		default:
			reserve++
			p.Standing, p.Reserve, p.Tied = Reserve, reserve, cut[c.Subject]
			if last := lastByRank(ranked[:i], chosen, moved); last != nil {
				p.Behind = s.parts(*last, c)
			}
		}
		all = append(all, p)
	}
	return append(all, rest...), nil
}

// check refuses what cannot be placed, and returns the moves by subject.
func (s Selection) check(candidates []Candidate, moves []Move) (map[string]bool, error) {
	if s.Places < 1 || s.Places > MaxPlaces {
		return nil, fmt.Errorf("名额为 %d 个，政策规定不超过%d个", s.Places, MaxPlaces)
	}
	known := make(map[string]Candidate, len(candidates))
	for _, c := range candidates {
		if _, twice := known[c.Subject]; twice || c.Subject == "" {
			return nil, fmt.Errorf("候选 %q 没有编号或出现了两次", c.Subject)
		}
		known[c.Subject] = c
	}
	moved, in := map[string]bool{}, 0
	for _, m := range moves {
		c, there := known[m.Subject]
		_, twice := moved[m.Subject]
		switch {
		case !there:
			return nil, fmt.Errorf("集体研究的 %s 不是本轮候选", m.Subject)
		case twice:
			return nil, fmt.Errorf("对 %s 有两个集体研究决定", m.Subject)
		case m.In && len(c.Bars) > 0:
			return nil, fmt.Errorf("%s 不具备入选资格（%s），集体研究不能调入", m.Subject, c.Bars[0])
		case m.In && len(s.Missing(c)) > 0:
			return nil, fmt.Errorf("%s 缺少评选数据，集体研究不能调入", m.Subject)
		}
		if moved[m.Subject] = m.In; m.In {
			in++
		}
	}
	if in > s.Places {
		return nil, fmt.Errorf("集体研究调入 %d 个，超过名额 %d 个", in, s.Places)
	}
	return moved, nil
}

// admit says that a candidate takes part in the ranking, or what stands in its way.
func (s Selection) admit(c Candidate, moved map[string]bool) (Placing, bool) {
	p := Placing{Subject: c.Subject}
	in, decided := moved[c.Subject]
	switch missing := s.Missing(c); {
	case len(c.Bars) > 0:
		p.Standing, p.Bars = Barred, slices.Clone(c.Bars)
	case len(missing) > 0:
		p.Standing, p.Missing = Incomplete, missing
	case decided && !in:
		p.Standing, p.Moved = MovedOut, true
	default:
		return p, true
	}
	return p, false
}

// choose gives the places: first those whom the meeting moved in, the others by rank. Under CutBelow those of equal merit across the last place get none.
func (s Selection) choose(ranked []Candidate, moved map[string]bool) (chosen, cut map[string]bool) {
	chosen, cut = map[string]bool{}, map[string]bool{}
	var byRank []Candidate
	free := s.Places
	for _, c := range ranked {
		if moved[c.Subject] {
			chosen[c.Subject] = true
			free--
			continue
		}
		byRank = append(byRank, c)
	}
	if len(byRank) > free && free > 0 && s.Tie == CutBelow && s.Equal(byRank[free-1], byRank[free]) {
		edge := byRank[free]
		for free > 0 && s.Equal(byRank[free-1], edge) {
			free--
		}
		for _, c := range byRank[free:] {
			if s.Equal(c, edge) {
				cut[c.Subject] = true
			}
		}
	}
	for _, c := range byRank[:min(free, len(byRank))] {
		chosen[c.Subject] = true
	}
	return chosen, cut
}

func (s Selection) rank(ranked []Candidate, i int) int {
	for s.Tie == CutBelow && i > 0 && s.Equal(ranked[i-1], ranked[i]) {
		i--
	}
	return i + 1
}

// lastByRank is the last one who was selected without the meeting's help.
func lastByRank(before []Candidate, chosen, moved map[string]bool) *Candidate {
	for i := len(before) - 1; i >= 0; i-- {
		if c := &before[i]; chosen[c.Subject] && !moved[c.Subject] {
			return c
		}
	}
	return nil
}

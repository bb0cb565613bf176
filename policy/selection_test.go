package policy_test

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"duixian/policy"
)

func backboneRound(tie string) policy.Selection {
	return policy.Selection{Places: 10, By: policy.RankBy("backbone-firm", false), Tie: tie}
}

// field makes n candidates A, B, C … with these scores in hundredths; all else is equal.
func field(scores ...int64) []policy.Candidate {
	var all []policy.Candidate
	for i, s := range scores {
		all = append(all, policy.Candidate{Subject: string(rune('A' + i)), Marks: map[string]int64{"score": s, "credit": 4, "contribution": 100, "revenue": 1000, "licensed_on": 20200101}})
	}
	return all
}

// placings is a result in one line a candidate.
func placings(list []policy.Placing) string {
	var out []string
	for _, p := range list {
		line := fmt.Sprintf("%s %s rank %d", p.Subject, p.Standing, p.Rank)
		if p.Place > 0 {
			line += fmt.Sprintf(" place %d", p.Place)
		}
		if p.Reserve > 0 {
			line += fmt.Sprintf(" reserve %d", p.Reserve)
		}
		if p.Tied {
			line += " tied"
		}
		if p.Moved {
			line += " moved"
		}
		if p.Behind != "" {
			line += " by " + p.Behind
		}
		out = append(out, strings.TrimSpace(line+" "+strings.Join(append(p.Bars, p.Missing...), ",")))
	}
	return strings.Join(out, "\n")
}

func place(t *testing.T, s policy.Selection, c []policy.Candidate, moves ...policy.Move) []policy.Placing {
	t.Helper()
	list, err := s.Place(c, moves)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func expectText(t *testing.T, got, want string) {
	t.Helper()
	if got != strings.TrimSpace(want) {
		t.Errorf("got\n%s\nwant\n%s", got, strings.TrimSpace(want))
	}
}

func TestATieAtTheLastPlace(t *testing.T) {
	c := field(9000, 8000, 8000, 8000)
	c[1].Marks["revenue"] = 2000
	two := backboneRound(policy.TieBreak)
	two.Places = 2
	expectText(t, placings(place(t, two, c)), `
A selected rank 1 place 1
B selected rank 2 place 2
C reserve rank 3 reserve 1 by revenue
D reserve rank 4 reserve 2 by revenue`)
	two.Tie = policy.CutBelow
	expectText(t, placings(place(t, two, c)), `
A selected rank 1 place 1
B reserve rank 2 reserve 1 tied by score
C reserve rank 2 reserve 2 tied by score
D reserve rank 2 reserve 3 tied by score`)
	// a tie that ends at the last place cuts nobody
	three := backboneRound(policy.CutBelow)
	three.Places = 3
	expectText(t, placings(place(t, three, field(9000, 8000, 8000, 7000))), `
A selected rank 1 place 1
B selected rank 2 place 2
C selected rank 2 place 3
D reserve rank 4 reserve 1 by score`)
}

func TestTheOrderOfTheBreakersIsTheReadings(t *testing.T) {
	one := backboneRound(policy.TieBreak)
	one.Places = 1
	for i, breaker := range []struct {
		id     string
		better int64
	}{{"credit", 5}, {"contribution", 101}, {"revenue", 1001}, {"licensed_on", 20191231}} {
		c := field(8000, 8000)
		c[1].Marks[breaker.id] = breaker.better
		for j, later := range []string{"credit", "contribution", "revenue", "licensed_on"} {
			if j > i { // A is better in everything that comes later, to no avail
				c[0].Marks[later] += map[bool]int64{true: -10_000, false: 10}[later == "licensed_on"]
			}
		}
		if list := place(t, one, c); list[0].Subject != "B" || list[1].Behind != breaker.id {
			t.Errorf("%s: %s", breaker.id, placings(list))
		}
	}
	// nothing parts them but their codes
	if list := place(t, one, field(8000, 8000)); list[0].Subject != "A" || list[1].Behind != "" {
		t.Error(placings(list))
	}
	// what is not known comes after what is, and is no zero: below a known zero too
	c := field(8000, 8000)
	delete(c[0].Marks, "revenue")
	c[1].Marks["revenue"] = 0
	if list := place(t, one, c); list[0].Subject != "B" {
		t.Error(placings(list))
	}
}

func TestIntegrityAsksForCreditFirst(t *testing.T) {
	c := field(9900, 6000)
	c[1].Marks["credit"] = 5
	s := policy.Selection{Places: 1, By: policy.RankBy("integrity-firm", false), Tie: policy.TieBreak}
	expectText(t, placings(place(t, s, c)), `
B selected rank 1 place 1
A reserve rank 2 reserve 1 by credit`)
}

func TestWhoMayNotAndWhoIsNotKnown(t *testing.T) {
	c := field(9900, 9800, 9700, 9600)
	c[0].Bars = []string{"NO_STAR_PREV_YEAR"}
	delete(c[1].Marks, "score")
	s := backboneRound(policy.TieBreak)
	s.Places = 1
	expectText(t, placings(place(t, s, c, policy.Move{Subject: "C"})), `
D selected rank 1 place 1
A barred rank 0 NO_STAR_PREV_YEAR
B incomplete rank 0 score
C moved_out rank 0 moved`)
	for subject, want := range map[string]string{"A": "不具备入选资格", "B": "缺少评选数据", "X": "不是本轮候选"} {
		if _, err := s.Place(c, []policy.Move{{Subject: subject, In: true}}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s moved in: %v", subject, err)
		}
	}
	if _, err := s.Place(c, []policy.Move{{Subject: "C", In: true}, {Subject: "D", In: true}}); err == nil {
		t.Error("two were moved into one place")
	}
	if _, err := s.Place(c, []policy.Move{{Subject: "D", In: true}, {Subject: "D"}}); err == nil {
		t.Error("one was moved in and out")
	}
	if _, err := s.Place(append(c, c[3]), nil); err == nil {
		t.Error("one stood twice")
	}
	for _, n := range []int{0, 11} {
		s.Places = n
		if _, err := s.Place(c, nil); err == nil {
			t.Errorf("%d places were given", n)
		}
	}
}

func TestAMoveInTakesTheLastPlaceByRank(t *testing.T) {
	s := backboneRound(policy.TieBreak)
	s.Places = 2
	expectText(t, placings(place(t, s, field(9000, 8900, 8800, 8700), policy.Move{Subject: "D", In: true})), `
A selected rank 1 place 1
B reserve rank 2 reserve 1 by score
C reserve rank 3 reserve 2 by score
D selected rank 4 place 2 moved`)
}

func TestReservesMoveUpInTheirOrder(t *testing.T) {
	s := backboneRound(policy.TieBreak)
	s.Places = 2
	list := place(t, s, field(9000, 8900, 8800, 8700, 8600))
	up := func(s policy.Selection, list []policy.Placing, holding, out string) string {
		set := func(text string) map[string]bool {
			m := map[string]bool{}
			for _, r := range text {
				m[string(r)] = true
			}
			return m
		}
		var names string
		for _, p := range s.Succession(list, set(holding), set(out)) {
			names += p.Subject
		}
		return names
	}
	for _, c := range []struct{ holding, out, want string }{{"AB", "", ""}, {"A", "B", "C"}, {"B", "AC", "D"}, {"", "AB", "CD"}, {"A", "BCDE", ""}} {
		if got := up(s, list, c.holding, c.out); got != c.want {
			t.Errorf("holding %s, out %s: %s moves up, want %s", c.holding, c.out, got, c.want)
		}
	}
	s.Tie = policy.CutBelow
	list = place(t, s, field(9000, 8000, 8000, 7000))
	if got := up(s, list, "A", ""); got != "" {
		t.Errorf("%s moved up alone out of a tie", got)
	}
	if got := up(s, list, "", "A"); got != "BC" {
		t.Errorf("%s moved up for two places", got)
	}
}

// Whatever the field: never more than there are places, the order of the input is of no matter, nobody who may not, nobody past a better one without the
// meeting, nobody lost.
func TestSelectionHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var all []policy.Candidate
		for i := range rapid.IntRange(0, 24).Draw(t, "candidates") {
			c := policy.Candidate{Subject: fmt.Sprintf("S%02d", i), Marks: map[string]int64{}}
			for _, by := range policy.RankBy("backbone-firm", false) {
				if rapid.IntRange(0, 9).Draw(t, "known") > 0 {
					c.Marks[by.ID] = rapid.Int64Range(0, 3).Draw(t, by.ID)
				}
			}
			if rapid.IntRange(0, 5).Draw(t, "bar") == 0 {
				c.Bars = []string{"SERIOUS_DISHONESTY_LIST"}
			}
			all = append(all, c)
		}
		s := policy.Selection{Places: rapid.IntRange(1, 10).Draw(t, "places"), By: policy.RankBy("backbone-firm", false), Tie: rapid.SampledFrom([]string{policy.TieBreak, policy.CutBelow}).Draw(t, "tie")}
		var moves []policy.Move
		for _, c := range all {
			if rapid.IntRange(0, 7).Draw(t, "move") == 0 {
				moves = append(moves, policy.Move{Subject: c.Subject, In: len(c.Bars) == 0 && len(s.Missing(c)) == 0 && len(moves) < s.Places && rapid.Bool().Draw(t, "in")})
			}
		}
		list, err := s.Place(all, moves)
		if err != nil {
			t.Fatal(err)
		}
		shuffled := rapid.Permutation(all).Draw(t, "order")
		again, err := s.Place(shuffled, rapid.Permutation(moves).Draw(t, "moves"))
		if err != nil || !reflect.DeepEqual(list, again) {
			t.Fatalf("another order, another result: %v\n%s\n\n%s", err, placings(list), placings(again))
		}
		byName := map[string]policy.Candidate{}
		for _, c := range all {
			byName[c.Subject] = c
		}
		seen, selected, able := map[string]policy.Placing{}, 0, 0
		for _, p := range list {
			if _, twice := seen[p.Subject]; twice {
				t.Fatalf("%s twice", p.Subject)
			}
			seen[p.Subject] = p
			if p.Standing == policy.Selected || p.Standing == policy.Reserve {
				able++
			}
			if p.Standing == policy.Selected {
				if selected++; p.Place != selected || len(byName[p.Subject].Bars) > 0 || len(s.Missing(byName[p.Subject])) > 0 {
					t.Fatalf("%s", placings(list))
				}
			}
		}
		if len(seen) != len(all) || selected > s.Places || selected > policy.MaxPlaces {
			t.Fatalf("%d of %d, %d selected for %d places\n%s", len(seen), len(all), selected, s.Places, placings(list))
		}
		if s.Tie == policy.TieBreak && selected != min(s.Places, able) {
			t.Fatalf("%d selected of %d for %d places\n%s", selected, able, s.Places, placings(list))
		}
		for a, pa := range seen {
			for b, pb := range seen {
				if pa.Standing != policy.Selected || pa.Moved || pb.Standing != policy.Reserve {
					continue
				}
				if s.Compare(byName[a], byName[b]) > 0 || s.Tie == policy.CutBelow && s.Equal(byName[a], byName[b]) {
					t.Fatalf("%s was selected before %s\n%s", a, b, placings(list))
				}
			}
		}
		holding, out := map[string]bool{}, map[string]bool{}
		for name, p := range seen {
			if p.Standing == policy.Selected {
				(map[bool]map[string]bool{true: holding, false: out}[rapid.Bool().Draw(t, "stays")])[name] = true
			}
		}
		before := maps.Clone(holding)
		for _, p := range s.Succession(list, holding, out) {
			if before[p.Subject] || out[p.Subject] || p.Standing != policy.Reserve {
				t.Fatalf("%s moved up", p.Subject)
			}
			before[p.Subject] = true
		}
		if len(before) > s.Places {
			t.Fatalf("%d hold %d places", len(before), s.Places)
		}
	})
}

func TestJury(t *testing.T) {
	votes := func(points ...int64) []policy.Vote {
		var all []policy.Vote
		for i, p := range points {
			all = append(all, policy.Vote{Juror: fmt.Sprintf("PW%d", i+1), Subject: "GR1", Points: p, Aside: p < 0})
			if p < 0 {
				all[i].Points = 0
			}
		}
		return all
	}
	panel := func(n int) []string {
		var all []string
		for i := range n {
			all = append(all, fmt.Sprintf("PW%d", i+1))
		}
		return all
	}
	for _, c := range []struct {
		name  string
		jury  policy.Jury
		want  string // the average, or part of the refusal
		empty bool
	}{
		{"three", policy.Jury{Jurors: panel(3), Votes: votes(8000, 8500, 9000)}, "85000000", false},
		{"rounded half up", policy.Jury{Jurors: panel(3), Votes: votes(8000, 8000, 8001)}, "80003333", false},
		{"the ends of five", policy.Jury{Jurors: panel(5), Votes: votes(0, 8000, 8500, 9000, 10000), DropEnds: true}, "85000000", false},
		{"the ends of three stay", policy.Jury{Jurors: panel(3), Votes: votes(0, 9000, 9000), DropEnds: true}, "60000000", false},
		{"one aside", policy.Jury{Jurors: panel(5), Votes: votes(8000, 8500, 9000, -1, -1)}, "85000000", false},
		{"too many aside", policy.Jury{Jurors: panel(3), Votes: votes(8000, 8500, -1)}, "", true},
		{"two", policy.Jury{Jurors: panel(2), Votes: votes(8000, 8500)}, "不少于3名的单数", false},
		{"four", policy.Jury{Jurors: panel(4), Votes: votes(8000, 8500, 8500, 8500)}, "不少于3名的单数", false},
		{"one twice", policy.Jury{Jurors: []string{"PW1", "PW1", "PW2"}, Votes: votes(1, 2)}, "重复", false},
		{"one out", policy.Jury{Jurors: panel(3), Votes: votes(8000, 8500)}, "还有 1 份评分未交齐", false},
		{"a stranger", policy.Jury{Jurors: panel(3), Votes: append(votes(1, 2, 3), policy.Vote{Juror: "PW9", Subject: "GR1"})}, "不是评委", false},
		{"of another", policy.Jury{Jurors: panel(3), Votes: append(votes(1, 2, 3), policy.Vote{Juror: "PW1", Subject: "GR2"})}, "不是候选", false},
		{"a word too many", policy.Jury{Jurors: panel(3), Votes: append(votes(1, 2, 3), policy.Vote{Juror: "PW1", Subject: "GR1"})}, "评了两次", false},
		{"101 points", policy.Jury{Jurors: panel(3), Votes: votes(10100, 1, 1)}, "0至100", false},
	} {
		c.jury.Candidates = []string{"GR1"}
		got, err := c.jury.Averages()
		text := fmt.Sprint(got["GR1"])
		if err != nil {
			text = err.Error()
		}
		if _, there := got["GR1"]; c.empty && (there || err != nil) || !c.empty && !strings.Contains(text, c.want) {
			t.Errorf("%s: %v, %v; want %s", c.name, got, err, c.want)
		}
	}
	sealed := policy.Jury{Jurors: panel(3), Candidates: []string{"GR1", "GR2"}, Votes: votes(1, 2, 3)[:2]}
	if got, want := sealed.Waiting(), []string{"PW1/GR2", "PW2/GR2", "PW3/GR1", "PW3/GR2"}; !slices.Equal(got, want) {
		t.Errorf("waiting for %v", got)
	}
	if got := sealed.WaitingFor(); !slices.Equal(got, []string{"PW1", "PW2", "PW3"}) {
		t.Errorf("waiting for %v", got)
	}
}

func TestMarksInWords(t *testing.T) {
	s := policy.Selection{By: append(policy.RankBy("backbone-firm", false), policy.RankBy("recruit-elite", true)...)}
	for id, c := range map[string]struct {
		mark int64
		want string
	}{
		"score": {8805, "88.05分"}, "credit": {5, "优"}, "contribution": {1_200_000, "12,000.00 元"}, "licensed_on": {20190301, "2019年3月1日"},
		"recruits": {21, "21人"}, "jury": {80_003_333, "80.003333分"}, "": {7, "7"},
	} {
		if got := s.Criterion(id).Text(c.mark); got != c.want {
			t.Errorf("%s: %s, want %s", id, got, c.want)
		}
	}
	if got := s.Criterion("jury").Text(85_000_000); got != "85.00分" {
		t.Error(got)
	}
}

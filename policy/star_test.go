package policy_test

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"duixian/policy"
)

// full is a firm with the most points of every indicator: 30+25+20+25.
func full() policy.StarInputs {
	return policy.StarInputs{
		Figures: map[string]int64{"revenue": 10_000_000_000, "contribution": 500_000_000, "served_firms": 300},
		Words:   map[string]string{"credit": "优"},
		Vetoes:  map[string]bool{"serious_dishonesty": false, "licence_lapsed": false, "annual_report_not_published": false, "penalty_in_year": false},
		Code:    "A",
	}
}

// atScore is the sheet of a firm with a total and a grade of credit, reached by a bonus made for the purpose: the vectors speak of totals.
func atScore(t *testing.T, total int, credit string) policy.StarSheet {
	t.Helper()
	m := *policy.BuiltinStarModel()
	m.BonusMax = 11000
	m.Bonus = []policy.StarBonus{{ID: "x", Name: "试题", Each: 1, Points: 1, Max: 11000}}
	in := policy.StarInputs{Figures: map[string]int64{"revenue": 0, "contribution": 0, "served_firms": 0}, Words: map[string]string{"credit": credit}, Vetoes: full().Vetoes, Code: "A"}
	in.Figures["x"] = int64(total - *m.Score(in).Total)
	s := m.Score(in)
	if s.Total == nil || *s.Total != total {
		t.Fatalf("total %v, want %d", s.Total, total)
	}
	return s
}

func TestTheVectorsOfTheModel(t *testing.T) {
	m := policy.BuiltinStarModel()
	if s := m.Score(full()); *s.Total != 10000 || *s.Stars != 5 || s.Points[0].Points != 3000 || s.Points[1].Points != 2500 || s.Points[2].Points != 2000 || s.Points[3].Points != 2500 {
		t.Errorf("30+25+20+25 with 优: %+v", s)
	}
	for _, c := range []struct {
		total  int
		credit string
		stars  int
		reason string
	}{
		{9000, "优", 5, ""},
		{8999, "优", 4, ""},
		{9500, "良", 4, "GATE"},
		{9500, "中", 3, "GATE"},
		{9500, "差", 3, "GATE"},
		{8000, "良", 4, ""},
		{7999, "良", 3, ""},
		{7000, "中", 3, ""},
		{6000, "中", 2, ""},
		{5000, "中", 1, ""},
		{4999, "中", 0, ""},
	} {
		s := atScore(t, c.total, c.credit)
		if *s.Stars != c.stars || strings.Join(s.Reasons, " ") != c.reason {
			t.Errorf("%s with %s: %d stars %v, want %d %s", policy.Points(c.total), c.credit, *s.Stars, s.Reasons, c.stars, c.reason)
		}
	}
	vetoed := full()
	vetoed.Vetoes["serious_dishonesty"] = true
	if s := m.Score(vetoed); *s.Total != 10000 || *s.Stars != 0 || !slices.Equal(s.Reasons, []string{"VETO"}) {
		t.Errorf("100 with a veto: %+v", s)
	}
	fined := full()
	fined.Vetoes["penalty_in_year"] = true
	if s := m.Score(fined); *s.Stars != 5 || !slices.Equal(s.Warnings, []string{"上一年度受过行政处罚"}) {
		t.Errorf("a penalty alone: %+v", s)
	}
	unknown := full()
	delete(unknown.Words, "credit")
	if s := m.Score(unknown); !s.Provisional || s.Stars != nil || s.Total != nil || !slices.Equal(s.Missing, []string{"信用评价"}) || s.Least != 3 || s.Most != 5 {
		t.Errorf("without credit: %+v", s)
	}
}

// F is 0 below the first range, and each bound is inclusive.
func TestTheEdgesOfTheRanges(t *testing.T) {
	m := policy.BuiltinStarModel()
	for _, i := range m.Indicators {
		for grade, bound := range i.Ranges {
			for figure, want := range map[int64]int{bound - 1: grade, bound: grade + 1} {
				in := full()
				in.Figures[i.ID] = figure
				s := m.Score(in)
				for _, p := range s.Points {
					if p.ID == i.ID && (p.Grade != want || p.Points != i.Weight*want/5) {
						t.Errorf("%s %d: grade %d, %d points; want grade %d", i.ID, figure, p.Grade, p.Points, want)
					}
				}
			}
		}
	}
}

func TestWhatTwoPeopleDecidedToRateWithoutCountsNothingAndSaysSo(t *testing.T) {
	in := full()
	delete(in.Figures, "contribution")
	delete(in.Vetoes, "annual_report_not_published")
	in.Without = []string{"contribution", "annual_report_not_published"}
	s := policy.BuiltinStarModel().Score(in)
	if s.Provisional || *s.Total != 7500 || *s.Stars != 3 || !slices.Equal(s.Reasons, []string{"DECIDED_WITHOUT"}) {
		t.Errorf("%+v", s)
	}
}

// firmOf draws a firm; whatever may be missing sometimes is.
func firmOf(t *rapid.T, code string) policy.StarInputs {
	in := policy.StarInputs{Figures: map[string]int64{}, Words: map[string]string{}, Vetoes: map[string]bool{}, Code: code, Licensed: policy.Date(20200101 + rapid.IntRange(0, 3).Draw(t, "licensed"))}
	often := rapid.SampledFrom([]bool{true, true, true, true, true, true, true, false})
	for id, most := range map[string]int64{"revenue": 20_000_000_000, "contribution": 1_000_000_000, "served_firms": 400} {
		if often.Draw(t, id) {
			in.Figures[id] = rapid.Int64Range(0, most).Draw(t, id+" figure")
		}
	}
	for _, id := range []string{"key_industry_firms", "standards", "public_events", "provincial_titles"} {
		if rapid.Bool().Draw(t, id) {
			in.Figures[id] = rapid.Int64Range(0, 1000).Draw(t, id+" figure")
		}
	}
	if often.Draw(t, "credit") {
		in.Words["credit"] = rapid.SampledFrom([]string{"优", "良", "中", "差"}).Draw(t, "grade")
	}
	for _, id := range policy.StarVetoIDs {
		if often.Draw(t, id) {
			in.Vetoes[id] = rapid.IntRange(0, 9).Draw(t, id+" holds") == 0
		}
	}
	return in
}

func TestPropertiesOfTheScore(t *testing.T) {
	m := policy.BuiltinStarModel()
	rapid.Check(t, func(t *rapid.T) {
		in := firmOf(t, "A")
		s := m.Score(in)
		if again := m.Score(in); fmt.Sprintf("%+v", deref(again)) != fmt.Sprintf("%+v", deref(s)) {
			t.Fatal("the same inputs gave another sheet")
		}
		sum := 0
		for _, p := range s.Bonus {
			sum += p.Points
		}
		if s.BonusGiven != min(sum, m.BonusMax) || s.BonusGiven > m.BonusMax {
			t.Fatalf("bonus %d of %d, cap %d", s.BonusGiven, sum, m.BonusMax)
		}
		vetoed := slices.Contains(s.Reasons, policy.StarVetoed)
		if len(s.Missing) > 0 && !vetoed && (s.Stars != nil || !s.Provisional) {
			t.Fatalf("missing %v and yet %+v", s.Missing, s)
		}
		for _, i := range m.Indicators { // what is missing is never a silent zero: the total says nothing
			_, figure := in.Figures[i.ID]
			_, word := in.Words[i.ID]
			if !figure && !word && s.Total != nil {
				t.Fatalf("%s is missing and the total is %d", i.ID, *s.Total)
			}
		}
		if vetoed != (s.Stars != nil && *s.Stars == 0 && slices.ContainsFunc(m.Vetoes, func(v policy.StarVeto) bool { return !v.Warn && in.Vetoes[v.ID] })) {
			t.Fatalf("veto: %+v of %+v", s, in.Vetoes)
		}
		if s.Stars == nil || vetoed {
			return
		}
		// a gate never raises: without gates the stars are at least as many
		free := *m
		free.Levels = slices.Clone(m.Levels)
		for i := range free.Levels {
			free.Levels[i].Gate = nil
		}
		if open := free.Score(in); *open.Stars < *s.Stars {
			t.Fatalf("with gates %d stars, without %d", *s.Stars, *open.Stars)
		}
		// more never costs
		more := in
		more.Figures = maps.Clone(in.Figures)
		more.Figures["revenue"] += rapid.Int64Range(0, 5_000_000_000).Draw(t, "more")
		if up := m.Score(more); *up.Total < *s.Total || *up.Stars < *s.Stars {
			t.Fatalf("more revenue lowered %d to %d", *s.Total, *up.Total)
		}
	})
}

// What a provisional firm may end with lies within what its sheet says.
func TestTheBoundsOfAProvisionalFirmHold(t *testing.T) {
	m := policy.BuiltinStarModel()
	rapid.Check(t, func(t *rapid.T) {
		in, other := firmOf(t, "A"), full()
		s := m.Score(in)
		if !s.Provisional {
			return
		}
		other.Figures["revenue"], other.Figures["contribution"], other.Figures["served_firms"] =
			rapid.Int64Range(0, 20_000_000_000).Draw(t, "r"), rapid.Int64Range(0, 1_000_000_000).Draw(t, "c"), rapid.Int64Range(0, 400).Draw(t, "s")
		other.Words["credit"] = rapid.SampledFrom([]string{"优", "良", "中", "差"}).Draw(t, "word")
		filled := in
		filled.Figures, filled.Words, filled.Vetoes = maps.Clone(in.Figures), maps.Clone(in.Words), maps.Clone(in.Vetoes)
		for _, id := range s.MissingIDs {
			if v, ok := other.Figures[id]; ok {
				filled.Figures[id] = v
			}
			if v, ok := other.Words[id]; ok {
				filled.Words[id] = v
			}
			if slices.Contains(policy.StarVetoIDs, id) {
				filled.Vetoes[id] = rapid.Bool().Draw(t, id+" filled")
			}
		}
		if end := m.Score(filled); end.Stars == nil || *end.Stars < s.Least || *end.Stars > s.Most {
			t.Fatalf("said %d to %d stars, became %+v", s.Least, s.Most, end)
		}
	})
}

func TestTheRankingDoesNotDependOnTheOrderOfTheFiles(t *testing.T) {
	m := policy.BuiltinStarModel()
	rapid.Check(t, func(t *rapid.T) {
		var firms []policy.StarRanked
		for i := range rapid.IntRange(2, 12).Draw(t, "firms") {
			in := firmOf(t, string(rune('A'+i)))
			if i > 0 && rapid.Bool().Draw(t, "tie") { // a twin but for its code
				in = firms[i-1].Inputs
				in.Code = string(rune('A' + i))
			}
			firms = append(firms, policy.StarRanked{Inputs: in, Sheet: m.Score(in)})
		}
		ranks := m.Rank(firms)
		if other := m.Rank(rapid.Permutation(firms).Draw(t, "order")); !maps.Equal(ranks, other) {
			t.Fatalf("%v and %v", ranks, other)
		}
		seen := map[int]bool{}
		for _, a := range firms {
			r := ranks[a.Inputs.Code]
			if (r == 0) != (a.Sheet.Total == nil || a.Sheet.Provisional || slices.Contains(a.Sheet.Reasons, policy.StarVetoed)) || r != 0 && seen[r] {
				t.Fatalf("rank %d of %+v", r, a.Sheet)
			}
			seen[r] = true
			for _, b := range firms {
				if q := ranks[b.Inputs.Code]; r != 0 && q != 0 && *a.Sheet.Total > *b.Sheet.Total && r > q {
					t.Fatalf("%d points rank %d, %d points rank %d", *a.Sheet.Total, r, *b.Sheet.Total, q)
				}
			}
		}
	})
}

func TestWhatIf(t *testing.T) {
	m := policy.BuiltinStarModel()
	other, err := m.With(map[string]string{"营业收入": "35", "credit": "20", "5星": "88", "加分上限": "20"})
	if err != nil {
		t.Fatal(err)
	}
	in := full()
	in.Words["credit"] = "良"
	if before, after := m.Score(in), other.Score(in); *before.Total != 9500 || *after.Total != 9600 {
		t.Errorf("before %d, after %d", *before.Total, *after.Total)
	}
	if m.Indicators[0].Weight != 3000 || m.BonusMax != 1000 || m.Levels[0].Min != 9000 {
		t.Error("the question changed the model itself")
	}
	for wrong, say := range map[string]string{"营业收入=35": "合计 105", "4星=95": "应低于5星", "税收=5": "不能试算", "5星=很多": "不是分数", "0星=5": "不能试算", "营业收入=30.01": "整数倍"} {
		key, value, _ := strings.Cut(wrong, "=")
		_, err := m.With(map[string]string{key: value})
		if e, ok := errors.AsType[*policy.InputError](err); !ok || !strings.Contains(e.Message, say) {
			t.Errorf("%s: %v, want %q", wrong, err, say)
		}
	}
}

func TestAMistakeInTheModelIsNamedWithItsPlace(t *testing.T) {
	good, err := fsText()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := policy.ParseStarModel([]byte(good)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ old, new, say string }{
		{"max: 100\n", "max: 101\n", "合计 100，应等于 max 101"},
		{"weight: 30", "weight: 30.01", "0.05 的整数倍"},
		{"[5, 20, 50, 100, 300]", "[5, 20, 50, 100]", "五个由小到大"},
		{"[5, 20, 50, 100, 300]", "[5, 20, 20, 100, 300]", "五个由小到大"},
		{"source: credit", "source: rumours", "source 应为"},
		{"effect: warn", "effect: maybe", "effect 应为"},
		{"id: penalty_in_year", "id: bad_hair", "没有办法判断"},
		{"gate: {credit: 优}", "gate: {credit: 优秀}", "不是某个指标的等级"},
		{"{stars: 4, min: 80", "{stars: 4, min: 95", "min 递减"},
		{"  - {stars: 0, min: 0}\n", "", "六级"},
		{"rank_by: [score, credit", "rank_by: [score, beauty", "不是 score 或某个指标"},
		{"validity_years: 2", "validity: 2", "不认识的键"},
		{"each: 10", "each: 0", "每 each"},
		{"id: contribution", "id: revenue", "不能重复"},
		{"优: 5, 良: 4", "优: 5, 良: 5", "不重复"},
	} {
		bad := strings.Replace(good, c.old, c.new, 1)
		if bad == good {
			t.Fatalf("%q is not in the file", c.old)
		}
		_, err := policy.ParseStarModel([]byte(bad))
		e, ok := errors.AsType[*policy.LoadError](err)
		if !ok || !strings.Contains(e.Message, c.say) || e.Line == 0 || e.Column == 0 {
			t.Errorf("%s → %s: %v, want %q with line and column", c.old, c.new, err, c.say)
		}
	}
}

// deref spells the pointers of a sheet out.
func deref(s policy.StarSheet) []any {
	out := []any{s.Points, s.Bonus, s.BonusGiven, s.Missing, s.Reasons, s.Warnings, s.Steps}
	for _, p := range []*int{s.Total, s.Stars} {
		if p != nil {
			out = append(out, *p)
		}
	}
	return out
}

// fsText is the built-in model as text.
func fsText() (string, error) {
	data, err := os.ReadFile("books/jinhua/star.yaml")
	return string(data), err
}

// The file comes from people: whatever it holds is a model or an error.
func FuzzStarModel(f *testing.F) {
	good, err := fsText()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add(strings.Replace(good, "30", "-30", 1))
	f.Add("model: x\nstars: [{stars: 5}]\n")
	f.Fuzz(func(t *testing.T, text string) {
		m, err := policy.ParseStarModel([]byte(text))
		if err == nil && len(m.Levels) != 6 {
			t.Errorf("accepted with %d levels", len(m.Levels))
		}
		if err == nil {
			m.Score(full())
		}
	})
}

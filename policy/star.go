package policy

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// StarModel is how firms are rated, as data: see books/jinhua/star.yaml. It does not change after it is loaded and may be shared. Points are
// hundredths of a point everywhere in Go.
type StarModel struct {
	Name       string
	Version    int
	Max        int
	BonusMax   int
	Vetoes     []StarVeto
	Indicators []StarIndicator
	Bonus      []StarBonus
	Levels     []StarLevel // five stars first
	RankBy     []string
	Validity   int // years; 0 = until the next rating
}

// StarVeto is a circumstance that gives no star, or is only said.
type StarVeto struct {
	ID, Name, Clause string
	Warn             bool
}

// StarIndicator is one factor: either a figure with ranges, or a word with grades.
type StarIndicator struct {
	ID, Name, Source, Unit, Basis string
	Weight                        int            // hundredths
	Ranges                        []int64        // lower bounds of grade 1 to 5; money in fen
	Grades                        map[string]int // word → grade
}

// StarBonus gives Points for each Each of a thing, up to Max.
type StarBonus struct {
	ID, Name, Source, Unit string
	Each                   int64
	Points, Max            int // hundredths
}

// StarLevel is a number of stars: the points it takes, and the least word of an indicator.
type StarLevel struct {
	Stars, Min int // hundredths
	Gate       map[string]string
}

// StarInputs is what is known of one firm. What is not in a map is not known.
type StarInputs struct {
	Figures  map[string]int64  `json:"figures,omitempty"` // indicators and bonus by id; money in fen
	Words    map[string]string `json:"words,omitempty"`   // indicators that are words
	Vetoes   map[string]bool   `json:"vetoes,omitempty"`
	Licensed Date              `json:"licensed,omitempty"` // of its first licence or filing: breaks ties
	Code     string            `json:"code"`
	Without  []string          `json:"without,omitempty"` // indicators that two people decided to count as nothing because nobody knows them
}

// StarSheet is the score sheet of one firm.
type StarSheet struct {
	Model       string      `json:"model"`
	Points      []StarPoint `json:"points"`
	Bonus       []StarPoint `json:"bonus,omitempty"`
	BonusGiven  int         `json:"bonus_given"` // after the cap
	Total       *int        `json:"total"`       // nil while an indicator is missing
	Stars       *int        `json:"stars"`       // nil while it cannot be said
	Provisional bool        `json:"provisional,omitempty"`
	Missing     []string    `json:"missing,omitempty"` // names
	MissingIDs  []string    `json:"missing_ids,omitempty"`
	Least       int         `json:"least"`             // stars if all that is missing turned out worst …
	Most        int         `json:"most"`              // … or best
	Reasons     []string    `json:"reasons,omitempty"` // VETO, GATE, MISSING_FACT, DECIDED_WITHOUT
	Warnings    []string    `json:"warnings,omitempty"`
	Steps       []string    `json:"steps"`
}

// StarPoint is one line of a sheet.
type StarPoint struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Value   string `json:"value"` // as people read it
	Grade   int    `json:"grade"`
	Points  int    `json:"points"`
	Of      int    `json:"of"`
	Missing bool   `json:"missing,omitempty"`
}

// Reasons of a sheet.
const (
	StarVetoed  = "VETO"
	StarGated   = "GATE"
	StarMissing = "MISSING_FACT"
	StarWithout = "DECIDED_WITHOUT"
)

// Title names the model and its content: jinhua-star-1-5f2a90c1. A model that was edited without a new number has another title.
func (m *StarModel) Title() string {
	j, err := json.Marshal(m)
	if err != nil {
		panic(err) // text and numbers only
	}
	sum := sha256.Sum256(j)
	return fmt.Sprintf("%s-%d-%s", m.Name, m.Version, hex.EncodeToString(sum[:4]))
}

// Score rates one firm. It is pure: the same inputs give the same sheet. Missing data are never zero: without an indicator or the answer to a
// veto the firm is provisional, unless a veto decides anyway.
func (m *StarModel) Score(in StarInputs) StarSheet {
	s := StarSheet{Model: m.Title()}
	total := 0
	for _, i := range m.Indicators {
		p, step := i.point(in)
		if p.Missing {
			s.Missing, s.MissingIDs = append(s.Missing, i.Name), append(s.MissingIDs, i.ID)
		}
		if _, known := i.grade(in); !known && !p.Missing {
			s.reason(StarWithout)
		}
		total += p.Points
		s.Points, s.Steps = append(s.Points, p), append(s.Steps, step)
	}
	given := 0
	for _, b := range m.Bonus {
		p, step := b.point(in)
		if step == "" {
			continue
		}
		given += p.Points
		s.Bonus, s.Steps = append(s.Bonus, p), append(s.Steps, step)
	}
	s.BonusGiven = min(given, m.BonusMax)
	if given > m.BonusMax {
		s.Steps = append(s.Steps, fmt.Sprintf("加分合计 %s 分，按上限计 %s 分", Points(given), Points(m.BonusMax)))
	}
	total += s.BonusGiven
	if len(s.Missing) == 0 {
		s.Total = new(total)
		s.Steps = append(s.Steps, fmt.Sprintf("总分 %s 分", Points(total)))
	}
	vetoed := false
	for _, v := range m.Vetoes {
		switch holds, known := in.Vetoes[v.ID]; {
		case !known && !v.Warn && slices.Contains(in.Without, v.ID):
			s.reason(StarWithout)
			s.Steps = append(s.Steps, v.Name+"：没有资料，按两人决定视为没有")
		case !known && !v.Warn:
			s.Missing, s.MissingIDs = append(s.Missing, v.Name), append(s.MissingIDs, v.ID)
		case holds && v.Warn:
			s.Warnings = append(s.Warnings, v.Name)
			s.Steps = append(s.Steps, v.Name+"：仅作提示，不影响星级")
		case holds:
			vetoed = true
			s.reason(StarVetoed)
			s.Steps = append(s.Steps, fmt.Sprintf("%s（%s）：评为无星", v.Name, v.Clause))
		}
	}
	if vetoed {
		s.Stars = new(0)
		return s
	}
	if len(s.Missing) > 0 {
		s.Provisional = true
		s.reason(StarMissing)
		s.Least, s.Most = m.bounds(in)
		if slices.ContainsFunc(m.Vetoes, func(v StarVeto) bool { return slices.Contains(s.Missing, v.Name) }) {
			s.Least = 0
		}
		s.Steps = append(s.Steps, "缺少："+strings.Join(s.Missing, "、")+"；资料补齐前不评星")
		return s
	}
	stars, gated := m.level(total, in)
	s.Stars, s.Least, s.Most = new(stars), stars, stars
	if gated != "" {
		s.reason(StarGated)
		s.Steps = append(s.Steps, gated)
	}
	s.Steps = append(s.Steps, "评定为"+StarsText(stars))
	return s
}

func (s *StarSheet) reason(code string) {
	if !slices.Contains(s.Reasons, code) {
		s.Reasons = append(s.Reasons, code)
	}
}

// grade is F, from 0 (below the first range) to 5, and whether the indicator is known.
func (i StarIndicator) grade(in StarInputs) (int, bool) {
	if i.Grades != nil {
		word, known := in.Words[i.ID]
		return i.Grades[word], known
	}
	figure, known := in.Figures[i.ID]
	n := 0
	for _, bound := range i.Ranges {
		if figure >= bound {
			n++
		}
	}
	return n, known
}

func (i StarIndicator) point(in StarInputs) (StarPoint, string) {
	p := StarPoint{ID: i.ID, Name: i.Name, Of: i.Weight}
	f, known := i.grade(in)
	switch {
	case known:
		p.Grade, p.Points, p.Value = f, i.Weight*f/5, i.text(in)
		return p, fmt.Sprintf("%s %s：第 %d 档，%s 分（满分 %s 分）", i.Name, p.Value, f, Points(p.Points), Points(i.Weight))
	case slices.Contains(in.Without, i.ID):
		p.Value = "按决定不计"
		return p, fmt.Sprintf("%s：没有资料，按两人决定计 0 分（满分 %s 分）", i.Name, Points(i.Weight))
	}
	p.Value, p.Missing = "缺", true
	return p, fmt.Sprintf("%s：缺少资料，未计分（满分 %s 分）", i.Name, Points(i.Weight))
}

func (i StarIndicator) text(in StarInputs) string {
	switch {
	case i.Grades != nil:
		return in.Words[i.ID]
	case i.Unit == "元":
		return Fen(in.Figures[i.ID]).Text()
	}
	return fmt.Sprintf("%d %s", in.Figures[i.ID], i.Unit)
}

// point is empty for a bonus that was not asked for.
func (b StarBonus) point(in StarInputs) (StarPoint, string) {
	n, known := in.Figures[b.ID]
	if !known || n == 0 {
		return StarPoint{}, ""
	}
	points := int(min(int64(b.Max), n/b.Each*int64(b.Points)))
	return StarPoint{ID: b.ID, Name: b.Name, Value: fmt.Sprintf("%d %s", n, b.Unit), Points: points, Of: b.Max},
		fmt.Sprintf("加分 %s %d %s：%s 分（至多 %s 分）", b.Name, n, b.Unit, Points(points), Points(b.Max))
}

// level is the most stars whose points and gate are both reached; gated says which gate cost how much.
func (m *StarModel) level(total int, in StarInputs) (stars int, gated string) {
	for _, l := range m.Levels {
		if total < l.Min {
			continue
		}
		missed := ""
		for _, i := range m.Indicators {
			if need, ok := l.Gate[i.ID]; ok && i.Grades[in.Words[i.ID]] < i.Grades[need] {
				missed = fmt.Sprintf("总分够%s，但%s未达“%s”", StarsText(l.Stars), i.Name, need)
			}
		}
		if missed == "" {
			return l.Stars, gated
		}
		gated = cmp.Or(gated, missed)
	}
	return 0, gated
}

// bounds is the stars a provisional firm may end with: everything that is missing at its worst, and at its best.
func (m *StarModel) bounds(in StarInputs) (least, most int) {
	score := func(grade int) int {
		total, given := 0, 0
		words := map[string]string{}
		for _, i := range m.Indicators {
			f, known := i.grade(in)
			if !known && !slices.Contains(in.Without, i.ID) {
				f = grade
			}
			total += i.Weight * f / 5
			for word, g := range i.Grades { // at most one word a grade
				if g == f {
					words[i.ID] = word
				}
			}
		}
		for _, b := range m.Bonus {
			p, _ := b.point(in)
			given += p.Points
		}
		stars, _ := m.level(total+min(given, m.BonusMax), StarInputs{Words: words})
		return stars
	}
	return score(0), score(5)
}

// StarRanked is a firm on its way into a ranking.
type StarRanked struct {
	Inputs StarInputs
	Sheet  StarSheet
}

// Rank orders firms, the best first, by the model's order and at the very end by licence and code: never by chance, nor by the order in which
// they come. Those without total or with a veto are not ranked. It returns the rank by code.
func (m *StarModel) Rank(firms []StarRanked) map[string]int {
	in := slices.DeleteFunc(slices.Clone(firms), func(f StarRanked) bool {
		return f.Sheet.Total == nil || f.Sheet.Provisional || slices.Contains(f.Sheet.Reasons, StarVetoed)
	})
	slices.SortFunc(in, func(a, b StarRanked) int {
		for _, by := range m.RankBy {
			x, y := m.rankKey(by, a), m.rankKey(by, b)
			if x != y {
				return cmp.Compare(y, x)
			}
		}
		return cmp.Or(cmp.Compare(cmp.Or(a.Inputs.Licensed, 99991231), cmp.Or(b.Inputs.Licensed, 99991231)), cmp.Compare(a.Inputs.Code, b.Inputs.Code))
	})
	ranks := make(map[string]int, len(in))
	for i, f := range in {
		ranks[f.Inputs.Code] = i + 1
	}
	return ranks
}

func (m *StarModel) rankKey(by string, f StarRanked) int64 {
	if by == "score" {
		return int64(*f.Sheet.Total)
	}
	for _, i := range m.Indicators {
		if i.ID == by && i.Grades != nil {
			g, _ := i.grade(f.Inputs)
			return int64(g)
		}
	}
	return f.Inputs.Figures[by]
}

// Indicator finds an indicator by id or name.
func (m *StarModel) Indicator(name string) (StarIndicator, bool) {
	i := slices.IndexFunc(m.Indicators, func(i StarIndicator) bool { return i.ID == name || i.Name == name })
	if i < 0 {
		return StarIndicator{}, false
	}
	return m.Indicators[i], true
}

// Points writes hundredths of a point: 89.99, 90.
func Points(hundredths int) string {
	s := fmt.Sprintf("%d.%02d", hundredths/100, hundredths%100)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// ParsePoints reads 89.99 as 8999; more than two decimals are refused.
func ParsePoints(s string) (int, error) {
	whole, frac, _ := strings.Cut(s, ".")
	if n, err := strconv.Atoi(whole); err == nil && n >= 0 && n <= 10000 && len(frac) <= 2 {
		f, err := strconv.Atoi(cmp.Or((frac + "00")[:2], "0"))
		if err == nil && f >= 0 {
			return 100*n + f, nil
		}
	}
	return 0, fmt.Errorf("%q 不是分数（至多两位小数）", s)
}

// StarsText is a rating as people read it; none is 无星.
func StarsText(stars int) string {
	if stars == 0 {
		return "无星"
	}
	return fmt.Sprintf("%d星", stars)
}

package policy

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"sync"

	"github.com/goccy/go-yaml/ast"
)

const starFile = "star.yaml"

// starModelFile is star.yaml.
type starModelFile struct {
	Model    string     `yaml:"model"`
	Version  int        `yaml:"version"`
	Max      plainValue `yaml:"max"`
	BonusMax plainValue `yaml:"bonus_max"`
	Vetoes   []struct {
		ID     string `yaml:"id"`
		Name   string `yaml:"name"`
		Effect string `yaml:"effect"`
		Clause string `yaml:"clause"`
	} `yaml:"vetoes"`
	Indicators []struct {
		ID     string         `yaml:"id"`
		Name   string         `yaml:"name"`
		Source string         `yaml:"source"`
		Unit   string         `yaml:"unit"`
		Basis  string         `yaml:"basis"`
		Weight plainValue     `yaml:"weight"`
		Ranges []int64        `yaml:"ranges"`
		Grades map[string]int `yaml:"grades"`
	} `yaml:"indicators"`
	Bonus []struct {
		ID     string     `yaml:"id"`
		Name   string     `yaml:"name"`
		Source string     `yaml:"source"`
		Unit   string     `yaml:"unit"`
		Each   int64      `yaml:"each"`
		Points plainValue `yaml:"points"`
		Max    plainValue `yaml:"max"`
	} `yaml:"bonus"`
	Stars []struct {
		Stars int               `yaml:"stars"`
		Min   plainValue        `yaml:"min"`
		Gate  map[string]string `yaml:"gate"`
	} `yaml:"stars"`
	RankBy   []string `yaml:"rank_by"`
	Validity int      `yaml:"validity_years"`
}

// BuiltinStarModel is the model that comes with the program.
var BuiltinStarModel = sync.OnceValue(func() *StarModel {
	data, err := books.ReadFile("books/" + DefaultBook + "/" + starFile)
	if err != nil {
		panic(err) // the file is linked in
	}
	m, err := ParseStarModel(data)
	if err != nil {
		panic(err) // and tested
	}
	return m
})

// LoadStarModel reads star.yaml beside a book; a directory without one has the built-in model. Mistakes are *LoadError with file, line and column.
func LoadStarModel(dir fs.FS) (*StarModel, error) {
	data, err := fs.ReadFile(dir, starFile)
	if errors.Is(err, fs.ErrNotExist) {
		return BuiltinStarModel(), nil
	}
	if err != nil {
		return nil, err
	}
	return ParseStarModel(data)
}

// starLoader keeps the first mistake.
type starLoader struct {
	root ast.Node
	err  error
}

func (l *starLoader) bad(path []any, format string, args ...any) {
	if l.err == nil {
		l.err = loadError(starFile, find(l.root, path...), format, args...)
	}
}

// points reads a number of points, in hundredths.
func (l *starLoader) points(v plainValue, path ...any) int {
	n, ok := v.value.(json.Number)
	if !ok {
		l.bad(path, "应写一个分数，例如 25 或 2.5")
		return 0
	}
	p, err := ParsePoints(n.String())
	if err != nil {
		l.bad(path, "%v", err)
	}
	return p
}

// starSources are the datasets that a model may take from.
var starSources = []string{"annual-reports", "contributions", "credit"}

// StarVetoIDs are the circumstances that the program can find out; a model may use no other.
var StarVetoIDs = []string{"serious_dishonesty", "licence_lapsed", "annual_report_not_published", "penalty_in_year"}

// ParseStarModel reads a model.
func ParseStarModel(data []byte) (*StarModel, error) {
	root, err := parseFile(starFile, data)
	if err != nil {
		return nil, err
	}
	var f starModelFile
	if err := decodeNode(starFile, root, &f); err != nil {
		return nil, err
	}
	l := &starLoader{root: root}
	m := &StarModel{Name: f.Model, Version: f.Version, Max: l.points(f.Max, "max"), BonusMax: l.points(f.BonusMax, "bonus_max"), RankBy: f.RankBy, Validity: f.Validity}
	if m.Name == "" || m.Version < 1 {
		l.bad([]any{"model"}, "应写明 model 和 1 以上的 version")
	}
	seen := map[string]bool{}
	named := func(part string, i int, id, name string) {
		if id == "" || name == "" || seen[id] {
			l.bad([]any{part, i}, "id 和 name 都要有，id 不能重复（%q）", id)
		}
		seen[id] = true
	}
	for i, v := range f.Vetoes {
		named("vetoes", i, v.ID, v.Name)
		if !slices.Contains(StarVetoIDs, v.ID) {
			l.bad([]any{"vetoes", i, "id"}, "程序没有办法判断 %q，可用：%v", v.ID, StarVetoIDs)
		}
		if v.Effect != "veto" && v.Effect != "warn" {
			l.bad([]any{"vetoes", i, "effect"}, "effect 应为 veto（评为无星）或 warn（仅提示）")
		}
		m.Vetoes = append(m.Vetoes, StarVeto{ID: v.ID, Name: v.Name, Clause: v.Clause, Warn: v.Effect == "warn"})
	}
	for i, v := range f.Indicators {
		named("indicators", i, v.ID, v.Name)
		x := StarIndicator{ID: v.ID, Name: v.Name, Source: v.Source, Unit: v.Unit, Basis: v.Basis, Weight: l.points(v.Weight, "indicators", i, "weight"), Ranges: v.Ranges, Grades: v.Grades}
		l.indicator(i, &x)
		m.Indicators = append(m.Indicators, x)
	}
	for i, v := range f.Bonus {
		named("bonus", i, v.ID, v.Name)
		b := StarBonus{ID: v.ID, Name: v.Name, Source: v.Source, Unit: v.Unit, Each: v.Each, Points: l.points(v.Points, "bonus", i, "points"), Max: l.points(v.Max, "bonus", i, "max")}
		if b.Each < 1 || b.Points < 1 || b.Max < b.Points || !slices.Contains(starSources, b.Source) {
			l.bad([]any{"bonus", i}, "每 each（1 以上）计 points 分，不超过 max；source 应为 %v 之一", starSources)
		}
		m.Bonus = append(m.Bonus, b)
	}
	for i, v := range f.Stars {
		m.Levels = append(m.Levels, StarLevel{Stars: v.Stars, Min: l.points(v.Min, "stars", i, "min"), Gate: v.Gate})
	}
	l.whole(m)
	if l.err != nil {
		return nil, l.err
	}
	return m, nil
}

// indicator checks one factor and turns the ranges of money into fen.
func (l *starLoader) indicator(i int, x *StarIndicator) {
	at := func(key string) []any { return []any{"indicators", i, key} }
	switch {
	case !slices.Contains(starSources, x.Source):
		l.bad(at("source"), "source 应为 %v 之一", starSources)
	case (x.Ranges == nil) == (x.Grades == nil):
		l.bad(at("weight"), "应写 ranges（数值）或 grades（等级）其中之一")
	case x.Weight%5 != 0:
		l.bad(at("weight"), "权重应为 0.05 的整数倍，五档才能除尽")
	case x.Ranges != nil && (len(x.Ranges) != 5 || !slices.IsSorted(x.Ranges) || len(slices.Compact(slices.Clone(x.Ranges))) != 5 || x.Ranges[0] < 1):
		l.bad(at("ranges"), "ranges 应是五个由小到大的正数：第 1 至第 5 档的下限")
	}
	used := map[int]string{}
	for _, word := range slices.Sorted(maps.Keys(x.Grades)) {
		g := x.Grades[word]
		if g < 0 || g > 5 || used[g] != "" {
			l.bad(at("grades"), "等级 %s 的档次应为 0 到 5，不重复", word)
		}
		used[g] = word
	}
	if x.Unit == "元" && len(x.Ranges) == 5 {
		if x.Ranges[4] > int64(Yuan(1_000_000_000_000))/100 {
			l.bad(at("ranges"), "金额太大")
			return
		}
		x.Ranges = slices.Clone(x.Ranges)
		for j := range x.Ranges {
			x.Ranges[j] *= 100
		}
	}
}

// whole checks what only the whole model shows.
func (l *starLoader) whole(m *StarModel) {
	sum := 0
	for _, i := range m.Indicators {
		sum += i.Weight
	}
	if sum != m.Max {
		l.bad([]any{"max"}, "各指标权重合计 %s，应等于 max %s", Points(sum), Points(m.Max))
	}
	if m.Validity < 0 || m.Validity > 10 {
		l.bad([]any{"validity_years"}, "validity_years 应为 0（至下次评定）到 10")
	}
	for i, level := range m.Levels {
		if level.Stars != 5-i || i > 0 && level.Min >= m.Levels[i-1].Min || i == 5 && level.Min != 0 {
			l.bad([]any{"stars", i}, "应从 5 星到 0 星依次写，min 递减，0 星的 min 为 0")
		}
		for _, id := range slices.Sorted(maps.Keys(level.Gate)) {
			if x, ok := m.Indicator(id); !ok || x.ID != id || x.Grades[level.Gate[id]] == 0 {
				l.bad([]any{"stars", i, "gate"}, "门槛 %s: %s 不是某个指标的等级", id, level.Gate[id])
			}
		}
	}
	if len(m.Levels) != 6 {
		l.bad([]any{"stars"}, "应写满 5 星到 0 星六级")
	}
	for i, by := range m.RankBy {
		if x, ok := m.Indicator(by); by != "score" && (!ok || x.ID != by) {
			l.bad([]any{"rank_by", i}, "%q 不是 score 或某个指标", by)
		}
	}
}

// With is the model under other weights and bounds, for what-if questions: 营业收入=35 信用评价=20 5星=88 加分上限=20. The weights must still add up.
// It is named after the original with a mark, so that no sheet of it is taken for a real one.
func (m *StarModel) With(changes map[string]string) (*StarModel, error) {
	c := *m
	c.Name += "（试算）"
	c.Indicators, c.Levels = slices.Clone(m.Indicators), slices.Clone(m.Levels)
	for _, key := range slices.Sorted(maps.Keys(changes)) {
		points, err := ParsePoints(changes[key])
		if err != nil {
			return nil, &InputError{key, fmt.Sprintf("%s：%v", key, err)}
		}
		i := slices.IndexFunc(c.Indicators, func(x StarIndicator) bool { return x.ID == key || x.Name == key })
		level := slices.IndexFunc(c.Levels, func(x StarLevel) bool {
			return strconv.Itoa(x.Stars)+"星" == key || "star"+strconv.Itoa(x.Stars) == key
		})
		switch {
		case i >= 0 && points%5 != 0:
			return nil, &InputError{key, fmt.Sprintf("%s 的权重应为 0.05 的整数倍", key)}
		case i >= 0:
			c.Indicators[i].Weight = points
		case level >= 0 && c.Levels[level].Stars > 0:
			c.Levels[level].Min = points
		case key == "加分上限" || key == "bonus_max":
			c.BonusMax = points
		default:
			return nil, &InputError{key, fmt.Sprintf("不能试算 %q；可以改权重（%s）、分数线（5星至1星）、加分上限", key, m.names())}
		}
	}
	sum := 0
	for _, i := range c.Indicators {
		sum += i.Weight
	}
	if sum != c.Max {
		return nil, &InputError{"", fmt.Sprintf("各指标权重合计 %s，应等于 %s：调高一项时请同时调低另一项", Points(sum), Points(c.Max))}
	}
	for i := 1; i < len(c.Levels); i++ {
		if c.Levels[i].Min >= c.Levels[i-1].Min {
			return nil, &InputError{"", fmt.Sprintf("%d星的分数线（%s）应低于%d星（%s）", c.Levels[i].Stars, Points(c.Levels[i].Min), c.Levels[i-1].Stars, Points(c.Levels[i-1].Min))}
		}
	}
	return &c, nil
}

func (m *StarModel) names() string {
	s := ""
	for i, x := range m.Indicators {
		if i > 0 {
			s += "、"
		}
		s += x.Name
	}
	return s
}

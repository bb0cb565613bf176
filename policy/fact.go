package policy

import (
	"encoding/json"
	"math/big"
	"slices"
	"strconv"
	"strings"
)

// Kinds of facts.
const (
	kindBool    = "bool"
	kindInt     = "int"
	kindYuan    = "yuan"
	kindPercent = "percent"
	kindDay     = "day"
	kindText    = "text"
	kindEnum    = "enum"
	kindList    = "list"   // several of the values
	kindGroups  = "groups" // several records with fields of their own
)

// Fact is the definition of one thing the rules read. A fact has a default, or is required (missing gives
// needs_data), or may be absent.
type Fact struct {
	ID       string `yaml:"-"`
	Name     string `yaml:"name"` // 中文名
	Type     string `yaml:"type"`
	Prefix   string `yaml:"prefix"` // before a number, 第
	Unit     string `yaml:"unit"`
	Yes      string `yaml:"yes"` // how true reads
	No       string `yaml:"no"`
	Default  any    `yaml:"-"`
	Required bool   `yaml:"required"`
	// Null is set for the one kind of fact where null is an answer (never rated), and says what it means.
	Null string `yaml:"null"`
	// Reading is the open point that says which of several things in the world is meant.
	Reading string            `yaml:"reading"`
	Min     int64             `yaml:"min"`
	Max     int64             `yaml:"max"` // 0: none
	Values  map[string]string `yaml:"values"`
	Fields  map[string]*Fact  `yaml:"fields"`

	Given plainValue `yaml:"default"` // the default as it is written; Default is what it means
}

// Group is one record of a groups fact: field to value.
type Group map[string]any

const maxNumberLength = 24 // digits of any honest amount or rate; longer input is refused before it is computed with

// decode reads one given value. The text says what is wrong with it, empty when nothing is.
func (f *Fact) decode(v any) (any, string) {
	switch f.Type {
	case kindBool:
		if b, ok := v.(bool); ok {
			return b, ""
		}
		return nil, "应为 true 或 false"
	case kindInt:
		return f.decodeInt(v)
	case kindYuan:
		return f.decodeYuan(v)
	case kindPercent:
		r, ok := rational(v)
		if !ok || r.Sign() < 0 || !exact(r) {
			return nil, "应为不小于 0 的百分数，例如 80 或 \"33.33\""
		}
		return r, ""
	case kindDay:
		if d, ok := v.(Date); ok && d != 0 {
			return d, ""
		}
		s, _ := v.(string)
		d, err := ParseDate(s)
		if err != nil {
			return nil, "应为日期，例如 2024-06-30"
		}
		return d, ""
	case kindList:
		return f.decodeList(v)
	case kindGroups:
		return f.decodeGroups(v)
	}
	s, ok := v.(string)
	switch {
	case !ok:
		return nil, "应为文字"
	case s == "":
		return nil, "不能为空；不清楚时请不要填写该项"
	}
	if _, known := f.Values[s]; f.Type == kindEnum && !known {
		return nil, "应为 " + f.choices() + " 之一" + suggest(s, f.Values)
	}
	return s, ""
}

func (f *Fact) decodeInt(v any) (any, string) {
	r, ok := rational(v)
	if _, text := v.(string); !ok || text || !r.IsInt() || !r.Num().IsInt64() {
		return nil, "应为整数"
	}
	n, top := r.Num().Int64(), f.Max
	if top == 0 {
		top = 1_000_000_000
	}
	if n < f.Min || n > top {
		return nil, "应在 " + strconv.FormatInt(f.Min, 10) + " 至 " + strconv.FormatInt(top, 10) + " 之间"
	}
	return n, ""
}

func (f *Fact) decodeYuan(v any) (any, string) {
	if fen, ok := v.(Fen); ok && fen >= 0 {
		return fen, ""
	}
	r, ok := rational(v)
	if !ok {
		return nil, "应为以元为单位的金额，例如 18000 或 \"12345.67\""
	}
	r = new(big.Rat).Mul(r, big.NewRat(100, 1))
	switch {
	case !r.IsInt():
		return nil, "金额应精确到分（最多两位小数）"
	case r.Sign() < 0:
		return nil, "金额不能为负"
	case r.Num().BitLen() > 56:
		return nil, "金额超出范围"
	}
	return Fen(r.Num().Int64()), ""
}

func (f *Fact) decodeList(v any) (any, string) {
	var given []string
	switch l := v.(type) {
	case []string:
		given = l
	case []any:
		for _, e := range l {
			s, _ := e.(string)
			given = append(given, s)
		}
	default:
		return nil, "应为列表，例如 [" + f.choices() + "]"
	}
	for _, s := range given {
		if _, known := f.Values[s]; !known {
			return nil, "其中 " + strconv.Quote(s) + " 不在 " + f.choices() + " 之内" + suggest(s, f.Values)
		}
	}
	sorted := append([]string{}, given...) // never nil: an empty list says "none", which is not "not given"
	slices.Sort(sorted)
	return slices.Compact(sorted), ""
}

func (f *Fact) decodeGroups(v any) (any, string) {
	var records []map[string]any
	switch l := v.(type) {
	case []map[string]any:
		records = l
	case []any:
		for _, e := range l {
			m, ok := e.(map[string]any)
			if !ok {
				return nil, "应为若干组，例如 [{\"count\": 20}]"
			}
			records = append(records, m)
		}
	default:
		return nil, "应为若干组，例如 [{\"count\": 20}]"
	}
	groups := make([]Group, 0, len(records))
	for i, m := range records {
		at, g := "第"+strconv.Itoa(i+1)+"组", Group{}
		for k, x := range m {
			field, ok := f.Fields[k]
			if !ok {
				return nil, at + "：不认识的字段 " + strconv.Quote(k) + suggest(k, f.Fields)
			}
			d, problem := field.decode(x)
			if problem != "" {
				return nil, at + "：" + k + " " + problem
			}
			g[k] = d
		}
		for k, field := range f.Fields {
			if _, ok := g[k]; ok {
				continue
			}
			if field.Required {
				return nil, at + "：缺少 " + k + "（" + field.Name + "）"
			}
			g[k] = field.Default
		}
		groups = append(groups, g)
	}
	return groups, ""
}

// choices lists the values a fact may have.
func (f *Fact) choices() string { return strings.Join(sortedKeys(f.Values), "、") }

// rational reads a number exactly. Floating point is not accepted: it was inexact before it came here.
func rational(v any) (*big.Rat, bool) {
	var s string
	switch n := v.(type) {
	case json.Number:
		s = n.String()
	case string:
		s = strings.TrimSpace(n)
	case int:
		return big.NewRat(int64(n), 1), true
	case int64:
		return big.NewRat(n, 1), true
	case *big.Rat:
		return n, true
	default:
		return nil, false
	}
	// 1e5 is a JSON number, but 1e999999999 must not be computed; fractions and other bases are not numbers here.
	if len(s) > maxNumberLength || strings.Trim(s, "0123456789.+-eE") != "" {
		return nil, false
	}
	if _, exp, ok := strings.Cut(strings.ToLower(s), "e"); ok && len(strings.TrimLeft(exp, "+-0")) > 2 {
		return nil, false
	}
	return new(big.Rat).SetString(s)
}

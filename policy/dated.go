package policy

import (
	"encoding/json"
	"math/big"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// Dated is one number, word or answer of the law: what holds from the start and, where the law was changed, from
// which day something else holds. Each value stands beside the phrase and the clause it was taken from.
//
//	values:
//	  start: {value: "500.00", phrase: 500元/人, clause: 三（七）}
//	  2026-01-01: {value: "600.00", phrase: 600元/人, clause: 修订（示例）一}
type Dated struct {
	at      place
	entries []DatedValue
}

// DatedValue is a value and its law.
type DatedValue struct {
	From   Date   // zero: from the start
	Value  any    // bool, int64, Fen, *big.Rat, string, or []any of these: the loader converts to what the rule needs
	Phrase string // word for word
	Need   string // what is asked for, where the phrase says it the other way round; else empty
	Clause string
	at     place
}

// On is the value that holds on the day.
func (d Dated) On(day Date) DatedValue {
	v := d.entries[0]
	for _, e := range d.entries[1:] {
		if e.From <= day {
			v = e
		}
	}
	return v
}

// All is every value in the order of its days.
func (d Dated) All() []DatedValue { return d.entries }

// UnmarshalYAML reads the mapping of days to values; the days must rise and the first must be "start".
func (d *Dated) UnmarshalYAML(n ast.Node) error {
	m, ok := n.(*ast.MappingNode)
	if !ok || len(m.Values) == 0 {
		return loadError("", placeOf(n), "应写作 start: {value: …, phrase: …, clause: …}")
	}
	d.at = placeOf(m.Values[0].Key)
	for i, kv := range m.Values {
		v, err := datedValue(kv)
		if err != nil {
			return err
		}
		switch at := placeOf(kv.Key); {
		case i == 0 && v.From != 0:
			return loadError("", at, "第一个值须以 start 开头")
		case i > 0 && v.From == 0:
			return loadError("", at, "start 只能写在最前")
		case i > 0 && v.From <= d.entries[i-1].From:
			return loadError("", at, "日期 %s 没有按先后排列", v.From)
		}
		d.entries = append(d.entries, v)
	}
	return nil
}

func datedValue(kv *ast.MappingValueNode) (v DatedValue, err error) {
	v.at = placeOf(kv.Key)
	if key := kv.Key.GetToken().Value; key != "start" {
		if v.From, err = ParseDate(key); err != nil {
			return v, loadError("", v.at, "%v", err)
		}
	}
	fields, ok := kv.Value.(*ast.MappingNode)
	if !ok {
		return v, loadError("", placeOf(kv.Value), "每个值都要写明 value、phrase 和 clause")
	}
	seen := false
	for _, f := range fields.Values {
		content, err := plain(f.Value)
		if err != nil {
			return v, err
		}
		text, isText := content.(string)
		switch key := f.Key.GetToken().Value; {
		case key == "value":
			v.Value, seen, v.at = content, true, placeOf(f.Value)
		case key == "phrase" && isText:
			v.Phrase = text
		case key == "need" && isText:
			v.Need = text
		case key == "clause" && isText:
			v.Clause = text
		case key == "phrase" || key == "need" || key == "clause":
			return v, loadError("", placeOf(f.Value), "%s 应为文字", key)
		default:
			return v, loadError("", placeOf(f.Key), "不认识的键 %q", key)
		}
	}
	if !seen {
		return v, loadError("", placeOf(kv.Key), "缺少 value")
	}
	if v.Clause == "" {
		return v, loadError("", placeOf(kv.Key), "这个值没有写明条款（clause）")
	}
	if v.Phrase == "" {
		return v, loadError("", placeOf(kv.Key), "这个值没有写明原文（phrase）")
	}
	return v, nil
}

// convert turns the values into the kind the rule compares with.
func (d *Dated) convert(file, kind string) error {
	for i := range d.entries {
		e := &d.entries[i]
		v, problem := constant(e.Value, kind)
		if problem != "" {
			return loadError(file, e.at, "%s", problem)
		}
		e.Value = v
	}
	return nil
}

// constant converts what stands in a file; the second result says what is wrong with it.
func constant(v any, kind string) (any, string) {
	if list, ok := v.([]any); ok {
		out := make([]any, len(list))
		for i, e := range list {
			c, problem := constant(e, kind)
			if problem != "" {
				return nil, problem
			}
			out[i] = c
		}
		return out, ""
	}
	number, isNumber := v.(json.Number)
	text, isText := v.(string)
	switch kind {
	case kindBool:
		if b, ok := v.(bool); ok {
			return b, ""
		}
		return nil, "应为 true 或 false"
	case kindInt:
		n, err := strconv.ParseInt(number.String(), 10, 64)
		if !isNumber || err != nil {
			return nil, "应为整数"
		}
		return n, ""
	case kindYuan:
		if isNumber {
			text, isText = number.String(), true
		}
		f, err := ParseFen(text)
		if !isText || err != nil || f < 0 {
			return nil, "金额应为元，精确到分，例如 \"500.00\""
		}
		return f, ""
	case kindPercent:
		r, ok := new(big.Rat).SetString(strings.TrimSuffix(number.String()+text, "%"))
		if !ok || len(number)+len(text) > 20 {
			return nil, "应为百分数，例如 50"
		}
		return r, ""
	}
	if !isText {
		return nil, "应为文字"
	}
	return text, ""
}

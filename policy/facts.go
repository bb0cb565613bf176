package policy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
)

// Facts are what is known of one claim, by the names of the book: what came out of JSON (numbers as json.Number), or
// Go values (bool, int, int64, string, Fen, Date, []string, []map[string]any). Floating point is refused.
type Facts map[string]any

// DecodeFacts reads one JSON object, keeping numbers as they were written.
func DecodeFacts(data []byte) (Facts, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var f Facts
	err := d.Decode(&f)
	if _, other := errors.AsType[*json.UnmarshalTypeError](err); other {
		return nil, errors.New("资格信息应为 JSON 对象，例如 {\"rank\": 1}")
	} else if err != nil {
		return nil, fmt.Errorf("资格信息不是可读的 JSON 对象：%w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("资格信息之后还有多余的内容")
	}
	if f == nil {
		return nil, errors.New("资格信息应为 JSON 对象，例如 {\"rank\": 1}")
	}
	return f, nil
}

// InputError is a question that cannot be asked: an item or fact that does not exist, or a value of the wrong kind.
// It is a mistake of the caller, never an answer about the claim.
type InputError struct {
	Name    string // the item or fact
	Message string
}

func (e *InputError) Error() string { return e.Message }

// decode reads all given facts, also those that the item does not use: a wrong value is a mistake in any case. A
// null is "not given" for facts that may be absent or are required, and an answer of its own for previous_stars.
func (b *Book) decode(facts Facts) (map[string]any, error) {
	values := make(map[string]any, len(facts))
	for _, name := range slices.Sorted(maps.Keys(facts)) {
		f, ok := b.Facts[name]
		if !ok {
			return nil, &InputError{name, fmt.Sprintf("不认识的资格信息 %q%s", name, suggest(name, b.Facts))}
		}
		given := facts[name]
		switch {
		case given == nil && f.Null != "":
			values[name] = nil
			continue
		case given == nil && f.Default == nil:
			continue
		case given == nil:
			return nil, &InputError{name, fmt.Sprintf("资格信息 %s（%s）不能为 null；不清楚时请不要填写该项", name, f.Name)}
		}
		v, problem := f.decode(given)
		if problem != "" {
			return nil, &InputError{name, fmt.Sprintf("资格信息 %s（%s）的值 %s 有误：%s", name, f.Name, shown(given), problem)}
		}
		values[name] = v
	}
	return values, nil
}

// shown is a given value in an error, cut when long.
func shown(v any) string {
	j, err := json.Marshal(v)
	if err != nil {
		j = fmt.Append(nil, v)
	}
	if r := []rune(string(j)); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return string(j)
}

// Canonical is the form in which given facts are stored with a decision: JSON with sorted keys, and one way of
// writing each value ("18000.00" for 18000). Assessing it again gives the same decision, byte for byte.
func (b *Book) Canonical(facts Facts) ([]byte, error) {
	values, err := b.decode(facts)
	if err != nil {
		return nil, err
	}
	out := make(map[string]any, len(values))
	for name, v := range values {
		out[name] = b.Facts[name].canonical(v)
	}
	return json.Marshal(out)
}

// Pick keeps the attributes that are facts of the book and drops the rest (names, certificate numbers, years), for
// records that carry both.
func (b *Book) Pick(attrs map[string]any) Facts {
	f := Facts{}
	for name, v := range attrs {
		if _, ok := b.Facts[name]; ok {
			f[name] = v
		}
	}
	return f
}

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"duixian/policy"
)

// question is one object of the input of assess.
type question struct {
	ID            string
	Item          string
	Facts         policy.Facts
	Policy        string
	EffectiveFrom policy.Date
	Expect        string // "" when not given; as it was written otherwise
	Reason        string
}

// questionJSON is a question as it is written. The pointers and raw values tell "not given" from empty.
type questionJSON struct {
	ID            string          `json:"id"`
	Item          string          `json:"item"`
	Facts         json.RawMessage `json:"facts"`
	Policy        string          `json:"policy"`
	EffectiveFrom policy.Date     `json:"effective_from"`
	Expect        any             `json:"expect"`
	Reason        string          `json:"reason"`
}

// name is how errors speak of the i-th question.
func (q question) name(i int) string {
	if q.ID != "" {
		return q.ID
	}
	return fmt.Sprintf("第 %d 个对象", i+1)
}

// parseQuestions reads one object or an array of objects. Keys that do not belong to a question are errors.
func parseQuestions(data []byte) (questions []question, isArray bool, err error) {
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, false, errors.New("输入为空，应为一个 JSON 对象或由对象组成的数组")
	}
	var whole json.RawMessage
	if err := json.Unmarshal(data, &whole); err != nil {
		return nil, false, jsonProblem(data, err)
	}
	whole = bytes.TrimSpace(whole)
	objects := []json.RawMessage{whole}
	if isArray = whole[0] == '['; isArray {
		objects = nil
		if err := json.Unmarshal(whole, &objects); err != nil {
			return nil, true, jsonProblem(data, err)
		}
	}
	for i, object := range objects {
		q, err := parseQuestion(object)
		if key := twice(json.NewDecoder(bytes.NewReader(object))); key != "" && err == nil {
			err = fmt.Errorf("%q 写了两次，无法知道以哪个为准；请留下一个", key)
		}
		if err != nil {
			return nil, isArray, fmt.Errorf("%s：%w", q.name(i), err)
		}
		questions = append(questions, q)
	}
	return questions, isArray, nil
}

func parseQuestion(object json.RawMessage) (question, error) {
	if object[0] != '{' {
		return question{}, errors.New("应为 JSON 对象，例如 {\"item\": \"backbone-firm\", \"facts\": {\"rank\": 3}}")
	}
	var in questionJSON
	dec := json.NewDecoder(bytes.NewReader(object))
	dec.DisallowUnknownFields()
	dec.UseNumber()
	if err := dec.Decode(&in); err != nil {
		return question{ID: in.ID}, jsonProblem(object, err)
	}
	q := question{ID: in.ID, Item: in.Item, Policy: in.Policy, EffectiveFrom: in.EffectiveFrom, Reason: in.Reason, Facts: policy.Facts{}}
	if q.Item == "" {
		return q, errors.New("缺少 item（奖补事项）")
	}
	if len(in.Facts) > 0 && string(in.Facts) != "null" {
		var err error
		if q.Facts, err = policy.DecodeFacts(in.Facts); err != nil {
			return q, err
		}
	}
	switch expect := in.Expect.(type) {
	case nil:
	case string:
		q.Expect = expect
	case json.Number:
		q.Expect = expect.String()
	default:
		return q, errors.New("expect 应为金额（元）或 \"REFER\"")
	}
	return q, nil
}

// twice is a key that one object of a JSON value gives twice, at whatever depth; empty when there is none. The parser of the library
// takes the last one without a word.
func twice(d *json.Decoder) string {
	type level struct {
		keys map[string]bool // nil: an array
		key  bool            // what comes next is a key
	}
	var open []level
	for {
		token, err := d.Token()
		if err != nil {
			return ""
		}
		top := len(open) - 1
		if key, ok := token.(string); ok && top >= 0 && open[top].key {
			if open[top].keys[key] {
				return key
			}
			open[top].keys[key], open[top].key = true, false
			continue
		}
		switch token {
		case json.Delim('{'):
			open = append(open, level{map[string]bool{}, true})
			continue
		case json.Delim('['):
			open = append(open, level{})
			continue
		case json.Delim('}'), json.Delim(']'):
			open = open[:top]
			top--
		}
		if top >= 0 && open[top].keys != nil { // a value has ended
			open[top].key = true
		}
	}
}

// jsonProblem says what is wrong with JSON, and where.
func jsonProblem(data []byte, err error) error {
	if key, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return fmt.Errorf("不认识的键 %s，可用的键：id、item、facts、policy、effective_from、expect、reason", key)
	}
	if e, ok := errors.AsType[*json.SyntaxError](err); ok {
		before := data[:min(int(e.Offset), len(data))]
		line := bytes.Count(before, []byte("\n")) + 1
		column := len(before) - bytes.LastIndexByte(before, '\n') - 1
		return fmt.Errorf("第 %d 行第 %d 列不是正确的 JSON：%v", line, max(column, 1), err)
	}
	if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return fmt.Errorf("%s 的值不能是 %s", e.Field, e.Value)
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("JSON 不完整")
	}
	return err
}

package main

import (
	"encoding"
	"errors"
	"fmt"
	"path"
	"reflect"
	"strings"
	"time"

	"github.com/agnivade/levenshtein"
	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// problem is one thing that is wrong with a configuration. Key is dotted, or empty for the file as a whole.
type problem struct{ Key, Message string }

// yamlFile is a configuration file that was read: which keys it has and where they stand ("LINE:COLUMN").
type yamlFile struct {
	name   string
	places map[string]string
}

// errorOf makes one error of all problems, a line each: place, key, what is wrong.
func (f yamlFile) errorOf(problems []problem) error {
	if len(problems) == 0 {
		return nil
	}
	var text strings.Builder
	for _, p := range problems {
		place := f.name
		for key := p.Key; ; { // the nearest key that is written in the file
			if at, ok := f.places[key]; ok {
				place += ":" + at
				break
			}
			dot := strings.LastIndexByte(key, '.')
			if dot < 0 {
				break
			}
			key = key[:dot]
		}
		if place != "" {
			place += "："
		}
		if p.Key != "" {
			place += p.Key + "："
		}
		text.WriteString("\n  " + place + p.Message)
	}
	return &misuseError{"配置有误" + text.String(), "duixian config example"}
}

// decode fills v from YAML and notes where each key stands. Unknown keys are problems, each with the key that was
// probably meant.
func (f *yamlFile) decode(data []byte, v any) (problems []problem) {
	file, err := parser.ParseBytes(data, 0)
	if err != nil {
		return []problem{f.library(err)}
	}
	if len(file.Docs) > 1 {
		return []problem{{"", "只能有一个 YAML 文档（不要用 ---）"}}
	}
	if len(file.Docs) == 0 || file.Docs[0].Body == nil {
		return nil // only comments: all defaults
	}
	root := file.Docs[0].Body
	t := reflect.TypeOf(v).Elem()
	if problems = f.walk(root, "", t, knownKeys(t, "")); len(problems) > 0 {
		return problems
	}
	if err := yaml.NodeToValue(root, v); err != nil {
		return []problem{f.library(err)}
	}
	return nil
}

// library is an error of the YAML library as a problem. Its messages for values of the wrong kind name Go types, which
// nobody here knows.
func (f *yamlFile) library(err error) problem {
	message, key := err.Error(), ""
	if e, ok := errors.AsType[interface {
		error
		GetToken() *token.Token
		GetMessage() string
	}](err); ok {
		message = e.GetMessage()
		if strings.Contains(message, "already defined") {
			message = "同一个键写了两次"
		}
		if t := e.GetToken(); t != nil {
			key = f.keyAt(t.Position)
			if key == "" {
				message = fmt.Sprintf("第 %d 行第 %d 列：%s", t.Position.Line, t.Position.Column, message)
			}
		}
	}
	if e, ok := errors.AsType[*yaml.TypeError](err); ok {
		message = "应填写" + kindName(e.DstType)
	}
	if e, ok := errors.AsType[*yaml.UnexpectedNodeTypeError](err); ok && e.Expected == ast.MappingType {
		message = "应填写" + kindName(reflect.TypeFor[Config]())
	}
	return problem{key, message}
}

// keyAt is the key whose value stands at a position: the last one on that line.
func (f *yamlFile) keyAt(at *token.Position) string {
	found := ""
	for key, place := range f.places {
		if strings.HasPrefix(place, fmt.Sprintf("%d:", at.Line)) && len(key) > len(found) {
			found = key
		}
	}
	return found
}

func kindName(t reflect.Type) string {
	if t == aDuration {
		return "时长，例如 90s 或 1m"
	}
	switch t.Kind() {
	case reflect.Bool:
		return " true 或 false"
	case reflect.Int, reflect.Int64:
		return "整数"
	case reflect.Map, reflect.Struct:
		return "下一级的键（缩进两格）"
	}
	return "文字"
}

// walk notes the places of all keys below a node that is to fill a t, and reports those that t does not have.
func (f *yamlFile) walk(node ast.Node, prefix string, t reflect.Type, known []string) (problems []problem) {
	mapping, ok := node.(ast.MapNode)
	if !ok {
		if prefix == "" {
			return []problem{{"", "应为“键: 值”的形式"}}
		}
		return nil // a value of the wrong kind is reported when it is read
	}
	for entries := mapping.MapRange(); entries.Next(); {
		token := entries.Key().GetToken()
		key := prefix + token.Value
		f.places[key] = fmt.Sprintf("%d:%d", token.Position.Line, token.Position.Column)
		below, ok := fieldType(t, token.Value)
		if !ok {
			problems = append(problems, problem{key, "不认识的键" + suggestKey(key, known)})
			continue
		}
		if wrong := wrongText(entries.Value(), below); wrong != "" {
			problems = append(problems, problem{key, wrong})
		}
		problems = append(problems, f.walk(entries.Value(), key+".", below, known)...)
	}
	return problems
}

// aDuration is a kind of value that does not read its own text, and of which the library has as little to say.
var aDuration = reflect.TypeFor[time.Duration]()

// wrongText is what a value that reads its own text, such as a day, has to say against it. The library would say it without the place.
func wrongText(node ast.Node, t reflect.Type) string {
	scalar, isScalar := node.(ast.ScalarNode)
	if !isScalar || node.Type() == ast.NullType {
		return ""
	}
	if t == aDuration {
		if _, err := time.ParseDuration(scalar.GetToken().Value); err != nil {
			return "应填写" + kindName(t)
		}
	}
	value, reads := reflect.New(t).Interface().(encoding.TextUnmarshaler)
	if !reads {
		return ""
	}
	if err := value.UnmarshalText([]byte(scalar.GetToken().Value)); err != nil {
		return err.Error()
	}
	return ""
}

// fieldType is what a struct or map holds under a key.
func fieldType(t reflect.Type, key string) (reflect.Type, bool) {
	switch t.Kind() {
	case reflect.Map:
		return t.Elem(), true
	case reflect.Struct:
		for field := range t.Fields() {
			if field.Tag.Get("yaml") == key && key != "" {
				return field.Type, true
			}
		}
		return nil, false
	}
	return t, true
}

// knownKeys lists the dotted keys of a struct; * stands for any name.
func knownKeys(t reflect.Type, prefix string) (keys []string) {
	switch t.Kind() {
	case reflect.Map:
		return append([]string{prefix + "*"}, knownKeys(t.Elem(), prefix+"*.")...)
	case reflect.Struct:
		for field := range t.Fields() {
			if name := field.Tag.Get("yaml"); name != "" {
				keys = append(append(keys, prefix+name), knownKeys(field.Type, prefix+name+".")...)
			}
		}
	}
	return keys
}

// suggestKey proposes the key that was probably meant: a near one at the same place, or the same name elsewhere.
func suggestKey(key string, known []string) string {
	place, name := split(key)
	best, least := "", max(2, len(name)/3)+1
	for _, k := range known {
		where, last := split(k)
		distance := levenshtein.ComputeDistance(name, last)
		if same, _ := path.Match(where, place); same {
			where = place // with the name that * stands for
		} else {
			distance += 2 // rather a slip of the finger than of the place
		}
		if k = where + last; distance < least && !strings.Contains(k, "*") {
			best, least = k, distance
		}
	}
	if best == "" {
		return ""
	}
	return "，是否想写 " + best + "？"
}

func split(key string) (place, name string) {
	dot := strings.LastIndexByte(key, '.')
	return key[:dot+1], key[dot+1:]
}

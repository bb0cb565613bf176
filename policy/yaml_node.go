package policy

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// LoadError is a mistake in a policy file: where it is and what to do about it.
type LoadError struct {
	File         string
	Line, Column int
	Message      string
}

func (e *LoadError) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("%s：%s", e.File, e.Message)
	}
	return fmt.Sprintf("%s:%d:%d：%s", e.File, e.Line, e.Column, e.Message)
}

// place is a position in the file that is being loaded; nil is the file as a whole.
type place = *token.Position

func placeOf(n ast.Node) place {
	if n == nil || n.GetToken() == nil {
		return nil
	}
	return n.GetToken().Position
}

func loadError(file string, at place, format string, args ...any) *LoadError {
	e := &LoadError{File: file, Message: fmt.Sprintf(format, args...)}
	if at != nil {
		e.Line, e.Column = at.Line, at.Column
	}
	return e
}

// parseFile parses one YAML document. The parser is not ours: whatever it does with odd input, even a panic, comes
// out as an error.
func parseFile(name string, data []byte) (root ast.Node, err error) {
	defer func() {
		if p := recover(); p != nil {
			root, err = nil, loadError(name, nil, "不是可读的 YAML（%v）", p)
		}
	}()
	f, err := parser.ParseBytes(data, 0)
	if err != nil {
		return nil, yamlError(name, err)
	}
	if len(f.Docs) != 1 || f.Docs[0].Body == nil {
		return nil, loadError(name, nil, "应有且只有一个 YAML 文档")
	}
	return f.Docs[0].Body, nil
}

// decodeFile fills v from a file that is one of its kind; what says which.
func decodeFile(what string, data []byte, v any) error {
	root, err := parseFile("yaml", data)
	if err == nil {
		err = decodeNode("yaml", root, v)
	}
	if err != nil {
		return fmt.Errorf("%s：%w", what, err)
	}
	return nil
}

// decodeNode fills v; unknown and doubled keys are errors with their position.
func decodeNode(name string, n ast.Node, v any) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = loadError(name, placeOf(n), "内容不合格式（%v）", p)
		}
	}()
	if err := yaml.NodeToValue(n, v, yaml.Strict()); err != nil {
		return yamlError(name, err)
	}
	return nil
}

// yamlError takes position and message out of an error of the YAML library.
func yamlError(name string, err error) error {
	if e, ok := errors.AsType[*LoadError](err); ok {
		e.File = name
		return e
	}
	e, ok := errors.AsType[interface {
		error
		GetToken() *token.Token
		GetMessage() string
	}](err)
	if !ok {
		return loadError(name, nil, "%v", err)
	}
	message := e.GetMessage()
	if key, ok := strings.CutPrefix(message, "unknown field "); ok {
		message = "不认识的键 " + key
	}
	if e.GetToken() == nil {
		return loadError(name, nil, "%s", message)
	}
	return loadError(name, e.GetToken().Position, "%s", message)
}

// plain is the content of a node as JSON knows it: map[string]any, []any, string, bool, nil, and json.Number with
// the digits as they were written, so that no number passes through floating point.
func plain(n ast.Node) (any, error) {
	switch n := n.(type) {
	case *ast.MappingNode:
		m := map[string]any{}
		for _, kv := range n.Values {
			v, err := plain(kv.Value)
			if err != nil {
				return nil, err
			}
			m[kv.Key.GetToken().Value] = v
		}
		return m, nil
	case *ast.SequenceNode:
		list := make([]any, 0, len(n.Values))
		for _, e := range n.Values {
			v, err := plain(e)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		return list, nil
	case *ast.StringNode:
		return n.Value, nil
	case *ast.LiteralNode:
		return n.Value.Value, nil
	case *ast.BoolNode:
		return n.Value, nil
	case *ast.NullNode:
		return nil, nil
	case *ast.IntegerNode, *ast.FloatNode:
		return json.Number(n.GetToken().Value), nil
	}
	return nil, loadError("", placeOf(n), "这里只能写普通的值，不能用锚点、标签或引用")
}

// plainValue and plainMap are parts of a file that are kept as JSON knows them.
type plainValue struct {
	value any
	at    place
}

// UnmarshalYAML keeps the node.
func (p *plainValue) UnmarshalYAML(n ast.Node) (err error) {
	p.at = placeOf(n)
	p.value, err = plain(n)
	return err
}

type plainMap map[string]any

// UnmarshalYAML keeps the nodes.
func (p *plainMap) UnmarshalYAML(n ast.Node) error {
	v, err := plain(n)
	if err != nil {
		return err
	}
	m, ok := v.(map[string]any)
	if !ok {
		return loadError("", placeOf(n), "应写作 名称: 值")
	}
	*p = m
	return nil
}

// find is the place of what stands under the keys and indexes of path, or of the last part of it that is there.
func find(n ast.Node, path ...any) place {
	for _, p := range path {
		var next ast.Node
		switch key := p.(type) {
		case string:
			if m, ok := n.(*ast.MappingNode); ok {
				for _, kv := range m.Values {
					if kv.Key.GetToken().Value == key {
						next = kv.Value
					}
				}
			}
		case int:
			if s, ok := n.(*ast.SequenceNode); ok && key < len(s.Values) {
				next = s.Values[key]
			}
		}
		if next == nil {
			break
		}
		n = next
	}
	if m, ok := n.(*ast.MappingNode); ok && len(m.Values) > 0 {
		return placeOf(m.Values[0].Key)
	}
	return placeOf(n)
}

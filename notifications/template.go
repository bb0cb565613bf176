package notifications

import (
	"embed"
	"fmt"
	"strings"
	"text/template"
	"text/template/parse"
)

//go:embed templates/*.md.tmpl
var templateFiles embed.FS

// templates holds one template a kind, by name. A template that does not parse is found by any test.
var templates = func() *template.Template {
	set := template.New("").Option("missingkey=error").Funcs(template.FuncMap{"text": text})
	files, err := templateFiles.ReadDir("templates")
	if err != nil {
		panic(err) // linked in
	}
	for _, f := range files {
		body, err := templateFiles.ReadFile("templates/" + f.Name())
		if err != nil {
			panic(err)
		}
		t := template.Must(set.New(strings.TrimSuffix(f.Name(), ".md.tmpl")).Parse(string(body)))
		guard(t.Root)
	}
	return set
}()

// guard sends every value that a template prints through text: no template can forget to.
func guard(n parse.Node) {
	switch n := n.(type) {
	case *parse.ListNode:
		if n != nil {
			for _, child := range n.Nodes {
				guard(child)
			}
		}
	case *parse.ActionNode:
		if len(n.Pipe.Decl) == 0 {
			n.Pipe.Cmds = append(n.Pipe.Cmds, &parse.CommandNode{
				NodeType: parse.NodeCommand, Pos: n.Pos, Args: []parse.Node{parse.NewIdentifier("text").SetPos(n.Pos)},
			})
		}
	case *parse.IfNode:
		guard(n.List)
		guard(n.ElseList)
	case *parse.RangeNode:
		guard(n.List)
		guard(n.ElseList)
	case *parse.WithNode:
		guard(n.List)
		guard(n.ElseList)
	}
}

// render prints a message: the title is the template's first line, the body starts at the third.
func render(m Message) (title, body string, err error) {
	var out strings.Builder
	if err := templates.ExecuteTemplate(&out, m.Kind(), m); err != nil {
		return "", "", fmt.Errorf("通知 %s 的内容无法生成：%w", m.Kind(), err)
	}
	title, body, _ = strings.Cut(out.String(), "\n")
	return title, strings.Trim(body, "\n"), nil
}

// Text prints a message for somebody who asks for it now: the same words as the notice, identity numbers masked as there.
func Text(m Message) (title, body string, err error) {
	title, body, err = render(m)
	return string(maskIDs([]byte(title))), string(maskIDs([]byte(body))), err
}

// Preview prints a kind's sample as its recipient would read it.
func Preview(kind string) (title, body string, err error) {
	k, err := KindOf(kind)
	if err != nil {
		return "", "", err
	}
	return render(k.Sample)
}

// Show prints a stored notice for an official: what is private stays hidden.
func Show(kind, payload string) (title, body string, err error) {
	k, err := KindOf(kind)
	if err != nil {
		return "", "", err
	}
	m, err := k.decode(payload)
	if err != nil {
		return "", "", fmt.Errorf("通知 %s 的内容无法读取：%w", kind, err)
	}
	return render(m)
}

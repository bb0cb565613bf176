package policy

import (
	"cmp"
	"errors"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// bookFile is book.yaml.
type bookFile struct {
	Name     string `yaml:"name"`
	Title    string `yaml:"title"`
	Document string `yaml:"document"`
	Validity struct {
		Years  int    `yaml:"years"`
		Phrase string `yaml:"phrase"`
		Clause string `yaml:"clause"`
	} `yaml:"validity"`
	Clauses map[string]string `yaml:"clauses"`
	General []*Condition      `yaml:"general"`
	Facts   map[string]*Fact  `yaml:"facts"`
	Options []Option          `yaml:"options"`
	Reasons map[string]Reason `yaml:"reasons"`
}

// revisionFile is revision.yaml: a policy that is another one with some files replaced.
type revisionFile struct {
	Base     string `yaml:"base"`
	Name     string `yaml:"name"`
	Title    string `yaml:"title"`
	Document string `yaml:"document"`
}

// loader holds what was read while the book is put together and checked.
type loader struct {
	files map[string][]byte   // by path
	roots map[string]ast.Node // of YAML files
	book  *Book
	head  bookFile
	text  string // all texts of the policy
}

// Load reads a policy: book.yaml, items/*.yaml and the texts (*.txt) the phrases come from; or a revision.yaml that
// names a built-in policy and the files that replace its own. It is strict: unknown keys, values without clause or
// phrase, phrases that are not in the text, overlapping tiers and worked cases that fail are *LoadError with file,
// line and column.
func Load(dir fs.FS) (*Book, error) {
	l := &loader{files: map[string][]byte{}, roots: map[string]ast.Node{}}
	var revision *revisionFile
	if data, err := fs.ReadFile(dir, "revision.yaml"); err == nil {
		revision = &revisionFile{}
		root, err := parseFile("revision.yaml", data)
		if err != nil {
			return nil, err
		}
		if err := decodeNode("revision.yaml", root, revision); err != nil {
			return nil, err
		}
		base, err := builtinDir(revision.Base)
		if err != nil {
			return nil, loadError("revision.yaml", find(root, "base"), "%v", err)
		}
		if err := l.readAll(base); err != nil {
			return nil, err
		}
	}
	if err := l.readAll(dir); err != nil {
		return nil, err
	}
	if err := l.build(revision); err != nil {
		return nil, err
	}
	if err := l.runCases(); err != nil {
		return nil, err
	}
	return l.book, nil
}

// readAll takes the files of a directory; those already there are replaced. A file in items that is not .yaml is
// refused: it would be an item that silently does not exist.
func (l *loader) readAll(dir fs.FS) error {
	entries, err := fs.ReadDir(dir, "items")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, e := range entries {
		if path.Ext(e.Name()) != ".yaml" || e.IsDir() {
			return loadError("items/"+e.Name(), nil, "事项文件的名称应以 .yaml 结尾")
		}
	}
	for _, p := range []string{"book.yaml", "revision.yaml", "items/*.yaml", "*.txt"} {
		names, err := fs.Glob(dir, p)
		if err != nil {
			return err
		}
		for _, name := range names {
			if l.files[name], err = fs.ReadFile(dir, name); err != nil {
				return err
			}
		}
	}
	return nil
}

func (l *loader) build(revision *revisionFile) error {
	if _, ok := l.files["book.yaml"]; !ok {
		return errors.New("政策目录中没有 book.yaml 或 revision.yaml")
	}
	content := map[string]any{}
	var items []*Item
	for _, name := range slices.Sorted(maps.Keys(l.files)) {
		if path.Ext(name) == ".txt" {
			l.text += string(l.files[name]) + "\n"
			content[name] = string(l.files[name])
			continue
		}
		root, err := parseFile(name, l.files[name])
		if err != nil {
			return err
		}
		l.roots[name] = root
		if content[name], err = plain(root); err != nil {
			return yamlError(name, err)
		}
		switch {
		case name == "book.yaml":
			err = decodeNode(name, root, &l.head)
		case strings.HasPrefix(name, "items/"):
			item := &Item{file: name, root: root}
			err = decodeNode(name, root, item)
			items = append(items, item)
		}
		if err != nil {
			return err
		}
	}
	slices.SortFunc(items, func(a, b *Item) int { return cmp.Or(cmp.Compare(a.Order, b.Order), cmp.Compare(a.ID, b.ID)) })
	h := &l.head
	l.book = &Book{
		Name: h.Name, Title: h.Title, Document: h.Document, Clauses: h.Clauses, Facts: h.Facts, Reasons: h.Reasons, years: h.Validity.Years,
		Items: items, items: map[string]*Item{}, families: map[string][]*Item{}, checks: map[string][]*Condition{}, general: h.Options, options: map[string]Option{},
	}
	if r := revision; r != nil {
		l.book.Name, l.book.Title, l.book.Document = r.Name, cmp.Or(r.Title, h.Title), cmp.Or(r.Document, h.Document)
	}
	if err := l.checkBook(); err != nil {
		return err
	}
	for _, item := range items {
		if err := l.checkItem(item); err != nil {
			return err
		}
	}
	if err := l.checkReferences(); err != nil {
		return err
	}
	var err error
	l.book.content, err = hash(content)
	l.book.Version = l.book.version()
	return err
}

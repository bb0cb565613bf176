package policy

import (
	"cmp"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"sync"
)

// Book is a policy as data: its items in the order of the catalogue, the checks they share, the facts they read and
// the words for their answers. A Book does not change after it is loaded and may be shared.
type Book struct {
	Name     string             // jinhua
	Title    string             // 关于推进新时代…的实施意见
	Document string             // where the text comes from and its standing
	Version  string             // name and a hash of all content and chosen readings; stored with every decision
	Items    []*Item            // in the order of the catalogue
	Facts    map[string]*Fact   // by the names that claims use
	Reasons  map[string]Reason  // by code
	Clauses  map[string]string  // general clauses, word for word
	years    int                // of validity
	items    map[string]*Item   // by id
	families map[string][]*Item // items of which one tier is paid, lowest first
	checks   map[string][]*Condition
	general  []Option // open points that no single item raises
	options  map[string]Option
	chosen   map[string]string
	content  [sha256.Size]byte
}

// Reason is what a code says to people, and what can be done about it.
type Reason struct {
	Text   string `yaml:"text"`
	Advice string `yaml:"advice"`
}

// DefaultBook is the name of the policy that is in force unless another is asked for.
const DefaultBook = "jinhua"

//go:embed books
var books embed.FS

var builtin = struct {
	sync.Mutex
	loaded map[string]*Book
}{loaded: map[string]*Book{}}

// Builtin is a policy that comes with the program: "jinhua" (also ""), or "example-revision", which changes numbers
// from a later day and shows that an old fact is judged by the rules of its day.
func Builtin(name string) (*Book, error) {
	name = cmp.Or(name, DefaultBook)
	builtin.Lock()
	defer builtin.Unlock()
	if b := builtin.loaded[name]; b != nil {
		return b, nil
	}
	dir, err := builtinDir(name)
	if err != nil {
		return nil, err
	}
	b, err := Load(dir)
	if err != nil {
		return nil, err
	}
	builtin.loaded[name] = b
	return b, nil
}

// BuiltinNames lists the policies in the program.
func BuiltinNames() []string {
	entries, _ := books.ReadDir("books")
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Name()
	}
	return names
}

func builtinDir(name string) (fs.FS, error) {
	if !slices.Contains(BuiltinNames(), name) {
		known := map[string]bool{}
		for _, n := range BuiltinNames() {
			known[n] = true
		}
		return nil, &InputError{name, fmt.Sprintf("没有内置政策 %q%s", name, suggest(name, known))}
	}
	return fs.Sub(books, "books/"+name)
}

// Item finds an item; for an unknown id the error suggests the nearest one.
func (b *Book) Item(id string) (*Item, error) {
	if i, ok := b.items[id]; ok {
		return i, nil
	}
	return nil, &InputError{id, fmt.Sprintf("不存在奖补事项 %q%s", id, suggest(id, b.items))}
}

// Validity is the first and the last day of the policy when it takes effect on from (五（四）有效期为5年): five years
// less a day, both days included. A zero day means AssumedEffectiveFrom.
func (b *Book) Validity(from Date) (first, last Date) {
	first = cmp.Or(from, AssumedEffectiveFrom)
	return first, first.AddYears(b.years).AddDays(-1)
}

// version names the book, its content and the readings that differ from the defaults.
func (b *Book) version() string {
	j, err := json.Marshal([]any{hex.EncodeToString(b.content[:]), b.chosen})
	if err != nil {
		panic(err) // strings always encode
	}
	if len(b.chosen) == 0 {
		return b.Name + "-" + hex.EncodeToString(b.content[:6])
	}
	sum := sha256.Sum256(j)
	return b.Name + "-" + hex.EncodeToString(sum[:6])
}

// hash is the same for the same content, whatever the comments and the layout.
func hash(files map[string]any) ([sha256.Size]byte, error) {
	h := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		j, err := json.Marshal([]any{name, files[name]})
		if err != nil {
			return [sha256.Size]byte{}, err
		}
		h.Write(j)
	}
	return [sha256.Size]byte(h.Sum(nil)), nil
}

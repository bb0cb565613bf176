package policy

import (
	"slices"

	"github.com/goccy/go-yaml/ast"
)

// Item is one benefit (奖补事项) as its file says. Adding one is adding a file.
type Item struct {
	ID          string `yaml:"id"`
	Order       int    `yaml:"order"` // place in the catalogue
	Name        string `yaml:"name"`
	Short       string `yaml:"short"` // a name short enough for a chat line
	Clause      string `yaml:"clause"`
	Text        string `yaml:"text"`        // the sentence of the policy, word for word
	Beneficiary string `yaml:"beneficiary"` // who receives, in Chinese
	Frequency   string `yaml:"frequency"`
	Exclusivity string `yaml:"exclusivity"`
	// LegalReview marks an item that may be computed and shown but not approved before two people have entered the
	// number of a legality review document (合法性审查、公平竞争审查). See Book.LegalReview for the reading in force.
	LegalReview bool              `yaml:"legal_review"`
	Round       string            `yaml:"round"` // how it is selected: biennial (每两年评选), annual, or empty
	From        Source            `yaml:"facts_from"`
	General     []GeneralUse      `yaml:"general"`
	Defaults    plainMap          `yaml:"defaults"` // of facts whose default depends on the item
	Tier        *Tier             `yaml:"tier"`
	Limits      []Threshold       `yaml:"limits"`
	Conditions  []*Condition      `yaml:"conditions"`
	Amount      Amount            `yaml:"amount"`
	Evidence    []string          `yaml:"evidence"` // 申报材料
	Options     []Option          `yaml:"options"`
	OptionsAs   string            `yaml:"options_as"` // the item whose open points are those of this item too
	Cases       []Case            `yaml:"cases"`
	Facts       map[string]*Fact  `yaml:"facts"` // facts that only this item knows
	Reasons     map[string]Reason `yaml:"reasons"`

	file string
	root ast.Node
}

// Source says which stored facts make a claim for the item: their kind, and the attributes they must have. The
// other attributes are facts of the book under the same names.
type Source struct {
	Kind  string   `yaml:"kind"`
	Where plainMap `yaml:"where"`
}

// GeneralUse names a general check of the book that applies to the item.
type GeneralUse struct {
	Check   string `yaml:"check"`
	Unless  string `yaml:"unless"`
	Reading string `yaml:"reading"`
}

// UnmarshalYAML reads the name alone, or the mapping.
func (g *GeneralUse) UnmarshalYAML(n ast.Node) error {
	if name, ok := n.(*ast.StringNode); ok {
		g.Check = name.Value
		return nil
	}
	type mapping GeneralUse
	return decodeNode("", n, (*mapping)(g))
}

// Tier is the item's place in a family of which one tier is paid.
type Tier struct {
	Family string      `yaml:"family"`
	Level  int         `yaml:"level"`
	From   []Threshold `yaml:"from"`
}

// Threshold is a number of the law that a fact must meet.
type Threshold struct {
	Fact   string `yaml:"fact"`
	Op     string `yaml:"op"`
	Values Dated  `yaml:"values"`
}

// limit is the threshold the item sets for a field of a groups fact; the loader made sure that it is there.
func (i *Item) limit(fact string) Threshold {
	return i.Limits[slices.IndexFunc(i.Limits, func(t Threshold) bool { return t.Fact == fact })]
}

// condition finds a check by its code, or nil.
func (i *Item) condition(code string) *Condition {
	if n := slices.IndexFunc(i.Conditions, func(c *Condition) bool { return c.Code == code }); n >= 0 {
		return i.Conditions[n]
	}
	return nil
}

// Threshold is the number of people, places or months that a check of the item asks for on a day, and its phrase;
// zero when the item has no such check. Threshold("LT_20", day) is 20 and "20人以上".
func (i *Item) Threshold(code string, on Date) (int64, string) {
	if c := i.condition(code); c != nil {
		v := c.Values.On(on)
		n, _ := v.Value.(int64)
		return n, v.Phrase
	}
	return 0, ""
}

// Quota is how many may be selected in a round (不超过10), 0 when there is no limit.
func (i *Item) Quota(on Date) int64 {
	n, _ := i.Threshold("OVER_QUOTA", on)
	return n
}

// Staging is the percents in which the award is paid over the years; nil when it is paid at once.
func (i *Item) Staging() []int {
	if i.Amount.Staging == nil {
		return nil
	}
	return i.Amount.Staging.Percents
}

// Kinds of amounts.
const (
	amountFixed   = "fixed"    // a sum
	amountPerUnit = "per_unit" // a sum for each person or project
	amountShare   = "share"    // a percentage of a fact
	amountRebate  = "rebate"   // a percentage of a fact, up to a ceiling that officials fill
	amountDecided = "decided"  // a ceiling that officials fill
	amountRefer   = "refer"    // another document decides
)

// Amount says how much. Values are the sum, the sum per unit, the percentage, or the ceiling, by kind.
type Amount struct {
	Kind      string   `yaml:"kind"`
	Values    Dated    `yaml:"values"`
	Per       string   `yaml:"per"`     // per_unit: the measure that counts
	Of        string   `yaml:"of"`      // share, rebate: the fact of which
	Rate      string   `yaml:"rate"`    // rebate: the fact with the decided percentage
	Decided   string   `yaml:"decided"` // decided: the fact with the decided sum; refer: with the other document's sum
	Staging   *Staging `yaml:"staging"`
	Caps      []Cap    `yaml:"caps"`
	Documents []string `yaml:"documents"` // refer: which
}

// Staging is payment over several years. The parts always sum to the whole.
type Staging struct {
	Percents []int  `yaml:"percents"`
	Stage    string `yaml:"stage"` // the fact with the number of the stage asked for
	Phrase   string `yaml:"phrase"`
	Clause   string `yaml:"clause"`
}

// Cap is an upper limit with its scope. Caps are applied in their order, the narrowest scope first.
type Cap struct {
	Code   string   `yaml:"code"`
	Scope  string   `yaml:"scope"`  // event, year
	Used   string   `yaml:"used"`   // the fact that says how much of the limit is used up
	Shared []string `yaml:"shared"` // the items that use it up together
	Values Dated    `yaml:"values"`
}

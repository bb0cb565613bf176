package policy

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// Case is a worked example that a clerk can check by hand. A book whose cases fail does not load.
type Case struct {
	Name    string            `yaml:"name"`
	On      Date              `yaml:"on"` // the day of the fact
	Facts   plainMap          `yaml:"facts"`
	Options map[string]string `yaml:"options"` // readings other than the defaults
	Want    Want              `yaml:"want"`
}

// Want is what the case must come to. The outcome may be left out where the reason says it.
type Want struct {
	Reason  string   `yaml:"reason"`
	Outcome string   `yaml:"outcome"`
	Amount  string   `yaml:"amount"` // "" when there is none
	Missing []string `yaml:"missing"`
}

// runCases assesses every worked case of every item.
func (l *loader) runCases() error {
	for _, item := range l.book.Items {
		if len(item.Cases) == 0 {
			return loadError(item.file, find(item.root), "事项 %s 没有核对用例（cases）", item.ID)
		}
		for n, c := range item.Cases {
			if problem := l.book.runCase(item, c); problem != "" {
				return loadError(item.file, find(item.root, "cases", n), "用例“%s”不符：%s", c.Name, problem)
			}
		}
	}
	return nil
}

// runCase says in what the case fails; empty when it holds.
func (b *Book) runCase(item *Item, c Case) string {
	book, err := b.With(c.Options)
	if err != nil {
		return err.Error()
	}
	facts := Facts{}
	maps.Copy(facts, c.Facts)
	if c.On != 0 {
		facts["date"] = c.On.String()
	}
	d, err := book.Assess(item.ID, facts, AssessOptions{})
	if err != nil {
		return err.Error()
	}
	amount := ""
	if d.Amount != nil {
		amount = d.Amount.String()
	}
	want := c.Want.Amount
	switch {
	case d.Reason != c.Want.Reason:
		return "结论为 " + d.Reason + "，应为 " + c.Want.Reason
	case c.Want.Outcome != "" && d.Outcome != c.Want.Outcome:
		return "结果为 " + d.Outcome + "，应为 " + c.Want.Outcome
	case want != amount && (want != "" || d.Outcome != OutcomeNone):
		return "金额为 " + cmp.Or(amount, "无") + "，应为 " + cmp.Or(want, "无")
	case !slices.Equal(c.Want.Missing, d.Missing) && len(c.Want.Missing)+len(d.Missing) > 0:
		return "缺少的资格信息为 " + strings.Join(d.Missing, "、")
	}
	return ""
}

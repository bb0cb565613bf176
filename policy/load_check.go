package policy

import (
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// checkBook checks what the items share, and works out the defaults of the facts.
func (l *loader) checkBook() error {
	const file = "book.yaml"
	root, h := l.roots[file], &l.head
	switch {
	case h.Name == "" || h.Title == "":
		return loadError(file, find(root), "缺少 name 或 title")
	case h.Validity.Years <= 0 || h.Validity.Clause == "":
		return loadError(file, find(root, "validity"), "有效期（validity）应写明年数和条款")
	case !strings.Contains(l.text, h.Validity.Phrase) || h.Validity.Phrase == "":
		return loadError(file, find(root, "validity", "phrase"), "“%s”不是政策原文", h.Validity.Phrase)
	}
	for _, clause := range sortedKeys(h.Clauses) {
		if !strings.Contains(l.text, h.Clauses[clause]) {
			return loadError(file, find(root, "clauses", clause), "%s 与政策原文不一致", clause)
		}
	}
	for n, o := range h.Options {
		if err := l.checkOption(file, root, n, o); err != nil {
			return err
		}
	}
	for _, id := range sortedKeys(h.Facts) {
		if problem := l.checkFact(id, h.Facts[id]); problem != "" {
			return loadError(file, find(root, "facts", id), "资格信息 %s：%s", id, problem)
		}
	}
	return nil
}

// checkFact says what is wrong with a definition, and keeps its default in the form facts have.
func (l *loader) checkFact(id string, f *Fact) string {
	if f == nil {
		return "没有内容"
	}
	f.ID = id
	kinds := []string{kindBool, kindInt, kindYuan, kindPercent, kindDay, kindText, kindEnum, kindList, kindGroups}
	switch {
	case f.Name == "":
		return "缺少中文名（name）"
	case !slices.Contains(kinds, f.Type):
		return fmt.Sprintf("类型 %q 应为 %s 之一", f.Type, strings.Join(kinds, "、"))
	case f.Required && f.Given.value != nil:
		return "必填项不能有默认值"
	case (f.Type == kindEnum || f.Type == kindList) && len(f.Values) == 0:
		return "没有列出可取的值（values）"
	}
	if _, known := l.book.options[f.Reading]; f.Reading != "" && !known {
		return fmt.Sprintf("reading：没有口径 %q%s", f.Reading, suggest(f.Reading, l.book.options))
	}
	for _, name := range sortedKeys(f.Fields) {
		if problem := l.checkFact(name, f.Fields[name]); problem != "" {
			return name + "：" + problem
		}
		if field := f.Fields[name]; !field.Required && field.Default == nil {
			return name + "：组内字段应为必填或有默认值"
		}
	}
	if f.Given.value == nil {
		return ""
	}
	v, problem := f.decode(f.Given.value)
	if problem != "" {
		return "默认值" + problem
	}
	f.Default = v
	return ""
}

// checkItem checks one item by itself, converts its numbers, and makes its list of checks.
func (l *loader) checkItem(i *Item) error {
	b := l.book
	at := func(path ...any) place { return find(i.root, path...) }
	switch {
	case i.file != "items/"+i.ID+".yaml":
		return loadError(i.file, at("id"), "文件名应与编号 %q 一致", i.ID)
	case b.items[i.ID] != nil:
		return loadError(i.file, at("id"), "编号 %s 重复", i.ID)
	case i.Name == "" || i.Clause == "" || i.Beneficiary == "":
		return loadError(i.file, at(), "缺少 name、clause 或 beneficiary")
	case i.Text == "" || !strings.Contains(l.text, i.Text):
		return loadError(i.file, at("text"), "text 不是政策原文")
	}
	for n, other := range b.Items {
		if other != i && other.Order == i.Order && b.items[other.ID] != nil {
			return loadError(i.file, at("order"), "顺序 %d 与第%d项 %s 相同", i.Order, n+1, other.ID)
		}
	}
	b.items[i.ID] = i
	for _, id := range sortedKeys(i.Facts) {
		if _, doubled := b.Facts[id]; doubled {
			return loadError(i.file, at("facts", id), "资格信息 %s 已经有定义", id)
		}
		if problem := l.checkFact(id, i.Facts[id]); problem != "" {
			return loadError(i.file, at("facts", id), "资格信息 %s：%s", id, problem)
		}
		b.Facts[id] = i.Facts[id]
	}
	for _, code := range sortedKeys(i.Reasons) {
		if _, doubled := b.Reasons[code]; doubled {
			return loadError(i.file, at("reasons", code), "结论 %s 已经有定义", code)
		}
		b.Reasons[code] = i.Reasons[code]
	}
	for _, id := range sortedKeys(i.Defaults) {
		f := b.Facts[id]
		if f == nil {
			return loadError(i.file, at("defaults", id), "不认识的资格信息 %q%s", id, suggest(id, b.Facts))
		}
		v, problem := f.decode(i.Defaults[id])
		if problem != "" {
			return loadError(i.file, at("defaults", id), "%s %s", id, problem)
		}
		i.Defaults[id] = v
	}
	if i.Tier != nil {
		b.families[i.Tier.Family] = append(b.families[i.Tier.Family], i)
	}
	for n := range i.Options {
		i.Options[n].Item = i.ID
		if err := l.checkOption(i.file, i.root, n, i.Options[n]); err != nil {
			return err
		}
	}
	return l.checkAmount(i)
}

// checkOption checks the nth open point of a file, of the policy as a whole or of an item.
func (l *loader) checkOption(file string, root ast.Node, n int, o Option) error {
	at := func(path ...any) place { return find(root, append([]any{"options", n}, path...)...) }
	switch {
	case o.ID == "" || o.Question == "" || o.Default == "" || o.Text == "":
		return loadError(file, at(), "口径缺少 id、question、default 或 text")
	case !slices.Contains([]string{UsedByAssess, UsedByJobs, UsedByFixed}, o.UsedBy):
		return loadError(file, at("used_by"), "used_by 应为 assess、jobs 或 fixed")
	case o.UsedBy == UsedByFixed && o.Fixed == "":
		return loadError(file, at(), "不可选的口径应说明原因（fixed）")
	}
	if _, doubled := l.book.options[o.ID]; doubled {
		return loadError(file, at("id"), "口径 %s 已经有定义", o.ID)
	}
	seen := []string{o.Default}
	for m, a := range o.Alternatives {
		if a.Value == "" || slices.Contains(seen, a.Value) {
			return loadError(file, at("alternatives", m), "口径 %s 的选项 %q 为空或重复", o.ID, a.Value)
		}
		seen = append(seen, a.Value)
	}
	l.book.options[o.ID] = o
	return nil
}

// checkAmount checks that the kind of amount has what it needs and nothing is inexact.
func (l *loader) checkAmount(i *Item) error {
	a := &i.Amount
	at := func(path ...any) place { return find(i.root, append([]any{"amount"}, path...)...) }
	kind := map[string]string{
		amountFixed: kindYuan, amountPerUnit: kindYuan, amountDecided: kindYuan, amountShare: kindPercent, amountRebate: kindPercent, amountRefer: kindText,
	}[a.Kind]
	switch {
	case kind == "":
		return loadError(i.file, at("kind"), "不认识的金额种类 %q", a.Kind)
	case a.Kind == amountPerUnit && measures[a.Per].kind != kindInt:
		return loadError(i.file, at("per"), "%q 不是可以计数的量", a.Per)
	case a.Kind == amountRefer && len(a.Documents) == 0:
		return loadError(i.file, at(), "按另文执行的事项应列出文件（documents）")
	}
	needs := map[string]string{a.Of: kindYuan, a.Rate: kindPercent, a.Decided: kindYuan}
	switch a.Kind {
	case amountShare, amountRebate:
		if a.Of == "" || a.Kind == amountRebate && a.Rate == "" {
			return loadError(i.file, at(), "缺少 of 或 rate")
		}
	case amountDecided, amountRefer:
		if a.Decided == "" {
			return loadError(i.file, at(), "缺少 decided")
		}
	}
	if s := a.Staging; s != nil {
		sum := 0
		for _, p := range s.Percents {
			sum += p
		}
		if sum != 100 || slices.Min(s.Percents) <= 0 {
			return loadError(i.file, at("staging", "percents"), "分年比例合计应为100，现为%d", sum)
		}
		if s.Clause == "" || !strings.Contains(l.text, s.Phrase) || s.Phrase == "" {
			return loadError(i.file, at("staging"), "分年发放应写明条款和原文")
		}
		needs[s.Stage] = kindInt
	}
	for n := range a.Caps {
		c := &a.Caps[n]
		if c.Code == "" || c.Scope == "" {
			return loadError(i.file, at("caps", n), "上限应写明 code 和 scope")
		}
		needs[c.Used] = kindYuan
		if err := l.checkValues(i.file, &c.Values, kindYuan, at("caps", n)); err != nil {
			return err
		}
	}
	delete(needs, "")
	for _, name := range slices.Sorted(maps.Keys(needs)) {
		if f := l.book.Facts[name]; f == nil || f.Type != needs[name] {
			return loadError(i.file, at(), "%q 不是 %s 类的资格信息%s", name, needs[name], suggest(name, l.book.Facts))
		}
	}
	if err := l.checkValues(i.file, &a.Values, kind, at()); err != nil {
		return err
	}
	for _, v := range a.Values.All() {
		if r, ok := v.Value.(*big.Rat); ok && (r.Sign() <= 0 || r.Cmp(big.NewRat(100, 1)) > 0) {
			return loadError(i.file, v.at, "百分数应大于0且不超过100")
		}
	}
	return nil
}

// checkValues converts dated values and looks for their phrases in the text.
func (l *loader) checkValues(file string, d *Dated, kind string, at place) error {
	if len(d.entries) == 0 {
		return loadError(file, at, "缺少 values")
	}
	if err := d.convert(file, kind); err != nil {
		return err
	}
	for _, v := range d.entries {
		if !strings.Contains(l.text, v.Phrase) {
			return loadError(file, v.at, "“%s”不是政策原文", v.Phrase)
		}
	}
	return nil
}

package policy

import (
	"slices"
	"strings"
)

// checkReferences checks what points from one part of the book to another, once all parts are there.
func (l *loader) checkReferences() error {
	for n, c := range l.head.General {
		if c.Name == "" {
			return loadError("book.yaml", find(l.roots["book.yaml"], "general", n), "通用条件缺少 name")
		}
		if err := l.checkCondition("book.yaml", c, find(l.roots["book.yaml"], "general", n)); err != nil {
			return err
		}
	}
	for _, i := range l.book.Items {
		if err := l.checkGeneralUse(i); err != nil {
			return err
		}
		for n, c := range i.Conditions {
			if err := l.checkCondition(i.file, c, find(i.root, "conditions", n)); err != nil {
				return err
			}
			l.book.checks[i.ID] = append(l.book.checks[i.ID], c)
			if err := l.checkMeasure(i, c.Measure, find(i.root, "conditions", n, "measure")); err != nil {
				return err
			}
		}
		if err := l.checkMeasure(i, i.Amount.Per, find(i.root, "amount", "per")); err != nil {
			return err
		}
		for n := range i.Limits {
			if err := l.checkThreshold(i, &i.Limits[n], find(i.root, "limits", n)); err != nil {
				return err
			}
		}
		if i.OptionsAs != "" && l.book.items[i.OptionsAs] == nil {
			return loadError(i.file, find(i.root, "options_as"), "不存在奖补事项 %q%s", i.OptionsAs, suggest(i.OptionsAs, l.book.items))
		}
		for _, code := range i.codes() {
			if _, ok := l.book.Reasons[code]; !ok {
				return loadError(i.file, find(i.root, "conditions"), "结论 %s 没有中文说明（reasons）", code)
			}
		}
	}
	return l.checkTiers()
}

// codes lists the reasons the item can give.
func (i *Item) codes() []string {
	codes := []string{"OK", "MISSING_FACT"}
	for _, c := range i.Conditions {
		codes = append(codes, c.Code)
	}
	for _, c := range i.Amount.Caps {
		if i.Amount.Kind != amountDecided {
			codes = append(codes, c.Code)
		}
	}
	switch i.Amount.Kind {
	case amountDecided:
		codes = append(codes, "CEILING_ONLY", "CLAMPED")
	case amountRebate:
		codes = append(codes, "CEILING_ONLY")
	case amountRefer:
		codes = append(codes, "OTHER_DOCUMENT", "EXTERNAL_AMOUNT")
	}
	if i.Amount.Staging != nil {
		codes = append(codes, "TOTAL", "STAGE")
	}
	return codes
}

// checkGeneralUse puts the general checks of the item first, in the order of the book whatever the order in the file.
func (l *loader) checkGeneralUse(i *Item) error {
	for n, use := range i.General {
		at := find(i.root, "general", n)
		if !slices.ContainsFunc(l.head.General, func(c *Condition) bool { return c.Name == use.Check }) {
			return loadError(i.file, at, "没有通用条件 %q", use.Check)
		}
		if err := l.checkGuards(i.file, use.Unless, "", use.Reading, at); err != nil {
			return err
		}
	}
	for _, c := range l.head.General {
		for _, use := range i.General {
			if use.Check == c.Name {
				own := *c
				own.Unless, own.Reading = use.Unless, use.Reading
				l.book.checks[i.ID] = append(l.book.checks[i.ID], &own)
			}
		}
	}
	return nil
}

func (l *loader) checkCondition(file string, c *Condition, at place) error {
	kind, f := "", l.book.Facts[c.Fact]
	switch {
	case c.Code == "":
		return loadError(file, at, "条件没有结论代码（code）")
	case (c.Fact == "") == (c.Measure == ""):
		return loadError(file, at, "条件 %s 应写 fact 或 measure 之一", c.Code)
	case c.Measure != "":
		m, ok := measures[c.Measure]
		if !ok {
			return loadError(file, at, "条件 %s：不认识的量 %q%s", c.Code, c.Measure, suggest(c.Measure, measures))
		}
		kind = m.kind
	case f == nil:
		return loadError(file, at, "条件 %s：不认识的资格信息 %q%s", c.Code, c.Fact, suggest(c.Fact, l.book.Facts))
	default:
		kind = f.Type
	}
	if !slices.Contains(operators[kind], c.Op) {
		return loadError(file, at, "条件 %s：%s 类不能用 %q 比较，可用 %s", c.Code, kind, c.Op, strings.Join(operators[kind], " "))
	}
	if f != nil && (f.Null != "") != (c.Null != "") {
		return loadError(file, at, "条件 %s：%s 可为 null，应写明 null 时的提示", c.Code, c.Fact)
	}
	if c.Outcome != "" && c.Outcome != OutcomeNone && c.Outcome != OutcomeNeedsDecision {
		return loadError(file, at, "条件 %s：outcome 应为 none 或 needs_decision", c.Code)
	}
	if err := l.checkGuards(file, c.Unless, c.Given, c.Reading, at); err != nil {
		return err
	}
	if err := l.checkValues(file, &c.Values, kind, at); err != nil {
		return err
	}
	for _, v := range c.Values.All() {
		if _, list := v.Value.([]any); list != (c.Op == "in") {
			return loadError(file, v.at, "只有 in 与列表比较")
		}
	}
	if c.Measure == "tier" {
		return nil // compares numbers of tiers; the phrase is about what makes the tier
	}
	return checkWording(file, c.Op, c.Values)
}

// checkGuards checks when a check is made at all.
func (l *loader) checkGuards(file, unless, given, reading string, at place) error {
	if f := l.book.Facts[unless]; unless != "" && (f == nil || f.Type != kindBool) {
		return loadError(file, at, "unless：%q 不是是否类的资格信息", unless)
	}
	if f := l.book.Facts[given]; given != "" && (f == nil || f.Required || f.Default != nil) {
		return loadError(file, at, "given：%q 不是可缺省的资格信息", given)
	}
	if reading == "" {
		return nil
	}
	id, value, _ := strings.Cut(reading, "=")
	o, ok := l.book.options[id]
	if !ok || !slices.Contains(o.available(), value) {
		return loadError(file, at, "reading：没有口径 %q 或该选项%s", reading, suggest(id, l.book.options))
	}
	return nil
}

func (l *loader) checkMeasure(i *Item, name string, at place) error {
	switch name {
	case "tier":
		if i.Tier == nil {
			return loadError(i.file, at, "用 tier 比较的事项应写明档次（tier）")
		}
	case "recruits_counted", "recruits_paid":
		if !slices.ContainsFunc(i.Limits, func(t Threshold) bool { return t.Fact == "recruits.insured_months" }) {
			return loadError(i.file, at, "缺少 recruits.insured_months 的限制（limits）")
		}
	}
	return nil
}

// checkThreshold checks a limit on a fact or, written fact.field, on a field of a groups fact.
func (l *loader) checkThreshold(i *Item, t *Threshold, at place) error {
	name, field, nested := strings.Cut(t.Fact, ".")
	f := l.book.Facts[name]
	if f != nil && nested {
		f = f.Fields[field]
	}
	if f == nil {
		return loadError(i.file, at, "不认识的资格信息 %q%s", t.Fact, suggest(name, l.book.Facts))
	}
	if !slices.Contains(operators[f.Type], t.Op) {
		return loadError(i.file, at, "%s 类不能用 %q 比较", f.Type, t.Op)
	}
	if err := l.checkValues(i.file, &t.Values, f.Type, at); err != nil {
		return err
	}
	return checkWording(i.file, t.Op, t.Values)
}

// The words that decide: 不超过 is up to and with the number, 超过 excludes it, 以上, 满 and 达 include it.
var wording = []struct{ word, op string }{{"不超过", "<="}, {"最高", "<="}, {"超过", ">"}, {"以上", ">="}, {"满", ">="}, {"达", ">="}}

// checkWording compares the operator with the words of the phrase.
func checkWording(file, op string, d Dated) error {
	if !slices.Contains([]string{">=", ">", "<=", "<"}, op) {
		return nil
	}
	for _, v := range d.entries {
		for _, w := range wording {
			if !strings.Contains(v.Phrase, w.word) {
				continue
			}
			if w.op != op {
				return loadError(file, v.at, "原文“%s”应按 %s 比较，写成了 %s", v.Phrase, w.op, op)
			}
			break
		}
	}
	return nil
}

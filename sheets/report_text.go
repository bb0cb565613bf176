package sheets

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// group is findings that say the same of different rows.
type group struct {
	Finding
	places []Place
	values []string
}

// groups puts findings that differ only in place and value together: refusals first, then by sheet and first row.
func (r *Report) groups() []*group {
	type key struct {
		severity                    Severity
		sheet, column, problem, fix string
	}
	index, list := map[key]*group{}, []*group(nil)
	for _, f := range r.Findings {
		k := key{f.Severity, f.Sheet, f.Column, f.Problem, f.Fix}
		g := index[k]
		if g == nil {
			g = &group{Finding: f}
			index[k] = g
			list = append(list, g)
		}
		g.places = append(g.places, f.Place)
		if f.Value != "" && !slices.Contains(g.values, f.Value) && len(g.values) < 3 {
			g.values = append(g.values, f.Value)
		}
	}
	slices.SortStableFunc(list, func(a, b *group) int {
		return cmp.Or(cmp.Compare(a.Severity, b.Severity), cmp.Compare(a.Sheet, b.Sheet), cmp.Compare(a.Row, b.Row))
	})
	return list
}

// Text is the report for people: the sums, then each kind of trouble once with its rows and what to do.
func (r *Report) Text() string {
	var b strings.Builder
	if r.Already {
		return r.File + "：此前已经导入，没有变化\n"
	}
	fmt.Fprintf(&b, "%s（%s）\n", r.File, r.Name)
	if r.Refusal != nil {
		fmt.Fprintf(&b, "整个文件没有导入：%s\n", r.Refusal.Error())
		return b.String()
	}
	fmt.Fprintf(&b, "共 %d 行：通过 %d 行（其中提醒 %d 行），拒绝 %d 行", r.Rows, r.Accepted, r.Warned, r.Refused)
	if r.Totals > 0 {
		fmt.Fprintf(&b, "；另有合计行 %d 行未计入", r.Totals)
	}
	b.WriteString("\n")
	for _, note := range r.Notes {
		fmt.Fprintf(&b, "· %s\n", note)
	}
	heading := Severity("")
	for _, g := range r.groups() {
		if g.Severity != heading {
			heading = g.Severity
			b.WriteString(map[Severity]string{Refused: "\n拒绝（改正后整个文件重新导入）：\n", Warned: "\n提醒（可以导入，请核对）：\n"}[heading])
		}
		b.WriteString(g.text())
	}
	if r.More > 0 {
		fmt.Fprintf(&b, "另有 %d 处未列出。\n", r.More)
	}
	if c := r.Changes; c != nil {
		fmt.Fprintf(&b, "\n数据库变化：新增 %d 条，更正 %d 条，与已有内容相同 %d 条", c.New, c.Corrected, c.Same)
		if c.Covered > 0 {
			fmt.Fprintf(&b, "；新覆盖的单位月份 %d 个", c.Covered)
		}
		if c.Recheck > 0 {
			fmt.Fprintf(&b, "；需重新核对参保 %d 人", c.Recheck)
		}
		b.WriteString("\n")
	}
	if r.Refused > 0 {
		b.WriteString("\n有被拒绝的行，整个文件都没有导入。\n")
	}
	return b.String()
}

// Why says in one line why the file was not imported; empty when nothing was refused.
func (r *Report) Why() string {
	switch {
	case r.Refusal != nil:
		return r.Refusal.Error()
	case r.Refused == 0:
		return ""
	}
	for _, f := range r.Findings {
		if f.Severity == Refused {
			text := fmt.Sprintf("%d 行被拒绝，第一处：%s", r.Refused, f.Place)
			if f.Column != "" {
				text += "“" + f.Column + "”"
			}
			return text + "：" + f.Problem
		}
	}
	return fmt.Sprintf("%d 行被拒绝", r.Refused)
}

func (g *group) text() string {
	var b strings.Builder
	b.WriteString("  ")
	if g.Sheet != "" {
		fmt.Fprintf(&b, "工作表“%s”", g.Sheet)
	}
	b.WriteString(rowList(g.places))
	if g.Column != "" {
		fmt.Fprintf(&b, "，列“%s”", g.Column)
	}
	if len(g.values) > 0 {
		fmt.Fprintf(&b, "，值 %s", strings.Join(g.values, "、"))
		if len(g.places) > len(g.values) && len(g.values) == 3 {
			b.WriteString(" 等")
		}
	}
	fmt.Fprintf(&b, "：%s", g.Problem)
	if g.Fix != "" {
		fmt.Fprintf(&b, " → 请%s", g.Fix)
	}
	b.WriteString("\n")
	return b.String()
}

// rowList is 第3、5至9行, cut after five pieces: 等共 120 行.
func rowList(places []Place) string {
	var parts []string
	for i := 0; i < len(places); {
		j := i
		for j+1 < len(places) && places[j+1].Row == places[j].Row+1 {
			j++
		}
		switch {
		case len(parts) == 5:
			return fmt.Sprintf("第%s行等共%d行", strings.Join(parts, "、"), len(places))
		case j > i:
			parts = append(parts, fmt.Sprintf("%d至%d", places[i].Row, places[j].Row))
		default:
			parts = append(parts, fmt.Sprint(places[i].Row))
		}
		i = j + 1
	}
	return "第" + strings.Join(parts, "、") + "行"
}

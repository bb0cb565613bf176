package sheets

import (
	"fmt"
	"strings"
)

// header says which cell of a line is which column.
type header struct {
	at    Place
	index map[string]int  // column title → cell
	unit  map[string]unit // money columns
	extra []string        // titles nobody knows
	raw   []string        // the line itself, folded, to know it again when it is printed on every page
}

// aliases maps every accepted title, in the form of title(), to the column it means.
func (d Dataset) aliases() map[string]string {
	m := map[string]string{}
	for _, c := range d.Columns {
		for _, name := range append([]string{c.Title}, c.Also...) {
			m[title(name)] = c.Title
		}
	}
	return m
}

// score counts the columns of the dataset that a line names, and whether all required ones are among them.
func (d Dataset) score(cells []string) (hits int, complete bool) {
	alias, seen := d.aliases(), map[string]bool{}
	for _, cell := range cells {
		if c, ok := alias[title(cell)]; ok {
			seen[c] = true
		}
	}
	complete = true
	for _, c := range d.Columns {
		complete = complete && (seen[c.Title] || !c.Required)
	}
	return len(seen), complete
}

// readHeader takes a line as the header. sheetUnit is what a line above said (单位：万元).
func (d Dataset) readHeader(at Place, cells []string, sheetUnit unit) (*header, *Refusal) {
	h := &header{at: at, index: map[string]int{}, unit: map[string]unit{}}
	alias := d.aliases()
	for i, cell := range cells {
		h.raw = append(h.raw, squash(cell))
		name := title(cell)
		c, ok := alias[name]
		if !ok {
			if name != "" {
				h.extra = append(h.extra, quoted(fold(cell)))
			}
			continue
		}
		if before, twice := h.index[c]; twice {
			return nil, refuse(at, "删去其中一列", "“%s”出现两次（第%s列和第%s列）", c, columnName(before), columnName(i))
		}
		h.index[c] = i
		_, h.unit[c] = splitUnit(strings.Trim(squash(cell), "*:"))
		if h.unit[c] == noUnit {
			h.unit[c] = sheetUnit
		}
	}
	for _, c := range d.Columns {
		i, there := h.index[c.Title]
		if c.Required && !there {
			return nil, refuse(at, "补上这一列（也可以叫："+strings.Join(c.Also, "、")+"）", "缺少“%s”列%s", c.Title, found(h))
		}
		if there && c.Form == Amount && h.unit[c.Title] == noUnit {
			return nil, refuse(at, fmt.Sprintf("把表头改成“%s（元）”或“%s（万元）”", c.Title, c.Title), "“%s”列没有写单位，程序不猜是元还是万元", quoted(fold(cells[i])))
		}
	}
	return h, nil
}

func found(h *header) string {
	if len(h.extra) == 0 {
		return ""
	}
	return "，没认出的列有：" + strings.Join(h.extra, "、")
}

// repeated tells whether a line is the header again, as lists that were printed page by page have it.
func (h *header) repeated(cells []string) bool {
	for i, want := range h.raw {
		got := ""
		if i < len(cells) {
			got = squash(cells[i])
		}
		if got != want {
			return false
		}
	}
	return true
}

// columnName is AB for 27, as spreadsheet programs name columns.
func columnName(i int) string {
	name := ""
	for i++; i > 0; i = (i - 1) / 26 {
		name = string(rune('A'+(i-1)%26)) + name
	}
	return name
}

package policy

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// attributes are what statements hold beside the facts of a book.
var attributes = map[string]struct {
	name  string
	words map[string]string
}{
	"year": {"年度", nil}, "stars": {"星级", map[string]string{"0": "无星"}}, "list": {"榜单", nil}, "level": {"级别", map[string]string{"municipal": "市级", "provincial": "省级", "national": "国家级"}},
	"scheme": {"贡献类别", map[string]string{"hq": "总部", "park": "园区"}}, "group": {"集团", nil}, "project": {"项目", nil}, "overseas": {"境外", map[string]string{"true": "是", "false": "否"}},
	"first": {"首个", map[string]string{"true": "是", "false": "否"}}, "permit_end": {"有效期至", nil},
}

// Said is a statement's attributes as people read them, in the order of their names. What neither the book nor this list knows is left out.
func (b *Book) Said(attrs map[string]any) []string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(attrs)) {
		v := attrs[name]
		if f, ok := b.Facts[name]; ok {
			if read, problem := f.decode(v); problem == "" && v != nil {
				text := tight(f.text(read))
				if f.Type != "bool" || f.Yes == "" {
					text = f.Name + text
				}
				out = append(out, text)
			}
			continue
		}
		a, ok := attributes[name]
		if !ok {
			continue
		}
		text := fmt.Sprint(v)
		if n, ok := v.(json.Number); ok {
			text = n.String()
		}
		if w, ok := a.words[text]; ok {
			text = w
		} else if name == "stars" {
			text += "星"
		}
		if strings.TrimSpace(text) != "" {
			out = append(out, a.name+text)
		}
	}
	return out
}

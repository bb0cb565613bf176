package policy

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// attributes are what statements hold beside the facts of a book. What has a unit is a number of it, an amount or a day.
var attributes = map[string]struct {
	name  string
	words map[string]string
	unit  string
}{
	"year": {"年度", nil, ""}, "stars": {"星级", map[string]string{"0": "无星"}, "星"}, "list": {"榜单", nil, ""},
	"level":  {"级别", map[string]string{"municipal": "市级", "provincial": "省级", "national": "国家级"}, ""},
	"scheme": {"贡献类别", map[string]string{"hq": "总部", "park": "园区"}, ""}, "group": {"集团", nil, ""}, "project": {"项目", nil, ""}, "overseas": {"境外", yesNo, ""},
	"first": {"首个", yesNo, ""}, "permit_end": {"有效期至", nil, aDay},
	"revenue": {"营业收入", nil, inYuan}, "served_firms": {"服务企业数", nil, "家"}, "key_industry_firms": {"服务重点产业企业数", nil, "家"}, "standards": {"参与制定标准数", nil, "项"},
	"public_events": {"公益服务活动数", nil, "场"}, "provincial_titles": {"省级以上荣誉数", nil, "项"}, "published": {"已公示年度报告", yesNo, ""},
	"contribution": {"地方贡献额", nil, inYuan}, "office": {"出具单位", map[string]string{"finance": "财政", "tax": "税务"}, ""},
	"credit": {"信用等级", nil, ""}, "penalty": {"行政处罚", map[string]string{"true": "有", "false": "无"}, ""},
}

var yesNo = map[string]string{"true": "是", "false": "否"}

const inYuan, aDay = "元", "日"

// Said is a statement's attributes as people read them, in the order of their names. What neither the book nor this list knows is left out.
func (b *Book) Said(attrs map[string]any) []string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(attrs)) {
		v := attrs[name]
		if f, ok := b.Facts[name]; ok {
			if read, problem := f.decode(v); problem == "" && v != nil {
				text := f.text(read)
				if f.Type != "yuan" {
					text = tight(text)
				}
				if f.Type != "bool" || f.Yes == "" {
					text = f.Name + text
				}
				out = append(out, text)
			}
			continue
		}
		text := fmt.Sprint(v)
		if n, ok := v.(json.Number); ok {
			text = n.String()
		}
		if item, ok := b.items[text]; ok && name == "item" {
			out = append(out, "对应事项"+quoted(item.Name))
			continue
		}
		a, ok := attributes[name]
		if !ok {
			continue
		}
		amount, noAmount := ParseFen(text)
		day, noDay := ParseDate(text)
		switch w, ok := a.words[text]; {
		case ok:
			text = w
		case a.unit == inYuan && noAmount == nil:
			text = amount.Text()
		case a.unit == aDay && noDay == nil:
			text = day.Text()
		case text != "":
			text += a.unit
		}
		if strings.TrimSpace(text) != "" {
			out = append(out, a.name+text)
		}
	}
	return out
}

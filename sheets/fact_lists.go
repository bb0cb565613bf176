package sheets

import (
	"slices"
	"strings"
)

// hqLists and specialtyLists are the charts the policy names; 榜单 must be one of them, for a headquarters also several.
var hqLists = map[string]string{
	"世界500强": "global500", "世界五百强": "global500", "中国500强": "china500", "中国企业500强": "china500", "中国服务业500强": "service500", "中国服务业企业500强": "service500",
}

var specialtyLists = map[string]string{
	"猎头": "猎头", "人才寻访": "猎头", "派遣": "派遣", "劳务派遣": "派遣", "服务外包": "服务外包", "人力资源服务外包": "服务外包", "网络招聘": "网络招聘", "测评": "测评", "人才测评": "测评",
	"培训": "培训", "人力资源培训": "培训", "管理咨询": "管理咨询", "人力资源管理咨询": "管理咨询",
}

// kindRules are what only one kind of fact asks for.
func (l *line) kindRules(kind string, attrs map[string]any) {
	switch kind {
	case "headquarters":
		if attrs["list"] != nil {
			delete(attrs, "list")
			attrs["lists"] = l.charts(hqLists, strings.FieldsFunc(squash(l.raw("榜单")), func(r rune) bool { return strings.ContainsRune("、,;/", r) }))
		}
	case "specialty":
		if attrs["list"] != nil {
			if found := l.charts(specialtyLists, []string{squash(l.raw("榜单"))}); len(found) == 1 {
				attrs["list"] = found[0]
			}
		}
	case "park":
		if v, there := attrs["first_time"]; there { // the first park of its kind, not of this operator
			delete(attrs, "first_time")
			attrs["first"] = v
		}
	case "contest":
		if attrs["selected"] == nil {
			attrs["selected"] = true
		}
	case "integrity-demo", "export-base":
		if attrs["level"] == "municipal" {
			l.refuse("级别", "市级", "填写省级或国家级", "没有市级这一级")
		}
	}
	if n, there := attrs["rank"]; there && n == 0 {
		l.refuse("名次", "0", "填写 1 以上的名次", "名次从 1 开始")
	}
	if n, there := attrs["year_number"]; there && n == 0 {
		l.refuse("第几年", "0", "填写 1 以上的数", "年数从 1 开始")
	}
}

// charts turns names of charts into what they mean, each once, in the order of the cell.
func (l *line) charts(known map[string]string, names []string) (means []string) {
	for _, name := range names {
		v, ok := known[name]
		if !ok {
			l.refuse("榜单", name, "填写其中之一："+l.column("榜单").Hint, "没有“%s”这个榜单", quoted(name))
			return nil
		}
		if !slices.Contains(means, v) {
			means = append(means, v)
		}
	}
	return means
}

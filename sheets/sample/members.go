package sample

import "fmt"

var memberColumns = []string{"成员编号", "姓名", "角色", "统一社会信用代码", "机构名称", "钉钉账号", "状态", "生效日期", "报送日期"}

func (b *Bureau) memberRows(yield func([]string) bool) {
	const day = "2023-09-01"
	for _, m := range [][3]string{
		{"jingban01", "示例经办", "经办"},
		{"fuhe01", "示例复核", "复核"},
		{"jingban02", "示例经办二", "经办"},
		{"fuhe02", "示例复核二", "复核"},
		{"caiwu01", "示例财务", "财务"},
		{"yunwei01", "示例运维", "运维"},
		{"jiandu01", "示例监督", "监督"},
	} {
		if !yield([]string{m[0], m[1], m[2], "", "", "dd-" + m[0], "在用", day, day}) {
			return
		}
	}
	number := 0
	for _, list := range [][]firm{b.firms, b.services, b.parks, b.bases, b.associations, b.markets} {
		for _, f := range list {
			number++
			id := fmt.Sprintf("lianxi%04d", number)
			if !yield([]string{id, fmt.Sprintf("示例联系人%04d", number), "企业联系人", f.code, f.name, "dd-" + id, "在用", day, day}) {
				return
			}
		}
	}
}

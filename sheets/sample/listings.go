package sample

var listingColumns = []string{"机构名称", "统一社会信用代码", "名单", "列入事由", "认定单位", "文号", "列入日期", "移出日期", "报送日期"}

// listingRows bars a headquarters firm between its second and third stage, a recruiting firm for good, another for a
// while, and puts two firms on lists that bar nobody.
func (b *Bureau) listingRows(yield func([]string) bool) {
	serious := "严重失信主体名单"
	for _, l := range []struct {
		part                    int
		list, cause, number     string
		from, to, known, toKnow string
	}{
		{12, serious, "拖欠劳动报酬情节严重", "示例罚〔2026〕1号", "2026-02-10", "2027-02-10", "2026-02-20", "2027-02-15"},
		{2, serious, "出具虚假材料骗取资金", "示例罚〔2026〕2号", "2026-05-20", "", "2026-05-28", ""},
		{5, serious, "发布虚假招聘信息情节严重", "示例罚〔2024〕3号", "2024-03-01", "2025-03-01", "2024-03-12", "2025-03-06"},
		{10, serious, "违法转包派遣用工", "示例罚〔2025〕4号", "2025-06-15", "2025-12-15", "2025-06-25", "2025-12-18"},
		{1, "行政处罚", "未按规定公示年度报告", "示例罚〔2024〕5号", "2024-04-02", "", "2024-04-10", ""},
		{4, "经营异常名录", "未在期限内公示年度报告", "示例异〔2024〕6号", "2024-07-08", "2024-09-08", "2024-07-15", "2024-09-10"},
	} {
		f := b.pick(l.part)
		if !yield([]string{f.name, f.code, l.list, l.cause, "示例市人力资源和社会保障局", l.number, l.from, "", l.known}) {
			return
		}
		if l.to != "" && !yield([]string{f.name, f.code, l.list, l.cause, "示例市人力资源和社会保障局", l.number, l.from, l.to, l.toKnow}) {
			return
		}
	}
}

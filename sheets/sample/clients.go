package sample

import (
	"fmt"

	"duixian/policy"
)

var clientColumns = []string{"企业名称", "统一社会信用代码", "产业", "名单批次", "列入日期", "移出日期", "报送日期"}

// client is an enterprise that hires recruits; key ones are on the 2+4+X list from listed until removed.
type client struct {
	name, code      string
	key             bool
	listed, removed policy.Date
	late            bool // reports its insurance three months late
}

var industries = []string{"新能源汽车及关键零部件", "现代五金", "电子信息", "生物医药", "高端装备制造", "纺织服装", "数字经济"}

func (b *Bureau) inventClients() {
	for i := range min(400, max(6, b.opt.Recruits/25)) {
		c := client{
			name: fmt.Sprintf("示例庚%03d制造有限公司", i+1), code: creditCode("91", "330702", 500001+i),
			key: i%9 != 5, listed: 20230701, late: i%25 == 4,
		}
		switch i % 12 {
		case 8: // joins with the second batch
			c.listed = 20250101
		case 10: // leaves the list
			c.removed = 20260101
		}
		b.clients = append(b.clients, c)
	}
}

func (b *Bureau) clientRows(yield func([]string) bool) {
	for i, c := range b.clients {
		if !c.key {
			continue
		}
		batch := fmt.Sprintf("%d年示例批次", c.listed.Year())
		row := []string{c.name, c.code, industries[i%len(industries)], batch, c.listed.String(), "", max(20230901, c.listed.AddDays(14)).String()}
		if !yield(row) {
			return
		}
		if c.removed == 0 {
			continue
		}
		row = append([]string(nil), row...)
		row[5], row[6] = c.removed.String(), c.removed.AddDays(20).String()
		if !yield(row) {
			return
		}
	}
}

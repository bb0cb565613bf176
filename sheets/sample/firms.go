package sample

import (
	"fmt"

	"duixian/policy"
)

var firmColumns = []string{
	"机构名称", "统一社会信用代码", "区县", "机构类型", "许可或备案", "许可证号", "许可有效期至", "独立法人", "经营状态", "生效日期", "报送日期",
}

// firm is an organisation of any type as it stands from the day since on.
type firm struct {
	name, code, district, kind, permit, permitNumber string
	permitEnd, since                                 policy.Date
	legal                                            bool
	status                                           string
	after                                            []firm // later states, in order
}

var (
	urbanDistricts = []string{"婺城区", "金东区", "金华开发区"}
	urbanAreas     = []string{"330702", "330703", "330702"}
	counties       = []string{"兰溪市", "东阳市", "义乌市", "永康市", "浦江县", "武义县", "磐安县"}
	countyAreas    = []string{"330781", "330783", "330782", "330784", "330726", "330723", "330727"}
)

func (b *Bureau) inventFirms() {
	for i := range b.opt.Firms {
		f := firm{
			name: fmt.Sprintf("示例甲%03d人力资源有限公司", i+1), code: creditCode("91", urbanAreas[i%3], i+1),
			district: urbanDistricts[i%3], kind: "企业", permit: "许可", legal: true, status: "正常",
			since: policy.NewDate(2015+b.rng.IntN(8), 1, 1+b.rng.IntN(360)),
		}
		f.permitNumber = fmt.Sprintf("3307%d%04d", f.since.Year(), i+1)
		f.permitEnd = policy.NewDate(2026+b.rng.IntN(4), 1, 1+b.rng.IntN(360))
		if i%4 == 3 {
			f.permit, f.permitNumber, f.permitEnd = "备案", "备"+f.permitNumber, 0
		}
		plain := false
		switch {
		case i%10 == 7:
			f.district, f.code = counties[i/10%7], creditCode("91", countyAreas[i/10%7], i+1)
		case i%20 == 13:
			f.permit, f.permitNumber, f.permitEnd = "无", "", 0
		case i%20 == 16:
			f.name, f.legal = fmt.Sprintf("示例甲%03d人力资源有限公司金华分公司", i+1), false
		case i%40 == 19:
			f.status = "异常"
		case i%40 == 28: // the permit is gone from 2026 on
			gone := f
			gone.permit, gone.permitNumber, gone.permitEnd, gone.since = "无", "", 0, 20260401
			f.after = append(f.after, gone)
		case i%40 == 38: // moves out of the urban area
			moved := f
			moved.district, moved.since = "义乌市", 20250701
			f.after = append(f.after, moved)
		default:
			plain = true
		}
		b.firms = append(b.firms, f)
		if plain {
			b.good = append(b.good, i)
		}
	}
	b.services = b.others("创业服务机构", "52", "示例乙%02d创业服务中心", 2, 910001)
	b.parks = b.others("园区运营方", "91", "示例丙%02d产业园运营有限公司", 4, 920001)
	b.bases = b.others("基地运营方", "91", "示例丁%02d出口基地运营有限公司", 3, 930001)
	b.associations = b.others("协会", "51", "示例戊%02d人力资源服务行业协会", 2, 940001)
	b.markets = b.others("市场运营方", "91", "示例己%02d零工市场有限公司", 2, 950001)
	for i := range 12 {
		b.persons = append(b.persons, firm{
			name: fmt.Sprintf("示例引才人%02d", i+1), code: fmt.Sprintf("GR%08d", i+1), district: urbanDistricts[i%3],
			kind: "个人", permit: "无", status: "正常", since: 20200101,
		})
	}
}

func (b *Bureau) others(kind, class, name string, n, number int) (list []firm) {
	for i := range n {
		list = append(list, firm{
			name: fmt.Sprintf(name, i+1), code: creditCode(class, "330702", number+i), district: "婺城区", kind: kind,
			permit: "无", legal: true, status: "正常", since: policy.NewDate(2018+i%4, 3, 1),
		})
	}
	return list
}

func (b *Bureau) firmRows(yield func([]string) bool) {
	for _, list := range [][]firm{b.firms, b.services, b.parks, b.bases, b.associations, b.markets, b.persons} {
		for _, f := range list {
			for _, state := range append([]firm{f}, f.after...) {
				known := max(20230901, state.since.AddDays(9))
				if !yield([]string{
					state.name, state.code, state.district, state.kind, state.permit, state.permitNumber, state.permitEnd.String(),
					yes(state.legal), state.status, state.since.String(), known.String(),
				}) {
					return
				}
			}
		}
	}
}

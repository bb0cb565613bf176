package sample

import (
	"cmp"
	"slices"

	"duixian/policy"
)

var monthColumns = []string{"单位名称", "单位代码", "姓名", "证件号码", "险种", "缴费年月", "状态", "到账月份", "报送日期"}

const pension = "企业职工基本养老保险"

// insured is one row of the insurance file.
type insured struct {
	known         policy.Date
	payer, person int32 // payer: a client, or from len(clients) on a firm
	month, posted policy.Month
	state         string
}

// story draws what happens to an ordinary recruit's insurance; most are insured for long enough.
func (b *Bureau) story() string {
	stories := []string{"long", "six", "five", "gap", "late", "soon", "revoked", "moved", "short", "never", "before", "agency", "at-once"}
	weights := []int{55, 8, 8, 6, 5, 4, 4, 4, 2, 1, 1, 1, 1}
	n := b.rng.IntN(100)
	for i, w := range weights {
		if n -= w; n < 0 {
			return stories[i]
		}
	}
	return stories[0]
}

// insure writes down the months of one recruit. The first month is the month of hiring, or the next one when the
// person came after the 15th.
func (b *Bureau) insure(r recruit, story string) {
	start := r.hired.Month()
	if r.hired.Day() > 15 {
		start = start.Add(1)
	}
	months := func(payer, from, n int) {
		for i := range n {
			b.insureMonth(payer, r.person, start.Add(from+i), start.Add(from+i))
		}
	}
	switch story {
	case "long":
		months(r.client, 0, 7+b.rng.IntN(9))
	case "six":
		months(r.client, 0, 6)
	case "five":
		months(r.client, 0, 5)
	case "gap": // three months, one missing, three or four more
		months(r.client, 0, 3)
		months(r.client, 4, 3+b.rng.IntN(2))
	case "late": // the fourth month is paid three months late
		months(r.client, 0, 3)
		months(r.client, 4, 4)
		b.insureMonth(r.client, r.person, start.Add(3), start.Add(6))
	case "soon": // the third month is paid one month late
		months(r.client, 0, 2)
		months(r.client, 3, 4)
		b.insureMonth(r.client, r.person, start.Add(2), start.Add(3))
	case "revoked": // six months, the last of which is taken back four months later
		months(r.client, 0, 6)
		if month := start.Add(5); month <= b.last && month.Add(4) <= b.last {
			b.months = append(b.months, insured{
				known: b.knownOn(r.client, month.Add(4)), payer: int32(r.client), person: int32(r.person), month: month, state: "撤销",
			})
		}
	case "moved": // to another enterprise after three months
		months(r.client, 0, 3)
		months((r.client+1)%len(b.clients), 3, 4)
	case "short":
		months(r.client, 0, 1+b.rng.IntN(3))
	case "before": // was insured here until two months before: not newly brought in
		months((r.client+1)%len(b.clients), -6, 4)
		months(r.client, 0, 8)
	case "agency": // dispatched: the agency pays
		for i, f := range b.firms {
			if f.code == r.agency.code {
				months(len(b.clients)+i, 0, 8)
			}
		}
	case "at-once": // half a year posted in its last month
		for i := range 6 {
			b.insureMonth(r.client, r.person, start.Add(i), start.Add(5))
		}
	}
}

func (b *Bureau) insureMonth(payer, person int, month, posted policy.Month) {
	if month < first || posted > b.last {
		return
	}
	state := "正常"
	if posted > month {
		state = "补缴"
	}
	b.months = append(b.months, insured{
		known: b.knownOn(payer, posted), payer: int32(payer), person: int32(person), month: month, posted: posted, state: state,
	})
}

// knownOn is the day on which the office reports what it posted for the payer in the month.
func (b *Bureau) knownOn(payer int, month policy.Month) policy.Date {
	if payer < len(b.clients) && b.clients[payer].late {
		month = month.Add(3)
	}
	return month.Add(1).First().AddDays(14)
}

// inventMonths adds the steady staff of two clients in three, says for each month without anybody that there was
// nobody, and puts all rows in the order in which they became known.
func (b *Bureau) inventMonths() {
	for i := range b.clients {
		if i%3 == 2 {
			continue
		}
		for m := first; m <= b.last; m = m.Add(1) {
			b.insureMonth(i, b.opt.Recruits+i, m, m)
		}
	}
	type cell struct {
		payer int32
		month policy.Month
	}
	seen := map[cell]bool{}
	for _, r := range b.months {
		if r.state == "正常" {
			seen[cell{r.payer, r.month}] = true
		}
	}
	for i := range b.clients {
		for m := first; m <= b.last; m = m.Add(1) {
			if !seen[cell{int32(i), m}] {
				b.months = append(b.months, insured{known: b.knownOn(i, m), payer: int32(i), person: -1, month: m, state: "无参保人员"})
			}
		}
	}
	slices.SortFunc(b.months, func(x, y insured) int {
		return cmp.Or(cmp.Compare(x.known, y.known), cmp.Compare(x.payer, y.payer), cmp.Compare(x.person, y.person), cmp.Compare(x.month, y.month))
	})
}

func (b *Bureau) monthRows(yield func([]string) bool) {
	for _, r := range b.months {
		var row []string
		if n := int(r.payer); n < len(b.clients) {
			row = []string{b.clients[n].name, b.clients[n].code}
		} else {
			row = []string{b.firms[n-len(b.clients)].name, b.firms[n-len(b.clients)].code}
		}
		if r.person < 0 {
			row = append(row, "", "", "")
		} else {
			row = append(row, personName(int(r.person)), personID(int(r.person)), pension)
		}
		if !yield(append(row, r.month.String(), r.state, r.posted.String(), r.known.String())) {
			return
		}
	}
}

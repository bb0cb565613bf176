package sample

import (
	"fmt"
	"time"

	"duixian/policy"
)

var recruitColumns = []string{
	"引进机构名称", "引进机构代码", "用人单位名称", "用人单位代码", "姓名", "证件号码", "人才类别", "学历或技能等级", "入职日期", "已享受其他奖补", "报送日期",
}

// recruit is one report of an agency: it brought this person to this client.
type recruit struct {
	agency          firm
	client, person  int
	category, level string
	hired, known    policy.Date
	elsewhere       bool
}

// group is a planned number of recruits of one firm in one year, all alike, so that the sums of the year are known
// without looking: nineteen, twenty, twenty-one, four hundred.
type group struct {
	part, count      int // part: see Bureau.pick
	year, month      int // hired from this month on, over three months
	category, story  string
	elsewhere, known bool // known: on the enterprise list
}

// groups lists the firms at the edges of “20人以上” and of the yearly maximum. All others are left to chance.
func (b *Bureau) groups() []group {
	large := 2025
	if b.opt.Months < 27 {
		large = 2024
	}
	return []group{
		{0, 19, 2024, 1, "大学生", "long", false, true},
		{1, 20, 2024, 1, "大学生", "long", false, true},
		{2, 21, 2024, 1, "高技能人才", "long", false, true},
		{3, 19, 2024, 1, "大学生", "long", false, true}, // the twentieth is a person of part 1, see below
		{4, 20, 2024, 1, "高技能人才", "six", false, true},
		{4, 2, 2024, 1, "其他", "long", false, true},
		{4, 1, 2024, 1, "大学生", "long", false, false},
		{4, 1, 2024, 1, "大学生", "five", false, true},
		{5, 19, 2024, 1, "大学生", "long", false, true},
		{5, 1, 2024, 1, "大学生", "late", false, true},
		{6, min(402, b.opt.Recruits/3), large, 1, "大学生", "long", false, true},
		{7, 19, 2024, 1, "大学生", "long", false, true},
		{7, 1, 2024, 1, "大学生", "revoked", false, true}, // twenty at first, nineteen later
		{8, 17, 2025, 2, "大学生", "long", false, true},
		{8, 3, 2025, 2, "大学生", "long", true, true},
		{9, 20, 2025, 10, "高技能人才", "long", false, true}, // six months end in the next year
		{1, 20, 2023, 9, "大学生", "long", false, true},
	}
}

func (b *Bureau) inventRecruits() {
	for _, g := range b.groups() {
		for i := range g.count {
			day := policy.NewDate(g.year, time.Month(g.month+i%3), 1+b.rng.IntN(28))
			if len(b.recruits) == b.opt.Recruits || day.Month() > b.last {
				break
			}
			b.hire(b.pick(g.part), b.ordinaryClient(i, g.known), day, g.category, g.story, g.elsewhere)
			if g.part == 3 && i == g.count-1 && len(b.recruits) < b.opt.Recruits {
				b.recruits = append(b.recruits, b.duplicate(g.count))
			}
		}
	}
	for len(b.recruits) < b.opt.Recruits {
		agency := b.pick(10 + b.rng.IntN(max(1, len(b.good)-10)))
		if b.rng.IntN(10) == 0 {
			agency = b.firms[b.rng.IntN(len(b.firms))]
		}
		month := first.Add(b.rng.IntN(b.opt.Months))
		day := policy.Date(int(month)*100 + 1 + b.rng.IntN(28))
		category := []string{"大学生", "大学生", "大学生", "高技能人才", "其他"}[min(4, b.rng.IntN(40)/9)]
		if b.rng.IntN(30) == 0 && len(b.recruits) > 60 {
			twin := b.recruits[b.rng.IntN(len(b.recruits))]
			if twin.agency.code != agency.code {
				twin.agency, twin.hired, twin.known = agency, twin.hired.AddDays(10), twin.known.AddDays(30)
				b.recruits = append(b.recruits, twin)
				continue
			}
		}
		b.hire(agency, b.rng.IntN(len(b.clients)), day, category, b.story(), b.rng.IntN(40) == 0)
	}
}

// duplicate is the first person of part 1, reported again twenty days later by part 3.
func (b *Bureau) duplicate(fallback int) recruit {
	twin := b.recruits[max(0, len(b.recruits)-fallback)]
	for _, r := range b.recruits {
		if r.agency.code == b.pick(1).code {
			twin = r
			break
		}
	}
	twin.agency, twin.hired, twin.known = b.pick(3), twin.hired.AddDays(20), twin.known.AddDays(31)
	return twin
}

// ordinaryClient is a client that reports in time; on the enterprise list throughout, or never on it.
func (b *Bureau) ordinaryClient(k int, key bool) int {
	var list []int
	for i, c := range b.clients {
		if c.key == key && !c.late && c.removed == 0 && c.listed < 20230901 {
			list = append(list, i)
		}
	}
	return list[k%len(list)]
}

func (b *Bureau) hire(agency firm, client int, day policy.Date, category, story string, elsewhere bool) {
	levels := map[string][]string{"大学生": {"本科", "硕士研究生", "大专"}, "高技能人才": {"高级工", "技师", "高级技师"}, "其他": {"中专", "初级工"}}[category]
	r := recruit{
		agency: agency, client: client, person: len(b.recruits), category: category, level: levels[len(b.recruits)%len(levels)],
		hired: day, known: day.Month().Add(1).First().AddDays(9), elsewhere: elsewhere,
	}
	b.recruits = append(b.recruits, r)
	b.insure(r, story)
}

// personName and personID belong to the n-th invented person; recruits come first, other insured persons after them.
func personName(n int) string { return fmt.Sprintf("例%05d", n+1) }

func personID(n int) string {
	const days = 9 * 365 // born 1996 to 2004
	areas := []string{"330702", "330703", "330781", "330783"}
	round := n / (days * len(areas))
	return residentID(areas[n/days%len(areas)], policy.Date(19960101).AddDays(n%days*1009%days), 999-round)
}

func (b *Bureau) recruitRows(yield func([]string) bool) {
	for _, r := range b.recruits {
		c := b.clients[r.client]
		if !yield([]string{
			r.agency.name, r.agency.code, c.name, c.code, personName(r.person), personID(r.person), r.category, r.level,
			r.hired.String(), yes(r.elsewhere), r.known.String(),
		}) {
			return
		}
	}
}

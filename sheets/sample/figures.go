package sample

import (
	"fmt"
	"iter"

	"duixian/policy"
)

// The files of ratings: what a firm reports of a year, what finance and tax say of it, and the credit office. Each is drawn from the seed and the firm's
// number alone, so that the older files keep their bytes.
var (
	reportColumns = []string{
		"机构名称", "统一社会信用代码", "年度", "报告日期", "营业收入（元）", "服务企业数", "服务重点产业企业数", "参与制定标准数", "公益服务活动数", "省级以上荣誉数", "已公示年度报告", "报送日期",
	}
	contributionColumns = []string{"机构名称", "统一社会信用代码", "年度", "出具日期", "地方贡献额（元）", "出具单位", "报送日期"}
	creditColumns       = []string{"机构名称", "统一社会信用代码", "年度", "评价日期", "信用等级", "行政处罚", "报送日期"}
)

// rated are the firms that a rating asks for, with the years it is about: licensed or filed, each year from 2023 to the year before the last
// insurance month, and to 2027 at least: the rating of 2028 is about it, the last one within the policy.
func (b *Bureau) rated() iter.Seq2[int, int] {
	return func(yield func(i, year int) bool) {
		for year := 2023; year <= max(2027, b.last.Year()-1); year++ {
			for i, f := range b.firms {
				if f.permit != "无" && !yield(i, year) {
					return
				}
			}
		}
	}
}

// drawn is 0 … n−1, from the seed, a firm, a year and what is drawn.
func (b *Bureau) drawn(i, year, what, n int) int {
	x := b.opt.Seed*0x9e3779b97f4a7c15 + uint64(i)*0xbf58476d1ce4e5b9 + uint64(year)*0x94d049bb133111eb + uint64(what)*0x2545f4914f6cdd1d
	x ^= x >> 29
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 32
	return int(x % uint64(n))
}

// size is how large a firm is, 0 … 4, and moves by one now and then.
func (b *Bureau) size(i, year int) int {
	return min(4, max(0, b.drawn(i, 0, 1, 5)+b.drawn(i, year, 2, 3)-1))
}

func (b *Bureau) reportRows(yield func([]string) bool) {
	for i, year := range b.rated() {
		f := b.firms[i]
		size := b.size(i, year)
		revenue := []int{400_000, 3_000_000, 8_000_000, 60_000_000, 180_000_000}[size] + 137*b.drawn(i, year, 3, 10_000)
		bonus := func(what, n int) string {
			if k := b.drawn(i, year, what, 3*n); k < n {
				return fmt.Sprint(k + 1)
			}
			return ""
		}
		published, served := "是", fmt.Sprint([]int{3, 18, 60, 130, 420}[size]+b.drawn(i, year, 4, 30))
		switch i % 20 {
		case 11: // forgot one figure
			served = ""
		case 18:
			published = "否"
		case 12: // hands in nothing in some years
			if b.drawn(i, year, 5, 2) == 0 {
				continue
			}
		}
		on := policy.NewDate(year+1, 3, 1+b.drawn(i, year, 6, 28))
		if !yield([]string{
			f.name, f.code, fmt.Sprint(year), on.String(), fmt.Sprintf("%d.00", revenue), served, bonus(7, 40), bonus(8, 2), bonus(9, 3), bonus(10, 1),
			published, on.AddDays(20).String(),
		}) {
			return
		}
	}
}

func (b *Bureau) contributionRows(yield func([]string) bool) {
	for i, year := range b.rated() {
		if i%20 == 15 && year%2 == 1 { // neither office finds it
			continue
		}
		f := b.firms[i]
		wan := []int{0, 6, 40, 90, 700}[b.size(i, year)] + b.drawn(i, year, 11, 20)
		office := []string{"财政", "税务"}[i%2]
		on := policy.NewDate(year+1, 5, 6+b.drawn(i, year, 12, 5))
		if !yield([]string{f.name, f.code, fmt.Sprint(year), on.String(), fmt.Sprintf("%d.%02d", 10_000*wan+b.drawn(i, year, 13, 10_000), b.drawn(i, year, 16, 100)), office, on.AddDays(5).String()}) {
			return
		}
	}
}

func (b *Bureau) creditRows(yield func([]string) bool) {
	for i, year := range b.rated() {
		f := b.firms[i]
		grade := []string{"优", "优", "优", "良", "良", "中", "差"}[b.drawn(i, year, 14, 7)]
		on := policy.NewDate(year+1, 5, 12)
		if !yield([]string{f.name, f.code, fmt.Sprint(year), on.String(), grade, yes(b.drawn(i, year, 15, 12) == 0), on.AddDays(4).String()}) {
			return
		}
	}
}

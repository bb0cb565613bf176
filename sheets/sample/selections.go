package sample

import (
	"fmt"

	"duixian/policy"
)

// The files of the selections of persons (引才精英): who is proposed in each year of a rating, and what the experts of 2026 and 2028 say. In 2024 there
// are no experts: the number of recruits decides.
var (
	nomineeColumns = []string{"评选", "评选年度", "候选编号", "姓名", "证件号码", "区县", "引才成效人数", "推荐理由", "报送日期"}
	juryColumns    = []string{"评选", "评选年度", "评委编号", "候选编号", "利害关系", "评分", "报送日期"}
)

const elite = "引才精英"

// roundYears are the years of ratings within the policy.
var roundYears = []int{2024, 2026, 2028}

// nomineeRows propose everybody in every round, twelve for ten places.
func (b *Bureau) nomineeRows(yield func([]string) bool) {
	for _, year := range roundYears {
		for i, p := range b.persons {
			id := residentID(urbanAreas[i%3], policy.NewDate(1980+i, 3, 1+i), 999)
			if !yield([]string{elite, fmt.Sprint(year), p.code, p.name, id, p.district, fmt.Sprint(5 + b.drawn(i, year, 17, 60)), "示例事迹", fmt.Sprintf("%d-06-10", year)}) {
				return
			}
		}
	}
}

// juryRows are five experts who are appointed first and give their points two weeks later. One stands aside for one candidate.
func (b *Bureau) juryRows(yield func([]string) bool) {
	for _, year := range roundYears[1:] {
		for juror := range 5 {
			if !yield([]string{elite, fmt.Sprint(year), fmt.Sprintf("PW%02d", juror+1), "", "无", "", fmt.Sprintf("%d-06-12", year)}) {
				return
			}
		}
		for juror := range 5 {
			for i, p := range b.persons {
				interest, points := "无", fmt.Sprintf("%d.%02d", 60+b.drawn(i, year, 20+juror, 40), b.drawn(i, year, 30+juror, 100))
				if juror == year%5 && i == 3 {
					interest, points = "回避", ""
				}
				if !yield([]string{elite, fmt.Sprint(year), fmt.Sprintf("PW%02d", juror+1), p.code, interest, points, fmt.Sprintf("%d-06-26", year)}) {
					return
				}
			}
		}
	}
}

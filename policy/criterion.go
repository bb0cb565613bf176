package policy

import (
	"cmp"
	"fmt"
	"strings"
)

// Criterion is one thing by which candidates are ranked.
type Criterion struct {
	ID    string
	Name  string
	Low   bool // the lower value is the better one: an earlier day
	Merit bool // what is selected for; the others only part those who are equal in it
}

// The criteria and their units: score in hundredths of a point, credit as a grade of 1 to 5 (5 is 优), money in fen, days as YYYYMMDD, recruits in heads,
// the jury's average in millionths of a point.
var (
	byScore        = Criterion{ID: "score", Name: "综合得分"}
	byCredit       = Criterion{ID: "credit", Name: "信用评价"}
	byContribution = Criterion{ID: "contribution", Name: "地方贡献"}
	byRevenue      = Criterion{ID: "revenue", Name: "营业收入"}
	byLicence      = Criterion{ID: "licensed_on", Name: "取得许可或备案的时间", Low: true}
	byJury         = Criterion{ID: "jury", Name: "专家评审平均分"}
	byRecruits     = Criterion{ID: "recruits", Name: "引才人数"}
)

func merit(c Criterion) Criterion {
	c.Merit = true
	return c
}

// RankBy is what the candidates of a selection item are ranked by: backbone firms by the composite of 营收、贡献、服务企业数、信用 (三（三）), which the year's
// star scores are made of; integrity firms by credit first (三（四）); 引才精英 by what they brought in, or by a jury where there is one (三（七）). Ties are
// parted by the rest, in the order of the reading backbone.tie.
func RankBy(item string, jury bool) []Criterion {
	switch item {
	case "backbone-firm":
		return []Criterion{merit(byScore), byCredit, byContribution, byRevenue, byLicence}
	case "integrity-firm":
		return []Criterion{merit(byCredit), merit(byScore), byContribution, byRevenue, byLicence}
	case "recruit-elite":
		if jury {
			return []Criterion{merit(byJury), byRecruits}
		}
		return []Criterion{merit(byRecruits)}
	}
	return nil
}

// Compare orders candidates, the better one first. What is not known comes after what is; when all is equal the subject decides, so that two are
// never equal.
func (s Selection) Compare(a, b Candidate) int {
	for _, c := range s.By {
		if order := c.compare(a, b); order != 0 {
			return order
		}
	}
	return cmp.Compare(a.Subject, b.Subject)
}

func (c Criterion) compare(a, b Candidate) int {
	x, known := a.Marks[c.ID]
	y, also := b.Marks[c.ID]
	switch {
	case known != also && known:
		return -1
	case known != also:
		return 1
	case c.Low:
		return cmp.Compare(x, y)
	}
	return cmp.Compare(y, x)
}

// Equal says that two candidates are of equal merit.
func (s Selection) Equal(a, b Candidate) bool {
	for _, c := range s.By {
		if c.Merit && c.compare(a, b) != 0 {
			return false
		}
	}
	return true
}

// Missing lists the criteria of merit of which nothing is known.
func (s Selection) Missing(c Candidate) []string {
	var missing []string
	for _, by := range s.By {
		if _, known := c.Marks[by.ID]; by.Merit && !known {
			missing = append(missing, by.ID)
		}
	}
	return missing
}

// parts is the first criterion in which b is behind a; empty when nothing but their numbers parts them.
func (s Selection) parts(a, b Candidate) string {
	for _, c := range s.By {
		if c.compare(a, b) != 0 {
			return c.ID
		}
	}
	return ""
}

// Criterion finds one of the selection's criteria by its ID.
func (s Selection) Criterion(id string) Criterion {
	for _, c := range s.By {
		if c.ID == id {
			return c
		}
	}
	return Criterion{ID: id, Name: "候选编号"}
}

// credits are the grades of 信用评价 in words.
var credits = map[int64]string{5: "优", 4: "良", 3: "中", 1: "差"}

// Text says a mark for people: 88.50分, 优, 12,000.00 元, 2019年3月1日, 21人.
func (c Criterion) Text(mark int64) string {
	switch c.ID {
	case byScore.ID:
		return fmt.Sprintf("%d.%02d分", mark/100, mark%100)
	case byCredit.ID:
		if word, ok := credits[mark]; ok {
			return word
		}
	case byContribution.ID, byRevenue.ID:
		return Fen(mark).Text()
	case byLicence.ID:
		return Date(mark).Text()
	case byRecruits.ID:
		return fmt.Sprintf("%d人", mark)
	case byJury.ID:
		fraction := strings.TrimRight(fmt.Sprintf("%06d", mark%JuryUnit), "0")
		if len(fraction) < 2 {
			fraction += strings.Repeat("0", 2-len(fraction))
		}
		return fmt.Sprintf("%d.%s分", mark/JuryUnit, fraction)
	}
	return fmt.Sprint(mark)
}

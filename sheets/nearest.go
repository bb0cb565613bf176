package sheets

import "fmt"

// unknownOrg refuses a row about an organisation nobody has heard of, and says who may have been meant.
func (r *resolver) unknownOrg(at Place, column, code, name string) error {
	if r.everybody == nil {
		all, err := r.AllOrganisations()
		if err != nil {
			return err
		}
		r.everybody = all
	}
	best, likeness := -1, 0.5
	for i, o := range r.everybody {
		if v := alike(SameName(name), SameName(o.Name)); v > likeness {
			best, likeness = i, v
		}
	}
	fix := "先导入机构名录（firms），或核对代码"
	if best >= 0 {
		o := r.everybody[best]
		fix = fmt.Sprintf("核对代码；名称最接近的是“%s”（%s）。没有这家机构时先导入机构名录（firms）", o.Name, o.Code)
	}
	r.refuse(at, column, code, fix, "机构名录里没有代码为 %s 的机构", code)
	return nil
}

// alike is the share of letter pairs that two names have in common, from 0 to 1.
func alike(a, b string) float64 {
	pairs := func(s string) map[string]int {
		m := map[string]int{}
		letters := []rune(s)
		for i := range len(letters) - 1 {
			m[string(letters[i:i+2])]++
		}
		return m
	}
	x, y := pairs(a), pairs(b)
	common, total := 0, 0
	for pair, n := range x {
		common += min(n, y[pair])
		total += n
	}
	for _, n := range y {
		total += n
	}
	if total == 0 {
		return 0
	}
	return 2 * float64(common) / float64(total)
}

package main

// bureau is what the files say, with the day on which each row became known.
type bureau struct {
	firms       map[string]map[day]history[line] // code, 生效日期
	firmOrder   map[string]int
	enterprises map[string]map[day]history[line]       // code, 列入日期
	listings    map[string]map[[2]string]history[line] // code; list, 列入日期
	assessments map[string]map[[2]string]history[line] // code; park, year
	facts       map[factKey]history[line]
	factOrder   []factKey // as the rows stand in facts and then in events

	recruits           map[recruitKey]*recruit
	byPerson, byAgency map[string][]*recruit
	insured            map[insuredKey]map[month]history[line]
	coverage           map[string]map[month]day // from when a payer's month is known

	touched       map[day]map[string]bool // organisations about which something became known that day
	recruitNews   map[day][]string        // agencies
	insuranceNews map[day][]string        // persons
}

type factKey struct{ code, kind, key string }

type insuredKey struct{ person, payer string }

func newBureau() *bureau {
	return &bureau{
		firms:         map[string]map[day]history[line]{},
		firmOrder:     map[string]int{},
		enterprises:   map[string]map[day]history[line]{},
		listings:      map[string]map[[2]string]history[line]{},
		assessments:   map[string]map[[2]string]history[line]{},
		facts:         map[factKey]history[line]{},
		recruits:      map[recruitKey]*recruit{},
		byPerson:      map[string][]*recruit{},
		byAgency:      map[string][]*recruit{},
		insured:       map[insuredKey]map[month]history[line]{},
		coverage:      map[string]map[month]day{},
		touched:       map[day]map[string]bool{},
		recruitNews:   map[day][]string{},
		insuranceNews: map[day][]string{},
	}
}

func (b *bureau) touch(code string, l line) {
	known := l.day("报送日期")
	if b.touched[known] == nil {
		b.touched[known] = map[string]bool{}
	}
	b.touched[known][code] = true
}

// registration is the firms row in force on a day, as known by another.
func (b *bureau) registration(code string, on, known day) (line, bool) {
	var newest day
	var found line
	for effective, h := range b.firms[code] {
		if row, ok := h.at(known); ok && effective <= on && effective > newest {
			found, newest = row, effective
		}
	}
	return found, newest != ""
}

// founded is the first day of which the register knows the organisation.
func (b *bureau) founded(code string, known day) day {
	var first day
	for effective, h := range b.firms[code] {
		if _, ok := h.at(known); ok && (first == "" || effective < first) {
			first = effective
		}
	}
	return first
}

// dishonest is whether the organisation is on the one list that bars; the day of removal is free.
func (b *bureau) dishonest(code string, on, known day) bool {
	for key, h := range b.listings[code] {
		if key[0] != "严重失信主体名单" {
			continue
		}
		if row, ok := h.at(known); ok && row.day("列入日期") <= on && (row["移出日期"] == "" || on < row.day("移出日期")) {
			return true
		}
	}
	return false
}

// keyIndustry is whether an enterprise is on the 2+4+X list on a day.
func (b *bureau) keyIndustry(code string, on, known day) bool {
	for from, h := range b.enterprises[code] {
		if row, ok := h.at(known); ok && from <= on && (row["移出日期"] == "" || on < row.day("移出日期")) {
			return true
		}
	}
	return false
}

// stars are those in force on 31 December of the year before the day, none when there was never a rating.
func (b *bureau) stars(code string, on, known day) int {
	stars, newest, limit := none, day(""), on.addYears(-1)[:4]+"-12-31"
	for _, key := range b.factOrder {
		if key.code != code || key.kind != starRating {
			continue
		}
		if row, ok := b.facts[key].at(known); ok && row.day("日期") <= limit && row.day("日期") >= newest {
			stars, newest = row.whole("星级"), row.day("日期")
		}
	}
	return stars
}

// bars fills in everything that the general bars look at.
func (b *bureau) bars(f *facts, code string, on, known day) {
	r, ok := b.registration(code, on, known)
	f.urban = map[string]bool{"婺城区": true, "金东区": true, "金华开发区": true}[r["区县"]]
	f.licensed = ok && r["许可或备案"] != "无" && (r["许可有效期至"] == "" || r.day("许可有效期至") >= on)
	f.legalPerson = r["独立法人"] == "是"
	f.startup = r["机构类型"] == "创业服务机构"
	f.operating = r["经营状态"] == "正常"
	f.stars = b.stars(code, on, known)
	f.dishonest = b.dishonest(code, on, known)
}

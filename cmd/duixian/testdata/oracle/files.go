package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
)

// line is one row of a file by the names of its header.
type line map[string]string

func (l line) day(name string) day { return day(l[name]) }

// yes is whether the cell says 是; an empty cell says what is otherwise assumed.
func (l line) yes(name string, otherwise bool) bool {
	if l[name] == "" {
		return otherwise
	}
	return l[name] == "是"
}

func (l line) number(name string, places int) int64 {
	n, err := decimal(l[name], places)
	if err != nil {
		panic(fmt.Sprintf("%s: %v", name, err))
	}
	return n
}

func (l line) whole(name string) int { return int(l.number(name, 0)) }
func (l line) yuan(name string) fen  { return fen(l.number(name, 2)) }

func readFile(dir, kind string) ([]line, error) {
	data, err := os.ReadFile(filepath.Join(dir, kind+".csv"))
	if err != nil {
		return nil, err
	}
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff")))).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", kind, err)
	}
	var lines []line
	for _, row := range rows[1:] {
		l := line{}
		for i, name := range rows[0] {
			l[name] = row[i]
		}
		lines = append(lines, l)
	}
	return lines, nil
}

// load reads all files that matter; members.csv does not, the two officials are always there.
func load(dir string) (*bureau, error) {
	b := newBureau()
	for _, file := range []struct {
		kind string
		add  func(line)
	}{
		{"firms", b.addFirm},
		{"key-enterprises", b.addEnterprise},
		{"recruits", b.addRecruit},
		{"insurance", b.addInsurance},
		{"listings", b.addListing},
		{"facts", b.addFact},
		{"events", b.addFact},
		{"park-assessments", b.addAssessment},
	} {
		lines, err := readFile(dir, file.kind)
		if err != nil {
			return nil, err
		}
		for _, l := range lines {
			file.add(l)
		}
	}
	return b, nil
}

func (b *bureau) addFirm(l line) {
	code := l["统一社会信用代码"]
	if b.firms[code] == nil {
		b.firmOrder[code] = len(b.firmOrder)
	}
	put(&b.firms, code, l.day("生效日期"), l)
	b.touch(code, l)
}

func (b *bureau) addEnterprise(l line) {
	put(&b.enterprises, l["统一社会信用代码"], l.day("列入日期"), l)
}

func (b *bureau) addListing(l line) {
	put(&b.listings, l["统一社会信用代码"], [2]string{l["名单"], l["列入日期"]}, l)
	b.touch(l["统一社会信用代码"], l)
}

func (b *bureau) addAssessment(l line) {
	put(&b.assessments, l["统一社会信用代码"], [2]string{l["园区名称"], l["年度"]}, l)
	b.touch(l["统一社会信用代码"], l)
}

// addFact takes facts and events: the two files have the same key.
func (b *bureau) addFact(l line) {
	key := factKey{l["统一社会信用代码"], l["类别"], l["编号"]}
	if b.facts[key] == nil {
		b.factOrder = append(b.factOrder, key)
	}
	h := b.facts[key]
	h.add(l.day("报送日期"), l)
	b.facts[key] = h
	b.touch(key.code, l)
}

func (b *bureau) addRecruit(l line) {
	key := recruitKey{l["引进机构代码"], l["证件号码"], l.day("入职日期")}
	r := b.recruits[key]
	if r == nil {
		r = &recruit{recruitKey: key}
		b.recruits[key] = r
		b.byPerson[key.person] = append(b.byPerson[key.person], r)
		b.byAgency[key.agency] = append(b.byAgency[key.agency], r)
	}
	r.rows.add(l.day("报送日期"), l)
	b.recruitNews[l.day("报送日期")] = append(b.recruitNews[l.day("报送日期")], key.agency)
}

func (b *bureau) addInsurance(l line) {
	known, payer, m := l.day("报送日期"), l["单位代码"], month(l["缴费年月"])
	if b.coverage[payer] == nil {
		b.coverage[payer] = map[month]day{}
	}
	if first := b.coverage[payer][m]; first == "" || known < first {
		b.coverage[payer][m] = known
	}
	if l["状态"] == "无参保人员" || l["险种"] != "企业职工基本养老保险" {
		return
	}
	put(&b.insured, insuredKey{l["证件号码"], payer}, m, l)
	b.insuranceNews[known] = append(b.insuranceNews[known], l["证件号码"])
}

// put adds a row to the history of one thing of one owner.
func put[O, K comparable](all *map[O]map[K]history[line], owner O, key K, l line) {
	if (*all)[owner] == nil {
		(*all)[owner] = map[K]history[line]{}
	}
	h := (*all)[owner][key]
	h.add(l.day("报送日期"), l)
	(*all)[owner][key] = h
}

package models

import (
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"gorm.io/gorm"
)

// record is one audit row that speaks of rows of a table.
type record struct {
	Written
	row    AuditRow
	origin string // the import or run, for people
	sums   sums   // of what is there now
}

// writtenText is what people call the tables.
var writtenText = map[string]string{
	"facts": "资格信息", "listings": "名单记录", "recruits": "引才登记", "key_enterprises": "重点企业", "organisations": "机构", "enterprises": "用人单位",
	"month_sets": "参保月份", "month_coverage": "参保覆盖月份", "decisions": "审核结论", "appropriations": "资金安排", "bank_accounts": "收款账户",
}

// checkWritten: everything that people told us, and every decision, is what was written down of it in the chain when it came in.
func (q Query) checkWritten() (CheckResult, error) {
	r := CheckResult{No: "40e", Title: "资料和审核结论与写入时的审计记录一致"}
	byTable, byImport, err := q.records(&r)
	if err != nil {
		return r, err
	}
	for _, look := range []func() error{
		func() error { return numbered[Organisation](q, &r, byTable) }, func() error { return numbered[Enterprise](q, &r, byTable) },
		func() error { return numbered[Fact](q, &r, byTable) }, func() error { return numbered[Listing](q, &r, byTable) },
		func() error { return numbered[Recruit](q, &r, byTable) }, func() error { return numbered[KeyEnterprise](q, &r, byTable) },
		func() error { return numbered[Decision](q, &r, byTable) }, func() error { return numbered[Appropriation](q, &r, byTable) },
		func() error { return numbered[BankAccount](q, &r, byTable) },
		func() error { return imported(q, &r, byImport, func(s MonthSet) int64 { return s.ImportID }) },
		func() error { return imported(q, &r, byImport, func(c MonthCoverage) int64 { return c.ImportID }) },
	} {
		if err := look(); err != nil {
			return r, err
		}
	}
	return r, nil
}

// records reads the audit rows of imports and writing runs, and compares the imports themselves with theirs. The first result is by table in the
// order of numbers, the second by table and import.
func (q Query) records(r *CheckResult) (byTable map[string][]*record, byImport map[string]map[int64]*record, err error) {
	rows, err := find[AuditRow](q.db.Where("stream = 'data' AND action IN ('import', 'write')").Order("seq"))
	if err != nil {
		return nil, nil, err
	}
	imports, err := find[Import](q.db.Order("id"))
	if err != nil {
		return nil, nil, err
	}
	files := map[int64]Import{}
	for _, i := range imports {
		files[i.ID] = i
	}
	byTable, byImport = map[string][]*record{}, map[string]map[int64]*record{}
	before, told := 0, map[int64]bool{}
	for _, row := range rows {
		var says struct {
			Import  int64
			Kind    string
			SHA256  string
			Written map[string]Written
		}
		if err := json.Unmarshal([]byte(row.Canon), &says); err != nil {
			r.Findings = append(r.Findings, fmt.Sprintf("审计链 data 第 %d 行无法读取", row.Seq))
			continue
		}
		origin := fmt.Sprintf("%s 的执行 #%d", row.At.Text(), row.RunID)
		if row.Action == "import" {
			file, there := files[says.Import]
			told[says.Import] = true
			origin = fmt.Sprintf("%s导入的 %s（#%d，%s）", row.At.Text(), file.FileName, says.Import, row.Actor)
			switch {
			case !there:
				r.Findings = append(r.Findings, fmt.Sprintf("导入 #%d（%s，%s，%s）的登记没有了", says.Import, says.Kind, row.At.Text(), row.Actor))
			case file.Kind != says.Kind || file.SHA256 != says.SHA256:
				r.Findings = append(r.Findings, fmt.Sprintf("导入 #%d 的登记与审计记录不符：文件的种类或校验值被改过", says.Import))
			}
			if !strings.Contains(row.Canon, `"written":`) && file.Changed > 0 && file.Kind != "members" { // the word is there even for a file whose rows are watched elsewhere
				before++
			}
		}
		for table, w := range says.Written {
			rec := &record{Written: w, row: row, origin: origin}
			if w.From != 0 {
				byTable[table] = append(byTable[table], rec)
				continue
			}
			if byImport[table] == nil {
				byImport[table] = map[int64]*record{}
			}
			byImport[table][says.Import] = rec // 0 = a run that is no import, of which there may be several
		}
	}
	for _, i := range imports {
		r.Examined++
		if !told[i.ID] && i.At != 0 { // 0 = copied for a simulation, see CopyTold
			r.Findings = append(r.Findings, fmt.Sprintf("导入 #%d（%s）没有审计记录", i.ID, i.FileName))
		}
	}
	if before > 0 {
		r.Notes = append(r.Notes, fmt.Sprintf("%d 次导入早于逐行校验的启用，未比较", before))
	}
	for _, list := range byTable {
		slices.SortFunc(list, func(a, b *record) int { return int(a.From - b.From) })
	}
	return byTable, byImport, nil
}

// numbered compares a table whose rows have numbers. Rows with smaller numbers than any in the chain were written before this was recorded; any
// other that nothing speaks of was put in.
func numbered[T statement](q Query, r *CheckResult, records map[string][]*record) error {
	var zero T
	table := zero.table()
	list := records[table]
	early, strange, next := 0, 0, 0
	for after := int64(0); ; {
		page, err := find[T](q.db.Where("id > ?", after).Order("id").Limit(2000))
		if err != nil {
			return err
		}
		for _, row := range page {
			after = row.number()
			r.Examined++
			for next < len(list) && list[next].To < after {
				next++
			}
			switch {
			case next < len(list) && list[next].From <= after:
				list[next].sums.add(after, hashOf(row))
			case len(list) == 0 || after < list[0].From:
				early++
			default:
				if strange++; strange <= 20 {
					r.Findings = append(r.Findings, fmt.Sprintf("%s #%d 不是系统写入的：没有哪次导入或执行的审计记录包含它", writtenText[table], after))
				}
			}
		}
		if len(page) < 2000 {
			break
		}
	}
	if early > 0 {
		r.Notes = append(r.Notes, fmt.Sprintf("%s %d 行早于逐行校验的启用，未比较", writtenText[table], early))
	}
	for _, rec := range list {
		rec.compare(r, table)
	}
	return nil
}

// imported compares a table whose rows are found by their import.
func imported[T statement](q Query, r *CheckResult, records map[string]map[int64]*record, importOf func(T) int64) error {
	var zero T
	table := zero.table()
	early, strange := 0, map[int64]int{}
	rows, err := q.db.Model(&zero).Rows()
	if err != nil {
		return readable(err)
	}
	defer rows.Close() //nolint:errcheck // read to its end
	first := int64(0)
	for id := range records[table] {
		if id != 0 && (first == 0 || id < first) {
			first = id
		}
	}
	for rows.Next() {
		var row T
		if err := scanRow(q.db, rows, &row); err != nil {
			return err
		}
		r.Examined++
		id := importOf(row)
		switch rec := records[table][id]; {
		case rec != nil && id != 0:
			rec.sums.add(0, hashOf(row))
		case rec != nil:
			early++
		case first == 0 || id != 0 && id < first:
			early++
		default:
			strange[id]++
		}
	}
	if err := rows.Err(); err != nil {
		return readable(err)
	}
	if early > 0 {
		r.Notes = append(r.Notes, fmt.Sprintf("%s %d 行早于逐行校验的启用，或不是导入的，未比较", writtenText[table], early))
	}
	for _, id := range slices.Sorted(maps.Keys(strange)) {
		r.Findings = append(r.Findings, fmt.Sprintf("%s %d 行（导入 #%d）不是系统写入的：审计记录里没有", writtenText[table], strange[id], id))
	}
	for _, id := range slices.Sorted(maps.Keys(records[table])) {
		if id != 0 {
			records[table][id].compare(r, table)
		}
	}
	return nil
}

func scanRow(db *gorm.DB, rows *sql.Rows, into any) error { return readable(db.ScanRows(rows, into)) }

// compare says what of the rows that an audit row speaks of is no longer as it was.
func (rec *record) compare(r *CheckResult, table string) {
	now := rec.sums.written()
	if now.Digest == rec.Digest && now.Rows == rec.Rows {
		return
	}
	what := writtenText[table]
	if rec.Sums == "" {
		if now.Rows != rec.Rows {
			r.Findings = append(r.Findings, fmt.Sprintf("%s：%s写入的 %d 行现在是 %d 行（审计链 data 第 %d 行）", what, rec.origin, rec.Rows, now.Rows, rec.row.Seq))
			return
		}
		r.Findings = append(r.Findings, fmt.Sprintf("%s：%s写入的 %d 行里有内容被改过（审计链 data 第 %d 行）", what, rec.origin, rec.Rows, rec.row.Seq))
		return
	}
	have := map[string]bool{}
	for _, sum := range rec.sums.rows {
		have[hex.EncodeToString(sum[:])[:namedSum]] = true
	}
	for i := range len(rec.Sums) / namedSum {
		if !have[rec.Sums[i*namedSum:][:namedSum]] {
			r.Findings = append(r.Findings, fmt.Sprintf("%s #%d 被改动或删除：%s写入（审计链 data 第 %d 行）", what, rec.From+int64(i), rec.origin, rec.row.Seq))
		}
	}
	if now.Rows > rec.Rows {
		r.Findings = append(r.Findings, fmt.Sprintf("%s：%s写入的 %d 行现在是 %d 行（审计链 data 第 %d 行）", what, rec.origin, rec.Rows, now.Rows, rec.row.Seq))
	}
}

// checkListingOwners: the organisation of a listing is the one with its code. It is filled in later, so no audit row speaks of it.
func (q Query) checkListingOwners() (CheckResult, error) {
	r := CheckResult{No: "40f", Title: "名单记录归属于同一信用代码的机构"}
	if err := q.db.Raw("SELECT COUNT(*) FROM listings").Scan(&r.Examined).Error; err != nil {
		return r, readable(err)
	}
	err := q.db.Raw(`SELECT CONCAT('名单记录 #', l.id, ' 的归属与信用代码 ', l.code, ' 不符') FROM listings l LEFT JOIN organisations o ON o.code = l.code
		WHERE l.org_id <> COALESCE(o.id, 0) LIMIT 20`).Scan(&r.Findings).Error
	return r, readable(err)
}

package sheets

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"duixian/policy"
)

// Options of reading a file.
type Options struct {
	KnownOn  policy.Date    // for rows without 报送日期; zero refuses them
	Today    policy.Date    // a note says which rows are known on a later day only; zero = not looked at
	Progress func(rows int) // called every thousand rows; may be nil
}

// File is a spreadsheet that has been read: what it says, and the report on it. Records must be used only when the
// report is OK.
type File struct {
	Dataset Dataset
	Report  *Report
	Records Records
}

// Records are the rows of a file of one kind; the slices of the other kinds are empty.
type Records struct {
	Firms          []FirmRow
	Members        []MemberRow
	KeyEnterprises []KeyEnterpriseRow
	Recruits       []RecruitRow
	Insurance      InsuranceRows
	Listings       []ListingRow
	Amounts        []AmountRow
	Facts          []FactRow // events, booths and park assessments too
	External       []ExternalRow
	Accounts       []AccountRow
	Receipts       []ReceiptRow
	Appropriations []AppropriationRow
	Nominees       []NomineeRow
	JuryScores     []JuryScoreRow
	Opinions       []OpinionRow
}

// Read reads a whole file of the given kind. It fails only for a kind that does not exist; what is wrong with the file is
// in the report. Nothing is written anywhere.
func Read(kind, name string, r io.ReaderAt, size int64, opt Options) (*File, error) {
	d, ok := Lookup(kind)
	if !ok {
		return nil, fmt.Errorf("没有“%s”这种数据，可用的有：%s", kind, strings.Join(kinds(), "、"))
	}
	f := &File{Dataset: d, Report: &Report{File: name, Kind: d.Kind, Name: d.Name, KnownOn: opt.KnownOn, state: map[Place]Severity{}}}
	f.Report.Refusal = f.read(name, r, size, opt)
	return f, nil
}

func kinds() []string {
	var list []string
	for _, d := range All() {
		list = append(list, d.Kind)
	}
	return list
}

func (f *File) read(name string, r io.ReaderAt, size int64, opt Options) *Refusal {
	src, bad := open(name, r, size)
	if bad != nil {
		return bad
	}
	return (&reader{File: f, opt: opt, intern: map[string]string{}}).through(src)
}

// through goes through all rows of a source.
func (p *reader) through(src source) *Refusal {
	p.future.today = p.opt.Today
	for row, bad := range src.rows() {
		if bad == nil {
			bad = p.row(row)
		}
		if bad != nil {
			return bad
		}
	}
	if bad := p.endSheet(); bad != nil {
		return bad
	}
	return p.finish()
}

// reader is the state of going through a file: which sheet, whether its header is found, and what was left out.
type reader struct {
	*File
	opt     Options
	intern  map[string]string
	sheet   string
	begun   bool
	header  *header
	head    []Row // rows before the header, copied
	line    line
	missed  []string // sheets without a header
	noKnown bool     // a header without 报送日期 was seen
	hidden  int
	remarks []Place
	future  future
	seen    func(h *header, row Row, as role) // of every row of a sheet that has a header, in order; may be nil
}

// role is what a row is in its sheet.
type role int

const (
	roleAbove role = iota // before the header
	roleHeader
	roleData
	roleTotal
	roleRemark
	roleHeaderAgain
)

func (p *reader) show(row Row, as role) {
	if p.seen != nil {
		p.seen(p.header, row, as)
	}
}

func (p *reader) row(row Row) *Refusal {
	if !p.begun || row.Sheet != p.sheet {
		if bad := p.endSheet(); bad != nil {
			return bad
		}
		p.sheet, p.begun, p.header, p.head = row.Sheet, true, nil, nil
	}
	if row.empty() {
		return nil
	}
	if p.header == nil {
		if len(p.head) >= headerWithin { // a sheet without a header: not read, see endSheet
			return nil
		}
		row.Cells = slices.Clone(row.Cells)
		p.head = append(p.head, row)
		if _, complete := p.Dataset.score(row.Cells); complete || len(p.head) == headerWithin {
			return p.settle()
		}
		return nil
	}
	p.data(row)
	return nil
}

// settle chooses the header among the rows seen so far: a complete one, else the one with most columns. Rows after it
// that were already seen are data.
func (p *reader) settle() *Refusal {
	best, hits := -1, 1
	for i, row := range p.head {
		n, complete := p.Dataset.score(row.Cells)
		if n > hits {
			best, hits = i, n
		}
		if bad := p.otherKind(row, n, complete); bad != nil {
			return bad
		}
	}
	if best < 0 {
		return nil // perhaps a cover sheet: see endSheet
	}
	above := noUnit
	for _, row := range p.head[:best] {
		for _, cell := range row.Cells {
			if u := unitLine(cell); u != noUnit {
				above = u
			}
		}
	}
	h, bad := p.Dataset.readHeader(p.head[best].Place, p.head[best].Cells, above)
	if bad != nil {
		return bad
	}
	p.header = h
	if _, there := h.index[known.Title]; !there {
		p.noKnown = true
		if p.opt.KnownOn == 0 {
			return refuse(h.at, "补上这一列，或导入时用 --known-on 说明我方得知的日期", "没有“报送日期”列，导入时也没有给出日期")
		}
	}
	if len(h.extra) > 0 {
		p.note("没有用到的列：%s", strings.Join(h.extra, "、"))
	}
	for i, row := range p.head[:best+1] {
		as := roleAbove
		if i == best {
			as = roleHeader
		}
		p.show(row, as)
	}
	rest := p.head[best+1:]
	p.head = nil
	for _, row := range rest {
		p.data(row)
	}
	return nil
}

// otherKind refuses a file whose header fits another dataset clearly better; it names the one that fits best.
func (p *reader) otherKind(row Row, hits int, complete bool) *Refusal {
	var better Dataset
	most := hits + 1
	if !complete {
		most = hits
	}
	for _, other := range All() {
		if n, whole := other.score(row.Cells); whole && n > most {
			better, most = other, n
		}
	}
	if better.Kind == "" || better.Kind == p.Dataset.Kind {
		return nil
	}
	bad := refuse(row.Place, fmt.Sprintf("改用 duixian import %s 导入，或核对是否选错文件", better.Kind), "这个文件看起来是“%s”，不是“%s”", better.Name, p.Dataset.Name)
	bad.Like = better.Name
	return bad
}

func (p *reader) endSheet() *Refusal {
	if !p.begun || p.header != nil {
		return nil
	}
	if len(p.head) > 0 {
		if len(p.head) < headerWithin {
			if bad := p.settle(); bad != nil || p.header != nil {
				return bad
			}
		}
		p.missed = append(p.missed, p.sheet)
	}
	return nil
}

func (p *reader) note(format string, args ...any) {
	note := fmt.Sprintf(format, args...)
	if !slices.Contains(p.Report.Notes, note) {
		p.Report.Notes = append(p.Report.Notes, note)
	}
}

// data reads one line below the header.
func (p *reader) data(row Row) {
	switch {
	case row.empty():
		return
	case p.header.repeated(row.Cells):
		p.show(row, roleHeaderAgain)
		return
	case isTotal(row.Cells):
		p.Report.Totals++
		p.show(row, roleTotal)
		return
	case p.isRemark(row):
		p.remarks = append(p.remarks, row.Place)
		p.show(row, roleRemark)
		return
	}
	p.show(row, roleData)
	if row.Hidden {
		p.hidden++
	}
	p.line = line{dataset: &p.Dataset, header: p.header, row: row, report: p.Report, fallback: p.opt.KnownOn, future: &p.future, intern: p.intern}
	p.Dataset.record(&p.line, &p.Records)
	p.Report.accept(row.Place, p.line.refused, p.line.warned)
	if p.opt.Progress != nil && p.Report.Rows%1000 == 0 {
		p.opt.Progress(p.Report.Rows)
	}
}

// isTotal recognises rows of sums by the first thing they say.
func isTotal(cells []string) bool {
	seen := 0
	for _, cell := range cells {
		s := strings.Trim(squash(cell), ":")
		if s == "" {
			continue
		}
		if len([]rune(s)) <= 8 {
			for _, word := range []string{"合计", "总计", "小计", "共计", "总合计", "本页合计", "本页小计", "累计", "汇总"} {
				if strings.HasPrefix(s, word) {
					return true
				}
			}
		}
		if seen++; seen == 2 {
			return false
		}
	}
	return false
}

// isRemark recognises lines such as 制表人：…… below a table: a cell or two, and none in a required column that is not the first.
func (p *reader) isRemark(row Row) bool {
	filled := 0
	for i, cell := range row.Cells {
		if strings.TrimSpace(cell) == "" {
			continue
		}
		filled++
		for _, c := range p.Dataset.Columns {
			if at, there := p.header.index[c.Title]; there && at == i && c.Required && i > 0 {
				return false
			}
		}
	}
	return filled <= 2 && len(p.header.index) > 3
}

func (p *reader) finish() *Refusal {
	if p.header == nil && p.Report.Rows == 0 {
		want := make([]string, 0, len(p.Dataset.Columns))
		for _, c := range p.Dataset.Columns {
			if c.Required {
				want = append(want, c.Title)
			}
		}
		return refuse(Place{}, "把表头放在前20行内，至少要有这些列："+strings.Join(want, "、"), "没有认出“%s”的表头", p.Dataset.Name)
	}
	if p.Report.Rows == 0 {
		return refuse(p.header.at, "核对是否选错文件", "表头下面没有数据")
	}
	for _, sheet := range p.missed {
		p.note("工作表“%s”没有认出表头，没有读", sheet)
	}
	if len(p.remarks) > 0 {
		p.note("%s不像数据（说明或落款），没有读", rowList(p.remarks))
	}
	if p.hidden > 0 {
		p.note("有 %d 行被隐藏（筛选），也读了", p.hidden)
	}
	if p.noKnown {
		p.note("文件没有“报送日期”列，按 %s 得知处理", p.opt.KnownOn.Text())
	}
	if f := p.future; len(f.places) > 0 {
		p.note("%s的“报送日期”在今天之后（最晚 %s），到那一天才算已知；如系误填请先更正", rowList(f.places), f.latest.Text())
	}
	if p.Dataset.across != nil {
		p.Dataset.across(&lines{p.Report}, &p.Records)
	}
	return nil
}

package sheets

// Dataset is one kind of file: its columns, and how a line becomes a record.
type Dataset struct {
	Kind    string // as typed after import: firms
	Name    string // as people call it: 机构名录
	Clause  string // of the policy: what the file is needed for
	Columns []Column
	kinds   []factKind // of a file that holds several: which columns each of them uses; may be nil
	record  func(l *line, into *Records)
	across  func(l *lines, all *Records) // what only the whole file shows; may be nil
}

// Column is one column of a dataset. Titles are compared without blanks, width, units and remarks.
type Column struct {
	Title    string
	Also     []string // other titles that mean the same
	Form     Form     // what its cells hold
	Required bool     // the column must be there; mostly it must be filled, too
	Personal bool     // values are masked wherever they are shown
	Hint     string   // what may stand in it, for people
	Example  string   // a value, where the form alone does not give one

	// Words are what may stand in the column and what each means; nil is anything its form allows. Offer lists the words that a
	// template offers, one for each meaning; without Words they are suggestions.
	Words map[string]string
	Offer []string
}

// Form is what the cells of a column hold. It says how a template formats them; reading takes every spelling that is clear.
type Form uint8

// The forms. The title of an Amount must say 元 or 万元. A Code is text that a spreadsheet would take for a number.
const (
	Text Form = iota
	Code
	Day
	Month
	Year
	Count
	Percent
	Amount
	YesNo
)

// All lists the datasets in the order in which files are imported, so that whoever is referred to comes first.
func All() []Dataset {
	return []Dataset{
		firms, members, keyEnterprises, recruits, insurance, listings, facts, events, parkAssessments,
		annualReports, contributions, credit, external, nominees, juryScores, opinions,
		amounts, accounts, appropriations, receipts,
	}
}

// Lookup finds a dataset by kind.
func Lookup(kind string) (Dataset, bool) {
	for _, d := range All() {
		if d.Kind == kind {
			return d, true
		}
	}
	return Dataset{}, false
}

// known is the column every dataset has.
var known = Column{Title: "报送日期", Also: []string{"报送时间", "知悉日期", "填报日期", "上报日期", "数据日期"}, Form: Day, Hint: "我方得知的日期；不填则用导入时给的日期"}

// withdrawn marks a row that takes an earlier one back.
var withdrawn = Column{Title: "作废", Also: []string{"是否作废", "撤回"}, Form: YesNo, Hint: "是：以前报的这一条作废"}

// What the examples say. Nothing in them exists; their check digits are right.
const (
	exampleFirm      = "示例人力资源有限公司"
	exampleCode      = "91330702MA2TE5T01Y"
	exampleBuyer     = "示例制造有限公司"
	exampleBuyerCode = "91330702MA2TE5T1XN"
	exampleID        = "330702199901010010"
)

var (
	orgName = Column{Title: "机构名称", Also: []string{"单位名称", "企业名称", "名称", "公司名称", "单位全称", "企业全称", "人力资源服务机构名称"}, Hint: "供人核对，程序按代码认机构", Example: exampleFirm}
	orgCode = Column{Title: "统一社会信用代码", Also: []string{"信用代码", "社会信用代码", "统一信用代码", "统一社会信用代码号", "代码", "机构代码", "单位代码", "纳税人识别号"}, Form: Code, Required: true, Hint: "18位", Example: exampleCode}
)

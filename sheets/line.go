package sheets

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"duixian/policy"
)

// line is one row being read: typed access by column title, and the findings of this row.
type line struct {
	dataset  *Dataset
	header   *header
	row      Row
	report   *Report
	fallback policy.Date // known-on of rows that do not say
	future   *future
	intern   map[string]string
	refused  bool
	warned   bool
}

// lines gives the checks over the whole file a way to report.
type lines struct{ report *Report }

func (l *lines) refuse(at Place, column, value, fix, format string, args ...any) {
	l.report.add(Finding{Refused, at, column, value, fmt.Sprintf(format, args...), fix})
	l.report.refuseLater(at)
}

func (l *lines) warn(at Place, column, value, fix, format string, args ...any) {
	l.report.add(Finding{Warned, at, column, value, fmt.Sprintf(format, args...), fix})
	l.report.warnLater(at)
}

func (l *line) at() Place { return l.row.Place }

func (l *line) column(name string) *Column {
	for i := range l.dataset.Columns {
		if c := &l.dataset.Columns[i]; c.Title == name {
			return c
		}
	}
	panic("sheets: " + l.dataset.Kind + " has no column " + name)
}

func (l *line) refuse(column, value, fix, format string, args ...any) {
	l.refused = true
	l.report.add(Finding{Refused, l.at(), column, l.shown(column, value), fmt.Sprintf(format, args...), fix})
}

func (l *line) warn(column, value, fix, format string, args ...any) {
	l.warned = true
	l.report.add(Finding{Warned, l.at(), column, l.shown(column, value), fmt.Sprintf(format, args...), fix})
}

func (l *line) shown(column, value string) string {
	if l.column(column).Personal && !strings.Contains(value, "E+") { // 3.30702E+17 says nothing about anybody
		return mask(fold(value))
	}
	if (strings.Contains(column, "代码") || strings.Contains(column, "号")) && !likeResidentID(value) {
		return value // codes of organisations are public and have to be read in full
	}
	return quoted(value)
}

// raw is the folded text of a column, empty when the file does not have it. A formula is refused: what it last came
// to may be stale, and nobody has looked at it. So is what is left of a formula that came to nothing.
func (l *line) raw(column string) string {
	i, ok := l.header.index[column]
	if !ok || i >= len(l.row.Cells) {
		return ""
	}
	if slices.Contains(l.row.Formulas, i) {
		l.row.Formulas = slices.DeleteFunc(l.row.Formulas, func(f int) bool { return f == i }) // say it once
		l.row.Cells[i] = ""
		l.refuse(column, "", "复制该列后“选择性粘贴为数值”，再保存", "单元格是公式，程序只认填好的值")
		return ""
	}
	s := fold(l.row.Cells[i])
	if isMistake(s) {
		l.row.Cells[i] = "" // say it once
		l.refuse(column, "", "回到原表改正公式或直接填写，再“选择性粘贴为数值”后保存", "单元格是错误值 %s，不是数据", s)
		return ""
	}
	if likeResidentID(s) && !l.column(column).Personal {
		l.row.Cells[i] = ""
		l.refuse(column, mask(s), "把身份证号移到证件号码列；其他列不得出现", "“%s”里是身份证号", column)
		return ""
	}
	return s
}

// likeResidentID recognises an identity number in a column that is not for it, where it would be stored and shown
// unprotected: eighteen characters with a birthday of a living person in the middle.
func likeResidentID(s string) bool {
	s = squash(s)
	if len(s) != 18 || !digitsOnly(s[:17]) || !strings.Contains("0123456789Xx", s[17:]) || s[6:8] != "19" && s[6:8] != "20" {
		return false
	}
	_, err := civil(s[6:10], s[10:12], s[12:14], s)
	return err == nil
}

// must is raw, refused when empty.
func (l *line) must(column string) string {
	before := len(l.report.Findings) + l.report.More
	s := l.raw(column)
	if s == "" && before == len(l.report.Findings)+l.report.More {
		fix := "补填“" + column + "”"
		if l.row.Sheet != "" {
			fix += "（合并的单元格请先取消合并，逐行填满）"
		}
		l.refuse(column, "", fix, "没有填“%s”", column)
	}
	return s
}

// keep is one copy of a text that many rows share, so that a million rows do not hold a million names.
func (l *line) keep(s string) string {
	if kept, ok := l.intern[s]; ok {
		return kept
	}
	s = strings.Clone(s)
	l.intern[s] = s
	return s
}

// text is what a column says, at most 80 characters: what is longer belongs into a document, not into a list.
func (l *line) text(column string) string { return l.textUpTo(column, 80) }

func (l *line) textUpTo(column string, runes int) string {
	s := strings.Join(strings.Fields(l.raw(column)), " ")
	if utf8.RuneCountInString(s) > runes || len(s) > 3*runes {
		l.refuse(column, s, fmt.Sprintf("缩短到%d个字以内", runes), "“%s”太长", column)
		return ""
	}
	if isTruth(s) {
		l.refuse(column, "", "填写文字", "单元格是逻辑值 %s，不是文字", s)
		return ""
	}
	if !plainASCII(s) {
		s = chineseBrackets.Replace(s) // as on business licences and bank accounts
	}
	return l.keep(s)
}

var chineseBrackets = strings.NewReplacer("(", "（", ")", "）")

func (l *line) mustText(column string) string {
	if l.must(column) == "" {
		return ""
	}
	return l.text(column)
}

// parsed applies a parser to what a column says; empty stays zero.
func parsed[T any](l *line, column, fix string, parse func(string) (T, error)) T {
	var zero T
	s := l.raw(column)
	if s == "" {
		return zero
	}
	v, err := parse(s)
	if err != nil {
		l.refuse(column, s, fix, "%s", strings.ReplaceAll(err.Error(), "“"+s+"”", "")) // the value stands beside
		return zero
	}
	return v
}

const (
	dayFix    = "写成 2024-06-30 的样子"
	monthFix  = "写成 2024-06 的样子"
	numberFix = "填写整数"
)

func (l *line) day(column string) policy.Date { return parsed(l, column, dayFix, ParseDay) }

func (l *line) mustDay(column string) policy.Date {
	if l.must(column) == "" {
		return 0
	}
	return l.day(column)
}

func (l *line) month(column string) policy.Month { return parsed(l, column, monthFix, ParseMonth) }

func (l *line) count(column string) int { return parsed(l, column, numberFix, ParseCount) }

func (l *line) year(column string) int { return parsed(l, column, "写成 2024 的样子", ParseYear) }

// yes is the answer in a column, or the default when nothing is said.
func (l *line) yes(column string, otherwise bool) bool {
	if l.raw(column) == "" {
		return otherwise
	}
	return parsed(l, column, "填“是”或“否”", ParseYesNo)
}

// amount is a money figure; said tells whether there was one.
func (l *line) amount(column string) (f policy.Fen, said bool) {
	if l.raw(column) == "" {
		return 0, false
	}
	wan := l.header.unit[column] == wanYuan
	f = parsed(l, column, "填写数字，最多精确到分", func(s string) (policy.Fen, error) { return ParseAmount(s, wan) })
	if f < 0 {
		l.refuse(column, f.String(), "核对金额", "金额不能是负数")
	}
	return f, true
}

// choice is what the word in a column means, one of the Words of that column.
func (l *line) choice(column string) string {
	s := squash(l.raw(column))
	if s == "" {
		return ""
	}
	if v, ok := l.column(column).Words[s]; ok {
		return v
	}
	l.refuse(column, s, "填写其中之一："+l.column(column).Hint, "“%s”不是“%s”可以填的内容", quoted(s), column)
	return ""
}

// creditCode is a checked credit code: wrong letters or length are refused, a wrong check digit is a warning, because
// some codes that were given out do not fit the standard.
func (l *line) creditCode(column string) string {
	s := l.must(column)
	if s == "" {
		return ""
	}
	if strings.Contains(strings.ToUpper(s), "E+") {
		l.refuse(column, s, "把该列设为文本格式后重新填写", "代码被电子表格改成了科学计数法，后几位已丢失")
		return ""
	}
	code, err := policy.ParseCreditCode(s)
	if err != nil {
		l.refuse(column, s, "与营业执照核对", "%s", strings.Replace(err.Error(), " "+strconv.Quote(s)+" ", "", 1)) // the value stands beside
		return ""
	}
	if w := code.Warning(); w != "" {
		l.warn(column, s, "与营业执照核对，无误可照常导入", "%s", strings.TrimSuffix(w, "，请与营业执照核对"))
	}
	return l.keep(string(code))
}

// residentID is a checked identity number. The error never contains it.
func (l *line) residentID(column string, known policy.Date) string {
	s := l.must(column)
	if s == "" {
		return ""
	}
	id, err := policy.ParseResidentID(s)
	if err != nil {
		problem, advice, _ := strings.Cut(err.Error(), "；请")
		if len(s) == 18 && strings.Trim(strings.ToUpper(s), "0123456789X") != "" {
			problem = "身份证号里有数字和 X 以外的字符"
		}
		l.refuse(column, s, cmp.Or(advice, "与身份证核对"), "%s", problem)
		return ""
	}
	if err := id.CheckOn(known); err != nil {
		l.refuse(column, s, "与身份证核对", "%v", errors.New("身份证号中的出生日期晚于报送日期"))
		return ""
	}
	if w := id.WarningOn(known); w != "" {
		l.warn(column, s, "与身份证核对，无误可照常导入", "%s", strings.TrimSuffix(w, "，请核对"))
	}
	if strings.HasSuffix(id.Reveal(), "000") {
		// A spreadsheet keeps fifteen digits and makes the rest zeros; in one of eleven cases the check digit is a zero too. Some
		// true numbers end so, one in a thousand: a person has to look.
		l.warn(column, s, "与身份证核对；如已被截断，把该列设为文本格式后重新填写", "身份证号末尾为000，校验虽相符，仍可能是被电子表格截断的")
	}
	return l.keep(id.Reveal())
}

// knownOn is the day on which we learnt what the row says.
func (l *line) knownOn() policy.Date {
	d := l.day(known.Title)
	if d == 0 {
		d = l.fallback
	}
	if !l.refused && (d < 20200101 || d > 20401231) {
		l.refuse(known.Title, d.String(), dayFix, "报送日期 %s 不合情理", d.Text())
	}
	l.future.see(l.at(), d)
	return d
}

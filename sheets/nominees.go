package sheets

import (
	"strings"

	"duixian/policy"
	"duixian/secret"
)

// NomineeRow proposes somebody for a selection of a year. A person has a number of the bureau's (GR and eight digits), a name and an identity number; a firm
// its credit code.
type NomineeRow struct {
	At        Place
	Kind      string // backbone, integrity, elite
	Year      int
	Name      string // of a firm, for people to check
	Code      string
	Person    secret.Text // name
	ID        secret.Text // identity number
	District  string      // urban, or the name of a county, of a person
	Recruits  int
	Counted   bool // somebody said how many recruits
	Note      string
	Known     policy.Date
	Withdrawn bool
}

// eliteKind is the selection of persons.
const eliteKind = "elite"

var selections = map[string]string{
	"骨干企业": "backbone", "骨干企业评选": "backbone", "骨干": "backbone", "诚信企业": "integrity", "诚信企业评选": "integrity", "诚信": "integrity",
	"引才精英": eliteKind, "引才精英评选": eliteKind,
}

// selectionColumns say which selection a row is about.
var selectionColumns = []Column{
	{Title: "评选", Also: []string{"评选类别", "评选名称"}, Required: true, Hint: "骨干企业、诚信企业、引才精英", Words: selections, Offer: []string{"骨干企业", "诚信企业", "引才精英"}},
	{Title: "评选年度", Form: Year, Required: true, Hint: "四位年份"},
}

var candidateCode = Column{Title: "候选编号", Also: []string{"候选人编号", "候选企业代码"}, Form: Code, Required: true, Hint: "企业填统一社会信用代码；个人填 GR 加8位数字", Example: exampleCode}

var nominees = Dataset{
	Kind: "nominees", Name: "评选推荐名单", Clause: "三（三）、三（四）、三（七）",
	Columns: append(append([]Column{}, selectionColumns...),
		candidateCode,
		Column{Title: "候选企业名称", Hint: "个人不填；供人核对，程序按编号认企业", Example: exampleFirm},
		Column{Title: "姓名", Also: []string{"候选人姓名"}, Personal: true, Hint: "引才精英必填：身份证上的姓名", Example: "示例"},
		Column{Title: "证件号码", Also: []string{"身份证号", "身份证号码", "公民身份号码"}, Form: Code, Personal: true, Hint: "引才精英必填：18位身份证号，该列须为文本格式", Example: exampleID},
		Column{Title: "区县", Also: []string{"工作单位所在区县"}, Hint: "引才精英必填：工作单位所在的区县", Words: districts, Offer: []string{"婺城区", "金东区", "金华开发区", "兰溪市", "东阳市", "义乌市", "永康市", "浦江县", "武义县", "磐安县", "市外"}},
		Column{Title: "引才成效人数", Also: []string{"引才实绩人数"}, Form: Count, Hint: "经核实引进的人数；引才精英按此排名，有专家评审的按评审", Example: "21"},
		Column{Title: "推荐理由", Also: []string{"主要事迹"}, Hint: "供人核对", Example: "示例理由"},
		withdrawn,
		known,
	),
	record: readNominee,
	across: func(l *lines, all *Records) {
		type key struct {
			kind, code string
			year       int
			known      policy.Date
		}
		all.Nominees = once(l, all.Nominees, "评选的同一候选",
			func(r NomineeRow) key { return key{r.Kind, r.Code, r.Year, r.Known} }, func(r NomineeRow) Place { return r.At },
			func(a, b NomineeRow) bool { b.At = a.At; return a == b })
	},
}

func readNominee(l *line, into *Records) {
	r := NomineeRow{At: l.at(), Name: l.text("候选企业名称"), Note: l.text("推荐理由"), Known: l.knownOn(), Withdrawn: l.yes(withdrawn.Title, false)}
	r.Kind, r.Year, r.Code = l.selection()
	if r.Counted = l.raw("引才成效人数") != ""; r.Counted {
		r.Recruits = l.count("引才成效人数")
	}
	if r.Kind == eliteKind {
		r.Person, r.ID, r.District = secret.Text(l.mustText("姓名")), secret.Text(l.residentID("证件号码", r.Known)), l.choice("区县")
		l.must("区县")
	} else if r.Kind != "" {
		for _, column := range []string{"姓名", "证件号码"} {
			if s := l.raw(column); s != "" {
				l.refuse(column, s, "删去这一格", "企业不填“%s”", column)
			}
		}
	}
	if !l.refused {
		into.Nominees = append(into.Nominees, r)
	}
}

// selection reads which selection a row is about and the candidate, whose number must be of the kind that is selected.
func (l *line) selection() (kind string, year int, code string) {
	l.must("评选")
	l.must("评选年度")
	kind, year = l.choice("评选"), l.year("评选年度")
	s := strings.ToUpper(squash(l.must(candidateCode.Title)))
	switch person := len(s) == 10 && strings.HasPrefix(s, "GR") && digitsOnly(s[2:]); {
	case s == "" || kind == "":
	case kind == eliteKind && !person:
		l.refuse(candidateCode.Title, s, "填写由我局编的号：GR 加8位数字", "引才精英的候选是个人，编号应为 GR 加8位数字")
	case kind != eliteKind && person:
		l.refuse(candidateCode.Title, s, "填写企业的统一社会信用代码", "这项评选的候选是企业")
	case person:
		code = l.keep(s)
	default:
		code = l.creditCode(candidateCode.Title)
	}
	return kind, year, code
}

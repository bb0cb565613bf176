package sheets

import (
	"strings"

	"duixian/policy"
)

// MemberRow gives a person one role, or takes it away.
type MemberRow struct {
	At        Place
	Code      string // who, as typed after --as
	Name      string
	Role      string // clerk, approver, treasurer, operator, auditor or contact
	Org       string // credit code of the firm, for contacts
	Chat      string // user id in DingTalk, may be empty
	Active    bool   // false: the role ends
	On, Known policy.Date
}

// roles are the words people use and what they mean in the program.
var roles = map[string]string{
	"经办": "clerk", "经办人": "clerk", "经办员": "clerk", "复核": "approver", "复核人": "approver", "审批": "approver", "审批人": "approver", "财务": "treasurer", "出纳": "treasurer", "会计": "treasurer",
	"运维": "operator", "系统管理员": "operator", "监督": "auditor", "审计": "auditor", "纪检": "auditor", "企业联系人": "contact", "联系人": "contact", "单位联系人": "contact",
}

var inUse = map[string]string{"在用": "yes", "启用": "yes", "正常": "yes", "停用": "no", "离职": "no", "离岗": "no"}

// ContactRole is the role of firms' people; all others are officials, whose roles two people decide.
const ContactRole = "contact"

var members = Dataset{
	Kind: "members", Name: "成员名册",
	Columns: []Column{
		{Title: "成员编号", Also: []string{"编号", "工号", "账号", "用户编号"}, Form: Code, Required: true, Hint: "字母、数字和 - _ .，例如 jingban01", Example: "jingban01"},
		{Title: "姓名", Also: []string{"成员姓名", "联系人姓名", "联系人"}, Required: true, Personal: true, Example: "示例经办"},
		{Title: "角色", Also: []string{"岗位", "职责", "身份"}, Required: true, Hint: "经办、复核、财务、运维、监督、企业联系人", Words: roles, Offer: []string{"经办", "复核", "财务", "运维", "监督", "企业联系人"}},
		{Title: orgCode.Title, Also: orgCode.Also, Form: Code, Hint: "企业联系人所在机构，其他角色不填"},
		{Title: orgName.Title, Also: []string{"单位名称", "企业名称", "所在单位"}, Hint: orgName.Hint},
		{Title: "钉钉账号", Also: []string{"钉钉用户ID", "钉钉ID", "userid"}, Form: Code, Hint: "钉钉通讯录里的 userid，没有可不填"},
		{Title: "状态", Also: []string{"是否在用", "在用状态"}, Hint: "在用、停用；不填为在用", Words: inUse, Offer: []string{"在用", "停用"}},
		{Title: "生效日期", Also: []string{"起始日期", "自何日起"}, Form: Day, Hint: "不填同报送日期"},
		known,
	},
	record: readMember,
	across: func(l *lines, all *Records) {
		type key struct{ code, role, org string }
		all.Members = once(l, all.Members, "成员的同一角色",
			func(r MemberRow) key { return key{r.Code, r.Role, r.Org} }, func(r MemberRow) Place { return r.At },
			func(a, b MemberRow) bool { b.At = a.At; return a == b })
		names := map[string]MemberRow{}
		for _, r := range all.Members {
			if before, there := names[r.Code]; there && before.Name != r.Name {
				l.refuse(r.At, "成员编号", r.Code, "给两个人不同的编号", "与%s是同一编号，姓名却不同", before.At)
			} else if !there {
				names[r.Code] = r
			}
		}
	},
}

func readMember(l *line, into *Records) {
	r := MemberRow{
		At: l.at(), Code: strings.ToLower(squash(l.must("成员编号"))), Name: l.textUpTo("姓名", 30), Role: l.choice("角色"), Chat: squash(l.textUpTo("钉钉账号", 30)),
		Active: l.choice("状态") != "no",
		On:     l.day("生效日期"), Known: l.knownOn(),
	}
	l.must("姓名")
	l.must("角色")
	if strings.Trim(r.Code, "abcdefghijklmnopqrstuvwxyz0123456789-_.") != "" || len(r.Code) > 64 {
		l.refuse("成员编号", r.Code, "改用字母、数字和 - _ .，最多64个", "成员编号里有不能用的字符")
	}
	if r.On == 0 {
		r.On = r.Known
	}
	switch code := l.raw(orgCode.Title); {
	case r.Role == ContactRole:
		r.Org = l.creditCode(orgCode.Title)
	case code != "" && r.Role != "":
		l.refuse(orgCode.Title, code, "删去代码，或把角色改为企业联系人", "本局人员不应填机构代码")
	}
	if !l.refused {
		into.Members = append(into.Members, r)
	}
}

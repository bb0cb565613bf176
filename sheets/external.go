package sheets

import (
	"slices"

	"duixian/models"
	"duixian/policy"
	"duixian/secret"
)

// ExternalRow is an award of another policy for something that this one may reward, too.
type ExternalRow struct {
	At                               Place
	Name, Code                       string
	Kind, Key                        string      // of the facts of the same thing; Key is empty for a person
	ID                               secret.Text // identity number, of a person brought in
	Policy, Document, Issuer, Source string
	On, Known                        policy.Date
	Amount, Paid                     policy.Fen
	AmountKnown                      bool
	Choice                           string // models.ChoseOurs, models.ChoseTheirs, or empty
	Withdrawn                        bool
}

// externalKinds are what other policies reward, by the words of 类别 of the files that say it to us.
var externalKinds = slices.Concat(
	slices.DeleteFunc(slices.Clone(factKinds), func(k factKind) bool {
		return k.kind == "star-rating" || k.kind == policy.AnnualReport || k.kind == "external"
	}),
	eventKinds,
	[]factKind{{word: "引进人员", kind: models.PersonKind}},
)

var externalChoices = map[string]string{"本意见": models.ChoseOurs, "本政策": models.ChoseOurs, "其他政策": models.ChoseTheirs, "该政策": models.ChoseTheirs}

var external = Dataset{
	Kind: "external", Name: "其他政策奖补台账", Clause: "五（四）",
	Columns: []Column{
		orgName, orgCode,
		{Title: "类别", Also: []string{"对应类别", "事项类别", "奖补类别"}, Required: true, Hint: "奖补的是什么：与资格信息、活动与展位的类别一致；引进人员填“引进人员”", Words: kindMeanings(externalKinds), Offer: kindWords(externalKinds)},
		{Title: "编号", Also: []string{"证书编号", "认定编号", "活动编号", "对应编号"}, Form: Code, Hint: "与我方登记的编号一致（证书号、活动编号、年度）；地方综合贡献填年度；引进人员不填", Example: "GR202433000001"},
		{Title: "证件号码", Also: []string{"身份证号", "身份证号码", "公民身份号码"}, Form: Code, Personal: true, Hint: "只用于引进人员，18位，该列须为文本格式", Example: exampleID},
		{Title: "政策名称", Also: []string{"其他政策名称", "政策", "奖补政策"}, Required: true, Hint: "该项奖补所依据的政策", Example: "示例科技奖补办法"},
		{Title: "文号", Also: []string{"政策文号", "文件号"}, Form: Code, Hint: "该政策的文号", Example: "示例〔2024〕1号"},
		{Title: "核定单位", Also: []string{"发放单位", "兑现单位", "主管部门"}, Hint: "谁核定、谁发放", Example: "示例科学技术局"},
		{Title: "核定日期", Also: []string{"日期", "奖补日期", "认定日期"}, Form: Day, Required: true, Hint: "该项奖补核定或预计核定的日期"},
		{Title: "奖补金额", Also: []string{"金额", "核定金额", "外部奖补金额"}, Form: Amount, Hint: "各期合计；不知道的不填，不要填 0"},
		{Title: "已付金额", Also: []string{"已领取金额", "已发放金额", "到账金额"}, Form: Amount, Hint: "已经到账的部分；没有到账的不填"},
		{Title: "企业选择", Also: []string{"选择享受", "企业意愿"}, Hint: "企业书面选择享受哪一项：本意见、其他政策；没有选择的不填", Words: externalChoices, Offer: []string{"本意见", "其他政策"}},
		{Title: "来源", Also: []string{"依据", "文件名称", "数据来源"}, Hint: "供人核对", Example: "示例函件"},
		withdrawn,
		known,
	},
	record: readExternal,
	across: func(l *lines, all *Records) {
		type key struct {
			code, kind, key, policy string
			id                      secret.Text
			known                   policy.Date
		}
		all.External = once(l, all.External, "事项的同一政策",
			func(r ExternalRow) key { return key{r.Code, r.Kind, r.Key, r.Policy, r.ID, r.Known} }, func(r ExternalRow) Place { return r.At },
			func(a, b ExternalRow) bool { b.At = a.At; return a == b })
	},
}

func readExternal(l *line, into *Records) {
	r := ExternalRow{
		At: l.at(), Name: l.text(orgName.Title), Code: l.anyCode(), Kind: l.choice("类别"), Key: l.text("编号"), Policy: l.mustText("政策名称"), Document: l.text("文号"), Issuer: l.text("核定单位"),
		On: l.mustDay("核定日期"), Choice: l.choice("企业选择"), Source: l.text("来源"), Known: l.knownOn(), Withdrawn: l.yes(withdrawn.Title, false),
	}
	l.must("类别")
	r.Amount, r.AmountKnown = l.amount("奖补金额")
	r.Paid, _ = l.amount("已付金额")
	switch {
	case r.Kind == models.PersonKind:
		r.ID = secret.Text(l.residentID("证件号码", r.Known))
		if r.Key != "" {
			l.refuse("编号", r.Key, "删去这一格", "引进人员按证件号码对应，不用填“编号”")
		}
	case r.Kind != "" && r.Key == "":
		l.refuse("编号", "", "补填与我方登记一致的编号", "没有填“编号”，无法知道奖补的是哪一项")
	}
	if r.Kind != models.PersonKind && l.raw("证件号码") != "" {
		l.refuse("证件号码", l.raw("证件号码"), "删去这一格，或把类别改为“引进人员”", "只有“引进人员”才填证件号码")
	}
	switch {
	case r.AmountKnown && r.Amount == 0 && !r.Withdrawn:
		l.refuse("奖补金额", "0", "不知道金额的留空；没有这项奖补的删去这一行", "金额为 0 的奖补无从比较")
	case r.AmountKnown && r.Paid > r.Amount:
		l.refuse("已付金额", r.Paid.String(), "核对两个金额", "已付金额大于奖补金额 %s", r.Amount.Text())
	case !r.AmountKnown && r.Paid > 0:
		l.warn("奖补金额", "", "补填各期合计的金额", "只知道已付金额，不知道总额：须由主管部门决定")
	}
	if r.Choice == models.ChoseOurs && r.AmountKnown && r.Paid == r.Amount && r.Paid > 0 {
		l.warn("企业选择", "本意见", "核对是否已经退回", "企业选择本意见，但该项已全部到账：本意见只补足差额")
	}
	if !l.refused {
		into.External = append(into.External, r)
	}
}

type externalKey struct {
	org               int64
	kind, key, policy string
}

// externalWords is what a statement says, apart from whose and of what it is.
type externalWords struct {
	document, issuer, source, choice string
	on                               policy.Date
	amountKnown, withdrawn           bool
	amount, paid                     policy.Fen
}

// external stores awards of other policies; the organisation must be known, the person need not be.
func (r *resolver) external(rows []ExternalRow) error {
	orgs, err := r.OrganisationsByCode(codesOf(rows, func(x ExternalRow) string { return x.Code }))
	if err != nil {
		return err
	}
	var ids []int64
	for _, o := range orgs {
		ids = append(ids, o.ID)
	}
	slices.Sort(ids)
	stored, err := r.ExternalRows(ids)
	if err != nil {
		return err
	}
	histories := map[externalKey]*history[externalWords]{}
	for _, e := range stored {
		h := at(histories, externalKey{e.OrgID, e.Kind, e.FactKey, e.Policy})
		*h = append(*h, version[externalWords]{e.KnownOn, e.Rev, externalWords{e.Document, e.Issuer, e.Source, e.Choice, e.OnDay, e.AmountKnown, e.Withdrawn, e.AmountFen, e.PaidFen}})
	}
	var news []models.ExternalAward
	for _, x := range byKnown(rows, func(x ExternalRow) policy.Date { return x.Known }) {
		org, there := orgs[x.Code]
		if !there {
			if err := r.unknownOrg(x.At, orgCode.Title, x.Code, x.Name); err != nil {
				return err
			}
			continue
		}
		if x.ID != "" {
			if x.Key, err = r.Cipher().PersonMAC(x.ID); err != nil {
				return err
			}
		}
		h := at(histories, externalKey{org.ID, x.Kind, x.Key, x.Policy})
		if x.Withdrawn && len(*h) == 0 {
			r.refuse(x.At, withdrawn.Title, "是", "核对类别、编号和政策名称", "以前没有报过这一条，无法作废")
			continue
		}
		store, rev := take(r, h, x.At, x.Known, externalWords{x.Document, x.Issuer, x.Source, x.Choice, x.On, x.AmountKnown, x.Withdrawn, x.Amount, x.Paid})
		if store {
			news = append(news, models.ExternalAward{
				OrgID: org.ID, Kind: x.Kind, FactKey: x.Key, Policy: x.Policy, Document: x.Document, Issuer: x.Issuer, OnDay: x.On, AmountKnown: x.AmountKnown, AmountFen: x.Amount, PaidFen: x.Paid,
				Choice: x.Choice, Source: x.Source, KnownOn: x.Known, Rev: rev, Withdrawn: x.Withdrawn,
			})
		}
	}
	r.step(func(tx *models.Tx, importID int64) error {
		for i := range news {
			news[i].ImportID = importID
		}
		return tx.AddExternalAwards(news)
	})
	return nil
}

package bot

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"duixian/models"
	"duixian/policy"
)

var firmDossier = &Command{
	Name:    "企业",
	Aliases: []string{"查企业", "企业情况"},
	Params:  []Param{{Name: "名称或代码", Also: []string{"名称", "代码", "企业"}, Must: true}, pageParam, aboutParam, knownParam},
	Example: "企业 人力资源 或 企业 18位信用代码",
	Summary: "一家企业的登记、星级、名单、申报和奖励",
	Roles:   []models.Role{models.Clerk, models.Approver, models.Treasurer, models.Auditor},
	Private: true,
	Run:     runDossier,
}

const (
	dossierPage = 5 // claims
	foundFirms  = 6
)

// runDossier shows what is known of a firm today. Nobody's personal data are in it.
func runDossier(_ context.Context, r *Request) (Reply, error) {
	ask, err := r.findFirm(r.Args["名称或代码"])
	if err != nil || ask.Text != "" {
		return ask, err
	}
	if r.Args[aboutParam.Name] != "" || r.Args[knownParam.Name] != "" {
		return r.asOf()
	}
	d, list, err := r.firm()
	if err != nil {
		return Reply{}, err
	}
	lines := []string{"**" + plain(r.Org.Name) + "** " + plain(r.Org.Code), "登记：" + r.registration(d), "星级：" + stars(d, r.On)}
	for _, l := range d.Listings {
		lines = append(lines, "名单："+listing(l))
	}
	for _, b := range r.bars(d, r.On) {
		lines = append(lines, "**目前不享受政策**："+b.why)
	}
	lines = append(lines, money(list)...)
	part := page(r, list, dossierPage, "企业 "+r.Org.Code)
	for i, c := range part.shown {
		now, _, err := r.status(d, c)
		if err != nil {
			return Reply{}, err
		}
		lines = append(lines, fmt.Sprintf("%d. %s：%s", part.first+i, c.name(), now))
	}
	if len(list) == 0 {
		lines = append(lines, "没有申报。")
	}
	return Reply{Text: strings.Join(without(append(lines, part.note), ""), "\n"), Next: append(part.next, "任务 试算 奖补审核", "任务 列表")}, nil
}

// findFirm sets r.Org by credit code or a part of the name; several are listed.
func (r *Request) findFirm(typed string) (Reply, error) {
	org, err := r.OrganisationByCode(strings.ToUpper(typed))
	if err == nil {
		r.Org = org
		return Reply{}, nil
	}
	if models.CodeOf(err) != models.NotFound {
		return Reply{}, err
	}
	found, err := r.OrganisationsNamed(typed, foundFirms+1)
	if err != nil {
		return Reply{}, err
	}
	if same := meant(found, typed); len(same) == 1 {
		r.Org = same[0]
		return Reply{}, nil
	}
	if len(found) == 0 {
		return Reply{Text: fmt.Sprintf("名录里没有“%s”。可以写名称中的几个字，或18位信用代码。", plain(typed)), Outcome: Asked}, nil
	}
	ask := Reply{Text: fmt.Sprintf("名称里有“%s”的企业：", plain(typed)), Outcome: Asked}
	for _, o := range found[:min(len(found), foundFirms)] {
		ask.Text += "\n- " + plain(o.Name) + " " + plain(o.Code)
		if len(ask.Next) < 4 {
			ask.Next = append(ask.Next, "企业 "+o.Code)
		}
	}
	if len(found) > foundFirms {
		ask.Text += "\n还有更多，请把名称写得完整一些。"
	}
	return ask, nil
}

// registration is a firm's registration today in one line.
func (r *Request) registration(d *models.Dossier) string {
	reg := d.Newest("registration", r.On)
	if reg == nil {
		return "没有登记资料"
	}
	district, _ := reg.Attrs["district"].(string)
	if district == urban {
		district = "金华市区"
	}
	permit, _ := reg.Attrs["permit"].(string)
	parts := []string{plain(district)}
	switch end := permitEnd(*reg); {
	case reg.Attrs["licensed"] != true:
		parts = append(parts, "无许可或备案")
	case end != 0:
		parts = append(parts, plain(permit)+"至"+end.Text())
	default:
		parts = append(parts, plain(permit)+"，无截止日期")
	}
	legal, normal := "独立法人", "正常经营"
	if reg.Attrs["independent_legal_person"] == false {
		legal = "不是独立法人"
	}
	if reg.Attrs["operating_normally"] == false {
		normal = "未正常经营"
	}
	return strings.Join(append(parts, legal, normal), "，")
}

// stars are the ratings of a firm: the one in force and a newer one that counts from next year.
func stars(d *models.Dossier, on policy.Date) string {
	var parts []string
	for _, f := range d.Facts {
		if f.Kind == "star-rating" {
			level := fmt.Sprintf("%v星", f.Attrs["stars"])
			if isZero(f.Attrs["stars"]) {
				level = "无星"
			}
			parts = append(parts, fmt.Sprintf("%d年度%s", ratingYear(f), level))
		}
	}
	if len(parts) == 0 {
		return neverRated
	}
	slices.Reverse(parts)
	return strings.Join(parts[:min(len(parts), 3)], "、")
}

func listing(l models.KnownListing) string {
	text := plain(l.List) + "，" + l.From.Text() + "列入"
	if l.To != 0 {
		text += "，" + l.To.Text() + "移出"
	}
	if l.Issuer != "" || l.Cause != "" {
		text += bracketed(strings.Trim(plain(l.Issuer)+"："+plain(l.Cause), "："))
	}
	return text
}

// money sums a firm's awards up, and its instalments by state.
func money(list []claim) []string {
	var total policy.Fen
	awards := 0
	sums := map[models.InstalmentState]policy.Fen{}
	for _, c := range list {
		if c.award == nil {
			continue
		}
		awards++
		total += c.award.AmountFen
		for _, p := range c.parts {
			sums[p.State] += p.AmountFen
		}
	}
	if awards == 0 {
		return nil
	}
	var text strings.Builder
	text.WriteString(fmt.Sprintf("奖励：%d项，合计 %s", awards, total.Text()))
	for _, s := range []struct {
		state models.InstalmentState
		name  string
	}{{models.Due, "待拨付"}, {models.Held, "暂缓"}, {models.Scheduled, "未到期"}, {models.InBatch, "已送财政"}, {models.Paid, "已拨付"}, {models.Returned, "退回"}} {
		if sums[s.state] > 0 {
			text.WriteString("；" + s.name + " " + sums[s.state].Text())
		}
	}
	return []string{text.String()}
}

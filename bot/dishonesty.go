package bot

import (
	"context"
	"fmt"
	"strings"

	"duixian/models"
)

var dishonestyList = &Command{
	Name:    "失信",
	Aliases: []string{"失信名单", "黑名单", "严重失信"},
	Params: []Param{
		{Name: "名称或代码", Also: []string{"名称", "代码", "企业"}},
		{Name: "列入日期", Also: []string{"列入"}, Named: true},
		{Name: "认定单位", Also: []string{"单位", "部门"}, Named: true},
		{Name: "事由", Also: []string{"原因"}, Named: true},
		{Name: "移出日期", Also: []string{"移出"}, Named: true},
	},
	Example: "失信 人力资源 列入日期=2026-03-01 认定单位=市场监管局 事由=恶意欠薪",
	Summary: "谁在严重失信名单上，登记列入或移出",
	Roles:   []models.Role{models.Clerk, models.Approver, models.Auditor},
	Private: true,
	Run:     runDishonesty,
}

const dishonestShown = 10

// runDishonesty lists who is on the list today, shows one firm's entries, or makes the row of a listing, which goes in
// as a file would: tried out, confirmed, imported. Being listed holds payments; nothing is cancelled.
func runDishonesty(_ context.Context, r *Request) (Reply, error) {
	if r.Args["名称或代码"] == "" {
		return r.allDishonest()
	}
	ask, err := r.findFirm(r.Args["名称或代码"])
	if err != nil || ask.Text != "" {
		for i := range ask.Next {
			ask.Next[i] = strings.Replace(ask.Next[i], "企业 ", "失信 ", 1)
		}
		return ask, err
	}
	d, err := r.Dossier(r.Org.ID, r.On)
	if err != nil {
		return Reply{}, err
	}
	if r.Args["列入日期"] != "" || r.Args["移出日期"] != "" {
		if !r.Asker.has(importers) {
			return Reply{Text: "登记列入和移出由经办或复核办理，您可以查看。", Next: []string{"失信 " + r.Org.Code}, Outcome: Refused}, nil
		}
		return r.enterListing(d)
	}
	lines := []string{"**" + plain(r.Org.Name) + "** " + plain(r.Org.Code)}
	for _, l := range d.Listings {
		lines = append(lines, "- "+listing(l))
	}
	if len(d.Listings) == 0 {
		lines = append(lines, "没有名单记录。")
	}
	if r.Asker.has(importers) {
		lines = append(lines, "登记列入：失信 "+r.Org.Code+" 列入日期="+r.On.String()+" 认定单位=… 事由=…")
		if openListing(d) != nil {
			lines = append(lines, "登记移出：失信 "+r.Org.Code+" 移出日期="+r.On.String())
		}
	}
	return Reply{Text: strings.Join(lines, "\n"), Next: []string{"企业 " + r.Org.Code, "失信"}}, nil
}

// enterListing makes the row of an entry, or of the same entry with its end.
func (r *Request) enterListing(d *models.Dossier) (Reply, error) {
	from, problem := r.businessDay(r.Args["列入日期"])
	issuer, cause := r.Args["认定单位"], r.Args["事由"]
	until := ""
	if r.Args["移出日期"] != "" {
		to, bad := r.businessDay(r.Args["移出日期"])
		on := openListing(d)
		switch {
		case bad != "":
			return Reply{Text: bad, Outcome: Asked}, nil
		case r.Args["列入日期"] == "" && on == nil:
			return Reply{Text: "这家企业现在不在严重失信主体名单上，不需要登记移出。", Next: []string{"失信 " + r.Org.Code}, Outcome: Asked}, nil
		case on != nil && r.Args["列入日期"] == "":
			from, issuer, cause, problem = on.From, on.Issuer, on.Cause, ""
		}
		until = to.String()
	}
	if problem != "" {
		return Reply{Text: problem, Outcome: Asked}, nil
	}
	if issuer == "" {
		return Reply{Text: "请写明认定单位，例如：认定单位=市场监管局", Outcome: Asked, Want: "认定单位", Args: r.Args}, nil
	}
	body := oneRow("机构名称", r.Org.Name, "统一社会信用代码", r.Org.Code, "名单", models.SeriousDishonesty, "列入事由", cause, "认定单位", issuer,
		"列入日期", from.String(), "移出日期", until, "报送日期", r.On.String())
	return r.handIn("listings", fmt.Sprintf("失信登记-%s-%s.csv", r.Org.Code, r.On), body)
}

// openListing is the entry on the list of serious dishonesty that has no end yet.
func openListing(d *models.Dossier) *models.KnownListing {
	for i := range d.Listings {
		if l := &d.Listings[i]; l.List == models.SeriousDishonesty && l.To == 0 {
			return l
		}
	}
	return nil
}

func (r *Request) allDishonest() (Reply, error) {
	listed, err := r.Listed(models.SeriousDishonesty, r.On)
	if err != nil {
		return Reply{}, err
	}
	if len(listed) == 0 {
		return Reply{Text: "目前没有机构在严重失信主体名单上。", Next: []string{"导入"}}, nil
	}
	var ids []int64
	for _, l := range listed {
		ids = append(ids, l.OrgID)
	}
	orgs, err := r.Organisations(ids...)
	if err != nil {
		return Reply{}, err
	}
	lines := []string{fmt.Sprintf("严重失信主体名单上现有%d条记录：", len(listed))}
	for _, l := range listed[:min(len(listed), dishonestShown)] {
		lines = append(lines, "- "+plain(orgs[l.OrgID].Name)+"："+listing(l))
	}
	if len(listed) > dishonestShown {
		lines = append(lines, fmt.Sprintf("还有%d条，请发送“失信 企业名称”查看。", len(listed)-dishonestShown))
	}
	return Reply{Text: strings.Join(lines, "\n"), Next: []string{"失信 " + orgs[listed[0].OrgID].Code}}, nil
}

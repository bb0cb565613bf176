package bot_test

import (
	"fmt"
	"strconv"

	"duixian/models"
	"duixian/policy"
)

// shown 企业… [title=] [amount=]: a list about these firms has been approved and waits to be published.
func (w *town) shown(on policy.Date, args []string, opt map[string]string) {
	d := models.PublicityDraft{SubjectKind: "plan", Kind: "award", Title: either(opt["title"], "拟奖补名单（示例）"), Days: 5}
	for i, firm := range args {
		org, err := w.store.Read(w.t.Context()).Organisation(w.org(firm))
		if err != nil {
			w.t.Fatal(err)
		}
		l := models.PublicityLine{LineKey: fmt.Sprintf("org/%d", org.ID), OrgID: org.ID, Name: org.Name, Code: org.Code, Item: "首次认定国家高新技术企业奖励", AmountFen: policy.Yuan(1_000_000), Note: "三（二）"}
		claims, err := w.store.Read(w.t.Context()).ClaimsOfOrg(org.ID)
		if err != nil {
			w.t.Fatal(err)
		}
		if len(claims) > 0 {
			l.ClaimID, l.DecisionID = claims[0].ID, claims[0].DecisionID
		}
		d.Lines = append(d.Lines, l)
		d.SubjectID += int64(i+1) * org.ID
	}
	w.tx(func(tx *models.Tx) error {
		_, err := tx.PlanPublicity(d, models.System, 0, noon(on))
		return err
	})
}

// planPublication says what a record would be, as the job does.
func (w *town) planPublication(report models.Report, params models.Params, _ policy.Date) (models.Report, error) {
	p, rec, err := w.publication(params)
	report.Notes = []string{fmt.Sprintf("公示 #%d：%s 在“%s”发布，公示首日 %s，末日 %s", p.ID, rec.On.Text(), rec.Where, rec.First.Text(), rec.Last.Text())}
	return report, err
}

func (w *town) publication(params models.Params) (p models.Publicity, rec models.Publication, err error) {
	id, err := strconv.ParseInt(params["publicity"], 10, 64)
	if err != nil {
		return p, rec, err
	}
	if p, err = w.store.Read(w.t.Context()).Publicity(id); err != nil {
		return p, rec, err
	}
	rec = models.Publication{On: policy.MustDate(params["on"]), Where: params["where"], ObjectTo: "市人社局示例科 0579-00000000"}
	rec.First, rec.Last, err = policy.DefaultPublicity().Span(policy.BuiltinCalendar(), rec.On, p.Days)
	return p, rec, err
}

func (w *town) recordPublication(actor models.Actor, params models.Params, now policy.Instant) error {
	p, rec, err := w.publication(params)
	if err != nil {
		return err
	}
	return w.store.InTx(w.t.Context(), func(tx *models.Tx) error { p := p; return tx.StartPublicity(&p, rec, actor, 0, now) })
}

// published-list 编号 [where=]: somebody has recorded that a list was published on this day.
func (w *town) publishedList(on policy.Date, args []string, opt map[string]string) {
	if err := w.recordPublication(models.Actor{Member: "system"}, models.Params{"publicity": args[0], "on": on.String(), "where": either(opt["where"], "市人力社保局网站")}, noon(on)); err != nil {
		w.t.Fatal(err)
	}
}

// closed-list 编号: the night after its last day.
func (w *town) closedList(on policy.Date, args []string, _ map[string]string) {
	id, _ := strconv.ParseInt(args[0], 10, 64)
	p, err := w.store.Read(w.t.Context()).Publicity(id)
	if err != nil {
		w.t.Fatal(err)
	}
	w.tx(func(tx *models.Tx) error { p := p; return tx.ClosePublicity(&p, on, models.System, 0, noon(on)) })
}

// noticed 企业 by=: told that it may come onto the black list.
func (w *town) noticed(on policy.Date, args []string, opt map[string]string) {
	w.tx(func(tx *models.Tx) error {
		e := models.ListEntry{List: models.BlackList, OrgID: w.org(args[0]), Basis: "2026年6月1日被某市人力社保部门列入拖欠农民工工资名单（恶意欠薪）", State: models.ListNoticed, NoticedOn: on, AnswerBy: policy.MustDate(opt["by"])}
		return tx.AddListEntry(&e, models.System, 0, noon(on))
	})
}

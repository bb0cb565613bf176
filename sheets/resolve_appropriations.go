package sheets

import (
	"duixian/models"
	"duixian/policy"
)

// allotKey is one document's word about one purse.
type allotKey struct {
	year     int
	channel  policy.Channel
	document string
}

// allotment is what it says.
type allotment struct {
	amount    policy.Fen
	on        policy.Date
	withdrawn bool
}

// appropriations turns the file into statements that two people decide as a plan: nothing is written before. A correction is a new statement of the same document, known later.
func (r *resolver) appropriations(rows []AppropriationRow) error {
	stored, err := r.AppropriationRows()
	if err != nil {
		return err
	}
	histories := map[allotKey]*history[allotment]{}
	for _, a := range stored {
		h := at(histories, allotKey{a.Year, a.Channel, a.DocumentNo})
		*h = append(*h, version[allotment]{a.KnownOn, a.Rev, allotment{a.AmountFen, a.EffectiveOn, a.Withdrawn}})
	}
	var news []models.Appropriation
	for _, a := range byKnown(rows, func(a AppropriationRow) policy.Date { return a.Known }) {
		h := at(histories, allotKey{a.Year, a.Channel, a.Document})
		if a.Withdrawn && len(*h) == 0 {
			r.refuse(a.At, withdrawn.Title, "是", "核对年度、渠道和文号", "以前没有报过这一条，无法作废")
			continue
		}
		if a.Withdrawn {
			old := (*h)[len(*h)-1].content
			a.Amount, a.On = old.amount, old.on
		}
		store, rev := take(r, h, a.At, a.Known, allotment{a.Amount, a.On, a.Withdrawn})
		if store {
			news = append(news, models.Appropriation{
				Year: a.Year, Channel: a.Channel, DocumentNo: a.Document, AmountFen: a.Amount, EffectiveOn: a.On, KnownOn: a.Known, Rev: rev, Withdrawn: a.Withdrawn,
			})
		}
	}
	short, err := r.BelowOrdered(news)
	if err != nil {
		return err
	}
	for _, a := range rows {
		if text, bad := short[models.PurseKey{Year: a.Year, Channel: a.Channel}]; bad {
			r.refuse(a.At, amountColumn, a.Amount.String(), "与财政核对；已列支的不能收回", "%s", text)
		}
	}
	r.Allotted = news
	if len(news) > 0 {
		r.Report.Notes = append(r.Report.Notes, "预算指标要由两人决定：导入后生成指标方案，由另一名复核人同意后生效")
	}
	return nil
}

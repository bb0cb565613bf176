package sheets

import (
	"duixian/models"
	"duixian/policy"
)

// facts stores statements about organisations that are known; a row about anybody else is refused.
func (r *resolver) facts(rows []FactRow) error {
	orgs, err := r.OrganisationsByCode(codesOf(rows, func(f FactRow) string { return f.Code }))
	if err != nil {
		return err
	}
	histories, err := r.factHistories(orgs, codesOf(rows, func(f FactRow) string { return f.Kind }))
	if err != nil {
		return err
	}
	var facts []orgFact
	for _, f := range byKnown(rows, func(f FactRow) policy.Date { return f.Known }) {
		org, there := orgs[f.Code]
		if !there {
			if err := r.unknownOrg(f.At, orgCode.Title, f.Code, f.Name); err != nil {
				return err
			}
			continue
		}
		h := at(histories, factKey{f.Code, f.Kind, f.Key})
		if f.Withdrawn && len(*h) == 0 {
			r.refuse(f.At, withdrawn.Title, "是", "核对类别和编号", "以前没有报过这一条，无法作废")
			continue
		}
		if f.Withdrawn { // what it said does not matter any more
			old := (*h)[len(*h)-1].content
			f.On, f.Attrs = old.on, old.attrs
		}
		problem, fix, err := r.ratedByRound(f, org, *h)
		if err != nil {
			return err
		}
		if problem != "" {
			r.refuse(f.At, "年度", f.Key, fix, "%s", problem)
			continue
		}
		store, rev := take(r, h, f.At, f.Known, statement{f.On, f.Attrs, f.Withdrawn})
		if store {
			facts = append(facts, orgFact{&org, models.Fact{
				Kind: f.Kind, FactKey: f.Key, OnDay: f.On, Attrs: f.Attrs, KnownOn: f.Known, Rev: rev, Withdrawn: f.Withdrawn, SourceRow: f.At.Row,
			}})
		}
	}
	r.storeFacts(facts)
	return nil
}

type listingKey struct {
	code, list string
	from       policy.Date
}

// listingWords is what a listing says, apart from whose and which it is.
type listingWords struct {
	to            policy.Date
	issuer, cause string
	withdrawn     bool
}

// listings stores entries on lists. A list names whoever the issuer named: a code nobody knows is kept for the day on
// which its organisation arrives.
func (r *resolver) listings(rows []ListingRow) error {
	codes := codesOf(rows, func(l ListingRow) string { return l.Code })
	orgs, err := r.OrganisationsByCode(codes)
	if err != nil {
		return err
	}
	stored, err := r.ListingRows(codes)
	if err != nil {
		return err
	}
	histories := map[listingKey]*history[listingWords]{}
	for _, l := range stored {
		h := at(histories, listingKey{l.Code, l.List, l.FromOn})
		*h = append(*h, version[listingWords]{l.KnownOn, l.Rev, listingWords{l.ToOn, l.Issuer, l.Cause, l.Withdrawn}})
	}
	var news []models.Listing
	for _, l := range byKnown(rows, func(l ListingRow) policy.Date { return l.Known }) {
		if _, there := orgs[l.Code]; !there {
			r.warn(l.At, orgCode.Title, l.Code, "核对代码，无误可照常导入", "机构名录里没有这家机构，先存着，等它进名录时生效")
		}
		store, rev := take(r, at(histories, listingKey{l.Code, l.List, l.From}), l.At, l.Known, listingWords{l.To, l.Issuer, l.Cause, l.Withdrawn})
		if store {
			news = append(news, models.Listing{
				Code: l.Code, OrgID: orgs[l.Code].ID, List: l.List, Issuer: l.Issuer, Cause: l.Cause, FromOn: l.From, ToOn: l.To,
				KnownOn: l.Known, Rev: rev, Withdrawn: l.Withdrawn, SourceRow: l.At.Row,
			})
		}
	}
	r.step(func(tx *models.Tx, importID int64) error {
		for i := range news {
			news[i].ImportID = importID
		}
		return tx.AddListings(news)
	})
	return nil
}

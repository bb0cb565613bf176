package sheets

import (
	"duixian/models"
	"duixian/policy"
)

type opinionKey struct {
	kind         string
	year         int
	office, code string
}

// opinionWords is what an office says, apart from of whom.
type opinionWords struct {
	verdict, reason string
	withdrawn       bool
}

// opinions stores what other offices say of the candidates of a round that is there; an answer to nothing that was asked is refused.
func (r *resolver) opinions(rows []OpinionRow) error {
	orgs, err := r.OrganisationsByCode(codesOf(rows, func(x OpinionRow) string { return x.Code }))
	if err != nil {
		return err
	}
	histories := map[opinionKey]*history[opinionWords]{}
	asked := map[nomineeKey]bool{}
	for _, x := range rows {
		k := nomineeKey{x.Kind, "", x.Year}
		if _, looked := asked[k]; looked {
			continue
		}
		_, err := r.Round(models.RoundKind(x.Kind), x.Year)
		if err != nil && models.CodeOf(err) != models.NotFound {
			return err
		}
		asked[k] = err == nil
		stored, err := r.OpinionRows(models.RoundKind(x.Kind), x.Year)
		if err != nil {
			return err
		}
		for _, o := range stored {
			h := at(histories, opinionKey{string(o.Kind), o.Year, string(o.Office), o.Code})
			*h = append(*h, version[opinionWords]{o.KnownOn, o.Rev, opinionWords{string(o.Verdict), o.Reason, o.Withdrawn}})
		}
	}
	var news []models.Opinion
	for _, x := range byKnown(rows, func(x OpinionRow) policy.Date { return x.Known }) {
		if !asked[nomineeKey{x.Kind, "", x.Year}] {
			r.refuse(x.At, "评选年度", "", "核对评选和年度", "%d年度没有启动过%s，没有征求过意见", x.Year, models.RoundKind(x.Kind).Text())
			continue
		}
		if _, there := orgs[x.Code]; !there {
			if err := r.unknownOrg(x.At, candidateCode.Title, x.Code, ""); err != nil {
				return err
			}
			continue
		}
		h := at(histories, opinionKey{x.Kind, x.Year, x.Office, x.Code})
		if x.Withdrawn && len(*h) == 0 {
			r.refuse(x.At, withdrawn.Title, "是", "核对部门和候选编号", "以前没有报过这一条，无法作废")
			continue
		}
		store, rev := take(r, h, x.At, x.Known, opinionWords{x.Verdict, x.Reason, x.Withdrawn})
		if store {
			news = append(news, models.Opinion{
				Kind: models.RoundKind(x.Kind), Year: x.Year, Office: models.Office(x.Office), Code: x.Code, Verdict: models.Verdict(x.Verdict), Reason: x.Reason,
				KnownOn: x.Known, Rev: rev, Withdrawn: x.Withdrawn,
			})
		}
	}
	r.step(func(tx *models.Tx, importID int64) error {
		for i := range news {
			news[i].ImportID = importID
		}
		return tx.AddOpinions(news)
	})
	return nil
}

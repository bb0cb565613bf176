package sheets

import (
	"duixian/models"
	"duixian/policy"
)

type juryKey struct {
	kind        string
	year        int
	juror, code string
}

// juryWords is what a juror says. Equal points have an equal mark, which says nothing without the keyset.
type juryWords struct {
	aside     bool
	points    string
	withdrawn bool
}

// juryScores stores what jurors say, sealed. The candidates must be nominated or organisations that are known.
func (r *resolver) juryScores(rows []JuryScoreRow) error {
	orgs, err := r.OrganisationsByCode(codesOf(rows, func(x JuryScoreRow) string { return x.Code }))
	if err != nil {
		return err
	}
	histories := map[juryKey]*history[juryWords]{}
	seen := map[nomineeKey]bool{}
	for _, x := range rows {
		if k := (nomineeKey{x.Kind, "", x.Year}); !seen[k] {
			seen[k] = true
			stored, err := r.JuryRows(models.RoundKind(x.Kind), x.Year)
			if err != nil {
				return err
			}
			for _, s := range stored {
				h := at(histories, juryKey{string(s.Kind), s.Year, s.Juror, s.Code})
				*h = append(*h, version[juryWords]{s.KnownOn, s.Rev, juryWords{s.Aside, s.PointsMac, s.Withdrawn}})
			}
		}
	}
	var news []models.JuryScore
	for _, x := range byKnown(rows, func(x JuryScoreRow) policy.Date { return x.Known }) {
		if _, there := orgs[x.Code]; !there && x.Code != "" {
			if err := r.unknownOrg(x.At, candidateCode.Title, x.Code, ""); err != nil {
				return err
			}
			continue
		}
		h := at(histories, juryKey{x.Kind, x.Year, x.Juror, x.Code})
		if x.Withdrawn && len(*h) == 0 {
			r.refuse(x.At, withdrawn.Title, "是", "核对评委和候选编号", "以前没有报过这一条，无法作废")
			continue
		}
		row := models.JuryScore{Kind: models.RoundKind(x.Kind), Year: x.Year, Juror: x.Juror, Code: x.Code, Aside: x.Aside, KnownOn: x.Known, Withdrawn: x.Withdrawn}
		if x.Given {
			if err := r.Cipher().SealPoints(&row, x.Points); err != nil {
				return err
			}
		}
		store, rev := take(r, h, x.At, x.Known, juryWords{x.Aside, row.PointsMac, x.Withdrawn})
		if row.Rev = rev; store {
			news = append(news, row)
		}
	}
	r.step(func(tx *models.Tx, importID int64) error {
		for i := range news {
			news[i].ImportID = importID
		}
		return tx.AddJuryScores(news)
	})
	return nil
}

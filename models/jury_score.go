package models

import (
	"fmt"
	"slices"
	"strconv"

	"duixian/policy"
	"duixian/secret"
)

// JuryScore is an expert's word on one candidate of a selection; the row without a candidate appoints the expert. Points are encrypted: nobody, not even with
// the database in hand, reads them before all are in. Of the rows of one key the one with the greatest (KnownOn, Rev) is the truth.
type JuryScore struct {
	ID        int64
	Kind      RoundKind
	Year      int
	Juror     string // PW and two digits
	Code      string // of the candidate; empty = appointed
	Aside     bool   // has an interest and gives no points (回避)
	PointsEnc []byte
	PointsMac string // equal points of equal rows find each other; empty = not given yet
	KnownOn   policy.Date
	Rev       int
	Withdrawn bool
	ImportID  int64
}

const pointsField = "jury_scores.points"

// SealPoints hides the points (hundredths) of a row that names its juror and candidate.
func (c *Cipher) SealPoints(s *JuryScore, points int64) error {
	var err error
	if s.PointsEnc, err = c.Encrypt(pointsField, secret.Text(strconv.FormatInt(points, 10))); err != nil {
		return err
	}
	s.PointsMac, err = c.MAC(pointsField, secret.Text(fmt.Sprintf("%s/%d/%s/%s/%d", s.Kind, s.Year, s.Juror, s.Code, points)))
	return err
}

// JuryRows lists all statements of the jurors of a selection, oldest first within each key.
func (q Query) JuryRows(kind RoundKind, year int) ([]JuryScore, error) {
	return find[JuryScore](q.db.Where("kind = ? AND year = ?", kind, year).Order("juror, code, known_on, rev"))
}

// AddJuryScores writes statements of jurors.
func (tx *Tx) AddJuryScores(rows []JuryScore) error {
	id, err := tx.reserve("jury_scores", len(rows))
	for i := range rows {
		if rows[i].ID = id + int64(i); rows[i].PointsEnc == nil {
			rows[i].PointsEnc = []byte{}
		}
	}
	if err != nil {
		return err
	}
	return insert(tx.db, rows)
}

// Jury is the panel of a selection by what is known on a day, for these candidates. Its votes carry points only when everybody is in; before, whoever looks sees
// who is missing and no number. A panel without jurors is none: the selection goes by its other criteria.
func (q Query) Jury(kind RoundKind, year int, candidates []string, knownOn policy.Date) (policy.Jury, error) {
	rows, err := find[JuryScore](q.db.Where("kind = ? AND year = ? AND known_on <= ?", kind, year, knownOn).Order("juror, code, known_on, rev"))
	if err != nil {
		return policy.Jury{}, err
	}
	rows = newestOf(rows, func(s JuryScore) string { return s.Juror + "/" + s.Code }, func(s JuryScore) bool { return s.Withdrawn })
	j := policy.Jury{Candidates: candidates}
	var given []JuryScore
	for _, r := range rows {
		if !slices.Contains(j.Jurors, r.Juror) {
			j.Jurors = append(j.Jurors, r.Juror)
		}
		if slices.Contains(candidates, r.Code) && (r.Aside || r.PointsMac != "") {
			j.Votes = append(j.Votes, policy.Vote{Juror: r.Juror, Subject: r.Code, Aside: r.Aside})
			given = append(given, r)
		}
	}
	if len(j.Waiting()) > 0 {
		return j, nil
	}
	for i, r := range given {
		if r.Aside {
			continue
		}
		text, err := q.cipher.Decrypt(pointsField, r.PointsEnc)
		if err != nil {
			return j, err
		}
		if j.Votes[i].Points, err = strconv.ParseInt(text.Reveal(), 10, 64); err != nil {
			return j, fmt.Errorf("评委 %s 的评分无法读取", r.Juror)
		}
	}
	return j, nil
}

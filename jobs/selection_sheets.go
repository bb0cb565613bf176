package jobs

import (
	"context"
	"slices"

	"duixian/models"
	"duixian/policy"
)

// selectionWords are the selections as the sheets name them.
var selectionWords = map[models.RoundKind]string{models.Backbone: "骨干企业", models.Integrity: "诚信企业", models.Elite: "引才精英"}

// OpinionSheet is what an office is sent about a selection: a row a candidate in the columns of the dataset opinions, with what it has said already. A person appears with their name and masked number.
func (e *Env) OpinionSheet(ctx context.Context, params models.Params, office models.Office, on policy.Date) ([][]any, error) {
	q := e.Store.Read(ctx)
	f, codes, err := e.sheetField(q, params, on)
	if err != nil {
		return nil, err
	}
	var rows [][]any
	for _, code := range codes {
		c := f.contenders[f.subjectOf(code)]
		name := c.Org.Name
		if c.Nominee != nil {
			full, number, err := q.NomineePublic(*c.Nominee)
			if err != nil {
				return nil, err
			}
			name = full + "（" + number + "）"
		}
		row := []any{selectionWords[f.round.Kind], f.round.Year, office.Text(), code, name, nil, nil, nil, nil}
		if o, said := f.said[office][code]; said {
			row[5], row[6] = o.Verdict.Text(), o.Reason
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// JurySheet is what an expert is sent: a row a candidate in the columns of the dataset jury-scores. Points that have been given are not in it.
func (e *Env) JurySheet(ctx context.Context, params models.Params, juror string, on policy.Date) ([][]any, error) {
	f, codes, err := e.sheetField(e.Store.Read(ctx), params, on)
	if err != nil {
		return nil, err
	}
	var rows [][]any
	for _, code := range codes {
		rows = append(rows, []any{selectionWords[f.round.Kind], f.round.Year, juror, code, nil, nil, nil, nil})
	}
	return rows, nil
}

// sheetField is the field of a selection and the codes of its candidates, sorted.
func (e *Env) sheetField(q models.Query, params models.Params, on policy.Date) (*field, []string, error) {
	r, err := roundOf(q, params)
	if err != nil {
		return nil, nil, err
	}
	f, err := e.gather(q, r, on)
	if err != nil {
		return nil, nil, err
	}
	var codes []string
	for _, c := range f.contenders {
		codes = append(codes, c.Org.Code)
	}
	slices.Sort(codes)
	if len(codes) == 0 {
		return nil, nil, models.E(models.Conflict, "%s还没有候选；引才精英请先导入评选推荐名单", r.Name())
	}
	return f, codes, nil
}

func (f *field) subjectOf(code string) string {
	for subject, c := range f.contenders {
		if c.Org.Code == code {
			return subject
		}
	}
	return ""
}

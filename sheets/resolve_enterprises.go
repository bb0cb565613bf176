package sheets

import (
	"duixian/models"
	"duixian/policy"
)

// employers finds enterprises by code and makes those that are new. The pointers have their numbers once the step that
// adds them has run.
type employers struct {
	byCode map[string]*models.Enterprise
	added  []*models.Enterprise
}

func (r *resolver) employers(codes []string) (*employers, error) {
	stored, err := r.EnterprisesByCode(codes)
	if err != nil {
		return nil, err
	}
	e := &employers{byCode: map[string]*models.Enterprise{}}
	for code, row := range stored {
		e.byCode[code] = &row
	}
	r.step(func(tx *models.Tx, _ int64) error {
		rows := make([]models.Enterprise, len(e.added))
		for i, a := range e.added {
			rows[i] = *a
		}
		if err := tx.AddEnterprises(rows); err != nil {
			return err
		}
		for i, a := range e.added {
			a.ID = rows[i].ID
		}
		return nil
	})
	return e, nil
}

// find is the enterprise with the code; a new one if nobody has it.
func (e *employers) find(code, name string, known policy.Date) *models.Enterprise {
	if found := e.byCode[code]; found != nil {
		return found
	}
	found := &models.Enterprise{Code: code, Name: name, KnownOn: known}
	e.byCode[code] = found
	e.added = append(e.added, found)
	return found
}

type listedKey struct {
	code, chain string
	from        policy.Date
}

type pendingKey struct {
	enterprise *models.Enterprise
	row        models.KeyEnterprise
}

// keyEnterprises stores the dated list of the key industries.
func (r *resolver) keyEnterprises(rows []KeyEnterpriseRow) error {
	all, err := r.employers(codesOf(rows, func(k KeyEnterpriseRow) string { return k.Code }))
	if err != nil {
		return err
	}
	ids, codes := []int64(nil), map[int64]string{}
	for code, e := range all.byCode {
		ids = append(ids, e.ID)
		codes[e.ID] = code
	}
	stored, err := r.KeyEnterpriseRows(ids)
	if err != nil {
		return err
	}
	histories := map[listedKey]*history[policy.Date]{}
	for _, k := range stored {
		h := at(histories, listedKey{codes[k.EnterpriseID], k.Chain, k.FromOn})
		*h = append(*h, version[policy.Date]{k.KnownOn, k.Rev, k.ToOn})
	}
	var news []pendingKey
	for _, k := range byKnown(rows, func(k KeyEnterpriseRow) policy.Date { return k.Known }) {
		e := all.find(k.Code, k.Name, k.Known)
		if SameName(e.Name) != SameName(k.Name) {
			r.warn(k.At, "企业名称", k.Name, "核对代码，如是更名可照常导入", "已登记的名称是“%s”", e.Name)
		}
		if store, rev := take(r, at(histories, listedKey{k.Code, k.Chain, k.From}), k.At, k.Known, k.To); store {
			news = append(news, pendingKey{e, models.KeyEnterprise{Chain: k.Chain, FromOn: k.From, ToOn: k.To, KnownOn: k.Known, Rev: rev}})
		}
	}
	r.step(func(tx *models.Tx, importID int64) error {
		list := make([]models.KeyEnterprise, len(news))
		for i, n := range news {
			list[i] = n.row
			list[i].EnterpriseID, list[i].ImportID = n.enterprise.ID, importID
		}
		return tx.AddKeyEnterprises(list)
	})
	return nil
}

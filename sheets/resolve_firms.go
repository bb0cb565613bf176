package sheets

import (
	"cmp"
	"slices"

	"duixian/models"
	"duixian/policy"
)

// orgFact is a fact of an organisation that may have no number yet.
type orgFact struct {
	org  *models.Organisation
	fact models.Fact
}

// statement is what a fact says, apart from whose and which it is.
type statement struct {
	on        policy.Date
	attrs     string
	withdrawn bool
}

type factKey struct{ code, kind, key string }

// factHistories reads what is stored about organisations.
func (r *resolver) factHistories(orgs map[string]models.Organisation, kinds []string) (map[factKey]*history[statement], error) {
	ids, codes := []int64(nil), map[int64]string{}
	for code, o := range orgs {
		ids = append(ids, o.ID)
		codes[o.ID] = code
	}
	slices.Sort(ids)
	rows, err := r.FactRows(ids, kinds)
	if err != nil {
		return nil, err
	}
	m := map[factKey]*history[statement]{}
	for _, f := range rows {
		h := at(m, factKey{codes[f.OrgID], f.Kind, f.FactKey})
		*h = append(*h, version[statement]{f.KnownOn, f.Rev, statement{f.OnDay, f.Attrs, f.Withdrawn}})
	}
	return m, nil
}

// at is the entry of a key, made if missing.
func at[K comparable, V any](m map[K]*V, key K) *V {
	if m[key] == nil {
		m[key] = new(V)
	}
	return m[key]
}

// byKnown sorts rows by the day on which they became known, keeping the order of the file within a day.
func byKnown[T any](rows []T, known func(T) policy.Date) []T {
	sorted := slices.Clone(rows)
	slices.SortStableFunc(sorted, func(a, b T) int { return cmp.Compare(known(a), known(b)) })
	return sorted
}

// codesOf lists the distinct codes of rows in order.
func codesOf[T any](rows []T, code func(T) string) []string {
	seen, list := map[string]bool{}, []string(nil)
	for _, row := range rows {
		if c := code(row); !seen[c] {
			seen[c] = true
			list = append(list, c)
		}
	}
	return list
}

// firms makes organisations and their facts of kind registration. Each 生效日期 is a fact of its own: the one with the
// greatest day up to the day asked about holds.
func (r *resolver) firms(rows []FirmRow) error {
	known, err := r.OrganisationsByCode(codesOf(rows, func(f FirmRow) string { return f.Code }))
	if err != nil {
		return err
	}
	histories, err := r.factHistories(known, []string{"registration"})
	if err != nil {
		return err
	}
	orgs := map[string]*models.Organisation{}
	var added []*models.Organisation
	renamed := map[string]*models.Organisation{}
	var facts []orgFact
	for _, f := range byKnown(rows, func(f FirmRow) policy.Date { return f.Known }) {
		org := orgs[f.Code]
		if org == nil {
			org = new(models.Organisation{Code: f.Code, Kind: f.Kind, Name: f.Name, KnownOn: f.Known})
			if o, there := known[f.Code]; there {
				*org = o
			} else {
				added = append(added, org)
			}
			orgs[f.Code] = org
		}
		content := statement{on: f.On, attrs: f.attrs()}
		store, rev := take(r, at(histories, factKey{f.Code, "registration", f.On.String()}), f.At, f.Known, content)
		if !store {
			continue
		}
		facts = append(facts, orgFact{org, models.Fact{Kind: "registration", FactKey: f.On.String(), OnDay: f.On, Attrs: content.attrs, KnownOn: f.Known, Rev: rev, SourceRow: f.At.Row}})
		if f.Known >= org.KnownOn && (org.Name != f.Name || org.Kind != f.Kind) {
			if org.ID != 0 && SameName(org.Name) != SameName(f.Name) {
				r.warn(f.At, orgName.Title, f.Name, "核对代码，如是更名可照常导入", "名录里这个代码的名称是“%s”", org.Name)
			}
			org.Name, org.Kind, org.KnownOn = f.Name, f.Kind, f.Known
			renamed[f.Code] = org
		}
	}
	r.step(func(tx *models.Tx, _ int64) error { return addOrganisations(tx, added) })
	r.step(func(tx *models.Tx, _ int64) error {
		for _, code := range codesOf(rows, func(f FirmRow) string { return f.Code }) {
			o := renamed[code]
			if o == nil || slices.Contains(added, o) {
				continue
			}
			if err := tx.RenameOrganisation(o.ID, o.Name, o.Kind, o.KnownOn); err != nil {
				return err
			}
		}
		return nil
	})
	r.storeFacts(facts)
	return nil
}

// attrs are the facts of the policy, and beside them what people want to see.
func (f FirmRow) attrs() string {
	text, err := models.Canonical(map[string]any{
		"district": f.District, "licensed": f.Permit != "", "independent_legal_person": f.Legal, "startup_service_org": f.Kind == "创业服务机构",
		"operating_normally": f.Normal, "name": f.Name, "type": f.Kind, "permit": f.Permit, "permit_no": f.PermitNo, "permit_end": f.PermitEnd,
	})
	if err != nil {
		panic(err) // text and answers only
	}
	return string(text)
}

func addOrganisations(tx *models.Tx, added []*models.Organisation) error {
	rows := make([]models.Organisation, len(added))
	for i, o := range added {
		rows[i] = *o
	}
	if err := tx.AddOrganisations(rows); err != nil {
		return err
	}
	for i, o := range added {
		o.ID = rows[i].ID
	}
	return nil
}

func (r *resolver) storeFacts(facts []orgFact) {
	r.step(func(tx *models.Tx, importID int64) error {
		rows := make([]models.Fact, len(facts))
		for i, f := range facts {
			rows[i] = f.fact
			rows[i].OrgID, rows[i].ImportID = f.org.ID, importID
		}
		return tx.AddFacts(rows)
	})
}

package sheets

import (
	"cmp"
	"slices"

	"duixian/models"
	"duixian/policy"
	"duixian/secret"
)

// persons finds people by the MAC of their numbers and makes those that are new.
type persons struct {
	byMAC map[string]*models.Person
	added []*newPerson
}

type newPerson struct {
	row      *models.Person
	id, name secret.Text
}

func (r *resolver) persons(macs []string) (*persons, error) {
	stored, err := r.PeopleByMAC(macs)
	if err != nil {
		return nil, err
	}
	p := &persons{byMAC: make(map[string]*models.Person, len(macs))}
	for mac, row := range stored {
		p.byMAC[mac] = &row
	}
	r.step(func(tx *models.Tx, _ int64) error {
		rows := make([]models.Person, len(p.added))
		for i, a := range p.added {
			row, err := tx.Cipher().NewPerson(a.id, a.name, a.row.KnownOn)
			if err != nil {
				return err
			}
			rows[i] = row
		}
		if err := tx.AddPeople(rows); err != nil {
			return err
		}
		for i, a := range p.added {
			a.row.ID = rows[i].ID
		}
		return nil
	})
	return p, nil
}

func (p *persons) find(mac string, id, name secret.Text, known policy.Date) *models.Person {
	if found := p.byMAC[mac]; found != nil {
		return found
	}
	found := &models.Person{IDMAC: mac, KnownOn: known}
	p.byMAC[mac] = found
	p.added = append(p.added, &newPerson{found, id, name})
	return found
}

type pendingRecruit struct {
	row      models.Recruit
	person   *models.Person
	employer *models.Enterprise
	begins   *models.Recruit // an earlier row of this file that begins the root
}

// recruits stores who was brought to whom. The agency must be known; the employer and the person need not be.
func (r *resolver) recruits(rows []RecruitRow) error {
	orgs, err := r.OrganisationsByCode(codesOf(rows, func(x RecruitRow) string { return x.Agency }))
	if err != nil {
		return err
	}
	macs := make([]string, len(rows))
	for i, x := range rows {
		if macs[i], err = r.Cipher().PersonMAC(x.ID); err != nil {
			return err
		}
	}
	mac := map[secret.Text]string{}
	for i, x := range rows {
		mac[x.ID] = macs[i]
	}
	all, err := r.employers(codesOf(rows, func(x RecruitRow) string { return x.Employer }))
	if err != nil {
		return err
	}
	people, err := r.persons(codesOf(macs, func(m string) string { return m }))
	if err != nil {
		return err
	}
	hires, err := r.hires(people, rows)
	if err != nil {
		return err
	}
	var news []*pendingRecruit
	for _, x := range byReport(rows) {
		org, there := orgs[x.Agency]
		if !there {
			if err := r.unknownOrg(x.At, "引进机构代码", x.Agency, x.AgencyName); err != nil {
				return err
			}
			continue
		}
		person := people.find(mac[x.ID], x.ID, x.Name, x.Known)
		if err := r.checkName(x, person); err != nil {
			return err
		}
		employer := all.find(x.Employer, x.EmployerName, x.Known)
		root := hires.root(r, x, hireKey{org.ID, person.IDMAC, x.Hired})
		if x.Withdrawn && len(root.history) == 0 {
			r.refuse(x.At, withdrawn.Title, "是", "核对机构、用人单位、人员和入职日期", "以前没有报过这一条，无法作废")
			continue
		}
		store, rev := take(r, &root.history, x.At, x.Known, recruitWords{x.Employer, x.Category, x.PaidElsewhere, x.Withdrawn})
		if !store {
			continue
		}
		p := &pendingRecruit{person: person, employer: employer, row: models.Recruit{
			RootID: root.id, OrgID: org.ID, HiredOn: x.Hired, Category: x.Category, PaidElsewhere: x.PaidElsewhere, Withdrawn: x.Withdrawn, KnownOn: x.Known, Rev: rev,
		}}
		if root.id == 0 && root.begins != nil {
			p.begins = &root.begins.row
		} else if root.id == 0 {
			root.begins = p
		}
		news = append(news, p)
	}
	r.changes.Recheck += len(news)
	r.step(func(tx *models.Tx, importID int64) error { return r.storeRecruits(tx, importID, news) })
	return nil
}

// byReport sorts rows by the day on which they became known; of one day those come first that take something back, so that a
// report and the one it replaces may stand in one file in either order.
func byReport(rows []RecruitRow) []RecruitRow {
	back := map[bool]int{true: -1}
	sorted := slices.Clone(rows)
	slices.SortStableFunc(sorted, func(a, b RecruitRow) int {
		return cmp.Or(cmp.Compare(a.Known, b.Known), cmp.Compare(back[a.Withdrawn], back[b.Withdrawn]))
	})
	return sorted
}

// checkName compares the name of a person with the one that is stored. The name is never printed in full.
func (r *resolver) checkName(x RecruitRow, person *models.Person) error {
	if person.ID == 0 {
		return nil
	}
	name, err := r.PersonName(*person)
	if err != nil {
		return err
	}
	switch {
	case name == "":
		r.step(func(tx *models.Tx, _ int64) error { return tx.NamePerson(person.ID, x.Name) })
	case SameName(name.Reveal()) != SameName(x.Name.Reveal()):
		r.warn(x.At, "姓名", mask(x.Name.Reveal()), "与身份证核对，无误可照常导入", "这个身份证号以前报的姓名不同")
	}
	return nil
}

// storeRecruits writes rows root by root: rows that continue a root of this file need its number.
func (r *resolver) storeRecruits(tx *models.Tx, importID int64, news []*pendingRecruit) error {
	store := func(want bool) error {
		var rows []models.Recruit
		var whose []*pendingRecruit
		for _, p := range news {
			if (p.begins == nil) != want {
				continue
			}
			row := p.row
			row.PersonID, row.EnterpriseID, row.ImportID = p.person.ID, p.employer.ID, importID
			if p.begins != nil {
				row.RootID = p.begins.RootID
			}
			rows, whose = append(rows, row), append(whose, p)
		}
		if err := tx.AddRecruits(rows); err != nil {
			return err
		}
		for i, p := range whose {
			p.row.ID, p.row.RootID = rows[i].ID, rows[i].RootID
			r.recheck(p.row.KnownOn, p.row.RootID)
		}
		return nil
	}
	if err := store(true); err != nil {
		return err
	}
	return store(false)
}

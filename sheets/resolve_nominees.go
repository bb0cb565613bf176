package sheets

import (
	"fmt"

	"duixian/models"
	"duixian/policy"
	"duixian/secret"
)

// nomineeWords is what a nomination says, apart from whose and for which selection it is.
type nomineeWords struct {
	person    string // join key
	recruits  int
	counted   bool
	note      string
	withdrawn bool
}

type nomineeKey struct {
	kind, code string
	year       int
}

type pendingNominee struct {
	row    models.Nominee
	person *models.Person
}

// nominees stores who is proposed. A firm must be known. A person becomes an organisation of the kind 个人 under the number the bureau gave, with a name that
// shows the first character only; name and identity number are encrypted as those of recruits are.
func (r *resolver) nominees(rows []NomineeRow) error {
	orgs, err := r.OrganisationsByCode(codesOf(rows, func(x NomineeRow) string { return x.Code }))
	if err != nil {
		return err
	}
	mac := map[secret.Text]string{}
	for _, x := range rows {
		if x.ID != "" {
			if mac[x.ID], err = r.Cipher().PersonMAC(x.ID); err != nil {
				return err
			}
		}
	}
	people, err := r.persons(codesOf(rows, func(x NomineeRow) string { return mac[x.ID] }))
	if err != nil {
		return err
	}
	stored, err := r.NomineeRows(codesOf(rows, func(x NomineeRow) string { return x.Code }))
	if err != nil {
		return err
	}
	numbers, err := r.nomineeNumbers(stored, rows, mac)
	if err != nil {
		return err
	}
	histories := map[nomineeKey]*history[nomineeWords]{}
	for _, n := range stored {
		h := at(histories, nomineeKey{string(n.Kind), n.Code, n.Year})
		w := nomineeWords{person: numbers.of[n.Code], note: n.Note, withdrawn: n.Withdrawn}
		if n.Recruits != nil {
			w.recruits, w.counted = *n.Recruits, true
		}
		*h = append(*h, version[nomineeWords]{n.KnownOn, n.Rev, w})
	}
	var news []*pendingNominee
	var added []*models.Organisation
	var facts []orgFact
	for _, x := range byKnown(rows, func(x NomineeRow) policy.Date { return x.Known }) {
		_, there := orgs[x.Code]
		if !there && x.Kind != eliteKind {
			if err := r.unknownOrg(x.At, candidateCode.Title, x.Code, x.Name); err != nil {
				return err
			}
			continue
		}
		if !numbers.fits(r, x, mac[x.ID]) {
			continue
		}
		h := at(histories, nomineeKey{x.Kind, x.Code, x.Year})
		if x.Withdrawn && len(*h) == 0 {
			r.refuse(x.At, withdrawn.Title, "是", "核对评选、年度和候选编号", "以前没有推荐过这一位，无法作废")
			continue
		}
		store, rev := take(r, h, x.At, x.Known, nomineeWords{mac[x.ID], x.Recruits, x.Counted, x.Note, x.Withdrawn})
		if !store {
			continue
		}
		p := &pendingNominee{row: models.Nominee{Kind: models.RoundKind(x.Kind), Year: x.Year, Code: x.Code, Note: x.Note, KnownOn: x.Known, Rev: rev, Withdrawn: x.Withdrawn}}
		if x.Counted {
			p.row.Recruits = new(x.Recruits)
		}
		if x.Kind == eliteKind {
			p.person = people.find(mac[x.ID], x.ID, x.Person, x.Known)
			if !there {
				org := &models.Organisation{Code: x.Code, Kind: personKind, Name: mask(x.Person.Reveal()) + "（" + x.Code + "）", KnownOn: x.Known}
				orgs[x.Code], added = *org, append(added, org)
				facts = append(facts, orgFact{org, models.Fact{Kind: "registration", FactKey: x.Known.String(), OnDay: x.Known, KnownOn: x.Known, Attrs: x.attrs(org.Name)}})
			}
		}
		news = append(news, p)
	}
	r.step(func(tx *models.Tx, _ int64) error { return addOrganisations(tx, added) })
	r.storeFacts(facts)
	r.step(func(tx *models.Tx, importID int64) error {
		list := make([]models.Nominee, len(news))
		for i, p := range news {
			if list[i] = p.row; p.person != nil {
				list[i].PersonID = p.person.ID
			}
			list[i].ImportID = importID
		}
		return tx.AddNominees(list)
	})
	return nil
}

// attrs are the facts of the policy about a person: where they work.
func (x NomineeRow) attrs(name string) string {
	text, err := models.Canonical(map[string]any{"district": x.District, "name": name, "type": personKind})
	if err != nil {
		panic(err) // text only
	}
	return string(text)
}

// nomineeNumbers says who has which number of the bureau's.
type nomineeNumbers struct {
	of     map[string]string // number → join key of the person
	number map[string]string // join key → number
}

func (r *resolver) nomineeNumbers(stored []models.Nominee, rows []NomineeRow, mac map[secret.Text]string) (*nomineeNumbers, error) {
	n := &nomineeNumbers{map[string]string{}, map[string]string{}}
	others, err := r.NomineesOfPeople(codesOf(rows, func(x NomineeRow) string { return mac[x.ID] }))
	if err != nil {
		return nil, err
	}
	for _, s := range append(others, stored...) {
		if s.PersonID == 0 {
			continue
		}
		p, err := r.Person(s.PersonID)
		if err != nil {
			return nil, fmt.Errorf("候选 %s: %w", s.Code, err)
		}
		n.of[s.Code], n.number[p.IDMAC] = p.IDMAC, s.Code
	}
	return n, nil
}

// fits refuses a number that is somebody else's, and a person who has another number: one person would be two candidates.
func (n *nomineeNumbers) fits(r *resolver, x NomineeRow, mac string) bool {
	if mac == "" {
		return true
	}
	if who, taken := n.of[x.Code]; taken && who != mac {
		r.refuse(x.At, candidateCode.Title, x.Code, "换一个没有用过的编号，或核对证件号码", "编号 %s 已经是另一个人的", x.Code)
		return false
	}
	if number, has := n.number[mac]; has && number != x.Code {
		r.refuse(x.At, candidateCode.Title, x.Code, "改填 "+number, "这个人已有编号 %s，一人只能有一个编号", number)
		return false
	}
	n.of[x.Code], n.number[mac] = mac, x.Code
	return true
}

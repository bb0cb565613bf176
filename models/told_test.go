package models_test

import (
	"bytes"
	"testing"

	"duixian/models"
	"duixian/models/modelstest"
	"duixian/policy"
	"duixian/secret"
)

func write(t *testing.T, s *models.Store, fn func(tx *models.Tx) error) {
	t.Helper()
	if err := s.InTx(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

// The truth of a day is the newest row known by then; a correction of the same day wins by its revision.
func TestMonthSetsAreTheNewestKnown(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		one, two, three := policy.MonthsOf(202401), policy.MonthsOf(202401, 202402), policy.MonthsOf(202402)
		write(t, s, func(tx *models.Tx) error {
			return tx.AddMonthSets([]models.MonthSet{
				{PersonID: 1, PayerID: 5, Insurance: models.Pension, KnownOn: 20240215, Insured: one},
				{PersonID: 1, PayerID: 5, Insurance: models.Pension, KnownOn: 20240315, Insured: two},
				{PersonID: 1, PayerID: 5, Insurance: models.Pension, KnownOn: 20240315, Rev: 1, Insured: three, Late: three},
				{PersonID: 1, PayerID: 6, Insurance: models.Pension, KnownOn: 20240315, Insured: one},
				{PersonID: 1, PayerID: 5, Insurance: models.Medical, KnownOn: 20240215, Insured: two},
				{PersonID: 2, PayerID: 5, Insurance: models.Pension, KnownOn: 20240415, Insured: one},
			})
		})
		q := s.Read(t.Context())
		for _, c := range []struct {
			on   policy.Date
			want []policy.MonthSet
		}{{20240214, nil}, {20240215, []policy.MonthSet{one}}, {20240331, []policy.MonthSet{three, one}}} {
			rows, err := q.MonthSetsOn([]int64{1, 2}, models.Pension, c.on)
			if err != nil {
				t.Fatal(err)
			}
			var got []policy.MonthSet
			for _, r := range rows {
				got = append(got, r.Insured)
			}
			if len(got) != len(c.want) || len(got) > 0 && got[0] != c.want[0] {
				t.Errorf("on %s: %v, want %v", c.on, got, c.want)
			}
		}
		rows, err := q.MonthSetsSince([]int64{1, 2}, 20240316)
		if err != nil || len(rows) != 5 { // 15 March twice, payer 6, medical, person 2
			t.Errorf("since 16 March: %d rows, %v; want the newest before it of each payer and all after it", len(rows), err)
		}
	})
}

func TestKeyEnterprisesOnADayAsKnownOnAnother(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		write(t, s, func(tx *models.Tx) error {
			if err := tx.AddEnterprises([]models.Enterprise{{Code: "A", Name: "甲"}, {Code: "B", Name: "乙"}}); err != nil {
				return err
			}
			return tx.AddKeyEnterprises([]models.KeyEnterprise{
				{EnterpriseID: 1, FromOn: 20240101, KnownOn: 20240110},
				{EnterpriseID: 1, FromOn: 20240101, ToOn: 20250101, KnownOn: 20250120},
				{EnterpriseID: 2, FromOn: 20250101, KnownOn: 20250120},
			})
		})
		for _, c := range []struct {
			on, known policy.Date
			one, two  bool
		}{{20240615, 20240109, false, false}, {20240615, 20240110, true, false}, {20250301, 20250119, true, false}, {20250301, 20250120, false, true}, {20241231, 20250301, true, false}} {
			got, err := s.Read(t.Context()).KeyEnterprisesOn([]int64{1, 2}, c.on, c.known)
			if err != nil || got[1] != c.one || got[2] != c.two {
				t.Errorf("on %s as known on %s: %v, %v", c.on, c.known, got, err)
			}
		}
	})
}

func TestPeopleAreFoundByNumberAndHidden(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		const number = secret.Text("330702199901010010")
		p, err := s.Cipher().NewPerson(number, "示例", 20240101)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(p.IDEnc, []byte(number)) || bytes.Contains(p.NameEnc, []byte("示例")) {
			t.Error("a person's row shows the number or the name")
		}
		write(t, s, func(tx *models.Tx) error {
			people := []models.Person{p}
			if err := tx.AddPeople(people); err != nil {
				return err
			}
			return tx.NamePerson(people[0].ID, "示例二")
		})
		mac, err := s.Cipher().PersonMAC(number)
		if err != nil {
			t.Fatal(err)
		}
		q := s.Read(t.Context())
		found, err := q.PeopleByMAC([]string{mac, "nobody"})
		if err != nil || len(found) != 1 {
			t.Fatalf("found %v, %v", found, err)
		}
		name, err := q.PersonName(found[mac])
		if err != nil || name.Reveal() != "示例二" {
			t.Errorf("name %q, %v", name.Reveal(), err)
		}
		if got, err := q.PersonNumber(found[mac]); err != nil || got != number {
			t.Errorf("number does not come back: %v", err)
		}
	})
}

// Listings that were published before anybody knew the firm become the firm's when it arrives.
func TestListingsWaitForTheirOrganisation(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		write(t, s, func(tx *models.Tx) error {
			return tx.AddListings([]models.Listing{{Code: "X", List: "严重失信主体名单", FromOn: 20240101, KnownOn: 20240110}})
		})
		orgs := []models.Organisation{{Code: "W", Kind: "企业", Name: "别家"}, {Code: "X", Kind: "企业", Name: "某家"}}
		write(t, s, func(tx *models.Tx) error { return tx.AddOrganisations(orgs) })
		rows, err := s.Read(t.Context()).ListingRows([]string{"X"})
		if err != nil || len(rows) != 1 || rows[0].OrgID != orgs[1].ID {
			t.Errorf("%+v, %v", rows, err)
		}
	})
}

func TestStagedFilesAreHiddenAndComeBack(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		body := bytes.Repeat([]byte("机密的一行\n"), 200_000) // three parts
		f := models.StagedFile{Kind: "insurance", FileName: "a.csv", KnownOn: 20240115, Body: body, ExpiresAt: 1000}
		write(t, s, func(tx *models.Tx) error { return tx.StageFile(&f) })
		write(t, s, func(tx *models.Tx) error { return tx.StageFile(&f) }) // a second dry run
		q := s.Read(t.Context())
		got, err := q.StagedFile(f.SHA256)
		if err != nil || !bytes.Equal(got.Body, body) || got.Kind != "insurance" {
			t.Fatalf("came back as %d bytes of %s, %v", len(got.Body), got.Kind, err)
		}
		write(t, s, func(tx *models.Tx) error { _, err := tx.DropExpired(999); return err })
		if _, err := q.StagedFile(f.SHA256); err != nil {
			t.Errorf("gone before its time: %v", err)
		}
		modelstest.Exec(t, s, "DELETE FROM staged_files WHERE part = 1")
		if _, err := q.StagedFile(f.SHA256); err == nil {
			t.Error("a file with a part missing is handed out")
		}
		write(t, s, func(tx *models.Tx) error { _, err := tx.DropExpired(1000); return err })
		if _, err := q.StagedFile(f.SHA256); models.CodeOf(err) != models.NotFound {
			t.Errorf("still there after its time: %v", err)
		}
	})
}

func TestRosterChangesAreDoneOnceAndAudited(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		change := func(c models.RosterChange) {
			write(t, s, func(tx *models.Tx) error { return tx.ChangeRoster(5, models.System, c) })
		}
		clerk := models.RosterChange{Code: "jingban9", Name: "示例", Role: models.Clerk, Active: true}
		contact := models.RosterChange{Code: "jingban9", Name: "示例", Role: models.Contact, OrgID: 3, Active: true}
		for range 2 {
			change(clerk)
			change(contact)
		}
		q := s.Read(t.Context())
		m, err := q.MemberByCode("jingban9")
		if err != nil {
			t.Fatal(err)
		}
		if roles, err := q.RolesOf(m.ID); err != nil || len(roles) != 2 {
			t.Errorf("roles %+v, %v", roles, err)
		}
		if left, err := q.RosterChanges([]models.RosterChange{clerk, contact}); err != nil || len(left) != 0 {
			t.Errorf("still to do: %+v, %v", left, err)
		}
		clerk.Active, contact.Active = false, false
		change(clerk)
		if m, _ = q.MemberByCode("jingban9"); !m.Active {
			t.Error("inactive although one role is left")
		}
		change(contact)
		if m, _ = q.MemberByCode("jingban9"); m.Active {
			t.Error("active without any role")
		}
		if rows, breaks, err := q.VerifyAudit(); err != nil || rows != 4 || len(breaks) != 0 {
			t.Errorf("audit: %d rows, %v, %v; want one for each change that changed something", rows, breaks, err)
		}
	})
}

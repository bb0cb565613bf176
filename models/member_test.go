package models_test

import (
	"testing"

	"duixian/models"
	"duixian/models/modelstest"
)

func TestContactsAndRolesAreFoundOnlyWhileActive(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		add := func(code string, active bool, role models.Role, org int64) {
			err := s.InTx(t.Context(), func(tx *models.Tx) error {
				return tx.AddMember(1, models.System, &models.Member{Code: code, Name: code, Active: active}, models.MemberRole{Role: role, OrgID: org})
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		add("lianxi1", true, models.Contact, 7)
		add("lianxi2", false, models.Contact, 7)
		add("lianxi3", true, models.Contact, 8)
		add("fuhe1", true, models.Approver, 0)
		q := s.Read(t.Context())
		if got, err := q.ContactsOf(7); err != nil || len(got) != 1 || got[0].Code != "lianxi1" {
			t.Errorf("contacts of 7: %+v, %v; want lianxi1 alone: lianxi2 left, lianxi3 belongs to another firm", got, err)
		}
		if got, err := q.MembersWithRole(models.Approver); err != nil || len(got) != 1 || got[0].Code != "fuhe1" {
			t.Errorf("approvers: %+v, %v", got, err)
		}
		modelstest.Exec(t, s, "UPDATE members SET active = 0 WHERE code = ?", "fuhe1")
		if got, err := q.MembersWithRole(models.Approver); err != nil || len(got) != 0 {
			t.Errorf("approvers after leaving: %+v, %v", got, err)
		}
		if rows, breaks, err := q.VerifyAudit(); err != nil || rows != 4 || len(breaks) != 0 {
			t.Errorf("audit: %d rows, %v, %v; every new role is one row", rows, breaks, err)
		}
	})
}

package sheets_test

import (
	"strings"
	"testing"

	"duixian/models"
	"duixian/models/modelstest"
	"duixian/sheets"
)

// A year's stars come from a round or from files, never from both.
func TestARatingOfARoundIsNotOverwrittenByAFile(t *testing.T) {
	const head = "机构名称,统一社会信用代码,类别,编号,日期,年度,星级,作废,报送日期\n"
	const old = "示例甲一人力资源有限公司,91330702MA2TE5T01Y,星级评定,2024,2024-07-31,2024,3,,2024-08-01\n"
	modelstest.Each(t, func(t *testing.T, s *models.Store) {
		mustApply(t, s, "firms", firmHeader+firmOne)
		mustApply(t, s, "facts", head+old)
		step := models.RoundStep{On: 20260401, At: 1, Actor: models.Actor{Member: "x"}}
		var r models.Round
		tx := func(fn func(tx *models.Tx) error) {
			t.Helper()
			if err := s.InTx(t.Context(), fn); err != nil {
				t.Fatal(err)
			}
		}
		tx(func(tx *models.Tx) (err error) {
			r, err = tx.OpenRound(models.Round{Kind: models.StarRating, Year: 2026}, step)
			return err
		})
		row := func(stars, cancelled string) string {
			return head + "示例甲一人力资源有限公司,91330702MA2TE5T01Y,星级评定,2026,2026-07-31," + "2026," + stars + "," + cancelled + ",2026-08-01\n"
		}
		refused := func(body, want string) {
			t.Helper()
			result, err := apply(t, s, "facts", body, sheets.Options{})
			if err == nil || !strings.Contains(result.Report.Text(), want) {
				t.Errorf("%v\n%s\nwant %q", err, result.Report.Text(), want)
			}
		}
		refused(row("4", ""), "2026年度星级评定（#1）正在进行，这一年度的星级由评定产生，不能导入")
		mustApply(t, s, "facts", head+old+"\n") // another year, and a word that is stored already

		org, err := s.Read(t.Context()).OrganisationByCode("91330702MA2TE5T01Y")
		if err != nil {
			t.Fatal(err)
		}
		tx(func(tx *models.Tx) error {
			for _, to := range []models.RoundState{models.RoundOpen, models.RoundScoring, models.RoundProposed, models.RoundApproved, models.RoundPublicity} {
				if err := tx.MoveRound(&r, to, step); err != nil {
					return err
				}
			}
			r.ConfirmedOn = 20260722
			if err := tx.MoveRound(&r, models.RoundConfirmed, step); err != nil {
				return err
			}
			err := tx.PutEntries([]models.RoundEntry{{RoundID: r.ID, Subject: org.Code, OrgID: org.ID, Stars: new(4), State: models.EntryConfirmed, Detail: "{}"}})
			if err != nil {
				return err
			}
			return tx.AddFacts([]models.Fact{{OrgID: org.ID, Kind: "star-rating", FactKey: "2026", OnDay: 20260722, KnownOn: 20260722, Attrs: `{"round":1,"stars":4,"year":2026}`}})
		})
		refused(row("5", ""), "2026年度星级评定已于2026年7月22日确认这家为4星，不能用文件改写")
		refused(row("4", "是"), "不能用文件改写")
	})
}

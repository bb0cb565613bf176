package bot_test

import (
	"strconv"

	"duixian/models"
	"duixian/policy"
)

// round 年度 企业 企业: a rating whose data are frozen: the first firm has full marks, the second no word of the credit office.
func (w *town) round(on policy.Date, args []string, _ map[string]string) {
	year, err := strconv.Atoi(args[0])
	if err != nil {
		w.t.Fatal(err)
	}
	step := models.RoundStep{On: on, At: noon(on), Actor: models.System}
	w.tx(func(tx *models.Tx) error {
		r, err := tx.OpenRound(models.Round{
			Kind: models.StarRating, Year: year, OpensOn: policy.NewDate(year, 4, 1), CutoffOn: policy.NewDate(year, 4, 1), DataBy: policy.NewDate(year, 5, 31),
			PublicityFrom: policy.NewDate(year, 7, 1), ConfirmBy: policy.NewDate(year, 7, 31),
		}, step)
		if err != nil {
			return err
		}
		m := policy.BuiltinStarModel()
		var entries []models.RoundEntry
		for i, firm := range args[1:] {
			org, err := tx.Organisation(w.org(firm))
			if err != nil {
				return err
			}
			in := policy.StarInputs{
				Figures: map[string]int64{"revenue": 12_000_000_000, "contribution": 600_000_000, "served_firms": 400}, Words: map[string]string{"credit": "优"},
				Vetoes: map[string]bool{"serious_dishonesty": false, "licence_lapsed": false, "annual_report_not_published": false}, Code: org.Code,
			}
			e := models.RoundEntry{RoundID: r.ID, Subject: org.Code, OrgID: org.ID, State: models.EntryScored, Rank: i + 1, ChangedOn: on}
			if i > 0 {
				delete(in.Words, "credit")
				e.State, e.Rank, e.Reason = models.EntryProvisional, 0, policy.StarMissing
			}
			sheet := m.Score(in)
			e.Stars, e.Score = sheet.Stars, sheet.Total
			text, err := models.Canonical(models.StarDetail{Sheet: sheet})
			if err != nil {
				return err
			}
			e.Detail = string(text)
			if err := tx.FreezeInput(r.ID, org.Code, in); err != nil {
				return err
			}
			entries = append(entries, e)
		}
		if err := tx.PutEntries(entries); err != nil {
			return err
		}
		if r.InputsHash, _, err = tx.InputsHash(r.ID); err != nil {
			return err
		}
		r.FrozenOn, r.Model = r.DataBy, m.Title()
		for _, to := range []models.RoundState{models.RoundOpen, models.RoundScoring} {
			if err := tx.MoveRound(&r, to, step); err != nil {
				return err
			}
		}
		return nil
	})
}

// announced 年度: the round's list is shown to the public.
func (w *town) announced(on policy.Date, args []string, _ map[string]string) {
	year, err := strconv.Atoi(args[0])
	if err != nil {
		w.t.Fatal(err)
	}
	step := models.RoundStep{On: on, At: noon(on), Actor: models.System}
	w.tx(func(tx *models.Tx) error {
		r, err := tx.Round(models.StarRating, year)
		if err != nil {
			return err
		}
		for _, to := range []models.RoundState{models.RoundProposed, models.RoundApproved, models.RoundPublicity} {
			if err := tx.MoveRound(&r, to, step); err != nil {
				return err
			}
		}
		return nil
	})
}

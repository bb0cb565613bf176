package jobs

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"

	"duixian/models"
	"duixian/policy"
	"duixian/sheets"
)

// opinionsFile is the kind of file that another office's answer about a selection is.
const opinionsFile = "opinions"

// officeDays is after how many working days each office of a simulation answers; officeMore is how many days more the next one takes.
const officeDays, officeMore = 4, 2

// collectOpinions brings in the answers of the other offices about the selections that are under way: each takes its days, and the clerk imports the sheet that
// came back. Who was proposed after that is asked about again.
func (s *Simulation) collectOpinions(ctx context.Context, day policy.Date) error {
	q := s.Env.Store.Read(ctx)
	for _, kind := range models.SelectionKinds {
		live, err := q.LiveRounds(kind)
		if err != nil {
			return err
		}
		for _, r := range live {
			if r.State != models.RoundOpen && r.State != models.RoundScoring {
				continue
			}
			requests, err := q.OpinionRequests(r.ID)
			if err != nil {
				return err
			}
			for i, asked := range requests {
				due, err := s.Env.Calendar.AddWorkdays(asked.AskedOn, officeDays+officeMore*i)
				if err != nil {
					return err
				}
				if due > day {
					continue
				}
				if err := s.officeAnswers(ctx, r, asked.Office, day); err != nil {
					return fmt.Errorf("%s的意见（%s）: %w", r.Name(), asked.Office.Text(), err)
				}
			}
		}
	}
	return nil
}

// officeAnswers fills in the sheet of one office and hands it in. It agrees to everybody of whom it knows something.
func (s *Simulation) officeAnswers(ctx context.Context, r models.Round, office models.Office, day policy.Date) error {
	sheet, err := s.Env.OpinionSheet(ctx, models.Params{"kind": string(r.Kind), "year": fmt.Sprint(r.Year)}, office, day)
	if models.CodeOf(err) == models.Conflict {
		return nil // there is no candidate to say anything about
	}
	if err != nil {
		return err
	}
	form, _ := sheets.Lookup(opinionsFile)
	var titles []string
	verdict := 0
	for i, c := range form.Columns {
		titles = append(titles, c.Title)
		if c.Title == "意见" {
			verdict = i
		}
	}
	rows := [][]string{titles}
	for i, line := range sheet {
		if line[verdict] != nil {
			continue // said already
		}
		row := make([]string, len(line))
		for n, cell := range line {
			if cell != nil {
				row[n] = fmt.Sprint(cell)
			}
		}
		if row[verdict] = models.Agree.Text(); i%9 == 8 {
			row[verdict] = models.NoData.Text()
		}
		rows = append(rows, row)
	}
	if len(rows) == 1 {
		return nil
	}
	var body bytes.Buffer
	if err := csv.NewWriter(&body).WriteAll(rows); err != nil {
		return err
	}
	return s.handIn(ctx, s.Maker, opinionsFile, fmt.Sprintf("%s-%s.csv", r.Kind, office), body.Bytes(), day)
}

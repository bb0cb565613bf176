package jobs

import (
	"encoding/json"
	"fmt"
	"slices"

	"duixian/models"
	"duixian/policy"
)

// Stars is how this house rates: the model, and in which years. The zero value rates never.
type Stars struct {
	Model  *policy.StarModel // nil = the one in the program
	Rhythm policy.Rhythm
}

func (e *Env) starModel() *policy.StarModel {
	if e.Stars.Model == nil {
		return policy.BuiltinStarModel()
	}
	return e.Stars.Model
}

func (e *Env) rhythm() policy.Rhythm {
	if e.Stars.Rhythm.Every == 0 {
		return policy.DefaultRhythm
	}
	return e.Stars.Rhythm
}

// population is who must be rated (应评尽评): every organisation of the city proper that is licensed or filed on the cut-off day, by what is known on
// another, in the order of ids.
func population(q models.Query, cutoff, knownOn policy.Date) ([]int64, error) {
	facts, err := q.FactsOfKind("registration", knownOn)
	if err != nil {
		return nil, err
	}
	in := map[int64]bool{}
	for _, f := range facts { // by organisation and day
		if f.On > cutoff {
			continue
		}
		until, _ := f.Attrs["permit_end"].(string)
		end, err := policy.ParseDate(until)
		in[f.OrgID] = f.Attrs["licensed"] == true && f.Attrs["district"] == "urban" && (err != nil || end >= cutoff)
	}
	var ids []int64
	for id, licensed := range in {
		if licensed {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids, nil
}

// penalties is the list of penalties that bars nothing by itself.
const penalties = "行政处罚"

// starInputs is what a dossier says of the year before a round, and of the vetoes on a day. What nobody said is not in it.
func starInputs(d *models.Dossier, year int, on policy.Date) (policy.StarInputs, error) {
	in := policy.StarInputs{Figures: map[string]int64{}, Words: map[string]string{}, Vetoes: map[string]bool{}, Code: d.Org.Code}
	key := fmt.Sprint(year - 1)
	for _, f := range d.Facts {
		switch {
		case f.Kind == "registration" && f.Attrs["licensed"] == true && (in.Licensed == 0 || f.On < in.Licensed):
			in.Licensed = f.On
		case f.Key != key || f.On > on:
		case f.Kind == models.ReportFigures:
			for _, name := range []string{"revenue", "served_firms", "key_industry_firms", "standards", "public_events", "provincial_titles"} {
				if err := figure(in.Figures, f, name); err != nil {
					return in, err
				}
			}
			if published, said := f.Attrs["published"].(bool); said {
				in.Vetoes["annual_report_not_published"] = !published
			}
		case f.Kind == models.ContributionFigures:
			if err := figure(in.Figures, f, "contribution"); err != nil {
				return in, err
			}
		case f.Kind == models.CreditGrade:
			if word, said := f.Attrs["credit"].(string); said {
				in.Words["credit"] = word
			}
			if fined, said := f.Attrs["penalty"].(bool); said {
				in.Vetoes["penalty_in_year"] = fined
			}
		}
	}
	for _, f := range d.Facts { // the official record wins over the firm's own word
		if f.Kind == policy.AnnualReport && f.Key == key && f.On <= on {
			in.Vetoes["annual_report_not_published"] = false
		}
	}
	for _, l := range d.Listings {
		if l.List == penalties && l.From.Year() == year-1 {
			in.Vetoes["penalty_in_year"] = true
		}
	}
	in.Vetoes["serious_dishonesty"] = d.Dishonest(on) != nil
	in.Vetoes["licence_lapsed"] = registered(d, on)["licensed"] != true
	return in, nil
}

// figure reads a count, or money written in yuan, into the figures.
func figure(into map[string]int64, f models.KnownFact, name string) error {
	switch v := f.Attrs[name].(type) {
	case nil:
	case json.Number:
		n, err := v.Int64()
		if err != nil {
			return fmt.Errorf("资格信息 #%d 的 %s: %w", f.ID, name, err)
		}
		into[name] = n
	case string:
		fen, err := policy.ParseFen(v)
		if err != nil {
			return fmt.Errorf("资格信息 #%d 的 %s: %w", f.ID, name, err)
		}
		into[name] = int64(fen)
	}
	return nil
}

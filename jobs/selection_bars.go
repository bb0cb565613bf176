package jobs

import (
	"maps"
	"slices"

	"duixian/models"
	"duixian/policy"
)

// bar writes into each contender what keeps it from being selected on the field's day: whatever would keep it from the award (五（一）, 五（二）, the rhythm of rounds, once
// only), asked of the same rules that decide the award.
func (e *Env) bar(q models.Query, f *field) error {
	last, err := lastSelected(q, f.item.From.Kind, f.round.Year, f.on)
	if err != nil {
		return err
	}
	ids := make([]int64, 0, len(f.contenders))
	for _, subject := range sortedKeys(f.contenders) {
		ids = append(ids, f.contenders[subject].Org.ID)
	}
	dossiers := map[int64]*models.Dossier{}
	list, err := q.Dossiers(ids, f.on)
	if err != nil {
		return err
	}
	for _, d := range list {
		dossiers[d.Org.ID] = d
	}
	for _, subject := range sortedKeys(f.contenders) {
		c := f.contenders[subject]
		d := dossiers[c.Org.ID]
		reason, err := e.selectable(f.item, d, f.round.Year, last, f.on)
		if err != nil {
			return err
		}
		if reason != "" {
			c.Bars = append(c.Bars, reason)
		}
		if rated := d.Rated(f.on); rated != nil && number(rated.Attrs["stars"]) == 0 && f.round.Kind != models.Elite && !slices.Contains(c.Bars, barNoStar) {
			c.Bars = append(c.Bars, barNoStar) // lowered since it was confirmed
		}
		f.contenders[subject] = c
	}
	return nil
}

// selectable says why an organisation could not have the award of a selection if it were selected on a day, or nothing.
func (e *Env) selectable(item *policy.Item, d *models.Dossier, year, lastRound int, on policy.Date) (string, error) {
	facts := e.standing(d, on)
	maps.Copy(facts, map[string]any{"date": on.String(), "selected": true, "rank": 1, "objection_upheld": false})
	if lastRound > 0 {
		facts["last_round_year"] = lastRound
	}
	granted, backbone := false, false
	for _, a := range d.Awards {
		granted = granted || a.Item == item.ID
	}
	for _, f := range d.Facts {
		backbone = backbone || f.Kind == "selection-backbone" && number(f.Attrs["year"]) == year && f.Attrs["selected"] == true
	}
	facts["already_granted"], facts["backbone_same_year"] = granted, backbone
	answer, err := e.Book.Assess(item.ID, facts, policy.AssessOptions{EffectiveFrom: e.Effective})
	if err != nil || answer.Outcome == policy.OutcomeExact {
		return "", err
	}
	return answer.Reason, nil
}

// lastSelected is the year of the newest earlier round of a kind of which somebody was selected, over all organisations; 0 = there was none.
func lastSelected(q models.Query, kind string, year int, on policy.Date) (int, error) {
	all, err := q.FactsOfKind(kind, on)
	best := 0
	for _, f := range all {
		if y := number(f.Attrs["year"]); y < year && y > best {
			best = y
		}
	}
	return best, err
}

// barTexts are bars that are no reasons of the rules.
var barTexts = map[string]string{
	barNoStar: "本年度星级评定为无星", heldOpinion: "送审后有部门提出不同意", heldNotInIt: "已不在名单中", "RULED_OUT": "经集体研究不再保留", "PLACED": "已占有名额",
	heldObjection: "公示期间有异议，正在核实", droppedObjection: "公示异议成立", notPublicised: "尚未公示",
}

// EntryReason says for people why a candidate of a selection is held or left out; nothing without a reason.
func (e *Env) EntryReason(code string) string {
	if code == "" {
		return ""
	}
	return e.barText(code)
}

// barText says a bar for people.
func (e *Env) barText(code string) string {
	if text, ok := barTexts[code]; ok {
		return text
	}
	if why, _ := e.holdText(code); why != "" {
		return why
	}
	return code
}

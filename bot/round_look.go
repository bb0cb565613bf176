package bot

import (
	"encoding/json"
	"fmt"

	"duixian/models"
)

// sinceLastLook marks in the dry run of a round what is other than when this person looked last, and remembers what they see now. What a list says is not
// changed by a look.
func (r *Request) sinceLastLook(report *models.Report) error {
	if report.Round == 0 || r.Args[pageParam.Name] != "" { // a next page is the same look
		return nil
	}
	was, now := map[string]string{}, map[string]string{}
	last, err := r.LastLook(report.Round, r.Asker.ID)
	first := models.CodeOf(err) == models.NotFound
	if err != nil && !first {
		return err
	}
	if !first {
		if err := json.Unmarshal([]byte(last.Seen), &was); err != nil {
			return err
		}
	}
	changed := 0
	for i, l := range report.Lines {
		now[l.Code] = l.What
		switch before, known := was[l.Code]; {
		case first || known && before == l.What:
		case !known:
			report.Lines[i].Change, changed = "新增", changed+1
		default:
			report.Lines[i].Change, changed = "上次看时："+before, changed+1
		}
	}
	for code := range was {
		if _, there := now[code]; !there {
			changed++
		}
	}
	if !first {
		report.Notes = append([]string{fmt.Sprintf("与您上次（%s）看时相比，%d家有变化", last.At.Text(), changed)}, report.Notes...)
	}
	seen, err := models.Canonical(now)
	if err != nil {
		return err
	}
	return r.write(func(tx *models.Tx) error {
		return tx.LookAt(models.RoundLook{RoundID: report.Round, MemberID: r.Asker.ID, At: r.Now, Seen: string(seen)})
	})
}

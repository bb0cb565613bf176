package bot

import (
	"context"
	"fmt"
	"strings"

	"duixian/policy"
)

var rating = &Command{
	Name:    "星级",
	Aliases: []string{"我的星级", "几星", "评星", "星级评定"},
	Summary: "历次星级和对享受政策的影响",
	Roles:   firms,
	Private: true,
	Run:     runRating,
}

// runRating lists a firm's ratings, what the one in force means this year, and when the next one is due.
func runRating(_ context.Context, r *Request) (Reply, error) {
	d, err := r.Dossier(r.Org.ID, r.On)
	if err != nil {
		return Reply{}, err
	}
	lines := []string{"**" + plain(r.Org.Name) + "**的星级"}
	last := 0
	for _, f := range d.Facts {
		if f.Kind != "star-rating" || f.On > r.On {
			continue
		}
		level := fmt.Sprintf("%v星", f.Attrs["stars"])
		if isZero(f.Attrs["stars"]) {
			level = "无星"
		}
		last = ratingYear(f)
		if was, changed := attrInt(f, "was"); changed {
			lines = append(lines, fmt.Sprintf("- %d年度：%s起调整为%s（原%s）：%s", last, f.On.Text(), level, policy.StarsText(was), plain(fmt.Sprint(f.Attrs["reason"]))))
			continue
		}
		lines = append(lines, fmt.Sprintf("- %d年度：%s，%s确认", last, level, f.On.Text()))
	}
	sheet, err := r.scoreSheet()
	if err != nil {
		return Reply{}, err
	}
	if last == 0 {
		return Reply{Text: strings.Join(append(append(lines, neverRated), sheet...), "\n"), Next: []string{"进度", "政策"}}, nil
	}
	bar := r.noStar(d, r.On)
	if bar != nil {
		lines = append(lines, fmt.Sprintf("%d年不能享受政策：%s。%s", r.On.Year(), bar.why, bar.end))
	} else {
		lines = append(lines, fmt.Sprintf("%d年不因星级受限。", r.On.Year()))
	}
	if b := r.noStar(d, policy.NewDate(r.On.Year()+1, 1, 1)); b != nil && bar == nil {
		lines = append(lines, b.from.Text()+"起不能享受政策："+b.why+"。"+b.end)
	}
	lines = append(lines, r.Bot.ratedAgain(last))
	next := []string{"进度", "到期"}
	if len(sheet) > 0 {
		next = append(next, "为什么 星级")
	}
	return Reply{Text: strings.Join(append(lines, sheet[:min(1, len(sheet))]...), "\n"), Next: next}, nil
}

package bot

import (
	"fmt"
	"strings"

	"duixian/models"
)

// tellRounds is how an award of a selection was earned: the points and the rank in that selection, and the stars of its year.
func (r *Request) tellRounds(a models.Award, d models.Decision) ([]string, error) {
	item, err := r.Bot.Book.Item(a.Item)
	if err != nil {
		return nil, err
	}
	kind, selected := strings.CutPrefix(item.From.Kind, "selection-")
	if !selected {
		return nil, nil
	}
	c, err := r.Claim(d.ClaimID)
	if err != nil {
		return nil, err
	}
	entries, err := r.EntriesOfOrg(a.OrgID)
	if err != nil {
		return nil, err
	}
	var lines []string
	for _, e := range entries {
		round, err := r.RoundByID(e.RoundID)
		if err != nil {
			return nil, err
		}
		if string(round.Kind) != kind && round.Kind != models.StarRating || !strings.Contains(c.FactKey, fmt.Sprint(round.Year)) {
			continue
		}
		line := fmt.Sprintf("%s（轮次 #%d）：", round.Name(), round.ID)
		if e.Stars != nil {
			line += fmt.Sprintf("%d星，", *e.Stars)
		}
		if e.Score != nil {
			line += fmt.Sprintf("%d.%02d分，", *e.Score/100, *e.Score%100)
		}
		if e.Rank > 0 {
			line += fmt.Sprintf("第%d名，", e.Rank)
		}
		line += "资料校验码 " + shortHash(round.InputsHash)
		seen, err := r.publicityLine("round", round.ID)
		if err != nil {
			return nil, err
		}
		line = strings.TrimSuffix(line, "，资料校验码 ")
		if seen != "" {
			line += "；公示 " + seen
		}
		lines = append(lines, line)
	}
	return lines, nil
}

// tellPublicity is what the public saw of the award's list, or that it was not asked for.
func (r *Request) tellPublicity(a models.Award, d models.Decision) ([]string, error) {
	line, err := r.publicityLine("plan", a.PlanID)
	if err != nil || line != "" {
		return []string{line}, err
	}
	c, err := r.Claim(d.ClaimID)
	if err != nil || c.Publicity != models.NotRequired {
		return nil, err
	}
	return []string{"这份方案不需公示，已记录"}, nil
}

// publicityLine says when and where the list of a plan or round was shown; empty when it was not.
func (r *Request) publicityLine(subject string, id int64) (string, error) {
	p, err := r.PublicityOf(subject, id)
	if models.CodeOf(err) == models.NotFound || err == nil && p.FirstOn == 0 {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("#%d：%s至%s，%s，由%s登记，名单校验码 %s", p.ID, p.FirstOn.Text(), p.LastOn.Text(), plain(p.WhereText), plain(p.PublishedBy), shortHash(p.ListHash)), nil
}

// tellPurses is out of whose money the award is paid, by the year in which its parts fall due.
func (r *Request) tellPurses(a models.Award, _ models.Decision) ([]string, error) {
	reserves, err := r.BudgetReserves(a.ID)
	if err != nil {
		return nil, err
	}
	var parts []string
	for _, x := range reserves {
		parts = append(parts, fmt.Sprintf("第%d期%d年%s %s", x.No, x.Year, plain(string(x.Channel)), x.AmountFen.Text()))
	}
	if len(parts) == 0 {
		return nil, nil
	}
	return []string{strings.Join(parts, "；")}, nil
}

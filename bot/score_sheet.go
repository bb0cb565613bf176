package bot

import (
	"fmt"
	"slices"
	"strings"

	"duixian/models"
	"duixian/policy"
)

// scoreSheet is the firm's own sheet of the newest round whose list has been shown to the public: first one line, then each step of the reckoning. Nobody else's
// sheet is ever shown to a firm.
func (r *Request) scoreSheet() ([]string, error) {
	entries, err := r.EntriesOfOrg(r.Org.ID)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		round, err := r.RoundByID(e.RoundID)
		if err != nil {
			return nil, err
		}
		if round.Kind != models.StarRating || round.State != models.RoundPublicity && round.State != models.RoundConfirmed {
			continue
		}
		d, err := e.Star()
		if err != nil {
			return nil, err
		}
		head := fmt.Sprintf("%d年度评分：", round.Year)
		switch {
		case e.State == models.EntryHeld:
			head += "暂缓，" + models.HeldEntryText(e.Reason)
		case e.State == models.EntryPostponed:
			head += "缓评"
		case e.Stars == nil:
			head += "未评，缺" + strings.Join(d.Sheet.Missing, "、")
		default:
			head += policy.StarsText(*e.Stars)
			if e.Score != nil {
				head += "，" + policy.Points(*e.Score) + "分"
			}
			if e.Rank > 0 {
				head += fmt.Sprintf("，第%d名", e.Rank)
			}
		}
		if round.State == models.RoundPublicity {
			head += "（公示中，尚未确认）"
		}
		lines := []string{head}
		for _, step := range d.Sheet.Steps {
			lines = append(lines, "- "+plain(step))
		}
		if d.Decision != nil {
			lines = append(lines, fmt.Sprintf("- %s经两人决定：%s", d.Decision.On.Text(), d.Decision.Choice.Text()))
		}
		return lines, nil
	}
	return nil, nil
}

// aboutStars reports whether the rating is meant.
func aboutStars(typed string) bool {
	return slices.Contains([]string{"星级", "评星", "星级评定", "我的星级", "评分", "几星"}, typed)
}

// explainStars answers 为什么 星级: the sheet step by step.
func (r *Request) explainStars() (Reply, error) {
	sheet, err := r.scoreSheet()
	if err != nil {
		return Reply{}, err
	}
	if len(sheet) == 0 {
		return Reply{Text: "系统里没有贵单位的评分表：星级由文件登记，或这一轮还没有公示。", Next: []string{"星级", "人工"}}, nil
	}
	return Reply{Text: strings.Join(append(sheet, "评分所用数据截至资料截止日；有不同意见请发送“人工”或“申诉”。"), "\n"), Next: []string{"星级", "人工"}}, nil
}

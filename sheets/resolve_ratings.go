package sheets

import (
	"encoding/json"
	"errors"
	"strconv"

	"duixian/models"
	"duixian/policy"
)

// ratedByRound says why a rating of a year may not come in by a file: a round gives the stars of that year, or has given them. Empty when it may. A word that
// is stored already is no contradiction, and a file's own earlier word may be taken back.
func (r *resolver) ratedByRound(f FactRow, org models.Organisation, h history[statement]) (problem, fix string, err error) {
	if f.Kind != "star-rating" {
		return "", "", nil
	}
	if v, _ := h.judge(f.Known, statement{f.On, f.Attrs, f.Withdrawn}); v == same {
		return "", "", nil
	}
	var said struct {
		Year  int    `json:"year"`
		Round *int64 `json:"round"`
	}
	if err := json.Unmarshal([]byte(f.Attrs), &said); err != nil {
		return "", "", err
	}
	if said.Year == 0 {
		said.Year, _ = strconv.Atoi(f.Key) //nolint:errcheck // a key that is no year names no round
	}
	if f.Withdrawn && said.Round == nil {
		return "", "", nil
	}
	round, err := r.round(said.Year)
	switch {
	case errors.Is(err, models.ErrNotFound) || err == nil && round.State == models.RoundCancelled:
		return "", "", nil
	case err != nil:
		return "", "", err
	case round.State != models.RoundConfirmed:
		return round.Name() + "（#" + strconv.FormatInt(round.ID, 10) + "）正在进行，这一年度的星级由评定产生，不能导入", "等评定确认；确要改用文件，请先取消这一轮", nil
	}
	entry, err := r.Entry(round.ID, org.Code)
	if errors.Is(err, models.ErrNotFound) {
		return "", "", nil // not rated in that round
	}
	if err != nil || entry.Stars == nil {
		return "", "", err
	}
	return round.Name() + "已于" + round.ConfirmedOn.Text() + "确认这家为" + policy.StarsText(*entry.Stars) + "，不能用文件改写", "用聊天命令“调星”调整，由两人决定", nil
}

// round is a year's rating, looked up once.
func (r *resolver) round(year int) (models.Round, error) {
	if found, ok := r.ratings[year]; ok {
		return found, nil
	}
	found, err := r.Round(models.StarRating, year)
	if err != nil {
		return found, err
	}
	if r.ratings == nil {
		r.ratings = map[int]models.Round{}
	}
	r.ratings[year] = found
	return found, nil
}

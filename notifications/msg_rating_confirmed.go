package notifications

import (
	"fmt"

	"duixian/models"
	"duixian/policy"
)

// RatingConfirmed tells a firm its stars: of a round that was confirmed, or changed by two people between two rounds.
type RatingConfirmed struct {
	Org     int64       `json:"org"`
	Round   int64       `json:"round,omitempty"`
	Year    int         `json:"year"`
	Stars   *int        `json:"stars"`
	Points  string      `json:"points,omitempty"`
	Rank    int         `json:"rank,omitempty"`
	Was     string      `json:"was,omitempty"` // the rating in force before
	Why     string      `json:"why"`           // the score sheet in one line, or the reason of a change
	Until   policy.Date `json:"until,omitempty"`
	Changed bool        `json:"changed,omitempty"`
	Fact    string      `json:"fact"` // the key of the statement
	On      policy.Date `json:"on"`
}

// Kind names the message.
func (RatingConfirmed) Kind() string { return "rating-confirmed" }

// Key is the firm's rating.
func (m RatingConfirmed) Key() (string, policy.Date) {
	return fmt.Sprintf("rating/%d/%s", m.Org, m.Fact), m.On
}

// Level is the stars as people read them.
func (m RatingConfirmed) Level() string {
	if m.Stars == nil {
		return "未评"
	}
	return policy.StarsText(*m.Stars)
}

// NoStar says that it is 无星, which bars in the next year (五（二）).
func (m RatingConfirmed) NoStar() bool { return m.Stars != nil && *m.Stars == 0 }

// NextYear is the year that the rating bars, or does not bar.
func (m RatingConfirmed) NextYear() int { return m.On.Year() + 1 }

var ratingConfirmed = defineFor(Kind{
	Name: "rating-confirmed", Title: "星级评定结果", Audience: Firms, Timing: Morning, Must: true,
	Next: []string{"星级", "进度"},
	Sample: RatingConfirmed{
		Org: 1, Round: 1, Year: 2026, Stars: new(4), Points: "85.3", Rank: 3, Was: "3星", Why: "营业收入 24/30、地方贡献 15/25、服务企业数量 16/20、信用评价 25/25、加分 5.3", Until: 20281230, Fact: "2026", On: 20260729,
	},
}, func(q models.Query, _ models.Recipient, today policy.Date, m RatingConfirmed) (RatingConfirmed, string, error) {
	now, err := q.HasFact(m.Org, "star-rating", m.Fact, today)
	if err == nil && !now {
		return m, "这一星级已被作废", nil
	}
	return m, "", err
})

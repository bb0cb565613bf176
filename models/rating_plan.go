package models

import (
	"encoding/json"
	"fmt"

	"duixian/policy"
)

// The plans of ratings: the stars of a round; how a firm is rated that the model alone cannot rate; other stars for one firm between two rounds.
const (
	RatingsPlan       = "ratings"
	RoundDecisionPlan = "round-decision"
	RatingChangePlan  = "rating-change"
)

// SizeText is how much a plan of a kind is: its lines, and their sum where they are about money.
func SizeText(kind string, lines int, total policy.Fen) string {
	switch kind {
	case RatingsPlan, RoundDecisionPlan, RatingChangePlan, KindSelection:
		return fmt.Sprintf("%d项", max(1, lines))
	}
	if lines == 0 && total == 0 {
		return "" // accounts, members, an objection: what it is about stands in its title and its text
	}
	return fmt.Sprintf("%d项，合计 %s", lines, total.Text())
}

// RatingsDetail is what two people agree to: every firm's stars and points, and the hash of what they are made of.
type RatingsDetail struct {
	Round   int64        `json:"round"`
	Inputs  string       `json:"inputs"`
	Model   string       `json:"model"`
	Ratings []RatingLine `json:"ratings"`
}

// RatingLine is one firm in it.
type RatingLine struct {
	Code  string `json:"code"`
	Org   int64  `json:"org"`
	Name  string `json:"name"`
	Stars *int   `json:"stars"` // nil = 缓评
	Score *int   `json:"score"`
	Rank  int    `json:"rank,omitempty"`
	Text  string `json:"text"`
	Why   string `json:"why"`
	Was   string `json:"was,omitempty"` // the rating in force
}

// DecisionDetail is what is decided about firms that cannot be rated by the model alone.
type DecisionDetail struct {
	Round  int64          `json:"round"`
	Name   string         `json:"name"`
	Choice StarChoice     `json:"choice"`
	Reason string         `json:"reason"`
	Firms  []DecisionFirm `json:"firms"`
}

// DecisionFirm is one of them, and what it would come to.
type DecisionFirm struct {
	Code    string             `json:"code"`
	Name    string             `json:"name"`
	State   EntryState         `json:"state"` // on which the decision was made
	Without []string           `json:"without,omitempty"`
	Late    *policy.StarInputs `json:"late,omitempty"`
	Text    string             `json:"text"`
}

// ChangeDetail is another number of stars for one firm, from the day on which it is carried out.
type ChangeDetail struct {
	Org    int64  `json:"org"`
	Code   string `json:"code"`
	Name   string `json:"name"`
	Year   int    `json:"year"`
	Fact   int64  `json:"fact"` // the rating in force that is changed
	Was    int    `json:"was"`
	Stars  int    `json:"stars"`
	Until  string `json:"until,omitempty"`
	Reason string `json:"reason"`
}

// LineWords are the words of each line of a plan that is not about money; nil for a plan of money, whose lines speak for themselves.
func (p Plan) LineWords() (lines []string, err error) {
	switch p.Kind {
	case RatingsPlan:
		var d RatingsDetail
		if err = p.detail(&d); err != nil {
			return nil, err
		}
		for _, r := range d.Ratings {
			text := r.Text
			if r.Was != "" {
				text += "（现为" + r.Was + "）"
			}
			lines = append(lines, text)
		}
	case KindSelection:
		d, err := SelectionOf(p)
		if err != nil {
			return nil, err
		}
		for _, l := range d.Lines {
			if l.Sheet.Standing == policy.Selected || d.Moves {
				lines = append(lines, l.Sheet.Text()+"。"+l.Sheet.Why(func(code string) string { return code })) // who gets a place has no bars to word
			}
		}
		return lines, nil
	case RoundDecisionPlan:
		var d DecisionDetail
		if err = p.detail(&d); err != nil {
			return nil, err
		}
		for _, f := range d.Firms {
			line := d.Choice.Text()
			if f.Text != line {
				line += "：" + f.Text
			}
			lines = append(lines, line)
		}
	}
	return lines, nil
}

func (p Plan) detail(into any) error {
	body := struct {
		Detail any `json:"detail"`
	}{into}
	if err := json.Unmarshal([]byte(p.Body), &body); err != nil {
		return fmt.Errorf("方案 #%d 的明细无法读取: %w", p.ID, err)
	}
	return nil
}

func (d ChangeDetail) notes() []string {
	return []string{fmt.Sprintf("%s（%s）%d年度星级由%s调整为%s", d.Name, d.Code, d.Year, policy.StarsText(d.Was), policy.StarsText(d.Stars)), "理由：" + d.Reason}
}

package models

import (
	"cmp"
	"fmt"
	"slices"

	"duixian/policy"
)

// BudgetWarnings says in words for people where awards that would be made on a day pass what is allotted: nothing while nobody has allotted anything and nobody
// demands it. It stops nothing: the decision is right, the money is not there yet.
func (q Query) BudgetWarnings(book *policy.Book, rules BudgetRules, lines []PlanLine, on policy.Date) ([]string, error) {
	states, err := q.Budgets(on)
	if err != nil || len(lines) == 0 {
		return nil, err
	}
	have, begun := map[PurseKey]BudgetState{}, rules.Required
	for _, b := range states {
		have[PurseKey{b.Year, b.Channel}] = b
		begun = begun || b.Documents > 0
	}
	if !begun {
		return nil, nil
	}
	need := map[PurseKey]policy.Fen{}
	for _, l := range lines {
		item, err := book.Item(l.Item)
		if err != nil {
			return nil, err
		}
		district, err := q.DistrictOn(l.OrgID, on)
		if err != nil {
			return nil, err
		}
		for i, sum := range staged(item, l.AmountFen) {
			for _, c := range rules.Split.Parts(sum, district, on) {
				need[PurseKey{book.DueDays(item, on)[i].Year(), c.Channel}] += c.Amount
			}
		}
	}
	var keys []PurseKey
	for k := range need {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b PurseKey) int {
		return cmp.Or(cmp.Compare(a.Year, b.Year), policy.CompareChannels(a.Channel, b.Channel))
	})
	var out []string
	for _, k := range keys {
		switch b := have[k]; {
		case b.Documents == 0 && k.Year > on.Year(): // treasuries allot a year at its beginning
		case b.Documents == 0:
			out = append(out, fmt.Sprintf("资金提醒：%d年%s还没有录入预算指标，本方案该年需 %s", k.Year, k.Channel, need[k].Text()))
		case need[k] > b.Free():
			out = append(out, fmt.Sprintf("资金提醒：%d年%s指标 %s，已占用 %s，本方案需 %s，超出 %s；核定不受影响，拨付时整笔等待指标",
				k.Year, k.Channel, b.Appropriated.Text(), b.Used().Text(), need[k].Text(), (need[k]-b.Free()).Text()))
		}
	}
	return out, nil
}

// staged cuts a sum as an item is paid.
func staged(item *policy.Item, sum policy.Fen) []policy.Fen {
	if percents := item.Staging(); percents != nil {
		return sum.Split(percents...)
	}
	return []policy.Fen{sum}
}

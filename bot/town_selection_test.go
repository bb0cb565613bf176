package bot_test

import (
	"fmt"
	"strconv"

	"duixian/models"
	"duixian/policy"
)

// placed 企业 评选 年度 排名 [standing=] [state=] [round=] [score=] [credit=] [behind=] [bar=]: what became of a firm in a selection, as the list of two people left it.
func (w *town) placed(on policy.Date, args []string, opt map[string]string) {
	kind, ok := models.SelectionKindOf(args[1])
	if !ok {
		w.t.Fatalf("no selection is called %s", args[1])
	}
	year, _ := strconv.Atoi(args[2])
	rank, _ := strconv.Atoi(args[3])
	standing := policy.Standing(either(opt["standing"], "reserve"))
	sheet := models.SelectionSheet{
		Name: args[0], Standing: standing, Rank: rank, Of: 14, Places: 10, Behind: opt["behind"],
		Marks: []models.SelectionMark{{Name: "综合得分", Value: either(opt["score"], "88.10分"), Merit: true}, {Name: "信用评价", Value: opt["credit"]}},
	}
	if standing == policy.Selected {
		sheet.Place = rank
	} else if rank > 10 {
		sheet.Reserve = rank - 10
	}
	if opt["bar"] != "" {
		sheet.Bars = []string{opt["bar"]}
	}
	detail, err := models.Canonical(sheet)
	if err != nil {
		w.t.Fatal(err)
	}
	w.tx(func(tx *models.Tx) error {
		step := models.RoundStep{On: on, At: noon(on), Actor: models.System}
		r, err := tx.Round(kind, year)
		if models.CodeOf(err) == models.NotFound {
			r, err = tx.OpenRound(models.Round{Kind: kind, Year: year, OpensOn: on}, step)
			for _, to := range []models.RoundState{models.RoundOpen, models.RoundScoring, models.RoundProposed, models.RoundApproved, models.RoundPublicity, models.RoundConfirmed} {
				if err != nil || r.State == models.RoundState(either(opt["round"], "confirmed")) {
					break
				}
				err = tx.MoveRound(&r, to, step)
			}
		}
		if err != nil {
			return err
		}
		return tx.PutEntries([]models.RoundEntry{{RoundID: r.ID, Subject: fmt.Sprint(w.org(args[0])), OrgID: w.org(args[0]), Rank: rank, State: models.EntryState(either(opt["state"], "reserve")), Reason: opt["bar"], Detail: string(detail), ChangedOn: on}})
	})
}

// selecting 企业: a plan of two people about a selection, with a ruling of the meeting and an office that was overruled.
func (w *town) selecting(on policy.Date, args []string, _ map[string]string) {
	sheet := models.SelectionSheet{
		Name: args[0], Code: "9133", Standing: policy.Selected, Rank: 12, Of: 14, Places: 10, Place: 10, Ruling: "填补高端猎头空白",
		Marks: []models.SelectionMark{{Name: "综合得分", Value: "88.09分", Merit: true}},
	}
	d := models.SelectionDetail{
		Round: 1, Kind: models.Backbone, Year: on.Year(), Places: 10, Tie: policy.TieBreak, Lines: []models.SelectionLine{{Subject: "x", Org: w.org(args[0]), Sheet: sheet}},
		Rulings: []models.RulingLine{{ID: 1, Ruling: models.RulingIn, Name: args[0], Reason: "填补高端猎头空白", Basis: "纪要〔2026〕12号", By: "wang"}},
		Gaps:    []models.OpinionGap{{Office: models.Credit, Subject: "x", Name: args[0], Verdict: models.Disagree, Reason: "正在核查投诉", Ruling: 2, Decided: "投诉经核查不属实", By: "wang"}},
	}
	w.tx(func(tx *models.Tx) error {
		p, err := tx.SavePlan(models.PlanDraft{Kind: models.KindSelection, Title: d.Title(), KnownOn: on, MadeOn: on, Lines: []models.PlanLine{{OrgID: w.org(args[0]), Item: "backbone-firm"}}, Detail: d}, 0)
		if err != nil {
			return err
		}
		maker, err := tx.MemberByCode("wang")
		if err != nil {
			return err
		}
		_, err = tx.Request(p, maker.ID, "123456", noon(on), on.AddDays(3))
		return err
	})
}

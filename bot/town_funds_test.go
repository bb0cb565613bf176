package bot_test

import (
	"context"
	"fmt"
	"strconv"

	"duixian/models"
	"duixian/policy"
	"duixian/secret"
)

// budget is who bears what in town: the city 60, the district 40.
func (w *town) budget() models.BudgetRules {
	split, err := policy.NewChannelSplit([]policy.ChannelRule{{Shares: []policy.ChannelShare{{Channel: "市级", Share: 60}, {Channel: "区级", Share: 40}}}})
	if err != nil {
		w.t.Fatal(err)
	}
	return models.BudgetRules{Required: true, Split: split}
}

// allot 年 渠道 元 文号 [on=]: two people have entered what a treasury allots.
func (w *town) allot(known policy.Date, args []string, opt map[string]string) {
	year, err := strconv.Atoi(args[0])
	if err != nil {
		w.t.Fatal(err)
	}
	amount, err := policy.ParseFen(args[2])
	if err != nil {
		w.t.Fatal(err)
	}
	channel, err := policy.ParseChannel(args[1])
	if err != nil {
		w.t.Fatal(err)
	}
	w.tx(func(tx *models.Tx) error {
		return tx.AddAppropriations([]models.Appropriation{{Year: year, Channel: channel, DocumentNo: args[3], AmountFen: amount, EffectiveOn: w.day(opt["on"], policy.NewDate(year, 1, 1)), KnownOn: known}}, known)
	})
}

// reserve writes what an award needs, as its run does.
func (w *town) reserve(tx *models.Tx, a models.Award, parts []models.Instalment) error {
	return tx.ReserveBudget(w.budget().Reserves(a, parts, "urban"))
}

// order 年 奖励 期: a batch has ordered a part, and the bank paid it when the line says paid=true.
func (w *town) order(on policy.Date, args []string, opt map[string]string) {
	var n [3]int64
	for i := range n {
		var err error
		if n[i], err = strconv.ParseInt(args[i], 10, 64); err != nil {
			w.t.Fatal(err)
		}
	}
	w.tx(func(tx *models.Tx) error {
		lines, err := tx.BudgetLines(w.budget(), []models.BudgetLine{{AwardID: n[1], No: int(n[2]), Attempt: 1}})
		if err != nil {
			return err
		}
		waits, err := tx.CheckBudget(models.BudgetOrder{Year: int(n[0]), BatchID: 1, On: on, Required: true}, lines)
		if err != nil || len(waits) > 0 {
			return fmt.Errorf("waits: %v, %w", waits, err)
		}
		parts, err := tx.InstalmentsOf(n[1])
		if err != nil {
			return err
		}
		p := parts[n[2]-1]
		if err := tx.MoveInstalment(&p, models.InBatch, "", on, models.Run{}); err != nil || opt["paid"] != "true" {
			return err
		}
		return tx.MoveInstalment(&p, models.Paid, "", on, models.Run{})
	})
}

// planned 种类 …: a plan waits for its second person: "award 企业 事项 编号", "amounts 企业 事项 编号", "appropriation", "shortage", "resume".
func (w *town) planned(on policy.Date, args []string, _ map[string]string) {
	d := models.PlanDraft{Kind: args[0], KnownOn: on, MadeOn: on}
	w.tx(func(tx *models.Tx) error {
		switch args[0] {
		case "award", "amounts":
			c := w.find(tx, args[1:])
			decision, err := tx.Decision(c.DecisionID)
			if err != nil {
				return err
			}
			d.Title, d.Lines = "奖补核定方案", []models.PlanLine{{ClaimID: c.ID, DecisionID: c.DecisionID, OrgID: c.OrgID, Item: c.Item, AmountFen: decision.AmountFen}}
		case "appropriation":
			d.Title, d.Detail = "预算指标录入（指标.xlsx，1 条）", models.AppropriationDetail{Changes: []models.Appropriation{{Year: 2026, Channel: "市级", DocumentNo: "示例财〔2026〕9号", AmountFen: policy.Yuan(500_000), EffectiveOn: on, KnownOn: on}}}
		case "resume":
			d.Title = "恢复运行"
		case "shortage":
			a, err := tx.Award(1)
			if err != nil {
				return err
			}
			d.Title, d.Lines = "2026年指标不足时的拨付次序（1 期先拨）", []models.PlanLine{{ClaimID: a.ClaimID, DecisionID: a.DecisionID, AwardID: a.ID, InstalmentNo: 2, OrgID: a.OrgID, Item: a.Item, AmountFen: policy.Yuan(900_000)}}
			d.Detail = models.ShortageDetail{Year: 2026, Left: []policy.ChannelPart{{Channel: "市级", Amount: policy.Yuan(600_000)}}, Waits: []models.ShortageWait{{AwardID: 7, No: 1, Who: "示例机构", Amount: policy.Yuan(30_000)}}}
		}
		p, err := tx.SavePlan(d, 0)
		if err != nil {
			return err
		}
		_, err = tx.Request(p, 1, secret.Text(fmt.Sprintf("%06d", p.ID)), noon(on), on.AddDays(3))
		return err
	})
}

func (f *fakeWork) first(_ context.Context, _ models.Actor, first []models.BudgetChoice, _ policy.Instant) (models.Submission, error) {
	f.asked = append(f.asked, fmt.Sprint("first ", first))
	total := policy.Fen(0)
	for _, c := range first {
		if c.AwardID > 90 {
			return models.Submission{}, models.E(models.Invalid, "奖励 #%d 第 %d 期现在不在待拨付之列，不能选它先拨；待拨付的见 duixian forecast --due", c.AwardID, c.No)
		}
		total += policy.Yuan(900_000)
	}
	return models.Submission{PlanID: 1, Title: "2026年指标不足时的拨付次序", Lines: len(first), Total: total, Hash: "0123456789", ExpiresOn: 20260305}, nil
}

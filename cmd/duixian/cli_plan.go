package main

import (
	"cmp"

	"github.com/spf13/cobra"

	"duixian/jobs"
	"duixian/models"
	"duixian/policy"
)

func planCommand(p *program) *cobra.Command {
	return group(&cobra.Command{Use: "plan", Short: "Look at a frozen plan again: who gets what and why, and what became of it"}, planListCommand(p), planShowCommand(p))
}

// planRow is a plan for scripts.
type planRow struct {
	ID     int64       `json:"id"`
	Kind   string      `json:"kind"`
	Title  string      `json:"title"`
	State  string      `json:"state"`
	MadeOn policy.Date `json:"made_on"`
	Lines  int         `json:"lines"`
	Total  policy.Fen  `json:"total"`
	Hash   string      `json:"hash"`
}

func planListCommand(p *program) *cobra.Command {
	state, kind, limit, asJSON := "", "", 20, false
	cmd := &cobra.Command{
		Use: "list", Short: "The newest plans and where they stand", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if limit < 1 {
				return misuse("--limit must be at least 1")
			}
			if state != "" && models.PlanState(state).Text() == "" {
				return misuse("there is no state %q; states are: submitted, approved, applied, rejected, expired, superseded", state)
			}
			return p.with(cmd.Context(), func(a *app) error {
				list, err := a.store.Read(cmd.Context()).NewestPlans(kind, models.PlanState(state), limit)
				if err != nil {
					return err
				}
				rows := []planRow{}
				for _, v := range list {
					rows = append(rows, planRow{v.ID, v.Kind, v.Title, string(v.State), v.MadeOn, v.LineCount, v.TotalFen, v.Hash})
					if !asJSON {
						size := models.SizeText(v.Kind, v.LineCount, v.TotalFen)
						if size != "" {
							size += "  "
						}
						lines(p.out, "#%-5d %s  %s  %s%s  %s", v.ID, v.MadeOn, v.Title, size, v.State.Text(), v.Hash[:8])
					}
				}
				switch {
				case asJSON:
					return printJSON(p.out, rows)
				case len(rows) == 0:
					lines(p.out, "没有方案")
				}
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&state, "state", "", "only plans in this state: submitted, approved, applied, rejected, expired, superseded")
	cmd.Flags().StringVar(&kind, "kind", "", "only plans of this kind: award, release, amounts, standing, roster …")
	cmd.Flags().IntVar(&limit, "limit", limit, "how many")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func planShowCommand(p *program) *cobra.Command {
	var asJSON bool
	var xlsx string
	cmd := &cobra.Command{
		Use: "show NUMBER", Short: "A plan as two people saw it, and what became of each line", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := number(args[0])
			if err != nil {
				return err
			}
			return p.with(cmd.Context(), func(a *app) error {
				v, err := a.env.ShowPlan(a.store.Read(cmd.Context()), id)
				switch {
				case err != nil:
					return err
				case xlsx != "":
					return p.writeBook(xlsx, planSheet(v).Write)
				case asJSON:
					return printJSON(p.out, v)
				}
				p.printPlan(v)
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.Flags().StringVar(&xlsx, "xlsx", "", "write a workbook instead")
	return cmd
}

// planLineStates are what became of the lines of a plan, in words.
var planLineStates = map[models.LineState]string{
	models.LineLive: "待执行", models.LineApplied: "已执行", models.LineHeld: "暂缓", models.LineDropped: "未执行",
}

func (p *program) printPlan(v jobs.PlanView) {
	lines(p.out, "方案 #%d %s（%s）", v.ID, v.Title, v.State.Text())
	lines(p.out, "资料截至 %s；经办 %s，复核 %s", v.KnownOn.Text(), cmp.Or(v.Maker, "—"), cmp.Or(v.Checker, "—"))
	if v.Reason != "" {
		lines(p.out, "理由：%s", v.Reason)
	}
	for _, n := range v.Notes {
		lines(p.out, "%s", n)
	}
	lines(p.out, "方案校验码 %s", v.Hash)
	if !v.Intact {
		lines(p.out, "警告：内容与送审时不一致，不能审批或执行，请立即报告")
	}
	for i, l := range v.Lines {
		if l.Claim == 0 && l.Amount == 0 { // not about money
			lines(p.out, "%3d. %s  %s  %s  %s", i+1, l.Who, l.What, planLineStates[l.State], l.Reason)
			continue
		}
		lines(p.out, "%3d. %s  %s  %s  %s  %s", i+1, l.Who, l.What, l.Amount.Text(), planLineStates[l.State], l.Reason)
		lines(p.out, "     %s", l.Why)
	}
	for i, r := range v.Roster {
		lines(p.out, "%3d. %s", i+1, r)
	}
	if len(v.Lines) > 0 {
		lines(p.out, "共 %d 项，合计 %s", len(v.Lines), v.Total.Text())
	}
}

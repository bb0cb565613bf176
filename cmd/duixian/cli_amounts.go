package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"duixian/models"
	"duixian/policy"
	"duixian/sheets"
)

func amountsCommand(p *program) *cobra.Command {
	return group(&cobra.Command{
		Use: "amounts", Short: "What officials decide where the law leaves the amount to them (最高……万元, 最高100%)",
		Long: `Some items give up to a ceiling, and officials decide how much. "list" shows what waits; "export" writes it as a form with the
ceilings as checks; fill in 核定金额 or 核定比例 and 理由 and bring it back with "import amounts FILE", or decide one with
"set". Either way a second person approves before anything counts.`,
	}, amountsListCommand(p), amountsExportCommand(p), amountsSetCommand(p))
}

// amountRow is one waiting claim for scripts.
type amountRow struct {
	Claim   int64      `json:"claim"`
	Org     string     `json:"org"`
	Code    string     `json:"code"`
	Item    string     `json:"item"`
	Key     string     `json:"key"`
	Ceiling policy.Fen `json:"ceiling"`
	Decides string     `json:"decides"` // amount or rate
	Clause  string     `json:"clause"`
	Seen    string     `json:"seen"`
	Plan    int64      `json:"plan,omitempty"`
}

func amountsListCommand(p *program) *cobra.Command {
	asJSON := false
	cmd := &cobra.Command{
		Use: "list", Short: "Claims that wait for an amount or a rate, with the most each can be", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.with(cmd.Context(), func(a *app) error {
				pending, err := a.amountLines(a.store.Read(cmd.Context()))
				if err != nil {
					return err
				}
				rows := []amountRow{}
				for _, l := range pending {
					row := amountRow{l.Claim.ID, l.Org.Name, l.Org.Code, l.Claim.Item, l.Claim.FactKey, l.Ceiling, policy.DecidesAmount, l.Clause, l.Seen(), l.Plan}
					most := "最高 " + l.Ceiling.Text()
					if l.ByRate {
						row.Decides, most = policy.DecidesRate, "比例最高 100%，为 "+l.Ceiling.Text()
					}
					rows = append(rows, row)
					if asJSON {
						continue
					}
					waits := ""
					if l.Plan != 0 {
						waits = fmt.Sprintf("  已在方案 #%d 中等待复核", l.Plan)
					}
					lines(p.out, "#%-5d %s  %s（%s）  %s  %s“%s”%s", l.Claim.ID, l.Org.Name, l.Item, l.Claim.FactKey, most, l.Clause, l.Phrase, waits)
				}
				switch {
				case asJSON:
					return printJSON(p.out, rows)
				case len(rows) == 0:
					lines(p.out, "没有等主管部门核定金额的申报")
				}
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// amountLines are what waits, with the names of the items.
func (a *app) amountLines(q models.Query) ([]sheets.AmountLine, error) {
	pending, err := q.PendingAmounts()
	if err != nil {
		return nil, err
	}
	out := make([]sheets.AmountLine, len(pending))
	for i, l := range pending {
		item, err := a.env.Book.Item(l.Claim.Item)
		if err != nil {
			return nil, err
		}
		out[i] = sheets.AmountLine{PendingAmount: l, Item: item.Name}
	}
	return out, nil
}

func amountsExportCommand(p *program) *cobra.Command {
	return &cobra.Command{
		Use: "export FILE.xlsx", Short: "Write what waits as a form to fill in", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.with(cmd.Context(), func(a *app) error {
				all, err := a.amountLines(a.store.Read(cmd.Context()))
				if err != nil {
					return err
				}
				var open []sheets.AmountLine
				for _, l := range all {
					if l.Plan == 0 {
						open = append(open, l)
					}
				}
				if len(open) == 0 {
					return models.E(models.Invalid, "没有等主管部门核定金额的申报（已送审、等待复核的 %d 项）", len(all))
				}
				if err := p.writeBook(args[0], func(w io.Writer) error { return sheets.AmountForm(w, open) }); err != nil {
					return err
				}
				lines(p.out, "%d 项。填好后：duixian import amounts %s --as 经办人编号", len(open), args[0])
				return nil
			})
		},
	}
}

func amountsSetCommand(p *program) *cobra.Command {
	var as, reason string
	cmd := &cobra.Command{
		Use: "set CLAIM AMOUNT|RATE% --reason TEXT", Short: "Decide one amount (80000.00) or rate (80%); a second person approves", Args: cobra.ExactArgs(2),
		Example: "  duixian amounts set 12 80000 --reason 按活动实际成效 --as jingban01\n  duixian amounts set 13 80% --reason 考核良好 --as jingban01",
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := needAs(as); err != nil {
				return err
			}
			if reason == "" {
				return misuse("say why: --reason TEXT")
			}
			claim, err := number(args[0])
			if err != nil {
				return err
			}
			entry := models.AmountEntry{Claim: claim, Reason: reason}
			if rate, ok := strings.CutSuffix(args[1], "%"); ok {
				entry.Rate = rate
			} else {
				fen, err := policy.ParseFen(args[1])
				if err != nil || fen < 0 {
					return misuse("%q is neither an amount in yuan like 80000.00 nor a rate like 80%%", args[1])
				}
				entry.Amount = &fen
			}
			return p.with(cmd.Context(), func(a *app) error {
				s, err := a.work.Amounts(cmd.Context(), p.actor(as), []models.AmountEntry{entry}, p.instant())
				if err != nil {
					return err
				}
				return printSubmission(p, s, false)
			})
		},
	}
	cmd.Flags().StringVar(&as, "as", "", "the member who decides")
	cmd.Flags().StringVar(&reason, "reason", "", "why")
	return cmd
}

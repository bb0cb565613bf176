package main

import (
	"context"

	"github.com/spf13/cobra"

	"duixian/jobs"
	"duixian/models"
	"duixian/policy"
)

func adjustCommand(p *program) *cobra.Command {
	return group(&cobra.Command{
		Use: "adjust", Short: "Cases that late facts open after an award: 补差, 追回, and choices between two awards",
		Long: `A night that finds another amount for an awarded claim opens a case and changes nothing else. A clerk proposes what becomes of it, a second
person approves (duixian approve): a 补差 becomes an award of its own; a 追回 is set off against what has not been paid, and the rest is
paid back. A firm is told of a 追回 and heard before it is proposed. Where 三（四）does not let two awards stand side by side and one has
been made, people choose.`,
	}, adjustListCommand(p), adjustShowCommand(p), adjustTellCommand(p), adjustHearCommand(p), adjustProposeCommand(p), adjustRepaidCommand(p))
}

func adjustListCommand(p *program) *cobra.Command {
	all, asJSON := false, false
	cmd := &cobra.Command{
		Use: "list", Short: "The cases that are not over", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.with(cmd.Context(), func(a *app) error {
				q := a.store.Read(cmd.Context())
				states := []models.AdjustmentState{models.CaseOpen, models.CaseProposed, models.CaseApproved}
				if all {
					states = nil
				}
				list, err := q.Adjustments(states...)
				if err != nil {
					return err
				}
				if asJSON {
					views := []jobs.CaseView{}
					for _, c := range list {
						v, err := a.env.ShowCase(q, c.ID)
						if err != nil {
							return err
						}
						views = append(views, v)
					}
					return printJSON(p.out, views)
				}
				if len(list) == 0 {
					lines(p.out, "没有待办理的补差、追回或择一")
				}
				for _, c := range list {
					v, err := a.env.ShowCase(q, c.ID)
					if err != nil {
						return err
					}
					lines(p.out, "%s #%d  %s  %s  %s  %s", v.KindText, v.ID, v.Org, v.Item, v.Amount.Text(), v.StateText)
				}
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&all, "all", false, "also those that are over")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func adjustShowCommand(p *program) *cobra.Command {
	asJSON := false
	cmd := &cobra.Command{
		Use: "show NUMBER", Short: "One case: why, how much, and what happened to it", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.onCase(cmd.Context(), args[0], func(a *app, id int64) error {
				if !asJSON {
					return p.printCase(cmd.Context(), a, id)
				}
				v, err := a.env.ShowCase(a.store.Read(cmd.Context()), id)
				if err != nil {
					return err
				}
				return printJSON(p.out, v)
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func adjustTellCommand(p *program) *cobra.Command {
	var as string
	cmd := &cobra.Command{
		Use: "tell NUMBER", Short: "Tell the firm of a 追回 and until when it may be heard", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := needAs(as); err != nil {
				return err
			}
			return p.onCase(cmd.Context(), args[0], func(a *app, id int64) error {
				c, err := a.runner.TellAdjustment(cmd.Context(), p.actor(as), id, p.instant())
				if err != nil {
					return err
				}
				lines(p.out, "已告知企业，陈述申辩期到 %s；企业答复后用 duixian adjust hear %d 登记", c.HearUntil.Text(), id)
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&as, "as", "", "the clerk")
	return cmd
}

func adjustHearCommand(p *program) *cobra.Command {
	var as, text string
	cmd := &cobra.Command{
		Use: "hear NUMBER --text WORDS", Short: "Record what the firm said (陈述申辩)", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := needAs(as); err != nil {
				return err
			}
			return p.onCase(cmd.Context(), args[0], func(a *app, id int64) error {
				if _, err := a.runner.HearAdjustment(cmd.Context(), p.actor(as), id, text, p.instant()); err != nil {
					return err
				}
				lines(p.out, "已登记企业的陈述申辩；可以送审：duixian adjust propose %d --do settle|write_off --reason 理由 --as 经办人编号", id)
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&as, "as", "", "the clerk")
	cmd.Flags().StringVar(&text, "text", "", "what it said; 无意见 where it had nothing to say")
	return cmd
}

func adjustProposeCommand(p *program) *cobra.Command {
	var as, do, reason string
	cmd := &cobra.Command{
		Use: "propose NUMBER --do WHAT --reason WORDS", Short: "Ask a second person what should become of a case", Args: cobra.ExactArgs(1),
		Long: `WHAT is settle (pay the difference, or ask it back) or write_off (neither); for a choice it is full (all of it beside the other award),
difference (what it is more than the other award) or none.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := needAs(as); err != nil {
				return err
			}
			return p.onCase(cmd.Context(), args[0], func(a *app, id int64) error {
				s, err := a.runner.ProposeAdjustment(cmd.Context(), p.actor(as), models.AdjustmentDetail{Case: id, Do: do, Reason: reason}, policy.DateOf(p.now()), p.instant())
				if err != nil {
					return err
				}
				return printSubmission(p, s, false)
			})
		},
	}
	cmd.Flags().StringVar(&as, "as", "", "the clerk")
	cmd.Flags().StringVar(&do, "do", "", "settle, write_off, full, difference or none")
	cmd.Flags().StringVar(&reason, "reason", "", "why")
	return cmd
}

func adjustRepaidCommand(p *program) *cobra.Command {
	var as, amount, reference string
	cmd := &cobra.Command{
		Use: "repaid NUMBER --amount YUAN --reference NUMBER", Short: "Record money that a firm paid back", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := needAs(as); err != nil {
				return err
			}
			sum, err := policy.ParseFen(amount)
			if err != nil {
				return misuse("--amount: %v", err)
			}
			return p.onCase(cmd.Context(), args[0], func(a *app, id int64) error {
				c, err := a.runner.RepaidAdjustment(cmd.Context(), p.actor(as), id, sum, reference, p.instant())
				if err != nil {
					return err
				}
				lines(p.out, "已登记退回 %s，尚待追回 %s（%s）", sum.Text(), c.Left().Text(), c.State.Text())
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&as, "as", "", "the clerk or treasurer")
	cmd.Flags().StringVar(&amount, "amount", "", "in yuan")
	cmd.Flags().StringVar(&reference, "reference", "", "the bank's number of the payment")
	return cmd
}

// onCase reads the number of a case and opens the house.
func (p *program) onCase(ctx context.Context, typed string, do func(a *app, id int64) error) error {
	id, err := number(typed)
	if err != nil {
		return err
	}
	return p.with(ctx, func(a *app) error { return do(a, id) })
}

func (p *program) printCase(ctx context.Context, a *app, id int64) error {
	v, err := a.env.ShowCase(a.store.Read(ctx), id)
	if err != nil {
		return err
	}
	lines(p.out, "%s #%d（%s）%s %s", v.KindText, v.ID, v.StateText, v.Org, v.Code)
	lines(p.out, "%s（申报 #%d）：已核定 %s，现应为 %s，相差 %s", v.Item, v.Claim, v.Was.Text(), v.Now.Text(), v.Amount.Text())
	lines(p.out, "原因：%s", v.Cause)
	if v.Settled > 0 {
		lines(p.out, "已结清 %s，尚待 %s", v.Settled.Text(), (v.Amount - v.Settled).Text())
	}
	for _, s := range v.Steps {
		lines(p.out, "  %s", s)
	}
	lines(p.out, "下一步：%s", v.Next)
	return nil
}

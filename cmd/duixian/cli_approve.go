package main

import (
	"github.com/spf13/cobra"

	"duixian/jobs"
	"duixian/policy"
)

func approveCommand(p *program) *cobra.Command {
	return decideCommand(p, "approve", "Say yes to a frozen plan as the second person; it is executed at once", true)
}

func rejectCommand(p *program) *cobra.Command {
	return decideCommand(p, "reject", "Send a frozen plan back with a reason", false)
}

func decideCommand(p *program, verb, short string, yes bool) *cobra.Command {
	var as, reason string
	show := false
	cmd := &cobra.Command{
		Use: verb + " CODE", Short: short, Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := needAs(as); err != nil {
				return err
			}
			if !yes && reason == "" && !show {
				return misuse("say why: --reason TEXT")
			}
			return p.with(cmd.Context(), func(a *app) error {
				if err := a.config.officialsHere(); err != nil {
					return err
				}
				if show {
					s, r, err := a.runner.Frozen(cmd.Context(), p.actor(as), args[0], p.instant())
					if err != nil {
						return err
					}
					printReport(p, r)
					lines(p.out, "方案 #%d 校验码 %s；以上是送审时的内容，还没有审批", s.PlanID, s.Hash)
					return nil
				}
				s, err := a.work.Decide(cmd.Context(), p.actor(as), args[0], yes, reason, p.instant())
				if err != nil {
					return err
				}
				return printSubmission(p, s, false)
			})
		},
	}
	cmd.Flags().StringVar(&as, "as", "", "the second person")
	cmd.Flags().StringVar(&reason, "reason", "", "why")
	cmd.Flags().BoolVar(&show, "show", false, "print the frozen plan line by line and decide nothing")
	return cmd
}

func legalReviewCommand(p *program) *cobra.Command {
	var as, number, on string
	cmd := &cobra.Command{
		Use:   "legal-review ITEM --document NUMBER --on DAY",
		Short: "Enter the number of the legality review that an item needs before it can be approved (two people)",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := needAs(as); err != nil {
				return err
			}
			day, err := policy.ParseDate(on)
			if err != nil {
				return misuse("--on: %v", err)
			}
			return p.with(cmd.Context(), func(a *app) error {
				draft, err := jobs.LegalReviewDraft(cmd.Context(), a.env, jobs.LegalReviewDetail{Item: args[0], DocumentNo: number, DocumentOn: day}, policy.DateOf(p.now()))
				if err != nil {
					return err
				}
				s, err := a.runner.SubmitDraft(cmd.Context(), p.actor(as), draft, p.instant())
				if err != nil {
					return err
				}
				return printSubmission(p, s, false)
			})
		},
	}
	cmd.Flags().StringVar(&as, "as", "", "the member who enters it")
	cmd.Flags().StringVar(&number, "document", "", "the document's number")
	cmd.Flags().StringVar(&on, "on", "", "the document's day, 2024-07-20")
	return cmd
}

func stopCommand(p *program) *cobra.Command {
	var as string
	cmd := &cobra.Command{
		Use: "stop REASON", Short: "Stop every job at once (one person); starting again takes two", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := needAs(as); err != nil {
				return err
			}
			return p.with(cmd.Context(), func(a *app) error {
				s, err := a.runner.Stop(cmd.Context(), p.actor(as), args[0], p.instant())
				if err != nil {
					return err
				}
				lines(p.out, "已全部停止（#%d）。恢复须两人：duixian resume --as 经办人编号，再由复核人 duixian approve", s.ID)
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&as, "as", "", "the member who stops")
	return cmd
}

func resumeCommand(p *program) *cobra.Command {
	var as string
	cmd := &cobra.Command{
		Use: "resume", Short: "Ask a second person to start everything again after a stop", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := needAs(as); err != nil {
				return err
			}
			return p.with(cmd.Context(), func(a *app) error {
				s, err := a.work.Restart(cmd.Context(), p.actor(as), p.instant())
				if err != nil {
					return err
				}
				return printSubmission(p, s, false)
			})
		},
	}
	cmd.Flags().StringVar(&as, "as", "", "the member who asks")
	return cmd
}

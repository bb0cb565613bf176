package main

import (
	"github.com/spf13/cobra"

	"duixian/jobs"
	"duixian/models"
	"duixian/policy"
)

func jobPlanCommand(p *program) *cobra.Command {
	var as, date, xlsx, basis, basisOn string
	var submit, asJSON bool
	cmd := &cobra.Command{
		Use:   "plan NAME [KEY=VALUE...]",
		Short: "Say what a job would do, without doing it; with --submit ask a second person to approve it",
		Long: `Say what a job would do, without doing it. With --submit it is frozen into a plan that a second person approves. A plan that
makes awards says what it rests on: --basis with the minutes of a meeting (会议纪要) or the number of a recognition
(认定文号), and --basis-on with its day.`,
		Example: "  duixian job plan claims\n  duixian job plan claims --submit --basis 某人社纪要〔2026〕3号 --basis-on 2026-03-01 --as jingban01",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			on, err := p.day(date)
			if err != nil {
				return err
			}
			params, err := paramsOf(args[1:], "")
			if err != nil {
				return err
			}
			if submit {
				if err := needAs(as); err != nil {
					return err
				}
				if basis != "" {
					params[jobs.BasisParam] = basis
				}
				if basisOn != "" {
					if _, err := policy.ParseDate(basisOn); err != nil {
						return misuse("--basis-on: %v", err)
					}
					params[jobs.BasisDayParam] = basisOn
				}
				if xlsx != "" {
					return misuse("--xlsx is for looking; a submitted plan is seen with: duixian plan show NUMBER --xlsx FILE")
				}
			}
			return p.with(cmd.Context(), func(a *app) error {
				if submit {
					s, err := a.work.Submit(cmd.Context(), p.actor(as), args[0], params, on, p.instant())
					if err != nil {
						return err
					}
					return printSubmission(p, s, asJSON)
				}
				r, err := a.work.Plan(cmd.Context(), p.actor(as), args[0], params, on)
				if err != nil {
					return err
				}
				switch {
				case xlsx != "":
					return p.writeBook(xlsx, reportSheetOf(r).Write)
				case asJSON:
					return printJSON(p.out, r)
				}
				printReport(p, r)
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&as, "as", "", "the member who submits")
	cmd.Flags().StringVar(&date, "date", "", "business day, 2024-07-20")
	cmd.Flags().StringVar(&xlsx, "xlsx", "", "write a workbook instead")
	cmd.Flags().StringVar(&basis, "basis", "", "with --submit: what awards rest on, 会议纪要 or 认定文号")
	cmd.Flags().StringVar(&basisOn, "basis-on", "", "the day of the basis, 2024-07-20")
	cmd.Flags().BoolVar(&submit, "submit", false, "freeze the plan and ask for approval")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func printReport(p *program, r models.Report) {
	lines(p.out, "%s（%s）", r.Title, r.On.Text())
	for i, l := range r.Lines {
		if r.Unpriced {
			lines(p.out, "%3d. %s  %s  %s", i+1, l.Who, l.What, l.Change)
		} else {
			lines(p.out, "%3d. %s  %s  %s  %s", i+1, l.Who, l.What, l.Amount.Text(), l.Change)
		}
		if l.Why != "" || !r.Unpriced {
			lines(p.out, "     %s", l.Why)
		}
	}
	if r.Unpriced {
		lines(p.out, "共 %d 项", len(r.Lines))
	} else {
		lines(p.out, "共 %d 项，合计 %s", len(r.Lines), r.Total.Text())
	}
	for _, n := range r.Notes {
		lines(p.out, "注意：%s", n)
	}
}

func printSubmission(p *program, s models.Submission, asJSON bool) error {
	if asJSON {
		return printJSON(p.out, s)
	}
	if s.Lines > 0 && s.Total == 0 {
		lines(p.out, "方案 #%d %s：%d 项", s.PlanID, s.Title, s.Lines)
	} else if s.Lines > 0 {
		lines(p.out, "方案 #%d %s：%d 项，合计 %s", s.PlanID, s.Title, s.Lines, s.Total.Text())
	} else { // people, a document number, a start after a stop: no money
		lines(p.out, "方案 #%d %s", s.PlanID, s.Title)
	}
	lines(p.out, "方案校验码 %s", s.Hash)
	if s.Code != "" {
		lines(p.out, "已送审 #%d，审批码 %s，请另一位复核人执行：duixian approve %s --as 复核人编号", s.ApprovalID, s.Code, s.Code)
		return nil
	}
	switch models.ApprovalState(s.State) {
	case models.ApprovalExecuted:
		if s.RunID == 0 {
			lines(p.out, "已同意，已生效")
			return nil
		}
		lines(p.out, "已同意并执行，执行编号 #%d", s.RunID)
	case models.ApprovalRejected:
		lines(p.out, "已退回")
	case models.ApprovalSuperseded:
		lines(p.out, "已同意，但没有执行，也不再执行：%s", s.Problem)
		return errSilent
	default:
		if s.Problem != "" {
			lines(p.out, "已同意，但执行 #%d 没有完成：%s", s.RunID, s.Problem)
			lines(p.out, "排除原因后：duixian job run --retry %d --as 成员编号", s.RunID)
			return errSilent
		}
		lines(p.out, "已同意，执行 #%d 尚未完成", s.RunID)
	}
	return nil
}

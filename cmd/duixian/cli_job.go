package main

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"duixian/models"
	"duixian/policy"
)

func jobCommand(p *program) *cobra.Command {
	return group(&cobra.Command{Use: "job", Short: "List, try out, run, pause and look back at jobs"},
		jobListCommand(p), jobRunCommand(p), jobPlanCommand(p), jobHistoryCommand(p), jobPauseCommand(p), jobResumeCommand(p))
}

func jobListCommand(p *program) *cobra.Command {
	asJSON := false
	cmd := &cobra.Command{
		Use: "list", Short: "Every job with its next five times", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.with(cmd.Context(), func(a *app) error {
				list, err := a.work.List(cmd.Context(), p.instant())
				if err != nil {
					return err
				}
				if asJSON {
					return printJSON(p.out, list)
				}
				for _, j := range list {
					printJob(p, j)
				}
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func printJob(p *program, j models.JobInfo) {
	lines(p.out, "%s  %s（%s）", j.Name, j.Title, cmp.Or(j.Schedule, "只在被要求时执行"))
	if j.Paused != "" {
		lines(p.out, "  已暂停：%s", j.Paused)
	}
	if j.Last != nil {
		lines(p.out, "  上次：#%d %s %s", j.Last.ID, j.Last.At().Text(), j.Last.State.Text())
	}
	for _, n := range j.Next {
		lines(p.out, "  %s %s", n.At.Text(), n.Note)
	}
}

func jobRunCommand(p *program) *cobra.Command {
	var as, date string
	var retry int64
	cmd := &cobra.Command{
		Use:   "run [NAME] [KEY=VALUE...]",
		Short: "Run a job now, as a replica beside the service",
		Long: `Run a job now. The same protocol as the service's own runs holds: one run a job, fenced, in the history.
With --date the run is for that business day; when the job is scheduled on that day it is that very slot, so it runs
once however often it is asked for. --retry RUN opens a failed or halted run again where it stopped.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := needAs(as); err != nil {
				return err
			}
			if (retry == 0) == (len(args) == 0) {
				return misuse("name a job, or give --retry RUN")
			}
			return p.with(cmd.Context(), func(a *app) error {
				var run models.Run
				var err error
				if retry != 0 {
					run, err = a.runner.Retry(cmd.Context(), p.actor(as), retry, p.instant())
				} else {
					var params models.Params
					if params, err = paramsOf(args[1:], date); err == nil {
						run, err = a.runner.RunNow(cmd.Context(), p.actor(as), args[0], params, 0, "", p.instant())
					}
				}
				if err != nil {
					return err
				}
				return printRun(p, run)
			})
		},
	}
	cmd.Flags().StringVar(&as, "as", "", "the member who asks")
	cmd.Flags().StringVar(&date, "date", "", "business day, 2024-07-20")
	cmd.Flags().Int64Var(&retry, "retry", 0, "number of the run to open again")
	return cmd
}

// paramsOf reads KEY=VALUE arguments.
func paramsOf(args []string, date string) (models.Params, error) {
	params := models.Params{}
	for _, a := range args {
		k, v, ok := strings.Cut(a, "=")
		if !ok {
			return nil, misuse("%q is not KEY=VALUE", a)
		}
		params[k] = v
	}
	if date != "" {
		if _, err := policy.ParseDate(date); err != nil {
			return nil, misuse("%v", err)
		}
		params["date"] = date
	}
	return params, nil
}

func printRun(p *program, r models.Run) error {
	lines(p.out, "#%d %s %s 业务日 %s：%s", r.ID, r.Job, r.At().Text(), r.BusinessDate, r.State.Text())
	if r.Summary != "" {
		lines(p.out, "  %s", r.Summary)
	}
	switch r.State {
	case models.RunFailed, models.RunHalted:
		return fmt.Errorf("#%d 没有完成：%s", r.ID, r.ErrorText)
	case models.RunSkipped:
		lines(p.out, "  %s", r.ReasonText())
	}
	return nil
}

func jobPlanCommand(p *program) *cobra.Command {
	var as, date, xlsx string
	var submit, asJSON bool
	cmd := &cobra.Command{
		Use:   "plan NAME [KEY=VALUE...]",
		Short: "Say what a job would do, without doing it; with --submit ask a second person to approve it",
		Args:  cobra.MinimumNArgs(1),
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
					return p.writeNew(xlsx, reportSheetOf(r).Write)
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
	cmd.Flags().BoolVar(&submit, "submit", false, "freeze the plan and ask for approval")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func printReport(p *program, r models.Report) {
	lines(p.out, "%s（%s）", r.Title, r.On.Text())
	for i, l := range r.Lines {
		lines(p.out, "%3d. %s  %s  %s  %s", i+1, l.Who, l.What, l.Amount.Text(), l.Change)
		lines(p.out, "     %s", l.Why)
	}
	lines(p.out, "共 %d 项，合计 %s", len(r.Lines), r.Total.Text())
	for _, n := range r.Notes {
		lines(p.out, "注意：%s", n)
	}
}

func printSubmission(p *program, s models.Submission, asJSON bool) error {
	if asJSON {
		return printJSON(p.out, s)
	}
	lines(p.out, "方案 #%d %s：%d 项，合计 %s", s.PlanID, s.Title, s.Lines, s.Total.Text())
	lines(p.out, "方案校验码 %s", s.Hash)
	if s.Code != "" {
		lines(p.out, "已送审 #%d，审批码 %s，请另一位复核人执行：duixian approve %s --as 复核人编号", s.ApprovalID, s.Code, s.Code)
		return nil
	}
	switch models.ApprovalState(s.State) {
	case models.ApprovalExecuted:
		lines(p.out, "已同意并执行，执行编号 #%d", s.RunID)
	case models.ApprovalRejected:
		lines(p.out, "已退回")
	default:
		lines(p.out, "已同意，执行 #%d 尚未完成", s.RunID)
	}
	return nil
}

func jobHistoryCommand(p *program) *cobra.Command {
	limit, xlsx := 20, ""
	cmd := &cobra.Command{
		Use: "history [NAME]", Short: "The newest runs and what became of them", Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.with(cmd.Context(), func(a *app) error {
				runs, err := a.store.Read(cmd.Context()).History(strings.Join(args, ""), limit)
				if err != nil {
					return err
				}
				if xlsx != "" {
					return p.writeNew(xlsx, historySheet(runs).Write)
				}
				for _, r := range runs {
					lines(p.out, "#%-6d %-16s %s  业务日 %s  %s  %s", r.ID, r.Job, r.At().Text(), r.BusinessDate, r.State.Text(), firstLine(r.ReasonText()+r.ErrorText+r.Summary))
				}
				return nil
			})
		},
	}
	cmd.Flags().IntVar(&limit, "limit", limit, "how many")
	cmd.Flags().StringVar(&xlsx, "xlsx", "", "write a workbook instead")
	return cmd
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

func jobPauseCommand(p *program) *cobra.Command {
	var as, reason string
	cmd := &cobra.Command{
		Use: "pause NAME --reason TEXT", Short: "Stop a job; its slots are recorded as skipped", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := needAs(as); err != nil {
				return err
			}
			if reason == "" {
				return misuse("say why: --reason TEXT")
			}
			return p.with(cmd.Context(), func(a *app) error { return a.work.Pause(cmd.Context(), p.actor(as), args[0], reason, p.instant()) })
		},
	}
	cmd.Flags().StringVar(&as, "as", "", "the member who pauses")
	cmd.Flags().StringVar(&reason, "reason", "", "why")
	return cmd
}

func jobResumeCommand(p *program) *cobra.Command {
	var as string
	cmd := &cobra.Command{
		Use: "resume NAME", Short: "Start a paused job again from its next slot", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := needAs(as); err != nil {
				return err
			}
			return p.with(cmd.Context(), func(a *app) error { return a.work.Pause(cmd.Context(), p.actor(as), args[0], "", p.instant()) })
		},
	}
	cmd.Flags().StringVar(&as, "as", "", "the member who resumes")
	return cmd
}

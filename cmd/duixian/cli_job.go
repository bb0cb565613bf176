package main

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"duixian/models"
	"duixian/policy"
)

func jobCommand(p *program) *cobra.Command {
	return group(&cobra.Command{Use: "job", Short: "List, try out, run, pause and look back at jobs"},
		jobListCommand(p), jobRunCommand(p), jobPlanCommand(p), jobHistoryCommand(p), jobAllowCommand(p), jobPauseCommand(p), jobResumeCommand(p))
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
				q := a.store.Read(cmd.Context())
				stop, err := q.Stopped()
				if err != nil {
					return err
				}
				if asJSON {
					return printJSON(p.out, jobRows(list, stop))
				}
				if stop != nil {
					text, err := stopText(q, *stop)
					if err != nil {
						return err
					}
					lines(p.out, "%s：恢复以前，下列时间到点都不执行。%s\n", text, resumeAdvice)
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

// jobRow is a job for scripts. Times are those of Shanghai, 2026-03-02 03:00.
type jobRow struct {
	Name     string    `json:"name"`
	Title    string    `json:"title"`
	Schedule string    `json:"schedule,omitempty"`
	Paused   string    `json:"paused,omitempty"`  // why
	Stopped  string    `json:"stopped,omitempty"` // why everything is: none of the next times is kept
	Next     []slotRow `json:"next"`
	Last     *runRow   `json:"last,omitempty"`
}

type slotRow struct {
	At   string `json:"at"`
	Note string `json:"note,omitempty"`
}

type runRow struct {
	ID       int64       `json:"id"`
	Job      string      `json:"job"`
	At       string      `json:"at"`
	Business policy.Date `json:"business_date"`
	State    string      `json:"state"`
	Outcome  string      `json:"outcome,omitempty"`
}

func runRowOf(r models.Run) runRow {
	return runRow{r.ID, r.Job, r.ToldAt().Stamp(), r.BusinessDate, string(r.State), r.OutcomeText()}
}

func jobRows(list []models.JobInfo, stop *models.Stop) []jobRow {
	rows := make([]jobRow, len(list))
	for i, j := range list {
		rows[i] = jobRow{Name: j.Name, Title: j.Title, Schedule: j.Schedule, Paused: j.Paused, Next: []slotRow{}}
		if stop != nil {
			rows[i].Stopped = stop.Reason
		}
		for _, n := range j.Next {
			rows[i].Next = append(rows[i].Next, slotRow{n.At.Stamp(), n.Note})
		}
		if j.Last != nil {
			rows[i].Last = new(runRowOf(*j.Last))
		}
	}
	return rows
}

func printJob(p *program, j models.JobInfo) {
	lines(p.out, "%s  %s（%s）", j.Name, j.Title, cmp.Or(j.Schedule, "只在被要求时执行"))
	if j.Paused != "" {
		lines(p.out, "  已暂停：%s", j.Paused)
	}
	if j.Last != nil {
		lines(p.out, "  上次：#%d %s%s %s%s", j.Last.ID, j.Last.ToldAt().Text(), j.Last.ForDay(), j.Last.StateText(), failure(*j.Last))
	}
	for _, n := range j.Next {
		lines(p.out, "  %s %s", n.At.Text(), n.Note)
	}
}

// failure is why a run did not do its work, for a list; empty when it did.
func failure(r models.Run) string {
	if r.State == models.RunFailed || r.State == models.RunHalted {
		return "：" + r.OutcomeText()
	}
	return ""
}

func jobRunCommand(p *program) *cobra.Command {
	var as, date string
	var retry int64
	cmd := &cobra.Command{
		Use:   "run [NAME] [KEY=VALUE...]",
		Short: "Run a job now, as a replica beside the service",
		Long: `Run a job now. The same protocol as the service's own runs holds: one run a job, fenced, in the history.
With --date the run is for that business day. A slot of that day that has not run yet is taken, and the service leaves it
alone; one that has run is left as it is, and asking again is a run of its own, which finds what is done already done.
--retry RUN opens a failed or halted run again where it stopped.`,
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
	lines(p.out, "#%d %s %s 业务日 %s：%s", r.ID, r.Job, r.ToldAt().Text(), r.BusinessDate, r.StateText())
	if r.State == models.RunSucceeded {
		lines(p.out, "  %s", r.SummaryText())
	}
	switch r.State {
	case models.RunFailed, models.RunHalted:
		return fmt.Errorf("#%d 没有完成：%s", r.ID, r.ErrorText)
	case models.RunSkipped:
		lines(p.out, "  %s", r.ReasonText())
	case models.RunQueued, models.RunRunning:
		return fmt.Errorf("#%d 还没有结束：由另一个进程接着办，或等服务来办；稍后用 duixian job history %s 查看结果", r.ID, r.Job)
	}
	return nil
}

func jobHistoryCommand(p *program) *cobra.Command {
	limit, asJSON, xlsx := 20, false, ""
	cmd := &cobra.Command{
		Use: "history [NAME]", Short: "The newest runs and what became of them", Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if limit < 1 {
				return misuse("--limit must be at least 1")
			}
			return p.with(cmd.Context(), func(a *app) error {
				if len(args) == 1 {
					if err := a.runner.Knows(args[0]); err != nil {
						return err
					}
				}
				runs, err := a.store.Read(cmd.Context()).History(strings.Join(args, ""), limit)
				if err != nil {
					return err
				}
				if asJSON {
					rows := []runRow{}
					for _, r := range runs {
						rows = append(rows, runRowOf(r))
					}
					return printJSON(p.out, rows)
				}
				if xlsx != "" {
					return p.writeBook(xlsx, historySheet(runs).Write)
				}
				for _, r := range runs {
					lines(p.out, "#%-6d %-16s %s  业务日 %s  %s  %s", r.ID, r.Job, r.ToldAt().Text(), r.BusinessDate, r.StateText(), r.OutcomeText())
				}
				if len(runs) == 0 {
					lines(p.out, "还没有执行记录")
				}
				return nil
			})
		},
	}
	cmd.Flags().IntVar(&limit, "limit", limit, "how many")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.Flags().StringVar(&xlsx, "xlsx", "", "write a workbook instead")
	return cmd
}

func jobAllowCommand(p *program) *cobra.Command {
	var as string
	cmd := &cobra.Command{
		Use:   "allow RUN",
		Short: "Let a run go on that was held because it would do far more than usual",
		Long: `A night that would do far more than its own habit stops before its first effect; "job history" says why. After a
look at "job plan NAME --date DAY" one official lets it go on. Where money becomes payable, every line goes to a second
person first, and the run goes on when "approve" is said.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := needAs(as); err != nil {
				return err
			}
			number, err := strconv.ParseInt(strings.TrimPrefix(args[0], "#"), 10, 64)
			if err != nil {
				return misuse("%q is not the number of a run", args[0])
			}
			return p.with(cmd.Context(), func(a *app) error {
				sub, run, err := a.runner.Allow(cmd.Context(), p.actor(as), number, p.instant())
				if err != nil {
					return err
				}
				if sub.ApprovalID != 0 {
					return printSubmission(p, sub, false)
				}
				return printRun(p, run)
			})
		},
	}
	cmd.Flags().StringVar(&as, "as", "", "the member who has looked")
	return cmd
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
			return p.with(cmd.Context(), func(a *app) error {
				if err := a.work.Pause(cmd.Context(), p.actor(as), args[0], reason, p.instant()); err != nil {
					return err
				}
				lines(p.out, "%s 已暂停：%s。到点不执行，每次都记录原因；恢复：duixian job resume %s --as 成员编号", args[0], reason, args[0])
				return nil
			})
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
			return p.with(cmd.Context(), func(a *app) error {
				settings, err := a.store.Read(cmd.Context()).JobSettings()
				if err != nil {
					return err
				}
				if err := a.work.Pause(cmd.Context(), p.actor(as), args[0], "", p.instant()); err != nil {
					return err
				}
				was := "没有暂停"
				if settings[args[0]].Paused {
					was = "已恢复"
				}
				lines(p.out, "%s %s，按时执行；下次时间见 duixian job list", args[0], was)
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&as, "as", "", "the member who resumes")
	return cmd
}

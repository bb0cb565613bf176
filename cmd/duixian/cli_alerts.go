package main

import (
	"time"

	"github.com/spf13/cobra"

	"duixian/jobs"
	"duixian/models"
)

func alertsCommand(p *program) *cobra.Command {
	days := 7
	asJSON := false
	cmd := &cobra.Command{
		Use: "alerts", Short: "What is wrong with the program itself, and what was wrong lately", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if days < 0 {
				return misuse("--days cannot be negative")
			}
			return p.with(cmd.Context(), func(a *app) error {
				list, err := a.store.Read(cmd.Context()).AlertsSince(p.instant().Add(-time.Duration(days)*24*time.Hour), 500)
				if err != nil {
					return err
				}
				if asJSON {
					return printJSON(p.out, list)
				}
				open := 0
				for _, al := range list {
					if al.State == models.AlertOpen {
						open++
					}
				}
				lines(p.out, "未恢复 %d 条，最近 %d 天已恢复 %d 条", open, days, len(list)-open)
				for _, al := range list {
					printAlert(p, al)
				}
				return nil
			})
		},
	}
	cmd.Flags().IntVar(&days, "days", days, "how many days back for those that are over")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func printAlert(p *program, a models.Alert) {
	end := "至今"
	if a.State == models.AlertClosed {
		end = "至 " + a.ClosedAt.Text()
	}
	lines(p.out, "%s（%s %s）%s %s，已告知 %d 次", jobs.AlertTitle(a.Kind), a.Kind, a.Thing, a.OpenedAt.Text(), end, a.Told)
	if a.Cause != "" {
		lines(p.out, "  %s", a.Cause)
	}
	if a.State == models.AlertOpen {
		lines(p.out, "  影响：%s", a.Effect)
		lines(p.out, "  处理：%s", a.Command)
	}
}

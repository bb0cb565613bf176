package main

import (
	"github.com/spf13/cobra"

	"duixian/models"
)

func checkCommand(p *program) *cobra.Command {
	asJSON := false
	cmd := &cobra.Command{
		Use: "check", Short: "Check every invariant of the database: how many rows were examined, what was found", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.with(cmd.Context(), func(a *app) error {
				results, err := a.runner.Check(cmd.Context(), p.instant())
				if err != nil {
					return err
				}
				if asJSON {
					if err := printJSON(p.out, results); err != nil {
						return err
					}
				} else {
					printChecks(p, results)
				}
				if findings(results) > 0 {
					return errSilent
				}
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func findings(results []models.CheckResult) (n int) {
	for _, r := range results {
		n += len(r.Findings)
	}
	return n
}

func printChecks(p *program, results []models.CheckResult) {
	for _, r := range results {
		verdict := "无异常"
		if len(r.Findings) > 0 {
			verdict = "有异常"
		} else if r.Examined == 0 {
			verdict = "没有可查的数据"
		}
		lines(p.out, "%-4s %s：查 %d 行，%s", r.No, r.Title, r.Examined, verdict)
		for _, f := range r.Findings {
			lines(p.out, "     %s", f)
		}
		for _, n := range r.Notes {
			lines(p.out, "     （%s）", n)
		}
	}
	lines(p.out, "%d 项检查，%d 处异常", len(results), findings(results))
}

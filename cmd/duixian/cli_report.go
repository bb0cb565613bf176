package main

import (
	"github.com/spf13/cobra"

	"duixian/notifications"
	"duixian/policy"
)

func reportCommand(p *program) *cobra.Command {
	var date string
	asJSON := false
	cmd := &cobra.Command{
		Use:   "report",
		Short: "What the night did, what it did not do, and what waits on whom",
		Long: `Says now what the officials are told every working morning: what ran since the last morning report, what was skipped and
why, what failed and what to type, sums, notices that reached nobody, what falls due, what waits on whom. The chat's
今日情况 says the same. With --date it is what happened until that day's morning; how things stand is always now.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			on := policy.Date(0)
			if date != "" {
				var err error
				if on, err = p.day(date); err != nil {
					return err
				}
			}
			return p.with(cmd.Context(), func(a *app) error {
				s, err := a.work.Situation(cmd.Context(), on, p.instant())
				if err != nil {
					return err
				}
				if asJSON {
					return printJSON(p.out, s)
				}
				title, body, err := notifications.Text(notifications.MorningReport{Situation: s})
				if err == nil {
					lines(p.out, "%s\n\n%s", title, body)
				}
				return err
			})
		},
	}
	cmd.Flags().StringVar(&date, "date", "", "the morning of this day, 2024-07-20")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

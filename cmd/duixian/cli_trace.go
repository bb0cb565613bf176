package main

import (
	"strings"

	"github.com/spf13/cobra"
)

func traceCommand(p *program) *cobra.Command {
	asJSON := false
	cmd := &cobra.Command{
		Use:   "trace THING [NUMBER]",
		Short: "Tell how a sum, decision, plan, run or file came about: the same story as 溯源 in chat",
		Long: `Tells the story of a thing from its clause to the bank: what was known, from which file and row and by whom, the version
of the rules, the two people and when, and the life of each instalment. A bare number is an award, 12/2 its second
instalment; anything else is named: 申报 5, 结论 9, 方案 8, 送审 8, 执行 301, 导入 4. A firm's name or credit code lists
its awards. No person's data are shown.`,
		Example: `  duixian trace 12
  duixian trace 12/2 --json
  duixian trace 方案 8`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.with(cmd.Context(), func(a *app) error {
				b, err := a.bot()
				if err != nil {
					return err
				}
				story, err := b.Trace(cmd.Context(), strings.Join(args, " "), p.instant())
				if err != nil {
					return err
				}
				if asJSON {
					return printJSON(p.out, story)
				}
				for _, line := range story.Lines() {
					lines(p.out, "%s", strings.ReplaceAll(line, "**", ""))
				}
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

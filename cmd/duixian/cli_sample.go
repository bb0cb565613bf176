package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"duixian/sheets/sample"
)

func sampleCommand(p *program) *cobra.Command {
	opt := sample.Defaults()
	var xlsx bool
	cmd := &cobra.Command{
		Use:   "sample DIR",
		Short: "Write the files of an invented bureau: firms, recruits, insurance months, ...",
		Long: `Writes DIR/KIND.csv (or .xlsx) for each kind that import knows. Nothing in the files exists; all check digits are right.
The same numbers and seed give the same bytes. Files that are there are replaced.`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			for name, n := range map[string]int{"firms": opt.Firms, "recruits": opt.Recruits, "months": opt.Months} {
				if n < 1 {
					return misuse("--%s must be at least 1", name)
				}
			}
			paths, err := sample.New(opt).Write(args[0], xlsx)
			if err != nil {
				return fmt.Errorf("write sample files: %w", err)
			}
			for _, path := range paths {
				if _, err := fmt.Fprintln(p.out, path); err != nil {
					return err
				}
			}
			return nil
		},
	}
	cmd.Flags().IntVar(&opt.Firms, "firms", opt.Firms, "number of HR-service firms")
	cmd.Flags().IntVar(&opt.Recruits, "recruits", opt.Recruits, "number of people they brought to the city")
	cmd.Flags().IntVar(&opt.Months, "months", opt.Months, "insurance months from 2023-09 on")
	cmd.Flags().Uint64Var(&opt.Seed, "seed", opt.Seed, "decides everything else")
	cmd.Flags().BoolVar(&xlsx, "xlsx", false, "write spreadsheets instead of CSV")
	return cmd
}

package main

import (
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"duixian/models"
	"duixian/sheets"
)

func selectionCommand(p *program) *cobra.Command {
	return group(&cobra.Command{Use: "selection", Short: "Sheets of a selection that other offices and experts fill in"}, selectionOpinionsCommand(p), selectionJuryCommand(p))
}

func selectionOpinionsCommand(p *program) *cobra.Command {
	return &cobra.Command{
		Use:   "opinions KIND YEAR OFFICE FILE",
		Short: "Write the sheet by which an office says 同意, 不同意 or 无数据 of each candidate",
		Long: `Writes a workbook with one row for each candidate of a selection (backbone, integrity or elite), for one office (finance, tax, market or
credit; 财政, 税务, 市场监管, 信用), with drop-downs for the answer. Filled in, it comes back with: duixian import opinions FILE. A row
that is left empty is no answer, and no answer is no consent. A person appears with name and masked number.`,
		Example: "  duixian selection opinions backbone 2026 tax 税务意见.xlsx",
		Args:    cobra.ExactArgs(4),
		RunE: func(cmd *cobra.Command, args []string) error {
			i := slices.IndexFunc(models.Offices, func(o models.Office) bool {
				return args[2] == string(o) || strings.TrimSuffix(args[2], "局") == o.Text()
			})
			if i < 0 {
				return misuse("there is no office %q; offices are: finance, tax, market, credit", args[2])
			}
			return p.with(cmd.Context(), func(a *app) error {
				rows, err := a.env.OpinionSheet(cmd.Context(), models.Params{"kind": args[0], "year": args[1]}, models.Offices[i], p.instant().Date())
				if err != nil {
					return err
				}
				return p.writeFilled(args[3], "opinions", rows)
			})
		},
	}
}

func selectionJuryCommand(p *program) *cobra.Command {
	return &cobra.Command{
		Use:   "jury KIND YEAR JUROR FILE",
		Short: "Write the sheet by which one expert scores each candidate",
		Long: `Writes a workbook with one row for each candidate, for one expert (PW01 …), who says of each whether they stand aside and gives points. Filled in,
it comes back with: duixian import jury-scores FILE. Points are stored encrypted, and nobody sees any before all experts are in.`,
		Example: "  duixian selection jury elite 2026 PW01 评委01.xlsx",
		Args:    cobra.ExactArgs(4),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.with(cmd.Context(), func(a *app) error {
				rows, err := a.env.JurySheet(cmd.Context(), models.Params{"kind": args[0], "year": args[1]}, strings.ToUpper(args[2]), p.instant().Date())
				if err != nil {
					return err
				}
				return p.writeFilled(args[3], "jury-scores", rows)
			})
		},
	}
}

// writeFilled writes a template of a kind with its first rows filled in.
func (p *program) writeFilled(name, kind string, rows [][]any) error {
	d, _ := sheets.Lookup(kind)
	return p.writeBook(name, func(w io.Writer) error { return d.Filled(w, nil, rows) })
}

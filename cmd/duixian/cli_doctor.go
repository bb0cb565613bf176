package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// symptom is what doctor says about one thing.
type symptom struct {
	Name   string `json:"name"`
	State  string `json:"state"`
	Detail string `json:"detail"`
	Advice string `json:"advice,omitempty"`
}

// States of a symptom. Only bad ones fail the command.
const (
	stateOK   = "ok"
	stateWarn = "warn"
	stateBad  = "bad"
)

func doctorCommand(p *program) *cobra.Command {
	asJSON := false
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Check configuration, database, keys, calendar and people, and say what to do",
		Long: `Looks and changes no data. Each line says ok, warn or bad; what is not ok is followed by what to do. The exit code is
1 when anything is bad.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := p.loadConfig()
			if err != nil {
				return err
			}
			d := doctor{program: p, config: c}
			d.examine(cmd.Context())
			if asJSON {
				err = printJSON(p.out, d.found)
			} else {
				err = d.print()
			}
			for _, s := range d.found {
				if err == nil && s.State == stateBad {
					err = errSilent
				}
			}
			return err
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func (d *doctor) print() error {
	var text strings.Builder
	for _, s := range d.found {
		fmt.Fprintf(&text, "%-5s %s：%s\n", s.State, s.Name, s.Detail)
		if s.Advice != "" {
			fmt.Fprintf(&text, "      → %s\n", s.Advice)
		}
	}
	_, err := fmt.Fprint(d.program.out, text.String())
	return err
}

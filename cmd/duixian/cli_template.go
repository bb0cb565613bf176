package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"duixian/policy"
	"duixian/sheets"
)

func templateCommand(p *program) *cobra.Command {
	var asCSV bool
	cmd := &cobra.Command{
		Use:   "template KIND [FILE]",
		Short: "Write an empty spreadsheet to fill in for import KIND",
		Long: `Writes a workbook with one column for each thing that import KIND reads: drop-downs where only certain words may stand, text
format for codes and ID numbers, a hint beside every cell, and a second sheet that explains each column. FILE is KIND.xlsx in this folder
unless given; - is standard output. A file that is there is not replaced. With --csv, or a FILE that ends in .csv, only the header line.

Kinds: ` + kindNames(),
		Example: "  duixian template recruits 引才名单.xlsx",
		Args:    cobra.RangeArgs(1, 2),
		RunE: func(_ *cobra.Command, args []string) error {
			d, ok := sheets.Lookup(args[0])
			if !ok {
				return misuse("there is no kind %q; kinds are: %s", args[0], kindNames())
			}
			name := d.Kind + ".xlsx"
			if asCSV {
				name = d.Kind + ".csv"
			}
			if len(args) > 1 {
				name = args[1]
				asCSV = asCSV || strings.EqualFold(filepath.Ext(name), ".csv")
			}
			if asCSV {
				if err := endsIn(name, ".csv"); err != nil {
					return err
				}
			}
			write := d.TemplateCSV
			if !asCSV {
				if err := endsIn(name, ".xlsx", ".csv"); err != nil {
					return err
				}
				c, err := p.loadConfig()
				if err != nil {
					return err
				}
				rules, err := c.rules()
				if err != nil {
					return err
				}
				write = func(w io.Writer) error { return d.Template(w, clausesOf(rules.Book)) }
			}
			return p.writeNew(name, write)
		},
	}
	cmd.Flags().BoolVar(&asCSV, "csv", false, "only the header line, as CSV")
	return cmd
}

// clausesOf says for each kind of fact which clauses of the policy it serves.
func clausesOf(b *policy.Book) map[string]string {
	seen := map[string][]string{}
	for _, item := range b.Items {
		if k := item.From.Kind; !slices.Contains(seen[k], item.Clause) {
			seen[k] = append(seen[k], item.Clause)
		}
	}
	m := map[string]string{}
	for kind, list := range seen {
		m[kind] = strings.Join(list, "、")
	}
	return m
}

// endsIn refuses the name of a new file that promises something else than what will be in it. Nothing and - promise nothing.
func endsIn(name string, ends ...string) error {
	if name == "" || name == "-" || slices.Contains(ends, strings.ToLower(filepath.Ext(name))) {
		return nil
	}
	return misuse("the name of the new file must end in %s: %q", strings.Join(ends, " or "), name)
}

// writeBook writes a workbook as writeNew does.
func (p *program) writeBook(name string, write func(w io.Writer) error) error {
	if err := endsIn(name, ".xlsx"); err != nil {
		return err
	}
	return p.writeNew(name, write)
}

// writeNew writes a file that must not be there yet, readable by its owner alone (it may hold what only officials may see), says its
// name, and leaves nothing behind when it fails. The name - is standard output.
func (p *program) writeNew(name string, write func(w io.Writer) error) error {
	if name == "-" {
		return write(p.out)
	}
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s 已经存在，没有覆盖；请换一个文件名，或先移走它", name)
	}
	if err != nil {
		return fmt.Errorf("写文件：%w", err)
	}
	if err := errors.Join(write(f), f.Close()); err != nil {
		return errors.Join(fmt.Errorf("写文件 %s：%w", name, err), os.Remove(name))
	}
	lines(p.out, "%s", name)
	return nil
}

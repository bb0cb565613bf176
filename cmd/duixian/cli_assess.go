package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"duixian/policy"
)

func assessCommand(p *program) *cobra.Command {
	var check bool
	var book, from string
	cmd := &cobra.Command{
		Use:   "assess FILE|-",
		Short: "Facts in, decisions out: what the policy gives, and why",
		Long: `Reads one JSON object or an array of objects

  {"id": "a", "item": "recruit-headcount", "facts": {"recruits": [{"count": 20}]}}

and prints the decision for each: outcome, amount in yuan, reason, clause, steps. "policy" and "effective_from" may
be given in an object too and win over the flags. No configuration and no database is read.

With --check each object also has "expect" (an amount in yuan, or "REFER") and may have "reason". Differences are
printed one a line; the last line is "N passed, N failed", and the exit code is 1 when any failed.`,
		Example: `  echo '{"item": "backbone-firm", "facts": {"rank": 3}}' | duixian assess -`,
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			data, err := p.read(args[0])
			if err != nil {
				return err
			}
			questions, isArray, err := parseQuestions(data)
			if err != nil {
				return inputMisuse(err)
			}
			day, err := policy.ParseDate(cmp.Or(from, policy.AssumedEffectiveFrom.String()))
			if err != nil {
				return misuse("--effective-from：%v", err)
			}
			a := assessor{policy: book, from: day, assumed: from == "", books: map[string]*policy.Book{}}
			decisions, wrong, err := a.decide(questions)
			if err != nil {
				return err
			}
			if len(wrong) > 0 && !check {
				return unaskable(questions, wrong)
			}
			if a.usedAssumed {
				fmt.Fprintf(p.err, "assess: no effective_from given, assuming %s\n", policy.AssumedEffectiveFrom)
			}
			if check {
				return checkDecisions(p.out, questions, decisions, wrong)
			}
			return printDecisions(p.out, decisions, isArray)
		},
	}
	cmd.Flags().BoolVar(&check, "check", false, "compare with expect and reason instead of printing decisions")
	cmd.Flags().StringVar(&book, "policy", policy.DefaultBook, "built-in policy ("+strings.Join(policy.BuiltinNames(), ", ")+") or folder of a policy")
	cmd.Flags().StringVar(&from, "effective-from", "", "first day of the policy, YYYY-MM-DD (assumed "+policy.AssumedEffectiveFrom.String()+" when not given)")
	return cmd
}

// read is the content of a file, or of standard input for "-".
func (p *program) read(name string) ([]byte, error) {
	if name == "-" {
		return io.ReadAll(p.in)
	}
	data, err := os.ReadFile(name)
	if errors.Is(err, os.ErrNotExist) {
		return nil, misuse("there is no file %s", name)
	}
	return data, err
}

// assessor answers questions; each policy is loaded once.
type assessor struct {
	policy               string
	from                 policy.Date
	assumed, usedAssumed bool // from is nobody's choice; it was made use of
	books                map[string]*policy.Book
}

// decide answers all questions; wrong says what keeps some of them from being asked, by their place.
func (a *assessor) decide(questions []question) (decisions []policy.Decision, wrong map[int]error, err error) {
	decisions, wrong = make([]policy.Decision, len(questions)), map[int]error{}
	for i, q := range questions {
		name := cmp.Or(q.Policy, a.policy)
		book, loaded := a.books[name]
		if !loaded {
			var err error
			if book, err = openBook(name); err != nil {
				return nil, nil, err
			}
			a.books[name] = book
		}
		from := cmp.Or(q.EffectiveFrom, a.from)
		a.usedAssumed = a.usedAssumed || a.assumed && q.EffectiveFrom == 0
		d, err := book.Assess(q.Item, q.Facts, policy.AssessOptions{EffectiveFrom: from})
		if err != nil {
			wrong[i] = err
		}
		d.ID = q.ID
		decisions[i] = d
	}
	return decisions, wrong, nil
}

// unaskable names every question that cannot be asked, and why.
func unaskable(questions []question, wrong map[int]error) error {
	var text []string
	for _, i := range slices.Sorted(maps.Keys(wrong)) {
		text = append(text, fmt.Sprintf("%s: %v", questions[i].name(i), wrong[i]))
	}
	return inputMisuse(errors.New(strings.Join(text, "\n")))
}

func inputMisuse(err error) error {
	return &misuseError{err.Error(), "duixian assess --help"}
}

// printDecisions writes one decision a line: one for one question, an array for an array.
func printDecisions(w io.Writer, decisions []policy.Decision, isArray bool) error {
	var text strings.Builder
	for i, d := range decisions {
		if i > 0 {
			text.WriteString(",\n")
		}
		text.Write(d.JSON())
	}
	format := "%s\n"
	if isArray {
		format = "[\n%s\n]\n"
	}
	_, err := fmt.Fprintf(w, format, text.String())
	return err
}

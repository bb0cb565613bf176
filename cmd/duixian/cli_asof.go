package main

import (
	"strings"

	"github.com/spf13/cobra"

	"duixian/models"
	"duixian/sheets"
)

func asOfCommand(p *program) *cobra.Command {
	var on, knownOn string
	asJSON := false
	cmd := &cobra.Command{
		Use:   "asof ORG --on DAY --known-on DAY",
		Short: "What was known on one day about an organisation on another: facts, stars, lists, decisions",
		Long: `Every statement has the day on which it is true and the day on which the bureau learnt it. asof shows an organisation as of --on by what was
known on --known-on: what arrived later is not in it, and each claim is shown with the decision that was its newest then. ORG is a credit
code. Both days are today unless said otherwise.`,
		Example: "  duixian asof 91330702MA2TE5T01Y --on 2024-06-30 --known-on 2024-07-15",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			about, err := p.day(on)
			if err != nil {
				return err
			}
			known, err := p.day(knownOn)
			if err != nil {
				return err
			}
			return p.with(cmd.Context(), func(a *app) error {
				q := a.store.Read(cmd.Context())
				org, err := q.OrganisationByCode(strings.ToUpper(args[0]))
				if models.CodeOf(err) == models.NotFound {
					return models.E(models.NotFound, "名录里没有统一社会信用代码为 %s 的机构", args[0])
				}
				if err != nil {
					return err
				}
				view, err := q.AsOf(org.ID, a.env.Book.StarReading(), about, known)
				if err != nil {
					return err
				}
				if asJSON {
					return printJSON(p.out, view)
				}
				text, err := view.Lines(a.env.Book, sheets.KindWord)
				for _, l := range text {
					lines(p.out, "%s", l)
				}
				return err
			})
		},
	}
	cmd.Flags().StringVar(&on, "on", "", "the day that is asked about, 2024-06-30 (default: today)")
	cmd.Flags().StringVar(&knownOn, "known-on", "", "the day whose knowledge is used (default: today)")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

package main

import (
	"strings"

	"github.com/spf13/cobra"

	"duixian/models"
	"duixian/policy"
)

func standingCommand(p *program) *cobra.Command {
	return group(&cobra.Command{
		Use: "standing", Short: "Standing approvals (限额授权): inside which limits the night may submit and approve by itself",
		Long: `Two people set by day what the night may approve in their name: which kinds of plans and items, from which to which day, and how
much in one line, in one night and in all. What is outside waits for people as before. One person ends it at once; it is void
when one of the two loses the role; an emergency stop wins over everything.`,
	}, standingListCommand(p), standingProposeCommand(p), standingEndCommand(p))
}

// standingRow is a standing approval for scripts.
type standingRow struct {
	ID int64 `json:"id"`
	models.StandingTerms
	Used    policy.Fen    `json:"used"`
	Maker   string        `json:"maker"`
	Checker string        `json:"checker"`
	Plan    int64         `json:"plan"`
	Ended   string        `json:"ended,omitempty"`
	Reason  string        `json:"end_reason,omitempty"`
	Uses    []standingUse `json:"uses"`
}

type standingUse struct {
	Night policy.Date `json:"night"`
	Plan  int64       `json:"plan"`
	Lines int         `json:"lines"`
	Total policy.Fen  `json:"total"`
}

func standingListCommand(p *program) *cobra.Command {
	asJSON := false
	cmd := &cobra.Command{
		Use: "list", Short: "All standing approvals, the newest first, with what was done under each", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.with(cmd.Context(), func(a *app) error {
				rows, err := a.standingRows(a.store.Read(cmd.Context()))
				if err != nil {
					return err
				}
				if asJSON {
					return printJSON(p.out, rows)
				}
				for _, r := range rows {
					p.printStanding(a, r)
				}
				if len(rows) == 0 {
					lines(p.out, "没有限额授权：夜间不自动同意任何方案")
				}
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func (a *app) standingRows(q models.Query) ([]standingRow, error) {
	list, err := q.Standings()
	if err != nil {
		return nil, err
	}
	rows := []standingRow{}
	for _, s := range list {
		row := standingRow{ID: s.ID, StandingTerms: s.Terms(), Used: s.UsedFen, Plan: s.PlanID, Reason: s.EndReason, Uses: []standingUse{}}
		if s.EndedAt != 0 {
			row.Ended = s.EndedAt.Stamp()
		}
		for id, into := range map[int64]*string{s.MakerID: &row.Maker, s.CheckerID: &row.Checker} {
			m, err := q.Member(id)
			if err != nil {
				return nil, err
			}
			*into = m.Name
		}
		uses, err := q.StandingUses(s.ID)
		if err != nil {
			return nil, err
		}
		for _, u := range uses {
			row.Uses = append(row.Uses, standingUse{u.Night, u.PlanID, u.LineCount, u.TotalFen})
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func (p *program) printStanding(a *app, r standingRow) {
	lines(p.out, "限额授权 #%d（经办 %s，复核 %s，方案 #%d）", r.ID, r.Maker, r.Checker, r.Plan)
	for _, l := range r.Lines(func(id string) string {
		if item, err := a.env.Book.Item(id); err == nil {
			return item.Name
		}
		return id
	}) {
		lines(p.out, "  %s", l)
	}
	lines(p.out, "  已用 %s，还可用 %s", r.Used.Text(), (r.PerPeriod - r.Used).Text())
	for _, u := range r.Uses {
		lines(p.out, "  %s夜：方案 #%d，%d 项 %s", u.Night.Text(), u.Plan, u.Lines, u.Total.Text())
	}
	if r.Ended != "" {
		lines(p.out, "  已于 %s 结束：%s", r.Ended, r.Reason)
	}
}

func standingProposeCommand(p *program) *cobra.Command {
	var as, kinds, items, from, to, line, night, period, basis, basisOn, reason string
	cmd := &cobra.Command{
		Use:   "propose",
		Short: "Ask a second person to let the night approve within limits",
		Args:  cobra.NoArgs,
		Example: "  duixian standing propose --kinds award,release --from 2026-03-01 --to 2026-12-31 --per-line 50000 --per-night 200000 \\\n" +
			"    --per-period 1000000 --basis 某人社纪要〔2026〕3号 --basis-on 2026-02-27 --as jingban01",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := needAs(as); err != nil {
				return err
			}
			t := models.StandingTerms{Kinds: listOf(kinds), Items: listOf(items), Reason: reason}
			for _, d := range []struct {
				flag, text string
				into       *policy.Date
			}{{"--from", from, &t.From}, {"--to", to, &t.To}} {
				day, err := policy.ParseDate(d.text)
				if err != nil {
					return misuse("%s: %v", d.flag, err)
				}
				*d.into = day
			}
			for _, l := range []struct {
				flag, text string
				into       *policy.Fen
			}{{"--per-line", line, &t.PerLine}, {"--per-night", night, &t.PerNight}, {"--per-period", period, &t.PerPeriod}} {
				fen, err := policy.ParseFen(l.text)
				if err != nil {
					return misuse("%s: %v", l.flag, err)
				}
				*l.into = fen
			}
			if basis != "" || basisOn != "" {
				day, err := policy.ParseDate(basisOn)
				if err != nil || basis == "" {
					return misuse("a basis is a number and a day: --basis NUMBER --basis-on 2026-02-27")
				}
				t.Basis = &models.Basis{No: basis, On: day}
			}
			return p.with(cmd.Context(), func(a *app) error {
				s, err := a.work.Standing(cmd.Context(), p.actor(as), t, p.instant())
				if err != nil {
					return err
				}
				return printSubmission(p, s, false)
			})
		},
	}
	f := cmd.Flags()
	f.StringVar(&as, "as", "", "the member who proposes")
	f.StringVar(&kinds, "kinds", "", "kinds of plans: award (奖补核定), release (解除暂缓), batch (拨付批次)")
	f.StringVar(&items, "items", "", "only these items (see duixian assess); empty = all")
	f.StringVar(&from, "from", "", "first day")
	f.StringVar(&to, "to", "", "last day, within a year")
	f.StringVar(&line, "per-line", "", "the most of one line, yuan")
	f.StringVar(&night, "per-night", "", "the most of one night, yuan")
	f.StringVar(&period, "per-period", "", "the most of all nights, yuan")
	f.StringVar(&basis, "basis", "", "what the awards of the nights rest on: 会议纪要 or 认定文号")
	f.StringVar(&basisOn, "basis-on", "", "the day of the basis")
	f.StringVar(&reason, "reason", "", "a word for who reads it later")
	return cmd
}

// listOf splits a flag as people write lists: award,release or 奖补核定、解除暂缓.
func listOf(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(",，、 ", r) })
}

func standingEndCommand(p *program) *cobra.Command {
	var as, reason string
	cmd := &cobra.Command{
		Use: "end NUMBER --reason TEXT", Short: "End a standing approval at once (one person)", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := needAs(as); err != nil {
				return err
			}
			if reason == "" {
				return misuse("say why: --reason TEXT")
			}
			id, err := number(args[0])
			if err != nil {
				return err
			}
			return p.with(cmd.Context(), func(a *app) error {
				s, err := a.work.EndStanding(cmd.Context(), p.actor(as), id, reason, p.instant())
				if err != nil {
					return err
				}
				lines(p.out, "限额授权 #%d 已结束，累计用了 %s；此后夜间不再自动同意", s.ID, s.UsedFen.Text())
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&as, "as", "", "the member who ends it")
	cmd.Flags().StringVar(&reason, "reason", "", "why")
	return cmd
}

package main

import (
	"context"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"duixian/jobs"
	"duixian/models"
)

func roundCommand(p *program) *cobra.Command {
	return group(&cobra.Command{
		Use:   "round",
		Short: "Rounds of ratings and selections: what each waits for, start, what-if, pause, cancel",
		Long: `A round of the ratings goes on by itself at night; three steps take people: "job plan star-rating --submit" (报审), "approve", and
the record that the list was published. What it would come to today: duixian job plan star-rating year=2026.`,
	}, roundListCommand(p), roundShowCommand(p), roundStartCommand(p), roundWhatIfCommand(p), roundOrderCommand(p, "pause"), roundOrderCommand(p, "resume"), roundOrderCommand(p, "cancel"))
}

// roundRow is a round as scripts read it.
type roundRow struct {
	models.Round
	Waits   string              `json:"waits"`
	Late    bool                `json:"late"`
	Events  []models.RoundEvent `json:"events,omitempty"`
	Entries []roundEntryRow     `json:"entries,omitempty"`
}

type roundEntryRow struct {
	Code   string `json:"code"`
	Name   string `json:"name"`
	Stars  *int   `json:"stars"`
	Score  *int   `json:"score_hundredths"`
	Rank   int    `json:"rank,omitempty"`
	State  string `json:"state"`
	Reason string `json:"reason,omitempty"`
}

func roundListCommand(p *program) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "list", Short: "All rounds, newest year first, and what each waits for", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.with(cmd.Context(), func(a *app) error {
				q := a.store.Read(cmd.Context())
				all, err := q.Rounds()
				if err != nil {
					return err
				}
				rows := []roundRow{}
				for _, r := range all {
					w, err := q.RoundWait(r, p.instant().Date())
					if err != nil {
						return err
					}
					rows = append(rows, roundRow{Round: r, Waits: w.Text, Late: w.Late})
				}
				if asJSON {
					return printJSON(p.out, rows)
				}
				for _, r := range rows {
					lines(p.out, "#%-4d %s  %s%s  %s", r.ID, r.Name(), r.State.Text(), map[bool]string{true: "（已迟）"}[r.Late], r.Waits)
				}
				if len(rows) == 0 {
					lines(p.out, "还没有启动过评定或评选")
				}
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// roundArgs reads KIND YEAR; a year alone is a rating's.
func roundArgs(args []string) (models.RoundKind, int, error) {
	kind, year := models.StarRating, args[len(args)-1]
	if len(args) == 2 {
		kind = ""
		for _, k := range models.RoundKinds {
			if args[0] == string(k) || args[0] == k.Text() {
				kind = k
			}
		}
		if kind == "" {
			return "", 0, misuse("there is no kind of round %q; kinds are star-rating, backbone, integrity, elite", args[0])
		}
	}
	n, err := strconv.Atoi(year)
	if err != nil || n < 2000 || n > 2100 {
		return "", 0, misuse("%q is not a year", year)
	}
	return kind, n, nil
}

func roundShowCommand(p *program) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "show [KIND] YEAR", Short: "One round: its days, every step, every entry", Args: cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			kind, year, err := roundArgs(args)
			if err != nil {
				return err
			}
			return p.with(cmd.Context(), func(a *app) error { return p.showRound(a.env, a.store.Read(cmd.Context()), kind, year, asJSON) })
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func (p *program) showRound(env *jobs.Env, q models.Query, kind models.RoundKind, year int, asJSON bool) error {
	r, err := q.Round(kind, year)
	if models.CodeOf(err) == models.NotFound {
		return models.E(models.NotFound, "没有%d年度的%s", year, kind.Text())
	}
	if err != nil {
		return err
	}
	w, err := q.RoundWait(r, p.instant().Date())
	if err != nil {
		return err
	}
	row := roundRow{Round: r, Waits: w.Text, Late: w.Late}
	if row.Events, err = q.RoundEvents(r.ID); err != nil {
		return err
	}
	entries, err := q.Entries(r.ID)
	if err != nil {
		return err
	}
	for _, e := range entries {
		org, err := q.Organisation(e.OrgID)
		if err != nil {
			return err
		}
		row.Entries = append(row.Entries, roundEntryRow{Code: e.Subject, Name: org.Name, Stars: e.Stars, Score: e.Score, Rank: e.Rank, State: string(e.State), Reason: e.Reason})
	}
	if asJSON {
		return printJSON(p.out, row)
	}
	lines(p.out, "#%d %s：%s%s", r.ID, r.Name(), r.State.Text(), map[bool]string{true: "（已迟）"}[w.Late])
	lines(p.out, "%s", w.Text)
	lines(p.out, "启动 %s，参评名单 %s，资料截止 %s，公示 %s 起，应于 %s 前确认", r.OpensOn, r.CutoffOn, r.DataBy, r.PublicityFrom, r.ConfirmBy)
	if r.InputsHash != "" {
		lines(p.out, "数据校验码 %s，模型 %s", r.InputsHash, r.Model)
	}
	for _, e := range row.Events {
		lines(p.out, "  %s  %s  %s  %s", e.OnDay, e.Became.Text(), e.Actor, e.Reason)
	}
	for i, e := range entries {
		text := row.Entries[i].Name
		if kind == models.StarRating {
			d, err := e.Star()
			if err != nil {
				return err
			}
			text += "  " + jobs.EntryText(e, d)
		} else {
			text = strings.TrimRight(text+"  "+e.State.Text()+"  "+env.EntryReason(e.Reason), " ")
		}
		lines(p.out, "%3d. %s", i+1, text)
	}
	return nil
}

func roundStartCommand(p *program) *cobra.Command {
	var as, dataBy string
	cmd := &cobra.Command{
		Use: "start [KIND] YEAR --as MEMBER", Short: "Start the round of a year; it opens by itself on its day", Args: cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			params := models.Params{"do": "open"}
			if dataBy != "" {
				params["data_by"] = dataBy
			}
			return p.orderRound(cmd.Context(), as, args, params)
		},
	}
	cmd.Flags().StringVar(&as, "as", "", "the member who starts it")
	cmd.Flags().StringVar(&dataBy, "data-by", "", "another last day for data, for a round that is started late")
	return cmd
}

func roundOrderCommand(p *program, do string) *cobra.Command {
	var as, reason string
	use := do + " [KIND] YEAR --as MEMBER"
	if do != "resume" {
		use += " --reason TEXT"
	}
	cmd := &cobra.Command{
		Use: use, Short: map[string]string{"pause": "Stop a round where it is", "resume": "Let a paused round go on", "cancel": "End a round; its year may be started again"}[do], Args: cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			params := models.Params{"do": do}
			if reason != "" {
				params["reason"] = reason
			} else if do != "resume" {
				return misuse("say why: --reason TEXT")
			}
			return p.orderRound(cmd.Context(), as, args, params)
		},
	}
	cmd.Flags().StringVar(&as, "as", "", "the member who says so")
	if do != "resume" {
		cmd.Flags().StringVar(&reason, "reason", "", "why")
	}
	return cmd
}

// roundJobs are the jobs that hold each kind of round.
var roundJobs = map[models.RoundKind]string{
	models.StarRating: jobs.StarRatingJob, models.Backbone: jobs.SelectionsJob, models.Integrity: jobs.SelectionsJob, models.Elite: jobs.SelectionsJob,
}

// orderRound asks the job of the kind to do something with a round, and shows where it then is.
func (p *program) orderRound(ctx context.Context, as string, args []string, params models.Params) error {
	if err := needAs(as); err != nil {
		return err
	}
	kind, year, err := roundArgs(args)
	if err != nil {
		return err
	}
	params["year"] = strconv.Itoa(year)
	if kind != models.StarRating {
		params["kind"] = string(kind)
	}
	return p.with(ctx, func(a *app) error {
		job := roundJobs[kind]
		if job == "" || a.runner.Knows(job) != nil {
			return models.E(models.Unavailable, "没有启用%s：请在配置文件中填写首次评定的年度（star.first_year）", kind.Text())
		}
		if _, err := a.work.Run(ctx, p.actor(as), job, params, 0, p.instant()); err != nil {
			return err
		}
		q := a.store.Read(ctx)
		r, err := q.Round(kind, year)
		if err != nil {
			return err
		}
		w, err := q.RoundWait(r, p.instant().Date())
		lines(p.out, "%s：%s；%s", r.Name(), r.State.Text(), w.Text)
		return err
	})
}

func roundWhatIfCommand(p *program) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "whatif YEAR NAME=POINTS...",
		Short:   "Which firms would have other stars under other weights and bounds; nothing is changed",
		Example: "  duixian round whatif 2026 营业收入=35 信用评价=20\n  duixian round whatif 2026 5星=88 加分上限=20",
		Args:    cobra.MinimumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			if _, _, err := roundArgs(args[:1]); err != nil {
				return err
			}
			return p.with(cmd.Context(), func(a *app) error {
				if err := a.runner.Knows(jobs.StarRatingJob); err != nil {
					return models.E(models.Unavailable, "没有启用星级评定：请在配置文件中填写首次评定的年度（star.first_year）")
				}
				r, err := a.work.Plan(cmd.Context(), models.Actor{}, jobs.StarRatingJob, models.Params{"year": args[0], "if": strings.Join(args[1:], ",")}, p.instant().Date())
				if err != nil {
					return err
				}
				if asJSON {
					return printJSON(p.out, r)
				}
				printReport(p, r)
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

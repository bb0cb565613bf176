package main

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"duixian/models"
	"duixian/notifications"
)

func outboxCommand(p *program) *cobra.Command {
	return group(&cobra.Command{Use: "outbox", Short: "Notices: what waits, what failed, send again"}, outboxListCommand(p), outboxShowCommand(p), outboxResendCommand(p), outboxRevokeCommand(p))
}

func outboxListCommand(p *program) *cobra.Command {
	var state, kind, xlsx string
	limit, asJSON := 50, false
	cmd := &cobra.Command{
		Use: "list", Short: "Newest notices first", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if state != "" && !slices.Contains(models.NoticeStates, models.NoticeState(state)) {
				return misuse("there is no state %q; states are: %s", state, noticeStates())
			}
			if kind != "" && !slices.ContainsFunc(notifications.Kinds(), func(k notifications.Kind) bool { return k.Name == kind }) {
				return &misuseError{Message: fmt.Sprintf("there is no kind %q; kinds are: %s", kind, noticeKinds()), Try: "duixian notify preview"}
			}
			return p.with(cmd.Context(), func(a *app) error {
				f := models.NoticeFilter{Kind: kind, Limit: limit}
				if state != "" {
					f.States = []models.NoticeState{models.NoticeState(state)}
				}
				q := a.store.Read(cmd.Context())
				rows, err := q.Notices(f)
				if err != nil {
					return err
				}
				if asJSON {
					return printJSON(p.out, noticeRows(rows))
				}
				who, err := recipients(q, rows)
				if err != nil {
					return err
				}
				if xlsx != "" {
					return p.writeBook(xlsx, outboxSheet(rows).Write)
				}
				for _, n := range rows {
					lines(p.out, "#%-6d %-20s %s  %s  %s", n.ID, n.Kind, who(n), n.CreatedAt.Text(), noticeState(n))
				}
				lines(p.out, "共 %d 条", len(rows))
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&state, "state", "", "only this state: "+noticeStates())
	cmd.Flags().StringVar(&kind, "kind", "", "only this kind; duixian notify preview lists them")
	cmd.Flags().IntVar(&limit, "limit", limit, "how many")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.Flags().StringVar(&xlsx, "xlsx", "", "write a workbook instead")
	return cmd
}

func noticeStates() string {
	names := make([]string, len(models.NoticeStates))
	for i, s := range models.NoticeStates {
		names[i] = string(s)
	}
	return strings.Join(names, ", ")
}

func noticeKinds() string {
	var names []string
	for _, k := range notifications.Kinds() {
		names = append(names, k.Name)
	}
	return strings.Join(names, ", ")
}

// noticeRow is a notice for scripts. What it says is not in it: some of it is for one person's eyes.
type noticeRow struct {
	ID      int64  `json:"id"`
	Kind    string `json:"kind"`
	Thing   string `json:"thing"`
	Member  int64  `json:"member,omitempty"`
	Org     int64  `json:"org,omitempty"`
	State   string `json:"state"`
	Reason  string `json:"reason,omitempty"`
	Tries   int    `json:"tries"`
	Created string `json:"created"`
	Next    string `json:"next,omitempty"` // while it waits
}

func noticeRows(rows []models.Notice) []noticeRow {
	list := make([]noticeRow, len(rows))
	for i, n := range rows {
		list[i] = noticeRow{n.ID, n.Kind, n.Thing, n.MemberID, n.OrgID, string(n.State), n.Reason, n.Tries, n.CreatedAt.Stamp(), ""}
		if n.State == models.NoticePending {
			list[i].Next = n.NextAt.Stamp()
		}
	}
	return list
}

// recipients names the people of notices; one that found nobody names the organisation.
func recipients(q models.Query, rows []models.Notice) (func(models.Notice) string, error) {
	ids := make([]int64, len(rows))
	for i, n := range rows {
		ids[i] = n.MemberID
	}
	people, err := q.Recipients(ids)
	if err != nil {
		return nil, err
	}
	orgs := map[int64]string{}
	for _, n := range rows {
		if n.MemberID != 0 || n.OrgID == 0 || orgs[n.OrgID] != "" {
			continue
		}
		o, err := q.Organisation(n.OrgID)
		if err != nil {
			return nil, err
		}
		orgs[n.OrgID] = o.Name
	}
	return func(n models.Notice) string {
		if m := people[n.MemberID]; m.ID != 0 {
			return m.Name + "（" + m.Code + "）"
		}
		return cmp.Or(orgs[n.OrgID], "无收件人")
	}, nil
}

// noticeState is where a notice stands, and why when there is a reason.
func noticeState(n models.Notice) string {
	if why := n.ReasonText(); why != "" {
		return n.State.Text() + "（" + why + "）"
	}
	return n.State.Text()
}

func outboxShowCommand(p *program) *cobra.Command {
	return &cobra.Command{
		Use: "show NUMBER", Short: "One notice with every try", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := number(args[0])
			if err != nil {
				return err
			}
			return p.with(cmd.Context(), func(a *app) error {
				q := a.store.Read(cmd.Context())
				n, err := q.Notice(id)
				if err != nil {
					return err
				}
				who, err := recipients(q, []models.Notice{n})
				if err != nil {
					return err
				}
				lines(p.out, "#%d %s（%s）%s，%s 写入", n.ID, n.Kind, n.Thing, who(n), n.CreatedAt.Text())
				next := ""
				if n.State == models.NoticePending {
					next = "，下次 " + n.NextAt.Text()
				}
				way := ""
				if n.Channel != "" {
					way = "，经" + notifications.ChannelTitle(n.Channel)
				}
				lines(p.out, "状态 %s%s，尝试 %d 次%s", noticeState(n), way, n.Tries, next)
				tries, err := q.Deliveries(n.ID)
				if err != nil {
					return err
				}
				for _, d := range tries {
					lines(p.out, "%s", strings.TrimRight(fmt.Sprintf("  %s 第 %d 次：%s %s %s", d.At.Text(), d.TryNo, d.OutcomeText(), d.Code, d.Detail), " "))
				}
				return nil
			})
		},
	}
}

func outboxResendCommand(p *program) *cobra.Command {
	var as string
	cmd := &cobra.Command{
		Use: "resend NUMBER", Short: "Send a dead or doubtful notice again", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := needAs(as); err != nil {
				return err
			}
			id, err := number(args[0])
			if err != nil {
				return err
			}
			return p.with(cmd.Context(), func(a *app) error {
				n := 0
				err := a.store.InTx(cmd.Context(), func(tx *models.Tx) (err error) {
					n, err = tx.ResendNotice(p.instant(), p.actor(as), id)
					return err
				})
				if err == nil {
					lines(p.out, "已重新排队 %d 条", n)
				}
				return err
			})
		},
	}
	cmd.Flags().StringVar(&as, "as", "", "the member who asks")
	return cmd
}

func number(s string) (int64, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 1 {
		return 0, misuse("%q is not a number", s)
	}
	return n, nil
}

func notifyCommand(p *program) *cobra.Command {
	return group(&cobra.Command{Use: "notify", Short: "What notices look like"}, &cobra.Command{
		Use: "preview [KIND]", Short: "Render a notice from its sample data; without KIND list the kinds", Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				for _, k := range notifications.Kinds() {
					lines(p.out, "%-20s %s", k.Name, k.Title)
				}
				return nil
			}
			title, body, err := notifications.Preview(args[0])
			if err != nil {
				return err
			}
			lines(p.out, "%s\n\n%s", title, body)
			return nil
		},
	})
}

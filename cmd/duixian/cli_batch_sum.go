package main

import (
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"duixian/jobs"
	"duixian/models"
)

// reconciliation is the whole of it for scripts.
type reconciliation struct {
	Even     bool             `json:"even"`
	Batches  []batchRow       `json:"batches"`
	Accounts []models.Account `json:"accounts"`
	Suspense []models.Receipt `json:"suspense"`
}

func batchReconcileCommand(p *program) *cobra.Command {
	asJSON := false
	cmd := &cobra.Command{
		Use:   "reconcile",
		Short: "What was decided, ordered and answered, on any day: batches, ledger, and answers that fit no order",
		Long:  "Exits 1 when the books are not even.",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.with(cmd.Context(), func(a *app) error {
				q := a.store.Read(cmd.Context())
				r := reconciliation{Even: true, Batches: []batchRow{}}
				list, err := q.Batches(1_000_000)
				if err != nil {
					return err
				}
				var sums []models.BatchSum
				for _, b := range list {
					if b.State == models.BatchCancelled {
						continue
					}
					s, err := q.Reconcile(b)
					if err != nil {
						return err
					}
					r.Even = r.Even && s.Even()
					sums, r.Batches = append(sums, s), append(r.Batches, batchRowOf(s))
				}
				if r.Accounts, err = q.Accounts(); err != nil {
					return err
				}
				if r.Suspense, err = q.Suspense(); err != nil {
					return err
				}
				parts, err := q.PartSums()
				if err != nil {
					return err
				}
				even, err := q.LedgerEven()
				if err != nil {
					return err
				}
				r.Even = r.Even && even
				if asJSON {
					if err := printJSON(p.out, r); err != nil {
						return err
					}
				} else {
					p.printReconciliation(r, sums, parts)
				}
				if !r.Even {
					return models.E(models.Conflict, "账不平，请运行 duixian check 并报告")
				}
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func (p *program) printReconciliation(r reconciliation, sums []models.BatchSum, parts map[models.InstalmentState]models.Tally) {
	total := models.Tally{}
	for _, t := range parts {
		total.N, total.Amount = total.N+t.N, total.Amount+t.Amount
	}
	lines(p.out, "核定 %d 期，合计 %s，其中：", total.N, total.Amount.Text())
	for _, state := range []models.InstalmentState{models.Scheduled, models.Due, models.Held, models.InBatch, models.Returned, models.Paid, models.Waived, models.Cancelled} {
		if t := parts[state]; t.N > 0 {
			lines(p.out, "  %s %d 期，%s", partStates[state], t.N, t.Amount.Text())
		}
	}
	for _, s := range sums {
		lines(p.out, "%s（%s）", s.Batch.Name(), s.Batch.State.Text())
		printSum(p.out, s)
	}
	for _, a := range r.Accounts {
		name, year, _ := strings.Cut(a.Code, ":")
		lines(p.out, "账户 %s%s：余额 %s，在途 %s", accountNames[name], year, a.PostedFen.Text(), (a.PendingInFen - a.PendingOutFen).Text())
	}
	for _, x := range r.Suspense {
		lines(p.out, "待查款 #%d 付款编号 %s  %s  %s：%s", x.ID, x.LineRef, x.AmountFen.Text(), x.Result.Text(), models.SuspenseText(x.Why))
	}
	if r.Even {
		lines(p.out, "账平：核定、列入、答复三者相符")
	}
}

var partStates = map[models.InstalmentState]string{
	models.Scheduled: "未到期", models.Due: "待拨付", models.Held: "暂缓", models.InBatch: "在途", models.Returned: "退汇待重拨", models.Paid: "已付", models.Waived: "放弃", models.Cancelled: "取消",
}

var accountNames = map[string]string{"budget": "预算", "transit": "在途", "paid": "已付", "returned": "退汇", "suspense": "待查款"}

func batchClearCommand(p *program) *cobra.Command {
	var as, note string
	cmd := &cobra.Command{
		Use: "clear RECEIPT --note TEXT --as MEMBER", Short: "Close an answer that fits no order with what was found out; it settles no order", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := needAs(as); err != nil {
				return err
			}
			id, err := strconv.ParseInt(strings.TrimPrefix(args[0], "#"), 10, 64)
			if err != nil {
				return misuse("%q is not the number of a receipt", args[0])
			}
			if note == "" {
				return misuse("say what was found out: --note TEXT")
			}
			return p.with(cmd.Context(), func(a *app) error {
				run, err := a.runner.RunNow(cmd.Context(), p.actor(as), jobs.SuspenseJob, models.Params{"receipt": strconv.FormatInt(id, 10), "note": note}, 0, "", p.instant())
				if err != nil {
					return err
				}
				if run.State != models.RunSucceeded {
					return printRun(p, run)
				}
				lines(p.out, "待查款 #%d 已销号：%s", id, note)
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&as, "as", "", "the treasurer")
	cmd.Flags().StringVar(&note, "note", "", "what was found out")
	return cmd
}

package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"duixian/jobs"
	"duixian/models"
)

func batchCommand(p *program) *cobra.Command {
	return group(&cobra.Command{Use: "batch", Short: "Payment batches: look, make the treasury's list, compare what was ordered with what was answered"},
		batchListCommand(p), batchShowCommand(p), batchExportCommand(p), batchReconcileCommand(p), batchClearCommand(p))
}

// batchRow is a batch for scripts.
type batchRow struct {
	ID       int64             `json:"id"`
	Number   string            `json:"number"`
	State    models.BatchState `json:"state"`
	Lines    int               `json:"lines"`
	Total    string            `json:"total"`
	Plan     int64             `json:"plan"`
	Exported string            `json:"exported,omitempty"`
	List     string            `json:"list_hash,omitempty"`
	XLSX     string            `json:"xlsx_sha256,omitempty"`
	CSV      string            `json:"csv_sha256,omitempty"`
	models.BatchSum
}

func batchRowOf(s models.BatchSum) batchRow {
	b := s.Batch
	row := batchRow{ID: b.ID, Number: b.Number(), State: b.State, Lines: b.LineCount, Total: b.TotalFen.String(), Plan: b.PlanID, List: b.ListHash, XLSX: b.FileSHA256, CSV: b.CSVSHA256, BatchSum: s}
	if b.ExportedOn != 0 {
		row.Exported = b.ExportedOn.String()
	}
	return row
}

func batchListCommand(p *program) *cobra.Command {
	limit, asJSON := 20, false
	cmd := &cobra.Command{
		Use: "list", Short: "The newest batches and where they stand", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if limit < 1 {
				return misuse("--limit must be at least 1")
			}
			return p.with(cmd.Context(), func(a *app) error {
				q := a.store.Read(cmd.Context())
				list, err := q.Batches(limit)
				if err != nil {
					return err
				}
				rows := []batchRow{}
				for _, b := range list {
					s, err := q.Reconcile(b)
					if err != nil {
						return err
					}
					rows = append(rows, batchRowOf(s))
					if !asJSON {
						lines(p.out, "#%-4d %s  %d 笔  %s  %s", b.ID, b.Name(), b.LineCount, b.TotalFen.Text(), b.State.Text())
					}
				}
				switch {
				case asJSON:
					return printJSON(p.out, rows)
				case len(rows) == 0:
					lines(p.out, "还没有拨付批次；待拨付的各期见 duixian job plan payment-batch")
				}
				return nil
			})
		},
	}
	cmd.Flags().IntVar(&limit, "limit", limit, "how many")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// batchOf finds a batch by its number (3, #3) or its name (2026-1, 2026年第1批).
func batchOf(q models.Query, arg string) (models.Batch, error) {
	if year, seq, ok := models.ParseBatchNumber(arg); ok {
		b, err := q.BatchNumbered(year, seq)
		if models.CodeOf(err) == models.NotFound {
			err = models.E(models.NotFound, "没有%d年第%d批", year, seq)
		}
		return b, err
	}
	id, err := strconv.ParseInt(strings.TrimPrefix(arg, "#"), 10, 64)
	if err != nil {
		return models.Batch{}, misuse("%q is no batch; say its number, or its year and number in it: 2026-1", arg)
	}
	b, err := q.Batch(id)
	if models.CodeOf(err) == models.NotFound {
		err = models.E(models.NotFound, "没有编号为 #%d 的拨付批次", id)
	}
	return b, err
}

func batchShowCommand(p *program) *cobra.Command {
	asJSON := false
	cmd := &cobra.Command{
		Use: "show BATCH", Short: "A batch line by line: who, how much, which try, and what the treasury answered", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.with(cmd.Context(), func(a *app) error {
				q := a.store.Read(cmd.Context())
				b, err := batchOf(q, args[0])
				if err != nil {
					return err
				}
				s, err := q.Reconcile(b)
				if err != nil {
					return err
				}
				list, err := q.BatchLines(b.ID)
				if err != nil {
					return err
				}
				if asJSON {
					return printJSON(p.out, struct {
						batchRow
						Orders []models.BatchLine `json:"orders"`
					}{batchRowOf(s), list})
				}
				lines(p.out, "拨付批次 #%d %s（%s）：%s", b.ID, b.Name(), b.Number(), b.State.Text())
				lines(p.out, "方案 #%d，%s批准；共 %d 笔，合计 %s", b.PlanID, b.BusinessDate.Text(), b.LineCount, b.TotalFen.Text())
				if b.ExportedOn != 0 {
					printExport(p.out, b)
				}
				for _, l := range list {
					account, err := q.BankAccount(l.AccountID)
					if err != nil {
						return err
					}
					lines(p.out, "%3d. %s  %s  %s  %s  %s%s  %s", l.No, l.LineRef, l.OrgName, l.Purpose, l.AmountFen.Text(), account.Bank, account.Mask, lineText(l))
				}
				printSum(p.out, s)
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func printExport(w io.Writer, b models.Batch) {
	lines(w, "%s由 %s 导出；清单校验码 %s", b.ExportedOn.Text(), b.ExportedBy, b.ListHash)
	lines(w, "xlsx sha256 %s", b.FileSHA256)
	lines(w, "csv  sha256 %s", b.CSVSHA256)
	if b.Anchor != "" {
		lines(w, "审计锚 %s", b.Anchor)
	}
}

// lineText is what became of an order.
func lineText(l models.BatchLine) string {
	text := l.State.Text()
	if l.Attempt > 1 {
		text = fmt.Sprintf("第%d次 ", l.Attempt) + text
	}
	if l.AnsweredOn != 0 {
		text += "（" + l.AnsweredOn.Text() + "）"
	}
	if l.Reason != "" && l.State != models.LineOut {
		text += "：" + l.Reason
	}
	return text
}

func printSum(w io.Writer, s models.BatchSum) {
	lines(w, "已列 %d 笔 %s = 已付 %d 笔 %s + 退汇 %d 笔 %s + 未答复 %d 笔 %s", s.Ordered.N, s.Ordered.Amount.Text(), s.Paid.N, s.Paid.Amount.Text(), s.Returned.N, s.Returned.Amount.Text(), s.Unanswered.N, s.Unanswered.Amount.Text())
	if s.Out.N > 0 {
		lines(w, "导出前撤下 %d 笔 %s", s.Out.N, s.Out.Amount.Text())
	}
	if !s.Even() {
		lines(w, "警告：账不平，请运行 duixian check 并报告")
	}
}

func batchExportCommand(p *program) *cobra.Command {
	var as, xlsx, csv string
	cmd := &cobra.Command{
		Use:   "export BATCH --as MEMBER --xlsx FILE",
		Short: "Make the list for the treasury; again it is the same file and changes nothing",
		Long: `The first export looks at every line once more (an account that was changed, an organisation that was barred: their lines are taken out with the
reason), closes the batch and stores the hashes of its files. From then on the same files are made again, byte for byte.

The files hold account numbers in full: they are written readable by you alone. The columns are those of payments.columns.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := needAs(as); err != nil {
				return err
			}
			if xlsx == "" && csv == "" {
				return misuse("say where to: --xlsx FILE, --csv FILE or both")
			}
			if err := errors.Join(endsIn(xlsx, ".xlsx"), endsIn(csv, ".csv")); err != nil {
				return err // before the batch is closed
			}
			return p.with(cmd.Context(), func(a *app) error {
				q := a.store.Read(cmd.Context())
				b, err := batchOf(q, args[0])
				if err != nil {
					return err
				}
				run, err := a.runner.RunNow(cmd.Context(), p.actor(as), jobs.BatchExportJob, models.Params{"batch": strconv.FormatInt(b.ID, 10)}, 0, "", p.instant())
				if err != nil {
					return err
				}
				if run.State != models.RunSucceeded {
					return printRun(p, run)
				}
				if b, err = q.Batch(b.ID); err != nil {
					return err
				}
				if b.State == models.BatchCancelled {
					return models.E(models.Conflict, "拨付批次 %s %s", b.Name(), b.State.Text())
				}
				book, text, err := a.env.BatchFiles(q, b)
				if err != nil {
					return err
				}
				for _, f := range []struct {
					name string
					body []byte
				}{{xlsx, book}, {csv, text}} {
					if f.name == "" {
						continue
					}
					if err := p.writeNew(f.name, func(w io.Writer) error { _, err := io.Copy(w, bytes.NewReader(f.body)); return err }); err != nil {
						return err
					}
				}
				lines(p.out, "%s：%d 笔，合计 %s", b.Name(), b.LineCount, b.TotalFen.Text())
				printExport(p.out, b)
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&as, "as", "", "the treasurer")
	cmd.Flags().StringVar(&xlsx, "xlsx", "", "write the workbook to this file")
	cmd.Flags().StringVar(&csv, "csv", "", "write the list as CSV to this file")
	return cmd
}

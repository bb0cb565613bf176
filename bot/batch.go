package bot

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"duixian/models"
)

var batchParam = Param{Name: "批次", Also: []string{"批次号", "编号", "batch"}}

var batches = &Command{
	Name:    "拨付",
	Aliases: []string{"批次", "拨付批次", "付款批次"},
	Params:  []Param{batchParam, pageParam},
	Example: "拨付 3",
	Summary: "拨付批次：待提请的、在途的、财政答复了的",
	Roles:   officials,
	Private: true,
	Run:     runBatches,
}

const (
	batchesShown = 5
	batchLines   = 8
)

// runBatches shows what could be ordered and where the newest batches stand; or one batch line by line.
func runBatches(_ context.Context, r *Request) (Reply, error) {
	if r.Args[batchParam.Name] != "" {
		b, ask, err := r.batch()
		if err != nil || ask.Text != "" {
			return ask, err
		}
		return r.showBatch(b)
	}
	sum, err := r.PayableSum(r.On)
	if err != nil {
		return Reply{}, err
	}
	var lines, next []string
	if sum.N == 0 {
		lines = append(lines, "没有待提请拨付的款项。")
	} else {
		line := fmt.Sprintf("待提请拨付 %d笔，合计 %s", sum.N, sum.Amount.Text())
		if sum.NoAccount > 0 {
			line += fmt.Sprintf("，其中%d笔没有收款账户", sum.NoAccount)
		}
		lines = append(lines, line+"。")
		if sum.N > sum.NoAccount {
			next = append(next, "任务 试算 拨付批次")
			if r.Asker.may(submit) {
				next = append(next, "报审 拨付批次")
			}
		}
	}
	list, err := r.Query.Batches(batchesShown)
	if err != nil {
		return Reply{}, err
	}
	for _, b := range list {
		lines = append(lines, fmt.Sprintf("- #%d %s：%d笔，%s，%s", b.ID, b.Name(), b.LineCount, b.TotalFen.Text(), b.State.Text()))
		next = append(next, fmt.Sprintf("拨付 %d", b.ID))
	}
	if len(list) == 0 {
		lines = append(lines, "还没有拨付批次。")
	}
	return Reply{Text: strings.Join(lines, "\n"), Next: append(next[:min(len(next), 4)], "对账")}, nil
}

// batch finds the batch that was typed: 3, 2026-1, 2026年第1批.
func (r *Request) batch() (models.Batch, Reply, error) {
	typed := r.Args[batchParam.Name]
	var b models.Batch
	var err error = models.ErrNotFound
	if year, seq, ok := models.ParseBatchNumber(typed); ok {
		b, err = r.BatchNumbered(year, seq)
	} else if id, bad := strconv.ParseInt(strings.TrimPrefix(typed, "#"), 10, 64); bad == nil {
		b, err = r.Query.Batch(id)
	}
	if models.CodeOf(err) == models.NotFound {
		return b, Reply{Text: fmt.Sprintf("没有批次“%s”。发送“拨付”查看全部批次。", plain(typed)), Next: []string{"拨付"}, Outcome: Asked}, nil
	}
	return b, Reply{}, err
}

func (r *Request) showBatch(b models.Batch) (Reply, error) {
	s, err := r.Reconcile(b)
	if err != nil {
		return Reply{}, err
	}
	list, err := r.BatchLines(b.ID)
	if err != nil {
		return Reply{}, err
	}
	lines := []string{fmt.Sprintf("**拨付批次 #%d %s**：%s", b.ID, b.Name(), b.State.Text()), sumText(s)}
	if b.ExportedOn != 0 {
		lines = append(lines, fmt.Sprintf("%s导出，清单校验码 %s", b.ExportedOn.Text(), shortHash(b.ListHash)))
	}
	part := page(r, list, batchLines, fmt.Sprintf("拨付 %d", b.ID))
	for _, l := range part.shown {
		line := fmt.Sprintf("%d. %s　%s　%s　%s", l.No, plain(l.OrgName), plain(l.Purpose), l.AmountFen.Text(), l.State.Text())
		if l.Attempt > 1 {
			line += fmt.Sprintf("（第%d次）", l.Attempt)
		}
		switch {
		case l.State == models.LineOut:
			line += "【" + r.Bot.reasonText(l.Reason) + "】"
		case l.Reason != "":
			line += "【" + plain(l.Reason) + "】"
		}
		lines = append(lines, line)
	}
	lines = append(lines, part.note)
	next := part.next
	if b.State == models.BatchApproved && r.Asker.may(batchExport) {
		next = append(next, fmt.Sprintf("拨付 导出 %d", b.ID))
	}
	return Reply{Text: strings.Join(without(lines, ""), "\n"), Next: append(next, "拨付", "对账")}, nil
}

// sumText is the equation of a batch.
func sumText(s models.BatchSum) string {
	text := fmt.Sprintf("已列%d笔 %s = 已付%d笔 %s + 退汇%d笔 %s + 未答复%d笔 %s", s.Ordered.N, s.Ordered.Amount.Text(), s.Paid.N, s.Paid.Amount.Text(), s.Returned.N, s.Returned.Amount.Text(), s.Unanswered.N, s.Unanswered.Amount.Text())
	if !s.Even() {
		text += "。**账不平，请立即报告**"
	}
	return text
}

var batchExport = &Command{
	Name:    "拨付 导出",
	Aliases: []string{"导出清单", "导出拨付清单"},
	Params:  []Param{{Name: batchParam.Name, Also: batchParam.Also, Must: true}},
	Example: "拨付 导出 3",
	Summary: "最后核对一遍，生成送财政的清单，此后不再改动",
	Roles:   []models.Role{models.Treasurer},
	Private: true,
	Else:    "拨付",
	Run:     runBatchExport,
}

// runBatchExport closes a batch. The list holds account numbers: it is fetched at the office's computer and never sent through a chat.
func runBatchExport(ctx context.Context, r *Request) (Reply, error) {
	b, ask, err := r.batch()
	if err != nil || ask.Text != "" {
		return ask, err
	}
	id, err := r.Bot.Work.Run(ctx, r.Actor, "batch-export", models.Params{"batch": strconv.FormatInt(b.ID, 10)}, 0, r.Now)
	if err != nil {
		return Reply{}, err
	}
	run, err := r.Run(id)
	if err != nil {
		return Reply{}, err
	}
	where := fmt.Sprintf("清单含收款账号，不通过聊天传送；请在办公电脑上取：duixian batch export %d --as %s --xlsx 拨付清单.xlsx", b.ID, plain(r.Actor.Member))
	if !run.State.Ended() {
		return Reply{Text: fmt.Sprintf("已受理 #%d：导出%s，办完会通知您。\n%s", id, b.Name(), where), Next: []string{fmt.Sprintf("拨付 %d", b.ID)}}, nil
	}
	if run.State != models.RunSucceeded {
		return Reply{Text: fmt.Sprintf("#%d 没有导出：%s", id, runText(run)), Next: []string{fmt.Sprintf("拨付 %d", b.ID)}, Outcome: Refused}, nil
	}
	if b, err = r.Query.Batch(b.ID); err != nil {
		return Reply{}, err
	}
	text := fmt.Sprintf("%s：%s。%d笔，合计 %s，清单校验码 %s。\n%s", b.Name(), b.State.Text(), b.LineCount, b.TotalFen.Text(), shortHash(b.ListHash), where)
	if b.State == models.BatchCancelled {
		text = b.Name() + "的各行都因情况变化撤下，没有生成清单。"
	}
	return Reply{Text: text, Next: []string{fmt.Sprintf("拨付 %d", b.ID), "对账"}}, nil
}

var reconcile = &Command{
	Name:    "对账",
	Aliases: []string{"拨付 对账", "待查款"},
	Summary: "核定、列入、答复三者是否相符，还有哪些待查款",
	Roles:   officials,
	Private: true,
	Run:     runReconcile,
}

// runReconcile says of any day whether what was decided, ordered and answered is one sum.
func runReconcile(_ context.Context, r *Request) (Reply, error) {
	parts, err := r.PartSums()
	if err != nil {
		return Reply{}, err
	}
	total := models.Tally{}
	for _, t := range parts {
		total.N, total.Amount = total.N+t.N, total.Amount+t.Amount
	}
	lines := []string{fmt.Sprintf("**对账**（%s）：核定%d期，合计 %s", r.On.Text(), total.N, total.Amount.Text())}
	for _, p := range []struct {
		state models.InstalmentState
		text  string
	}{{models.Scheduled, "未到期"}, {models.Due, "待拨付"}, {models.Held, "暂缓"}, {models.InBatch, "在途"}, {models.Returned, "退汇待重拨"}, {models.Paid, "已付"}, {models.Waived, "放弃"}, {models.Cancelled, "取消"}} {
		if t := parts[p.state]; t.N > 0 {
			lines = append(lines, fmt.Sprintf("- %s%d期，%s", p.text, t.N, t.Amount.Text()))
		}
	}
	open, err := r.BatchesIn(models.BatchExported)
	if err != nil {
		return Reply{}, err
	}
	var next []string
	for _, b := range open {
		s, err := r.Reconcile(b)
		if err != nil {
			return Reply{}, err
		}
		lines = append(lines, b.Name()+"："+sumText(s))
		next = append(next, fmt.Sprintf("拨付 %d", b.ID))
	}
	waiting, err := r.Suspense()
	if err != nil {
		return Reply{}, err
	}
	for _, x := range waiting[:min(len(waiting), batchLines)] {
		lines = append(lines, fmt.Sprintf("- 待查款 #%d：付款编号%s，%s，%s", x.ID, plain(x.LineRef), x.AmountFen.Text(), models.SuspenseText(x.Why)))
	}
	if more := len(waiting) - batchLines; more > 0 {
		lines = append(lines, fmt.Sprintf("- 还有%d笔待查款", more))
	}
	even, err := r.LedgerEven()
	if err != nil {
		return Reply{}, err
	}
	if even {
		lines = append(lines, "账平：核定、列入、答复三者相符。")
	} else {
		lines = append(lines, "**账不平，请立即运行 duixian check 并报告。**")
	}
	return Reply{Text: strings.Join(lines, "\n"), Next: append(next[:min(len(next), 4)], "拨付")}, nil
}

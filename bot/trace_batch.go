package bot

import (
	"fmt"
	"strconv"

	"duixian/models"
)

// tellPayments is every order that was given for an award: the batch and its file, the anchor that the file names, and the bank's answer.
func (r *Request) tellPayments(a models.Award, _ models.Decision) ([]string, error) {
	list, err := r.BatchLinesOf(a.ID)
	if err != nil {
		return nil, err
	}
	var lines []string
	for _, l := range list {
		line, err := r.orderLine(l)
		if err != nil {
			return nil, err
		}
		lines = append(lines, line)
	}
	return lines, nil
}

// orderLine tells one order from the batch to the answer.
func (r *Request) orderLine(l models.BatchLine) (string, error) {
	b, err := r.Query.Batch(l.BatchID)
	if err != nil {
		return "", err
	}
	line := fmt.Sprintf("第%d期", l.InstalmentNo)
	if l.Attempt > 1 {
		line += fmt.Sprintf("（第%d次）", l.Attempt)
	}
	line += fmt.Sprintf(" %s：%s第%d行，付款编号 %s", l.AmountFen.Text(), b.Name(), l.No, l.LineRef)
	if b.ExportedOn != 0 {
		line += fmt.Sprintf("，%s由%s导出（文件校验值 %s）", b.ExportedOn.Text(), plain(r.nameOf(b.ExportedBy)), shortHash(b.FileSHA256))
	}
	switch l.State {
	case models.LinePaid:
		line += fmt.Sprintf("；%s到账，银行流水 %s", l.AnsweredOn.Text(), plain(l.BankRef))
	case models.LineReturned:
		line += fmt.Sprintf("；%s退汇，%s", l.AnsweredOn.Text(), plain(l.Reason))
	case models.LineOut:
		line += "；未列入，" + r.Bot.reasonText(l.Reason)
	default:
		line += "；" + b.State.Text()
	}
	answers, err := r.ReceiptsFor(l.LineRef)
	if err != nil {
		return "", err
	}
	for _, answer := range answers {
		if answer.ImportID == 0 {
			continue
		}
		i, err := r.Import(answer.ImportID)
		if err != nil && models.CodeOf(err) != models.NotFound {
			return "", err
		}
		if err == nil {
			line += "，回单 " + r.fileOf(i)
		}
	}
	return line, nil
}

// nameOf is a member's name; of one who is not there, the code.
func (r *Request) nameOf(code string) string {
	if code == models.System.Member {
		return "系统"
	}
	if m, err := r.MemberByCode(code); err == nil {
		return m.Name
	}
	return code
}

// batchStory tells a batch: the plan of two people, the file with its hashes and the anchor that it prints, the sums, and the first lines.
func (r *Request) batchStory(number string) (Story, error) {
	var b models.Batch
	var err error = models.ErrNotFound
	if year, seq, ok := models.ParseBatchNumber(number); ok {
		b, err = r.BatchNumbered(year, seq)
	} else if id, bad := strconv.ParseInt(number, 10, 64); bad == nil {
		b, err = r.Query.Batch(id)
	}
	if err != nil {
		return Story{}, err
	}
	s := Story{
		Thing: "批次 " + b.Number(), Title: fmt.Sprintf("**%s（#%d）** %d笔，%s，%s", b.Name(), b.ID, b.LineCount, b.TotalFen.Text(), b.State.Text()),
		Next: []string{fmt.Sprintf("拨付 %d", b.ID), fmt.Sprintf("溯源 方案 %d", b.PlanID)},
	}
	plan := []string{fmt.Sprintf("#%d", b.PlanID)}
	if a, err := r.ApprovalOfPlan(b.PlanID); err == nil {
		who, err := r.twoPeople(a)
		if err != nil {
			return s, err
		}
		plan = append(plan, who...)
	} else if models.CodeOf(err) != models.NotFound {
		return s, err
	}
	s.tell("方案与复核", plan...)
	if b.ExportedOn != 0 {
		s.tell("文件", fmt.Sprintf("%s由%s导出，清单校验码 %s，文件校验值 %s", b.ExportedOn.Text(), plain(r.nameOf(b.ExportedBy)), shortHash(b.ListHash), shortHash(b.FileSHA256)))
		s.tell("文件上的审计锚", plain(b.Anchor))
	}
	sum, err := r.Reconcile(b)
	if err != nil {
		return s, err
	}
	s.tell("对账", fmt.Sprintf("已列 %d笔 %s；到账 %d笔 %s；退汇 %d笔 %s；未答复 %d笔 %s", sum.Ordered.N, sum.Ordered.Amount.Text(), sum.Paid.N, sum.Paid.Amount.Text(), sum.Returned.N, sum.Returned.Amount.Text(),
		sum.Unanswered.N, sum.Unanswered.Amount.Text()))
	list, err := r.BatchLines(b.ID)
	if err != nil {
		return s, err
	}
	var lines []string
	for _, l := range list[:min(len(list), shownOf)] {
		lines = append(lines, fmt.Sprintf("%d. %s %s，%s，奖励 #%d 第%d期：%s", l.No, plain(l.OrgName), l.AmountFen.Text(), l.LineRef, l.AwardID, l.InstalmentNo, l.State.Text()))
	}
	if len(list) > shownOf {
		lines = append(lines, fmt.Sprintf("另有%d行，见“拨付 %d”", len(list)-shownOf, b.ID))
	}
	s.tell("内容", lines...)
	return s, nil
}

// orderStory tells the award behind a number that stands on a payment: DX20260001-0003-41.
func (r *Request) orderStory(ref string) (Story, error) {
	ref, err := models.ParseLineRef(ref)
	if err != nil {
		return Story{}, err
	}
	l, err := r.BatchLineByRef(ref)
	if err != nil {
		return Story{}, err
	}
	s, err := r.instalmentStory(fmt.Sprintf("%d/%d", l.AwardID, l.InstalmentNo))
	s.Thing = "付款 " + ref
	return s, err
}

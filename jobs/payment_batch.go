package jobs

import (
	"context"
	"errors"
	"fmt"
	"time"

	"duixian/models"
	"duixian/notifications"
	"duixian/policy"
)

const paymentBatchName, paymentBatchTitle = "payment-batch", "拨付批次"

// paymentBatch puts what is due into one list for the treasury. Every working morning it tells the clerks when something new can be ordered, and asks
// about lists that the treasury has not answered; it orders nothing itself: a clerk submits what it shows, and two people decide.
var paymentBatch = Job{
	Name: paymentBatchName, Title: paymentBatchTitle, Summary: "提请拨付已到期的各期，催问财政尚未答复的批次",
	// Only the newest morning matters: what is due is due until it is ordered. By then a night that had to be retried is over.
	Schedule: "45 7 * * *", Workdays: true, CatchUp: CatchUp{Policy: Coalesce}, After: []string{instalmentsName, standingName}, Timeout: 10 * time.Minute,
	Roles: []models.Role{models.Clerk, models.Approver, models.Treasurer, models.Operator},
	Plan:  planBatch, Draft: draftBatch, Run: runPaymentBatch,
}

// BatchDetail is what two people see beside the lines: to which account each goes.
type BatchDetail struct {
	Payees []BatchPayee `json:"payees"`
}

// BatchPayee is where one line goes. The account is one that two people have approved; only its tail is shown.
type BatchPayee struct {
	Award   int64  `json:"award"`
	No      int    `json:"no"`
	Account int64  `json:"account"`
	Where   string `json:"where"`
	Again   string `json:"again,omitempty"`
}

func (d BatchDetail) of(award int64, no int) BatchPayee {
	for _, p := range d.Payees {
		if p.Award == award && p.No == no {
			return p
		}
	}
	return BatchPayee{}
}

// payeesOf is where the lines of a plan go; of a plan that pays nobody it is empty.
func payeesOf(p models.Plan) (BatchDetail, error) {
	if p.Kind != batchKind {
		return BatchDetail{}, nil
	}
	return detailOf[BatchDetail](p)
}

// show says in a line of a batch where it goes and which try it is.
func (d BatchDetail) show(l models.PlanLine, line *models.ReportLine) {
	if p := d.of(l.AwardID, l.InstalmentNo); p.Account != 0 {
		line.Why, line.Change = p.Where, p.Again
	}
}

func draftBatch(ctx context.Context, env *Env, on policy.Date, _ models.Params) (models.PlanDraft, error) {
	d := models.PlanDraft{Kind: batchKind, KnownOn: on, MadeOn: on}
	all, err := dueParts(env.Store.Read(ctx), env, on)
	if err != nil {
		return d, err
	}
	var detail BatchDetail
	for _, p := range orderable(all) {
		d.Lines = append(d.Lines, models.PlanLine{ClaimID: p.award.ClaimID, DecisionID: p.award.DecisionID, AwardID: p.award.ID, InstalmentNo: p.part.No, OrgID: p.org.ID, Item: p.award.Item, AmountFen: p.part.AmountFen})
		detail.Payees = append(detail.Payees, BatchPayee{Award: p.award.ID, No: p.part.No, Account: p.account.ID, Where: p.where(), Again: p.again()})
	}
	d.Title = paymentBatchTitle
	if len(d.Lines) > 0 {
		d.Title, d.Detail = fmt.Sprintf("拨付批次（%d笔）", len(d.Lines)), detail
	}
	return d, nil
}

func planBatch(ctx context.Context, env *Env, on policy.Date, _ models.Params) (models.Report, error) {
	r := models.Report{Job: paymentBatchName, Title: paymentBatchTitle, On: on, Notes: payNotes(env)}
	all, err := dueParts(env.Store.Read(ctx), env, on)
	if err != nil {
		return r, err
	}
	for _, p := range all {
		line := models.ReportLine{
			Who: p.org.Name, Item: p.award.Item, Clause: p.award.Clause, What: fmt.Sprintf("%s 第 %d 期，%s到期", env.itemName(p.award.Item), p.part.No, p.part.DueOn.Text()), Amount: p.part.AmountFen, Change: p.again(),
			Claim: p.award.ClaimID, Outside: p.why != "", Why: p.where(),
		}
		if p.why != "" {
			text, _ := env.holdText(p.why)
			line.Why = "暂不列入：" + text
		} else {
			r.Total += p.part.AmountFen
		}
		r.Lines = append(r.Lines, line)
	}
	return r, nil
}

// proposedMeta keeps what the clerks were last told of, so that they hear of it again only when it has changed.
const proposedMeta = "payments.proposed"

// batchNews is what a morning leaves in its record.
type batchNews struct {
	Payable  int `json:"payable"` // that the clerks were told of
	Overdue  int `json:"overdue"`
	Suspense int `json:"suspense"`
}

func runPaymentBatch(ctx context.Context, run *Run) error {
	if run.Effective == 0 {
		run.Summarise(map[string]string{"note": "尚未配置政策施行日，不提请拨付"})
		return nil
	}
	if run.Cursor() != "" { // the owner before died after its only step
		var news batchNews
		err := run.Tallied(&news)
		run.Summarise(news)
		return err
	}
	on := run.Row.BusinessDate
	q := run.Store.Read(ctx)
	sum, err := q.PayableSum(on)
	if err != nil {
		return err
	}
	m := notifications.BatchDue{Lines: sum.N, Total: sum.Amount, NoAccount: sum.NoAccount, On: on}
	late, err := run.overdueBatches(q, on)
	if err != nil {
		return err
	}
	waiting, err := q.Suspense()
	if err != nil {
		return err
	}
	news := batchNews{Overdue: len(late), Suspense: len(waiting)}
	err = run.Chunk(ctx, "told", 1, func(tx *models.Tx) error {
		news.Payable = 0
		told, err := tx.Meta(proposedMeta)
		if err != nil {
			return err
		}
		if m.Lines > m.NoAccount && told != sum.Mark {
			if err := errors.Join(tx.SetMeta(proposedMeta, sum.Mark), run.Outbox.Tell(tx, run.At(), run.Row.ID, m, notifications.Role(models.Clerk))); err != nil {
				return err
			}
			news.Payable = m.Lines - m.NoAccount
		}
		for _, l := range late {
			to, err := payers(tx.Query)
			if err != nil {
				return err
			}
			if err := run.Outbox.Tell(tx, run.At(), run.Row.ID, l, to...); err != nil {
				return err
			}
		}
		return run.Tally(tx, news)
	})
	run.Summarise(news)
	return err
}

// overdueBatches are the batches that the treasury has had for five working days, and again for each five more, without answering all of them. An
// unanswered order never becomes payable again by itself.
func (r *Run) overdueBatches(q models.Query, on policy.Date) ([]notifications.BatchUnanswered, error) {
	sent, err := q.BatchesIn(models.BatchExported)
	if err != nil {
		return nil, err
	}
	every := r.Payments.Overdue
	if every == 0 {
		every = 5
	}
	var late []notifications.BatchUnanswered
	for _, b := range sent {
		calendar := r.Calendar.Assume() // a question takes nothing from anybody
		days, err := calendar.CountWorkdays(b.ExportedOn.AddDays(1), on)
		if err != nil {
			return nil, err
		}
		if days < every {
			continue
		}
		step, err := calendar.AddWorkdays(b.ExportedOn, days/every*every) // told once a step, also when its morning was missed
		if err != nil {
			return nil, err
		}
		s, err := q.Reconcile(b)
		if err != nil {
			return nil, err
		}
		late = append(late, notifications.BatchUnanswered{
			Batch: b.ID, Name: b.Name(), Exported: b.ExportedOn, Days: days, Lines: s.Unanswered.N, Amount: s.Unanswered.Amount, Answered: s.Paid.N + s.Returned.N, On: step,
		})
	}
	return late, nil
}

// payers are the treasurers and the clerks; in a house without a treasurer the clerks alone.
func payers(q models.Query) ([]notifications.To, error) {
	to := []notifications.To{notifications.Role(models.Clerk)}
	some, err := q.MembersWithRole(models.Treasurer)
	if len(some) > 0 {
		to = append(to, notifications.Role(models.Treasurer))
	}
	return to, err
}

package jobs

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"

	"duixian/models"
	"duixian/notifications"
	"duixian/policy"
)

// official is what officials decided of a claim, if it still counts: while they would see the very facts and rules that they
// looked at. A claim that is awarded keeps what it was awarded by: later facts are judged with it, and what comes out is
// another sum for people to settle, never a ceiling in place of a promise.
func (k *desk) official(c models.Claim, facts policy.Facts) (*models.Official, error) {
	if award, ok := k.awards[c.ID]; ok {
		d, err := k.tx.Decision(award.DecisionID)
		if err != nil {
			return nil, err
		}
		in, err := inputsOf(d)
		return in.Official, err
	}
	a, ok := k.dossier.Official[c.ID]
	if !ok || a.Item != c.Item || a.PolicyVersion != k.env.Book.Version {
		return nil, nil
	}
	seen, err := k.tx.Decision(a.DecisionID)
	if err != nil {
		return nil, err
	}
	same, err := sameFacts(k.env.Book, seen, facts)
	if err != nil || !same {
		return nil, err
	}
	return a.Official(), nil
}

// sameFacts compares facts with those that a decision was made from.
func sameFacts(book *policy.Book, d models.Decision, facts policy.Facts) (bool, error) {
	in, err := inputsOf(d)
	if err != nil {
		return false, err
	}
	then, err := book.Canonical(in.Facts)
	if err != nil {
		return false, err
	}
	now, err := book.Canonical(facts)
	return bytes.Equal(then, now), err
}

// reopenedAmount is what clerks hear when an amount that two people decided counts no longer; nil otherwise.
func reopenedAmount(tx *models.Tx, c change, item *policy.Item) (*notifications.AmountReopened, error) {
	if c.Was == nil || c.Claim.State != models.ClaimNeedsDecision {
		return nil, nil
	}
	in, err := inputsOf(*c.Was)
	if err != nil || in.Official == nil {
		return nil, err
	}
	org, err := tx.Organisation(c.Claim.OrgID)
	return &notifications.AmountReopened{Claim: c.Claim.ID, Decision: c.Decision.ID, Org: org.Name, Item: item.Name, Was: c.Was.AmountFen, Most: c.Decision.AmountFen, On: c.Decision.OnDay}, err
}

// amountsKind is the plan by which two people decide amounts that the law leaves to officials (最高……).
const amountsKind = "amounts"

// AmountsDetail is what a plan of the kind amounts holds beside its lines: entry n belongs to line n.
type AmountsDetail struct {
	Entries []AmountDetail `json:"entries"`
}

// AmountDetail is one amount or rate as it was filled in, with the most it could have been.
type AmountDetail struct {
	policy.Decided
	Ceiling policy.Fen `json:"ceiling"`
	Clause  string     `json:"clause"`
	Reason  string     `json:"reason"`
}

// text is 80% or nothing, for a line whose amount stands beside.
func (d AmountDetail) text() string {
	if d.Rate != "" {
		return "核定比例 " + d.Rate + "%，最高 " + d.Ceiling.Text()
	}
	return "最高 " + d.Ceiling.Text()
}

// wordAmounts says of each line of a plan of the kind amounts what was decided and why; of other plans nothing. What the
// rules say by themselves is the ceiling.
func wordAmounts(p models.Plan, lines []models.PlanLine, out []models.ReportLine) error {
	if p.Kind != amountsKind {
		return nil
	}
	detail, err := detailOf[AmountsDetail](p)
	if err != nil {
		return err
	}
	for i, l := range lines {
		if l.No > len(detail.Entries) {
			return fmt.Errorf("jobs: plan %d has no entry for line %d", p.ID, l.No)
		}
		out[i].Amount, out[i].Why = l.AmountFen, detail.Entries[l.No-1].text()+"；理由："+detail.Entries[l.No-1].Reason
	}
	return nil
}

// longestAmountReason fits the column, in bytes, and one line of a phone or a table.
const longestAmountReason = 180

// amountsDraft is the plan to decide some amounts. Everything that is wrong with an entry is refused here, with the claim's
// number: above the ceiling, no reason, decided meanwhile, another decision than the one that was looked at.
func amountsDraft(q models.Query, env *Env, entries []models.AmountEntry, on policy.Date) (models.PlanDraft, error) {
	d := models.PlanDraft{Kind: amountsKind, Title: fmt.Sprintf("金额核定方案（%d项）", len(entries)), KnownOn: on, MadeOn: on}
	pending, err := q.PendingAmounts()
	if err != nil {
		return d, err
	}
	var detail AmountsDetail
	entries = slices.SortedFunc(slices.Values(entries), func(a, b models.AmountEntry) int { return cmp.Compare(a.Claim, b.Claim) })
	for i, e := range entries {
		if i > 0 && entries[i-1].Claim == e.Claim {
			return d, models.E(models.Invalid, "申报 #%d 写了两次，请只留一次", e.Claim)
		}
		p, err := pendingOf(q, pending, e)
		if err != nil {
			return d, err
		}
		answer, err := decideAmount(q, env, p, e)
		if err != nil {
			return d, err
		}
		d.Lines = append(d.Lines, models.PlanLine{ClaimID: p.Claim.ID, DecisionID: p.Claim.DecisionID, OrgID: p.Org.ID, Item: p.Claim.Item, AmountFen: answer.Fen()})
		detail.Entries = append(detail.Entries, AmountDetail{Decided: e.Decided, Ceiling: p.Ceiling, Clause: p.Clause, Reason: e.Reason})
	}
	if len(d.Lines) > 0 {
		d.Detail = detail
	}
	return d, nil
}

// pendingOf finds the line that an entry is about, or says why there is nothing to decide.
func pendingOf(q models.Query, pending []models.PendingAmount, e models.AmountEntry) (models.PendingAmount, error) {
	i := slices.IndexFunc(pending, func(p models.PendingAmount) bool { return p.Claim.ID == e.Claim })
	if i < 0 {
		return models.PendingAmount{}, whyNotPending(q, e.Claim)
	}
	p := pending[i]
	switch {
	case p.Plan != 0:
		return p, models.E(models.Conflict, "申报 #%d 的金额已在方案 #%d 中等待复核；要改，请先退回该方案", e.Claim, p.Plan)
	case e.Seen != "" && e.Seen != p.Seen():
		return p, models.E(models.Conflict, "申报 #%d 的资料在您查看之后有变化，最高 %s；请重新查看后再核定", e.Claim, p.Ceiling.Text())
	case e.Reason == "":
		return p, models.E(models.Invalid, "请写明申报 #%d 的核定理由", e.Claim)
	case len(e.Reason) > longestAmountReason:
		return p, models.E(models.Invalid, "申报 #%d 的核定理由请控制在60个字以内", e.Claim)
	}
	return p, nil
}

// whyNotPending says why a claim does not wait for an amount.
func whyNotPending(q models.Query, id int64) error {
	c, err := q.Claim(id)
	if models.CodeOf(err) == models.NotFound {
		return models.E(models.NotFound, "没有编号为 #%d 的申报；待核定的申报用 duixian amounts list 或在聊天中发送“核定”查看", id)
	}
	if err != nil {
		return err
	}
	d, err := q.LastDecision(id)
	if err != nil {
		return err
	}
	in, err := inputsOf(d)
	switch {
	case err != nil:
		return err
	case c.State == models.ClaimAwarded:
		return models.E(models.Conflict, "申报 #%d 的奖励已经核定，金额不能再改", id)
	case in.Official != nil:
		return models.E(models.Conflict, "申报 #%d 已由方案 #%d 核定为 %s", id, in.Official.Plan, d.AmountFen.Text())
	case c.State == models.ClaimNeedsDecision:
		return models.E(models.Invalid, "申报 #%d 等的不是金额：%s", id, d.Reason)
	}
	return models.E(models.Invalid, "申报 #%d 的金额由政策规定，或现在没有金额可以核定，不需要主管部门核定", id)
}

// decideAmount puts an entry to the rules: what would be decided, or why it cannot be.
func decideAmount(q models.Query, env *Env, p models.PendingAmount, e models.AmountEntry) (policy.Decision, error) {
	d, err := q.Decision(p.Claim.DecisionID)
	if err != nil {
		return policy.Decision{}, err
	}
	in, err := inputsOf(d)
	if err != nil {
		return policy.Decision{}, err
	}
	answer, err := env.Book.Assess(p.Claim.Item, in.Facts, policy.AssessOptions{EffectiveFrom: d.EffectiveFrom, Decided: &e.Decided})
	if err != nil {
		return answer, models.E(models.Invalid, "申报 #%d：%v", e.Claim, err)
	}
	switch {
	case answer.Reason == "CLAMPED":
		return answer, models.E(models.Invalid, "申报 #%d 最多可核定 %s（%s“%s”），%s 超过了上限", e.Claim, p.Ceiling.Text(), p.Clause, p.Phrase, e.Amount.Text())
	case answer.Outcome != policy.OutcomeExact && p.ByRate:
		return answer, models.E(models.Invalid, "申报 #%d 的比例 %s%% 超过上限 100%%（%s“%s”）", e.Claim, e.Rate, p.Clause, p.Phrase)
	case answer.Outcome != policy.OutcomeExact:
		return answer, models.E(models.Conflict, "申报 #%d 现在不符合条件（%s），不能核定金额", e.Claim, env.Book.Explain(answer).Line())
	case answer.Fen() == 0:
		return answer, models.E(models.Invalid, "申报 #%d 的核定金额应大于0；不予奖补的，请在资格信息中更正后由系统重新审核", e.Claim)
	}
	return answer, nil
}

// DecideAmounts freezes amounts that a clerk has filled in and asks a second person.
func (r *Runner) DecideAmounts(ctx context.Context, actor models.Actor, entries []models.AmountEntry, now policy.Instant) (models.Submission, error) {
	if len(entries) == 0 {
		return models.Submission{}, models.E(models.Invalid, "没有填写核定金额或比例")
	}
	draft, err := amountsDraft(r.env.Store.Read(ctx), r.env, entries, now.Date())
	if err != nil {
		return models.Submission{}, err
	}
	return r.SubmitDraft(ctx, actor, draft, now)
}

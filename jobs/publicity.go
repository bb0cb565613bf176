package jobs

import (
	"context"
	"fmt"
	"strings"

	"duixian/models"
	"duixian/notifications"
	"duixian/policy"
)

// SubjectPlan and SubjectRound are what a publicity can be about.
const (
	SubjectPlan  = "plan"
	SubjectRound = "round"
)

// Why a line that was to be shown to the public does not become an award. The first two end with the objection, the third with the next plan.
const (
	heldObjection    = "OBJECTION_OPEN"
	droppedObjection = "OBJECTION_UPHELD"
	notPublicised    = "NOT_PUBLICISED"
)

// publicLists makes the list of a plan of each kind that is shown to the public before it is carried out. No lines: nothing to show.
var publicLists = map[string]func(q models.Query, env *Env, p models.Plan) (models.PublicityDraft, error){
	"award": publicAwards, redPlan: publicListed, blackPlan: publicListed,
}

// awaitPublicity says whether an approved plan must wait: it plans the publicity that its kind asks for, once, and tells the clerks that a list is to be
// published. The run then ends, and closing the publicity queues the next one.
func awaitPublicity(ctx context.Context, run *Run, p models.Plan) (*models.Publicity, error) {
	list := publicLists[p.Kind]
	if list == nil {
		return nil, nil
	}
	q := run.Store.Read(ctx)
	have, err := q.PublicityOf(SubjectPlan, p.ID)
	switch {
	case err == nil && have.State == models.PublicityClosed:
		return nil, nil
	case err == nil:
		return &have, nil
	case models.CodeOf(err) != models.NotFound:
		return nil, err
	}
	draft, err := list(q, run.Env, p)
	if err != nil || len(draft.Lines) == 0 {
		return nil, err
	}
	draft.SubjectKind, draft.SubjectID, draft.Kind = SubjectPlan, p.ID, p.Kind
	err = run.Chunk(ctx, "publicity", len(draft.Lines), func(tx *models.Tx) error {
		var err error
		if have, err = tx.PlanPublicity(draft, models.Actor{Member: run.Row.Actor}, run.Row.ID, run.At()); err != nil {
			return err
		}
		m := notifications.PublicityWaiting{Publicity: have.ID, Title: have.Title, Lines: have.LineCount, Days: have.Days, On: run.Row.BusinessDate}
		return run.Outbox.Tell(tx, run.At(), run.Row.ID, m, notifications.Role(models.Clerk))
	})
	return &have, err
}

// publicAwards shows what an award plan would make: each line whose decision the public has not seen yet. A line that ran its days before and was free
// is not shown a second time.
func publicAwards(q models.Query, env *Env, p models.Plan) (models.PublicityDraft, error) {
	d := models.PublicityDraft{Title: "拟奖补名单（" + strings.TrimSuffix(p.Title, "方案") + "）", Days: env.publicity().Days}
	if !env.publicity().Awards {
		return d, nil
	}
	lines, err := q.PlanLines(p.ID, 0, p.LineCount)
	if err != nil {
		return d, err
	}
	for _, l := range lines {
		seen, list, err := q.PublicisedClaim(l.ClaimID, l.DecisionID)
		if err == nil && list.State == models.PublicityClosed && seen.State == models.LineFree {
			continue
		}
		if err != nil && models.CodeOf(err) != models.NotFound {
			return d, err
		}
		c, err := q.Claim(l.ClaimID)
		if err != nil {
			return d, err
		}
		org, err := q.Organisation(l.OrgID)
		if err != nil {
			return d, err
		}
		item, err := env.Book.Item(l.Item)
		if err != nil {
			return d, err
		}
		d.Lines = append(d.Lines, models.PublicityLine{
			LineKey: fmt.Sprintf("claim/%d", c.ID), OrgID: l.OrgID, ClaimID: c.ID, DecisionID: l.DecisionID, Name: org.Name, Code: org.Code, Item: item.Name, AmountFen: l.AmountFen, Note: item.Clause,
		})
	}
	return d, nil
}

// publicObstacle says why the publicity of a claim's decision stands in the way of its award, or nothing.
func publicObstacle(q models.Query, env *Env, l models.PlanLine) (reason string, publicised bool, err error) {
	seen, list, err := q.PublicisedClaim(l.ClaimID, l.DecisionID)
	if models.CodeOf(err) == models.NotFound {
		if env.publicity().Awards {
			return notPublicised, false, nil
		}
		return "", false, nil
	}
	switch {
	case err != nil:
		return "", false, err
	case seen.State == models.LineStruck:
		return droppedObjection, true, nil
	case seen.State == models.LineHeldUp:
		return heldObjection, true, nil
	case list.State != models.PublicityClosed:
		return notPublicised, false, nil
	}
	return "", true, nil
}

// publicity are the rules as configured.
func (e *Env) publicity() policy.PublicityRules {
	if e.Publicity == nil {
		return policy.DefaultPublicity()
	}
	return *e.Publicity
}

// afterPublicity is what closing a list sets going, in the transaction of the closing: the plan is carried out by a run of its own. A round reads the
// closed list in its own nightly step.
var afterPublicity = map[string]func(tx *models.Tx, run *Run, p models.Publicity) error{
	SubjectPlan: queuePublicised, SubjectRound: func(*models.Tx, *Run, models.Publicity) error { return nil },
}

// queuePublicised queues the run that carries out a plan whose publicity is over, in the name of the second person whose yes it is: a closed list whose
// plan is forgotten cannot exist.
func queuePublicised(tx *models.Tx, run *Run, p models.Publicity) error {
	a, checker, err := publicisedYes(tx.Query, p)
	if err != nil || a == nil {
		return err
	}
	_, err = tx.InsertRuns([]models.Run{{
		Job: applyPlanName, SlotKey: models.RequestKey(publicisedRequest(a)), BusinessDate: run.Row.BusinessDate, Cause: models.ByHand, Actor: checker.Code,
		ApprovalID: a.ID, Params: models.Params{}, State: models.RunQueued, QueuedAt: run.At(),
	}})
	return err
}

// carryOutPublicised runs what was queued, at once. How it ends is in its own row; should it not begin, whoever looks into the queue next begins it.
func (run *Run) carryOutPublicised(ctx context.Context, p models.Publicity) {
	a, checker, err := publicisedYes(run.Store.Read(ctx), p)
	if err != nil || a == nil {
		return
	}
	_, _ = run.ask(ctx, models.Actor{Member: checker.Code}, applyPlanName, models.Params{}, a.ID, publicisedRequest(a), run.clock())
}

func publicisedRequest(a *models.Approval) string { return fmt.Sprintf("approval-%d-publicised", a.ID) }

// publicisedYes is the yes that a plan's list was waiting with, nil when there is none any more.
func publicisedYes(q models.Query, p models.Publicity) (*models.Approval, models.Member, error) {
	if p.SubjectKind != SubjectPlan {
		return nil, models.Member{}, nil
	}
	a, err := q.ApprovalOfPlan(p.SubjectID)
	if err != nil || a.State != models.ApprovalApproved || a.CheckerID == nil {
		return nil, models.Member{}, err
	}
	checker, err := q.Member(*a.CheckerID)
	return &a, checker, err
}

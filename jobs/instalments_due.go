package jobs

import (
	"context"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"time"

	"duixian/models"
	"duixian/policy"
)

const instalmentsName, instalmentsTitle = "instalments-due", "分年拨付到期核查"

// instalmentsDue looks at each stage on its day: still eligible and operating → due, otherwise held with the reason. It lifts no
// hold: a hold whose reason has gone is proposed, and two people lift it.
var instalmentsDue = Job{
	Name: instalmentsName, Title: instalmentsTitle, Summary: "到期的每一期重新核查资格，合格的转为待拨付，不合格的暂缓并写明原因",
	// What is due is due, whenever somebody looks: one night, for today, makes up for a week. After a month two people look first.
	Schedule: "0 4 * * *", CatchUp: CatchUp{Policy: State}, After: []string{claimsName, recruitName}, Timeout: time.Hour,
	Roles: []models.Role{models.Clerk, models.Approver, models.Treasurer, models.Operator},
	Plan:  planInstalments, Draft: draftReleases, Volume: instalmentsVolume, Pays: true, Run: runInstalments,
}

const instalmentsChunk = 100

func runInstalments(ctx context.Context, run *Run) error {
	if run.Effective == 0 {
		run.Summarise(map[string]string{"note": "尚未配置政策施行日，没有核查任何一期"})
		return nil
	}
	award, no, err := instalmentCursor(run.Cursor())
	if err != nil {
		return err
	}
	counts := map[string]int{}
	if err := run.Tallied(&counts); err != nil {
		return err
	}
	for {
		batch, err := run.Store.Read(ctx).InstalmentsDue(models.Scheduled, run.Row.BusinessDate, award, no, instalmentsChunk)
		if err != nil {
			return err
		}
		if len(batch) == 0 {
			run.Summarise(counts)
			return nil
		}
		last := batch[len(batch)-1]
		award, no = last.AwardID, last.No
		var done map[string]int
		err = run.Chunk(ctx, fmt.Sprintf("%d/%d", award, no), len(batch), func(tx *models.Tx) error {
			done = maps.Clone(counts)
			for i := range batch {
				p := batch[i] // a copy: the function may run again
				state, err := checkInstalment(tx, run, &p, run.Row.BusinessDate)
				if err != nil {
					return err
				}
				done[string(state)]++
			}
			return run.Tally(tx, done)
		})
		if err != nil {
			return err
		}
		counts = done
	}
}

// instalmentsVolume lists the stages that a night would look at.
func instalmentsVolume(ctx context.Context, env *Env, on policy.Date, _ models.Params) (Load, error) {
	var load Load
	if env.Effective == 0 {
		return load, nil
	}
	q := env.Store.Read(ctx)
	award, no := int64(0), 0
	for {
		batch, err := q.InstalmentsDue(models.Scheduled, on, award, no, instalmentsChunk)
		if err != nil || len(batch) == 0 {
			return load, err
		}
		for _, p := range batch {
			award, no = p.AwardID, p.No
			a, err := q.Award(p.AwardID)
			if err != nil {
				return load, err
			}
			load.Items, load.Fen = load.Items+1, load.Fen+p.AmountFen
			load.Lines = append(load.Lines, models.PlanLine{ClaimID: a.ClaimID, DecisionID: a.DecisionID, AwardID: a.ID, InstalmentNo: p.No, OrgID: a.OrgID, Item: a.Item, AmountFen: p.AmountFen})
		}
	}
}

// checkInstalment re-checks one stage on a day and moves it to due or held.
func checkInstalment(tx *models.Tx, run *Run, p *models.Instalment, on policy.Date) (models.InstalmentState, error) {
	award, err := tx.Award(p.AwardID)
	if err != nil {
		return "", err
	}
	reason, err := awardBarred(tx.Query, run.Env, award, on)
	if err != nil {
		return "", err
	}
	to, was := models.Due, p.State
	if reason != "" {
		to = models.Held
	}
	if err := tx.MoveInstalment(p, to, reason, on, run.Row); err != nil {
		return "", err
	}
	if err := tx.Audit(run.At(), models.Entry{
		Stream: "money", Actor: models.Actor{Member: run.Row.Actor}, Action: "instalment-" + string(to), Entity: fmt.Sprintf("award/%d/%d", p.AwardID, p.No), RunID: run.Row.ID,
		Data: map[string]any{"amount": p.AmountFen, "due_on": p.DueOn, "on": on, "reason": reason},
	}); err != nil {
		return "", err
	}
	return to, tellInstalment(tx, run, award, was, *p)
}

// awardBarred says why an award's organisation may not be paid on a day, by what is known that day; empty = it may.
func awardBarred(q models.Query, env *Env, award models.Award, on policy.Date) (string, error) {
	decision, err := q.Decision(award.DecisionID)
	if err != nil {
		return "", err
	}
	in, err := inputsOf(decision)
	if err != nil {
		return "", err
	}
	d, err := q.Dossier(award.OrgID, on)
	if err != nil {
		return "", err
	}
	return barred(env, award.Item, in, d, on)
}

func instalmentCursor(c string) (award int64, no int, err error) {
	if c == "" {
		return 0, 0, nil
	}
	a, n, _ := strings.Cut(c, "/")
	if award, err = strconv.ParseInt(a, 10, 64); err != nil {
		return 0, 0, err
	}
	no, err = strconv.Atoi(n)
	return award, no, err
}

// releasable lists the held stages whose reason has gone by a day.
func releasable(q models.Query, env *Env, on policy.Date) ([]models.Instalment, error) {
	var out []models.Instalment
	award, no := int64(0), 0
	for {
		batch, err := q.InstalmentsDue(models.Held, on, award, no, instalmentsChunk)
		if err != nil || len(batch) == 0 {
			return out, err
		}
		for _, p := range batch {
			award, no = p.AwardID, p.No
			a, err := q.Award(p.AwardID)
			if err != nil {
				return nil, err
			}
			reason, err := awardBarred(q, env, a, on)
			if err != nil {
				return nil, err
			}
			if reason == "" {
				out = append(out, p)
			}
		}
	}
}

func draftReleases(ctx context.Context, env *Env, on policy.Date, _ models.Params) (models.PlanDraft, error) {
	d := models.PlanDraft{Kind: "release", Title: "解除暂缓拨付方案", KnownOn: on, MadeOn: on}
	q := env.Store.Read(ctx)
	free, err := releasable(q, env, on)
	if err != nil {
		return d, err
	}
	asked, err := q.LiveReleases()
	if err != nil {
		return d, err
	}
	for _, p := range free {
		if asked[[2]int64{p.AwardID, int64(p.No)}] {
			continue
		}
		a, err := q.Award(p.AwardID)
		if err != nil {
			return d, err
		}
		d.Lines = append(d.Lines, models.PlanLine{ClaimID: a.ClaimID, DecisionID: a.DecisionID, AwardID: a.ID, InstalmentNo: p.No, OrgID: a.OrgID, Item: a.Item, AmountFen: p.AmountFen})
	}
	return d, nil
}

func planInstalments(ctx context.Context, env *Env, on policy.Date, _ models.Params) (models.Report, error) {
	r := models.Report{Job: instalmentsName, Title: instalmentsTitle, On: on, Notes: payNotes(env)}
	q := env.Store.Read(ctx)
	add := func(p models.Instalment, reason, change string) error {
		a, err := q.Award(p.AwardID)
		if err != nil {
			return err
		}
		org, err := q.Organisation(a.OrgID)
		if err != nil {
			return err
		}
		why := "复核合格，可以拨付"
		if reason != "" {
			text, _ := env.holdText(reason)
			why = "暂缓拨付：" + text
		} else {
			r.Total += p.AmountFen
		}
		r.Lines = append(r.Lines, models.ReportLine{
			Who: org.Name, Item: a.Item, Clause: a.Clause, What: fmt.Sprintf("第 %d 期，%s到期", p.No, p.DueOn.Text()), Amount: p.AmountFen, Why: why, Change: change, Claim: a.ClaimID, Outside: reason != "",
		})
		return nil
	}
	award, no := int64(0), 0
	for {
		batch, err := q.InstalmentsDue(models.Scheduled, on, award, no, instalmentsChunk)
		if err != nil {
			return r, err
		}
		for _, p := range batch {
			award, no = p.AwardID, p.No
			a, err := q.Award(p.AwardID)
			if err != nil {
				return r, err
			}
			reason, err := awardBarred(q, env, a, on)
			if err != nil {
				return r, err
			}
			if err := add(p, reason, "到期"); err != nil {
				return r, err
			}
		}
		if len(batch) == 0 {
			break
		}
	}
	free, err := releasable(q, env, on)
	if err != nil {
		return r, err
	}
	for _, p := range free {
		if err := add(p, "", "暂缓原因已消除，可提请解除"); err != nil {
			return r, err
		}
	}
	return r, nil
}

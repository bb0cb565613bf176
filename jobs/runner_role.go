package jobs

import (
	"context"
	"errors"
	"slices"
	"strings"

	"duixian/models"
)

// mayAsk refuses who may not start a job by hand. The clock may; others need one of the job's roles or of more. A job
// without roles is started by an approval only.
func (r *Runner) mayAsk(ctx context.Context, j *entry, actor models.Actor, approval int64, more ...models.Role) error {
	roles := slices.Concat(j.Roles, more)
	if actor.IsClock() || len(j.Roles) == 0 && approval != 0 {
		return nil
	}
	if len(roles) == 0 {
		return models.E(models.Forbidden, "任务“%s”只按时间或经两人审批后执行，不能直接启动", j.Title)
	}
	ok, err := hasRole(r.env.Store.Read(ctx), actor.Member, roles)
	if err != nil || ok {
		return err
	}
	switch _, err := r.env.Store.Read(ctx).MemberByCode(actor.Member); {
	case errors.Is(err, models.ErrNotFound):
		return models.E(models.Forbidden, "没有编号为“%s”的成员，不能执行任务“%s”；请核对成员编号", actor.Member, j.Title)
	case err != nil:
		return err
	}
	var names []string
	for _, role := range roles {
		if !slices.Contains(names, role.Text()) {
			names = append(names, role.Text())
		}
	}
	return models.E(models.Forbidden, "成员 %s 没有执行任务“%s”的权限；需要的角色：%s", actor.Member, j.Title, strings.Join(names, "、"))
}

// mayStill asks again when the run starts: who lost the role in between has lost the run too.
func (r *Runner) mayStill(ctx context.Context, j *entry, row models.Run) error {
	if row.Cause != models.ByHand || row.Actor == models.System.Member { // nobody but the clock could ask under its name
		return nil
	}
	return r.mayAsk(ctx, j, models.Actor{Member: row.Actor}, row.ApprovalID, models.Operator)
}

// hasRole reports whether an active member has one of the roles in the house.
func hasRole(q models.Query, code string, roles []models.Role) (bool, error) {
	m, err := q.MemberByCode(code)
	if errors.Is(err, models.ErrNotFound) || err == nil && !m.Active {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	has, err := q.RolesOf(m.ID)
	return slices.ContainsFunc(has, func(r models.MemberRole) bool { return r.OrgID == 0 && slices.Contains(roles, r.Role) }), err
}

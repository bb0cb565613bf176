package jobs

import (
	"fmt"
	"slices"
	"strings"

	"duixian/models"
	"duixian/policy"
)

// startSelection begins a planned selection once the year's stars are confirmed, and asks the other offices for their opinions.
func startSelection(tx *models.Tx, run *Run, id int64, n *selectionCounts) error {
	on := run.Row.BusinessDate
	r, err := tx.RoundByID(id)
	if err != nil || r.State != models.RoundPlanned {
		return err
	}
	stars, err := tx.Round(models.StarRating, r.Year)
	if err != nil && models.CodeOf(err) != models.NotFound {
		return err
	}
	if err != nil || stars.State != models.RoundConfirmed {
		if weekly(r.OpensOn, on) {
			return run.tellStep(tx, r, n, "waits", fmt.Sprintf("%d年度星级评定尚未确认，评选还不能开始", r.Year))
		}
		return nil
	}
	due, err := run.workdaysAfter(on, opinionDays)
	if err != nil {
		return err
	}
	if err := tx.MoveRound(&r, models.RoundOpen, run.step("开始收集资料，征求部门意见")); err != nil {
		return err
	}
	n.Moved++
	requests := make([]models.OpinionRequest, len(models.Offices))
	for i, office := range models.Offices {
		requests[i] = models.OpinionRequest{RoundID: r.ID, Office: office, AskedOn: on, DueOn: due}
	}
	if err := tx.AskOffices(requests); err != nil {
		return err
	}
	do := []string{
		fmt.Sprintf("请导出并送出四个部门的联审意见表（duixian selection opinions %s %d 部门 文件名.xlsx），%s 前收回导入", r.Kind, r.Year, due.Text()),
		fmt.Sprintf("资料截止 %s；发送“试算 %s”看名单", r.DataBy.Text(), r.Kind.Text()),
	}
	if r.Kind == models.Elite {
		do = append([]string{"请导入评选推荐名单；有专家评审的，导入评委名单和评分（全部收齐前不公开）"}, do...)
	}
	return run.tellStep(tx, r, n, "opened", "评选已启动", do...)
}

// collect records which offices are late, reminds of them, and ends the collecting of data on its day, or before when everything is there.
func collect(tx *models.Tx, run *Run, id int64, n *selectionCounts) error {
	on := run.Row.BusinessDate
	r, err := tx.RoundByID(id)
	if err != nil || r.State != models.RoundOpen {
		return err
	}
	if err := chase(tx, run, r, n); err != nil {
		return err
	}
	if on <= r.DataBy {
		return nil
	}
	if err := tx.MoveRound(&r, models.RoundScoring, run.step("资料截止")); err != nil {
		return err
	}
	n.Moved++
	return run.tellStep(tx, r, n, "ready", "资料已截止，可以试算并送审", fmt.Sprintf("发送“试算 %s”看名单和缺的意见，核对后发送“报审 %s”", r.Kind.Text(), r.Kind.Text()))
}

// remindSelection chases the offices while a list can be made, and says each week that it waits once its last day is near or over.
func remindSelection(tx *models.Tx, run *Run, id int64, n *selectionCounts) error {
	r, err := tx.RoundByID(id)
	if err != nil || r.State != models.RoundScoring {
		return err
	}
	if err := chase(tx, run, r, n); err != nil {
		return err
	}
	if weekly(r.ChangedOn.AddDays(1), run.Row.BusinessDate) && run.Row.BusinessDate > r.ChangedOn.AddDays(1) {
		return run.tellStep(tx, r, n, "waiting", fmt.Sprintf("名单还没有送审，应于 %s 前确认", r.ConfirmBy.Text()), fmt.Sprintf("发送“试算 %s”看名单", r.Kind.Text()))
	}
	return nil
}

// chase records as late, once, each office whose last day is over and that owes an answer about a candidate, and reminds of it on the first day and each week. It asks nobody's consent: silence stays silence.
func chase(tx *models.Tx, run *Run, r models.Round, n *selectionCounts) error {
	on := run.Row.BusinessDate
	requests, err := tx.OpinionRequests(r.ID)
	if err != nil {
		return err
	}
	late := requests[:0]
	for _, q := range requests {
		if q.DueOn < on {
			late = append(late, q)
		}
	}
	if len(late) == 0 {
		return nil
	}
	f, err := run.gather(tx.Query, r, on)
	if models.CodeOf(err) == models.Conflict {
		return nil // the stars are being looked at again
	}
	if err != nil {
		return err
	}
	owed := map[models.Office]int{}
	for _, g := range f.gaps(sortedKeys(f.contenders)) {
		if g.Verdict == "" && g.Ruling == 0 {
			owed[g.Office]++
		}
	}
	var offices []string
	missing, due := 0, on
	for _, q := range late {
		if owed[q.Office] == 0 {
			continue
		}
		first, err := tx.OpinionOverdue(q, on)
		if err != nil {
			return err
		}
		if first {
			n.Overdue++
			if err := tx.Audit(run.At(), models.Entry{
				Stream: "rounds", Actor: models.Actor{Member: run.Row.Actor}, Action: "opinion-overdue", Entity: r.Entity(), RunID: run.Row.ID,
				Data: map[string]any{"office": q.Office, "due": q.DueOn, "on": on, "owed": owed[q.Office]},
			}); err != nil {
				return err
			}
		}
		if first || weekly(q.OverdueOn, on) {
			offices, missing, due = append(offices, q.Office.Text()), max(missing, owed[q.Office]), min(due, q.DueOn)
		}
	}
	if len(offices) == 0 {
		return nil
	}
	what := fmt.Sprintf("%s的联审意见已过 %s 的期限，尚有 %d 个候选没有答复", strings.Join(offices, "、"), due.Text(), missing)
	return run.tellStep(tx, r, n, "offices", what, "请催办；没有答复不等于同意，送审前须有答复，或由集体研究后录入处理决定")
}

// weekly says that a day is a whole number of weeks after another.
func weekly(since, on policy.Date) bool { return on >= since && since.DaysUntil(on)%7 == 0 }

// confirmSelection confirms, once publicity is over, who was on the list and is free of objections and bars: place, statement and entry in one step. Whose line is under objection keeps the place open
// until that is decided; who may not be selected by now is held, visibly, and the place is free for a reserve, by another plan of two people.
func confirmSelection(tx *models.Tx, run *Run, id int64, n *selectionCounts) error {
	r, err := tx.RoundByID(id)
	if err != nil || r.State != models.RoundPublicity {
		return err
	}
	list, err := tx.PublicityOf(SubjectRound, r.ID)
	if err != nil || list.State != models.PublicityClosed || list.ClosedOn > run.Row.BusinessDate {
		return err
	}
	took, held, err := settle(tx, run, r, func(e models.RoundEntry) bool { return e.State == models.EntrySelected })
	if err != nil {
		return err
	}
	n.Confirmed, n.Held, n.Moved = n.Confirmed+took, n.Held+len(held), n.Moved+1
	r.ConfirmedOn = run.Row.BusinessDate
	if err := tx.MoveRound(&r, models.RoundConfirmed, run.step(fmt.Sprintf("公示期满，确认 %d 个，暂缓 %d 个", took, len(held)))); err != nil {
		return err
	}
	what := fmt.Sprintf("公示期满，已确认入选 %d 个；奖补申报今夜自动建立，核定另行送审", took)
	if len(held) > 0 {
		what += "。暂缓：" + strings.Join(held, "；")
	}
	return run.tellStep(tx, r, n, "confirmed", what, fmt.Sprintf("名额有空缺的，发送“试算 %s”看递补，核对后报审", r.Kind.Text()))
}

// settle looks at entries one by one, in the order of their ranks, and gives those who may have it their place. It counts these and words the others.
func settle(tx *models.Tx, run *Run, r models.Round, which func(models.RoundEntry) bool) (took int, held []string, err error) {
	plan, err := tx.Plan(r.PlanID)
	if err != nil {
		return 0, nil, err
	}
	d, err := models.SelectionOf(plan)
	if err != nil {
		return 0, nil, err
	}
	entries, err := tx.Entries(r.ID)
	if err != nil {
		return 0, nil, err
	}
	for _, e := range entries {
		if !which(e) {
			continue
		}
		line, _ := d.Line(e.OrgID)
		reason, err := publicLineObstacle(tx.Query, SubjectRound, r.ID, e.OrgID)
		if err == nil && reason == "" {
			reason, err = selectionObstacle(tx.Query, run.Env, r, d, line, run.Row.BusinessDate)
		}
		if err == nil && reason == "" {
			reason, err = takePlace(tx, run, r, &e, plan.ID, d.Places)
		}
		if err != nil {
			return took, held, err
		}
		if reason == "" {
			took++
			continue
		}
		to := models.EntryHeld
		if reason == droppedObjection {
			to = models.EntryOut
		}
		if e.State == to && e.Reason == reason {
			continue
		}
		if err := tx.MoveEntry(&e, to, reason, run.Row.BusinessDate); err != nil {
			return took, held, err
		}
		held = append(held, line.Sheet.Name+"（"+run.barText(reason)+"）")
	}
	return took, held, nil
}

// afterSelection looks after a confirmed selection: whose objection was decided gets the place or loses it, and of a holder who could not be selected any more the clerks hear once. Nobody loses a place by the clock.
func afterSelection(tx *models.Tx, run *Run, id int64, n *selectionCounts) error {
	on := run.Row.BusinessDate
	r, err := tx.RoundByID(id)
	if err != nil || r.State != models.RoundConfirmed {
		return err
	}
	objected := func(e models.RoundEntry) bool { return e.State == models.EntryHeld && e.Reason == heldObjection }
	open, err := tx.EntriesIn(r.ID, models.EntryHeld)
	if err != nil {
		return err
	}
	var took int
	var held []string
	if slices.ContainsFunc(open, objected) { // most nights of two years have none
		if took, held, err = settle(tx, run, r, objected); err != nil {
			return err
		}
	}
	n.Confirmed, n.Held = n.Confirmed+took, n.Held+len(held)
	if took > 0 || len(held) > 0 {
		what := fmt.Sprintf("异议已有结果：确认入选 %d 个，未确认 %d 个", took, len(held))
		if err := run.tellStep(tx, r, n, "settled", what, fmt.Sprintf("发送“试算 %s”看名额和递补", r.Kind.Text())); err != nil {
			return err
		}
	}
	if r.Kind == models.Elite {
		return nil
	}
	listed, err := tx.Listed(models.SeriousDishonesty, on)
	if err != nil {
		return err
	}
	listed = slices.DeleteFunc(listed, func(l models.KnownListing) bool { return l.KnownOn != on })
	if len(listed) == 0 {
		return nil
	}
	places, err := tx.Places(r.ID)
	if err != nil {
		return err
	}
	for _, p := range places {
		i := slices.IndexFunc(listed, func(l models.KnownListing) bool { return l.OrgID == p.OrgID })
		if i < 0 {
			continue
		}
		org, err := tx.Organisation(p.OrgID)
		if err != nil {
			return err
		}
		what := fmt.Sprintf("%s（第%d个名额）%s列入%s", org.Name, p.Place, listed[i].From.Text(), listed[i].List)
		if err := run.tellStep(tx, r, n, fmt.Sprintf("listed/%d", p.OrgID), what, "名额不会自动取消；不再保留的，录入集体研究决定后送审递补方案"); err != nil {
			return err
		}
	}
	return nil
}

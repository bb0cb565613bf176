package jobs

import (
	"fmt"

	"duixian/models"
	"duixian/notifications"
	"duixian/policy"
)

// proposeRound takes a round into the plan that was just submitted about it: nobody changes it while two people decide.
func proposeRound(tx *models.Tx, e *Env, p models.Plan, s models.RoundStep) error {
	if p.Kind == selectionKind {
		return proposeSelection(tx, p, s)
	}
	if p.Kind != ratingsPlan {
		return nil
	}
	d, err := detailOf[models.RatingsDetail](p)
	if err != nil {
		return err
	}
	r, err := tx.RoundByID(d.Round)
	if err != nil {
		return err
	}
	hash, n, err := tx.InputsHash(r.ID)
	if err != nil {
		return err
	}
	m, err := e.modelOf(r)
	if err != nil {
		return err
	}
	if hash != r.InputsHash || hash != d.Inputs || n != len(d.Ratings) || m.Title() != d.Model {
		return models.E(models.Conflict, "%s的冻结数据与制作方案时不一致，请重新试算", r.Name())
	}
	entries, err := tx.Entries(r.ID)
	if err != nil {
		return err
	}
	lines := map[string]models.RatingLine{}
	for _, l := range d.Ratings {
		lines[l.Code] = l
	}
	if len(entries) != len(lines) {
		return models.E(models.Conflict, "%s的评分还没有写全，请在今夜评分后再报审", r.Name())
	}
	for _, e := range entries { // what is submitted can be carried out: from here on nothing changes an entry until two people have decided
		if !rated(e, lines[e.Subject]) {
			return models.E(models.Conflict, "%s里%s的评分在制作方案后有了变化，请重新试算", r.Name(), lines[e.Subject].Name)
		}
	}
	r.PlanID, s.Reason = p.ID, fmt.Sprintf("报审方案 #%d", p.ID)
	return tx.MoveRound(&r, models.RoundProposed, s)
}

// rated says whether an entry has the stars of a plan's line.
func rated(e models.RoundEntry, l models.RatingLine) bool {
	same := func(x, y *int) bool { return x == nil && y == nil || x != nil && y != nil && *x == *y }
	return same(e.Stars, l.Stars) && same(e.Score, l.Score) && e.Rank == l.Rank
}

// freeRound gives a round back for which the plan will not be carried out.
func freeRound(tx *models.Tx, p models.Plan, s models.RoundStep) error {
	r, err := tx.RoundOfPlan(p.ID)
	if models.CodeOf(err) == models.NotFound || err == nil && r.State != models.RoundProposed {
		return nil
	}
	if err != nil {
		return err
	}
	return tx.MoveRound(&r, models.RoundScoring, s)
}

// allHeld is why a round goes back of whose list nothing could be shown to the public.
func allHeld(p models.Plan) string {
	return fmt.Sprintf("方案 #%d 已同意，但执行时没有一家可以公示，须逐家决定后重新报审", p.ID)
}

// ratingLine finds a plan line's firm in the detail: lines and ratings are in one order.
func ratingLine(p models.Plan, l models.PlanLine) (models.RatingsDetail, models.RatingLine, error) {
	d, err := detailOf[models.RatingsDetail](p)
	if err == nil && (l.No > len(d.Ratings) || d.Ratings[l.No-1].Org != l.OrgID) {
		err = models.E(models.Conflict, "方案 #%d 第 %d 行与明细不符", p.ID, l.No)
	}
	if err != nil {
		return d, models.RatingLine{}, err
	}
	return d, d.Ratings[l.No-1], nil
}

// applyRating accepts one firm's stars. What may have changed since the plan was frozen is looked at again: a firm that has come onto the list of serious
// dishonesty, or lost its licence, is held, visibly, and the others go on.
func applyRating(tx *models.Tx, run *Run, _ models.Approval, p models.Plan, l models.PlanLine) (models.LineState, string, error) {
	d, rating, err := ratingLine(p, l)
	if err != nil {
		return "", "", err
	}
	e, err := tx.Entry(d.Round, rating.Code)
	if err != nil {
		return "", "", err
	}
	if !rated(e, rating) {
		return "", "", models.E(models.Conflict, "%s的评分与方案不一致", rating.Name)
	}
	switch e.State {
	case models.EntryScored:
	case models.EntryHeld: // was held by a list before, and nobody has decided since
		return models.LineHeld, e.Reason, nil
	default:
		return models.LineApplied, "", nil // 缓评
	}
	reason, err := sinceScored(tx.Query, e, run.Row.BusinessDate)
	if err != nil || reason == "" {
		return models.LineApplied, "", err
	}
	return models.LineHeld, reason, tx.MoveEntry(&e, models.EntryHeld, reason, run.Row.BusinessDate)
}

// sinceScored says what has happened to a firm since the data were frozen that its stars do not know, or nothing.
func sinceScored(q models.Query, e models.RoundEntry, on policy.Date) (string, error) {
	if e.Stars == nil || *e.Stars == 0 {
		return "", nil
	}
	d, err := q.Dossier(e.OrgID, on)
	if err != nil {
		return "", err
	}
	detail, err := e.Star()
	if err != nil || detail.Decision != nil && detail.Decision.Choice == models.ChooseKeep {
		return "", err // two people have looked at it and said so
	}
	switch {
	case d.Dishonest(on) != nil:
		return models.HeldListed, nil
	case registered(d, on)["licensed"] != true:
		return models.HeldLapsed, nil
	}
	return "", nil
}

// applyRatings moves the round on when all lines are done, and freezes the list that the public will see. Where every line was held there is nothing to
// show: the round goes back to its score sheets, with the reason, and two people decide firm by firm.
func applyRatings(tx *models.Tx, run *Run, _ models.Approval, p models.Plan) error {
	d, err := detailOf[models.RatingsDetail](p)
	if err != nil {
		return err
	}
	r, err := tx.RoundByID(d.Round)
	if err != nil {
		return err
	}
	entries, err := tx.Entries(r.ID)
	if err != nil {
		return err
	}
	orgs, err := orgsOfEntries(tx.Query, entries)
	if err != nil {
		return err
	}
	list := models.PublicityDraft{SubjectKind: SubjectRound, SubjectID: r.ID, Kind: string(r.Kind), Title: r.Name() + "结果", Days: run.publicity().TitleDays}
	for _, e := range entries {
		if e.State != models.EntryScored || e.Stars == nil {
			continue
		}
		list.Lines = append(list.Lines, models.PublicityLine{
			LineKey: e.Subject, OrgID: e.OrgID, Name: orgs[e.OrgID].Name, Code: e.Subject, Item: policy.StarsText(*e.Stars), Note: "三（四）",
		})
	}
	actor := models.Actor{Member: run.Row.Actor}
	if len(list.Lines) == 0 {
		step := models.RoundStep{On: run.Row.BusinessDate, At: run.At(), Actor: actor, RunID: run.Row.ID, Reason: allHeld(p)}
		return tx.MoveRound(&r, models.RoundScoring, step)
	}
	pub, err := tx.PlanPublicity(list, actor, run.Row.ID, run.At())
	if err != nil {
		return err
	}
	r.PublicityID = pub.ID
	step := models.RoundStep{On: run.Row.BusinessDate, At: run.At(), Actor: actor, RunID: run.Row.ID, Reason: fmt.Sprintf("方案 #%d 已同意", p.ID)}
	if err := tx.MoveRound(&r, models.RoundApproved, step); err != nil {
		return err
	}
	m := notifications.PublicityWaiting{Publicity: pub.ID, Title: pub.Title, Lines: pub.LineCount, Days: pub.Days, On: run.Row.BusinessDate}
	return run.Outbox.Tell(tx, run.At(), run.Row.ID, m, notifications.Role(models.Clerk))
}

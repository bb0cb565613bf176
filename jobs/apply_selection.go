package jobs

import (
	"errors"
	"fmt"

	"duixian/models"
	"duixian/notifications"
	"duixian/policy"
)

// Why a line of a selection is held at its execution although two people agreed: what became known between the look and the yes.
const (
	heldOpinion  = "OPINION_DISAGREES"
	heldNotInIt  = "NOT_IN_ROUND"
	selectedNote = "公示无异议，确认入选"
)

// proposeSelection keeps the list that two people are asked about as the round's entries, and moves the round on, in the transaction of the submission.
func proposeSelection(tx *models.Tx, p models.Plan, s models.RoundStep) error {
	d, err := models.SelectionOf(p)
	if err != nil {
		return err
	}
	r, err := tx.RoundByID(d.Round)
	if err != nil {
		return err
	}
	if d.Moves {
		if r.State != models.RoundConfirmed {
			return models.E(models.Conflict, "%s现在是“%s”，不能递补", r.Name(), r.State.Text())
		}
		return nil
	}
	entries := make([]models.RoundEntry, len(d.Lines))
	for i, l := range d.Lines {
		detail, err := models.Canonical(l.Sheet)
		if err != nil {
			return err
		}
		entries[i] = models.RoundEntry{RoundID: r.ID, Subject: l.Subject, OrgID: l.Org, Rank: l.Sheet.Rank, State: entryStates[l.Sheet.Standing], Detail: string(detail), ChangedOn: s.On}
		if len(l.Sheet.Bars) > 0 {
			entries[i].Reason = l.Sheet.Bars[0]
		}
	}
	if err := tx.ReplaceEntries(r.ID, entries); err != nil {
		return err
	}
	r.PlanID, s.Reason = p.ID, fmt.Sprintf("报审方案 #%d", p.ID)
	return tx.MoveRound(&r, models.RoundProposed, s)
}

// entryStates are the standings as a round's entries keep them.
var entryStates = map[policy.Standing]models.EntryState{
	policy.Selected: models.EntrySelected, policy.Reserve: models.EntryReserve, policy.Barred: models.EntryOut, policy.Incomplete: models.EntryOut, policy.MovedOut: models.EntryOut,
}

// applySelection looks again at one who was agreed on, by what is known today: barred or disagreed by now, the line is held, visibly, and the others go on. In a selection the place is taken
// when publicity is over; who moves up was shown to the public by the plan itself and takes it now.
func applySelection(tx *models.Tx, run *Run, _ models.Approval, p models.Plan, l models.PlanLine) (models.LineState, string, error) {
	d, err := models.SelectionOf(p)
	if err != nil {
		return "", "", err
	}
	line, ok := d.Line(l.OrgID)
	if !ok {
		return models.LineHeld, heldNotInIt, nil
	}
	if d.Moves && l.No == 1 {
		if err := leavePlaces(tx, run, p, d); err != nil {
			return "", "", err
		}
	}
	r, err := tx.RoundByID(d.Round)
	if err != nil {
		return "", "", err
	}
	entry, err := tx.Entry(r.ID, line.Subject)
	if err != nil {
		return "", "", err
	}
	reason, err := selectionObstacle(tx.Query, run.Env, r, d, line, run.Row.BusinessDate)
	if err == nil && reason == "" && d.Moves {
		reason, err = publicLineObstacle(tx.Query, SubjectPlan, p.ID, l.OrgID)
	}
	if err == nil && reason == "" && d.Moves {
		reason, err = takePlace(tx, run, r, &entry, p.ID, d.Places)
	}
	if err != nil {
		return "", "", err
	}
	if reason == "" {
		return models.LineApplied, "", nil
	}
	if d.Moves { // remains a reserve: another plan may try again
		return models.LineHeld, reason, nil
	}
	return models.LineHeld, reason, tx.MoveEntry(&entry, models.EntryHeld, reason, run.Row.BusinessDate)
}

// selectionObstacle says what stands in the way of one who is to be selected, by what is known on a day, or nothing.
func selectionObstacle(q models.Query, env *Env, r models.Round, d models.SelectionDetail, line models.SelectionLine, on policy.Date) (string, error) {
	item, err := env.Book.Item(selectionItems[r.Kind])
	if err != nil {
		return "", err
	}
	dossier, err := q.Dossier(line.Org, on)
	if err != nil {
		return "", err
	}
	last, err := lastSelected(q, item.From.Kind, r.Year, on)
	if err != nil {
		return "", err
	}
	reason, err := env.selectable(item, dossier, r.Year, last, on)
	if err != nil || reason != "" {
		return reason, err
	}
	said, err := q.Opinions(r.Kind, r.Year, on)
	if err != nil {
		return "", err
	}
	for _, office := range models.Offices {
		if said[office][line.Sheet.Code].Verdict == models.Disagree && !disagreementDecided(d, office, line.Subject) {
			return heldOpinion, nil
		}
	}
	return "", nil
}

// disagreementDecided says whether the plan shows a decision about what an office said against a candidate. A decision about its silence does not cover a 不同意 that came later.
func disagreementDecided(d models.SelectionDetail, office models.Office, subject string) bool {
	for _, g := range d.Gaps {
		if g.Office == office && g.Subject == subject && g.Verdict == models.Disagree && g.Ruling != 0 {
			return true
		}
	}
	return false
}

// publicLineObstacle says how the public list stands in somebody's way: not over, an open objection, one that was upheld.
func publicLineObstacle(q models.Query, subject string, id, org int64) (string, error) {
	list, err := q.PublicityOf(subject, id)
	if models.CodeOf(err) == models.NotFound {
		return notPublicised, nil
	}
	if err != nil {
		return "", err
	}
	line, err := q.PublicLineOf(list.ID, publicKey(org))
	switch {
	case models.CodeOf(err) == models.NotFound:
		return notPublicised, nil
	case err != nil:
		return "", err
	case line.State == models.LineStruck:
		return droppedObjection, nil
	case line.State == models.LineHeldUp:
		return heldObjection, nil
	case list.State != models.PublicityClosed:
		return notPublicised, nil
	}
	return "", nil
}

func publicKey(org int64) string { return fmt.Sprintf("org/%d", org) }

// closeSelection ends an approved plan: the list of a selection goes to the public, who gave up a place has left it.
func closeSelection(tx *models.Tx, run *Run, a models.Approval, p models.Plan) error {
	d, err := models.SelectionOf(p)
	if err != nil {
		return err
	}
	if d.Moves {
		return leavePlaces(tx, run, p, d)
	}
	r, err := tx.RoundByID(d.Round)
	if err != nil {
		return err
	}
	if r.PlanID != p.ID || r.State != models.RoundProposed {
		return models.E(models.Conflict, "%s已不在送审中（%s），方案 #%d 不能执行", r.Name(), r.State.Text(), p.ID)
	}
	list, err := selectionList(tx.Query, run.Env, p, d, run.Row.BusinessDate)
	if err != nil {
		return err
	}
	actor := models.Actor{Member: run.Row.Actor}
	step := models.RoundStep{On: run.Row.BusinessDate, At: run.At(), Actor: actor, RunID: run.Row.ID, Reason: fmt.Sprintf("方案 #%d 已同意", p.ID)}
	if len(list.Lines) == 0 {
		step.Reason = fmt.Sprintf("方案 #%d 已同意，但执行时候选全部暂缓，请重新试算送审", p.ID)
		return tx.MoveRound(&r, models.RoundScoring, step)
	}
	if err := tx.MoveRound(&r, models.RoundApproved, step); err != nil {
		return err
	}
	have, err := tx.PlanPublicity(list, actor, run.Row.ID, run.At())
	if err != nil {
		return err
	}
	m := notifications.PublicityWaiting{Publicity: have.ID, Title: have.Title, Lines: have.LineCount, Days: have.Days, On: run.Row.BusinessDate}
	return run.Outbox.Tell(tx, run.At(), run.Row.ID, m, notifications.Role(models.Clerk))
}

// selectionList is what the public sees of a selection: those lines of the plan that were not held. A person appears with their name, and the identity number without its middle.
func selectionList(q models.Query, env *Env, p models.Plan, d models.SelectionDetail, on policy.Date) (models.PublicityDraft, error) {
	draft := models.PublicityDraft{
		SubjectKind: SubjectRound, SubjectID: d.Round, Kind: string(d.Kind), Days: env.publicity().TitleDays, Title: fmt.Sprintf("%d年度%s拟入选名单", d.Year, d.Kind.Text()),
	}
	if d.Moves {
		draft.Title = fmt.Sprintf("%d年度%s拟递补名单", d.Year, d.Kind.Text())
	}
	item, err := env.Book.Item(selectionItems[d.Kind])
	if err != nil {
		return draft, err
	}
	lines, err := q.PlanLines(p.ID, 0, p.LineCount+1)
	if err != nil {
		return draft, err
	}
	nominees, err := q.Nominees(d.Kind, d.Year, on)
	if err != nil {
		return draft, err
	}
	for _, l := range lines {
		line, _ := d.Line(l.OrgID)
		if l.State == models.LineHeld {
			continue
		}
		public := models.PublicityLine{LineKey: publicKey(l.OrgID), OrgID: l.OrgID, Name: line.Sheet.Name, Code: line.Sheet.Code, Item: item.Name, Note: item.Clause}
		for _, n := range nominees {
			if n.Code == line.Sheet.Code && n.PersonID != 0 {
				public.OrgID = 0
				if public.Name, public.Code, err = q.NomineePublic(n); err != nil {
					return draft, err
				}
			}
		}
		draft.Lines = append(draft.Lines, public)
	}
	return draft, nil
}

// publicMoves shows who moves up before they do; the list of a selection itself is the round's.
func publicMoves(q models.Query, env *Env, p models.Plan) (models.PublicityDraft, error) {
	d, err := models.SelectionOf(p)
	if err != nil || !d.Moves {
		return models.PublicityDraft{}, err
	}
	return selectionList(q, env, p, d, p.KnownOn)
}

// leavePlaces frees the places that a plan takes from their holders, takes the statement of their selection back and leaves them out. Done before, it changes nothing.
func leavePlaces(tx *models.Tx, run *Run, p models.Plan, d models.SelectionDetail) error {
	on := run.Row.BusinessDate
	places, err := tx.Places(d.Round)
	if err != nil {
		return err
	}
	r, err := tx.RoundByID(d.Round)
	if err != nil {
		return err
	}
	for _, leaving := range d.Leaves {
		for _, place := range places {
			if place.Subject != leaving.Subject {
				continue
			}
			if err := tx.FreePlace(place, "RULED_OUT", p.ID, on, run.Row.ID); err != nil {
				return err
			}
			if err := stateSelected(tx, run.Env, r, place, true, on); err != nil {
				return err
			}
			entry, err := tx.Entry(d.Round, leaving.Subject)
			if err != nil {
				return err
			}
			if err := tx.MoveEntry(&entry, models.EntryOut, "RULED_OUT", on); err != nil {
				return err
			}
			if err := auditPlace(tx, run, r, place, "free-place", leaving.Reason); err != nil {
				return err
			}
		}
	}
	return nil
}

// takePlace gives a place of a round, states the selection as a fact (which opens the claim in the same night) and confirms the entry. It says why not when all places are taken.
func takePlace(tx *models.Tx, run *Run, r models.Round, entry *models.RoundEntry, plan int64, places int) (string, error) {
	on := run.Row.BusinessDate
	place, err := tx.TakePlace(models.RoundPlace{RoundID: r.ID, Subject: entry.Subject, OrgID: entry.OrgID, PlanID: plan, TakenOn: on}, places, run.Row.ID)
	if refused, ok := errors.AsType[*models.Refusal](err); ok {
		return refused.Reason, nil
	}
	if err != nil {
		return "", err
	}
	if err := stateSelected(tx, run.Env, r, place, false, on); err != nil {
		return "", err
	}
	if err := tx.MoveEntry(entry, models.EntryConfirmed, "", on); err != nil {
		return "", err
	}
	return "", auditPlace(tx, run, r, place, "take-place", selectedNote)
}

// stateSelected writes the statement that somebody was selected, or corrects it: the nightly claims open the award, or decide it anew.
func stateSelected(tx *models.Tx, env *Env, r models.Round, p models.RoundPlace, back bool, on policy.Date) error {
	item, err := env.Book.Item(selectionItems[r.Kind])
	if err != nil {
		return err
	}
	attrs, err := models.Canonical(map[string]any{"year": r.Year, "rank": p.Place, "selected": !back, "objection_upheld": false})
	if err != nil {
		return err
	}
	fact := models.Fact{OrgID: p.OrgID, Kind: item.From.Kind, FactKey: fmt.Sprint(r.Year), OnDay: on, KnownOn: on, Attrs: string(attrs)}
	rows, err := tx.FactRows([]int64{p.OrgID}, []string{fact.Kind})
	if err != nil {
		return err
	}
	for _, f := range rows {
		if f.FactKey != fact.FactKey {
			continue
		}
		if f.KnownOn > on {
			return models.E(models.Conflict, "%s：%s 报送的资料晚于今天，不能改写；请核对报送日期", r.Name(), f.KnownOn.Text())
		}
		if fact.Rev = 0; f.KnownOn == on {
			fact.Rev = f.Rev + 1
		}
		if back {
			fact.OnDay = f.OnDay // the same selection, corrected: its claim is decided anew
		}
	}
	return tx.AddFacts([]models.Fact{fact})
}

func auditPlace(tx *models.Tx, run *Run, r models.Round, p models.RoundPlace, action, reason string) error {
	return tx.Audit(run.At(), models.Entry{
		Stream: "rounds", Actor: models.Actor{Member: run.Row.Actor}, Action: action, Entity: r.Entity(), RunID: run.Row.ID,
		Data: map[string]any{"place": p.Place, "org": p.OrgID, "plan": p.PlanID, "reason": reason},
	})
}

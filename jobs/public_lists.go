package jobs

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"duixian/models"
	"duixian/policy"
)

// The kinds of plans about the red and the black list of 三（四）. Listing is published like any list before it holds; removal, which only helps the firm,
// holds as soon as two people have said so.
const (
	redPlan     = models.KindRedList
	blackPlan   = models.KindBlackList
	removalPlan = models.KindListRemoval
)

// redStars is from how many stars a firm may stand on the red list (ours: the text names no number).
const redStars = 4

// honourYears is for how many years an honour speaks for a firm: a selection is every second year.
const honourYears = 2

// redCandidates are the firms that deserve the red list on a day: four stars or more in the rating in force, or an integrity honour of the last two years;
// on no list of anybody's, and neither on the red list yet nor on the way to the black one.
func redCandidates(q models.Query, on policy.Date) ([]models.ListLine, error) {
	basis := map[int64][]string{}
	newest := map[int64]models.KnownFact{}
	rated, err := q.FactsOfKind("star-rating", on)
	if err != nil {
		return nil, err
	}
	for _, f := range rated {
		if f.On <= on && f.On >= newest[f.OrgID].On {
			newest[f.OrgID] = f
		}
	}
	for id, f := range newest {
		if n := stars(f.Attrs["stars"]); n >= redStars && f.On > on.AddYears(-honourYears) {
			basis[id] = append(basis[id], fmt.Sprintf("%s评定%d星", f.On.Text(), n))
		}
	}
	for _, kind := range []struct{ kind, name string }{{"selection-integrity", "获评市级诚信人力资源服务企业"}, {"integrity-demo", "获评诚信示范机构"}} {
		facts, err := q.FactsOfKind(kind.kind, on)
		if err != nil {
			return nil, err
		}
		for _, f := range facts {
			if f.On <= on && f.On > on.AddYears(-honourYears) {
				level, _ := f.Attrs["level"].(string)
				basis[f.OrgID] = append(basis[f.OrgID], f.On.Text()+map[string]string{"national": "国家级", "provincial": "省级"}[level]+kind.name)
			}
		}
	}
	bad, err := q.ListingsOn(on)
	if err != nil {
		return nil, err
	}
	for _, l := range bad {
		delete(basis, l.OrgID)
	}
	return unlisted(q, basis, models.RedList, models.BlackList)
}

// stars reads a number of stars as facts hold it.
func stars(v any) int {
	switch v := v.(type) {
	case json.Number:
		n, _ := strconv.Atoi(v.String())
		return n
	case int:
		return v
	}
	return 0
}

// blackCandidates are the firms on somebody's list today, or without a star because of a veto in the newest confirmed rating, and not on the black list nor
// told of it yet.
func blackCandidates(q models.Query, on policy.Date) ([]models.ListLine, error) {
	basis := map[int64][]string{}
	open, err := q.ListingsOn(on)
	if err != nil {
		return nil, err
	}
	for _, l := range open {
		basis[l.OrgID] = append(basis[l.OrgID], fmt.Sprintf("%s被%s列入%s（%s）", l.From.Text(), l.Issuer, l.List, l.Cause))
	}
	vetoed, round, err := vetoes(q, on)
	if err != nil {
		return nil, err
	}
	for _, e := range vetoed {
		basis[e.OrgID] = append(basis[e.OrgID], round.Name()+"一票否决")
	}
	return unlisted(q, basis, models.BlackList)
}

// vetoes are the entries of the newest confirmed rating that a veto left without a star.
func vetoes(q models.Query, on policy.Date) (out []models.RoundEntry, newest models.Round, err error) {
	rounds, err := q.Rounds()
	if err != nil {
		return nil, newest, err
	}
	i := slices.IndexFunc(rounds, func(r models.Round) bool {
		return r.Kind == models.StarRating && r.State == models.RoundConfirmed && r.ConfirmedOn <= on
	})
	if i < 0 {
		return nil, newest, nil
	}
	entries, err := q.Entries(rounds[i].ID)
	for _, e := range entries {
		if e.OrgID != 0 && strings.HasPrefix(e.Reason, "VETO") {
			out = append(out, e)
		}
	}
	return out, rounds[i], err
}

// unlisted makes lines of what speaks for or against firms, without those that are on one of some lists or on the way there, in the order of their
// numbers.
func unlisted(q models.Query, basis map[int64][]string, lists ...string) ([]models.ListLine, error) {
	for _, list := range lists {
		entries, err := q.ListEntries(list, models.ListNoticed, models.ListListed)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			delete(basis, e.OrgID)
		}
	}
	ids := make([]int64, 0, len(basis))
	for id := range basis {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	orgs, err := q.Organisations(ids...)
	var out []models.ListLine
	for _, id := range ids {
		if org, ok := orgs[id]; ok {
			out = append(out, models.ListLine{Org: id, Name: org.Name, Code: org.Code, Basis: cut(strings.Join(basis[id], "；"), 300)})
		}
	}
	return out, err
}

// cut shortens a text to n characters.
func cut(s string, n int) string {
	if runes := []rune(s); len(runes) > n {
		return string(runes[:n-1]) + "…"
	}
	return s
}

// publicListed is the list that the public sees of a red or black plan.
func publicListed(_ models.Query, env *Env, p models.Plan) (models.PublicityDraft, error) {
	detail, err := detailOf[models.ListDetail](p)
	d := models.PublicityDraft{Title: fmt.Sprintf("人力资源服务企业%s名单（%s）", models.ListName(detail.List), p.KnownOn.Text()), Days: env.publicity().TitleDays}
	for _, l := range detail.Entries {
		d.Lines = append(d.Lines, models.PublicityLine{LineKey: fmt.Sprintf("org/%d", l.Org), OrgID: l.Org, Name: l.Name, Code: l.Code, Item: "拟列入" + models.ListName(detail.List), Note: l.Basis})
	}
	return d, err
}

// applyListed puts the lines of a published list that nobody has objected to, or of which the objection was rejected, on the list. A line whose objection is
// still open waits for the next plan; one whose objection was upheld is dropped.
func applyListed(tx *models.Tx, run *Run, _ models.Approval, p models.Plan) error {
	d, err := detailOf[models.ListDetail](p)
	if err != nil {
		return err
	}
	pub, err := tx.PublicityOf(SubjectPlan, p.ID)
	if err != nil {
		return err
	}
	if pub.State != models.PublicityClosed {
		return models.E(models.Forbidden, "方案 #%d 的名单没有公示期满，不能列入%s", p.ID, models.ListName(d.List))
	}
	actor, on := models.Actor{Member: run.Row.Actor}, run.Row.BusinessDate
	for _, l := range d.Entries {
		line, err := tx.PublicLineOf(pub.ID, fmt.Sprintf("org/%d", l.Org))
		if err != nil {
			return err
		}
		if line.State == models.LineHeldUp {
			continue
		}
		if l.Entry == 0 {
			err = listRed(tx, run, actor, l, line, p, on)
		} else {
			err = listBlack(tx, run, actor, l, line, p, on)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func listRed(tx *models.Tx, run *Run, actor models.Actor, l models.ListLine, line models.PublicityLine, p models.Plan, on policy.Date) error {
	if line.State != models.LineFree {
		return nil
	}
	have, err := tx.ListEntriesOf(l.Org)
	if err != nil || slices.ContainsFunc(have, func(e models.ListEntry) bool { return e.State == models.ListListed || e.State == models.ListNoticed }) {
		return err // listed meanwhile, or told that it may come onto the black list
	}
	return tx.AddListEntry(&models.ListEntry{List: models.RedList, OrgID: l.Org, Basis: l.Basis, State: models.ListListed, PlanID: p.ID, ListedOn: on}, actor, run.Row.ID, run.At())
}

func listBlack(tx *models.Tx, run *Run, actor models.Actor, l models.ListLine, line models.PublicityLine, p models.Plan, on policy.Date) error {
	e, err := tx.ListEntry(l.Entry)
	if err != nil || e.State != models.ListNoticed {
		return err
	}
	if line.State != models.LineFree {
		return tx.MoveListEntry(&e, models.ListDropped, p.ID, "公示期间异议成立", on, actor, run.Row.ID, run.At())
	}
	return tx.MoveListEntry(&e, models.ListListed, p.ID, "", on, actor, run.Row.ID, run.At())
}

// draftRemoval is the plan to take one entry off its list: after credit repair, or because what spoke for the firm has gone.
func draftRemoval(q models.Query, list, number, reason string, on policy.Date) (models.PlanDraft, error) {
	d := models.PlanDraft{Kind: removalPlan, KnownOn: on, MadeOn: on}
	id, err := strconv.ParseInt(strings.TrimPrefix(number, "#"), 10, 64)
	if err != nil {
		return d, models.E(models.Invalid, "请写明要移出的记录编号，例如：红黑榜 移出 5 已完成信用修复")
	}
	if reason = strings.TrimSpace(reason); reason == "" || len(reason) > 500 {
		return d, models.E(models.Invalid, "请写明移出理由（信用修复的文号或依据），160 个字以内")
	}
	e, err := q.ListEntry(id)
	if models.CodeOf(err) == models.NotFound || err == nil && e.List != list {
		return d, models.E(models.NotFound, "%s上没有记录 #%d", models.ListName(list), id)
	}
	if err != nil {
		return d, err
	}
	if e.State != models.ListListed {
		return d, models.E(models.Conflict, "%s记录 #%d 现在是“%s”，不需要移出", models.ListName(list), id, e.State.Text())
	}
	org, err := q.Organisation(e.OrgID)
	d.Title = fmt.Sprintf("%s移出 %s", models.ListName(list), org.Name)
	d.Detail = models.ListDetail{List: list, Entries: []models.ListLine{{Entry: e.ID, Org: org.ID, Name: org.Name, Code: org.Code, Basis: e.Basis, Reason: reason}}}
	return d, err
}

func applyRemoval(tx *models.Tx, run *Run, _ models.Approval, p models.Plan) error {
	d, err := detailOf[models.ListDetail](p)
	if err != nil {
		return err
	}
	for _, l := range d.Entries {
		e, err := tx.ListEntry(l.Entry)
		if err != nil {
			return err
		}
		if e.State != models.ListListed {
			return models.E(models.Conflict, "%s记录 #%d 现在是“%s”，不能移出", models.ListName(e.List), e.ID, e.State.Text())
		}
		if err := tx.MoveListEntry(&e, models.ListRemoved, p.ID, l.Reason, run.Row.BusinessDate, models.Actor{Member: run.Row.Actor}, run.Row.ID, run.At()); err != nil {
			return err
		}
	}
	return nil
}

// inLivePlan are the entries (black) or organisations (red) that a plan on its way, or waiting for its publicity, already names.
func inLivePlan(q models.Query, kind string) (map[int64]bool, error) {
	live, err := q.ApprovalsIn(models.ApprovalPending, models.ApprovalApproved)
	if err != nil {
		return nil, err
	}
	taken := map[int64]bool{}
	for _, a := range live {
		p, err := q.Plan(a.PlanID)
		if err != nil {
			return nil, err
		}
		if p.Kind != kind {
			continue
		}
		d, err := detailOf[models.ListDetail](p)
		if err != nil {
			return nil, err
		}
		for _, l := range d.Entries {
			taken[cmp.Or(l.Entry, l.Org)] = true
		}
	}
	return taken, nil
}

// answerBy is the last day on which a firm may state its case. It cuts off a right, so a year that is not known is an error, not a guess.
func (e *Env) answerBy(on policy.Date) (policy.Date, error) {
	day, err := e.Calendar.AddWorkdays(on, hearingDays)
	if unknown, ok := errors.AsType[*policy.UnknownYearError](err); ok {
		return 0, models.E(models.Unavailable, "陈述申辩期限涉及%d年，该年放假调休安排尚未公布，期限无法确定；没有告知任何企业，请在更新工作日历后再办", unknown.Year)
	}
	return day, err
}

func reportOf(lines []models.ListLine, list, why string) []models.ReportLine {
	out := make([]models.ReportLine, len(lines))
	for i, l := range lines {
		out[i] = models.ReportLine{Who: l.Name, What: "拟列入" + models.ListName(list), Clause: "三（四）", Why: l.Basis, Change: why, Outside: true}
	}
	return out
}

// listDraft is the plan to list some firms.
func listDraft(kind, list string, entries []models.ListLine, on policy.Date) models.PlanDraft {
	d := models.PlanDraft{Kind: kind, Title: fmt.Sprintf("人力资源服务企业%s方案（%d家）", models.ListName(list), len(entries)), KnownOn: on, MadeOn: on}
	if len(entries) > 0 {
		d.Detail = models.ListDetail{List: list, Entries: entries}
	}
	return d
}

// listParams are the parameters of both list jobs: the entry to remove and why.
var listParams = []string{"remove", "reason"}

func planRed(ctx context.Context, env *Env, on policy.Date, _ models.Params) (models.Report, error) {
	r := models.Report{Job: RedListJob, Title: "红榜", On: on, Unpriced: true}
	lines, err := redDraftLines(env.Store.Read(ctx), on)
	r.Lines = reportOf(lines, models.RedList, "可以送审")
	return r, err
}

func redDraftLines(q models.Query, on policy.Date) ([]models.ListLine, error) {
	lines, err := redCandidates(q, on)
	if err != nil {
		return nil, err
	}
	taken, err := inLivePlan(q, redPlan)
	return slices.DeleteFunc(lines, func(l models.ListLine) bool { return taken[l.Org] }), err
}

func draftRed(ctx context.Context, env *Env, on policy.Date, params models.Params) (models.PlanDraft, error) {
	q := env.Store.Read(ctx)
	if params["remove"] != "" {
		return draftRemoval(q, models.RedList, params["remove"], params["reason"], on)
	}
	lines, err := redDraftLines(q, on)
	return listDraft(redPlan, models.RedList, lines, on), err
}

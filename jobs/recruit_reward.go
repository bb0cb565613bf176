package jobs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"duixian/models"
	"duixian/policy"
)

const recruitName, recruitTitle = "recruit-reward", "引才奖励兑现"

// recruitReward opens and decides, on 20 July, the claims of all agencies for the people they brought in the year before: by then the
// last six months that can begin in a hire year are known. Later data are followed by the nightly claims job, also those of agencies
// that nobody knew of on that day.
var recruitReward = Job{
	Name: recruitName, Title: recruitTitle, Summary: "为上一年引进人员的机构开立引才奖励申报并审核，逐家写明人数、金额和还差几人",
	// Every missed July is a hire year of its own, and by its day it is known which one. However late: the claims of a year do
	// not lapse, and what became known since is decided by the nightly claims job.
	Schedule: "30 3 20 7 *", CatchUp: CatchUp{Policy: Each}, After: []string{DropJob, claimsName}, Timeout: time.Hour,
	Roles: []models.Role{models.Clerk, models.Approver}, Params: []string{"year", "org"},
	Plan: planRecruits, Draft: draftRecruits, Awards: true, Volume: recruitVolume, Run: runRecruits,
}

// fulfilmentDay is the day on which the people hired in a year are looked at for the first time.
func fulfilmentDay(year int) policy.Date { return policy.NewDate(year+1, 7, 20) }

const recruitChunk = 20 // agencies a transaction

func runRecruits(ctx context.Context, run *Run) error {
	r, err := rewardYear(run.Store.Read(ctx), run.Env, run.Row.BusinessDate, run.Row.Params)
	if err != nil {
		return err
	}
	if r.year >= r.on.Year() {
		return models.E(models.Invalid, "%s，今年还不能兑现；可以先试算看进度", models.HireYearText(r.year))
	}
	return decideInChunks(ctx, run, r.orgs, recruitChunk, func(tx *models.Tx, part []int64) ([]change, error) { return r.decide(tx, part, run.Row.ID) })
}

// recruitVolume counts the agencies whose claims a run would open or decide.
func recruitVolume(ctx context.Context, env *Env, on policy.Date, params models.Params) (Load, error) {
	r, err := rewardYear(env.Store.Read(ctx), env, on, params)
	return Load{Items: len(r.orgs)}, err
}

// reward is the fulfilment of one hire year.
type reward struct {
	env   *Env
	on    policy.Date
	year  int
	terms models.RecruitTerms
	orgs  []int64
}

// rewardYear reads the parameters: year=2025, the hire year, by default the last one; org=CODE for one agency.
func rewardYear(q models.Query, env *Env, on policy.Date, params models.Params) (r reward, err error) {
	year, org, err := rewardParams(q, on, params)
	if err != nil {
		return r, err
	}
	r = reward{env: env, on: on, year: cmp.Or(year, on.Year()-1)}
	r.terms = models.RecruitTermsOf(env.Book, env.Effective, r.year)
	r.orgs, err = q.RecruitOrgs(r.year, r.terms, on)
	if org != 0 {
		r.orgs = slices.DeleteFunc(r.orgs, func(id int64) bool { return id != org })
	}
	return r, err
}

// rewardParams are the hire year and the agency that were asked for, 0 for what was not.
func rewardParams(q models.Query, on policy.Date, params models.Params) (year int, org int64, err error) {
	if s := params["year"]; s != "" {
		if year, err = strconv.Atoi(s); err != nil || year < 2000 || year > on.Year() {
			return 0, 0, models.E(models.Invalid, "引进年度 %q 应为四位年份，不晚于 %d 年", s, on.Year())
		}
	}
	if params["org"] == "" {
		return year, 0, nil
	}
	o, err := q.OrganisationByCode(params["org"])
	if models.CodeOf(err) == models.NotFound {
		return year, 0, models.E(models.NotFound, "没有统一社会信用代码为 %s 的机构", params["org"])
	}
	return year, o.ID, err
}

// decide opens and decides the claims of some agencies.
func (r reward) decide(tx *models.Tx, orgs []int64, runID int64) ([]change, error) {
	dossiers, err := tx.Dossiers(orgs, r.on)
	if err != nil {
		return nil, err
	}
	claims := map[int64]int64{}
	for _, d := range dossiers {
		claims[d.Org.ID] = recruitClaim(d, r.year).ID
	}
	lines, err := tx.RecruitLinesOf(claims, r.year, r.terms, r.on)
	if err != nil {
		return nil, err
	}
	var changed []change
	for _, d := range dossiers {
		k := newDesk(r.env, tx, r.on, runID, nil)
		k.take(d)
		if err := k.openRecruits(r.year, r.terms, lines[d.Org.ID]); err != nil {
			return nil, fmt.Errorf("%s（%s）: %w", d.Org.Name, d.Org.Code, err)
		}
		changed = append(changed, k.changed...)
	}
	return changed, nil
}

// recruitClaim is the agency's claim of a hire year, empty when there is none yet.
func recruitClaim(d *models.Dossier, year int) models.Claim {
	for _, c := range d.Claims {
		if c.Item == recruitItem && c.FactKey == strconv.Itoa(year) {
			return c
		}
	}
	return models.Claim{}
}

// planRecruits does the work inside a transaction and takes it back: what it shows is what would happen, for every agency, also those
// that get nothing. For a year that is not over it shows how things stand.
func planRecruits(ctx context.Context, env *Env, on policy.Date, params models.Params) (models.Report, error) {
	report := models.Report{Job: recruitName, Title: recruitTitle, On: on}
	err := env.Store.InTx(ctx, func(tx *models.Tx) error {
		report.Lines, report.Total = nil, 0
		r, err := rewardYear(tx.Query, env, on, params)
		if err != nil {
			return err
		}
		report.Notes = append(payNotes(env), fmt.Sprintf("%s，共 %d 家机构", models.HireYearText(r.year), len(r.orgs)))
		for part := range slices.Chunk(r.orgs, recruitChunk) {
			if err := r.report(tx, part, &report); err != nil {
				return err
			}
		}
		short, err := budgetNotes(tx.Query, env, report.Lines, on)
		if err != nil {
			return err
		}
		report.Notes = append(report.Notes, short...)
		if params["year"] == "" {
			err = noteOtherYears(tx.Query, r.year, &report)
		}
		return cmp.Or(err, errDryRun)
	})
	if !errors.Is(err, errDryRun) {
		return report, err
	}
	return report, nil
}

// noteOtherYears names the years whose claims wait too: a submission without a year takes them along.
func noteOtherYears(q models.Query, shown int, report *models.Report) error {
	ready, err := q.ClaimsIn(models.ClaimDecided)
	if err != nil {
		return err
	}
	waiting := map[string]int{}
	for _, c := range ready {
		if c.Item == recruitItem && c.FactKey != strconv.Itoa(shown) {
			waiting[c.KeyText()]++
		}
	}
	for _, year := range slices.Sorted(maps.Keys(waiting)) {
		report.Notes = append(report.Notes, fmt.Sprintf("另有%s的 %d 项待送审；报审时不写引进年度的，一并列入", year, waiting[year]))
	}
	return nil
}

func (r reward) report(tx *models.Tx, orgs []int64, report *models.Report) error {
	changed, err := r.decide(tx, orgs, 0)
	if err != nil {
		return err
	}
	news := map[int64]change{}
	for _, c := range changed {
		news[c.Claim.OrgID] = c
	}
	dossiers, err := tx.Dossiers(orgs, r.on)
	if err != nil {
		return err
	}
	claims := map[int64]int64{}
	for _, d := range dossiers {
		claims[d.Org.ID] = recruitClaim(d, r.year).ID
	}
	lines, err := tx.RecruitLinesOf(claims, r.year, r.terms, r.on)
	if err != nil {
		return err
	}
	for _, d := range dossiers {
		c := recruitClaim(d, r.year)
		line, err := reportLine(tx.Query, r.env, c, d.Decided[c.ID])
		if err != nil {
			return err
		}
		line.What = models.HireYearText(r.year)
		line.Why += "；" + progressText(r.terms.Summarise(lines[d.Org.ID], r.on))
		line.Change = "不变"
		if ch, ok := news[d.Org.ID]; ok {
			line.Change = ch.text()
		}
		if c.State == models.ClaimDecided {
			report.Total += line.Amount
		}
		report.Lines = append(report.Lines, line)
	}
	return nil
}

// progressText says how far an agency is: 引进 24 人，已满足 18 人，还差 2 人……
func progressText(y models.RecruitYear) string {
	parts := []string{fmt.Sprintf("引进 %d 人，已满足 %d 人", y.Introduced, y.Reached)}
	if y.Missing() > 0 {
		parts = append(parts, fmt.Sprintf("还差 %d 人", y.Missing()))
	}
	for _, p := range []struct {
		n    int
		text string
	}{
		{y.OneAway, "还差1个月的"},
		{y.Unknown, "缺少参保数据的"},
		{y.NotKey, "用人单位不在重点产业名单的"},
		{y.Duplicate, "已在别处计算的"},
	} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%s %d 人", p.text, p.n))
		}
	}
	switch {
	case y.Missing() == 0:
	case y.EnoughOn == 0:
		parts = append(parts, "已报送的人员无法达到人数")
	default:
		parts = append(parts, "最早 "+y.EnoughOn.Text()+" 可知是否达到")
	}
	return strings.Join(parts, "，")
}

// draftRecruits freezes what waits of the hire year and the agency that were asked for, without them of all.
func draftRecruits(ctx context.Context, env *Env, on policy.Date, params models.Params) (models.PlanDraft, error) {
	year, org, err := rewardParams(env.Store.Read(ctx), on, params)
	if err != nil {
		return models.PlanDraft{}, err
	}
	title := "引才奖励核定方案"
	if year != 0 {
		title += "（" + models.HireYearText(year) + "）"
	}
	return draftAwards(ctx, env, on, title, func(c models.Claim) bool {
		return c.Item == recruitItem && (year == 0 || c.FactKey == strconv.Itoa(year)) && (org == 0 || c.OrgID == org)
	})
}

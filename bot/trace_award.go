package bot

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"duixian/models"
)

// awardChapters are the steps by which an award came about and is paid, in the order in which they are told. A step that adds a table of its own adds
// a line here: its title, and a func that returns what there is to say of the award, nothing when the step was not taken.
var awardChapters = []struct {
	Title string
	Tell  func(r *Request, a models.Award, d models.Decision) ([]string, error)
}{
	{"条款", (*Request).tellClause},
	{"审核", (*Request).tellDecision},
	{"依据的资料", (*Request).tellInputs},
	{"资料出处", (*Request).tellSources},
	{"评定评选", (*Request).tellRounds},
	{"方案与复核", (*Request).tellPeople},
	{"公示", (*Request).tellPublicity},
	{"列支渠道", (*Request).tellPurses},
	{"分期", (*Request).tellInstalments},
	{"拨付", (*Request).tellPayments},
}

// awardStory tells how an award came about: clause, facts, rule version, the two people, each instalment's life.
func (r *Request) awardStory(id int64) (Story, error) {
	a, err := r.Award(id)
	if err != nil {
		return Story{}, err
	}
	org, err := r.Organisation(a.OrgID)
	if err != nil {
		return Story{}, err
	}
	d, err := r.Decision(a.DecisionID)
	if err != nil {
		return Story{}, err
	}
	s := Story{
		Thing: fmt.Sprintf("奖励 %d", a.ID), Title: fmt.Sprintf("**奖励 #%d %s** %s", a.ID, plain(org.Name), a.AmountFen.Text()),
		Next: []string{fmt.Sprintf("方案 %d", a.PlanID), "企业 " + org.Code},
	}
	for _, c := range awardChapters {
		lines, err := c.Tell(r, a, d)
		if err != nil {
			return s, err
		}
		s.tell(c.Title, lines...)
	}
	return s, nil
}

// instalmentStory tells an instalment (12/2) within its award.
func (r *Request) instalmentStory(number string) (Story, error) {
	award, no, ok := strings.Cut(number, "/")
	id, err1 := strconv.ParseInt(award, 10, 64)
	n, err2 := strconv.Atoi(no)
	if !ok || err1 != nil || err2 != nil {
		return Story{}, models.ErrNotFound
	}
	parts, err := r.InstalmentsOf(id)
	if err != nil {
		return Story{}, err
	}
	i := slices.IndexFunc(parts, func(p models.Instalment) bool { return p.No == n })
	if i < 0 {
		return Story{}, models.ErrNotFound
	}
	s, err := r.awardStory(id)
	if err != nil {
		return s, err
	}
	p := parts[i]
	s.Thing = fmt.Sprintf("分期 %d/%d", id, n)
	s.Title += fmt.Sprintf("，第%d期（共%d期）%s：%s", n, len(parts), p.AmountFen.Text(), r.Bot.partText(p))
	return s, nil
}

func (r *Request) tellClause(a models.Award, _ models.Decision) ([]string, error) {
	item, err := r.Bot.Book.Item(a.Item)
	return []string{a.Clause + " " + item.Name}, err
}

func (r *Request) tellDecision(_ models.Award, d models.Decision) ([]string, error) {
	return []string{fmt.Sprintf("结论 #%d，%s作出，依%s前已知的资料；规则版本 %s", d.ID, d.OnDay.Text(), d.KnownOn.Text(), plain(d.PolicyVersion))}, nil
}

// tellInputs are the facts a decision was made from, and how the sum was worked out.
func (r *Request) tellInputs(_ models.Award, d models.Decision) ([]string, error) {
	in, err := inputsOf(d)
	if err != nil {
		return nil, err
	}
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(in.Facts)) {
		if f, ok := r.Bot.Book.Facts[name]; ok && f.Type != "groups" {
			parts = append(parts, f.Name+" "+f.Show(in.Facts[name]))
		}
	}
	if len(in.People) > 0 {
		parts = append(parts, fmt.Sprintf("计奖人员%d人（名单在系统内，不在此显示）", len(in.People)))
	}
	answer, err := r.Bot.answerOf(d)
	if err != nil {
		return nil, err
	}
	lines := []string{plain(strings.Join(parts, "；"))}
	if o := in.Official; o != nil {
		what := o.Rate + "%"
		if o.Amount != nil {
			what = o.Amount.Text()
		}
		lines = append(lines, fmt.Sprintf("主管部门核定：%s，理由：%s（方案 #%d，%s；经办 %s、复核 %s）", what, plain(o.Reason), o.Plan, o.On.Text(), plain(o.Maker), plain(o.Checker)))
	}
	for _, s := range answer.Steps {
		if read := r.Bot.Book.ReadUnder(s); read != "" {
			lines = append(lines, fmt.Sprintf("%s的口径：%s", r.Bot.Book.Facts[s.Fact].Name, read))
		}
	}
	if n := len(answer.Steps); n > 0 {
		lines = append(lines, "计算："+plain(answer.Steps[n-1].Have)+"，"+quote(answer.Steps[n-1].Phrase))
	}
	return lines, nil
}

func inputsOf(d models.Decision) (in models.Inputs, err error) {
	if err := json.Unmarshal([]byte(d.Facts), &in); err != nil {
		return in, fmt.Errorf("审核结论 #%d: %w", d.ID, err)
	}
	return in, nil
}

// tellSources names the statements behind a decision, each with its file, row, day and who brought it in: what opened the claim, the registration and
// the rating of that time; of people only how many, and the files.
func (r *Request) tellSources(a models.Award, d models.Decision) ([]string, error) {
	c, err := r.Claim(d.ClaimID)
	if err != nil {
		return nil, err
	}
	item, err := r.Bot.Book.Item(c.Item)
	if err != nil {
		return nil, err
	}
	rows, err := r.FactRows([]int64{a.OrgID}, without([]string{"registration", "star-rating", item.From.Kind}, ""))
	if err != nil {
		return nil, err
	}
	var lines []string
	for _, f := range rows {
		own := f.Kind == item.From.Kind && f.FactKey == c.FactKey
		if f.KnownOn > d.KnownOn || f.Kind == item.From.Kind && !own && f.Kind != "registration" && f.Kind != "star-rating" {
			continue
		}
		line, err := r.sourceOf(f)
		if err != nil {
			return nil, err
		}
		lines = append(lines, line)
	}
	in, err := inputsOf(d)
	if err != nil || len(in.People) == 0 {
		return lines, err
	}
	files, err := r.ImportsOfPeople(in.People)
	for _, i := range files {
		lines = append(lines, fmt.Sprintf("计奖人员：%s", r.fileOf(i)))
	}
	return lines, err
}

// kindText is what people call a kind of fact: by what it opens, or by its own name.
func (r *Request) kindText(kind string) string {
	switch kind {
	case "registration":
		return "登记"
	case "star-rating":
		return "星级"
	}
	for _, item := range r.Bot.Book.Items {
		if item.From.Kind == kind {
			return item.Short
		}
	}
	return plain(kind)
}

// sourceOf says what a statement is, when it became known, and from where.
func (r *Request) sourceOf(f models.Fact) (string, error) {
	line := fmt.Sprintf("%s %s：%s报送", r.kindText(f.Kind), plain(f.FactKey), f.KnownOn.Text())
	if f.Withdrawn {
		line += "（作废）"
	}
	if f.ImportID == 0 {
		return line + "，由系统产生", nil
	}
	i, err := r.Import(f.ImportID)
	if models.CodeOf(err) == models.NotFound {
		return line + fmt.Sprintf("，**导入 #%d 的登记没有了，请运维执行 duixian check**", f.ImportID), nil
	}
	if err != nil {
		return "", err
	}
	line += "，" + r.fileOf(i)
	if f.SourceRow > 0 {
		line += fmt.Sprintf("，第%d行", f.SourceRow)
	}
	return line, nil
}

// fileOf names an import: the file, when and who.
func (r *Request) fileOf(i models.Import) string {
	return fmt.Sprintf("%s（导入 #%d，%s，%s）", plain(i.FileName), i.ID, i.At.Text(), plain(r.nameOf(i.Actor)))
}

// tellPeople names who submitted and who approved the plan, and when.
func (r *Request) tellPeople(a models.Award, _ models.Decision) ([]string, error) {
	p, err := r.Plan(a.PlanID)
	if models.CodeOf(err) == models.NotFound {
		return []string{"**没有找到对应的方案 #" + strconv.FormatInt(a.PlanID, 10) + "，请运维执行 duixian check**"}, nil
	}
	if err != nil {
		return nil, err
	}
	lines := []string{fmt.Sprintf("#%d %s，校验码 %s", p.ID, plain(p.Title), shortHash(p.Hash))}
	approval, err := r.Approval(a.ApprovalID)
	if err != nil {
		return nil, err
	}
	who, err := r.twoPeople(approval)
	if err != nil {
		return nil, err
	}
	foundation, err := r.planNotes(p)
	return slices.Concat(lines, who, foundation), err
}

// twoPeople names who submitted and who decided, and when.
func (r *Request) twoPeople(a models.Approval) ([]string, error) {
	maker, err := r.Member(a.MakerID)
	if err != nil {
		return nil, err
	}
	lines := []string{"经办：" + plain(maker.Name) + "，" + a.SubmittedAt.Text()}
	if a.CheckerID != nil {
		checker, err := r.Member(*a.CheckerID)
		if err != nil {
			return nil, err
		}
		lines = append(lines, "复核："+plain(checker.Name)+"，"+a.DecidedAt.Text())
	}
	return lines, nil
}

// tellInstalments is the life of each stage.
func (r *Request) tellInstalments(a models.Award, _ models.Decision) ([]string, error) {
	changes, err := r.InstalmentChangesOf(a.ID)
	if err != nil {
		return nil, err
	}
	parts, err := r.InstalmentsOf(a.ID)
	if err != nil {
		return nil, err
	}
	var lines []string
	for _, p := range parts {
		line := fmt.Sprintf("%s%s，%s起可拨付", nth(parts, p), p.AmountFen.Text(), p.DueOn.Text())
		for _, c := range changes {
			if c.No == p.No && c.Became != models.Scheduled { // that is what the line begins with
				line += "；" + c.OnDay.Text() + r.Bot.partText(models.Instalment{State: c.Became, Reason: c.Reason, DueOn: p.DueOn})
			}
		}
		lines = append(lines, line)
	}
	return lines, nil
}

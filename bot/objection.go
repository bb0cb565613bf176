package bot

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"duixian/models"
	"duixian/notifications"
	"duixian/policy"
	"duixian/secret"
)

// deciders see objections with their words: who submits and who approves what becomes of them.
var deciders = []models.Role{models.Clerk, models.Approver}

var objection = &Command{
	Name:    "异议",
	Aliases: []string{"提出异议", "看异议", "对公示有异议"},
	Params:  []Param{{Name: "公示行或编号", Also: []string{"编号", "行"}}, {Name: "内容", Also: []string{"理由", "结论"}, Rest: true}, {Name: firmParam.Name, Also: firmParam.Also, Named: true}},
	Example: "异议 3-2 第2行人数与实际不符",
	Summary: "对公示的一行提出异议，查看和处理异议",
	Roles:   []models.Role{models.Contact, models.Clerk, models.Approver},
	Private: true,
	Own:     true,
	Run:     runObjection,
}

// A line of a list: 3-2, 3/2, 3 第2行.
var lineName = regexp.MustCompile(`^#?(\d{1,9})\s*[-—–/](\d{1,6})$`)

// runObjection takes an objection to one line of a running list, from a firm's contact or an official, or shows and decides objections. Whom a line is about never
// learns who objected or why, not even as an official.
func runObjection(ctx context.Context, r *Request) (Reply, error) {
	desk := r.Asker.has(deciders)
	if r.Asker.has(firms) && (!desk || r.Args[firmParam.Name] != "") {
		if ask, err := r.chooseFirm(r.command); err != nil || ask.Text != "" {
			return ask, err
		}
		desk = false
	}
	typed, words := r.Args["公示行或编号"], strings.TrimSpace(r.Args["内容"])
	if m := lineName.FindStringSubmatch(typed); m != nil {
		return r.object(m[1], m[2], words)
	}
	number, err := strconv.ParseInt(strings.TrimPrefix(typed, "#"), 10, 64)
	switch {
	case typed == "" && desk:
		return r.openObjections()
	case typed == "":
		return r.ownObjections("")
	case err != nil:
		return r.ownOrAll(desk, "请写明公示编号和行号，例如：异议 3-2 理由。对本企业的审核结论不服，请发送“申诉”。")
	case desk:
		return r.oneObjection(ctx, number, words)
	}
	if first, rest, ok := strings.Cut(words, " "); ok { // 异议 3 2 理由
		if _, err := strconv.Atoi(first); err == nil {
			return r.object(typed, first, strings.TrimSpace(rest))
		}
	}
	return r.ownObjections(fmt.Sprintf("请写明是公示 #%d 的第几行，例如：异议 %d-2 理由。行号见“名单 %d”。", number, number, number))
}

func (r *Request) ownOrAll(desk bool, say string) (Reply, error) {
	if desk {
		return Reply{Text: say, Next: []string{"异议", "名单"}, Outcome: Asked}, nil
	}
	return r.ownObjections(say)
}

// object files an objection, or, when the days are over, a grievance.
func (r *Request) object(list, line, words string) (Reply, error) {
	id, err := strconv.ParseInt(strings.TrimPrefix(list, "#"), 10, 64)
	no, err2 := strconv.Atoi(line)
	if err != nil || err2 != nil {
		return Reply{Text: "请写明公示编号和行号，例如：异议 3-2 理由", Next: []string{"名单"}, Outcome: Asked}, nil
	}
	p, err := r.Publicity(id)
	if err != nil && models.CodeOf(err) != models.NotFound {
		return Reply{}, err
	}
	if err != nil || !p.Shown() {
		return Reply{Text: fmt.Sprintf("没有公示 #%d。", id), Next: []string{"名单"}, Outcome: Asked}, nil
	}
	l, err := r.PublicLine(id, no)
	if models.CodeOf(err) == models.NotFound {
		return Reply{Text: fmt.Sprintf("公示 #%d 共%d行，没有第%d行。", id, p.LineCount, no), Next: []string{fmt.Sprintf("名单 %d", id)}, Outcome: Asked}, nil
	}
	if err != nil {
		return Reply{}, err
	}
	if words == "" {
		return Reply{Text: fmt.Sprintf("您要对公示 #%d 的这一行提出异议：\n%s\n请写明理由和依据（可以先写一句，材料交给经办人）。", id, publicLine(l)), Outcome: Asked, Want: "内容", Args: map[string]string{"公示行或编号": fmt.Sprintf("%d-%d", id, no), firmParam.Name: r.Args[firmParam.Name]}}, nil
	}
	if p.State == models.PublicityClosed || r.On > p.LastOn {
		return r.lateObjection(p, l, words)
	}
	due, err := policy.ObjectionDue(r.Bot.Hours.Calendar, r.On)
	if err != nil {
		return Reply{}, err
	}
	o := models.Objection{Request: r.requestID(), PublicityID: id, LineNo: no, ByOrg: r.Org.ID, ByMember: r.Asker.ID, MadeOn: r.On, MadeAt: r.Now, DueOn: due}
	if err := r.fileObjection(&o, secret.Text(words)); err != nil {
		return Reply{}, err
	}
	return Reply{Text: strings.Join([]string{
		fmt.Sprintf("已受理您对公示 #%d 第%d行的异议（编号 %d）：", id, no, o.ID), publicLine(l), "理由：" + plain(maskNumbers(words)),
		fmt.Sprintf("这一行先不办理，其他各行不受影响；由两名工作人员核实，一般在%s前答复。我们不会告诉被异议的一方是谁提出的、写了什么。", due.Text()),
	}, "\n"), Next: []string{"异议", fmt.Sprintf("名单 %d", id)}}, nil
}

// fileObjection holds the line and tells the clerks, in one transaction.
func (r *Request) fileObjection(o *models.Objection, words secret.Text) error {
	return r.write(func(tx *models.Tx) error {
		if err := tx.Object(o, words, r.Actor); err != nil {
			return err
		}
		m := notifications.ObjectionRaised{Objection: o.ID, Publicity: o.PublicityID, Line: o.LineNo, Due: o.DueOn, On: o.MadeOn}
		return r.Bot.outbox().Tell(tx, r.Now, 0, m, notifications.Role(models.Clerk))
	})
}

// lateObjection makes a grievance of what comes after the last day: the list is not held up by it, and it is not lost.
func (r *Request) lateObjection(p models.Publicity, l models.PublicityLine, words string) (Reply, error) {
	if r.Org.ID == 0 {
		return Reply{Text: fmt.Sprintf("公示 #%d 的异议期已于%s结束，不能再提出异议。有新的事实，请报送资料后重新审核。", p.ID, p.LastOn.Text()), Next: []string{fmt.Sprintf("公示 %d", p.ID)}, Outcome: Asked}, nil
	}
	req := models.DeskRequest{Kind: models.DeskAppeal, Request: r.requestID(), MemberID: r.Asker.ID, OrgID: r.Org.ID, MadeAt: r.Now}
	if l.OrgID == r.Org.ID {
		req.ClaimID = l.ClaimID
	}
	text := fmt.Sprintf("对公示 #%d 第%d行（%s，%s）的意见，公示期满后提出：%s", p.ID, l.No, l.Name, l.Item, words)
	if err := r.askDesk(&req, secret.Text(text)); err != nil {
		return Reply{}, err
	}
	return Reply{Text: fmt.Sprintf("公示 #%d 的异议期已于%s结束。您的意见已转为申诉（编号 %d），由工作人员核实后答复；名单不因此暂停。", p.ID, p.LastOn.Text(), req.ID), Next: []string{"进度", "人工"}}, nil
}

// ownObjections shows a firm the lists that are open to objection and what it has objected to; nobody else's.
func (r *Request) ownObjections(say string) (Reply, error) {
	running, err := r.Publicities(5, models.PublicityRunning)
	if err != nil {
		return Reply{}, err
	}
	lines, next := without([]string{say}, ""), []string{}
	for _, p := range running {
		if r.On > p.LastOn {
			continue
		}
		lines, next = append(lines, fmt.Sprintf("- 公示 #%d %s：%s前可以提出异议", p.ID, plain(p.Title), p.LastOn.Text())), append(next, fmt.Sprintf("名单 %d", p.ID))
	}
	if len(next) == 0 {
		lines = append(lines, "目前没有可以提出异议的公示。对本企业的审核结论不服，请发送“申诉”。")
		next = append(next, "进度")
	} else {
		lines = append(lines, fmt.Sprintf("提出异议请发送：异议 %d-行号 理由", running[0].ID))
	}
	mine, err := r.ObjectionsBy(r.Org.ID, 5)
	if err != nil {
		return Reply{}, err
	}
	for _, o := range mine {
		line := fmt.Sprintf("- 您的异议 #%d（公示 #%d 第%d行，%s）：%s", o.ID, o.PublicityID, o.LineNo, o.MadeOn.Text(), o.State.Text())
		if o.Answer != "" {
			line += "，答复：" + plain(o.Answer)
		}
		lines = append(lines, line)
	}
	reply := Reply{Text: strings.Join(lines, "\n"), Next: next}
	if say != "" {
		reply.Outcome = Asked
	}
	return reply, nil
}

// openObjections lists what officials have to decide.
func (r *Request) openObjections() (Reply, error) {
	open, err := r.ObjectionsIn(models.ObjectionOpen, 20)
	if err != nil {
		return Reply{}, err
	}
	if len(open) == 0 {
		return Reply{Text: "没有待处理的异议。", Next: []string{"公示", "待办"}}, nil
	}
	lines, next := []string{fmt.Sprintf("待处理异议%d件：", len(open))}, []string{}
	for _, o := range open {
		lines, next = append(lines, fmt.Sprintf("- #%d 公示 #%d 第%d行，%s提出%s", o.ID, o.PublicityID, o.LineNo, o.MadeOn.Text(), r.due(o))), append(next, fmt.Sprintf("异议 %d", o.ID))
	}
	return Reply{Text: strings.Join(lines, "\n"), Next: append(next[:min(len(next), 5)], "待办")}, nil
}

// oneObjection shows an objection to who may decide it, or submits what is to become of it: 异议 5 成立 理由.
func (r *Request) oneObjection(ctx context.Context, id int64, words string) (Reply, error) {
	o, err := r.Objection(id)
	if models.CodeOf(err) == models.NotFound {
		return Reply{Text: fmt.Sprintf("没有异议 #%d。对公示的一行提出异议，请写公示编号和行号，例如：异议 3-2 理由", id), Next: []string{"异议"}, Outcome: Asked}, nil
	}
	if err != nil {
		return Reply{}, err
	}
	l, err := r.PublicLine(o.PublicityID, o.LineNo)
	if err != nil {
		return Reply{}, err
	}
	if slices.Contains(r.Asker.firmIDs(), l.OrgID) && l.OrgID != 0 {
		return Reply{Text: "您是被异议企业的联系人，应当回避，这件异议请由其他人员处理。", Next: []string{"异议"}, Outcome: Refused}, nil
	}
	outcome, answer, _ := strings.Cut(words, " ")
	if outcome == "成立" || outcome == "不成立" {
		sub, err := r.Bot.Work.Submit(ctx, r.Actor, objectionsJob, models.Params{"objection": strconv.FormatInt(id, 10), "outcome": outcome, "answer": maskNumbers(strings.TrimSpace(answer))}, r.On, r.Now)
		if err != nil {
			return Reply{}, err
		}
		return submittedDetail(sub), nil
	}
	if words != "" {
		return Reply{Text: fmt.Sprintf("请写明结论和答复，例如：异议 %d 不成立 经核对，人数无误", id), Next: []string{fmt.Sprintf("异议 %d", id)}, Outcome: Asked}, nil
	}
	by := "工作人员"
	if o.ByOrg != 0 {
		org, err := r.Organisation(o.ByOrg)
		if err != nil {
			return Reply{}, err
		}
		by = org.Name
	}
	from, err := r.Member(o.ByMember)
	if err != nil {
		return Reply{}, err
	}
	text, err := r.ObjectionWords(o)
	if err != nil {
		return Reply{}, err
	}
	lines := []string{fmt.Sprintf("**异议 #%d**（%s%s）　公示 #%d", o.ID, o.State.Text(), r.due(o), o.PublicityID), publicLine(l), fmt.Sprintf("%s %s，%s提出：", plain(by), plain(from.Name), r.clock(o.MadeAt))}
	for line := range strings.SplitSeq(text.Reveal(), "\n") {
		lines = append(lines, "> "+plain(maskNumbers(line)))
	}
	next := []string{}
	if o.State == models.ObjectionOpen {
		lines = append(lines, "异议人和内容不得告知被异议的一方。核实后由两人处理，请经办发送：", fmt.Sprintf("- 异议 %d 成立 答复：这一行不予确认", id), fmt.Sprintf("- 异议 %d 不成立 答复：这一行恢复办理", id))
		if r.Asker.has([]models.Role{models.Clerk}) {
			next = append(next, fmt.Sprintf("异议 %d 成立 ", id), fmt.Sprintf("异议 %d 不成立 ", id))
		}
	} else {
		lines = append(lines, fmt.Sprintf("%s处理（方案 #%d）：%s", o.DecidedOn.Text(), o.PlanID, plain(o.Answer)))
	}
	if l.OrgID != 0 && r.Asker.has(firmDossier.Roles) {
		org, err := r.Organisation(l.OrgID)
		if err != nil {
			return Reply{}, err
		}
		next = append(next, "企业 "+org.Code)
	}
	return Reply{Text: strings.Join(lines, "\n"), Next: append(next, fmt.Sprintf("公示 %d", o.PublicityID))}, nil
}

// submittedDetail says what was submitted that has no lines of money.
func submittedDetail(sub models.Submission) Reply {
	text := fmt.Sprintf("已送审：方案 #%d “%s”，校验码 %s。\n审批码已发给复核人；%s前有效，每个工作日上午提醒。", sub.PlanID, plain(sub.Title), shortHash(sub.Hash), sub.ExpiresOn.Text())
	return Reply{Text: text, Next: []string{fmt.Sprintf("方案 %d", sub.PlanID), "待办"}}
}

// publicityText says in a claim's own words how far its list is; empty when none is asked for.
func (r *Request) publicityText(c claim) (string, error) {
	if c.Publicity == models.NotRequired || c.DecisionID == 0 {
		return "", nil
	}
	l, p, err := r.PublicisedClaim(c.ID, c.DecisionID)
	if models.CodeOf(err) == models.NotFound {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	switch {
	case l.State == models.LineHeldUp:
		return fmt.Sprintf("公示 #%d 期间有异议，正在核实，核实后继续办理。", p.ID), nil
	case p.State == models.PublicityPlanned:
		return fmt.Sprintf("复核人已同意，名单待公示（%d个工作日）。", p.Days), nil
	case p.State == models.PublicityRunning:
		return fmt.Sprintf("复核人已同意，正在公示（公示 #%d），到%s；没有异议的次日核定。", p.ID, p.LastOn.Text()), nil
	}
	return "公示期满，正在核定。", nil
}

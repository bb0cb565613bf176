package bot

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"duixian/models"
	"duixian/policy"
	"duixian/secret"
)

var redBlack = &Command{
	Name:    "红黑榜",
	Aliases: []string{"红榜", "黑榜", "诚信红黑榜"},
	Params:  []Param{{Name: "编号或动作", Also: []string{"动作"}}, {Name: "编号"}, {Name: "理由", Also: []string{"内容"}, Rest: true}},
	Example: "红黑榜 5 或 红黑榜 移出 5 信用修复文号",
	Summary: "红黑榜上有谁，告知和陈述申辩，移出",
	Roles:   []models.Role{models.Clerk, models.Approver, models.Auditor},
	Private: true,
	Run:     runRedBlack,
}

// The names of the jobs behind the two lists.
var listJobs = map[string]string{models.RedList: "redlist", models.BlackList: "blacklist"}

// runRedBlack shows both lists and what is on its way to the black one, or one entry with what the firm said. A clerk may take down what a firm says at the counter,
// drop a matter, or ask two people to take an entry off.
func runRedBlack(ctx context.Context, r *Request) (Reply, error) {
	first := strings.TrimPrefix(r.Args["编号或动作"], "#")
	if first == "" {
		return r.bothLists()
	}
	if _, err := strconv.Atoi(first); err == nil {
		return r.withEntry(first, r.showEntry)
	}
	act, ok := map[string]func(e models.ListEntry) (Reply, error){
		"移出": func(e models.ListEntry) (Reply, error) { return r.removeEntry(ctx, e) }, "陈述": r.takeDown, "陈述申辩": r.takeDown, "不列入": r.dropEntry, "撤销": r.dropEntry,
	}[first]
	if !ok {
		return Reply{Text: "请写编号，或“移出”“陈述”“不列入”加编号，例如：红黑榜 移出 5 信用修复文号", Next: []string{"红黑榜"}, Outcome: Asked}, nil
	}
	if !r.Asker.has([]models.Role{models.Clerk}) {
		return Reply{Text: "这一步由经办办理，您可以查看。", Next: []string{"红黑榜"}, Outcome: Refused}, nil
	}
	return r.withEntry(strings.TrimPrefix(r.Args["编号"], "#"), act)
}

// withEntry finds the entry of a number.
func (r *Request) withEntry(number string, act func(e models.ListEntry) (Reply, error)) (Reply, error) {
	id, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return Reply{Text: "请写明记录编号，发送“红黑榜”查看。", Next: []string{"红黑榜"}, Outcome: Asked}, nil
	}
	e, err := r.ListEntry(id)
	if models.CodeOf(err) == models.NotFound {
		return Reply{Text: fmt.Sprintf("没有红黑榜记录 #%d。", id), Next: []string{"红黑榜"}, Outcome: Asked}, nil
	}
	if err != nil {
		return Reply{}, err
	}
	return act(e)
}

func (r *Request) bothLists() (Reply, error) {
	var lines, next []string
	for _, list := range []string{models.RedList, models.BlackList} {
		entries, err := r.ListEntries(list, models.ListNoticed, models.ListListed)
		if err != nil {
			return Reply{}, err
		}
		lines = append(lines, fmt.Sprintf("**%s** %d家", models.ListName(list), len(entries)))
		for i, e := range entries {
			if i == 10 {
				lines = append(lines, fmt.Sprintf("- 还有%d家，完整名单请在电脑上看（duixian publicity lists）", len(entries)-10))
				break
			}
			org, err := r.Organisation(e.OrgID)
			if err != nil {
				return Reply{}, err
			}
			lines, next = append(lines, fmt.Sprintf("- #%d %s：%s", e.ID, plain(org.Name), r.entryState(e))), append(next, fmt.Sprintf("红黑榜 %d", e.ID))
		}
	}
	lines = append(lines, "黑榜本身不影响享受政策。起草请先试算，再执行（黑榜先告知企业）或报审。")
	return Reply{Text: strings.Join(lines, "\n"), Next: append(next[:min(len(next), 2)], "任务 试算 红榜", "任务 试算 黑榜")}, nil
}

// entryState says where an entry stands today.
func (r *Request) entryState(e models.ListEntry) string {
	switch {
	case e.State == models.ListListed:
		return e.ListedOn.Text() + "列入"
	case e.State == models.ListNoticed && r.On <= e.AnswerBy:
		return "已告知，陈述申辩到" + e.AnswerBy.Text()
	case e.State == models.ListNoticed:
		return "陈述申辩已期满，可以送审"
	}
	return e.RemovedOn.Text() + e.State.Text() + "：" + plain(e.Reason)
}

func (r *Request) showEntry(e models.ListEntry) (Reply, error) {
	org, err := r.Organisation(e.OrgID)
	if err != nil {
		return Reply{}, err
	}
	lines := []string{fmt.Sprintf("**%s #%d %s**　%s", models.ListName(e.List), e.ID, plain(org.Name), r.entryState(e)), "依据：" + plain(e.Basis)}
	said, err := r.Statements(e.ID)
	if err != nil {
		return Reply{}, err
	}
	if e.NoticedOn != 0 {
		told, err := r.NoticeReached("blacklist-notice", fmt.Sprintf("list/%d", e.ID))
		if err != nil {
			return Reply{}, err
		}
		lines = append(lines, fmt.Sprintf("%s告知%s，陈述申辩到%s，收到%d份%s", e.NoticedOn.Text(), map[bool]string{false: "（系统告知没有送达，须书面送达）"}[told], e.AnswerBy.Text(), len(said), map[bool]string{true: "：", false: "。"}[len(said) > 0]))
	}
	for _, s := range said {
		words, err := r.StatementWords(s)
		if err != nil {
			return Reply{}, err
		}
		by := map[bool]string{true: "经办代录", false: "企业"}[s.ForFirm]
		for line := range strings.SplitSeq(words.Reveal(), "\n") {
			lines = append(lines, "> "+by+" "+s.MadeOn.Text()+"："+plain(maskNumbers(line)))
		}
	}
	next := []string{}
	if r.Asker.has([]models.Role{models.Clerk}) {
		switch {
		case e.State == models.ListListed:
			next = append(next, fmt.Sprintf("红黑榜 移出 %d ", e.ID))
		case e.State == models.ListNoticed && r.On <= e.AnswerBy:
			next = append(next, fmt.Sprintf("红黑榜 陈述 %d ", e.ID), fmt.Sprintf("红黑榜 不列入 %d ", e.ID))
		case e.State == models.ListNoticed:
			next = append(next, "报审 黑榜", fmt.Sprintf("红黑榜 不列入 %d ", e.ID))
		}
	}
	return Reply{Text: strings.Join(lines, "\n"), Next: append(next, "企业 "+org.Code, "红黑榜")}, nil
}

// removeEntry asks two people to take an entry off its list.
func (r *Request) removeEntry(ctx context.Context, e models.ListEntry) (Reply, error) {
	reason := maskNumbers(strings.TrimSpace(r.Args["理由"]))
	if reason == "" {
		return Reply{Text: fmt.Sprintf("请写明移出理由，例如：红黑榜 移出 %d 信用修复决定书文号", e.ID), Outcome: Asked, Want: "理由", Args: r.Args}, nil
	}
	sub, err := r.Bot.Work.Submit(ctx, r.Actor, listJobs[e.List], models.Params{"remove": strconv.FormatInt(e.ID, 10), "reason": reason}, r.On, r.Now)
	if err != nil {
		return Reply{}, err
	}
	return submittedDetail(sub), nil
}

// takeDown writes down what a firm said at the counter or on paper.
func (r *Request) takeDown(e models.ListEntry) (Reply, error) {
	words := strings.TrimSpace(r.Args["理由"])
	if words == "" {
		return Reply{Text: "请写明企业陈述申辩的内容，或材料的名称和存放处。", Outcome: Asked, Want: "理由", Args: r.Args}, nil
	}
	return r.stateCase(e, words, true)
}

// dropEntry ends a matter in the firm's favour: one clerk may, with a reason.
func (r *Request) dropEntry(e models.ListEntry) (Reply, error) {
	reason := maskNumbers(strings.TrimSpace(r.Args["理由"]))
	switch {
	case e.State != models.ListNoticed:
		return Reply{Text: fmt.Sprintf("记录 #%d 现在是“%s”，不能改为不列入。", e.ID, e.State.Text()), Next: []string{fmt.Sprintf("红黑榜 %d", e.ID)}, Outcome: Asked}, nil
	case reason == "":
		return Reply{Text: "请写明不列入的理由。", Outcome: Asked, Want: "理由", Args: r.Args}, nil
	case len(reason) > 500:
		return Reply{Text: "理由太长，请写在160个字以内。", Outcome: Asked}, nil
	}
	if err := r.write(func(tx *models.Tx) error {
		e := e // a copy: the function may run again
		return tx.MoveListEntry(&e, models.ListDropped, 0, reason, r.On, r.Actor, 0, r.Now)
	}); err != nil {
		return Reply{}, err
	}
	return Reply{Text: fmt.Sprintf("黑榜记录 #%d 已改为不列入：%s。", e.ID, plain(reason)), Next: []string{"红黑榜"}}, nil
}

var hearing = &Command{
	Name:    "陈述申辩",
	Aliases: []string{"陈述", "申辩"},
	Params:  []Param{{Name: "内容", Also: []string{"理由"}, Rest: true}},
	Example: "陈述申辩 欠薪已于3月5日全部结清，附件已交窗口",
	Summary: "对拟列入黑榜的告知陈述、申辩",
	Roles:   firms,
	Private: true,
	Run:     runHearing,
}

// runHearing takes down what a firm says to the prior notice that it may come onto the black list.
func runHearing(_ context.Context, r *Request) (Reply, error) {
	entries, err := r.ListEntriesOf(r.Org.ID)
	if err != nil {
		return Reply{}, err
	}
	for _, e := range entries {
		if e.State != models.ListNoticed {
			continue
		}
		if r.On > e.AnswerBy {
			return Reply{Text: fmt.Sprintf("陈述申辩期已于%s结束。列入黑榜前还要公示，公示期间可以提出异议；也可以转人工。", e.AnswerBy.Text()), Next: []string{"异议", "人工"}}, nil
		}
		if words := strings.TrimSpace(r.Args["内容"]); words != "" {
			return r.stateCase(e, words, false)
		}
		return Reply{
			Text:    fmt.Sprintf("您单位拟被列入黑榜，原因：%s。\n%s前（含当日）可以陈述、申辩，请直接发来内容；书面材料交办理窗口。", plain(e.Basis), e.AnswerBy.Text()),
			Outcome: Asked, Want: "内容", Args: r.Args,
		}, nil
	}
	return Reply{Text: "您单位没有拟列入黑榜的告知，不需要陈述申辩。", Next: []string{"进度"}}, nil
}

func (r *Request) stateCase(e models.ListEntry, words string, forFirm bool) (Reply, error) {
	s := models.ListStatement{Request: r.requestID(), EntryID: e.ID, ByMember: r.Asker.ID, ForFirm: forFirm, MadeOn: r.On, MadeAt: r.Now}
	if err := r.write(func(tx *models.Tx) error {
		s := s // a copy: the function may run again
		return tx.State(&s, secret.Text(words), r.Actor)
	}); err != nil {
		return Reply{}, err
	}
	if forFirm {
		return Reply{Text: fmt.Sprintf("已记录黑榜 #%d 的陈述申辩：%s", e.ID, plain(maskNumbers(words))), Next: []string{fmt.Sprintf("红黑榜 %d", e.ID)}}, nil
	}
	return Reply{Text: fmt.Sprintf("已记录您单位的陈述申辩：%s\n%s前还可以补充；期满后由两名工作人员研究决定，结果会告知您。", plain(maskNumbers(words)), e.AnswerBy.Text()), Next: []string{"进度", "人工"}}, nil
}

// todoPublicity is what waits about publicity: lists to publish, objections to decide, firms that were heard.
func (r *Request) todoPublicity() (lines, next []string, err error) {
	planned, err := r.Publicities(20, models.PublicityPlanned)
	if err != nil {
		return nil, nil, err
	}
	for _, p := range planned[:min(len(planned), todoShown)] {
		lines, next = append(lines, fmt.Sprintf("- 名单待发布：公示 #%d %s，%d项", p.ID, plain(p.Title), p.LineCount)), append(next, fmt.Sprintf("公示 %d", p.ID))
	}
	open, err := r.ObjectionsIn(models.ObjectionOpen, 50)
	if err != nil {
		return nil, nil, err
	}
	for _, o := range open[:min(len(open), todoShown)] {
		lines, next = append(lines, fmt.Sprintf("- 异议 #%d：公示 #%d 第%d行%s", o.ID, o.PublicityID, o.LineNo, r.due(o))), append(next, fmt.Sprintf("异议 %d", o.ID))
	}
	if n := len(open) - todoShown; n > 0 {
		lines = append(lines, fmt.Sprintf("- 还有%d件异议", n))
	}
	told, err := r.ListEntries(models.BlackList, models.ListNoticed)
	ready := 0
	for _, e := range told {
		if over(e, r.On) {
			ready++
		}
	}
	if ready > 0 {
		lines, next = append(lines, fmt.Sprintf("- 黑榜：%d家陈述申辩期满，可以送审或改为不列入", ready)), append(next, "红黑榜")
	}
	return lines, next, err
}

// over says whether the days for stating a case are over.
func over(e models.ListEntry, on policy.Date) bool {
	return e.State == models.ListNoticed && on > e.AnswerBy
}

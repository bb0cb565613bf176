package models

import (
	"fmt"
	"strings"

	"duixian/policy"
)

// RoundWait is what a round waits for, in words, and whether it is late.
type RoundWait struct {
	Text string
	Late bool
	Do   string // what an official types next; empty when nothing can be done
}

// RoundWait says on a day what a rating waits for. It never waits in silence: each state but the last two has somebody to do something, or a day.
func (q Query) RoundWait(r Round, on policy.Date) (RoundWait, error) {
	var w RoundWait
	w.Late = on > r.ConfirmBy
	switch r.State {
	case RoundPlanned:
		w.Text, w.Late = r.OpensOn.Text()+"自动启动", false
	case RoundOpen:
		if r.Kind != StarRating {
			w.Text, w.Do = fmt.Sprintf("征求部门意见、收集资料至%s", r.DataBy.Text()), "评选 "+r.Kind.Text()
			break
		}
		have, err := q.figuresReported(r.Year-1, on)
		if err != nil {
			return w, err
		}
		w.Text = fmt.Sprintf("收集%d年度资料至%s：%s", r.Year-1, r.DataBy.Text(), have)
		w.Do = "导入"
	case RoundScoring:
		counts, err := q.EntryCounts(r.ID)
		if err != nil {
			return w, err
		}
		w.Late = on >= r.PublicityFrom
		if n := counts[string(EntryProvisional)]; n > 0 {
			w.Text, w.Do = fmt.Sprintf("%d家资料不全，须逐家由两人决定（不计、补录、缓评或无星）", n), fmt.Sprintf("轮次 %d", r.Year)
			break
		}
		back, err := q.sentBack(r)
		if err != nil {
			return w, err
		}
		if back {
			w.Text, w.Do = r.Reason, fmt.Sprintf("轮次 %d", r.Year)
			if r.Kind != StarRating {
				w.Do = "试算 " + r.Kind.Text()
			}
			break
		}
		if held, later := counts[string(EntryHeld)], counts[string(EntryPostponed)]; r.Kind == StarRating && held+later > 0 && counts[string(EntryScored)] == 0 {
			w.Text, w.Do = fmt.Sprintf("缓评%d家、暂缓%d家，没有一家可以公示，须由两人另行决定（补录、不计或无星）后再报审", later, held), fmt.Sprintf("轮次 %d", r.Year)
			break
		}
		w.Text, w.Do = "评分已完成，等经办人核对并报审", "试算 "+r.Kind.Text()
		if r.Kind != StarRating {
			w.Text, w.Do = "资料已截止，等经办人核对名单并报审", "评选 "+r.Kind.Text()
		}
	case RoundProposed:
		w.Late = on >= r.PublicityFrom
		w.Text, w.Do = fmt.Sprintf("等复核人审批方案 #%d", r.PlanID), fmt.Sprintf("方案 %d", r.PlanID)
	case RoundApproved:
		w.Late = on > r.PublicityFrom
		w.Text, w.Do = fmt.Sprintf("等名单发布：%s起发布，登记发布后公示才开始", r.PublicityFrom.Text()), "公示"
	case RoundPublicity:
		p, err := q.PublicityOf("round", r.ID)
		if err != nil && CodeOf(err) != NotFound {
			return w, err
		}
		w.Text, w.Do = fmt.Sprintf("公示至%s，期满后当晚确认", p.LastOn.Text()), "公示"
	case RoundPaused:
		w.Text, w.Do = "已暂停："+r.Reason, fmt.Sprintf("轮次 继续 %d", r.Year)
	case RoundConfirmed:
		w.Late = false
		counts, err := q.EntryCounts(r.ID)
		if err != nil {
			return w, err
		}
		if n := counts[string(EntryHeld)] + counts[string(EntryProvisional)]; n > 0 {
			w.Text, w.Do = fmt.Sprintf("已于%s确认，另有%d家暂缓，须由两人决定", r.ConfirmedOn.Text(), n), fmt.Sprintf("轮次 %d", r.Year)
			break
		}
		w.Text = "已于" + r.ConfirmedOn.Text() + "确认"
	case RoundCancelled:
		w.Text, w.Late = "已取消："+r.Reason, false
	}
	return w, nil
}

// sentBack reports whether a round has come back from a list that two people agreed on and of which nothing stood when it was carried out.
func (q Query) sentBack(r Round) (bool, error) {
	if r.State != RoundScoring || r.PlanID == 0 {
		return false, nil
	}
	p, err := q.Plan(r.PlanID)
	return p.State == PlanApplied, err
}

// situationRounds adds the rounds that came back so, as long as they wait for another list.
func (q Query) situationRounds(s *Situation) error {
	back, err := find[Round](q.db.Where("state = ? AND plan_id IN (SELECT id FROM plans WHERE state = ?)", RoundScoring, PlanApplied).Order("year, kind"))
	for _, r := range back {
		s.SentBack = append(s.SentBack, RoundTrace{Round: r.ID, Name: r.Name(), Why: r.Reason, Since: r.ChangedOn})
	}
	return err
}

// figuresReported says of how many firms each office has reported a year.
func (q Query) figuresReported(year int, on policy.Date) (string, error) {
	var parts []string
	for i, kind := range FigureKinds {
		var n int
		err := q.db.Raw("SELECT COUNT(DISTINCT org_id) FROM facts WHERE kind = ? AND fact_key = ? AND known_on <= ?", kind, fmt.Sprint(year), on).Scan(&n).Error
		if err != nil {
			return "", readable(err)
		}
		parts = append(parts, fmt.Sprintf("%s%d家", []string{"年度经营报告", "地方贡献", "信用评价"}[i], n))
	}
	return strings.Join(parts, "、"), nil
}

package bot

import (
	"fmt"
	"strings"

	"github.com/agnivade/levenshtein"

	"duixian/models"
	"duixian/policy"
)

var jobParam = Param{Name: "任务名", Also: []string{"任务", "job"}, Must: true}

// What some jobs take besides: the year of hire and one organisation of the reward for recruits.
var (
	hireYearParam = Param{Name: "引进年度", Also: []string{"年度", "年份", "year"}, Named: true}
	orgParam      = Param{Name: "机构代码", Also: []string{"机构", "企业", "org"}, Named: true}
	kindParam     = Param{Name: "评选", Also: []string{"kind"}, Named: true}
)

// selectionsJob is the nightly job of the three selections, which people call by their names.
const selectionsJob = "selections"

// jobParams are the parameters as the jobs know them.
func (r *Request) jobParams() models.Params {
	params := models.Params{}
	for name, p := range map[string]Param{"year": hireYearParam, "org": orgParam, "kind": kindParam} {
		if v := r.Args[p.Name]; v != "" {
			params[name] = v
		}
	}
	return params
}

// starters may ask for a job to run or wait. Which of them for which job is checked again where jobs run.
var starters = []models.Role{models.Clerk, models.Approver, models.Treasurer, models.Operator}

// startLine is the line that starts a job with these parameters, for who may start this one.
func (r *Request) startLine(j models.JobInfo, with string) []string {
	if !r.Asker.has(j.Roles) {
		return nil
	}
	return []string{"任务 运行 " + j.Title + with}
}

// job finds the job that was typed by its name or title, in full. One that is only nearly right is asked about.
func (r *Request) job() (models.JobInfo, Reply, error) {
	all, err := r.Bot.Work.List(r.ctx, r.Now)
	if err != nil {
		return models.JobInfo{}, Reply{}, err
	}
	if kind, ok := models.SelectionKindOf(r.Args[jobParam.Name]); ok { // 试算 骨干企业评选
		r.Args[jobParam.Name], r.Args[kindParam.Name] = selectionsJob, string(kind)
	}
	typed := string(phraseOf(r.Args[jobParam.Name]).key)
	var near []string
	for _, j := range all {
		for _, name := range []string{j.Name, j.Title} {
			key := string(phraseOf(name).key)
			if key == typed {
				return j, Reply{}, nil
			}
			if strings.Contains(key, typed) || levenshtein.ComputeDistance(key, typed) <= max(1, len([]rune(key))/4) {
				near = append(near, "“"+j.Title+"”")
				break
			}
		}
	}
	ask := Reply{Outcome: Asked, Next: []string{jobList.Name}}
	if len(near) > 0 {
		ask.Text = "您是不是想说" + strings.Join(near, "或") + "？请写出任务全名。"
	} else {
		ask.Text = fmt.Sprintf("没有叫“%s”的任务，发送“任务 列表”查看。", plain(r.Args[jobParam.Name]))
	}
	return models.JobInfo{}, ask, nil
}

// businessDay reads a day as people type it: 2026-03-01, 20260301, 2026年3月1日, 今天, 昨天. Nothing typed is today.
func (r *Request) businessDay(typed string) (policy.Date, string) {
	switch typed {
	case "", "今天", "今日":
		return r.On, ""
	case "昨天", "昨日":
		return r.On.AddDays(-1), ""
	}
	var y, m, d int
	for _, form := range []string{"%d年%d月%d日", "%d-%d-%d", "%d.%d.%d", "%d/%d/%d", "%4d%2d%2d"} {
		if n, err := fmt.Sscanf(typed, form, &y, &m, &d); err != nil || n != 3 {
			continue
		}
		if day, err := policy.ParseDate(fmt.Sprintf("%04d-%02d-%02d", y, m, d)); err == nil {
			return day, ""
		}
	}
	return 0, fmt.Sprintf("“%s”不是日期，请写成 %s 的样子。", plain(typed), r.On)
}

// jobTitle is how a job is called in chat: 奖补审核（claims）.
func jobTitle(j models.JobInfo) string { return j.Title + bracketed(j.Name) }

// clock is a moment as people say it: 今天 03:00, 3月1日 03:00, 2025年3月1日 03:00.
func (r *Request) clock(at policy.Instant) string {
	hour := at.Time().Format("15:04")
	switch d := at.Date(); {
	case d == r.On:
		return "今天 " + hour
	case d == r.On.AddDays(-1):
		return "昨天 " + hour
	case d == r.On.AddDays(1):
		return "明天 " + hour
	case d.Year() == r.On.Year():
		return at.Time().Format("1月2日 15:04")
	default:
		return d.Text() + " " + hour
	}
}

// runText is how a run ended, or where it is.
func runText(run models.Run) string {
	text := run.StateText()
	switch {
	case run.State == models.RunSkipped:
		text += "，" + plain(run.ReasonText())
	case run.ErrorText != "":
		text += "，" + cut(plain(run.ErrorText), 60)
	case run.State == models.RunRunning && run.TotalItems > 0:
		text += fmt.Sprintf("，%d/%d", run.DoneItems, run.TotalItems)
	}
	return text
}

// cut shortens a text to n characters.
func cut(s string, n int) string {
	if runes := []rune(s); len(runes) > n {
		return string(runes[:n]) + "…"
	}
	return s
}

package bot

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"duixian/models"
)

// starJob is the job behind the rounds of ratings, as the jobs' catalogue has it.
const starJob = "star-rating"

// roundJobs are the jobs that hold each kind of round.
var roundJobs = map[models.RoundKind]string{models.StarRating: starJob, models.Backbone: selectionsJob, models.Integrity: selectionsJob, models.Elite: selectionsJob}

// roundStarters may start, pause and cancel a round.
var roundStarters = []models.Role{models.Clerk, models.Approver}

var roundStart = &Command{
	Name:    "启动",
	Aliases: []string{"开始评星", "发起评选", "启动评选", "发起评定"},
	Params: []Param{
		{Name: "类别", Also: []string{"评定", "评选", "kind"}, Must: true},
		{Name: "年度", Also: []string{"年份", "year"}, Must: true},
		{Name: "截止", Also: []string{"资料截止"}, Named: true},
	},
	Example: "启动 星级评定 2026",
	Summary: "启动一轮评定或评选",
	Roles:   roundStarters,
	Private: true,
	Else:    "轮次",
	Run:     runRoundStart,
}

// runRoundStart asks the job of the kind to open the round of a year. A year off the rhythm, a second round and one that would end after the policy are refused
// there, with what to do.
func runRoundStart(ctx context.Context, r *Request) (Reply, error) {
	kind, ask := roundKind(r.Args["类别"])
	if ask.Text != "" {
		return ask, nil
	}
	year, ask := r.roundYear()
	if ask.Text != "" {
		return ask, nil
	}
	job, ask, err := r.roundJob(kind)
	if err != nil || ask.Text != "" {
		return ask, err
	}
	params := models.Params{"do": "open", "year": year}
	if job == selectionsJob {
		params["kind"] = string(kind)
	}
	if typed := r.Args["截止"]; typed != "" {
		day, problem := r.businessDay(typed)
		if problem != "" {
			return Reply{Text: problem, Outcome: Asked}, nil
		}
		params["data_by"] = day.String()
	}
	return r.askRound(ctx, job, kind, year, params, "已启动")
}

// roundKind is the kind that people call so.
func roundKind(typed string) (models.RoundKind, Reply) {
	key := string(phraseOf(typed).key)
	var names []string
	for _, k := range models.RoundKinds {
		name := string(phraseOf(k.Text()).key)
		if key == name || key == string(k) || len([]rune(key)) >= 2 && strings.Contains(name, key) {
			return k, Reply{}
		}
		names = append(names, k.Text())
	}
	return "", Reply{Text: fmt.Sprintf("没有“%s”这一类，可以启动：%s。", plain(typed), strings.Join(names, "、")), Outcome: Asked, Next: []string{"轮次"}}
}

// roundYear reads 2026, 2026年, 2026年度.
func (r *Request) roundYear() (string, Reply) {
	year := strings.TrimRight(r.Args["年度"], "年度 ")
	if len(year) != 4 || strings.Trim(year, "0123456789") != "" {
		return "", Reply{Text: fmt.Sprintf("“%s”不是年度，请写成 2026 的样子。", plain(r.Args["年度"])), Outcome: Asked}
	}
	return year, Reply{}
}

// roundJob is the job that holds rounds of a kind; a house that has none configured says what to do.
func (r *Request) roundJob(kind models.RoundKind) (string, Reply, error) {
	all, err := r.Bot.Work.List(r.ctx, r.Now)
	if err != nil {
		return "", Reply{}, err
	}
	job := roundJobs[kind]
	if job == "" || !slices.ContainsFunc(all, func(j models.JobInfo) bool { return j.Name == job }) {
		return "", Reply{Text: fmt.Sprintf("本系统还没有启用%s。请运维在配置文件中填写首次评定的年度（star.first_year），重启后再启动。", kind.Text()), Outcome: Refused, Next: []string{"轮次"}}, nil
	}
	return job, Reply{}, nil
}

// askRound has the job do something with a round, and says where the round then is.
func (r *Request) askRound(ctx context.Context, job string, kind models.RoundKind, year string, params models.Params, done string) (Reply, error) {
	id, err := r.Bot.Work.Run(ctx, r.Actor, job, params, 0, r.Now)
	if err != nil {
		return Reply{}, err
	}
	run, err := r.Run(id)
	if err != nil {
		return Reply{}, err
	}
	next := []string{"轮次 " + year, "试算 " + kind.Text() + " 年度=" + year}
	if !run.State.Ended() {
		return Reply{Text: fmt.Sprintf("已受理 #%d：%s年度%s。办完会通知您，届时请看“轮次 %s”。", id, year, kind.Text(), year), Next: next}, nil
	}
	var y int
	fmt.Sscan(year, &y) //nolint:errcheck // four digits
	round, err := r.Round(kind, y)
	if models.CodeOf(err) == models.NotFound { // refused, and the run says why
		return Reply{Text: fmt.Sprintf("#%d %s。", id, runText(run)), Next: []string{"轮次"}}, nil
	}
	if err != nil {
		return Reply{}, err
	}
	w, err := r.RoundWait(round, r.On)
	text := fmt.Sprintf("%s**%s**（#%d）：%s。\n资料截止%s，公示%s起，应于%s前确认。\n%s。", done, round.Name(), id, round.State.Text(), round.DataBy.Text(), round.PublicityFrom.Text(), round.ConfirmBy.Text(), plain(w.Text))
	return Reply{Text: text, Next: next}, err
}

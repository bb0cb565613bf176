package bot

import (
	"context"
	"fmt"
	"strings"

	"duixian/models"
)

var emergency = &Command{
	Name:    "紧急停止",
	Aliases: []string{"急停", "全部暂停", "先别发", "停止一切"},
	Params:  []Param{{Name: "理由", Also: []string{"原因", "reason"}, Must: true, Rest: true}},
	Example: "紧急停止 金额有疑问",
	Summary: "一人即可停下一切任务和通知",
	Roles:   officials,
	Private: true,
	Run:     runEmergency,
}

// runEmergency stops everything at once: no run starts, none goes on, nothing is sent. One official is enough.
func runEmergency(ctx context.Context, r *Request) (Reply, error) {
	stop, err := r.Bot.Work.Stop(ctx, r.Actor, strings.TrimSpace(r.Args["理由"]), r.Now)
	if err != nil {
		return Reply{}, err
	}
	return Reply{Text: fmt.Sprintf("**已全部停止**（#%d，%s）。\n任务不再开始，正在执行的在下一步前停下，通知不再发出；我仍然回答问题。\n恢复须两人：经办发送“恢复运行”，复核同意。", stop.ID, plain(stop.Reason)), Next: []string{"恢复运行", "待办"}}, nil
}

var restart = &Command{
	Name:    "恢复运行",
	Aliases: []string{"解除停止", "取消急停"},
	Summary: "紧急停止后，请第二个人同意恢复",
	Roles:   []models.Role{models.Clerk},
	Private: true,
	Run:     runRestart,
}

// runRestart asks a second person to start everything again.
func runRestart(ctx context.Context, r *Request) (Reply, error) {
	sub, err := r.Bot.Work.Restart(ctx, r.Actor, r.Now)
	if err != nil {
		return Reply{}, err
	}
	return submitted(sub), nil
}

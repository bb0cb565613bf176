package bot

import (
	"context"
	"strings"

	"duixian/models"
	"duixian/notifications"
)

var mute = &Command{
	Name:    "免打扰",
	Aliases: []string{"别发了", "关闭提醒", "不要发了", "退订"},
	Params:  []Param{{Name: "范围", Also: []string{"scope"}}},
	Summary: "少收或不收通知，随时恢复",
	Roles:   everybody,
	Private: true,
	Own:     true,
	Run:     runMute,
}

// runMute sets what a person does not want to hear. Without a word it silences what is only good to know; what concerns
// money and deadlines of duty goes on until they say 全部.
func runMute(_ context.Context, r *Request) (Reply, error) {
	set := func(kinds, text string, next ...string) (Reply, error) {
		err := r.write(func(tx *models.Tx) error { return tx.SetMuted(r.Asker.ID, kinds) })
		return Reply{Text: text, Next: next}, err
	}
	switch r.Args["范围"] {
	case "":
		var kinds []string
		for _, k := range notifications.Kinds() {
			if !k.Must {
				kinds = append(kinds, k.Name)
			}
		}
		return set(strings.Join(kinds, " "), "好的，以后只发与款项、暂缓和需要您办理的事有关的通知。\n全部不收请发送“免打扰 全部”，恢复请发送“免打扰 关闭”。", "免打扰 全部", "免打扰 关闭")
	case "全部", "所有", "都不要":
		return set("all", "好的，以后不再主动给您发通知；您随时可以来问。恢复请发送“免打扰 关闭”。", "免打扰 关闭", "进度")
	case "关闭", "取消", "恢复", "解除":
		return set("", "已恢复，通知照常在工作日 "+r.noticesAt()+" 发给您。", "提醒时间", "免打扰")
	}
	return Reply{Text: "可以写：免打扰（只留要紧的）、免打扰 全部、免打扰 关闭。", Next: []string{"免打扰", "免打扰 全部", "免打扰 关闭"}, Outcome: Asked}, nil
}

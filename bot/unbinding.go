package bot

import (
	"context"

	"duixian/models"
)

var unbindFirm = &Command{
	Name:    "解绑",
	Aliases: []string{"解除绑定", "不再负责"},
	Params:  []Param{{Name: "确认", Named: true}},
	Summary: "不再做这家企业的联系人",
	Roles:   firms,
	Private: true,
	Run:     runUnbind,
}

// runUnbind asks once more, and then takes the contact's role for the firm away. Others of the firm keep theirs.
func runUnbind(_ context.Context, r *Request) (Reply, error) {
	if r.Args["确认"] == "" {
		text := "解绑后，您不再收到**" + plain(r.Org.Name) + "**的通知，也不能查询它的情况。"
		others, err := r.ContactsOf(r.Org.ID)
		if err != nil {
			return Reply{}, err
		}
		if len(others) == 1 {
			text += "您是这家企业唯一的联系人，解绑后它收不到任何通知，请先请经办人邀请接手的人。"
		}
		return Reply{Text: text + "\n确定请发送：解绑 确认=是", Next: []string{"解绑 确认=是"}, Outcome: Asked}, nil
	}
	if r.Args["确认"] != "是" {
		return Reply{Text: "没有解绑。", Next: []string{"进度"}}, nil
	}
	err := r.write(func(tx *models.Tx) error { return tx.Unbind(r.Asker.Member, r.Org, r.Actor, r.Now) })
	if err != nil {
		return Reply{}, err
	}
	return Reply{Text: "已解绑**" + plain(r.Org.Name) + "**。再次登记须有新的邀请码。"}, nil
}

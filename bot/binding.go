package bot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"duixian/models"
	"duixian/secret"
)

var bindFirm = &Command{
	Name:    "绑定",
	Aliases: []string{"绑定企业", "换人"},
	Params:  []Param{{Name: "邀请码", Also: []string{"code"}, Must: true}, {Name: "姓名", Also: []string{"name"}}},
	Example: "绑定 ABCD2345 张三",
	Summary: "用邀请码登记为一家企业的联系人",
	Roles:   everybody,
	Private: true,
	Own:     true,
	Open:    true,
	Run:     runBind,
}

const howToBind = "请把经办人给您的8位邀请码和您的姓名一起发来，例如：绑定 ABCD2345 张三。没有邀请码的，请向市人社局经办人索取。"

// runBind makes whoever writes a contact of the firm that was invited: by the address of the channel, never by a
// nickname. Somebody who is a contact already speaks for both firms afterwards.
func runBind(_ context.Context, r *Request) (Reply, error) {
	b := models.Binding{Channel: r.From.Channel, ChannelID: r.From.Address, MemberID: r.Asker.ID, Name: r.Args["姓名"]}
	if b.ChannelID == "" {
		return Reply{Text: "这里不能识别您的账号，请在与机器人的单聊里绑定。", Outcome: Refused}, nil
	}
	if !r.Asker.known() && b.Name == "" {
		return Reply{Text: howToBind, Outcome: Asked}, nil
	}
	if len([]rune(b.Name)) > 30 {
		return Reply{Text: "姓名太长了，请核对。", Outcome: Asked}, nil
	}
	b.Code = memberCode(b.Channel, b.ChannelID)
	var m models.Member
	var org models.Organisation
	var refused error
	err := r.write(func(tx *models.Tx) (err error) {
		m, org, refused, err = tx.Bind(b, secret.Text(strings.ToUpper(r.Args["邀请码"])), r.Now)
		return err
	})
	if err != nil {
		return Reply{}, err
	}
	if refused != nil {
		return Reply{Text: refused.Error() + "。", Outcome: Refused}, nil
	}
	if r.Asker, err = findPerson(r.Query, m.Code); err != nil { // who speaks for the firm from now on, and is offered what it may ask
		return Reply{}, err
	}
	return Reply{Text: "已绑定**" + plain(org.Name) + "**。以后这家企业的进度、款项和提醒都会告诉您；只在单聊里回答。\n不再负责时请发送“解绑”。", Next: []string{"进度", "到账", "到期", "帮助"}}, nil
}

// memberCode names a member who came by an invitation: always the same for one address.
func memberCode(channel, id string) string {
	sum := sha256.Sum256([]byte(channel + "|" + id))
	return "lx-" + hex.EncodeToString(sum[:6])
}

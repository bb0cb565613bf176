package bot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode"

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
	code := r.Args["邀请码"]
	if words := commaWords(code + " " + b.Name); len(words) > 0 { // ABCD2345，张三
		code, b.Name = words[0], strings.Join(words[1:], " ")
	}
	switch {
	case r.Asker.known() || b.Name != "":
	case looksLikeCode(code):
		return Reply{Text: fmt.Sprintf("请回复您的姓名；也可以连同邀请码一起发来：绑定 %s 张三。", strings.ToUpper(code)), Outcome: Asked}, nil
	default:
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
		m, org, refused, err = tx.Bind(b, secret.Text(strings.ToUpper(code)), r.Now)
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

// looksLikeCode reports whether something has the form of an invitation code; nobody learns here whether it is one.
func looksLikeCode(s string) bool {
	return len(s) == 8 && !strings.ContainsFunc(s, func(r rune) bool { return (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') })
}

// codeBefore is the invitation code in the line before, when somebody whom we do not know wrote nothing but it and now their name: what they
// are asked is kept with what they wrote, for a question that is open belongs to a member. Empty when this line is no name.
func (b *Bot) codeBefore(q models.Query, m Message, name string) (string, error) {
	letter := func(r rune) bool { return unicode.IsLetter(r) || strings.ContainsRune("·• ", r) }
	if c, _ := b.among(name, func(*Command) bool { return true }); m.Address == "" || c != nil || slices.Contains(never, name) || len([]rune(name)) < 2 || strings.TrimFunc(name, letter) != "" {
		return "", nil
	}
	last, err := q.LastInbound(m.Channel, m.Address, namesAhead)
	if err != nil {
		return "", err
	}
	i := slices.IndexFunc(last, func(one models.Inbound) bool { return one.Channel+":"+one.MsgID == m.ID })
	if i < 1 || last[i-1].InGroup || last[i-1].Outcome != string(Asked) || last[i-1].ReceivedAt.Add(patience) < m.At {
		return "", nil
	}
	said, err := q.InboundText(last[i-1])
	if err != nil {
		return "", err
	}
	var before body
	if err := json.Unmarshal([]byte(said.Reveal()), &before); err != nil {
		return "", fmt.Errorf("收件 #%d: %w", last[i-1].ID, err)
	}
	line, _ := fold(before.Text)
	c, code := b.find(person{}, line)
	if code = strings.TrimRight(code, separators); c == nil || c.Name != "绑定" || !looksLikeCode(code) {
		return "", nil
	}
	return code, nil
}

// namesAhead is how many lines somebody may have written before the one in hand is answered.
const namesAhead = 10

// memberCode names a member who came by an invitation: always the same for one address.
func memberCode(channel, id string) string {
	sum := sha256.Sum256([]byte(channel + "|" + id))
	return "lx-" + hex.EncodeToString(sum[:6])
}

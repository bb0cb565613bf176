package bot

import (
	"context"
	"crypto/rand"
	"fmt"
	"math/big"
	"strings"

	"duixian/models"
	"duixian/secret"
)

var invite = &Command{
	Name:    "邀请",
	Aliases: []string{"邀请码", "邀请企业"},
	Params:  []Param{{Name: "名称或代码", Also: []string{"名称", "代码", "企业"}, Must: true}},
	Example: "邀请 人力资源 或 邀请 18位信用代码",
	Summary: "给一家企业发一次性邀请码",
	Roles:   []models.Role{models.Clerk},
	Private: true,
	Run:     runInvite,
}

// runInvite makes an invitation. The code is shown once, to the official, who passes it on to the firm; the database
// keeps only its hash.
func runInvite(_ context.Context, r *Request) (Reply, error) {
	ask, err := r.findFirm(r.Args["名称或代码"])
	if err != nil || ask.Text != "" {
		return ask, err
	}
	code := r.Bot.Codes()
	var made models.Invitation
	err = r.write(func(tx *models.Tx) (err error) {
		made, err = tx.Invite(r.Actor, r.Org, code, r.Now)
		return err
	})
	if err != nil {
		return Reply{}, err
	}
	return Reply{Text: strings.Join([]string{
		"**" + plain(r.Org.Name) + "**的邀请码：" + code.Reveal(),
		fmt.Sprintf("%s前有效，只能用一次。请转告企业联系人，在单聊里发送：绑定 %s 姓名", made.ExpiresAt.Text(), code.Reveal()),
		"请核实对方身份后再转告；每次邀请和绑定都有记录。",
	}, "\n"), Next: []string{"企业 " + r.Org.Code}}, nil
}

// letters of an invitation code: none that is taken for another.
const letters = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"

// newInvitationCode makes eight letters, forty bits: five tries a day will not find one.
func newInvitationCode() secret.Text {
	code := make([]byte, 8)
	for i := range code {
		n, err := rand.Int(rand.Reader, big.NewInt(int64(len(letters))))
		if err != nil {
			panic(err) // crypto/rand does not fail on supported systems
		}
		code[i] = letters[n.Int64()]
	}
	return secret.Text(code)
}

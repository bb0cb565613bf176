package bot

import (
	"context"
	"fmt"
	"strings"

	"duixian/models"
	"duixian/notifications"
	"duixian/secret"
)

var human = &Command{
	Name:    "人工",
	Aliases: []string{"人工服务", "转人工", "找人", "联系人工", "电话"},
	Params:  []Param{{Name: "问题", Rest: true}},
	Summary: "找经办人，问题会转给他们",
	Roles:   firms,
	Private: true,
	Run:     runHuman,
}

// lastLines is how many of a person's messages go along to whoever answers.
const lastLines = 10

// runHuman says whom to call, and puts the question with what was said before onto the officials' desk.
func runHuman(_ context.Context, r *Request) (Reply, error) {
	words, err := r.lately(r.Args["问题"])
	if err != nil {
		return Reply{}, err
	}
	req := models.DeskRequest{Kind: models.DeskHuman, Request: r.requestID(), MemberID: r.Asker.ID, OrgID: r.Org.ID, MadeAt: r.Now}
	if err := r.askDesk(&req, words); err != nil {
		return Reply{}, err
	}
	lines := []string{fmt.Sprintf("已转给经办人（编号 %d），工作时间内答复您。", req.ID)}
	if who := r.Bot.Desk.text(); who != "" {
		lines = append(lines, "也可以直接联系："+who)
	}
	return Reply{Text: strings.Join(lines, "\n"), Next: []string{"进度", "帮助"}}, nil
}

// text is whom to call: 某科室 0579-…（工作日9:00-17:00）.
func (d Desk) text() string {
	text := strings.TrimSpace(d.Name + " " + d.Phone)
	if text != "" && d.Hours != "" {
		text += bracketed(d.Hours)
	}
	return text
}

// requestID names the message, so that a copy of it asks for nothing new.
func (r *Request) requestID() string { return r.From.Channel + "|" + r.From.Address + "|" + r.From.ID }

// lately is what the person wrote last, as far as the inbox has it, ending with the words of now.
func (r *Request) lately(now string) (secret.Text, error) {
	var lines []string
	if r.From.Address != "" {
		rows, err := r.LastInbound(r.From.Channel, r.From.Address, lastLines)
		if err != nil {
			return "", err
		}
		for _, m := range rows {
			text, err := r.InboundText(m)
			if err != nil {
				return "", err
			}
			lines = append(lines, m.ReceivedAt.Text()+" "+cut(strings.Join(strings.Fields(text.Reveal()), " "), 100))
		}
	}
	if now != "" {
		lines = append(lines, "问题："+now)
	}
	return secret.Text(strings.Join(lines, "\n")), nil
}

// askDesk files a request and tells the clerks, once for each message.
func (r *Request) askDesk(req *models.DeskRequest, words secret.Text) error {
	return r.write(func(tx *models.Tx) error {
		if err := tx.AskDesk(req, words, r.Actor); err != nil {
			return err
		}
		m := notifications.DeskAsked{Request: req.ID, What: req.Kind.Text(), Org: r.Org.Name, On: req.MadeAt.Date()}
		return r.Bot.outbox().Tell(tx, r.Now, 0, m, notifications.Role(models.Clerk))
	})
}

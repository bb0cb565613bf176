package bot

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"duixian/models"
	"duixian/notifications"
)

var desk = &Command{
	Name:    "咨询",
	Aliases: []string{"看咨询", "看申诉"},
	Params:  []Param{{Name: "编号", Must: true}, {Name: "答复", Also: []string{"回复", "reply"}, Rest: true}},
	Example: "咨询 3 或 咨询 3 已收到材料，本周内复核",
	Summary: "看一件咨询或申诉，答复并办结",
	Roles:   []models.Role{models.Clerk, models.Approver},
	Private: true,
	Run:     runDesk,
}

// runDesk shows what a firm's person wrote, or answers it: the answer goes to that person, and the request is done.
func runDesk(_ context.Context, r *Request) (Reply, error) {
	id, err := strconv.ParseInt(strings.TrimPrefix(r.Args["编号"], "#"), 10, 64)
	if err != nil {
		return Reply{Text: "编号是数字，在“待办”里可以看到。", Next: []string{"待办"}, Outcome: Asked}, nil
	}
	d, err := r.DeskRequest(id)
	if models.CodeOf(err) == models.NotFound {
		return Reply{Text: fmt.Sprintf("没有编号 %d 的咨询或申诉。", id), Next: []string{"待办"}, Outcome: Asked}, nil
	}
	if err != nil {
		return Reply{}, err
	}
	org, err := r.Organisation(d.OrgID)
	if err != nil {
		return Reply{}, err
	}
	from, err := r.Member(d.MemberID)
	if err != nil {
		return Reply{}, err
	}
	if answer := maskNumbers(strings.TrimSpace(r.Args["答复"])); answer != "" {
		return r.answerDesk(d, org, answer)
	}
	words, err := r.DeskWords(d)
	if err != nil {
		return Reply{}, err
	}
	lines := []string{fmt.Sprintf("**%s #%d**　%s　%s，%s", d.Kind.Text(), d.ID, plain(org.Name), plain(from.Name), r.clock(d.MadeAt))}
	if d.ClaimID != 0 {
		c, err := r.Claim(d.ClaimID)
		if err != nil {
			return Reply{}, err
		}
		item, err := r.Bot.Book.Item(c.Item)
		if err != nil {
			return Reply{}, err
		}
		lines = append(lines, "事项："+item.Short+bracketed(plain(c.FactKey)))
	}
	for line := range strings.SplitSeq(words.Reveal(), "\n") {
		lines = append(lines, "> "+plain(maskNumbers(line)))
	}
	next := []string{"企业 " + org.Code, "待办"}
	if d.Kind == models.DeskRerating && r.Asker.may(ratingChange) {
		next = append(next, "调星 "+org.Code+" ")
	}
	if d.State == models.DeskDone {
		lines = append(lines, fmt.Sprintf("已于%s答复：%s", d.DoneAt.Text(), plain(d.Note)))
	} else {
		lines = append(lines, fmt.Sprintf("答复并办结请发送：咨询 %d 答复内容", d.ID))
	}
	return Reply{Text: strings.Join(lines, "\n"), Next: next}, nil
}

func (r *Request) answerDesk(d models.DeskRequest, org models.Organisation, answer string) (Reply, error) {
	done := false
	err := r.write(func(tx *models.Tx) (err error) {
		if done, err = tx.CloseDesk(d, r.Actor, answer, r.Now); err != nil || !done {
			return err
		}
		return r.Bot.outbox().Tell(tx, r.Now, 0, notifications.DeskAnswered{Request: d.ID, What: d.Kind.Text(), Answer: answer, On: r.On}, notifications.ContactOf(d.OrgID, d.MemberID))
	})
	if err != nil {
		return Reply{}, err
	}
	if !done {
		return Reply{Text: fmt.Sprintf("%s #%d 已由别人办结。", d.Kind.Text(), d.ID), Next: []string{fmt.Sprintf("咨询 %d", d.ID)}}, nil
	}
	return Reply{Text: fmt.Sprintf("已答复**%s**并办结 #%d，答复会发给提问的联系人。", plain(org.Name), d.ID), Next: []string{"待办"}}, nil
}

// outbox is where the chat puts what people are to hear.
func (b *Bot) outbox() notifications.Outbox { return notifications.Outbox{Hours: b.Hours} }

package bot

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"duixian/models"
	"duixian/notifications"
)

var notices = &Command{
	Name:    "通知",
	Aliases: []string{"我的通知", "消息", "提醒"},
	Summary: "还没看过的通知，全文",
	Roles:   everybody,
	Private: true,
	Own:     true,
	Run:     runNotices,
}

// noticesShown is how many notices one answer holds: with all of them in full a phone shows no more.
const noticesShown = 5

// runNotices shows the person's unread notices in full, the newest first, also those that wait for the next month's allowance, and takes
// them for read.
func runNotices(_ context.Context, r *Request) (Reply, error) {
	to := models.Recipient{Member: r.Asker.Member, Roles: r.Asker.roles}
	rows, err := r.UnreadNotices(r.Asker.ID, noticesShown)
	if err != nil {
		return Reply{}, err
	}
	var shown []notifications.Shown
	ids := make([]int64, len(rows))
	for i, n := range rows {
		ids[i] = n.ID // what is not theirs any more is done with as well
		s, ok, err := notifications.ForReader(r.Query, to, r.On, n)
		if err != nil {
			return Reply{}, err
		}
		if ok {
			shown = append(shown, s)
		}
	}
	if err := r.write(func(tx *models.Tx) error { _, err := tx.NoticesSeen(r.Asker.ID, ids, r.Now); return err }); err != nil {
		return Reply{}, err
	}
	left, err := r.UnreadCount(r.Asker.ID)
	if err != nil {
		return Reply{}, err
	}
	if len(shown) == 0 && left == 0 {
		return Reply{Text: "没有未读的通知。有新的会在工作日发给您。", Next: []string{"帮助"}}, nil
	}
	return r.noticesReply(shown, left)
}

func (r *Request) noticesReply(shown []notifications.Shown, left int64) (Reply, error) {
	var ids []int64
	for _, s := range shown {
		ids = append(ids, s.OrgID)
	}
	orgs, err := r.Organisations(ids...)
	if err != nil {
		return Reply{}, err
	}
	out := []string{fmt.Sprintf("未读通知%d条，已记为看过。", len(shown))}
	var reply Reply
	for i, s := range shown {
		head := fmt.Sprintf("**%d. %s**（%s）", i+1, s.Title, s.CreatedAt.Date().Text())
		if s.OrgID != 0 {
			head += "　" + plain(orgs[s.OrgID].Name)
		}
		text := strings.TrimSpace(head + "\n" + s.Body)
		if s.Note != "" {
			text += "\n（此后：" + plain(s.Note) + "）"
		}
		out = append(out, text)
		for _, b := range s.Next {
			if !slices.Contains(reply.Next, b.Line) {
				reply.Next = append(reply.Next, b.Line)
			}
		}
	}
	if left > 0 {
		out = append(out, fmt.Sprintf("还有%d条未读，再发送“通知”查看。", left))
		reply.Next = append([]string{"通知"}, reply.Next...)
	}
	reply.Next = reply.Next[:min(len(reply.Next), maxButtons)]
	reply.Text = strings.Join(out, "\n\n")
	return reply, nil
}

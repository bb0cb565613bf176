package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"duixian/models"
	"duixian/notifications"
	"duixian/policy"
	"duixian/secret"
)

// Inbox answers what lies in the inbox. Several may run on one database: each message is taken by one of them, its
// command runs, its answer is stored, and only then sent. Whoever dies in between is followed by another: a command whose
// answer is stored is not run again, an answer that was not sent is sent. Only an answer whose sending was in doubt can
// come twice, and that is recorded.
type Inbox struct {
	Bot   *Bot
	Owner string // unique for each start of each program
	Now   func() policy.Instant
	// Send hands an answer over; it returns a *notifications.SendError when it could not.
	Send func(ctx context.Context, m models.Inbound, session secret.Text, r Reply) error
	// Fetch reads a file that was sent; nil = files are refused.
	Fetch func(ctx context.Context, code string) ([]byte, error)
	Woken chan<- struct{} // gets a value when a message has come; may be nil

	Lease time.Duration // 0 = a minute
	Hands int           // people answered at the same time; 0 = 8
}

const (
	inboxLease = time.Minute
	inboxTries = 8 // then the message is dead
	inboxPage  = 200
	outOfTurn  = 200 * time.Millisecond
)

func (d *Inbox) wake() {
	if d.Woken != nil {
		select {
		case d.Woken <- struct{}{}:
		default:
		}
	}
}

// Work answers everything that waits at now, one person's messages in their order, several people at the same time.
func (d *Inbox) Work(ctx context.Context, now policy.Instant) error {
	for {
		rows, err := d.Bot.Store.Read(ctx).OpenInbound(now, inboxPage)
		if err != nil || len(rows) == 0 {
			return err
		}
		var order []string
		bySender := map[string][]models.Inbound{}
		for _, m := range rows {
			key := m.Channel + "|" + m.Sender + "|" + m.Conversation
			if bySender[key] == nil {
				order = append(order, key)
			}
			bySender[key] = append(bySender[key], m)
		}
		var group sync.WaitGroup
		errs := make([]error, len(order))
		hands := make(chan struct{}, max(1, d.hands()))
		for i, key := range order {
			hands <- struct{}{}
			group.Go(func() {
				defer func() { <-hands }()
				for _, m := range bySender[key] {
					if errs[i] = d.one(ctx, m); errs[i] != nil {
						return // what comes after it waits, so that nothing is answered out of turn
					}
				}
			})
		}
		group.Wait()
		if err := errors.Join(errs...); err != nil || ctx.Err() != nil {
			return errors.Join(err, ctx.Err())
		}
		if len(rows) < inboxPage {
			return nil
		}
	}
}

func (d *Inbox) hands() int {
	if d.Hands == 0 {
		return 8
	}
	return d.Hands
}

// NextWake is when Work has something to do; 0 = nothing waits.
func (d *Inbox) NextWake(ctx context.Context) (policy.Instant, error) {
	return d.Bot.Store.Read(ctx).InboundWake()
}

// one takes a message, answers it and sends the answer.
func (d *Inbox) one(ctx context.Context, m models.Inbound) error {
	lease := d.Lease
	if lease == 0 {
		lease = inboxLease
	}
	mine := false
	err := d.Bot.Store.InTx(ctx, func(tx *models.Tx) (err error) {
		behind, err := tx.Behind(m)
		if err != nil {
			return err
		}
		if behind { // another replica has the one before
			return tx.DeferInbound(m, d.Now().Add(outOfTurn))
		}
		var taken models.Inbound
		if taken, mine, err = tx.TakeInbound(m, d.Owner, d.Now(), lease); err == nil && mine {
			m = taken
		}
		return err
	})
	if err != nil || !mine {
		return err
	}
	if m.Tries > inboxTries {
		return d.end(ctx, m, "试了多次仍未能答复")
	}
	var reply Reply
	if m.State == models.InboundReplied {
		reply, err = d.stored(ctx, m)
	} else {
		reply, err = d.answer(ctx, m)
	}
	if err != nil || reply.Outcome == "" {
		return err
	}
	return d.send(ctx, m, reply)
}

// answer runs the command and stores its answer. A reply without an outcome: somebody else has the message by now.
func (d *Inbox) answer(ctx context.Context, m models.Inbound) (Reply, error) {
	q := d.Bot.Store.Read(ctx)
	text, err := q.InboundText(m)
	if err != nil {
		return Reply{}, err
	}
	var b body
	if err := json.Unmarshal([]byte(text.Reveal()), &b); err != nil {
		return Reply{}, fmt.Errorf("收件 #%d: %w", m.ID, err)
	}
	who, err := q.MemberByAddress(m.Sender)
	if err != nil && models.CodeOf(err) != models.NotFound {
		return Reply{}, err
	}
	msg := Message{
		ID: m.Channel + ":" + m.MsgID, MemberCode: who.Code, Channel: m.Channel, Address: m.Sender, Group: m.InGroup, Text: b.Text, At: max(d.Now(), m.ReceivedAt),
	}
	reply := d.reply(ctx, m, msg, b)
	stored, err := json.Marshal(storedReply{reply.Text, reply.Next})
	if err != nil {
		return Reply{}, err
	}
	mine := false
	err = d.Bot.Store.InTx(ctx, func(tx *models.Tx) (err error) {
		mine, err = tx.StoreReply(m, who.ID, string(reply.Outcome), secret.Text(stored))
		return err
	})
	if err != nil || !mine {
		return Reply{}, err
	}
	return reply, nil
}

// storedReply is an answer in the database, encrypted.
type storedReply struct {
	Text string   `json:"text"`
	Next []string `json:"next,omitempty"`
}

// reply is the answer itself: what is no text, too old, or cannot be read, gets one polite line.
func (d *Inbox) reply(ctx context.Context, m models.Inbound, msg Message, b body) Reply {
	switch {
	case b.Note == QuotaGone:
		return Reply{Text: quotaGoneText, Outcome: Unknown}
	case b.Note == NotText:
		return Reply{Text: notTextText, Next: []string{"帮助"}, Outcome: Unknown}
	case time.Duration(d.Now()-m.ReceivedAt)*time.Millisecond > staleAfter:
		return Reply{Text: fmt.Sprintf("您%s发来的“%s”，系统当时中断，没有处理。还需要的话，请再发一次。", m.ReceivedAt.Text(), plain(cut(maskNumbers(b.Text), 30))), Outcome: Unknown}
	case b.File != nil && d.Fetch == nil:
		return Reply{Text: notTextText, Outcome: Unknown}
	case b.File != nil:
		content, err := d.Fetch(ctx, b.File.Code)
		if err != nil {
			d.Bot.Log.WarnContext(ctx, "file could not be fetched", "message", m.ID, "err", err)
			return Reply{Text: "文件“" + plain(b.File.Name) + "”没有取到，请重新发送；不超过20兆。", Outcome: Unknown}
		}
		msg.File = &Upload{Name: b.File.Name, Body: content}
	}
	return d.Bot.Handle(ctx, msg)
}

const (
	quotaGoneText = "本月机器人接收消息的额度已用完，钉钉没有把您的内容传给我。请改用电话或到窗口办理，下月恢复。"
	notTextText   = "我能看懂文字和语音，表格文件请工作人员发送。发送“帮助”看能问什么。"
)

func (d *Inbox) stored(ctx context.Context, m models.Inbound) (Reply, error) {
	text, err := d.Bot.Store.Read(ctx).InboundReply(m)
	if err != nil {
		return Reply{}, err
	}
	var s storedReply
	err = json.Unmarshal([]byte(text.Reveal()), &s)
	return Reply{Text: s.Text, Next: s.Next, Outcome: Outcome(m.Outcome)}, err
}

// send hands the answer over and records what became of it.
func (d *Inbox) send(ctx context.Context, m models.Inbound, r Reply) error {
	session, err := d.Bot.Store.Read(ctx).InboundSession(m)
	if err != nil {
		return err
	}
	sent := d.Send(ctx, m, session, r)
	ctx = context.WithoutCancel(ctx) // what was sent is recorded, also while shutting down
	if sent == nil {
		return d.Bot.Store.InTx(ctx, func(tx *models.Tx) error { _, err := tx.DoneInbound(m, d.Now()); return err })
	}
	d.Bot.Log.WarnContext(ctx, "answer could not be sent", "message", m.ID, "try", m.Tries, "err", sent)
	failed, ok := errors.AsType[*notifications.SendError](sent)
	if !ok {
		failed = &notifications.SendError{Unknown: true, Hint: "结果不明"}
	}
	if failed.Permanent || m.Tries >= inboxTries {
		return d.end(ctx, m, failed.Hint)
	}
	wait := failed.RetryAfter
	if wait == 0 {
		wait = min(time.Minute, time.Second<<m.Tries)
	}
	return d.Bot.Store.InTx(ctx, func(tx *models.Tx) error {
		_, err := tx.PostponeInbound(m, failed.Hint, failed.Unknown, d.Now().Add(wait))
		return err
	})
}

func (d *Inbox) end(ctx context.Context, m models.Inbound, why string) error {
	slog.WarnContext(ctx, "message is given up", "message", m.ID, "why", why)
	return d.Bot.Store.InTx(ctx, func(tx *models.Tx) error { _, err := tx.KillInbound(m, cut(why, 60), d.Now()); return err })
}

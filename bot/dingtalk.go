package bot

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"duixian/dingtalk"
	"duixian/models"
	"duixian/notifications"
	"duixian/policy"
	"duixian/secret"
)

// DingTalkChannel is the name under which DingTalk's messages lie in the inbox.
const DingTalkChannel = "dingtalk"

// FromDingTalk makes an incoming message of an event; false for events that are none. Who belongs to another organisation
// has no address here: an outsider, whatever the nickname says.
func FromDingTalk(e dingtalk.Event, now policy.Instant) (Incoming, bool) {
	m := e.Message
	if e.Type != dingtalk.RobotMessage || m == nil {
		return Incoming{}, false
	}
	in := Incoming{
		Channel: DingTalkChannel, ID: e.ID, At: now, Corp: m.SenderCorp, Conversation: m.Conversation, Group: m.Group, Text: m.Text,
		Session: m.Session.URL, SessionUntil: policy.InstantOf(m.Session.Expires),
	}
	if !m.Outsider() {
		in.Sender = m.StaffID
	}
	switch {
	case m.QuotaGone:
		in.Note = QuotaGone
	case m.Form == dingtalk.FormFile && len(m.Files) > 0:
		in.File = &FileRef{Name: m.Files[0].Name, Code: m.Files[0].Code}
	case strings.TrimSpace(m.Text) == "" && !m.Group:
		in.Note = NotText
	}
	return in, true
}

// DingTalk answers through DingTalk: by session webhook while it lives, by push afterwards.
type DingTalk struct {
	Client *dingtalk.Client
	Now    func() time.Time // the real clock, also where the business clock is a played one
}

// maxButtons of an answer: more than a phone shows at once helps nobody.
const maxButtons = dingtalk.MaxCardButtons

// Send hands an answer over.
func (d *DingTalk) Send(ctx context.Context, m models.Inbound, session secret.Text, r Reply) error {
	for i, part := range messages(r) {
		if err := d.part(ctx, m, session, part); err != nil {
			failed := notifications.DingTalkFailure(err, d.Now())
			if f, ok := errors.AsType[*notifications.SendError](failed); ok && i > 0 && !f.Permanent {
				f.Unknown = true // its beginning was read already
			}
			return failed
		}
	}
	return nil
}

func (d *DingTalk) part(ctx context.Context, m models.Inbound, session secret.Text, part dingtalk.Message) error {
	s := dingtalk.Session{URL: session, Expires: m.SessionUntil.Time()}
	if s.Alive(d.Now()) {
		err := d.Client.Reply(ctx, s, part, dingtalk.At{})
		if !dingtalk.AboutSession.Is(err) {
			return err
		}
	}
	if m.InGroup {
		_, err := d.Client.SendToGroup(ctx, m.Conversation, part)
		return err
	}
	if m.Sender == "" {
		return &notifications.SendError{Permanent: true, Code: "stranger", Hint: "对方不是本组织成员，会话已过期，无法答复"}
	}
	sent, err := d.Client.SendToPeople(ctx, []string{m.Sender}, part)
	if err != nil {
		return err
	}
	return sent.Outcome(m.Sender)
}

// Fetch reads a file that somebody sent, at most dingtalk.MaxUploadFile bytes.
func (d *DingTalk) Fetch(ctx context.Context, code string) ([]byte, error) {
	var b strings.Builder
	if _, err := d.Client.Download(ctx, code, &b, dingtalk.MaxUploadFile); err != nil {
		return nil, err
	}
	return []byte(b.String()), nil
}

// messages are what DingTalk shows of an answer: markdown, cut where it is too long for one, with the likely next
// commands as buttons below the last part.
func messages(r Reply) []dingtalk.Message {
	title := titleOf(r.Text)
	parts := dingtalk.Parts(title, dingtalk.Phone(r.Text), dingtalk.MaxReadable)
	all := make([]dingtalk.Message, len(parts))
	for i, p := range parts {
		all[i] = p
	}
	if n := min(len(r.Next), maxButtons); n > 0 {
		last := parts[len(parts)-1]
		card := dingtalk.Card{Title: last.Title, Text: last.Text}
		for _, line := range r.Next[:n] {
			card.Buttons = append(card.Buttons, dingtalk.Say(buttonTitle(line), line))
		}
		all[len(all)-1] = card
	}
	return all
}

// titleOf is what a locked screen shows: the first words, without amounts, which are nobody's business there.
func titleOf(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	line = strings.NewReplacer("*", "", "#", "", ">", "").Replace(line)
	if strings.Contains(line, " 元") || utf8.RuneCountInString(line) > 20 {
		return "政策兑现助手"
	}
	return strings.TrimSpace(line)
}

// buttonTitle is a line short enough for a button: without the number and hash of what it is about.
func buttonTitle(line string) string {
	if word, _, ok := strings.Cut(line, " #"); ok {
		return word
	}
	if word, _, ok := strings.Cut(line, " 确认="); ok {
		return "确认" + word
	}
	if word, _, ok := strings.Cut(line, " 放弃="); ok {
		return "放弃" + word
	}
	if _, kind, ok := strings.Cut(line, " 类型="); ok {
		return kind
	}
	return cut(strings.TrimSpace(line), 18)
}

package sim

import (
	"fmt"
	"strings"
)

// webhookLimit is the size of a body to sendBySession and robot/send, in bytes (seen in the field with errcode 460101).
const webhookLimit = 20000

// webhookBody is what sendBySession, robot/send and the answer of an HTTP push take.
type webhookBody struct {
	MsgType  string `json:"msgtype"`
	MsgUUID  string `json:"msgUuid"`
	Text     struct{ Content string }
	Markdown struct{ Title, Text string }
	Link     struct {
		Title, Text, MessageURL string
		PicURL                  string
	}
	ActionCard struct {
		Title, Text, SingleTitle, SingleURL, BtnOrientation string
		Btns                                                []struct{ Title, ActionURL string }
	}
	FeedCard struct {
		Links []struct{ Title, MessageURL, PicURL string }
	}
	At struct {
		AtMobiles []string
		AtUserIDs []string `json:"atUserIds"`
		IsAtAll   bool
	}
}

// message checks the body and makes a message of it. code 0 is good. conv says who can be mentioned.
func (in *webhookBody) message(s *Sim, conv *conversation) (m Message, code int, why string) {
	missing := func(what string) (Message, int, string) { return m, 40035, "缺少参数 " + what }
	switch in.MsgType {
	case "":
		return missing("msgtype")
	case "text":
		if in.Text.Content == "" {
			return missing("text.content")
		}
		m.Content = Content{Kind: "text", Text: in.Text.Content}
	case "markdown":
		if in.Markdown.Title == "" || in.Markdown.Text == "" {
			return missing("markdown.title 或 markdown.text")
		}
		m.Content = Content{Kind: "markdown", Title: in.Markdown.Title, Text: in.Markdown.Text}
	case "link":
		l := in.Link
		if l.Title == "" || l.Text == "" || l.MessageURL == "" {
			return missing("link.title、link.text 或 link.messageUrl")
		}
		m.Content = Content{Kind: "link", Title: l.Title, Links: []Link{{l.Title, l.Text, l.MessageURL, l.PicURL}}}
	case "feedCard":
		m.Content = Content{Kind: "feedCard"}
		for _, l := range in.FeedCard.Links {
			if l.Title == "" || l.MessageURL == "" {
				return missing("feedCard.links 的 title 或 messageURL")
			}
			m.Links = append(m.Links, Link{Title: l.Title, URL: l.MessageURL, Picture: l.PicURL})
		}
		if len(m.Links) == 0 {
			return missing("feedCard.links")
		}
		m.Title = m.Links[0].Title
	case "actionCard":
		c := in.ActionCard
		m.Content = Content{Kind: "actionCard", Title: c.Title, Text: c.Text, Sideways: c.BtnOrientation == "1"}
		switch {
		case c.Title == "" || c.Text == "":
			return missing("actionCard.title 或 actionCard.text")
		case c.SingleTitle != "" && c.SingleURL != "": // these disable btns
			m.Buttons = []Button{{c.SingleTitle, c.SingleURL}}
		case len(c.Btns) == 0:
			return missing("actionCard.singleTitle 和 singleURL，或 actionCard.btns")
		default:
			for _, b := range c.Btns {
				if b.Title == "" || b.ActionURL == "" {
					return missing("actionCard.btns 的 title 或 actionURL")
				}
				m.Buttons = append(m.Buttons, Button{b.Title, b.ActionURL})
			}
		}
	default:
		return m, 400105, "不支持的消息类型 " + in.MsgType
	}
	s.mention(&m, in, conv)
	return m, 0, ""
}

// mention notes who is mentioned: only members, only those whose id or mobile also stands behind an @ in the text, and not in links.
func (s *Sim) mention(m *Message, in *webhookBody, conv *conversation) {
	if conv == nil || !conv.isGroup() || m.Kind == "link" || m.Kind == "feedCard" {
		return
	}
	m.AtAll = in.At.IsAtAll
	m.Mentions = map[string]string{}
	for _, member := range conv.Members {
		p := s.people[member]
		for _, id := range in.At.AtUserIDs {
			if id == p.StaffID && !p.Outsider && strings.Contains(m.Text, "@"+id) {
				m.Mentions["@"+id] = p.Name
			}
		}
		for _, mobile := range in.At.AtMobiles {
			if mobile == p.Mobile && strings.Contains(m.Text, "@"+mobile) {
				m.Mentions["@"+mobile] = p.Name
			}
		}
	}
}

// read decodes and checks a webhook call.
func (in *webhookBody) read(c *call) *answer {
	var a answer
	switch {
	case !strings.Contains(c.request.Header.Get("Content-Type"), "json"):
		a = oldError(43004, "无效的HTTP HEADER Content-Type")
	case len(c.body) > webhookLimit:
		a = oldError(460101, fmt.Sprintf("message too long, exceed %d bytes", webhookLimit))
	case c.decode(in) != nil:
		a = oldError(40035, "不合法的参数：请求体不是合法的 JSON")
	default:
		return nil
	}
	return &a
}

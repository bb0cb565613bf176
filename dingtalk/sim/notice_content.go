package sim

import (
	"encoding/json"
	"strconv"
)

// noticeContent reads msg: text, image, voice, file, link, oa, markdown, action_card.
func (s *Sim) noticeContent(msg []byte) (c Content, why string) {
	var in struct {
		MsgType  string `json:"msgtype"`
		Text     struct{ Content string }
		Markdown struct{ Title, Text string }
		Link     struct{ Title, Text, MessageURL, PicURL string }
		Image    struct {
			MediaID string `json:"media_id"`
		}
		Voice struct {
			MediaID  string `json:"media_id"`
			Duration string
		}
		File struct {
			MediaID string `json:"media_id"`
		}
		ActionCard struct {
			Title, Markdown string
			SingleTitle     string `json:"single_title"`
			SingleURL       string `json:"single_url"`
			Orientation     string `json:"btn_orientation"`
			Buttons         []struct {
				Title string
				URL   string `json:"action_url"`
			} `json:"btn_json_list"`
		} `json:"action_card"`
		OA struct {
			MessageURL string `json:"message_url"`
			Head       struct{ Text string }
			Body       struct {
				Title, Content, Author string
				Form                   []Field
			}
			StatusBar struct {
				Value string `json:"status_value"`
			} `json:"status_bar"`
		}
	}
	if err := json.Unmarshal(msg, &in); err != nil {
		return c, err.Error()
	}
	attached := func(kind, id string) (Content, string) {
		f := s.shown(id, "")
		if f == nil {
			return c, "media_id 不存在"
		}
		return Content{Kind: kind, File: f}, ""
	}
	switch in.MsgType {
	case "text":
		if in.Text.Content == "" {
			return c, "缺少 text.content"
		}
		return Content{Kind: "text", Text: in.Text.Content}, ""
	case "markdown":
		if in.Markdown.Title == "" || in.Markdown.Text == "" {
			return c, "缺少 markdown.title 或 text"
		}
		return Content{Kind: "markdown", Title: in.Markdown.Title, Text: in.Markdown.Text}, ""
	case "link":
		l := in.Link
		if l.Title == "" || l.Text == "" || l.MessageURL == "" {
			return c, "缺少 link.title、text 或 messageUrl"
		}
		return Content{Kind: "link", Title: l.Title, Links: []Link{{l.Title, l.Text, l.MessageURL, l.PicURL}}}, ""
	case "image":
		return attached("image", in.Image.MediaID)
	case "voice":
		return attached("audio", in.Voice.MediaID)
	case "file":
		return attached("file", in.File.MediaID)
	case "action_card":
		a := in.ActionCard
		c = Content{Kind: "actionCard", Title: a.Title, Text: a.Markdown, Sideways: a.Orientation == "1"}
		if a.SingleTitle != "" && a.SingleURL != "" {
			c.Buttons = []Button{{a.SingleTitle, a.SingleURL}}
		} else {
			for _, b := range a.Buttons {
				c.Buttons = append(c.Buttons, Button{b.Title, b.URL})
			}
		}
		if a.Title == "" || a.Markdown == "" || len(c.Buttons) == 0 {
			return c, "action_card 要有 title、markdown 和按钮"
		}
		return c, ""
	case "oa":
		if in.OA.MessageURL == "" {
			return c, "缺少 oa.message_url"
		}
		c = Content{Kind: "oa", Title: orElse(in.OA.Body.Title, in.OA.Head.Text), Text: in.OA.Body.Content, Fields: in.OA.Body.Form, URL: in.OA.MessageURL}
		if in.OA.StatusBar.Value != "" {
			c.Fields = append(c.Fields, Field{"状态", in.OA.StatusBar.Value})
		}
		return c, ""
	}
	return c, "不支持的 msgtype " + strconv.Quote(in.MsgType)
}

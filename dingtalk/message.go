package dingtalk

import (
	"cmp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Message is something to send. Which route carries which message: robot-message-type, message-types-and-data-format.
//
//	          push 1:1 and group   webhook (session, custom robot)   work notice
//	Text            yes                      yes                        yes
//	Markdown        yes                      yes                        yes
//	Card            yes, 1–5 buttons         yes                        yes
//	Image           yes                      –                          yes
//	File            yes                      –                          yes
type Message interface {
	push() (key string, param map[string]string, why string)
	webhook() (kind string, body map[string]any, why string)
	work() (kind string, body map[string]any, why string)
}

// Text is plain text. Links in it can be tapped.
type Text struct{ Content string }

// Markdown is text in the subset of Phone. Title is what the chat list and the notification on a locked screen show:
// nothing confidential belongs into it. Empty = the first line of Text.
type Markdown struct{ Title, Text string }

// Card is markdown with buttons below. Side puts two buttons side by side.
type Card struct {
	Title, Text string
	Buttons     []Button
	Side        bool
}

// Button opens a link; see Say for one that speaks.
type Button struct{ Title, URL string }

// Image shows a picture by media id, or by https address in a push.
type Image struct{ Media string }

// File hands over an uploaded file. A push takes xlsx, pdf, zip, rar, doc and docx only.
type File struct{ Media, Name string }

func (t Text) push() (string, map[string]string, string) {
	return "sampleText", map[string]string{"content": t.Content}, t.lacks()
}

func (t Text) webhook() (string, map[string]any, string) {
	return "text", map[string]any{"content": t.Content}, t.lacks()
}

func (t Text) work() (string, map[string]any, string) { return t.webhook() }

func (t Text) lacks() string {
	if strings.TrimSpace(t.Content) == "" {
		return "消息没有内容"
	}
	return ""
}

func (m Markdown) push() (string, map[string]string, string) {
	return "sampleMarkdown", map[string]string{"title": m.title(), "text": m.Text}, Text{m.Text}.lacks()
}

func (m Markdown) webhook() (string, map[string]any, string) {
	return "markdown", map[string]any{"title": m.title(), "text": m.Text}, Text{m.Text}.lacks()
}

func (m Markdown) work() (string, map[string]any, string) { return m.webhook() }

func (m Markdown) title() string { return cmp.Or(m.Title, firstLine(m.Text)) }

func (c Card) push() (string, map[string]string, string) {
	p := map[string]string{"title": Markdown{c.Title, c.Text}.title(), "text": c.Text}
	n := len(c.Buttons)
	switch {
	case n == 1:
		p["singleTitle"], p["singleURL"] = c.Buttons[0].Title, c.Buttons[0].URL
		return "sampleActionCard", p, c.lacks()
	case n == 2 && c.Side: // this one names its parts differently
		for i, b := range c.Buttons {
			p["buttonTitle"+strconv.Itoa(i+1)], p["buttonUrl"+strconv.Itoa(i+1)] = b.Title, b.URL
		}
		return "sampleActionCard6", p, c.lacks()
	case n > MaxCardButtons:
		return "", nil, "推送的卡片最多 5 个按钮"
	}
	for i, b := range c.Buttons {
		p["actionTitle"+strconv.Itoa(i+1)], p["actionURL"+strconv.Itoa(i+1)] = b.Title, b.URL
	}
	return "sampleActionCard" + strconv.Itoa(n), p, c.lacks()
}

func (c Card) webhook() (string, map[string]any, string) {
	body := map[string]any{"title": Markdown{c.Title, c.Text}.title(), "text": c.Text, "btnOrientation": c.orientation()}
	if len(c.Buttons) == 1 { // single* switches btns off
		body["singleTitle"], body["singleURL"] = c.Buttons[0].Title, c.Buttons[0].URL
		return "actionCard", body, c.lacks()
	}
	buttons := make([]map[string]string, len(c.Buttons))
	for i, b := range c.Buttons {
		buttons[i] = map[string]string{"title": b.Title, "actionURL": b.URL}
	}
	body["btns"] = buttons
	return "actionCard", body, c.lacks()
}

func (c Card) work() (string, map[string]any, string) {
	body := map[string]any{"title": Markdown{c.Title, c.Text}.title(), "markdown": c.Text}
	if len(c.Buttons) == 1 {
		body["single_title"], body["single_url"] = c.Buttons[0].Title, c.Buttons[0].URL
		return "action_card", body, c.lacks()
	}
	buttons := make([]map[string]string, len(c.Buttons))
	for i, b := range c.Buttons {
		buttons[i] = map[string]string{"title": b.Title, "action_url": b.URL}
	}
	body["btn_orientation"], body["btn_json_list"] = c.orientation(), buttons
	return "action_card", body, c.lacks()
}

// orientation is "0" for one below the other, "1" for side by side; a string on both APIs.
func (c Card) orientation() string {
	if c.Side {
		return "1"
	}
	return "0"
}

func (c Card) lacks() string {
	if len(c.Buttons) == 0 {
		return "卡片没有按钮"
	}
	for _, b := range c.Buttons {
		if b.Title == "" || b.URL == "" {
			return "卡片的按钮缺少文字或链接"
		}
	}
	return Text{c.Text}.lacks()
}

func (i Image) push() (string, map[string]string, string) {
	return "sampleImageMsg", map[string]string{"photoURL": i.Media}, i.lacks()
}

func (i Image) webhook() (string, map[string]any, string) {
	return "", nil, "会话回复和群自定义机器人不能发图片"
}

func (i Image) work() (string, map[string]any, string) {
	return "image", map[string]any{"media_id": i.Media}, i.lacks()
}

func (i Image) lacks() string {
	if i.Media == "" {
		return "图片没有上传"
	}
	return ""
}

// pushable are the endings that sampleFile takes. robot-message-type.
var pushable = map[string]bool{"xlsx": true, "pdf": true, "zip": true, "rar": true, "doc": true, "docx": true}

func (f File) push() (string, map[string]string, string) {
	ending := endingOf(f.Name)
	if !pushable[ending] {
		return "", nil, "机器人只能发送 xlsx、pdf、zip、rar、doc、docx 文件"
	}
	return "sampleFile", map[string]string{"mediaId": f.Media, "fileName": f.Name, "fileType": ending}, Image{f.Media}.lacks()
}

func (f File) webhook() (string, map[string]any, string) {
	return "", nil, "会话回复和群自定义机器人不能发文件"
}

func (f File) work() (string, map[string]any, string) {
	return "file", map[string]any{"media_id": f.Media}, Image{f.Media}.lacks()
}

func endingOf(name string) string {
	i := strings.LastIndexByte(name, '.')
	return strings.ToLower(name[i+1:])
}

// firstLine is what a message without a title is announced by.
func firstLine(s string) string {
	for line := range strings.Lines(s) {
		line = strings.Trim(strings.ReplaceAll(line, "**", ""), "#>*- \t\r\n")
		if line == "" {
			continue
		}
		if utf8.RuneCountInString(line) > 30 {
			line = string([]rune(line)[:30]) + "…"
		}
		return line
	}
	return "通知"
}

// param makes a push's msgParam, which is JSON inside JSON.
func param(k Kind, m Message) (key, text string, err error) {
	key, p, why := m.push()
	if why != "" {
		return "", "", refused(k, "message", "%s", why)
	}
	for name, v := range p {
		p[name] = strings.ToValidUTF8(v, "")
	}
	b, err := encode(p)
	if err != nil {
		return "", "", refused(k, "encode", "消息无法编码")
	}
	return key, string(b), fits(k, len(b), MaxPushBytes)
}

func fits(k Kind, have, limit int) error {
	if have <= limit {
		return nil
	}
	e := refused(k, "too-long", "消息有 %d 字节，超过钉钉的 %d 字节，请分条发送", have, limit)
	e.About = AboutContent
	return e
}

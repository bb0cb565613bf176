package dingtalk

import (
	"encoding/json"
	"errors"
	"strings"
	"time"

	"duixian/secret"
)

// Form is how a message was said.
type Form string

// The forms. In groups only text, rich text and pictures arrive, and only when they mention the robot.
const (
	FormText     Form = "text"
	FormRichText Form = "richText"
	FormPicture  Form = "picture"
	FormAudio    Form = "audio"
	FormVideo    Form = "video"
	FormFile     Form = "file"
	FormUnknown  Form = "unknown" // forwarded cards and whatever comes next; Data has it
)

// Incoming is a message to the robot, by stream or webhook. Any field can be missing.
// Pages: robot-message-type, receive-message, robot-receive-message.
type Incoming struct {
	ID   string
	Form Form
	// Text is what was said, without spaces around it: of rich text all of its texts, of audio what DingTalk's speech
	// recognition made of it.
	Text  string
	Files []Attachment

	Group             bool
	Conversation      string // of a group it is what SendToGroup takes
	ConversationTitle string
	Mentioned         bool // the robot is among the mentioned

	// StaffID is who speaks: the userid. It is empty for people outside the organisation, and for everybody while no
	// version of the robot is published.
	StaffID    string
	UnionID    string
	SenderID   string // encrypted; no call takes it
	Nick       string // whatever the sender chose: never a ground for anything
	SenderCorp string
	RobotCorp  string
	OrgAdmin   bool // of DingTalk's organisation
	RobotCode  string
	Platform   string

	Session Session
	Created time.Time

	// QuotaGone: the month's Webhook&Stream allowance is used up, and DingTalk delivers the message without what was
	// said (errorCode 20001).
	QuotaGone bool
	ErrorCode string
}

// Attachment is a picture, recording, video or file of a message. Code is for Download, at once.
type Attachment struct {
	Form     Form
	Code     string
	Name     string        // files only
	Duration time.Duration // recordings and videos
}

// Outsider reports whether the sender belongs to another organisation or cannot be told.
func (m *Incoming) Outsider() bool {
	return m.StaffID == "" || m.SenderCorp != "" && m.RobotCorp != "" && m.SenderCorp != m.RobotCorp
}

// wireMessage is the callback's body. Nothing in it is believed to be there or of its documented type.
type wireMessage struct {
	MsgID             text   `json:"msgId"`
	MsgType           text   `json:"msgtype"`
	ConversationType  text   `json:"conversationType"` // "1" single, "2" group
	ConversationID    text   `json:"conversationId"`
	ConversationTitle text   `json:"conversationTitle"`
	SenderStaffID     text   `json:"senderStaffId"`
	SenderUnionID     text   `json:"senderUnionId"`
	SenderID          text   `json:"senderId"`
	SenderNick        text   `json:"senderNick"`
	SenderCorpID      text   `json:"senderCorpId"`
	SenderPlatform    text   `json:"senderPlatform"`
	ChatbotCorpID     text   `json:"chatbotCorpId"`
	IsAdmin           flag   `json:"isAdmin"`
	IsInAtList        flag   `json:"isInAtList"`
	RobotCode         text   `json:"robotCode"`
	SessionWebhook    text   `json:"sessionWebhook"`
	SessionExpires    number `json:"sessionWebhookExpiredTime"`
	CreateAt          number `json:"createAt"`
	ErrorCode         text   `json:"errorCode"`
	Text              object `json:"text"`
	Content           either `json:"content"`
}

// either is an object, or a plain text where one sample has it.
type either struct {
	object object
	text   text
}

func (e *either) UnmarshalJSON(b []byte) error {
	_ = e.object.UnmarshalJSON(b)
	if e.object == nil {
		return e.text.UnmarshalJSON(b)
	}
	return nil
}

var errNotAnObject = errors.New("dingtalk: the message is no JSON object")

// quotaGone is the errorCode of a message whose content the used-up allowance has swallowed. develop-stream-mode-push-server.
const quotaGone = "20001"

// readMessage reads a callback's body. It fails only on what is no JSON object.
func readMessage(data []byte) (*Incoming, error) {
	var w wireMessage
	if trimmed := strings.TrimSpace(string(data)); !strings.HasPrefix(trimmed, "{") {
		return nil, errNotAnObject
	}
	if err := json.Unmarshal(data, &w); err != nil {
		return nil, errNotAnObject
	}
	m := &Incoming{
		ID: string(w.MsgID), Form: formOf(string(w.MsgType)), Group: w.ConversationType == "2",
		Conversation: string(w.ConversationID), ConversationTitle: string(w.ConversationTitle), Mentioned: bool(w.IsInAtList),
		StaffID: strings.TrimSpace(string(w.SenderStaffID)), UnionID: string(w.SenderUnionID), SenderID: string(w.SenderID), Nick: string(w.SenderNick),
		SenderCorp: string(w.SenderCorpID), RobotCorp: string(w.ChatbotCorpID), OrgAdmin: bool(w.IsAdmin), RobotCode: string(w.RobotCode),
		Platform: string(w.SenderPlatform), Session: Session{secret.Text(w.SessionWebhook), w.SessionExpires.millis()}, Created: w.CreateAt.millis(),
		ErrorCode: string(w.ErrorCode), QuotaGone: w.ErrorCode == quotaGone,
	}
	if m.ErrorCode == "0" {
		m.ErrorCode = ""
	}
	m.readContent(w)
	return m, nil
}

func formOf(msgtype string) Form {
	for _, f := range []Form{FormText, FormRichText, FormPicture, FormAudio, FormVideo, FormFile} {
		if strings.EqualFold(string(f), msgtype) {
			return f
		}
	}
	return FormUnknown
}

// readContent takes text and files from wherever this form has them. A missing form with a text is a text.
func (m *Incoming) readContent(w wireMessage) {
	var said struct {
		Content text `json:"content"`
	}
	w.Text.into(&said)
	if said.Content == "" {
		said.Content = w.Content.text
	}
	if m.Form == FormUnknown && w.MsgType == "" && said.Content != "" {
		m.Form = FormText
	}
	m.Text = strings.TrimSpace(string(said.Content))
	var c struct {
		Content     text   `json:"content"`
		Code        text   `json:"downloadCode"`
		PictureCode text   `json:"pictureDownloadCode"`
		Duration    number `json:"duration"` // ms of audio, s of video
		Recognition text   `json:"recognition"`
		FileName    text   `json:"fileName"`
		Parts       []part `json:"richText"`
	}
	w.Content.object.into(&c)
	switch m.Form {
	case FormText:
		if m.Text == "" {
			m.Text = strings.TrimSpace(string(c.Content))
		}
	case FormPicture:
		m.attach(Attachment{Form: FormPicture, Code: codeOf(c.Code, c.PictureCode)})
	case FormAudio:
		m.Text = strings.TrimSpace(string(c.Recognition))
		m.attach(Attachment{Form: FormAudio, Code: string(c.Code), Duration: duration(c.Duration, time.Millisecond)})
	case FormVideo:
		m.attach(Attachment{Form: FormVideo, Code: string(c.Code), Duration: duration(c.Duration, time.Second)})
	case FormFile:
		m.attach(Attachment{Form: FormFile, Code: string(c.Code), Name: string(c.FileName)})
	case FormRichText:
		var words strings.Builder
		for _, p := range c.Parts {
			words.WriteString(string(p.Text))
			m.attach(Attachment{Form: FormPicture, Code: codeOf(p.Code, p.PictureCode)})
		}
		if s := strings.TrimSpace(words.String()); s != "" {
			m.Text = s
		}
	}
}

// part of a rich text: words or a picture.
type part struct {
	Text        text `json:"text"`
	Code        text `json:"downloadCode"`
	PictureCode text `json:"pictureDownloadCode"`
}

func (m *Incoming) attach(a Attachment) {
	if a.Code != "" {
		m.Files = append(m.Files, a)
	}
}

func codeOf(code, picture text) string {
	if code == "" {
		code = picture
	}
	return string(code)
}

// duration keeps what can be one: a day at most.
func duration(n number, unit time.Duration) time.Duration {
	if n <= 0 || int64(n) > int64(24*time.Hour/unit) {
		return 0
	}
	return time.Duration(n) * unit
}

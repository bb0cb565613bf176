package sim

import (
	"context"
	"errors"
	"fmt"
	"mime"
	"path"
	"slices"
	"strings"
)

// Say is something a person does in a conversation: a text, or a file when File is not nil. An @ before a name in the text, or in groups
// Mention, reaches a robot.
type Say struct {
	As           string
	Conversation string
	Text         string
	Mention      []string // client IDs, as if picked from the list after @
	File         *Upload
}

// Upload is a file that a person sends. Kind is file (the default), picture, audio, video or richText (with Text before the picture).
type Upload struct {
	Kind     string
	Name     string
	Data     []byte
	Duration int    // ms, of audio and video
	Speech   string // what the audio says
}

const maxText = 20000 // characters in one message of a person; the clients' own limit is not documented

// Say writes as a person. The message is in the conversation when it returns; robots get it afterwards.
func (s *Sim) Say(_ context.Context, say Say) (Message, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, err := s.say(say)
	if err != nil {
		return Message{}, err
	}
	return m.copy(), nil
}

func (s *Sim) say(say Say) (*Message, error) {
	person, c := s.people[say.As], s.convs[say.Conversation]
	switch {
	case person == nil:
		return nil, s.noSuch("person", say.As)
	case c == nil:
		return nil, s.noSuch("group", say.Conversation)
	case !c.has(say.As):
		return nil, fmt.Errorf("%s 不在这个会话里", person.Name)
	case person.Left:
		return nil, fmt.Errorf("%s 已离职，不能再发消息", person.Name)
	case c.Kind == kindNotice:
		return nil, errors.New("工作通知不能回复")
	case strings.TrimSpace(say.Text) == "" && say.File == nil:
		return nil, errors.New("没有内容")
	case len([]rune(say.Text)) > maxText:
		return nil, fmt.Errorf("超过 %d 个字", maxText)
	}
	m := Message{From: Sender{"person", person.StaffID, person.Name}, Content: Content{Kind: "text", Text: say.Text}, Via: "person"}
	var stored *file
	if say.File != nil {
		var err error
		if stored, err = s.keep(*say.File, c); err != nil {
			return nil, err
		}
		m.Kind = wireToShown[orElse(say.File.Kind, "file")]
		m.File = &File{Name: say.File.Name, Size: len(say.File.Data), Type: stored.mime, URL: "/sim/files/" + stored.code, Duration: say.File.Duration}
		if say.File.Kind == "audio" {
			m.Text = say.File.Speech
		}
	}
	posted := s.post(c, m)
	for _, a := range s.heardBy(c, posted, say.Mention) {
		if c.isGroup() && say.File != nil && !slices.Contains([]string{"picture", "richText"}, say.File.Kind) {
			continue // audio, video and files never reach a robot in a group
		}
		s.hand(a, c, posted, person, stored, say)
	}
	return posted, nil
}

var wireToShown = map[string]string{"file": "file", "picture": "image", "audio": "audio", "video": "video", "richText": "richText"}

// heardBy are the robots that a message is meant for: the partner of a single chat, in a group those that are mentioned.
func (s *Sim) heardBy(c *conversation, m *Message, mention []string) (heard []*app) {
	for _, id := range c.Robots {
		a := s.appOf(id)
		if a == nil {
			continue
		}
		if !c.isGroup() || slices.Contains(mention, id) || strings.Contains(m.Text, "@"+a.Name) {
			heard = append(heard, a)
		}
	}
	return heard
}

// withoutMention is the text that a robot gets: its mention taken out, the space behind it left.
func withoutMention(text string, names ...string) string {
	for _, n := range names {
		text = strings.ReplaceAll(text, "@"+n, "")
	}
	return text
}

// Press presses a button of an actionCard, by its title. A dtmd link writes its text as that person; the message is returned. Another link is
// returned as the URL that would open.
func (s *Sim) Press(_ context.Context, as, messageID, title string) (Message, string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.messages[messageID]
	if m == nil {
		return Message{}, "", fmt.Errorf("there is no message %q", messageID)
	}
	for _, b := range m.Buttons {
		if b.Title == title {
			return s.open(as, m, b.URL)
		}
	}
	return Message{}, "", fmt.Errorf("the message has no button %q", title)
}

// open is a tap on a link of a message.
func (s *Sim) open(as string, m *Message, link string) (Message, string, error) {
	text, isCommand := dtmd(link)
	if !isCommand {
		return Message{}, link, nil
	}
	c := s.convs[m.Conversation]
	say := Say{As: as, Conversation: c.ID, Text: text}
	if c.isGroup() && m.From.Kind == "robot" && !s.struck("dtmd-no-mention", m.From.ID) {
		say.Mention = []string{m.From.ID} // whether the tap mentions the robot is not known; the fault plays the other answer
		say.Text = "@" + m.From.Name + " " + text
	}
	said, err := s.say(say)
	if err != nil {
		return Message{}, "", err
	}
	return said.copy(), "", nil
}

// Read marks everything in a conversation as read by a person and tells the robots whose pushes those were.
func (s *Sim) Read(as, conversation string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.convs[conversation]
	if c == nil || !c.has(as) {
		return s.noSuch("group", conversation)
	}
	for _, m := range c.messages {
		if slices.Contains(m.ReadBy, as) {
			continue
		}
		m.ReadBy = append(m.ReadBy, as)
		s.changedMessage(m)
		if a := s.appOf(m.From.ID); a != nil && m.From.Kind == "robot" && m.Key != "" {
			s.event(a, "robot_msg_read", map[string]any{"userId": as, "processQueryKey": m.Key, "openConversationId": c.ID, "robotCode": a.RobotCode})
		}
	}
	return nil
}

// mimeOf goes by the name's ending; what it does not know is not shown but saved.
func mimeOf(name string) string {
	if t := mime.TypeByExtension(strings.ToLower(path.Ext(name))); t != "" {
		return t
	}
	return "application/octet-stream"
}

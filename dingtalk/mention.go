package dingtalk

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// At is who is mentioned in a message to a group. Only members of the group can be; in groups with outsiders userids do
// not work. All mentions everybody: for alarms. Page: robot-message-type.
type At struct {
	UserIDs, Mobiles []string
	All              bool
}

func (at At) none() bool { return len(at.UserIDs) == 0 && len(at.Mobiles) == 0 && !at.All }

func (at At) json() map[string]any {
	return map[string]any{"atUserIds": append([]string{}, at.UserIDs...), "atMobiles": append([]string{}, at.Mobiles...), "isAtAll": at.All}
}

// mentions reports whether words hold @id and not only a longer one.
func mentions(words, id string) bool {
	for _, rest := range strings.Split(words, "@"+id)[1:] {
		if r, _ := utf8.DecodeRuneInString(rest); rest == "" || r >= utf8.RuneSelf || !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' && r != '-' {
			return true
		}
	}
	return false
}

// webhookBody is the body of a session reply and of a custom robot's message. Whoever is mentioned must also stand in the
// text as @value, and is added there.
func webhookBody(k Kind, m Message, at At) (map[string]any, error) {
	kind, part, why := m.webhook()
	switch {
	case why != "":
		return nil, refused(k, "message", "%s", why)
	case len(at.UserIDs)+len(at.Mobiles) > MaxMentions:
		return nil, refused(k, "mentions", "一条消息最多提醒 %d 人", MaxMentions)
	}
	field := "text"
	if kind == "text" {
		field = "content"
	}
	words, _ := part[field].(string)
	var missing []string
	for _, id := range slices.Concat(at.UserIDs, at.Mobiles) {
		if !mentions(words, id) {
			missing = append(missing, "@"+id)
		}
	}
	if len(missing) > 0 {
		words = strings.TrimRight(words, "\n") + "\n\n" + strings.Join(missing, " ")
	}
	part[field] = strings.ToValidUTF8(words, "")
	body := map[string]any{"msgtype": kind, kind: part}
	if !at.none() {
		body["at"] = at.json()
	}
	return body, nil
}

// fitsWebhook measures a body as it will be sent.
func fitsWebhook(k Kind, body map[string]any) error {
	b, err := encode(body)
	if err != nil {
		return refused(k, "encode", "消息无法编码")
	}
	return fits(k, len(b), MaxWebhookBytes)
}

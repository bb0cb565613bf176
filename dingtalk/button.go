package dingtalk

import (
	"net/url"
	"strings"
)

// Say is a button that makes whoever taps it send line to the robot, as if typed: same person, same checks. It works in
// messages that a robot sent, in the 1:1 chat; whether a tap in a group also mentions the robot is nowhere said. A second
// tap is a second message, so the line itself must say what it is about. The host must be written in lower case.
// Sources: robot-message-type; seen live: NousResearch/hermes-agent#92254, open-dingtalk/dingtalk-card-examples#2.
func Say(title, line string) Button {
	return Button{Title: title, URL: SayURL(line)}
}

// SayURL is the link behind Say.
func SayURL(line string) string {
	return "dtmd://dingtalkclient/sendMessage?content=" + url.QueryEscape(line)
}

// Said is the line behind a link of Say, for tests and for the local DingTalk.
func Said(link string) (line string, ok bool) {
	u, err := url.Parse(link)
	if err != nil || u.Scheme != "dtmd" || u.Host != "dingtalkclient" || u.Path != "/sendMessage" {
		return "", false
	}
	return u.Query().Get("content"), u.Query().Has("content")
}

// SidePanel makes a https link open in the side panel on a desktop, or with false in the system's browser; phones open it inside
// DingTalk either way. message-link-description.
func SidePanel(link string, side bool) string {
	slide := "false"
	if side {
		slide = "true"
	}
	return "dingtalk://dingtalkclient/page/link?url=" + url.QueryEscape(link) + "&pc_slide=" + slide
}

// Link is a link in markdown. The label is escaped; a target that is neither https nor one of DingTalk's is not linked.
func Link(label, target string) string {
	label = Escape(label)
	if !strings.HasPrefix(target, "https://") && !strings.HasPrefix(target, "dtmd://dingtalkclient/") && !strings.HasPrefix(target, "dingtalk://dingtalkclient/") {
		return label
	}
	return "[" + label + "](" + linkSafe.Replace(target) + ")"
}

var linkSafe = strings.NewReplacer("(", "%28", ")", "%29", " ", "%20", "<", "%3C", ">", "%3E", "\"", "%22", "\n", "", "\r", "", "\t", "%09", "`", "%60", "\\", "%5C")

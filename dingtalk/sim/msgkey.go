package sim

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// msgKeys are the message kinds of a push and the keys of msgParam that each needs (robot-message-type).
var msgKeys = map[string][]string{
	"sampleText":        {"content"},
	"sampleMarkdown":    {"title", "text"},
	"sampleImageMsg":    {"photoURL"},
	"sampleLink":        {"title", "text", "messageUrl"},
	"sampleActionCard":  {"title", "text", "singleTitle", "singleURL"},
	"sampleActionCard2": actionKeys(2),
	"sampleActionCard3": actionKeys(3),
	"sampleActionCard4": actionKeys(4),
	"sampleActionCard5": actionKeys(5),
	"sampleActionCard6": {"title", "text", "buttonTitle1", "buttonUrl1", "buttonTitle2", "buttonUrl2"},
	"sampleAudio":       {"mediaId", "duration"},
	"sampleFile":        {"mediaId", "fileName", "fileType"},
	"sampleVideo":       {"duration", "videoMediaId", "videoType", "picMediaId"},
}

func actionKeys(n int) []string {
	keys := []string{"title", "text"}
	for i := 1; i <= n; i++ {
		keys = append(keys, fmt.Sprint("actionTitle", i), fmt.Sprint("actionURL", i))
	}
	return keys
}

// sentFileTypes are those that sampleFile takes: fewer than upload does.
var sentFileTypes = []string{"xlsx", "pdf", "zip", "rar", "doc", "docx"}

// pushLimit is the size of msgParam in bytes, documented for groups; for single chats only the error is.
const pushLimit = 15000

// pushed checks msgKey and msgParam and makes the content of them.
func (s *Sim) pushed(msgKey, msgParam string) (Content, *answer) {
	bad := func(code, message string) (Content, *answer) {
		a := refuse(400, code, message)
		return Content{}, &a
	}
	needed, known := msgKeys[msgKey]
	if !known {
		return bad("invalidParameter.msgKey.notExist", "msgKey不存在："+msgKey)
	}
	if len(msgParam) > pushLimit {
		return bad("invalidParameter.msgParam.tooLong", fmt.Sprintf("msgParam 超过 %d 字节", pushLimit))
	}
	var p map[string]any
	if err := json.Unmarshal([]byte(msgParam), &p); err != nil {
		return bad("invalidParameter.msgParam.invalid", "msgParam 应为 JSON 字符串："+err.Error())
	}
	get := func(key string) string {
		switch v := p[key].(type) {
		case nil:
			return ""
		case string:
			return v
		default:
			return fmt.Sprint(v)
		}
	}
	for _, key := range needed {
		if get(key) == "" {
			return bad("invalidParameter.msgParam.invalid", "msgParam 缺少 "+key)
		}
	}
	c := Content{Kind: "markdown", Title: get("title"), Text: get("text")}
	switch {
	case msgKey == "sampleText":
		c = Content{Kind: "text", Text: get("content")}
	case msgKey == "sampleImageMsg":
		c = Content{Kind: "image", URL: get("photoURL"), File: s.shown(get("photoURL"), "图片")}
		if c.File == nil && strings.HasPrefix(c.URL, "@") {
			return bad("invalidParameter.mediaId.invalid", "photoURL 的 mediaId 不存在")
		}
	case msgKey == "sampleLink":
		c = Content{Kind: "link", Title: c.Title, Links: []Link{{c.Title, c.Text, get("messageUrl"), get("picUrl")}}}
	case msgKey == "sampleActionCard":
		c.Kind, c.Buttons = "actionCard", []Button{{get("singleTitle"), get("singleURL")}}
	case msgKey == "sampleActionCard6":
		c.Kind, c.Sideways = "actionCard", true
		c.Buttons = []Button{{get("buttonTitle1"), get("buttonUrl1")}, {get("buttonTitle2"), get("buttonUrl2")}}
	case strings.HasPrefix(msgKey, "sampleActionCard"):
		c.Kind = "actionCard"
		for i := 1; i <= int(msgKey[len(msgKey)-1]-'0'); i++ {
			c.Buttons = append(c.Buttons, Button{get(fmt.Sprint("actionTitle", i)), get(fmt.Sprint("actionURL", i))})
		}
	case msgKey == "sampleFile" || msgKey == "sampleAudio" || msgKey == "sampleVideo":
		c = Content{Kind: strings.ToLower(strings.TrimPrefix(msgKey, "sample")), File: s.shown(orElse(get("mediaId"), get("videoMediaId")), get("fileName"))}
		switch {
		case c.File == nil:
			return bad("invalidParameter.mediaId.invalid", "mediaId 不存在，或不是本机上传的")
		case msgKey == "sampleFile" && !slices.Contains(sentFileTypes, strings.ToLower(get("fileType"))):
			return bad("invalidParameter.msgParam.invalid", "fileType 只能是 "+strings.Join(sentFileTypes, "、"))
		}
		c.File.Duration, _ = strconv.Atoi(get("duration")) // shown only
	}
	return c, nil
}

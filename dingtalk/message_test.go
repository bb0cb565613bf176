package dingtalk_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"duixian/dingtalk"
)

// Each message on each route, as a golden file.
func TestMessages(t *testing.T) {
	say, open := dingtalk.Say("同意", "同意 R7"), dingtalk.Button{Title: "详情", URL: "https://example.com/r/7"}
	var b strings.Builder
	for _, m := range []struct {
		name string
		m    dingtalk.Message
	}{
		{"text", dingtalk.Text{Content: "您好，<示例> & \"引号\"\n第二行"}},
		{"markdown", dingtalk.Markdown{Title: "进度", Text: "#### 进度\n\n- 一"}},
		{"markdown without title", dingtalk.Markdown{Text: "\n#### 您的**奖励**到账\n\n- 一"}},
		{"card, one button", dingtalk.Card{Title: "收到", Text: "x", Buttons: []dingtalk.Button{say}}},
		{"card, two", dingtalk.Card{Title: "方案", Text: "x", Buttons: []dingtalk.Button{say, open}}},
		{"card, two side by side", dingtalk.Card{Title: "方案", Text: "x", Buttons: []dingtalk.Button{say, open}, Side: true}},
		{"card, five", dingtalk.Card{Title: "方案", Text: "x", Buttons: []dingtalk.Button{say, open, say, open, say}}},
		{"card, seven", dingtalk.Card{Title: "方案", Text: "x", Buttons: []dingtalk.Button{say, say, say, say, say, say, say}}},
		{"image", dingtalk.Image{Media: "@m1"}},
		{"file", dingtalk.File{Media: "@m1", Name: "清单.XLSX"}},
		{"file that a push does not take", dingtalk.File{Media: "@m1", Name: "清单.pptx"}},
	} {
		c, f := newClient(t, func(w http.ResponseWriter, r *http.Request) {
			_ = r
			_, _ = w.Write([]byte(`{"errcode":0,"task_id":1,"processQueryKey":"pq"}`))
		})
		_, pushed := c.SendToGroup(t.Context(), "cid", m.m)
		replied := c.Reply(t.Context(), session(), m.m, dingtalk.At{})
		_, worked := c.SendWork(t.Context(), people, m.m)
		fmt.Fprintf(&b, "== %s\n", m.name)
		for _, err := range []error{pushed, replied, worked} {
			if err != nil {
				fmt.Fprintf(&b, "! %v\n", err)
			}
		}
		for _, s := range f.seen {
			for line := range strings.Lines(s) {
				if strings.Contains(line, "msgKey") || strings.Contains(line, "msgParam") || strings.Contains(line, "msg =") {
					b.WriteString(line)
				}
			}
			if strings.Contains(s, "sendBySession") {
				b.WriteString(s[strings.Index(s, "{"):] + "\n")
			}
		}
		b.WriteString("\n")
	}
	golden(t, "messages.txt", b.String())
}

func TestMentions(t *testing.T) {
	for _, m := range []struct {
		text string
		at   dingtalk.At
		want string // in the body
	}{
		{"好的", dingtalk.At{}, `"text": "好的"`},
		{"好的", dingtalk.At{UserIDs: []string{"u1"}}, `"text": "好的\n\n@u1"`},
		{"@u1 好的", dingtalk.At{UserIDs: []string{"u1"}}, `"text": "@u1 好的"`},
		{"@u12 好的", dingtalk.At{UserIDs: []string{"u1"}}, `"text": "@u12 好的\n\n@u1"`},
		{"好的@u1", dingtalk.At{UserIDs: []string{"u1"}, Mobiles: []string{mobile}}, `"text": "好的@u1\n\n@` + mobile + `"`},
		{"公示", dingtalk.At{All: true}, `"isAtAll": true`},
	} {
		c, f := newClient(t, say(200, `{"errcode":0}`))
		if err := c.Reply(t.Context(), session(), dingtalk.Markdown{Title: "t", Text: m.text}, m.at); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(f.seen[0], m.want) {
			t.Errorf("%q, %+v: no %s in\n%s", m.text, m.at, m.want, f.seen[0])
		}
	}
}

func TestEscape(t *testing.T) {
	for data, want := range map[string]string{
		"某某人力资源有限公司":                 "某某人力资源有限公司",
		"[点我](https://evil.example)": "［点我］（https：//evil.example）",
		"**重要**":                     "＊＊重要＊＊",
		"# 标题":                       "＃ 标题",
		"> 引用":                       "＞ 引用",
		"- 一":                        "－ 一",
		"1. 一":                       "1． 一",
		"1.5 万元":                     "1.5 万元",
		"第一行\n\n# 第二行":               "第一行 ＃ 第二行",
		"@所有人":                       "＠所有人",
		"<font color=red>红</font>":   "＜font color=red＞红＜/font＞",
		"a&nbsp;b":                   "a＆nbsp;b",
		"反\u202e转\u200b零\x00控\ufffd": "反转零控",
		"  两边  中间  ":                 "两边 中间",
		"www.example.com":            "www．example.com",
		"":                           "",
	} {
		if got := dingtalk.Escape(data); got != want {
			t.Errorf("%q: %q, want %q", data, got, want)
		}
	}
}

func FuzzEscape(f *testing.F) {
	for _, s := range []string{"[a](b)", "\n# x", "1.", "@all", "\u202e", "![x](y)", "|a|b|", "``` x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, data string) {
		got := dingtalk.Escape(data)
		if strings.ContainsAny(got, "\\`*_{}[]()<>#|~!@&$\n\r\u2028\u2029") || strings.Contains(got, "://") || !utf8.ValidString(got) {
			t.Errorf("%q became %q", data, got)
		}
		if again := dingtalk.Escape(got); again != got {
			t.Errorf("%q, escaped twice: %q", got, again)
		}
		// In its place in a message, data change nothing around them.
		if phone := dingtalk.Phone("前 " + got + "\n- 后"); strings.Count(phone, "\n") != 1 {
			t.Errorf("%q moved the lines: %q", data, phone)
		}
		if link := dingtalk.Link(data, "https://example.com/"+data); got != "" && strings.Count(link, "](") != 1 {
			t.Errorf("%q spoils a link: %q", data, link)
		}
	})
}

func TestPhone(t *testing.T) {
	for in, want := range map[string]string{
		"第一行\n第二行":                       "第一行  \n第二行",
		"一段\n\n二段":                       "一段\n\n二段",
		"#### 标题\n正文":                    "#### 标题\n正文",
		"说明\n- 一\n- 二":                   "说明\n- 一\n- 二",
		"- 一\n接着":                        "- 一  \n接着",
		"<font color=red>红</font>，3 < 5": "＜font color=red>红＜/font>，3 < 5",
		"> 引用\r\n> 引用二":                  "> 引用  \n> 引用二",
		"| 企业 | 金额 |\n|--|--:|\n| 示例甲 | 1.00 元 |\n| 示例乙 |  |\n\n合计": "- 企业：示例甲；金额：1.00 元\n- 企业：示例乙\n\n合计",
		"前\n```\ncode | x\n```\n后": "前  \ncode | x  \n后",
	} {
		if got := dingtalk.Phone(in); got != want {
			t.Errorf("%q:\n%q, want\n%q", in, got, want)
		}
	}
}

func TestButtonsThatSpeak(t *testing.T) {
	for _, line := range []string{"同意 R-20261122-07", "a+b & c=d", "进度", "100%", "#1"} {
		b := dingtalk.Say("x", line)
		if got, ok := dingtalk.Said(b.URL); !ok || got != line {
			t.Errorf("%q came back as %q (%s)", line, got, b.URL)
		}
		if !strings.HasPrefix(b.URL, "dtmd://dingtalkclient/") {
			t.Errorf("%s: clients ignore another host", b.URL)
		}
	}
	for _, link := range []string{"https://example.com/sendMessage?content=x", "dtmd://dingtalkClient/sendMessage?content=x", "dtmd://dingtalkclient/other?content=x", "dtmd://dingtalkclient/sendMessage", ":"} {
		if line, ok := dingtalk.Said(link); ok {
			t.Errorf("%s says %q", link, line)
		}
	}
	for target, want := range map[string]string{
		"https://example.com/a(1)": "[看 ［这里］](https://example.com/a%281%29)",
		"http://example.com/":      "看 ［这里］",
		"javascript:alert(1)":      "看 ［这里］",
	} {
		if got := dingtalk.Link("看 [这里]", target); got != want {
			t.Errorf("%s: %s, want %s", target, got, want)
		}
	}
	if got := dingtalk.SidePanel("https://example.com/?a=1&b=2", false); got != "dingtalk://dingtalkclient/page/link?url=https%3A%2F%2Fexample.com%2F%3Fa%3D1%26b%3D2&pc_slide=false" {
		t.Error(got)
	}
}

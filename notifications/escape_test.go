package notifications_test

import (
	"cmp"
	"encoding/json"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"duixian/models/modelstest"
	"duixian/notifications"
)

// hostile draws text as a stranger might put it into a name, a reason, a file name.
func hostile() *rapid.Generator[string] {
	piece := rapid.SampledFrom([]string{
		"\n", "\r\n", "\u2028", "# 标题", "## x", "- 一", "* 二", "1. 三", "> 引用", "[点我](https://example.com)", "![图](https://example.com/a.png)", "**粗**", "__x__", "`code`", "```",
		"@所有人", "@18800000000", "https://example.com", "www.example.com", "dtmd://dingtalkclient/sendMessage", "<img src=x>", "<br>", "&nbsp;", "|a|b|", "~~删~~", "\\", "===", "---",
		"\u202e", "\u200b", "\x00", "\xff", "{{.}}", "普通文字", " ", "9", "示例公司",
	})
	return rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(rapid.OneOf(piece, rapid.String()), 0, 12).Draw(t, "pieces"), "")
	})
}

// poison puts text into every string of a message.
func poison(v reflect.Value, text func() string) {
	switch v.Kind() {
	case reflect.String:
		if v.Type() == reflect.TypeFor[string]() {
			v.SetString(text())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			switch v.Type().Field(i).Name {
			case "Outcome", "State": // words of our own
			default:
				poison(v.Field(i), text)
			}
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return
		}
		fresh := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		reflect.Copy(fresh, v)
		v.Set(fresh)
		for i := range v.Len() {
			poison(v.Index(i), text)
		}
	}
}

var meaning = regexp.MustCompile("[`\\\\<>@|~!&]|https?://|dtmd://|www\\.|[\\x00-\\x08\\x0b-\\x1f\\x7f\u200b-\u200f\u2028-\u202e]")

// shape is what a client would make of a text: how many lines, and how each begins.
func shape(s string) string {
	var out []string
	for line := range strings.Lines(s) {
		head := regexp.MustCompile(`^(#+ |[-+*] |\d+\. |> |=+$|-+$)?`).FindString(strings.TrimRight(line, "\n"))
		out = append(out, head+strings.Repeat("*", strings.Count(line, "**"))+strings.Repeat("[", strings.Count(line, "[")))
	}
	return strings.Join(out, "|")
}

func TestDataCannotChangeWhatAMessageIs(t *testing.T) {
	for _, k := range notifications.Kinds() {
		t.Run(k.Name, func(t *testing.T) {
			with := func(text func() string) string {
				m := reflect.New(reflect.TypeOf(k.Sample)).Elem()
				m.Set(reflect.ValueOf(k.Sample))
				poison(m, text)
				payload, err := json.Marshal(m.Interface())
				if err != nil {
					t.Fatal(err)
				}
				title, body, err := notifications.Show(k.Name, string(payload))
				if err != nil {
					t.Fatal(err)
				}
				return title + "\n" + body
			}
			plain := shape(with(func() string { return "甲" }))
			rapid.Check(t, func(t *rapid.T) {
				got := with(func() string { return "甲" + hostile().Draw(t, "text") })
				if found := meaning.FindString(got); found != "" {
					t.Fatalf("%q got through:\n%s", found, got)
				}
				if shape(got) != plain {
					t.Fatalf("the text has another shape:\n%s\nwant %s", got, plain)
				}
				first := with(func() string { return cmp.Or(hostile().Draw(t, "whole"), "空") })
				if found := meaning.FindString(first); found != "" || strings.Count(first, "\n") != strings.Count(plain, "|") {
					t.Fatalf("%q got through, or the lines changed:\n%s", found, first)
				}
				if !utf8.ValidString(got) {
					t.Fatal("not valid UTF-8")
				}
			})
			if long := with(func() string { return strings.Repeat("长", 5000) }); len([]rune(long)) > 4000 {
				t.Errorf("%d characters: a long name is not cut", len([]rune(long)))
			}
		})
	}
}

// An organisation's name is data too.
func TestADigestEscapesTheNameOfTheOrganisation(t *testing.T) {
	h := newHouse(t, modelstest.New(t))
	h.awarded(1)
	modelstest.Exec(t, h.Store, "UPDATE organisations SET name = ? WHERE id = 1", "甲\n# 假标题 [点我](https://example.com)")
	h.tell(at("2026-02-12 02:00"), award(1), notifications.Organisation(1))
	p := &phone{}
	h.deliver(h.worker("w", true, p), at("2026-02-12 08:30"))
	if got := p.texts(); strings.Contains(got, "\n# ") || strings.Contains(got, "](") || len(p.seen) != 2 {
		t.Error(got)
	}
}

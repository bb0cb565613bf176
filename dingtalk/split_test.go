package dingtalk_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"duixian/dingtalk"
)

func TestSplit(t *testing.T) {
	line := strings.Repeat("字", 9) + "\n" // 29 bytes as JSON: a line end counts two
	for name, c := range map[string]struct {
		text  string
		limit int
		want  []string
	}{
		"short":             {"一\n二", 100, []string{"一\n二"}},
		"empty":             {"", 100, []string{""}},
		"at lines":          {line + line + line, 60, []string{strings.TrimSpace(line + line), strings.TrimSpace(line)}},
		"at a paragraph":    {"一二三四五六\n\n" + "七八九\n十", 45, []string{"一二三四五六\n\n七八九\n十"}},
		"paragraph first":   {"一二三四五六\n\n七八九\n十十十", 40, []string{"一二三四五六", "七八九\n十十十"}},
		"sentence":          {"一二三四。五六七八九十", 24, []string{"一二三四。", "五六七八九十"}},
		"quotes count two":  {strings.Repeat(`"`, 20), 20, []string{strings.Repeat(`"`, 10), strings.Repeat(`"`, 10)}},
		"a link at the cut": {"前文前文前文前[标签](https://example.com/abc)后", 44, []string{"前文前文前文前", "[标签](https://example.com/abc)后"}},
		"never a link":      {"前文前文前文 [标签](https://example.com/abc) 后", 40, []string{"前文前文前文 ", "[标签](https://example.com/abc) 后"}},
	} {
		if got := dingtalk.Split(c.text, c.limit); strings.Join(got, "|") != strings.Join(c.want, "|") {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	parts := dingtalk.Parts("名单", strings.Repeat("某某人力资源有限公司 12,000.00 元\n", 2000), dingtalk.MaxPushBytes)
	if len(parts) < 5 || !strings.HasSuffix(parts[0].Title, "）") {
		t.Errorf("%d parts, %q", len(parts), parts[0].Title)
	}
	c, f := newClient(t, say(200, `{"errcode":0,"processQueryKey":"pq"}`))
	for _, p := range parts {
		if _, err := c.SendToGroup(t.Context(), "cid", p); err != nil {
			t.Error(err)
		}
	}
	for _, p := range dingtalk.Parts("名单", strings.Repeat("\"引号\"\\\n", 5000), dingtalk.MaxWebhookBytes) {
		if err := c.Reply(t.Context(), session(), p, dingtalk.At{UserIDs: []string{"u001"}}); err != nil {
			t.Error(err)
		}
	}
	if f.calls() < len(parts) {
		t.Errorf("%d calls", f.calls())
	}
}

func FuzzSplit(f *testing.F) {
	f.Add("一\n\n二\n三。四 [a](b) \"c\" \\", 20)
	f.Add(strings.Repeat("x", 100), 16)
	f.Add("\xff\xfe\u2028", 1)
	f.Add("[a](", 16)
	f.Fuzz(func(t *testing.T, text string, limit int) {
		if limit > 1<<20 || len(text) > 1<<16 {
			return
		}
		parts := dingtalk.Split(text, limit)
		var got strings.Builder
		for _, p := range parts {
			if n := jsonLen(p); n > max(limit, 16) {
				t.Errorf("%d bytes, limit %d: %q", n, limit, p)
			}
			if utf8.ValidString(text) && !utf8.ValidString(p) {
				t.Errorf("a character was cut: %q", p)
			}
			got.WriteString(p)
		}
		squeeze := strings.NewReplacer("\n", "")
		if squeeze.Replace(got.String()) != squeeze.Replace(text) {
			t.Errorf("%q became %q", text, parts)
		}
	})
}

// jsonLen measures with the encoder itself.
func jsonLen(s string) int { return len(show(s)) - 2 }

package web

import (
	"regexp"
	"strings"
	"testing"
)

func TestMarkdown(t *testing.T) {
	for text, want := range map[string]string{
		"":                           "",
		"一段\n续行":                     "<p>一段<br>续行</p>\n",
		"一段\n\n二段":                   "<p>一段</p>\n<p>二段</p>\n",
		"共 **1.00 元**。":              "<p>共 <strong>1.00 元</strong>。</p>\n",
		"- 一\n- **二**\n\n- 三\n末":     "<ul><li>一</li><li><strong>二</strong></li><li>三</li></ul>\n<p>末</p>\n",
		"### 标题\n正文":                 "<h3>标题</h3>\n<p>正文</p>\n",
		"没有**另一半":                    "<p>没有**另一半</p>\n",
		"- <b>**<i>**":               "<ul><li>&lt;b&gt;<strong>&lt;i&gt;</strong></li></ul>\n",
		"[a](javascript:b) ![c](d)":  "<p>[a](javascript:b) ![c](d)</p>\n",
		"### \"'&<script>alert(1)//": "<h3>&#34;&#39;&amp;&lt;script&gt;alert(1)//</h3>\n",
	} {
		if got := string(markdown(text)); got != want {
			t.Errorf("%q gives\n%s\nwant\n%s", text, got, want)
		}
	}
}

// Whatever the words are, the only elements are the six that markdown makes, without attributes, each of them closed.
func FuzzMarkdown(f *testing.F) {
	for _, seed := range []string{"- **<a href=x>**\n### <\n**", "\x00<\u2028script>", "**<**>**", "- \n- -\n\n\n###  x"} {
		f.Add(seed)
	}
	tag := regexp.MustCompile(`</?(p|ul|li|h3|strong)>|<br>`)
	f.Fuzz(func(t *testing.T, text string) {
		html := string(markdown(text))
		if rest := tag.ReplaceAllString(html, ""); strings.ContainsAny(rest, "<>\"'") {
			t.Fatalf("%q gives %q", text, html)
		}
		for _, name := range []string{"p", "ul", "li", "h3", "strong"} {
			if strings.Count(html, "<"+name+">") != strings.Count(html, "</"+name+">") {
				t.Fatalf("%s is left open: %q gives %q", name, text, html)
			}
		}
	})
}

package bot_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"duixian/bot"
	"duixian/models/modelstest"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ line, want string }{
		{"进度", "进度 map[]"},
		{"  进度？？ ", "进度 map[]"},
		{"/帮助", "帮助 map[]"},
		{"ＨＥＬＰ", "帮助 map[]"},
		{"@兑现助手 到账", "到账 map[]"},
		{"@兑现助手\u2005@别人 到账！", "到账 map[]"},
		{"进\u200b\ufeff度\ufe0f", "进度 map[]"},
		{"进度\n", "进度 map[]"},
		{"进度 页＝２", "进度 map[页:2]"},
		{"进度表", " map[]"},
		{"引才人数2025", "引才人数 map[引进年份:2025]"},
		{"引才人数：2025年", "引才人数 map[引进年份:2025年]"},
		{"引才", "引才人数 map[]"},
		{"还差几个？", "引才人数 map[]"},
		{"为什么 2", "为什么 map[事项:2]"},
		{"为什么“高企 奖励”", "为什么 map[事项:高企 奖励]"},
		{"为什么 “没有结束", "为什么 map[事项:没有结束]"},
		{"为什么 事项 = '高企 奖励' 公司=甲", "为什么 map[事项:高企 奖励 企业:甲]"},
		{"任务", "任务 列表 map[]"},
		{"任务列表", "任务 列表 map[]"},
		{"任务 别的", " map[]"},
		{"运行 奖补审核", "任务 运行 map[任务名:奖补审核]"},
		{"任务  运行   奖补审核 2026年3月1日", "任务 运行 map[任务名:奖补审核 日期:2026年3月1日]"},
		{"任务 运行 date=2026-03-01 job=claims", "任务 运行 map[任务名:claims 日期:2026-03-01]"},
		{"任务 暂停 claims 名单有误，a=b 要核对", "任务 暂停 map[任务名:claims 理由:名单有误，a=b 要核对]"},
		{"任务 暂停 claims 理由=“名单 有误”", "任务 暂停 map[任务名:claims 理由:名单 有误]"},
		{"任务 暂停 claims 「名单 有误」", "任务 暂停 map[任务名:claims 理由:名单 有误]"},
		{"任务 运行", "任务 运行 请写明任务名。"},
		{"任务 运行 a b c", "任务 运行 “任务 运行”后面不需要“c”。"},
		{"任务 运行 a 月=3", "任务 运行 “任务 运行”没有“月”这一项，可以写的有：任务名、日期、引进年度、机构代码。"},
		{"任务 运行 a 任务=b", "任务 运行 “任务名”写了两次。"},
		{"任务 运行 a year=2025 机构=X", "任务 运行 map[任务名:a 引进年度:2025 机构代码:X]"},
		{"到账 婺星", "到账 map[企业:婺星]"},
		{"任务 运行 =b", "任务 运行 map[任务名:=b]"},
		{"", " map[]"},
		{"?", " map[]"},
		{"\xff\xfe", " map[]"},
	} {
		command, args, problem := bot.Parse(c.line)
		got := fmt.Sprintf("%s %v", command, args)
		if problem != "" {
			got = command + " " + problem
		}
		if got != c.want {
			t.Errorf("%q\n got %s\nwant %s", c.line, got, c.want)
		}
	}
}

// FuzzParse: whatever is typed, nothing breaks, and a command is found only in a line that begins with its name.
func FuzzParse(f *testing.F) {
	for _, line := range seeds {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		name, args, problem := bot.Parse(line)
		if name == "" {
			return
		}
		if !beginsWith(line, name) {
			t.Errorf("%q was taken for %s", line, name)
		}
		if problem != "" && strings.ContainsAny(problem, "*[]<>\n") {
			t.Errorf("%q is answered with markdown: %q", line, problem)
		}
		for _, v := range args {
			if len([]rune(v)) > 500*18 || strings.ContainsFunc(v, unicode.IsControl) {
				t.Errorf("%q gives the argument %q", line, v)
			}
		}
	})
}

// FuzzHandle: jobs are reached only by a line in the grammar of a command that reaches them.
func FuzzHandle(f *testing.F) {
	for _, line := range seeds {
		f.Add(line, "clerk", false)
		f.Add(line, "wang", true)
	}
	s := modelstest.New(f)
	f.Fuzz(func(t *testing.T, line, who string, group bool) {
		w := newTown(t, s)
		if _, err := s.Read(t.Context()).MemberByCode("clerk"); err != nil {
			w.happen("2024-01-02 firm 婺星人力（示例）有限公司 91330702MA00000001")
			w.happen("2024-01-02 contact wang 某某 婺星人力（示例）有限公司")
			w.happen("2024-01-02 official clerk 某某 clerk")
		}
		r := w.bot.Handle(t.Context(), bot.Message{MemberCode: who, Group: group, Text: line, At: noon(20260302)})
		if r.Text == "" || r.Outcome == "" {
			t.Errorf("%q is answered with nothing", line)
		}
		if strings.Contains(r.Text, "出错了") {
			t.Errorf("%q: %s", line, r.Text)
		}
		for _, done := range w.work.asked {
			verb, _, _ := strings.Cut(done, " ")
			names := map[string][]string{"run": {"任务 运行"}, "pause": {"任务 暂停", "任务 恢复"}}[verb]
			ok := who == "clerk" && !group
			if !ok || !beginsWith(line, names...) {
				t.Errorf("%q by %s (group %v) did %s", line, who, group, done)
			}
		}
	})
}

var seeds = []string{
	"进度", "进度 页=2", "任务 运行 奖补审核 2026-03-01", "任务 暂停 claims 名单有误", "任务 恢复 claims", "企业 “婺星 人力”", "@x 帮助", "引才人数2025", "为什么 事项='1'",
	"任务 运行 =", "企业 %_", "＝＝＝", "\u200b进度", "到期 企业=", "试算 claims 页=99999999999999999999", "(╯°□°)╯", "𝒽𝑒𝓁𝓅", "\xff",
}

// beginsWith is an independent reading of the grammar: without what is invisible, the line begins with the name or a
// synonym of one of the commands.
func beginsWith(line string, names ...string) bool {
	bare := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || !unicode.IsPrint(r) || unicode.Is(unicode.Mn, r) || r == unicode.ReplacementChar {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKC.String(strings.ToValidUTF8(line, "")))
	for _, c := range bot.All() {
		for _, name := range names {
			if c.Name != name {
				continue
			}
			for _, word := range append([]string{c.Name}, c.Aliases...) {
				word = strings.ReplaceAll(strings.ToLower(word), " ", "")
				if strings.HasPrefix(strings.TrimPrefix(bare, "/"), word) || strings.HasPrefix(bare, "@") && strings.Contains(bare, word) {
					return true
				}
			}
		}
	}
	return false
}

package sim_test

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"duixian/dingtalk/sim"
)

// browser opens the page of a desk in a headless Chromium with a fresh profile. Anything that the page reports as an error, or that its
// Content-Security-Policy refuses, fails the test.
func (d *desk) browser(width, height int64) context.Context {
	t := d.t
	t.Helper()
	program := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if at, err := exec.LookPath(name); err == nil {
			program = at
			break
		}
	}
	if program == "" {
		t.Fatal("chromium is missing: apt-get install -y chromium fonts-noto-cjk")
	}
	options := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(program), chromedp.UserDataDir(t.TempDir()), chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck, chromedp.Headless,
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true), chromedp.Flag("lang", "zh-CN"),
	}
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(func() {
		if err := chromedp.Cancel(ctx); err != nil && t.Context().Err() == nil {
			t.Error(err)
		}
		cancel()
	})
	messages := chromedp.Console(ctx)
	go func() { // ends with the browser
		for m, err := range messages {
			if err != nil || t.Context().Err() != nil {
				return
			}
			if m.Type == chromedp.ConsoleException || m.Type == chromedp.ConsoleError && !strings.Contains(m.Text, "400 (Bad Request)") {
				t.Errorf("the page reports: %s", m.Text)
			}
		}
	}()
	size := chromedp.EmulateViewport(width, height)
	if width < 700 {
		size = chromedp.EmulateViewport(width, height, chromedp.EmulateMobile, chromedp.EmulatePortrait)
	}
	elsewhere := func(ctx context.Context, tab *chromedp.Target) error { // dates are Shanghai's wherever the browser stands
		_, err := cdp.Call(ctx, tab, emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: "America/New_York"})
		return err
	}
	run(t, ctx, size, chromedp.Func(elsewhere), chromedp.Navigate(d.url), chromedp.WaitVisible(chromedp.CSS(".phone .conversation")))
	return ctx
}

type step = chromedp.Action[chromedp.Void]

func run(t *testing.T, ctx context.Context, steps ...step) {
	t.Helper()
	if err := chromedp.Do(ctx, steps...); err != nil {
		t.Fatal(err)
	}
}

func value[T any](t *testing.T, ctx context.Context, expression string) T {
	t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// until waits, woken by the page's own animation frames, until a JavaScript expression is true.
func until(expression string) step {
	return func(ctx context.Context, tab *chromedp.Target) (chromedp.Void, error) {
		_, err := chromedp.Poll[bool]("("+expression+") ? true : false", chromedp.WithPollingTimeout(time.Minute))(ctx, tab)
		if err != nil {
			err = &pageError{expression, err}
		}
		return chromedp.Void{}, err
	}
}

func do(expression string) step { return chromedp.Evaluate[chromedp.Void](expression) }

func typed(selector, text string) step { return chromedp.SendKeys(chromedp.CSS(selector), text) }

type pageError struct {
	expression string
	err        error
}

func (e *pageError) Error() string { return "waiting for " + e.expression + ": " + e.err.Error() }

func phone(person string) string { return `[data-person="` + person + `"] ` }

func has(selector, text string) step {
	return until(`[...document.querySelectorAll(` + quote(selector) + `)].some((e) => e.innerText.includes(` + quote(text) + `))`)
}

func quote(s string) string {
	text, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// tap clicks the first element of a selector that holds a text.
func tap(selector, text string) step {
	find := `[...document.querySelectorAll(` + quote(selector) + `)].find((e) => e.innerText.includes(` + quote(text) + `))`
	return chromedp.Steps(until(find+` !== undefined`), do(find+`.click()`))
}

// picture keeps a screenshot in the folder that DUIXIAN_SCREENSHOTS names, to be looked at by people; without it in the test's own.
func (d *desk) picture(name string) step {
	return func(ctx context.Context, tab *chromedp.Target) (none chromedp.Void, err error) {
		data, err := chromedp.CaptureScreenshot()(ctx, tab)
		if err != nil {
			return none, err
		}
		dir := os.Getenv("DUIXIAN_SCREENSHOTS")
		if dir == "" {
			dir = d.t.TempDir()
		}
		return none, os.WriteFile(filepath.Join(dir, name+".png"), data, 0o600)
	}
}

// echo is a bot that answers every text with a card of two buttons, and every file with its size.
func (d *desk) echo() {
	d.t.Helper()
	newBot(d, func(b *bot, m inbound) {
		switch m.MsgType {
		case "file":
			b.reply(m, map[string]any{"msgtype": "text", "text": map[string]any{"content": "收到 " + m.Content.FileName + "：" + b.fetch(m.Content.DownloadCode)}})
		default:
			b.reply(m, map[string]any{"msgtype": "actionCard", "actionCard": map[string]any{
				"title": "你说：" + strings.TrimSpace(m.Text.Content), "text": "#### 你说\n> " + strings.TrimSpace(m.Text.Content) + "\n\n- 第一项 **要紧**\n- 第二项 [看看](https://example.com/)",
				"btnOrientation": "1", "btns": []map[string]string{{"title": "同意", "actionURL": "dtmd://dingtalkclient/sendMessage?content=%E5%90%8C%E6%84%8F+A1"}, {"title": "详情", "actionURL": "https://example.com/r/7"}},
			}})
		}
	})
}

// TestTwoPeopleChatOnThePage: in a real browser two people chat with a bot and in a group, press a button, send a file and see read ticks.
func TestTwoPeopleChatOnThePage(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.echo()
	ctx := d.browser(1500, 900)
	li, wang := phone("u001"), phone("u002")
	run(t, ctx,
		tap(li+".conversation strong", "小助手"), typed(li+"textarea", "进度\r"),
		has(li+".mine .bubble", "进度"), has(li+".card blockquote", "进度"), has(li+".mine .ticks", "已读"),
		tap(li+".card-button", "同意"), has(li+".mine .bubble", "同意 A1"), has(li+".card blockquote", "同意 A1"),

		has(wang+".conversation", "项目群"), tap(wang+".conversation", "项目群"), typed(wang+"textarea", "大家好，@小"), has(wang+".names", "小助手"), typed(wang+"textarea", "\r在吗\r"),
		has(wang+".mine .bubble", "大家好，@小助手 在吗"), has(wang+".card blockquote", "大家好， 在吗"), has(wang+".mine .ticks", "2人未读"),
		typed(li+"textarea", "\x1b"), until(`!document.querySelector('[data-person=u001].in-chat')`), has(li+".badge", ""), tap(li+".conversation", "项目群"), has(wang+".mine .ticks", "1人未读"),
	)
	file := filepath.Join(t.TempDir(), "名单 2026.xlsx")
	if err := os.WriteFile(file, []byte("PK\x03\x04 not really a workbook"), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, ctx,
		tap(li+".back", "‹"), tap(li+".conversation strong", "小助手"), chromedp.SetUploadFiles(chromedp.CSS(li+"input[type=file]"), []string{file}),
		has(li+".mine .file", "名单 2026.xlsx"), has(li+".message .text", "收到 名单 2026.xlsx：26"), d.picture("desktop"),
	)
	run(t, ctx, tap("#tools button", "机器人"), has("#side", d.app.ClientID), d.picture("robots"))
	if page := value[string](t, ctx, `document.body.innerText`); strings.Contains(page, d.app.ClientSecret.Reveal()) {
		t.Error("the page shows the secret unasked")
	}
	run(t, ctx, do(`document.querySelector('[data-chip=u002]').click()`), until(`document.querySelectorAll('.phone').length === 1`), d.picture("one-person"))
}

// TestFaultsAndLogOnThePage: the switchboard throws a fault, the person sees what became of the message, the log shows frames with secrets masked.
func TestFaultsAndLogOnThePage(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.echo()
	ctx := d.browser(1500, 900)
	li := phone("u001")
	run(t, ctx,
		tap("#tools button", "故障"), chromedp.Click(chromedp.CSS("#f-lose-in-gap")), until(`document.querySelector('[data-fault=lose-in-gap].on')`), tap(".actions button", "断线"),
		until(`!document.querySelector('.dot.on')`), tap(li+".conversation strong", "小助手"), typed(li+"textarea", "有人吗\r"), has(li+".ticks .bad", "丢失"), d.picture("faults"),
		tap(".actions button", "关闭全部故障"), until(`!document.querySelector('.fault.on')`),
	)
	d.echo()
	run(t, ctx, until(`document.querySelector('.dot.on')`), tap(li+".again", "重投"), has(li+".ticks .good", "已读"),
		tap("#tools button", "日志"), has(".call .path", "/robot/sendBySession"), do(`[...document.querySelectorAll('.call')].find((e) => e.innerText.includes('CALLBACK')).open = true`),
		has(".call pre", `"msgtype": "text"`), has(".call pre", "有人吗"), d.picture("log"),
		typed("#side input[type=search]", "connections/open"), until(`[...document.querySelectorAll('.call')].every((e) => e.innerText.includes('connections/open'))`))
	run(t, ctx, do(`document.querySelectorAll('.call').forEach((e) => { e.open = true })`), has(".call pre", "clientSecret"))
	if page := value[string](t, ctx, `document.body.innerText`); strings.Contains(page, d.app.ClientSecret.Reveal()) {
		t.Error("the log shows the secret")
	}
}

// TestHostileTextsStayText: whatever a bot or a person writes, the page shows it as text. Scripts, handlers, styles, foreign pictures and script links do nothing.
func TestHostileTextsStayText(t *testing.T) {
	t.Parallel()
	evil := `<img src=x onerror="window.hit=1"><script>window.hit=2</script><svg onload="window.hit=3"></svg><style>*{display:none}</style>`
	d := open(t, func(o *sim.Options) {
		o.Config = sim.Defaults()
		o.Config.People[1].Name = `<b onclick=1>王</b>`
		o.Config.Groups[0].Title = evil[:40]
	})
	chat := d.chat("u001")
	d.say("u001", chat, evil)
	send := func(key string, p map[string]any) {
		d.want(200, "POST", "/v1.0/robot/oToMessages/batchSend", map[string]any{"robotCode": d.app.RobotCode, "userIds": []string{"u001"}, "msgKey": key, "msgParam": param(p)})
	}
	send("sampleMarkdown", map[string]any{"title": evil, "text": evil + "\n# " + evil + "\n> " + evil + "\n- " + evil + "\n[点](javascript:window.hit=4) ![图](https://example.com/spy.png) ![图](javascript:window.hit=5) [" + evil + "](data:text/html,<script>window.hit=6</script>) **" + strings.Repeat("*_[", 3000)})
	send("sampleActionCard", map[string]any{"title": evil, "text": evil, "singleTitle": evil + "按我", "singleURL": "javascript:window.hit=7"})
	send("sampleLink", map[string]any{"title": evil, "text": evil, "messageUrl": "javascript:window.hit=8"})
	if _, err := d.Say(t.Context(), sim.Say{As: "u001", Conversation: chat, File: &sim.Upload{Name: `"><img src=x onerror=window.hit=9>.html`, Data: []byte(evil)}}); err != nil {
		t.Fatal(err)
	}
	ctx := d.browser(1000, 800)
	run(t, ctx, tap(phone("u001")+".conversation", "小助手"), has(".bubble", "<script>window.hit=2</script>"), tap(".card-button", "按我"), has("#toast", "打不开"),
		do(`document.querySelectorAll('.bubble a.link').forEach((a) => a.click())`), tap(".card.plain", "onerror"))
	hit := value[any](t, ctx, `window.hit ?? null`)
	foreign := value[int](t, ctx, `[...document.querySelectorAll('.stream :is(img,script,svg,style,iframe)')].filter((e) => !e.src?.startsWith(location.origin)).length`)
	if hit != nil || foreign != 0 {
		t.Errorf("something ran (%v) or %d foreign elements came in", hit, foreign)
	}
}

// TestEveryKindOfMessageIsShown: what the API can send has a form on the phone, notices and DINGs too.
func TestEveryKindOfMessageIsShown(t *testing.T) {
	t.Parallel()
	d := open(t, withCards)
	send := func(key string, p map[string]any) {
		d.move(time.Second)
		d.want(200, "POST", "/v1.0/robot/oToMessages/batchSend", map[string]any{"robotCode": d.app.RobotCode, "userIds": []string{"u001"}, "msgKey": key, "msgParam": param(p)})
	}
	pixel := "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xa75\x81\x84\x00\x00\x00\x00IEND\xaeB`\x82"
	file := d.upload(0, "file", "拨付清单.xlsx", strings.Repeat("x", 4321))
	send("sampleImageMsg", map[string]any{"photoURL": d.upload(0, "image", "图.png", pixel)})
	send("sampleFile", map[string]any{"mediaId": file, "fileName": "拨付清单.xlsx", "fileType": "xlsx"})
	send("sampleLink", map[string]any{"title": "申报指南", "text": "要交什么、到哪里交", "messageUrl": "https://runner.example/"})
	send("sampleMarkdown", map[string]any{"title": "进度", "text": "### 引才人数\n2025年引进、2026年兑现：**12** 人\n\n1. 已满六个月 8 人\n2. 还差 *4* 人\n\n> 依据：三（七）\n\n第一行  \n第二行\n不换行"})
	send("sampleActionCard3", map[string]any{"title": "待办", "text": "#### 审批码 204816\n拨付 12,000.00 元", "actionTitle1": "同意", "actionURL1": "dtmd://dingtalkclient/sendMessage?content=x", "actionTitle2": "退回", "actionURL2": "dtmd://dingtalkclient/sendMessage?content=y", "actionTitle3": "详情", "actionURL3": "https://runner.example/"})
	d.want(200, "POST", "/v1.0/card/instances/createAndDeliver", cardBody(d, "run-77", "dtv1.card//IM_ROBOT.u001"))
	d.old(0, "/topapi/message/corpconversation/asyncsend_v2", map[string]any{"agent_id": d.app.AgentID, "userid_list": "u001", "msg": map[string]any{"msgtype": "oa", "oa": map[string]any{"message_url": "https://runner.example/", "head": map[string]any{"text": "兑现"}, "body": map[string]any{"title": "星级到期", "form": []map[string]string{{"key": "到期日", "value": "2026年3月1日"}}}}}})
	d.want(200, "POST", "/v1.0/robot/ding/send", map[string]any{"robotCode": d.app.RobotCode, "remindType": 1, "receiverUserIdList": []string{"u001"}, "content": "今天 17:00 前请处理"})
	if _, err := d.Say(t.Context(), sim.Say{As: "u001", Conversation: d.chat("u001"), File: &sim.Upload{Kind: "audio", Name: "a.mp3", Data: []byte("x"), Speech: "我的奖励什么时候到"}}); err != nil {
		t.Fatal(err)
	}
	ctx := d.browser(1280, 1400)
	dark := func(ctx context.Context, tab *chromedp.Target) error {
		_, err := cdp.Call(ctx, tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}}})
		return err
	}
	li := phone("u001")
	run(t, ctx, has(li+".conversation strong", "工作通知：小助手"), has(li+".ding", "今天 17:00 前请处理"), tap(li+".ding button", "收到"), until(`!document.querySelector('.ding')`),
		tap("[data-chip]", "王芳"), tap(li+".conversation strong", "小助手"), until(`document.querySelector('.bubble img')?.naturalWidth === 1`), has(li+".file", "4.2 KB"), has(li+".card.plain", "申报指南"),
		has(li+".md ol li", "还差 4 人"), has(li+".md blockquote", "依据"), has(li+".buttons .card-button", "退回"), has(li+".card-title", "审批"), has(li+".card", "状态：待审"), has(li+".bubble", "我的奖励什么时候到"),
		until(`[...document.querySelectorAll('.md p')].some((e) => e.innerText === '第一行\n第二行 不换行')`), d.picture("kinds"), chromedp.Func(dark), d.picture("dark"))
}

// TestThePageOnAPhone: at phone width one person fills the screen; lists, chat, to-dos and the calendar work there too.
func TestThePageOnAPhone(t *testing.T) {
	t.Parallel()
	day := &clock{now: time.Date(2026, 1, 31, 1, 0, 0, 0, time.UTC)}
	d := open(t, func(o *sim.Options) {
		o.Clock = &sim.Clock{Now: day.Now, Advance: func(_ context.Context, to time.Time) error {
			day.mu.Lock()
			defer day.mu.Unlock()
			day.now = to
			return nil
		}}
	})
	d.echo()
	d.todo("提交补贴材料", "firm-12/2026-11")
	ctx := d.browser(390, 844)
	li := phone("u001")
	run(t, ctx, has("#clock strong", "2026年1月31日"), tap("#clock button", "下月"), has("#clock strong", "2026年2月28日"), tap("#clock button", "次日"), has("#clock strong", "2026年3月1日"),
		d.picture("phone-list"), tap(li+".conversation strong", "小助手"), typed(li+"textarea", "我的奖励\r"), has(li+".card blockquote", "我的奖励"), d.picture("phone-chat"),
		tap(li+".back", "‹"), tap(li+".tabs button", "待办"), has(li+".todos", "提交补贴材料"), d.picture("phone-todo"))
	if value[bool](t, ctx, `document.documentElement.scrollWidth > innerWidth`) {
		t.Error("the page scrolls sideways on a phone")
	}
}

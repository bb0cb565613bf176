package sim_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"duixian/dingtalk/sim"
	"duixian/dingtalk/sim/simtest"
)

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
	ctx := simtest.Open(t, d.url, 1500, 900)
	li, wang := simtest.Phone("u001"), simtest.Phone("u002")
	simtest.Run(t, ctx,
		simtest.Tap(li+".conversation strong", "小助手"), simtest.Typed(li+"textarea", "进度\r"),
		simtest.Has(li+".mine .bubble", "进度"), simtest.Has(li+".card blockquote", "进度"), simtest.Has(li+".mine .ticks", "已读"),
		simtest.Tap(li+".card-button", "同意"), simtest.Has(li+".mine .bubble", "同意 A1"), simtest.Has(li+".card blockquote", "同意 A1"),

		simtest.Has(wang+".conversation", "项目群"), simtest.Tap(wang+".conversation", "项目群"), simtest.Typed(wang+"textarea", "大家好，@小"), simtest.Has(wang+".names", "小助手"), simtest.Typed(wang+"textarea", "\r在吗\r"),
		simtest.Has(wang+".mine .bubble", "大家好，@小助手 在吗"), simtest.Has(wang+".card blockquote", "大家好， 在吗"), simtest.Has(wang+".mine .ticks", "2人未读"),
		simtest.Typed(li+"textarea", "\x1b"), simtest.Until(`!document.querySelector('[data-person=u001].in-chat')`), simtest.Has(li+".badge", ""), simtest.Tap(li+".conversation", "项目群"), simtest.Has(wang+".mine .ticks", "1人未读"),
	)
	file := filepath.Join(t.TempDir(), "名单 2026.xlsx")
	if err := os.WriteFile(file, []byte("PK\x03\x04 not really a workbook"), 0o600); err != nil {
		t.Fatal(err)
	}
	simtest.Run(t, ctx,
		simtest.Tap(li+".back", "‹"), simtest.Tap(li+".conversation strong", "小助手"), chromedp.SetUploadFiles(chromedp.CSS(li+"input[type=file]"), []string{file}),
		simtest.Has(li+".mine .file", "名单 2026.xlsx"), simtest.Has(li+".message .text", "收到 名单 2026.xlsx：26"), simtest.Picture(t, "desktop"),
	)
	simtest.Run(t, ctx, simtest.Tap("#tools button", "机器人"), simtest.Has("#side", d.app.ClientID), simtest.Picture(t, "robots"))
	if page := simtest.Value[string](t, ctx, `document.body.innerText`); strings.Contains(page, d.app.ClientSecret.Reveal()) {
		t.Error("the page shows the secret unasked")
	}
	simtest.Run(t, ctx, simtest.Do(`document.querySelector('[data-chip=u002]').click()`), simtest.Until(`document.querySelectorAll('.phone').length === 1`), simtest.Picture(t, "one-person"))
}

// TestFaultsAndLogOnThePage: the switchboard throws a fault, the person sees what became of the message, the log shows frames with secrets masked.
func TestFaultsAndLogOnThePage(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.echo()
	ctx := simtest.Open(t, d.url, 1500, 900)
	li := simtest.Phone("u001")
	simtest.Run(t, ctx,
		simtest.Tap("#tools button", "故障"), chromedp.Click(chromedp.CSS("#f-lose-in-gap")), simtest.Until(`document.querySelector('[data-fault=lose-in-gap].on')`), simtest.Tap(".actions button", "断线"),
		simtest.Until(`!document.querySelector('.dot.on')`), simtest.Tap(li+".conversation strong", "小助手"), simtest.Typed(li+"textarea", "有人吗\r"), simtest.Has(li+".ticks .bad", "丢失"), simtest.Picture(t, "faults"),
		simtest.Tap(".actions button", "关闭全部故障"), simtest.Until(`!document.querySelector('.fault.on')`),
	)
	d.echo()
	simtest.Run(t, ctx, simtest.Until(`document.querySelector('.dot.on')`), simtest.Tap(li+".again", "重投"), simtest.Has(li+".ticks .good", "已读"),
		simtest.Tap("#tools button", "日志"), simtest.Has(".call .path", "/robot/sendBySession"), simtest.Do(`[...document.querySelectorAll('.call')].find((e) => e.innerText.includes('CALLBACK')).open = true`),
		simtest.Has(".call pre", `"msgtype": "text"`), simtest.Has(".call pre", "有人吗"), simtest.Picture(t, "log"),
		simtest.Typed("#side input[type=search]", "connections/open"), simtest.Until(`[...document.querySelectorAll('.call')].every((e) => e.innerText.includes('connections/open'))`))
	simtest.Run(t, ctx, simtest.Do(`document.querySelectorAll('.call').forEach((e) => { e.open = true })`), simtest.Has(".call pre", "clientSecret"))
	if page := simtest.Value[string](t, ctx, `document.body.innerText`); strings.Contains(page, d.app.ClientSecret.Reveal()) {
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
	ctx := simtest.Open(t, d.url, 1000, 800)
	simtest.Run(t, ctx, simtest.Tap(simtest.Phone("u001")+".conversation", "小助手"), simtest.Has(".bubble", "<script>window.hit=2</script>"), simtest.Tap(".card-button", "按我"), simtest.Has("#toast", "打不开"),
		simtest.Do(`document.querySelectorAll('.bubble a.link').forEach((a) => a.click())`), simtest.Tap(".card.plain", "onerror"))
	hit := simtest.Value[any](t, ctx, `window.hit ?? null`)
	foreign := simtest.Value[int](t, ctx, `[...document.querySelectorAll('.stream :is(img,script,svg,style,iframe)')].filter((e) => !e.src?.startsWith(location.origin)).length`)
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
	ctx := simtest.Open(t, d.url, 1280, 1400)
	dark := func(ctx context.Context, tab *chromedp.Target) error {
		_, err := cdp.Call(ctx, tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}}})
		return err
	}
	li := simtest.Phone("u001")
	simtest.Run(t, ctx, simtest.Has(li+".conversation strong", "工作通知：小助手"), simtest.Has(li+".ding", "今天 17:00 前请处理"), simtest.Tap(li+".ding button", "收到"), simtest.Until(`!document.querySelector('.ding')`),
		simtest.Tap("[data-chip]", "王芳"), simtest.Tap(li+".conversation strong", "小助手"), simtest.Until(`document.querySelector('.bubble img')?.naturalWidth === 1`), simtest.Has(li+".file", "4.2 KB"), simtest.Has(li+".card.plain", "申报指南"),
		simtest.Has(li+".md ol li", "还差 4 人"), simtest.Has(li+".md blockquote", "依据"), simtest.Has(li+".buttons .card-button", "退回"), simtest.Has(li+".card-title", "审批"), simtest.Has(li+".card", "状态：待审"), simtest.Has(li+".bubble", "我的奖励什么时候到"),
		simtest.Until(`[...document.querySelectorAll('.md p')].some((e) => e.innerText === '第一行\n第二行 不换行')`), simtest.Picture(t, "kinds"), chromedp.Func(dark), simtest.Picture(t, "dark"))
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
	ctx := simtest.Open(t, d.url, 390, 844)
	li := simtest.Phone("u001")
	simtest.Run(t, ctx, simtest.Has("#clock strong", "2026年1月31日"), simtest.Tap("#clock button", "下月"), simtest.Has("#clock strong", "2026年2月28日"), simtest.Tap("#clock button", "次日"), simtest.Has("#clock strong", "2026年3月1日"),
		simtest.Picture(t, "phone-list"), simtest.Tap(li+".conversation strong", "小助手"), simtest.Typed(li+"textarea", "我的奖励\r"), simtest.Has(li+".card blockquote", "我的奖励"), simtest.Picture(t, "phone-chat"),
		simtest.Tap(li+".back", "‹"), simtest.Tap(li+".tabs button", "待办"), simtest.Has(li+".todos", "提交补贴材料"), simtest.Picture(t, "phone-todo"))
	if wide := simtest.Sideways(t, ctx); len(wide) > 0 {
		t.Errorf("wider than a phone: %q", wide)
	}
}

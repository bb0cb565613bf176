package sim_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"duixian/dingtalk/sim"
)

func decode(t *testing.T, text string, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), into); err != nil {
		t.Fatal(err, text)
	}
}

func TestBatchSendChecksAndTellsPartialFailures(t *testing.T) {
	t.Parallel()
	d := open(t)
	send := func(status int, change func(map[string]any)) map[string]any {
		t.Helper()
		body := map[string]any{"robotCode": d.app.RobotCode, "userIds": []string{"u001"}, "msgKey": "sampleMarkdown", "msgParam": `{"title":"提醒","text":"截止"}`}
		change(body)
		d.move(time.Second) // out of the rate's way
		return d.want(status, "POST", "/v1.0/robot/oToMessages/batchSend", body)
	}
	for name, change := range map[string]func(map[string]any){
		"another robot":   func(b map[string]any) { b["robotCode"] = "dingother" },
		"nobody":          func(b map[string]any) { b["userIds"] = []string{} },
		"21 people":       func(b map[string]any) { b["userIds"] = strings.Split(strings.Repeat("u001,", 21), ",")[:21] },
		"unknown msgKey":  func(b map[string]any) { b["msgKey"] = "sampleCard" },
		"msgParam object": func(b map[string]any) { b["msgParam"] = map[string]string{"title": "x", "text": "y"} },
		"msgParam text":   func(b map[string]any) { b["msgParam"] = "截止" },
		"missing key":     func(b map[string]any) { b["msgParam"] = `{"title":"x"}` },
		"too long": func(b map[string]any) {
			b["msgParam"] = param(map[string]any{"title": "x", "text": strings.Repeat("长", 5000)})
		},
		"all unknown": func(b map[string]any) { b["userIds"] = []string{"gone9", "u004"} },
	} {
		if a := send(400, change); a["code"] == "" || a["message"] == "" {
			t.Errorf("%s: %v", name, a)
		}
	}
	if n := len(d.Messages("")); n != 0 {
		t.Fatalf("%d messages came of refused calls", n)
	}
	a := send(200, func(b map[string]any) { b["userIds"] = []string{"u001", "gone9", "u004", "x001", "u002"} })
	if fmt.Sprint(a["invalidStaffIdList"]) != "[gone9 u004 x001]" || len(d.Messages("")) != 2 {
		t.Errorf("%v, %d messages", a, len(d.Messages("")))
	}
	d.On("partial-flow")
	if a := send(200, func(map[string]any) {}); fmt.Sprint(a["flowControlledStaffIdList"]) != "[u001]" || len(d.Messages("")) != 2 {
		t.Errorf("throttled: %v", a)
	}
}

func TestReadStatusAndRecall(t *testing.T) {
	t.Parallel()
	d := open(t)
	b := newBot(d, nil)
	key := d.want(200, "POST", "/v1.0/robot/oToMessages/batchSend", map[string]any{"robotCode": d.app.RobotCode, "userIds": []string{"u001", "u002"}, "msgKey": "sampleText", "msgParam": `{"content":"请看"}`})["processQueryKey"].(string)
	status := func() string {
		a := d.want(200, "GET", "/v1.0/robot/oToMessages/readStatus?robotCode="+d.app.RobotCode+"&processQueryKey="+url.QueryEscape(key), nil)
		text := fmt.Sprint(a["sendStatus"])
		for _, p := range a["messageReadInfoList"].([]any) {
			text += fmt.Sprint(" ", p.(map[string]any)["userId"], "=", p.(map[string]any)["readStatus"])
		}
		return text
	}
	if got := status(); got != "SUCCESS u001=UNREAD u002=UNREAD" {
		t.Error(got)
	}
	if err := d.Read("u001", d.chat("u001")); err != nil {
		t.Fatal(err)
	}
	f := b.next()
	if f.Type != "EVENT" || f.Headers["eventType"] != "robot_msg_read" || !strings.Contains(f.Data, key) {
		t.Errorf("%+v", f)
	}
	if got := status(); got != "SUCCESS u001=READ u002=UNREAD" {
		t.Error(got)
	}
	recall := map[string]any{"robotCode": d.app.RobotCode, "processQueryKeys": []string{key, "nothing"}}
	a := d.want(200, "POST", "/v1.0/robot/otoMessages/batchRecall", recall)
	if fmt.Sprint(a["successResult"]) != "["+key+"]" || a["failedResult"].(map[string]any)["nothing"] == nil {
		t.Errorf("%v", a)
	}
	if got := status(); !strings.HasPrefix(got, "RECALLED") || !d.Messages("")[0].Recalled {
		t.Error(got)
	}
	d.move(25 * time.Hour)
	d.login()
	d.want(400, "GET", "/v1.0/robot/oToMessages/readStatus?robotCode="+d.app.RobotCode+"&processQueryKey="+url.QueryEscape(key), nil)
}

func TestGroupPushesAreReadByNameAndRecalled(t *testing.T) {
	t.Parallel()
	d := open(t)
	group, err := d.Group("项目群")
	if err != nil {
		t.Fatal(err)
	}
	body := map[string]any{"robotCode": d.app.RobotCode, "openConversationId": group, "msgKey": "sampleActionCard2", "msgParam": param(map[string]any{
		"title": "t", "text": "x", "actionTitle1": "确认", "actionURL1": "dtmd://dingtalkclient/sendMessage?content=%E7%A1%AE%E8%AE%A4+R7", "actionTitle2": "详情", "actionURL2": "https://runner.example/r/7",
	})}
	key := d.want(200, "POST", "/v1.0/robot/groupMessages/send", body)["processQueryKey"].(string)
	body["openConversationId"] = d.chat("u001")
	d.want(400, "POST", "/v1.0/robot/groupMessages/send", body)
	for _, who := range []string{"u001", "u003"} {
		if err := d.Read(who, group); err != nil {
			t.Fatal(err)
		}
	}
	query := map[string]any{"robotCode": d.app.RobotCode, "openConversationId": group, "processQueryKey": key, "maxResults": 1}
	first := d.want(200, "POST", "/v1.0/robot/groupMessages/query", query)
	query["nextToken"] = first["nextToken"]
	second := d.want(200, "POST", "/v1.0/robot/groupMessages/query", query)
	if fmt.Sprint(first["readUserIds"], second["readUserIds"], first["hasMore"], second["hasMore"]) != "[u001] [u003] true false" {
		t.Errorf("%v %v", first, second)
	}

	b := newBot(d, nil)
	m := d.Messages(group)[0]
	said, link, err := d.Press(t.Context(), "u001", m.ID, "确认")
	if err != nil || link != "" || said.Text != "@小助手 确认 R7" {
		t.Errorf("%+v %q %v", said, link, err)
	}
	if in, _ := b.message(); in.Text.Content != " 确认 R7" || in.SenderStaffID != "u001" {
		t.Errorf("%+v", in)
	}
	if _, link, err := d.Press(t.Context(), "u001", m.ID, "详情"); err != nil || link != "https://runner.example/r/7" {
		t.Errorf("%q %v", link, err)
	}
	d.On("dtmd-no-mention")
	if _, _, err := d.Press(t.Context(), "u001", m.ID, "确认"); err != nil {
		t.Fatal(err)
	}
	b.quiet()
	d.want(200, "POST", "/v1.0/robot/groupMessages/recall", map[string]any{"robotCode": d.app.RobotCode, "openConversationId": group, "processQueryKeys": []string{key}})
	if !d.Messages(group)[0].Recalled {
		t.Error("not recalled")
	}
}

func TestASessionLivesNinetyMinutes(t *testing.T) {
	t.Parallel()
	d := open(t)
	b := newBot(d, nil)
	d.say("u001", d.chat("u001"), "x")
	m, _ := b.message()
	path := strings.TrimPrefix(m.SessionWebhook, d.url)
	text := func(content string) map[string]any {
		return map[string]any{"msgtype": "text", "text": map[string]any{"content": content}}
	}
	d.move(90 * time.Minute)
	d.old(0, path, text("赶上了"))
	for code, body := range map[int]map[string]any{
		40035:  {"msgtype": "markdown", "markdown": map[string]any{"text": "没有标题"}},
		400105: {"msgtype": "image"},
		460101: text(strings.Repeat("长", 7000)),
	} {
		d.old(code, path, body)
	}
	if status, body := d.raw("POST", path, "text/plain", strings.NewReader("{}")); status != 200 || !strings.Contains(body, "43004") {
		t.Error(status, body)
	}
	d.move(time.Second)
	d.old(300001, path, text("太迟了"))
	d.old(300001, "/robot/sendBySession?session=nothing", text("x"))
	if n := len(d.Messages("")); n != 2 {
		t.Errorf("%d messages", n)
	}
}

func TestACustomRobotSignsAndIsBlockedForTenMinutes(t *testing.T) {
	t.Parallel()
	d := open(t, func(o *sim.Options) {
		o.Config = sim.Defaults()
		o.Config.Groups[0].Hooks = []sim.Hook{{Name: "告警", Secret: "SECdemo"}, {Name: "日报", Keywords: []string{"日报", "周报"}}}
	})
	group, err := d.Group("项目群")
	if err != nil {
		t.Fatal(err)
	}
	hooks := d.Hooks(group)
	signed := func() string {
		stamp := fmt.Sprint(d.clock.Now().UnixMilli())
		return "/robot/send?access_token=" + hooks[0].Token + "&timestamp=" + stamp + "&sign=" + url.QueryEscape(sim.Sign(stamp, "SECdemo"))
	}
	text := map[string]any{"msgtype": "text", "text": map[string]any{"content": "出事了 @13800000001 @u002 @u003"}, "at": map[string]any{"atMobiles": []string{"13800000001"}, "atUserIds": []string{"u002"}}, "msgUuid": "m-1"}
	fresh := signed()
	d.old(0, fresh, text)
	d.old(0, signed(), text) // the same msgUuid again
	if list := d.Messages(group); len(list) != 1 || list[0].Mentions["@13800000001"] != "李科" || list[0].Mentions["@u002"] != "王芳" || len(list[0].Mentions) != 2 {
		t.Errorf("%+v", list)
	}
	d.old(310000, "/robot/send?access_token="+hooks[0].Token, text)
	d.old(400101, "/robot/send?access_token=nothing", text)
	d.move(61 * time.Minute)
	d.old(310000, fresh, text)

	daily := "/robot/send?access_token=" + hooks[1].Token
	d.old(310000, daily, text)
	report := map[string]any{"msgtype": "text", "text": map[string]any{"content": "日报"}}
	for range 20 {
		d.old(0, daily, report)
	}
	d.old(130101, daily, report)
	d.move(9 * time.Minute)
	d.old(130101, daily, report)
	d.old(0, signed(), map[string]any{"msgtype": "text", "text": map[string]any{"content": "另一个不受影响"}})
	d.move(time.Minute)
	d.old(0, daily, report)
}

func TestDings(t *testing.T) {
	t.Parallel()
	d := open(t)
	body := map[string]any{"robotCode": d.app.RobotCode, "remindType": 1, "receiverUserIdList": []string{"u001", "u004"}, "content": "快看"}
	a := d.want(200, "POST", "/v1.0/robot/ding/send", body)
	if fmt.Sprint(a["failedList"]) != "map[staffId.notExisted:[u004]]" {
		t.Errorf("%v", a)
	}
	d.want(200, "POST", "/v1.0/robot/ding/recall", map[string]any{"robotCode": d.app.RobotCode, "openDingId": a["openDingId"]})
	body["remindType"], body["receiverUserIdList"] = 2, strings.Split(strings.Repeat("u001,", 20)+"u001", ",")
	d.want(400, "POST", "/v1.0/robot/ding/send", body)
}

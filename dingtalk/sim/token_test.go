package sim_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"duixian/dingtalk/sim"
)

func numeral(n int) string { return strconv.Itoa(n) }

func TestTokens(t *testing.T) {
	t.Parallel()
	d := open(t)
	credentials := map[string]any{"appKey": d.app.ClientID, "appSecret": d.app.ClientSecret.Reveal()}
	d.move(time.Hour)
	if again := d.want(200, "POST", "/v1.0/oauth2/accessToken", credentials)["accessToken"]; again != d.token {
		t.Error("a living token is not given again")
	}
	if old := d.want(200, "GET", "/gettoken?appkey="+d.app.ClientID+"&appsecret="+d.app.ClientSecret.Reveal(), nil); old["access_token"] != d.token || old["expires_in"] != 7200.0 {
		t.Errorf("gettoken: %v", old)
	}
	unified := map[string]any{"client_id": d.app.ClientID, "client_secret": d.app.ClientSecret.Reveal(), "grant_type": "client_credentials"}
	if a := d.want(200, "POST", "/v1.0/oauth2/dingsimcorp/token", unified); a["access_token"] != d.token {
		t.Errorf("unified: %v", a)
	}
	d.move(7199 * time.Second) // the fetch had renewed it
	d.old(0, "/topapi/user/listadmin", nil)
	d.move(time.Second)
	d.old(40014, "/topapi/user/listadmin", nil)
	if a := d.want(400, "POST", "/v1.0/robot/oToMessages/batchSend", map[string]any{}); a["code"] != "InvalidAuthentication" || a["requestid"] == nil {
		t.Errorf("stale: %v", a)
	}
	stale := d.token
	d.login()
	if d.token == stale {
		t.Error("an expired token came back")
	}
	d.ExpireTokens()
	d.old(40014, "/topapi/user/listadmin", nil)
	d.old(41001, "/topapi/user/listadmin?access_token=", nil)

	credentials["appSecret"] = "wrong"
	if a := d.want(400, "POST", "/v1.0/oauth2/accessToken", credentials); a["code"] != "invalidClientIdOrSecret" {
		t.Errorf("wrong secret: %v", a)
	}
	if a := d.want(200, "GET", "/gettoken?appkey="+d.app.ClientID+"&appsecret=wrong", nil); a["errcode"] != 40001.0 {
		t.Errorf("wrong secret, old: %v", a)
	}
	if status, text := d.raw("POST", "/v1.0/oauth2/accessToken", "application/x-www-form-urlencoded", strings.NewReader("appKey=x")); status != 400 || !strings.Contains(text, "Missingbody") {
		t.Errorf("a form: %d %s", status, text)
	}
}

func TestAMissingScopeIsNamed(t *testing.T) {
	t.Parallel()
	d := open(t, func(o *sim.Options) {
		o.Config = sim.Defaults()
		o.Config.Apps[0].Scopes = []string{"qyapi_get_member"}
	})
	a := d.want(403, "POST", "/v1.0/robot/oToMessages/batchSend", map[string]any{})
	if a["code"] != "Forbidden.AccessDenied.AccessTokenPermissionDenied" || a["accessdenieddetail"].(map[string]any)["requiredScopes"].([]any)[0] != "qyapi_robot_sendmsg" {
		t.Errorf("%v", a)
	}
	d.old(60011, "/topapi/message/corpconversation/asyncsend_v2", map[string]any{})
	d.old(0, "/topapi/user/listadmin", nil)
}

func TestRatesAndTheMonth(t *testing.T) {
	t.Parallel()
	d := open(t, func(o *sim.Options) { o.Config.Limits = sim.Limits{APICalls: 25, WebhookStream: 3} })
	send := map[string]any{"robotCode": d.app.RobotCode, "userIds": []string{"u001"}, "msgKey": "sampleText", "msgParam": `{"content":"x"}`}
	for range 20 {
		d.want(200, "POST", "/v1.0/robot/oToMessages/batchSend", send)
	}
	if a := d.want(403, "POST", "/v1.0/robot/oToMessages/batchSend", send); !strings.HasSuffix(a["code"].(string), "QpsLimitForAppkeyAndApi") {
		t.Errorf("the 21st in a second: %v", a)
	}
	d.old(0, "/topapi/user/listadmin", nil) // another API, and free
	d.move(time.Second)
	d.want(400, "POST", "/v1.0/robot/oToMessages/batchSend", map[string]any{"robotCode": d.app.RobotCode}) // refused, and counted
	for range 4 {
		d.want(200, "POST", "/v1.0/robot/oToMessages/batchSend", send)
	}
	if a := d.want(403, "POST", "/v1.0/robot/oToMessages/batchSend", send); !strings.HasSuffix(a["code"].(string), "ApiCountLimitForOrg") {
		t.Errorf("the 26th of the month: %v", a)
	}
	if q := d.Quota(); q.APICalls != 25 || q.Month != "2026-03" {
		t.Errorf("throttled or free calls were counted: %+v", q)
	}
	b := newBot(d, nil)
	for range 3 {
		d.say("u001", d.chat("u001"), "x")
		if m, _ := b.message(); m.ErrorCode != "" || m.Text.Content != "x" {
			t.Errorf("%+v", m)
		}
	}
	d.say("u001", d.chat("u001"), "x")
	m, _ := b.message()
	if m.ErrorCode != "20001" || m.Text.Content != "" || m.SenderStaffID != "u001" {
		t.Errorf("the callback of an empty month: %+v", m)
	}
	b.reply(m, map[string]any{"msgtype": "text", "text": map[string]any{"content": "还有吗"}})
	if _, err := d.WaitCall(soon(t), func(c sim.Call) bool { return c.Path == "/robot/sendBySession" && c.Errcode == "90020" }); err != nil {
		t.Error("a reply went through in an empty month")
	}
	d.move(31 * 24 * time.Hour)
	d.login()
	d.want(200, "POST", "/v1.0/robot/oToMessages/batchSend", send)
}

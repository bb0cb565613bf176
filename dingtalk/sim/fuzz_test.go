package sim_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"duixian/dingtalk/sim"
)

// FuzzEndpoints hands any body and query to any endpoint: the answer is an HTTP status, never a panic, and the simulator goes on.
func FuzzEndpoints(f *testing.F) {
	paths := []string{
		"POST /v1.0/gateway/connections/open", "POST /v1.0/robot/oToMessages/batchSend", "POST /v1.0/robot/groupMessages/send", "POST /v1.0/robot/groupMessages/query",
		"POST /v1.0/robot/otoMessages/batchRecall", "POST /v1.0/robot/groupMessages/recall", "POST /v1.0/robot/messageFiles/download", "POST /v1.0/robot/ding/send",
		"POST /v1.0/card/instances/createAndDeliver", "POST /v1.0/card/instances/deliver", "PUT /v1.0/card/instances", "PUT /v1.0/card/streaming", "POST /v1.0/card/callbacks/register",
		"POST /v1.0/todo/users/U/tasks", "POST /v1.0/todo/users/U/org/tasks/query", "POST /v1.0/calendar/users/U/calendars/primary/events",
		"POST /topapi/message/corpconversation/asyncsend_v2", "POST /topapi/message/corpconversation/getsendresult", "POST /topapi/v2/user/get", "POST /topapi/user/listsimple",
		"POST /topapi/v2/department/listsub", "POST /topapi/role/simplelist", "POST /robot/send", "POST /robot/sendBySession", "POST /media/upload",
		"POST /sim/say", "POST /sim/people", "POST /sim/groups", "POST /sim/apps", "POST /sim/faults", "POST /sim/click", "POST /sim/clock", "POST /sim/open",
	}
	config := sim.Defaults()
	config.People[0].UnionID = "U"
	config.Limits = sim.Limits{APICalls: -1, QPS: -1, WebhookStream: -1, HookPerMinute: -1}
	config.Groups[0].Hooks[0].Token = "hook"
	s, err := sim.New(sim.Options{Config: config, Now: time.Now})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() {
		if err := s.Close(); err != nil {
			f.Error(err)
		}
	})
	ask := func(method, path, query, kind, body string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, "http://127.0.0.1"+path, strings.NewReader(body))
		r.URL.RawQuery, r.RemoteAddr = query, "127.0.0.1:1"
		r.Header.Set("Content-Type", kind)
		return serve(s.Handler(), r)
	}
	a := s.App(0)
	tokenOf := func() string {
		text := ask("GET", "/gettoken", "appkey="+a.ClientID+"&appsecret="+a.ClientSecret.Reveal(), "", "").Body.String()
		_, token, _ := strings.Cut(text, `"access_token":"`)
		token, _, _ = strings.Cut(token, `"`)
		return token
	}
	for i := range paths {
		f.Add(uint8(i), true, `{"robotCode":"`+a.RobotCode+`","userIds":["u001"],"msgKey":"sampleText","msgParam":"{\"content\":1}","outTrackId":"o","cardTemplateId":"t","openSpaceId":"dtv1.card//IM_ROBOT.u001","agent_id":900000001,"userid_list":"u001","msg":{"msgtype":"text","text":{"content":"x"}},"msgtype":"text","text":{"content":"x"},"staff_id":"p","name":"n","as":"u001","subject":"s","detailUrl":{"pcUrl":"u"},"executorIds":["U"]}`)
		f.Add(uint8(i), false, `agent_id=900000001&userid_list=u001&msg={"msgtype":"text"}`)
		f.Add(uint8(i), true, `[null,{"at":[]}]`)
	}
	f.Fuzz(func(t *testing.T, which uint8, isJSON bool, body string) {
		if err := s.Reset(); err != nil { // every input meets the same simulator
			t.Fatal(err)
		}
		method, path, _ := strings.Cut(paths[int(which)%len(paths)], " ")
		kind := "application/x-www-form-urlencoded"
		if isJSON {
			kind = "application/json"
		}
		token := tokenOf()
		r := httptest.NewRequest(method, "http://127.0.0.1"+path, strings.NewReader(body))
		r.URL.RawQuery = "access_token=" + token
		if path == "/robot/send" {
			r.URL.RawQuery = "access_token=hook"
		}
		r.Header.Set("Content-Type", kind)
		r.Header.Set("x-acs-dingtalk-access-token", token)
		if got := serve(s.Handler(), r); got.Code < 200 || got.Code > 599 {
			t.Errorf("%s: status %d", path, got.Code)
		}
		if tokenOf() == "" {
			t.Errorf("%s: the simulator does not answer any more", path)
		}
	})
}

func serve(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

package dingtalk_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"duixian/dingtalk"
)

// fault is an answer that is no success, and what it must be taken for. DingTalk answers failures with HTTP 200, with codes as
// text, with pages of HTML; an answer that cannot be read leaves the outcome of a send open.
type fault struct {
	name   string
	old    bool // on the old API
	answer http.HandlerFunc
	class  dingtalk.Class
	about  dingtalk.About
	code   string
	wait   time.Duration // until Error.RetryAt; 0 = none
	says   string        // in the error's text
}

var faults = []fault{
	// The new API.
	{"400 unknown code", false, say(400, `{"code":"some.thing","requestid":"R-1","message":"%s"}`), dingtalk.Permanent, "", "some.thing", 0, "请求编号 R-1"},
	{"403 scope missing", false, say(403, `{"code":"Forbidden.AccessDenied.AccessTokenPermissionDenied","requestid":"R-2","message":"x","accessdenieddetail":{"requiredScopes":["qyapi_robot_sendmsg"]}}`), dingtalk.Configuration, "", "Forbidden.AccessDenied.AccessTokenPermissionDenied", 0, "缺少：qyapi_robot_sendmsg"},
	{"403 address", false, say(403, `{"code":"Forbidden.AccessDenied.IpNotInWhiteList","message":"x"}`), dingtalk.Configuration, "", "Forbidden.AccessDenied.IpNotInWhiteList", 0, "服务器出口IP"},
	{"403 qps looks like a permission", false, say(403, `{"code":"Forbidden.AccessDenied.QpsLimitForAppkeyAndApi","message":"x"}`), dingtalk.Retry, dingtalk.AboutRate, "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi", time.Second, "限流"},
	{"403 qpm", false, say(403, `{"code":"Forbidden.AccessDenied.QpmLimitForAppkeyAndApi","message":"x"}`), dingtalk.Retry, dingtalk.AboutRate, "Forbidden.AccessDenied.QpmLimitForAppkeyAndApi", time.Minute, "限流"},
	{"403 a throttle of tomorrow", false, say(403, `{"code":"Forbidden.AccessDenied.QpsLimitForMoon","message":"x"}`), dingtalk.Retry, dingtalk.AboutRate, "Forbidden.AccessDenied.QpsLimitForMoon", time.Minute, "限流"},
	{"403 month used up", false, say(403, `{"code":"Forbidden.AccessDenied.ApiCountLimitForOrg","message":"x"}`), dingtalk.Retry, dingtalk.AboutQuota, "Forbidden.AccessDenied.ApiCountLimitForOrg", time.Date(2026, 4, 1, 0, 10, 0, 0, noon.Location()).Sub(noon), "额度已用完"},
	{"400 no such person", false, say(400, `{"code":"staffId.notExisted","message":"x"}`), dingtalk.Permanent, dingtalk.AboutTarget, "staffId.notExisted", 0, "已离职"},
	{"400 group gone", false, say(400, `{"code":"group.disbanded","message":"x"}`), dingtalk.Permanent, dingtalk.AboutTarget, "group.disbanded", 0, "解散"},
	{"400 content refused", false, say(400, `{"code":"contain.notAllowed.text","message":"x"}`), dingtalk.Permanent, dingtalk.AboutContent, "contain.notAllowed.text", 0, "审核"},
	{"400 robot code", false, say(400, `{"code":"invalidParameter.robotCode.notExist","message":"x"}`), dingtalk.Configuration, "", "invalidParameter.robotCode.notExist", 0, "robotCode"},
	{"400 visible range", false, say(400, `{"code":"chatbotId.notAllow.sendOTO","message":"x"}`), dingtalk.Configuration, "", "chatbotId.notAllow.sendOTO", 0, "可见范围"},
	{"400 too long", false, say(400, `{"code":"invalidParameter.msgParam.tooLong","message":"x"}`), dingtalk.Permanent, dingtalk.AboutContent, "invalidParameter.msgParam.tooLong", 0, "长度"},
	{"400 muted", false, say(400, `{"code":"send.forbidden","message":"x"}`), dingtalk.Permanent, "", "send.forbidden", 0, "禁言"},
	{"400 too fast", false, say(400, `{"code":"send.too.fast","message":"x"}`), dingtalk.Retry, dingtalk.AboutRate, "send.too.fast", time.Minute, ""},
	{"500 system.error", false, say(500, `{"code":"system.error","message":"x"}`), dingtalk.Retry, "", "system.error", 30 * time.Second, ""},
	{"500 unknown code", false, say(500, `{"code":"who.knows","message":"x"}`), dingtalk.Unknown, "", "who.knows", 0, "可能已经生效"},
	{"504 with a code", false, say(504, `{"code":"system.error","message":"x"}`), dingtalk.Unknown, "", "system.error", 0, "结果不明"},
	{"504 HTML", false, say(504, `<html>504</html>`), dingtalk.Unknown, "", "", 0, "结果不明"},
	{"502 empty", false, say(502, ``), dingtalk.Unknown, "", "", 0, ""},
	{"503 with Retry-After", false, say(503, `busy`, "Retry-After", "7"), dingtalk.Retry, "", "", 7 * time.Second, ""},
	{"429 with Retry-After", false, say(429, ``, "Retry-After", "120"), dingtalk.Retry, dingtalk.AboutRate, "", 2 * time.Minute, ""},
	{"429 with an absurd Retry-After", false, say(429, ``, "Retry-After", "99999999"), dingtalk.Retry, dingtalk.AboutRate, "", time.Hour, ""},
	{"429 as a date", false, say(429, `{}`, "Retry-After", noon.Add(90*time.Second).UTC().Format(http.TimeFormat)), dingtalk.Retry, dingtalk.AboutRate, "", 90 * time.Second, ""},
	{"429 with a code", false, say(429, `{"code":"new.code"}`), dingtalk.Retry, dingtalk.AboutRate, "new.code", time.Second, ""},
	{"200 success false", false, say(200, `{"success":false,"errorCode":"bot.stopped","errorMsg":"x"}`), dingtalk.Configuration, "", "bot.stopped", 0, "启用"},
	{"200 success false in quotes without code", false, say(200, `{"success":"false"}`), dingtalk.Permanent, "", "success-false", 0, ""},
	{"200 banned", false, say(200, `{"status":1111,"wait":5,"source":"x5","punish":"deny","uuid":"abc"}`), dingtalk.Retry, dingtalk.AboutRate, "1111", 5 * time.Minute, "封禁"},
	{"200 HTML", false, say(200, `<!doctype html><title>x</title>`), dingtalk.Retry, dingtalk.AboutRate, "html", 5 * time.Minute, "网页"},
	{"200 HTML by header", false, say(200, `blocked`, "Content-Type", "text/html"), dingtalk.Retry, dingtalk.AboutRate, "html", 5 * time.Minute, "网页"},
	{"400 HTML of a proxy", false, say(400, `<html>The plain HTTP request was sent to HTTPS port</html>`), dingtalk.Configuration, "", "html", 0, "代理"},
	{"302 to a log-in page", false, say(302, ``, "Location", "http://portal.example/login"), dingtalk.Configuration, "", "", 0, "代理"},
	{"404 without a code", false, say(404, `not found`), dingtalk.Configuration, "", "", 0, "地址"},
	{"200 empty", false, say(200, ``), dingtalk.Unknown, "", "empty", 0, "空"},
	{"200 not JSON", false, say(200, `ok`), dingtalk.Unknown, "", "not-json", 0, ""},
	{"200 JSON of another shape", false, say(200, `["ok"]`), dingtalk.Unknown, "", "not-json", 0, ""},
	{"200 null", false, say(200, `null`), dingtalk.Unknown, "", "not-json", 0, ""},
	{"200 cut off", false, say(200, `{"processQueryKey":"pq-`), dingtalk.Unknown, "", "not-json", 0, ""},
	{"200 without what a success has", false, say(200, `{}`), dingtalk.Unknown, "", "no-task", 0, ""},
	{"token, twice", false, say(400, `{"code":"InvalidAuthentication","requestid":"R-9","message":"不合法的access_token"}`), dingtalk.Configuration, dingtalk.AboutToken, "InvalidAuthentication", 0, "Client ID"},
	{"401 without a code, twice", false, say(401, ``), dingtalk.Configuration, dingtalk.AboutToken, "", 0, "Client ID"},

	// The old API, all with HTTP 200.
	{"errcode", true, say(200, `{"errcode":33012,"errmsg":"x","request_id":"r1"}`), dingtalk.Permanent, dingtalk.AboutTarget, "33012", 0, "请求编号 r1"},
	{"errcode as text", true, say(200, `{"errcode":"33012","errmsg":"x"}`), dingtalk.Permanent, dingtalk.AboutTarget, "33012", 0, ""},
	{"errcode unknown", true, say(200, `{"errcode":987654,"errmsg":"x"}`), dingtalk.Permanent, "", "987654", 0, "错误码"},
	{"no errcode", true, say(200, `{"task_id":1}`), dingtalk.Unknown, "", "no-errcode", 0, ""},
	{"errcode null", true, say(200, `{"errcode":null,"task_id":1}`), dingtalk.Unknown, "", "no-errcode", 0, ""},
	{"errcode 0 without a task", true, say(200, `{"errcode":0}`), dingtalk.Unknown, "", "no-task", 0, ""},
	{"errcode -1", true, say(200, `{"errcode":-1,"errmsg":"系统繁忙"}`), dingtalk.Retry, "", "-1", 30 * time.Second, ""},
	{"errcode 15", true, say(200, `{"errcode":15,"sub_code":"isp.top-remote-connection-timeout"}`), dingtalk.Unknown, "", "15", 0, "网关"},
	{"errcode 88 alone", true, say(200, `{"errcode":88,"errmsg":"x"}`), dingtalk.Unknown, "", "88", 0, "网关"},
	{"errcode 88 with a permission", true, say(200, `{"errcode":88,"sub_code":"60011","sub_msg":"x"}`), dingtalk.Configuration, "", "60011", 0, "权限"},
	{"errcode 88 with a new sub code", true, say(200, `{"errcode":88,"sub_code":"61234","sub_msg":"x"}`), dingtalk.Configuration, "", "61234", 0, "权限"},
	{"errcode 90018", true, say(200, `{"errcode":90018}`), dingtalk.Retry, dingtalk.AboutRate, "90018", time.Second, ""},
	{"errcode 90002", true, say(200, `{"errcode":90002}`), dingtalk.Retry, dingtalk.AboutRate, "90002", 10 * time.Minute, "整点"},
	{"errcode 90020", true, say(200, `{"errcode":90020}`), dingtalk.Retry, dingtalk.AboutQuota, "90020", time.Date(2026, 4, 1, 0, 10, 0, 0, noon.Location()).Sub(noon), ""},
	{"errcode 60020", true, say(200, `{"errcode":60020}`), dingtalk.Configuration, "", "60020", 0, "出口"},
	{"errcode 52019", true, say(200, `{"errcode":52019}`), dingtalk.Configuration, "", "52019", 0, "AgentId"},
	{"errcode 40014, twice", true, say(200, `{"errcode":40014}`), dingtalk.Configuration, dingtalk.AboutToken, "40014", 0, ""},
	{"errcode 88 with 40014, twice", true, say(200, `{"errcode":88,"sub_code":"40014"}`), dingtalk.Configuration, dingtalk.AboutToken, "40014", 0, ""},
	{"old banned", true, say(200, `{"status":"1111","punish":"deny"}`), dingtalk.Retry, dingtalk.AboutRate, "1111", 5 * time.Minute, ""},
	{"old HTML", true, say(200, "\n<html>"), dingtalk.Retry, dingtalk.AboutRate, "html", 5 * time.Minute, ""},
	{"old 504", true, say(504, ``), dingtalk.Unknown, "", "", 0, ""},
	{"old error in the new shape", true, say(403, `{"code":"Forbidden.AccessDenied.QpsLimitForApi"}`), dingtalk.Retry, dingtalk.AboutRate, "Forbidden.AccessDenied.QpsLimitForApi", 10 * time.Minute, ""},
}

func TestEveryShapeOfFailure(t *testing.T) {
	for _, f := range faults {
		t.Run(f.name, func(t *testing.T) {
			c, _ := newClient(t, f.answer)
			var err error
			if f.old {
				_, err = c.SendWork(t.Context(), people, hello)
			} else {
				_, err = c.SendToPeople(t.Context(), people, hello)
			}
			e, ok := errors.AsType[*dingtalk.Error](err)
			if !ok {
				t.Fatalf("error is %T: %v", err, err)
			}
			wait := time.Duration(0)
			if !e.RetryAt.IsZero() {
				wait = e.RetryAt.Sub(noon)
			}
			if e.Class != f.class || e.About != f.about || e.Code != f.code || wait != f.wait {
				t.Errorf("class %s, about %q, code %q, wait %s; want %s, %q, %q, %s", e.Class, e.About, e.Code, wait, f.class, f.about, f.code, f.wait)
			}
			if !strings.Contains(err.Error(), f.says) {
				t.Errorf("%q does not say %q", err, f.says)
			}
			if f.class == dingtalk.Configuration && !speaksChinese(e.Hint) {
				t.Errorf("no help for the operator: %q", e.Hint)
			}
		})
	}
}

// A question may be asked again: an answer that cannot be read is then only a reason to do so.
func TestADoubtfulAnswerToAQuestionIsARetry(t *testing.T) {
	for _, f := range faults {
		if f.class != dingtalk.Unknown {
			continue
		}
		c, _ := newClient(t, f.answer)
		var err error
		if f.old {
			_, err = c.User(t.Context(), "u001")
		} else {
			_, err = c.RecallFromPeople(t.Context(), "pq-1")
		}
		if err != nil && dingtalk.ClassOf(err) != dingtalk.Retry && !dingtalk.AboutTarget.Is(err) {
			t.Errorf("%s: %s (%v)", f.name, dingtalk.ClassOf(err), err)
		}
	}
}

func TestSessionAndRobotFailures(t *testing.T) {
	for _, f := range []struct {
		answer string
		class  dingtalk.Class
		about  dingtalk.About
		wait   time.Duration
	}{
		{`{"errcode":300001,"errmsg":"session 不存在"}`, dingtalk.Permanent, dingtalk.AboutSession, 0},
		{`{"errcode":130101,"errmsg":"send too fast, exceed 20 times per minute"}`, dingtalk.Retry, dingtalk.AboutRate, dingtalk.RobotCoolDown},
		{`{"errcode":410100,"errmsg":"x"}`, dingtalk.Retry, dingtalk.AboutRate, dingtalk.RobotCoolDown},
		{`{"errcode":310000,"errmsg":"错误描述:签名不匹配; 解决方案: ..."}`, dingtalk.Configuration, dingtalk.AboutNothing, 0},
		{`{"errcode":400106,"errmsg":"x"}`, dingtalk.Configuration, dingtalk.AboutNothing, 0},
		{`{"errcode":400013,"errmsg":"x"}`, dingtalk.Permanent, dingtalk.AboutTarget, 0},
		{`{"errcode":460101,"errmsg":"x"}`, dingtalk.Permanent, dingtalk.AboutContent, 0},
		{`{"errcode":430104,"errmsg":"x"}`, dingtalk.Permanent, dingtalk.AboutContent, 0},
	} {
		c, fk := newClient(t, say(200, f.answer))
		for name, err := range map[string]error{
			"session": c.Reply(t.Context(), session(), hello, dingtalk.At{}),
			"robot":   c.SendToGroupRobot(t.Context(), groupRobot(t), "k", hello, dingtalk.At{}),
		} {
			e, ok := errors.AsType[*dingtalk.Error](err)
			if !ok || e.Class != f.class || e.About != f.about {
				t.Errorf("%s, %s: %+v", name, f.answer, err)
			} else if f.wait > 0 && e.RetryAt.Sub(noon) != f.wait {
				t.Errorf("%s, %s: retry at %s", name, f.answer, e.RetryAt)
			}
		}
		if fk.calls() != 2 {
			t.Errorf("%d calls, want one each: no token, no second try", fk.calls())
		}
	}
}

func TestPartialFailureIsTold(t *testing.T) {
	c, _ := newClient(t, say(200, `{"processQueryKey":"pq-1","invalidStaffIdList":["a"],"flowControlledStaffIdList":["b"],"filteredStaffIdList":["c"]}`))
	s, err := c.SendToPeople(t.Context(), []string{"a", "b", "c", "d"}, hello)
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]struct {
		class dingtalk.Class
		about dingtalk.About
	}{"a": {dingtalk.Permanent, dingtalk.AboutTarget}, "b": {dingtalk.Retry, dingtalk.AboutRate}, "c": {dingtalk.Permanent, dingtalk.AboutNothing}} {
		if err := s.Outcome(id); dingtalk.ClassOf(err) != want.class || !want.about.Is(err) {
			t.Errorf("%s: %v", id, err)
		}
	}
	if err := s.Outcome("d"); err != nil {
		t.Errorf("d got it: %v", err)
	}
	// Nobody reached: then no task is needed to know it.
	c, _ = newClient(t, say(200, `{"invalidStaffIdList":"[\"a\"]"}`))
	if s, err := c.SendToPeople(t.Context(), []string{"a"}, hello); err != nil || s.Outcome("a") == nil {
		t.Errorf("%+v, %v", s, err)
	}
}

func TestAWorkNoticeIsAcceptedBeforeItIsDelivered(t *testing.T) {
	c, _ := newClient(t, say(200, `{"errcode":"0","send_result":{"read_user_id_list":"[\"a\"]","unread_user_id_list":["b"],"invalid_user_id_list":["c"],"failed_user_id_list":["d"],"forbidden_user_id_list":["e","f"],"forbidden_list":[{"code":143105,"userid":"e"}]}}`))
	w, err := c.WorkResult(t.Context(), "1")
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]string{
		"a": "true true <nil>", "b": "false true <nil>", "c": "false true permanent", "d": "false true retry", "e": "false true permanent", "f": "false true permanent", "g": "false false <nil>",
	} {
		read, known, err := w.Outcome(id)
		got := fmt.Sprintf("%t %t %v", read, known, err)
		if err != nil {
			got = fmt.Sprintf("%t %t %s", read, known, dingtalk.ClassOf(err))
		}
		if got != want {
			t.Errorf("%s: %s, want %s", id, got, want)
		}
	}
}

// Nothing leaves the program when the request cannot be right or the program stops.
func TestWhatIsNotSent(t *testing.T) {
	stopped, cancel := context.WithCancel(t.Context())
	cancel()
	full := errors.New("the ledger is closed")
	c, f := newClient(t, say(200, `{}`))
	metered, mf := newClient(t, say(200, `{}`), func(o *dingtalk.Options) {
		o.Meter = func(context.Context, dingtalk.Kind) error { return full }
	})
	many := make([]string, 101)
	for i := range many {
		many[i] = fmt.Sprint("u", i)
	}
	long := dingtalk.Markdown{Title: "t", Text: strings.Repeat("长", 7000)}
	one := func(_ any, err error) error { return err }
	for name, err := range map[string]error{
		"stopped":                  one(c.SendToPeople(stopped, people, hello)),
		"meter":                    one(metered.SendToPeople(t.Context(), people, hello)),
		"21 people":                one(c.SendToPeople(t.Context(), many[:21], hello)),
		"nobody":                   one(c.SendToPeople(t.Context(), nil, hello)),
		"empty id":                 one(c.SendToPeople(t.Context(), []string{"a", ""}, hello)),
		"101 work people":          one(c.SendWork(t.Context(), many, hello)),
		"long push":                one(c.SendToPeople(t.Context(), people, long)),
		"long work":                one(c.SendWork(t.Context(), people, dingtalk.Text{Content: strings.Repeat("长", 700)})),
		"long reply":               c.Reply(t.Context(), session(), long, dingtalk.At{}),
		"empty":                    one(c.SendToPeople(t.Context(), people, dingtalk.Text{Content: " \n"})),
		"six buttons":              one(c.SendToGroup(t.Context(), "cid", dingtalk.Card{Text: "x", Buttons: slices.Repeat([]dingtalk.Button{dingtalk.Say("a", "b")}, 6)})),
		"no buttons":               one(c.SendToGroup(t.Context(), "cid", dingtalk.Card{Text: "x"})),
		"csv":                      one(c.Upload(t.Context(), dingtalk.MediaFile, "a.csv", strings.NewReader("a"))),
		"empty file":               one(c.Upload(t.Context(), dingtalk.MediaFile, "a.xlsx", strings.NewReader(""))),
		"file by webhook":          c.Reply(t.Context(), session(), dingtalk.File{Media: "@m", Name: "a.xlsx"}, dingtalk.At{}),
		"session over":             c.Reply(t.Context(), dingtalk.Session{URL: session().URL, Expires: noon.Add(4 * time.Minute)}, hello, dingtalk.At{}),
		"session of a stranger":    c.Reply(t.Context(), dingtalk.Session{URL: "https://oapi.dingtalk.com.evil.example/robot/sendBySession?session=1", Expires: session().Expires}, hello, dingtalk.At{}),
		"session without TLS":      c.Reply(t.Context(), dingtalk.Session{URL: "http://oapi.dingtalk.com/robot/sendBySession?session=1", Expires: session().Expires}, hello, dingtalk.At{}),
		"session on another path":  c.Reply(t.Context(), dingtalk.Session{URL: "https://oapi.dingtalk.com/robot/send?access_token=1", Expires: session().Expires}, hello, dingtalk.At{}),
		"session with credentials": c.Reply(t.Context(), dingtalk.Session{URL: "https://a:b@oapi.dingtalk.com/robot/sendBySession?session=1", Expires: session().Expires}, hello, dingtalk.At{}),
		"no robot":                 c.SendToGroupRobot(t.Context(), dingtalk.GroupRobot{}, "k", hello, dingtalk.At{}),
		"51 mentions":              c.Reply(t.Context(), session(), hello, dingtalk.At{UserIDs: many[:51]}),
		"to-do without link":       one(c.CreateTodo(t.Context(), dingtalk.Todo{Key: "k", Subject: "s", Creator: "c", Executors: people})),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
		} else if class := dingtalk.ClassOf(err); class == dingtalk.Unknown {
			t.Errorf("%s: %s though nothing was sent (%v)", name, class, err)
		} else if !speaksChinese(err.Error()) {
			t.Errorf("%s: %q helps nobody", name, err)
		}
		switch name {
		case "stopped":
			if !errors.Is(err, context.Canceled) {
				t.Errorf("%s: %v", name, err)
			}
		case "meter":
			if !errors.Is(err, full) || !dingtalk.AboutMeter.Is(err) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	if n := f.calls() + mf.calls(); n != 0 {
		t.Errorf("%d requests were made: %v", n, f.seen)
	}
}

// The meter is asked before each exchange: for the token, and for the second try after a stale one.
func TestTheMeterSeesEveryExchange(t *testing.T) {
	var kinds []dingtalk.Kind
	answers := []http.HandlerFunc{say(400, `{"code":"InvalidAuthentication"}`), say(200, `{"processQueryKey":"pq-1"}`)}
	c, _ := newClient(t, func(w http.ResponseWriter, r *http.Request) {
		answers[0](w, r)
		answers = answers[1:]
	}, func(o *dingtalk.Options) {
		o.Meter = func(_ context.Context, k dingtalk.Kind) error { kinds = append(kinds, k); return nil }
	})
	if _, err := c.SendToGroup(t.Context(), "cid", hello); err != nil {
		t.Fatal(err)
	}
	want := []dingtalk.Kind{dingtalk.KindToken, dingtalk.KindGroupSend, dingtalk.KindToken, dingtalk.KindGroupSend}
	if !slices.Equal(kinds, want) {
		t.Errorf("%v, want %v", kinds, want)
	}
	seen := map[dingtalk.Kind]bool{}
	for _, k := range dingtalk.Kinds() {
		if seen[k] || k.Title() == string(k) {
			t.Errorf("kind %q is listed twice or has no title", k)
		}
		seen[k] = true
	}
}

// What DingTalk does not count is given back; an answer of any other kind, and one that is lost, stays counted.
func TestRefunds(t *testing.T) {
	for name, f := range map[string]struct {
		answer   http.HandlerFunc
		refunded int
	}{
		"works":       {say(200, `{"processQueryKey":"pq"}`), 0},
		"throttled":   {say(403, `{"code":"Forbidden.AccessDenied.QpsLimitForAppkeyAndApi"}`), 1},
		"month over":  {say(403, `{"code":"Forbidden.AccessDenied.ApiCountLimitForOrg"}`), 1},
		"banned":      {say(200, `<html>`), 1},
		"refused":     {say(400, `{"code":"staffId.notExisted"}`), 0},
		"cannot tell": {say(504, ``), 0},
	} {
		refunds := 0
		c, _ := newClient(t, f.answer, func(o *dingtalk.Options) {
			o.Refund = func(_ context.Context, k dingtalk.Kind) {
				if k != dingtalk.KindGroupSend {
					t.Errorf("%s: refund of %s", name, k)
				}
				refunds++
			}
		})
		_, _ = c.SendToGroup(t.Context(), "cid", hello)
		if refunds != f.refunded {
			t.Errorf("%s: %d refunds, want %d", name, refunds, f.refunded)
		}
	}
}

// A to-do's key is unique: a repeated create finds the entry; a wrong parameter has the same code and must stay an error.
func TestARepeatedTodoIsFound(t *testing.T) {
	answer := func(cards string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/query") {
				say(200, `{"todoCards":[`+cards+`]}`)(w, r)
				return
			}
			say(400, `{"code":"todo.taskCreate.paramError","requestid":"r3","message":"task exist"}`)(w, r)
		}
	}
	todo := dingtalk.Todo{Key: "k-1", Subject: "s", Creator: "UN0", Executors: []string{"UN1"}, Link: "https://example.com/"}
	c, _ := newClient(t, answer(`{"taskId":"other","sourceId":"k-2"},{"taskId":"task-9","sourceId":"k-1"}`))
	if id, err := c.CreateTodo(t.Context(), todo); err != nil || id != "task-9" {
		t.Errorf("%q, %v", id, err)
	}
	c, f := newClient(t, answer(``))
	if id, err := c.CreateTodo(t.Context(), todo); id != "" || dingtalk.ClassOf(err) != dingtalk.Permanent || dingtalk.AboutExists.Is(err) {
		t.Errorf("%q, %v", id, err)
	}
	if f.calls() != 3 {
		t.Errorf("%d calls, want create, open list, finished list", f.calls())
	}
}

func speaksChinese(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

package sim

import (
	"net"
	"net/http"
	"slices"
	"strings"
)

// route is one endpoint. old ones take the token in the query and answer errcode; open ones need no token; free ones do not count against
// the month. scope is the permission point to tick in the console.
type route struct {
	pattern string
	old     bool
	open    bool
	free    bool
	scope   string
	serve   func(*Sim, *call) answer
}

// endpoints are both hosts' endpoints. Adding one is a function and one line here.
func endpoints() []route {
	const (
		robot    = "qyapi_robot_sendmsg"
		member   = "qyapi_get_member"
		base     = "qyapi_base"
		todo     = "Todo.Todo.Write"
		calendar = "Calendar.Event.Write"
		card     = "Card.Instance.Write"
		ding     = "Premium.Ding.Write"
	)
	return []route{
		{pattern: "POST /v1.0/gateway/connections/open", open: true, serve: (*Sim).openConnection},
		{pattern: "POST /v1.0/oauth2/accessToken", open: true, serve: (*Sim).accessToken},
		{pattern: "POST /v1.0/oauth2/{corpId}/token", open: true, serve: (*Sim).corpToken},
		{pattern: "GET /gettoken", old: true, open: true, serve: (*Sim).getToken},

		{pattern: "POST /robot/sendBySession", old: true, open: true, serve: (*Sim).sendBySession},
		{pattern: "POST /robot/send", old: true, open: true, serve: (*Sim).sendByHook},
		{pattern: "POST /v1.0/robot/oToMessages/batchSend", scope: robot, serve: (*Sim).batchSend},
		{pattern: "GET /v1.0/robot/oToMessages/readStatus", scope: robot, serve: (*Sim).readStatus},
		{pattern: "POST /v1.0/robot/otoMessages/batchRecall", scope: robot, serve: (*Sim).batchRecall},
		{pattern: "POST /v1.0/robot/groupMessages/send", scope: robot, serve: (*Sim).groupSend},
		{pattern: "POST /v1.0/robot/groupMessages/query", scope: robot, serve: (*Sim).groupQuery},
		{pattern: "POST /v1.0/robot/groupMessages/recall", scope: robot, serve: (*Sim).groupRecall},
		{pattern: "POST /v1.0/robot/messageFiles/download", scope: robot, serve: (*Sim).download},
		{pattern: "POST /v1.0/robot/ding/send", scope: ding, serve: (*Sim).dingSend},
		{pattern: "POST /v1.0/robot/ding/recall", scope: ding, serve: (*Sim).dingRecall},
		{pattern: "POST /media/upload", old: true, scope: base, serve: (*Sim).upload},

		{pattern: "POST /v1.0/card/instances/createAndDeliver", scope: card, serve: (*Sim).cardCreateAndDeliver},
		{pattern: "POST /v1.0/card/instances", scope: card, serve: (*Sim).cardCreate},
		{pattern: "POST /v1.0/card/instances/deliver", scope: card, serve: (*Sim).cardDeliver},
		{pattern: "PUT /v1.0/card/instances", scope: card, serve: (*Sim).cardUpdate},
		{pattern: "PUT /v1.0/card/streaming", scope: "Card.Streaming.Write", serve: (*Sim).cardStreaming},
		{pattern: "POST /v1.0/card/callbacks/register", scope: card, serve: (*Sim).cardRegister},

		{pattern: "POST /v1.0/todo/users/{unionId}/tasks", scope: todo, serve: (*Sim).todoCreate},
		{pattern: "PUT /v1.0/todo/users/{unionId}/tasks/{taskId}", scope: todo, serve: (*Sim).todoUpdate},
		{pattern: "PUT /v1.0/todo/users/{unionId}/tasks/{taskId}/executorStatus", scope: todo, serve: (*Sim).todoExecutors},
		{pattern: "DELETE /v1.0/todo/users/{unionId}/tasks/{taskId}", scope: todo, serve: (*Sim).todoDelete},
		{pattern: "POST /v1.0/todo/users/{unionId}/org/tasks/query", scope: "Todo.Todo.Read", serve: (*Sim).todoQuery},
		{pattern: "POST /v1.0/calendar/users/{unionId}/calendars/{calendarId}/events", scope: calendar, serve: (*Sim).eventCreate},
		{pattern: "DELETE /v1.0/calendar/users/{unionId}/calendars/{calendarId}/events/{eventId}", scope: calendar, serve: (*Sim).eventDelete},

		{pattern: "POST /topapi/message/corpconversation/asyncsend_v2", old: true, scope: base, serve: (*Sim).noticeSend},
		{pattern: "POST /topapi/message/corpconversation/getsendprogress", old: true, scope: base, serve: (*Sim).noticeProgress},
		{pattern: "POST /topapi/message/corpconversation/getsendresult", old: true, scope: base, serve: (*Sim).noticeResult},
		{pattern: "POST /topapi/message/corpconversation/recall", old: true, scope: base, serve: (*Sim).noticeRecall},
		{pattern: "POST /topapi/message/corpconversation/status_bar/update", old: true, scope: base, serve: (*Sim).noticeStatusBar},

		{pattern: "POST /topapi/v2/user/getbymobile", old: true, free: true, scope: "qyapi_get_member_by_mobile", serve: (*Sim).userByMobile},
		{pattern: "POST /topapi/v2/user/get", old: true, free: true, scope: member, serve: (*Sim).userGet},
		{pattern: "POST /topapi/user/getbyunionid", old: true, free: true, scope: member, serve: (*Sim).userByUnion},
		{pattern: "POST /topapi/v2/user/getuserinfo", old: true, free: true, scope: base, serve: (*Sim).userByCode},
		{pattern: "POST /topapi/user/listid", old: true, free: true, scope: member, serve: (*Sim).userListID},
		{pattern: "POST /topapi/user/listsimple", old: true, free: true, scope: member, serve: (*Sim).userListSimple},
		{pattern: "POST /topapi/user/listadmin", old: true, free: true, scope: member, serve: (*Sim).userListAdmin},
		{pattern: "POST /topapi/v2/department/listsub", old: true, free: true, scope: member, serve: (*Sim).departmentListSub},
		{pattern: "POST /topapi/v2/department/listparentbyuser", old: true, free: true, scope: member, serve: (*Sim).departmentParents},
		{pattern: "POST /topapi/role/list", old: true, free: true, scope: member, serve: (*Sim).roleList},
		{pattern: "POST /topapi/role/simplelist", old: true, free: true, scope: member, serve: (*Sim).roleSimpleList},
	}
}

func (s *Sim) routes() http.Handler {
	mux := http.NewServeMux()
	for _, rt := range endpoints() {
		mux.HandleFunc(rt.pattern, s.serveAPI(&rt))
	}
	mux.HandleFunc("GET /connect", s.serveStream)
	mux.HandleFunc("GET /fake-oss/{file}", s.serveDownload)
	unknown := func(old bool, reply answer) http.HandlerFunc {
		return s.serveAPI(&route{pattern: "unknown", old: old, open: true, free: true, serve: func(_ *Sim, c *call) answer {
			c.note("sim 不认识这个接口")
			return reply
		}})
	}
	mux.HandleFunc("/v1.0/", unknown(false, refuse(404, "InvalidAction.NotFound", "Specified api is not found, please check your url and method.")))
	mux.HandleFunc("/topapi/", unknown(true, oldError(22, "不合法的接口地址：sim 没有这个接口")))
	own := http.NewServeMux()
	s.controls(own)
	mux.Handle("/sim/", s.guarded(own))
	mux.Handle("/{$}", s.guarded(http.HandlerFunc(servePage)))
	mux.Handle("/page/", s.guarded(http.HandlerFunc(servePage)))
	return mux
}

// guarded lets only the browser's own page and plain programs at the page and its API: requests must be addressed to a loopback name
// (or one of Options.Hosts), and what changes something must not come from another web site.
func (s *Sim) guarded(next http.Handler) http.Handler {
	next = http.NewCrossOriginProtection().Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := r.Host
		if h, _, err := net.SplitHostPort(host); err == nil {
			host = h
		}
		ip := net.ParseIP(strings.Trim(host, "[]"))
		if host != "localhost" && (ip == nil || !ip.IsLoopback()) && !slices.Contains(s.opt.Hosts, host) {
			http.Error(w, "sim: requests must be addressed to 127.0.0.1 or localhost (or a name allowed at start)", http.StatusForbidden)
			return
		}
		s.mu.Lock()
		s.base(r)
		s.mu.Unlock()
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		next.ServeHTTP(w, r)
	})
}

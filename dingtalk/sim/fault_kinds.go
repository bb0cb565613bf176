package sim

// faultKind is one line of the catalogue. before answers instead of the endpoint, token after the token was read, after once everything was done;
// the others are asked for by name where they happen.
type faultKind struct {
	name, group, title, why string
	before, token, after    func(*call) answer
}

// faultKinds is the switchboard, in its order.
func faultKinds() []faultKind {
	html := "<!DOCTYPE html><html><body><h1>访问被拒绝</h1><p>punish</p></body></html>"
	page := func(status int) func(*call) answer {
		return func(*call) answer {
			return answer{status: status, raw: html, kind: "text/html;charset=utf-8", failed: true}
		}
	}
	opening := func(a answer) func(*call) answer { return func(*call) answer { return a } }
	return []faultKind{
		{name: "duplicate-16s", group: "重复", title: "未确认 16 秒后重发", why: "同一 messageId、同一 msgId 再来一次"},
		{name: "duplicate-acked", group: "重复", title: "已确认仍重发", why: "确认一秒后同一帧再来一次"},
		{name: "duplicate-new-id", group: "重复", title: "同一消息，新的 messageId", why: "msgId 相同：去重只能看 msgId"},
		{name: "no-redelivery", group: "重复", title: "从不重发", why: "官方文档的说法：机器人消息推一次就算"},

		{name: "lose-in-gap", group: "连接", title: "换连接的间隙丢消息", why: "没有可用连接时推送直接丢失"},
		{name: "push-to-dead", group: "连接", title: "推到旧连接", why: "重连后一段时间仍推向已失效的连接"},
		{name: "zombie", group: "连接", title: "僵尸连接", why: "心跳正常，什么也推不过来"},
		{name: "rotate", group: "连接", title: "频繁换连接", why: "每个连接若干秒后收到 disconnect（默认 20 秒）"},
		{name: "unknown-system", group: "连接", title: "未知的 SYSTEM 主题", why: "向前兼容"},
		{name: "ticket-expired", group: "连接", title: "ticket 立即过期", why: "凭证只活 90 秒、只用一次"},
		{name: "open-400", group: "连接", title: "申请连接答 400", why: "没有详情的拒绝", before: opening(refuse(400, "BadRequest", ""))},
		{name: "open-503", group: "连接", title: "申请连接答 503", why: "重连风暴时出现", before: opening(refuse(503, "ServiceUnavailable", "The request has failed due to a temporary failure of the server."))},
		{name: "open-html", group: "连接", title: "申请连接答 HTML", why: "代理挡住时出现", before: page(400)},
		{name: "open-hang", group: "连接", title: "申请连接卡住", why: "默认 10 秒才答"},

		{name: "quota-callback", group: "消息", title: "本月消息用完", why: "回调带 errorCode 20001，没有正文"},
		{name: "empty-staff", group: "消息", title: "senderStaffId 为空", why: "外部人员或机器人未发布"},
		{name: "createat-string", group: "消息", title: "createAt 是字符串", why: "文档表里写的是 String"},
		{name: "header-number", group: "消息", title: "帧头 time 是数字", why: "宽松解析"},
		{name: "unknown-msgtype", group: "消息", title: "unknownMsgType", why: "例如转发的卡片"},
		{name: "full-width", group: "消息", title: "前导空格、全角斜杠", why: "手机输入法常见"},
		{name: "extra-fields", group: "消息", title: "多出未知字段", why: "向前兼容"},
		{name: "dtmd-no-mention", group: "消息", title: "群里点按钮不带 @", why: "未证实的另一种行为：机器人收不到"},

		{name: "token-400", group: "凭证", title: "token 失效（新接口）", why: "HTTP 400 InvalidAuthentication", token: func(c *call) answer {
			return c.either(400, "InvalidAuthentication", 40014, "不合法的access_token")
		}},
		{name: "token-88", group: "凭证", title: "token 失效（旧接口 88）", why: "errcode 88，sub_code 40014", token: func(c *call) answer {
			a := c.either(400, "InvalidAuthentication", 88, "ding talk error[subcode=40014,submsg=不合法的access_token]")
			if c.route.old {
				a.value.(map[string]any)["sub_code"] = "40014"
				a.value.(map[string]any)["sub_msg"] = "不合法的access_token"
			}
			return a
		}},
		{name: "qps-403", group: "限流", title: "每秒限流", why: "新接口 403 QpsLimitForAppkeyAndApi，旧接口 90018", token: func(c *call) answer {
			return c.either(403, "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi", 90018, "qps limit, 请 1 秒后重试")
		}},
		{name: "month-403", group: "限流", title: "本月接口次数用完", why: "ApiCountLimitForOrg / 90020，直到下月"},
		{name: "busy-hour", group: "限流", title: "整点拥堵", why: "每小时第 0 分钟：QpsLimitForApi / 90002", token: func(c *call) answer {
			return c.either(403, "Forbidden.AccessDenied.QpsLimitForApi", 90002, "接口被限流，请避开整点")
		}},
		{name: "ban-1111", group: "限流", title: "出口 IP 被封", why: `HTTP 200 {"status":1111}`, before: func(*call) answer {
			return answer{status: 200, value: map[string]any{"status": 1111, "wait": 5, "source": "x5", "punish": "deny", "uuid": "00000000"}, failed: true}
		}},
		{name: "html-200", group: "限流", title: "HTTP 200 却是网页", why: "防火墙的拦截页", before: page(200)},

		{name: "ambiguous-504", group: "发送", title: "做了，却答超时", why: "新接口 504，旧接口 errcode 15：不知道发没发", after: func(c *call) answer {
			a := c.either(504, "GatewayTimeout", 15, "远程服务调用超时")
			if c.route.old {
				a.value.(map[string]any)["sub_code"] = "isp.top-remote-connection-timeout"
			}
			return a
		}},
		{name: "error-500", group: "发送", title: "系统错误", why: "新接口 500，旧接口 -1，没有做", before: func(c *call) answer {
			return c.either(500, "system.error", -1, "系统繁忙")
		}},
		{name: "partial-invalid", group: "发送", title: "部分人无效", why: "200，第一位进 invalidStaffIdList"},
		{name: "partial-flow", group: "发送", title: "部分人限流", why: "200，第一位进 flowControlledStaffIdList"},
		{name: "card-undelivered", group: "发送", title: "卡片没有投出", why: "200，deliverResults[].success=false"},
		{name: "card-again", group: "发送", title: "重复建卡再投一次", why: "未证实的另一种行为：200 而不是 cardAlreadyExist"},
		{name: "card-twice", group: "发送", title: "卡片点击回调两次", why: "手快点了两下"},
		{name: "session-gone", group: "发送", title: "会话地址失效", why: "HTTP 200 errcode 300001", before: opening(oldError(300001, "session 不存在"))},
		{name: "hook-130101", group: "发送", title: "群机器人发太快", why: "130101，随后拒绝 10 分钟"},
		{name: "hook-310000", group: "发送", title: "群机器人校验不过", why: "关键词、加签或 IP", before: opening(oldError(310000, hookKeyword))},
		{name: "notice-dropped", group: "发送", title: "工作通知答成功却丢弃", why: "只有 getsendresult 看得出"},
		{name: "errcode-string", group: "发送", title: "errcode 是字符串", why: `旧接口的 "0"`},
		{name: "slow", group: "发送", title: "每次调用都慢", why: "默认 3 秒"},

		{name: "download-code", group: "文件", title: "downloadCode 无效", why: "过期或别的机器人的"},
		{name: "download-expired", group: "文件", title: "下载地址已过期", why: "签名地址 403"},
		{name: "file-30mb", group: "文件", title: "下载到 30 MB", why: "限制大小"},
	}
}

// onlyOn restricts a fault that answers in an endpoint's place to the endpoints it is about.
var onlyOn = map[string]string{
	"open-400": "/gateway/connections/open", "open-503": "/gateway/connections/open", "open-html": "/gateway/connections/open", "open-hang": "/gateway/connections/open",
	"session-gone": "/robot/sendBySession", "hook-310000": "/robot/send",
}

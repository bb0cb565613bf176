package dingtalk

// Kind is a sort of call, for counting. The names are stored by whoever counts: they never change.
type Kind string

// The kinds of calls, and Inbound for what arrives.
const (
	KindToken          Kind = "token"
	KindStreamOpen     Kind = "stream.open"
	KindPersonSend     Kind = "robot.person"
	KindPersonRead     Kind = "robot.person.read"
	KindPersonRecall   Kind = "robot.person.recall"
	KindGroupSend      Kind = "robot.group"
	KindGroupRead      Kind = "robot.group.read"
	KindGroupRecall    Kind = "robot.group.recall"
	KindSessionReply   Kind = "session"
	KindGroupWebhook   Kind = "robot.webhook"
	KindWorkSend       Kind = "work"
	KindWorkResult     Kind = "work.result"
	KindWorkRecall     Kind = "work.recall"
	KindMediaUpload    Kind = "media.upload"
	KindFileLink       Kind = "file.link"
	KindFileContent    Kind = "file.content"
	KindContact        Kind = "contact"
	KindTodo           Kind = "todo"
	KindTodoQuery      Kind = "todo.query"
	KindInboundMessage Kind = "inbound.message" // for the ledger of whoever receives; no call has it
	KindInboundEvent   Kind = "inbound.event"
)

// Quota is the monthly allowance that a kind draws on.
type Quota string

// Of a standard edition, 5,000 API calls and 3,000 Webhook&Stream messages a calendar month, since 2025-11-19.
// Source: dingtalk-application-development-platform-billing-model.
const (
	Free             Quota = ""
	APIQuota         Quota = "api"
	WebhookAndStream Quota = "webhook-stream"
)

// The allowances of a standard edition.
const (
	StandardAPI              = 5000
	StandardWebhookAndStream = 3000
)

// Kinds lists all kinds in the order of a report.
func Kinds() []Kind {
	return []Kind{
		KindInboundMessage, KindInboundEvent, KindSessionReply, KindGroupWebhook, KindPersonSend, KindGroupSend, KindWorkSend, KindTodo,
		KindPersonRead, KindGroupRead, KindWorkResult, KindTodoQuery, KindPersonRecall, KindGroupRecall, KindWorkRecall,
		KindMediaUpload, KindFileLink, KindFileContent, KindStreamOpen, KindContact, KindToken,
	}
}

// Quota says what a call of this kind costs. Tokens, log-in and contacts are free by
// basic-interfaces-such-as-log-off-and-address-book; the bytes of a file come from a storage host. Two things are nowhere
// said: a session reply is taken to count, so that a ledger errs on the safe side; opening a stream is taken to be free, since it
// is made without an access token and a ledger must not make the robot deaf.
func (k Kind) Quota() Quota {
	switch k {
	case KindToken, KindContact, KindFileContent, KindStreamOpen:
		return Free
	case KindInboundMessage, KindInboundEvent, KindSessionReply, KindGroupWebhook:
		return WebhookAndStream
	}
	return APIQuota
}

// Title names a kind for a report.
func (k Kind) Title() string {
	switch k {
	case KindToken:
		return "获取访问凭证"
	case KindStreamOpen:
		return "打开消息推送连接"
	case KindPersonSend:
		return "发送机器人单聊消息"
	case KindPersonRead:
		return "查询单聊消息已读"
	case KindPersonRecall:
		return "撤回单聊消息"
	case KindGroupSend:
		return "发送机器人群消息"
	case KindGroupRead:
		return "查询群消息已读"
	case KindGroupRecall:
		return "撤回群消息"
	case KindSessionReply:
		return "在会话中回复"
	case KindGroupWebhook:
		return "发送群自定义机器人消息"
	case KindWorkSend:
		return "发送工作通知"
	case KindWorkResult:
		return "查询工作通知结果"
	case KindWorkRecall:
		return "撤回工作通知"
	case KindMediaUpload:
		return "上传文件"
	case KindFileLink:
		return "获取文件下载地址"
	case KindFileContent:
		return "下载文件"
	case KindContact:
		return "查询通讯录成员"
	case KindTodo:
		return "办理钉钉待办"
	case KindTodoQuery:
		return "查询钉钉待办"
	case KindInboundMessage:
		return "收到消息"
	case KindInboundEvent:
		return "收到事件"
	}
	return string(k)
}

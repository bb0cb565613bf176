// Package dingtalk speaks DingTalk's wire: calls to its HTTP API, the stream over which messages arrive, the webhook
// that does the same over HTTP. It knows nothing of what the messages are about.
//
// Client makes calls. Every failure of a call is an *Error with a class (retry at, permanent, configuration, unknown
// outcome) and a hint in Chinese for whoever operates the program. Stream and Webhook both hand Event values to one
// Handler; they acknowledge an event when the handler has returned nil, so a handler stores the event and returns.
//
// What the console of the app (open-dev.dingtalk.com) must have before any of this works:
//
//   - 凭证与基础信息: Client ID and Client Secret (Options.ClientID, ClientSecret), AgentId (Options.AgentID, work notices).
//   - 机器人: added and, for Stream, 消息接收模式 = Stream 模式; for Webhook, HTTP 模式 and the public https address.
//   - 权限管理: qyapi_robot_sendmsg, qyapi_get_member, qyapi_get_member_by_mobile and 企业员工手机号信息, qyapi_base;
//     Todo.Todo.Write and Todo.Todo.Read where to-dos are used. See Permissions.
//   - 事件订阅: Stream 模式推送, with robot_msg_read, robot_msg_recall and user_leave_org ticked.
//   - 安全设置: the egress addresses of this program, if the app has a white list (服务器出口IP).
//   - 版本管理与发布: a published version whose visible range holds everybody the robot talks to; without it senderStaffId
//     is missing from messages and nobody can find the robot.
//
// Vendor pages are named by their last path element: "robot-message-type" is
// https://open.dingtalk.com/document/development/robot-message-type.
package dingtalk

// Permission is a line of the console's 权限管理 page and what stops working without it.
type Permission struct {
	Scope, For string
}

// Permissions lists what has to be requested in the console, for a check that prints them.
// Source: the permission line of each call's vendor page.
func Permissions() []Permission {
	return []Permission{
		{"qyapi_robot_sendmsg", "机器人发送、撤回、查询已读，下载用户发来的文件"},
		{"qyapi_get_member", "按员工编号或 unionId 查询成员，核对在职"},
		{"qyapi_get_member_by_mobile", "按手机号查询成员（另需“企业员工手机号信息”）"},
		{"qyapi_base", "工作通知、上传媒体文件"},
		{"Todo.Todo.Write", "创建、更新、删除待办"},
		{"Todo.Todo.Read", "查询待办"},
	}
}

package dingtalk

import (
	"strings"
	"time"
)

// meaning is what is known of a code.
type meaning struct {
	class  Class
	about  About
	wait   time.Duration // before a retry; 0 = as the caller thinks best
	month  bool          // the retry waits for the next month
	stale  bool          // the token is no longer good: fetch a new one, once
	hint   string
	source string // vendor page, or "seen" with where
}

// Pauses that the vendor names.
const (
	qpsWait      = time.Second      // how-to-process-api-throttling-on-the-dingtalk-server
	qpmWait      = time.Minute      // server-api-error-codes-1
	banWait      = 5 * time.Minute  // call-frequency-limit: an address is banned for 5 minutes
	robotWait    = 10 * time.Minute // custom-robots-send-group-messages: 20 a minute, then 10 minutes of silence
	systemWait   = 30 * time.Second // server-api-error-codes-1: -1, at most three tries
	crowdedWait  = 10 * time.Minute // 90002: the whole platform is at its limit, mostly on the full hour
	personalWait = time.Minute      // send.too.fast names no time
)

const (
	page1to1    = "chatbots-send-one-on-one-chat-messages-in-batches"
	pageGroup   = "the-robot-sends-a-group-message"
	pageRobot   = "custom-robots-send-group-messages"
	pageCodes   = "server-api-error-codes-1"
	pageLimits  = "how-to-process-api-throttling-on-the-dingtalk-server"
	pageToken   = "obtain-the-access-token-of-an-internal-app"
	pageWork    = "asynchronous-sending-of-enterprise-session-messages"
	pageResult  = "gets-the-result-of-sending-messages-asynchronously-to-the-enterprise"
	pageUpload  = "upload-media-files"
	pageFile    = "download-the-file-content-of-the-robot-receiving-message"
	pageTodo    = "add-dingtalk-to-do-task"
	pageMobile  = "query-users-by-phone-number"
	pageUser    = "query-user-details"
	pageRetry   = "developerpedia develop/best-practices/retry"
	hintToken   = "访问凭证已失效，换新后仍不被接受；请核对应用的 Client ID、Client Secret 属于同一应用"
	hintSecret  = "应用凭证不被接受：请核对 Client ID 和 Client Secret（开放平台“凭证与基础信息”）"
	hintNoUser  = "该成员不在本组织或已离职"
	hintRange   = "机器人不可向该成员发消息：请在开放平台“版本管理与发布”把该成员加入应用可见范围并发布"
	hintRobot   = "机器人编码不正确或机器人已停用：请核对 robotCode，并在开放平台“机器人”页启用、发布"
	hintInGroup = "机器人不在该群：请群主把机器人重新加入群"
	hintGroup   = "该群已解散或不属于本组织"
	hintContent = "内容未通过钉钉安全审核，请修改文字、图片或链接"
	hintMuted   = "机器人已被禁言或禁止发送，请联系群主或组织管理员"
	hintSystem  = "钉钉服务暂时不可用"
	hintQPS     = "调用过快，被钉钉限流"
	hintMonth   = "本组织当月的钉钉接口额度已用完，下月恢复；可在开放平台购买额度"
	hintIP      = "本机出口地址不在应用的白名单：请在开放平台“安全设置”的“服务器出口IP”中加入"
	hintScope   = "应用缺少接口权限：请在开放平台“权限管理”申请并发布版本"
	hintSession = "会话回复地址已过期"
	hintTooLong = "消息超过钉钉的长度限制"
	hintParam   = "请求参数不被钉钉接受"
	hintWebhook = "群自定义机器人不可用：请在群设置“机器人”中核对该机器人是否存在、启用，Webhook 地址是否正确"
	hintGateway = "钉钉网关等候超时，操作可能已经生效"
)

// codes is what is known of each code, of both APIs. A code that ends in * stands for all that begin so; the longest
// wins. Where a page's message column says %s, only the code is looked at; messages are never matched.
var codes = map[string]meaning{
	// Tokens. 40001, 40014, 42001 and 41001 on a call; 400 InvalidAuthentication on the new API; 88 with a sub code.
	"InvalidAuthentication":   {class: Configuration, about: AboutToken, stale: true, hint: hintToken, source: pageCodes},
	"40014":                   {class: Configuration, about: AboutToken, stale: true, hint: hintToken, source: pageCodes},
	"42001":                   {class: Configuration, about: AboutToken, stale: true, hint: hintToken, source: pageCodes},
	"40001":                   {class: Configuration, about: AboutToken, stale: true, hint: hintToken, source: pageCodes},
	"41001":                   {class: Configuration, about: AboutToken, stale: true, hint: hintToken, source: pageCodes},
	"40089":                   {class: Configuration, about: AboutToken, hint: hintSecret, source: pageCodes},
	"invalidClientIdOrSecret": {class: Configuration, about: AboutToken, hint: hintSecret, source: pageToken},
	"invalid.client":          {class: Configuration, about: AboutToken, hint: hintSecret, source: "api-gettoken"},
	"unauthorized.client":     {class: Configuration, about: AboutToken, hint: hintSecret, source: "api-gettoken"},
	"Missingbody":             {class: Permanent, hint: hintParam, source: "seen: aliyun/alibabacloud-php-sdk#36"},
	"15":                      {class: Unknown, hint: hintGateway, source: pageRetry},
	"88":                      {class: Unknown, hint: hintGateway, source: pageRetry}, // without a sub code; with one, the sub code counts

	// Permissions and addresses. All begin like a throttle does: the end of the code decides.
	"Forbidden.AccessDenied.AccessTokenPermissionDenied": {class: Configuration, hint: hintScope, source: "developerpedia develop/best-practices/permission-deny"},
	"Forbidden.AccessDenied.IpNotInWhiteList":            {class: Configuration, hint: hintIP, source: pageCodes},
	"60020": {class: Configuration, hint: hintIP, source: pageCodes},
	"60011": {class: Configuration, hint: hintScope, source: pageCodes},
	"52019": {class: Configuration, hint: "AgentId 不正确：请核对开放平台“凭证与基础信息”的原企业内部应用 AgentId", source: pageCodes},

	// Throttles and quotas.
	"Forbidden.AccessDenied.ApiCountLimitForOrg": {class: Retry, about: AboutQuota, month: true, hint: hintMonth, source: pageLimits},
	"90020": {class: Retry, about: AboutQuota, month: true, hint: hintMonth, source: pageLimits},
	"Forbidden.AccessDenied.QpsLimitForAppkeyAndApi": {class: Retry, about: AboutRate, wait: qpsWait, hint: hintQPS, source: pageLimits},
	"90018": {class: Retry, about: AboutRate, wait: qpsWait, hint: hintQPS, source: pageLimits},
	"Forbidden.AccessDenied.QpmLimitForAppkeyAndApi": {class: Retry, about: AboutRate, wait: qpmWait, hint: hintQPS, source: pageCodes},
	"Forbidden.AccessDenied.QpsLimitForApi":          {class: Retry, about: AboutRate, wait: crowdedWait, hint: hintQPS + "（全平台限流，多见于整点）", source: pageLimits},
	"90002":                                          {class: Retry, about: AboutRate, wait: crowdedWait, hint: hintQPS + "（全平台限流，多见于整点）", source: pageLimits},
	"1111":                                           {class: Retry, about: AboutRate, wait: banWait, hint: "本机出口地址被钉钉临时封禁，约 5 分钟后恢复", source: "call-frequency-limit"},
	"send.too.fast":                                  {class: Retry, about: AboutRate, wait: personalWait, hint: hintQPS, source: page1to1},
	"send.byToken.tooFast":                           {class: Retry, about: AboutRate, wait: personalWait, hint: hintQPS, source: page1to1},
	"too.many.people":                                {class: Retry, about: AboutRate, wait: personalWait, hint: hintQPS, source: page1to1},
	"too.many.group":                                 {class: Retry, about: AboutRate, wait: personalWait, hint: hintQPS, source: page1to1},
	"410100":                                         {class: Retry, about: AboutRate, wait: robotWait, hint: "该群机器人每分钟超过 20 条，10 分钟后恢复", source: pageRobot},
	"130101":                                         {class: Retry, about: AboutRate, wait: robotWait, hint: "该群机器人每分钟超过 20 条，10 分钟后恢复", source: "seen: ccfos/nightingale#369"},
	"todo.taskCreate.flowControlError":               {class: Retry, about: AboutRate, wait: personalWait, hint: hintQPS, source: pageTodo},
	"143103":                                         {class: Retry, about: AboutRate, wait: qpmWait, hint: hintQPS, source: pageResult},
	"143104":                                         {class: Retry, about: AboutRate, wait: qpmWait, hint: hintQPS, source: pageResult},

	// Passing troubles of the platform.
	"system.error":                {class: Retry, wait: systemWait, hint: hintSystem, source: page1to1},
	"-1":                          {class: Retry, wait: systemWait, hint: hintSystem, source: pageCodes},
	"660026":                      {class: Retry, wait: systemWait, hint: hintSystem, source: "group-template-robot-message"},
	"todo.taskCreate.lockError":   {class: Retry, wait: qpsWait, hint: "同一待办正在创建", source: pageTodo},
	"staffId.notExisted":          {class: Permanent, about: AboutTarget, hint: hintNoUser, source: page1to1},
	"33012":                       {class: Permanent, about: AboutTarget, hint: hintNoUser, source: pageUser},
	"60121":                       {class: Permanent, about: AboutTarget, hint: hintNoUser, source: pageMobile},
	"40104":                       {class: Permanent, about: AboutTarget, hint: hintNoUser, source: pageMobile},
	"chatbotId.notAllow.sendOTO":  {class: Configuration, hint: hintRange, source: page1to1},
	"robot.oto.notExist":          {class: Configuration, hint: hintRange, source: page1to1},
	"group.disbanded":             {class: Permanent, about: AboutTarget, hint: hintGroup, source: pageGroup},
	"invalid.openConversationId":  {class: Permanent, about: AboutTarget, hint: hintGroup, source: pageGroup},
	"conversation.org.notMatch":   {class: Permanent, about: AboutTarget, hint: hintGroup, source: pageGroup},
	"400013":                      {class: Permanent, about: AboutTarget, hint: hintGroup, source: pageRobot},
	"bot.forbidden.sendMessage":   {class: Permanent, hint: hintMuted, source: pageGroup},
	"send.forbidden":              {class: Permanent, hint: hintMuted, source: pageGroup},
	"invalidParameter.robotCode*": {class: Configuration, hint: hintRobot, source: pageGroup},
	"template.stopped":            {class: Configuration, hint: hintRobot, source: pageGroup},
	"bot.stopped":                 {class: Configuration, hint: hintRobot, source: pageGroup},
	"resource.unavailable":        {class: Configuration, hint: hintInGroup, source: pageGroup},
	"resource.not.found":          {class: Configuration, hint: hintInGroup, source: pageGroup},

	// Content.
	"contain.unsafe.url":                {class: Permanent, about: AboutContent, hint: hintContent, source: page1to1},
	"contain.notAllowed*":               {class: Permanent, about: AboutContent, hint: hintContent, source: page1to1},
	"430101":                            {class: Permanent, about: AboutContent, hint: hintContent, source: pageRobot},
	"430102":                            {class: Permanent, about: AboutContent, hint: hintContent, source: pageRobot},
	"430103":                            {class: Permanent, about: AboutContent, hint: hintContent, source: pageRobot},
	"430104":                            {class: Permanent, about: AboutContent, hint: hintContent, source: pageRobot},
	"1430002":                           {class: Permanent, about: AboutContent, hint: hintContent, source: pageResult},
	"invalidParameter.msgParam.tooLong": {class: Permanent, about: AboutContent, hint: hintTooLong, source: page1to1},
	"460101":                            {class: Permanent, about: AboutContent, hint: hintTooLong, source: "seen: timonwong/prometheus-webhook-dingtalk#222"},
	"101002":                            {class: Permanent, about: AboutContent, hint: hintTooLong, source: "seen: timonwong/prometheus-webhook-dingtalk#30"},
	"143105":                            {class: Permanent, about: AboutRate, hint: "该成员今日收到的本应用工作通知已达 500 条", source: pageResult},
	"143106":                            {class: Permanent, about: AboutContent, hint: "相同内容的工作通知今日已发给该成员", source: pageResult},
	"1430004":                           {class: Permanent, about: AboutTarget, hint: "该成员开启了高管保护，应用不可向其发工作通知", source: pageResult},

	// Session webhooks and custom robots.
	"300001":             {class: Permanent, about: AboutSession, hint: hintSession, source: "seen: agentscope-ai/QwenPaw#2221"},
	"session.expired":    {class: Permanent, about: AboutSession, hint: hintSession, source: pageGroup},
	"session.notExisted": {class: Permanent, about: AboutSession, hint: hintSession, source: pageGroup},
	"310000":             {class: Configuration, hint: "群自定义机器人的安全设置不符：请核对加签密钥、关键词、IP 白名单和本机时间", source: pageRobot},
	"400101":             {class: Configuration, hint: hintWebhook, source: pageRobot},
	"400102":             {class: Configuration, hint: hintWebhook, source: pageRobot},
	"400106":             {class: Configuration, hint: hintWebhook, source: pageRobot},

	// Files, log-in, to-dos, forms.
	"invalidParameter.robotCode.downloadCode": {class: Permanent, about: AboutTarget, hint: "文件下载码已过期，请重新发送文件", source: pageFile},
	"40078":                      {class: Permanent, about: AboutSession, hint: "免登码已使用或已过期，请重新打开页面", source: pageCodes},
	"todo.taskCreate.paramError": {class: Permanent, about: AboutExists, hint: "待办已存在或参数不被接受", source: pageTodo},
	"40004":                      {class: Permanent, hint: "文件类型不被钉钉接受", source: pageUpload},
	"40035":                      {class: Permanent, hint: hintParam, source: pageCodes},
	"43004":                      {class: Permanent, hint: hintParam, source: pageCodes},
	"60003":                      {class: Permanent, about: AboutTarget, hint: "部门不存在", source: pageCodes},
	"invalidParameter*":          {class: Permanent, hint: hintParam, source: page1to1},
}

// lookUp finds what is known of a code, in whichever case DingTalk writes it this time.
func lookUp(code string) (meaning, bool) {
	if m, ok := codes[code]; ok {
		return m, true
	}
	var best string
	var found meaning
	for known, m := range codes {
		prefix, open := strings.CutSuffix(known, "*")
		if !open && strings.EqualFold(known, code) {
			return m, true
		}
		if open && len(code) >= len(prefix) && strings.EqualFold(code[:len(prefix)], prefix) && len(prefix) >= len(best) {
			best, found = prefix, m
		}
	}
	return found, best != ""
}

// shanghai is where DingTalk's months begin. China has had one offset without summer time since 1991.
var shanghai = time.FixedZone("Asia/Shanghai", 8*60*60)

// nextMonth is ten past midnight of the first: the full hour is crowded.
func nextMonth(now time.Time) time.Time {
	y, m, _ := now.In(shanghai).Date()
	return time.Date(y, m+1, 1, 0, 10, 0, 0, shanghai)
}

package jobs

import "fmt"

// seeOutbox finds notices that should have left: urgent ones at any hour, others once the house has been open for a while.
func seeOutbox(s *sight) []signal {
	if s.stop != nil {
		return nil // nothing is sent during a stop
	}
	n := s.outbox.Urgent
	if s.hours.Open(s.now) && s.hours.Open(s.now.Add(-graceNote)) {
		n += s.outbox.Other
	}
	if n == 0 {
		return nil
	}
	return []signal{{
		thing: "outbox", cause: fmt.Sprintf("%d 条通知已到时间超过 %s 仍未发出，最早一条应于 %s 发出", n, Spell(graceNote), s.outbox.Oldest.Text()),
		effect: "企业和工作人员收不到到期、审批等提醒；通知仍在，不会丢失", command: "查看服务是否在运行（duixian doctor），再看 duixian outbox list --state pending",
	}}
}

// lostLetters is how many notices a day may be given up before somebody should look at the channel.
const lostLetters = 5

// seeDeadLetters finds a channel that refuses: notices that were given up within a day.
func seeDeadLetters(s *sight) []signal {
	if s.outbox.Lost < lostLetters {
		return nil
	}
	return []signal{{
		thing: "outbox", cause: fmt.Sprintf("24 小时内有 %d 条通知被渠道拒收或多次重试未成功", s.outbox.Lost), effect: "收件人没有看到这些通知",
		command: "查看原因 duixian outbox list --state dead，排除后逐条 duixian outbox resend 编号 --as 成员编号",
	}}
}

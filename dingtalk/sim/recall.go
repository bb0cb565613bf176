package sim

// batchRecall is POST /v1.0/robot/otoMessages/batchRecall.
func (s *Sim) batchRecall(c *call) answer { return s.recall(c, false) }

// groupRecall is POST /v1.0/robot/groupMessages/recall.
func (s *Sim) groupRecall(c *call) answer { return s.recall(c, true) }

func (s *Sim) recall(c *call, group bool) answer {
	var in sendBody
	if err := c.decode(&in); err != nil {
		return badJSON(err)
	}
	a, refused := c.robot(in.RobotCode)
	if refused != nil {
		return *refused
	}
	if n := len(in.ProcessQueryKeys); n == 0 || n > batchSize {
		return refuse(400, "invalidParameter.processQueryKeys", "processQueryKeys 应有 1 至 20 个")
	}
	if group {
		if _, refused := s.robotGroup(a, in.OpenConversationID); refused != nil {
			return *refused
		}
	} else {
		in.OpenConversationID = ""
	}
	done, failed := []string{}, map[string]string{}
	for _, key := range in.ProcessQueryKeys {
		p := s.trace(a, key, in.OpenConversationID)
		if p == nil {
			failed[key] = "processQueryKey 不存在或已过 24 小时"
			continue
		}
		for _, m := range p.messages {
			m.Recalled = true
			s.changedMessage(m)
			for _, member := range s.convs[m.Conversation].Members {
				if !group {
					s.event(a, "robot_msg_recall", map[string]any{"userId": member, "processQueryKey": key, "openConversationId": m.Conversation, "robotCode": a.RobotCode})
				}
			}
		}
		done = append(done, key)
	}
	return ok(map[string]any{"successResult": done, "failedResult": failed})
}

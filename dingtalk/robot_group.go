package dingtalk

import (
	"context"
	"net/http"
)

// SendToGroup pushes one message to an internal group that the robot is in; conversation is the conversationId of a
// message that came from there. Nobody can be mentioned this way. It returns the task number. There is no key
// against duplicates. Page: the-robot-sends-a-group-message.
func (c *Client) SendToGroup(ctx context.Context, conversation string, m Message) (task string, err error) {
	if conversation == "" {
		return "", refused(KindGroupSend, "conversation", "没有群会话编号")
	}
	key, msgParam, err := param(KindGroupSend, m)
	if err != nil {
		return "", err
	}
	var out struct {
		Task text `json:"processQueryKey"`
	}
	r := request{
		kind: KindGroupSend, method: http.MethodPost, path: "/v1.0/robot/groupMessages/send", out: &out,
		body: map[string]any{"robotCode": c.o.RobotCode, "openConversationId": conversation, "msgKey": key, "msgParam": msgParam},
	}
	if err := c.call(ctx, r); err != nil {
		return "", err
	}
	if out.Task == "" {
		return "", r.unclear("no-task", "回答中没有消息编号，无法确认是否成功")
	}
	return string(out.Task), nil
}

// ReadInGroup asks who has read a group push, up to 200 at a time; next is where to go on, empty at the end.
// Page: chatbot-queries-the-read-status-of-a-message.
func (c *Client) ReadInGroup(ctx context.Context, conversation, task, from string) (readers []string, next string, err error) {
	body := map[string]any{"robotCode": c.o.RobotCode, "openConversationId": conversation, "processQueryKey": task, "maxResults": 200}
	if from != "" {
		body["nextToken"] = from
	}
	var out struct {
		Readers texts `json:"readUserIds"`
		More    flag  `json:"hasMore"`
		Next    text  `json:"nextToken"`
	}
	if err := c.call(ctx, request{kind: KindGroupRead, method: http.MethodPost, path: "/v1.0/robot/groupMessages/query", body: body, safe: true, out: &out}); err != nil {
		return nil, "", err
	}
	if !out.More || string(out.Next) == from {
		out.Next = ""
	}
	return out.Readers, string(out.Next), nil
}

// RecallFromGroup takes up to MaxRecall group pushes back. Page: enterprise-chatbot-withdraws-internal-group-messages.
func (c *Client) RecallFromGroup(ctx context.Context, conversation string, tasks ...string) (Recalled, error) {
	body := map[string]any{"robotCode": c.o.RobotCode, "openConversationId": conversation, "processQueryKeys": tasks}
	return c.recall(ctx, KindGroupRecall, "/v1.0/robot/groupMessages/recall", body, tasks)
}

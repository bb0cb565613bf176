package dingtalk

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"time"
)

// Sent is the outcome of a push to people. An accepted call can still have left some of them out: Outcome tells each
// one's.
type Sent struct {
	Task      string   // processQueryKey: for read receipts, recall and robot_msg_read events
	Invalid   []string // not of this organisation, or gone
	Throttled []string // too many messages to that person lately
	Filtered  []string // left out without a reason being documented

	at time.Time
}

// Outcome is nil when the message went to the person, otherwise an *Error for that person alone.
func (s Sent) Outcome(userID string) error {
	switch {
	case slices.Contains(s.Invalid, userID):
		return &Error{Kind: KindPersonSend, Class: Permanent, About: AboutTarget, Code: "invalidStaffId", Hint: hintNoUser}
	case slices.Contains(s.Throttled, userID):
		return &Error{Kind: KindPersonSend, Class: Retry, About: AboutRate, Code: "flowControlledStaffId", Hint: "发给该成员的消息过多，被钉钉限流", RetryAt: s.at.Add(personalWait)}
	case slices.Contains(s.Filtered, userID):
		return &Error{Kind: KindPersonSend, Class: Permanent, Code: "filteredStaffId", Hint: "该成员被钉钉过滤，消息没有发出"}
	}
	return nil
}

// SendToPeople pushes one message to the robot's 1:1 chats with up to MaxPeople people, by userid. They need not have spoken to the
// robot, but must be in the app's visible range. There is no key against duplicates: after an Unknown error the message
// may or may not be there. Page: chatbots-send-one-on-one-chat-messages-in-batches.
func (c *Client) SendToPeople(ctx context.Context, userIDs []string, m Message) (Sent, error) {
	if n := len(userIDs); n == 0 || n > MaxPeople || slices.Contains(userIDs, "") {
		return Sent{}, refused(KindPersonSend, "people", "一次可发给 1 到 %d 人，且每人须有员工编号（现有 %d 人）", MaxPeople, n)
	}
	key, msgParam, err := param(KindPersonSend, m)
	if err != nil {
		return Sent{}, err
	}
	var out struct {
		Task      text  `json:"processQueryKey"`
		Invalid   texts `json:"invalidStaffIdList"`
		Throttled texts `json:"flowControlledStaffIdList"`
		Filtered  texts `json:"filteredStaffIdList"`
	}
	r := request{
		kind: KindPersonSend, method: http.MethodPost, path: "/v1.0/robot/oToMessages/batchSend", out: &out,
		body: map[string]any{"robotCode": c.o.RobotCode, "userIds": userIDs, "msgKey": key, "msgParam": msgParam},
	}
	if err := c.call(ctx, r); err != nil {
		return Sent{}, err
	}
	s := Sent{string(out.Task), out.Invalid, out.Throttled, out.Filtered, c.o.Now()}
	reached := slices.ContainsFunc(userIDs, func(id string) bool { return s.Outcome(id) == nil })
	if s.Task == "" && reached {
		return Sent{}, r.unclear("no-task", "回答中没有消息编号，无法确认是否成功")
	}
	return s, nil
}

// Read is who has read a message.
type Read struct {
	Status       string // SUCCESS, RECALLED, PROCESSING
	Read, Unread []string
}

// ReadByPeople asks who has read a 1:1 push, within WorkResultWithin. The event robot_msg_read says the same without
// being asked. Page: chatbot-batch-query-the-read-status-of-messages.
func (c *Client) ReadByPeople(ctx context.Context, task string) (Read, error) {
	var out struct {
		Status text `json:"sendStatus"`
		People []struct {
			UserID text `json:"userId"`
			Status text `json:"readStatus"`
		} `json:"messageReadInfoList"`
	}
	err := c.call(ctx, request{
		kind: KindPersonRead, method: http.MethodGet, path: "/v1.0/robot/oToMessages/readStatus", safe: true, out: &out,
		query: url.Values{"robotCode": {c.o.RobotCode}, "processQueryKey": {task}},
	})
	if err != nil {
		return Read{}, err
	}
	r := Read{Status: string(out.Status)}
	for _, p := range out.People {
		if p.Status == "READ" {
			r.Read = append(r.Read, string(p.UserID))
		} else {
			r.Unread = append(r.Unread, string(p.UserID))
		}
	}
	return r, nil
}

// Recalled is the outcome of a recall: what is gone from the chats without a trace, and what stayed, with DingTalk's code.
type Recalled struct {
	Done   []string
	Failed map[string]string
}

// RecallFromPeople takes up to MaxRecall pushes back, within 24 hours. Doing it twice does no harm. The path is written oto
// here. Page: batch-message-recall-chat.
func (c *Client) RecallFromPeople(ctx context.Context, tasks ...string) (Recalled, error) {
	return c.recall(ctx, KindPersonRecall, "/v1.0/robot/otoMessages/batchRecall", map[string]any{"robotCode": c.o.RobotCode, "processQueryKeys": tasks}, tasks)
}

func (c *Client) recall(ctx context.Context, k Kind, path string, body map[string]any, tasks []string) (Recalled, error) {
	if len(tasks) == 0 || len(tasks) > MaxRecall {
		return Recalled{}, refused(k, "recall", "一次可撤回 1 到 %d 条消息（现有 %d 条）", MaxRecall, len(tasks))
	}
	var out struct {
		Done   texts  `json:"successResult"`
		Failed object `json:"failedResult"`
	}
	if err := c.call(ctx, request{kind: k, method: http.MethodPost, path: path, body: body, safe: true, out: &out}); err != nil {
		return Recalled{}, err
	}
	failed := map[string]text{}
	out.Failed.into(&failed)
	r := Recalled{Done: out.Done, Failed: map[string]string{}}
	for task, code := range failed {
		r.Failed[task] = mark(string(code))
	}
	return r, nil
}

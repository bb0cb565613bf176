package dingtalk

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"time"
	"unicode/utf8"
)

// Todo is an entry in people's 待办 list. All people are unionids. Nobody can tick it off there: they follow Link, and the
// program completes it. Page: add-dingtalk-to-do-task, todo-faq.
type Todo struct {
	Key       string // ours, unique in the app (sourceId): a second create under it makes nothing new
	Subject   string
	Due       time.Time
	Creator   string
	Executors []string
	Link      string // https or dingtalk, mandatory since 2024-02-01
}

// CreateTodo makes the entry and returns its number. Under a Key that was used before it finds that entry and returns its number,
// so it may be repeated after any error.
func (c *Client) CreateTodo(ctx context.Context, t Todo) (id string, err error) {
	switch {
	case t.Key == "" || t.Creator == "" || t.Subject == "" || t.Link == "":
		return "", refused(KindTodo, "todo", "待办缺少编号、创建人、标题或链接")
	case len(t.Executors) == 0 || len(t.Executors) > MaxExecutors || slices.Contains(t.Executors, ""):
		return "", refused(KindTodo, "people", "待办的执行人应为 1 到 %d 人", MaxExecutors)
	case utf8.RuneCountInString(t.Subject) > MaxTodoSubject || len(t.Link) > MaxTodoURL:
		return "", refused(KindTodo, "too-long", "待办的标题或链接超过钉钉的长度限制")
	}
	body := map[string]any{
		"sourceId": t.Key, "subject": t.Subject, "creatorId": t.Creator, "executorIds": t.Executors, "isOnlyShowExecutor": true,
		"detailUrl": map[string]string{"appUrl": t.Link, "pcUrl": t.Link},
	}
	if !t.Due.IsZero() {
		body["dueTime"] = t.Due.UnixMilli()
	}
	var out struct {
		ID text `json:"id"`
	}
	r := request{
		kind: KindTodo, method: http.MethodPost, path: todoPath(t.Creator, ""), query: url.Values{"operatorId": {t.Creator}},
		safe: true, body: body, out: &out,
	}
	err = c.call(ctx, r)
	if AboutExists.Is(err) { // or a wrong parameter: the code is the same, and messages are not read
		id, _, findErr := c.FindTodo(ctx, t.Executors[0], t.Key)
		if findErr != nil && !AboutTarget.Is(findErr) {
			return "", findErr
		}
		if id == "" {
			if e, ok := errors.AsType[*Error](err); ok {
				e.About, e.Hint = AboutNothing, "待办的参数不被钉钉接受"
			}
			return "", err
		}
		return id, nil
	}
	if err == nil && out.ID == "" {
		err = r.unclear("no-id", "回答中没有待办编号")
	}
	return string(out.ID), err
}

// maxTodoPages bounds a search; finished entries are kept for 180 days.
const maxTodoPages = 50

// FindTodo looks for an entry by its Key in one person's list; when there is none the error is AboutTarget.
// Page: query-the-to-do-list-of-enterprise-users.
func (c *Client) FindTodo(ctx context.Context, unionID, key string) (id string, done bool, err error) {
	for _, finished := range []bool{false, true} {
		next := "0"
		for range maxTodoPages {
			var out struct {
				Cards []struct {
					ID   text `json:"taskId"`
					Key  text `json:"sourceId"`
					Done flag `json:"isDone"`
				} `json:"todoCards"`
				Next text `json:"nextToken"`
			}
			err := c.call(ctx, request{
				kind: KindTodoQuery, method: http.MethodPost, path: "/v1.0/todo/users/" + url.PathEscape(unionID) + "/org/tasks/query", safe: true, out: &out,
				body: map[string]any{"nextToken": next, "isDone": finished},
			})
			if err != nil {
				return "", false, err
			}
			for _, card := range out.Cards {
				if string(card.Key) == key {
					return string(card.ID), bool(card.Done), nil
				}
			}
			if out.Next == "" || out.Next == "0" || string(out.Next) == next {
				break
			}
			next = string(out.Next)
		}
	}
	return "", false, &Error{Kind: KindTodoQuery, Class: Permanent, About: AboutTarget, Code: "no-todo", Hint: "没有找到该待办"}
}

// CompleteTodo ticks an entry off for everybody. Page: updates-dingtalk-to-do-tasks.
func (c *Client) CompleteTodo(ctx context.Context, creator, id string) error {
	return c.todo(ctx, http.MethodPut, creator, id, map[string]any{"done": true})
}

// ChangeTodo gives an entry another subject or due time; empty ones stay.
func (c *Client) ChangeTodo(ctx context.Context, creator, id, subject string, due time.Time) error {
	body := map[string]any{}
	if subject != "" {
		body["subject"] = subject
	}
	if !due.IsZero() {
		body["dueTime"] = due.UnixMilli()
	}
	return c.todo(ctx, http.MethodPut, creator, id, body)
}

// DeleteTodo takes an entry away. Page: delete-dingtalk-to-do-tasks.
func (c *Client) DeleteTodo(ctx context.Context, creator, id string) error {
	return c.todo(ctx, http.MethodDelete, creator, id, nil)
}

func (c *Client) todo(ctx context.Context, method, creator, id string, body map[string]any) error {
	if creator == "" || id == "" {
		return refused(KindTodo, "todo", "没有待办的编号或创建人")
	}
	r := request{kind: KindTodo, method: method, path: todoPath(creator, id), query: url.Values{"operatorId": {creator}}, safe: true}
	if body != nil {
		r.body = body
	}
	return c.call(ctx, r)
}

func todoPath(owner, id string) string {
	path := "/v1.0/todo/users/" + url.PathEscape(owner) + "/tasks"
	if id != "" {
		path += "/" + url.PathEscape(id)
	}
	return path
}

package sim

import (
	"fmt"
	"slices"
	"time"
)

// Todo is a to-do item (待办). People are unionIds on the wire and staffIds here.
type Todo struct {
	ID        string    `json:"id"`
	SourceID  string    `json:"source_id"`
	Subject   string    `json:"subject"`
	Creator   string    `json:"creator"`
	Executors []string  `json:"executors"`
	DoneBy    []string  `json:"done_by"`
	Due       time.Time `json:"due,omitzero"`
	Done      bool      `json:"done"`
	URL       string    `json:"url"`
	Fields    []Field   `json:"fields"`
	Priority  int       `json:"priority"`
	Deleted   bool      `json:"deleted"`
	At        time.Time `json:"at"`

	app *app
}

type todoBody struct {
	SourceID           string                                  `json:"sourceId"`
	Subject            string                                  `json:"subject"`
	CreatorID          string                                  `json:"creatorId"`
	DueTime            int64                                   `json:"dueTime"`
	Done               *bool                                   `json:"done"`
	ExecutorIDs        []string                                `json:"executorIds"`
	Priority           int                                     `json:"priority"`
	DetailURL          *struct{ AppURL, PCURL string }         `json:"detailUrl"`
	ContentFieldList   []struct{ FieldKey, FieldValue string } `json:"contentFieldList"`
	ExecutorStatusList []struct {
		ID     string `json:"id"`
		IsDone bool   `json:"isDone"`
	} `json:"executorStatusList"`
	IsDone    *bool  `json:"isDone"`
	NextToken string `json:"nextToken"`
}

// todoPerson is the person of the path; a wrong one is refused.
func (s *Sim) union(unionID string) *Person {
	for _, p := range s.config.People {
		if p.UnionID == unionID && unionID != "" {
			return s.people[p.StaffID]
		}
	}
	return nil
}

func (s *Sim) staff(unionIDs []string) (list []string, wrong string) {
	list = []string{}
	for _, u := range unionIDs {
		p := s.union(u)
		if p == nil {
			return nil, u
		}
		list = append(list, p.StaffID)
	}
	return list, ""
}

func (s *Sim) unions(staffIDs []string) []string {
	list := []string{}
	for _, id := range staffIDs {
		list = append(list, s.people[id].UnionID)
	}
	return list
}

func todoError(message string) answer { return refuse(400, "todo.taskCreate.paramError", message) }

// todoCreate is POST /v1.0/todo/users/{unionId}/tasks.
func (s *Sim) todoCreate(c *call) answer {
	var in todoBody
	if err := c.decode(&in); err != nil {
		return badJSON(err)
	}
	creator := s.union(c.request.PathValue("unionId"))
	executors, wrong := s.staff(in.ExecutorIDs)
	switch {
	case creator == nil:
		return todoError("unionId 不存在（待办要用 unionId，不是 userId）")
	case wrong != "":
		return todoError("executorIds 里的 unionId 不存在：" + wrong)
	case in.Subject == "" || len([]rune(in.Subject)) > 1024:
		return todoError("subject 为空或超过 1024 字")
	case in.DetailURL == nil || in.DetailURL.AppURL == "" && in.DetailURL.PCURL == "":
		return todoError("detailUrl 不能为空")
	case len(in.DetailURL.AppURL) > 1024 || len(in.DetailURL.PCURL) > 1024:
		return todoError("detailUrl 超过 1024 字节")
	}
	for _, t := range s.todos {
		if in.SourceID != "" && t.SourceID == in.SourceID && t.app == c.app && !t.Deleted {
			return todoError("task exist, taskId:" + t.ID)
		}
	}
	t := &Todo{
		ID: "task" + s.ids.next("todo", 24), SourceID: in.SourceID, Subject: in.Subject, Creator: creator.StaffID, Executors: executors, DoneBy: []string{},
		URL: orElse(in.DetailURL.PCURL, in.DetailURL.AppURL), Priority: in.Priority, At: s.today(), Fields: []Field{}, app: c.app,
	}
	if in.DueTime > 0 {
		t.Due = time.UnixMilli(in.DueTime)
	}
	for _, f := range in.ContentFieldList {
		t.Fields = append(t.Fields, Field{f.FieldKey, f.FieldValue})
	}
	if s.todos = append(s.todos, t); len(s.todos) > 2000 {
		s.todos = slices.Clone(s.todos[1:])
	}
	s.todoTold(t, "todo_task_create")
	return ok(s.todoJSON(t))
}

func (s *Sim) todoTold(t *Todo, event string) {
	s.tell("todo", t)
	s.event(t.app, event, map[string]any{"unionIdList": s.unions(t.Executors), "bizTag": t.app.ClientID, "taskId": t.ID})
}

func (s *Sim) todoJSON(t *Todo) map[string]any {
	out := map[string]any{
		"id": t.ID, "subject": t.Subject, "done": t.Done, "executorIds": s.unions(t.Executors), "sourceId": t.SourceID, "bizTag": t.app.ClientID,
		"creatorId": s.people[t.Creator].UnionID, "requestId": s.ids.next("request", 32), "createdTime": ms(t.At), "priority": t.Priority,
	}
	if !t.Due.IsZero() {
		out["dueTime"] = ms(t.Due)
	}
	return out
}

// task is the living task of the path, of this app.
func (s *Sim) task(c *call) (*Todo, *answer) {
	if s.union(c.request.PathValue("unionId")) == nil {
		a := todoError("unionId 不存在")
		return nil, &a
	}
	for _, t := range s.todos {
		if t.ID == c.request.PathValue("taskId") && !t.Deleted {
			if t.app == c.app {
				return t, nil
			}
			a := refuse(400, "todo.task.bizTagError", "task not belong to bizTag")
			return nil, &a
		}
	}
	a := refuse(400, "todo.task.notExist", "task not exist")
	return nil, &a
}

// todoUpdate is PUT .../tasks/{taskId}.
func (s *Sim) todoUpdate(c *call) answer {
	var in todoBody
	if err := c.decode(&in); err != nil {
		return badJSON(err)
	}
	t, refused := s.task(c)
	if refused != nil {
		return *refused
	}
	executors, wrong := s.staff(in.ExecutorIDs)
	if wrong != "" {
		return todoError("executorIds 里的 unionId 不存在：" + wrong)
	}
	if in.Subject != "" {
		t.Subject = in.Subject
	}
	if in.DueTime > 0 {
		t.Due = time.UnixMilli(in.DueTime)
	}
	if in.ExecutorIDs != nil {
		t.Executors = executors
	}
	if in.Done != nil {
		t.Done = *in.Done
	}
	s.todoTold(t, "todo_task_update")
	return ok(map[string]any{"result": true, "requestId": s.ids.next("request", 32)})
}

// todoExecutors is PUT .../executorStatus: done when all executors are.
func (s *Sim) todoExecutors(c *call) answer {
	var in todoBody
	if err := c.decode(&in); err != nil {
		return badJSON(err)
	}
	t, refused := s.task(c)
	if refused != nil {
		return *refused
	}
	for _, e := range in.ExecutorStatusList {
		p := s.union(e.ID)
		if p == nil || !slices.Contains(t.Executors, p.StaffID) {
			return todoError("executorStatusList 里的人不是执行人：" + e.ID)
		}
		t.DoneBy = slices.DeleteFunc(t.DoneBy, func(id string) bool { return id == p.StaffID })
		if e.IsDone {
			t.DoneBy = append(t.DoneBy, p.StaffID)
		}
	}
	t.Done = len(t.DoneBy) == len(t.Executors)
	s.todoTold(t, "todo_task_update")
	return ok(map[string]any{"result": true, "requestId": s.ids.next("request", 32)})
}

// todoDelete is DELETE .../tasks/{taskId}.
func (s *Sim) todoDelete(c *call) answer {
	t, refused := s.task(c)
	if refused != nil {
		return *refused
	}
	t.Deleted = true
	s.todoTold(t, "todo_task_delete")
	return ok(map[string]any{"result": true, "requestId": s.ids.next("request", 32)})
}

// todoPage is how many tasks one query answers.
const todoPage = 20

// todoQuery is POST .../org/tasks/query.
func (s *Sim) todoQuery(c *call) answer {
	var in todoBody
	if len(c.body) > 0 {
		if err := c.decode(&in); err != nil {
			return badJSON(err)
		}
	}
	p := s.union(c.request.PathValue("unionId"))
	if p == nil {
		return todoError("unionId 不存在")
	}
	cards := []map[string]any{}
	for _, t := range s.todos {
		if !t.Deleted && t.app == c.app && slices.Contains(t.Executors, p.StaffID) && (in.IsDone == nil || *in.IsDone == t.Done) {
			cards = append(cards, map[string]any{"taskId": t.ID, "subject": t.Subject, "sourceId": t.SourceID, "isDone": t.Done, "dueTime": ms(t.Due), "bizTag": t.app.ClientID, "createdTime": ms(t.At)})
		}
	}
	from := 0
	_, _ = fmt.Sscan(in.NextToken, &from) // a strange token begins anew
	from = min(max(from, 0), len(cards))
	to := min(from+todoPage, len(cards))
	out := map[string]any{"todoCards": cards[from:to]}
	if to < len(cards) {
		out["nextToken"] = fmt.Sprint(to)
	}
	return ok(out)
}

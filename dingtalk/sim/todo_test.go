package sim_test

import (
	"net/url"
	"strings"
	"testing"
)

// todo creates a to-do of 王芳 for 李科 and returns its id.
func (d *desk) todo(subject, source string) string {
	d.t.Helper()
	return d.want(200, "POST", "/v1.0/todo/users/"+d.union("u002")+"/tasks?operatorId="+d.union("u002"), d.todoOf(subject, source))["id"].(string)
}

func (d *desk) todoOf(subject, source string) map[string]any {
	return map[string]any{"sourceId": source, "subject": subject, "dueTime": 1764468000000, "executorIds": []string{d.union("u001")}, "detailUrl": map[string]string{"appUrl": "https://runner.example/t", "pcUrl": "https://runner.example/t"}}
}

func (d *desk) union(person string) string {
	d.t.Helper()
	return d.old(0, "/topapi/v2/user/get", map[string]any{"userid": person})["result"].(map[string]any)["unionid"].(string)
}

func TestTodosAreUniqueBySourceAndCompleted(t *testing.T) {
	t.Parallel()
	d := open(t)
	id := d.todo("提交补贴材料", "firm-12")
	me := d.union("u001")
	again := d.want(400, "POST", "/v1.0/todo/users/"+d.union("u002")+"/tasks", d.todoOf("提交补贴材料", "firm-12"))
	if again["code"] != "todo.taskCreate.paramError" || !strings.Contains(again["message"].(string), "task exist") || !strings.Contains(again["message"].(string), id) {
		t.Errorf("a repeated sourceId: %v", again)
	}
	wrong := d.todoOf("x", "y")
	wrong["executorIds"] = []string{"u001"} // a userId where a unionId belongs
	d.want(400, "POST", "/v1.0/todo/users/"+me+"/tasks", wrong)
	wrong = d.todoOf("x", "y")
	delete(wrong, "detailUrl")
	d.want(400, "POST", "/v1.0/todo/users/"+me+"/tasks", wrong)

	query := func(done bool) []any {
		return d.want(200, "POST", "/v1.0/todo/users/"+me+"/org/tasks/query", map[string]any{"isDone": done})["todoCards"].([]any)
	}
	if open := query(false); len(open) != 1 || open[0].(map[string]any)["taskId"] != id || open[0].(map[string]any)["sourceId"] != "firm-12" {
		t.Errorf("open: %v", open)
	}
	d.want(200, "PUT", "/v1.0/todo/users/"+me+"/tasks/"+id+"/executorStatus", map[string]any{"executorStatusList": []map[string]any{{"id": me, "isDone": true}}})
	if len(query(false)) != 0 || len(query(true)) != 1 {
		t.Error("it was not completed")
	}
	d.want(200, "PUT", "/v1.0/todo/users/"+me+"/tasks/"+id, map[string]any{"subject": "改了", "done": false})
	if open := query(false); len(open) != 1 || open[0].(map[string]any)["subject"] != "改了" {
		t.Errorf("after the change: %v", open)
	}
	d.want(200, "DELETE", "/v1.0/todo/users/"+me+"/tasks/"+id, nil)
	d.want(400, "DELETE", "/v1.0/todo/users/"+me+"/tasks/"+id, nil)
	d.todo("提交补贴材料", "firm-12") // the source is free again
}

func TestACalendarEventIsReplayedByItsToken(t *testing.T) {
	t.Parallel()
	d := open(t)
	path := "/v1.0/calendar/users/" + url.PathEscape(d.union("u001")) + "/calendars/primary/events"
	body := map[string]any{"summary": "公示到期", "start": map[string]string{"date": "2026-03-02"}, "end": map[string]string{"date": "2026-03-03"}, "attendees": []map[string]string{{"id": d.union("u002")}}}
	first := d.want(200, "POST", path, body, "x-client-token", "t-1")
	if second := d.want(200, "POST", path, body, "x-client-token", "t-1"); second["id"] != first["id"] {
		t.Errorf("the replay made another event: %v, %v", first["id"], second["id"])
	}
	if third := d.want(200, "POST", path, body, "x-client-token", "t-2"); third["id"] == first["id"] {
		t.Error("another token made no event")
	}
	body["end"] = body["start"]
	d.want(400, "POST", path, body)
	d.want(200, "DELETE", path+"/"+first["id"].(string), nil)
	d.want(404, "DELETE", path+"/"+first["id"].(string), nil)
}

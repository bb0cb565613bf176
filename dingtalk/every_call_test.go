package dingtalk_test

import (
	"context"
	"flag"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"duixian/dingtalk"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// oneCall is a call of the client as the tests make it, and what DingTalk says when it works.
type oneCall struct {
	name   string
	answer string
	do     func(ctx context.Context, c *dingtalk.Client, t testing.TB) (any, error)
}

var (
	people = []string{"u001", "u002"}
	hello  = dingtalk.Markdown{Title: "分期到期", Text: "**" + confidential + "** <已> & 待"}
)

// everyCall lists all methods of the client that call somebody; TestEveryCallIsListed sees to it.
var everyCall = []oneCall{
	{"SendToPeople", `{"processQueryKey":"pq-1","invalidStaffIdList":["u002"],"flowControlledStaffIdList":[]}`, func(ctx context.Context, c *dingtalk.Client, _ testing.TB) (any, error) {
		s, err := c.SendToPeople(ctx, people, hello)
		return [2]any{s.Task, s.Invalid}, err
	}},
	{"ReadByPeople", `{"sendStatus":"SUCCESS","messageReadInfoList":[{"userId":"u001","name":"示例","readStatus":"READ"},{"userId":"u002","readStatus":"UNREAD"}]}`, func(ctx context.Context, c *dingtalk.Client, _ testing.TB) (any, error) {
		return c.ReadByPeople(ctx, "pq+1/=")
	}},
	{"RecallFromPeople", `{"successResult":["pq-1"],"failedResult":{"pq-2":"expired"}}`, func(ctx context.Context, c *dingtalk.Client, _ testing.TB) (any, error) {
		return c.RecallFromPeople(ctx, "pq-1", "pq-2")
	}},
	{"SendToGroup", `{"processQueryKey":"pq-3"}`, func(ctx context.Context, c *dingtalk.Client, _ testing.TB) (any, error) {
		return c.SendToGroup(ctx, "cidG1==", dingtalk.Card{Title: "方案待批", Text: confidential, Buttons: []dingtalk.Button{
			dingtalk.Say("同意", "同意 R7 12"), {Title: "详情", URL: "https://example.com/r/7?a=1&b=2"},
		}})
	}},
	{"ReadInGroup", `{"readUserIds":["u001"],"hasMore":true,"nextToken":"n2"}`, func(ctx context.Context, c *dingtalk.Client, _ testing.TB) (any, error) {
		ids, next, err := c.ReadInGroup(ctx, "cidG1==", "pq-3", "n1")
		return [2]any{ids, next}, err
	}},
	{"RecallFromGroup", `{"successResult":["pq-3"],"failedResult":{}}`, func(ctx context.Context, c *dingtalk.Client, _ testing.TB) (any, error) {
		return c.RecallFromGroup(ctx, "cidG1==", "pq-3")
	}},
	{"Reply", `{"errcode":0,"errmsg":"ok"}`, func(ctx context.Context, c *dingtalk.Client, _ testing.TB) (any, error) {
		return nil, c.Reply(ctx, session(), hello, dingtalk.At{UserIDs: []string{"u001"}})
	}},
	{"SendToGroupRobot", `{"errcode":0,"errmsg":"ok"}`, func(ctx context.Context, c *dingtalk.Client, t testing.TB) (any, error) {
		return nil, c.SendToGroupRobot(ctx, groupRobot(t), "dx-7-1", dingtalk.Text{Content: "今日公示 " + confidential}, dingtalk.At{All: true})
	}},
	{"SendWork", `{"errcode":0,"task_id":256271667526,"request_id":"r4"}`, func(ctx context.Context, c *dingtalk.Client, _ testing.TB) (any, error) {
		return c.SendWork(ctx, people, hello)
	}},
	{"WorkResult", `{"errcode":0,"request_id":"r5","send_result":{"read_user_id_list":["u001"],"unread_user_id_list":[],"forbidden_user_id_list":["u002"],"forbidden_list":[{"code":"143106","count":1,"userid":"u002"}]}}`, func(ctx context.Context, c *dingtalk.Client, _ testing.TB) (any, error) {
		return c.WorkResult(ctx, "256271667526")
	}},
	{"RecallWork", `{"errcode":0,"request_id":"r6"}`, func(ctx context.Context, c *dingtalk.Client, _ testing.TB) (any, error) {
		return nil, c.RecallWork(ctx, "256271667526")
	}},
	{"Upload", `{"errcode":0,"errmsg":"ok","media_id":"@fakeMedia1","created_at":1763800001000,"type":"file"}`, func(ctx context.Context, c *dingtalk.Client, _ testing.TB) (any, error) {
		return c.Upload(ctx, dingtalk.MediaFile, "拨付清单.xlsx", strings.NewReader("PK content"))
	}},
	{"Download", `{"downloadUrl":"http://127.0.0.1:9/fake-oss/dc-1.file?Expires=1&Signature=` + sessionKey + `"}`, func(ctx context.Context, c *dingtalk.Client, _ testing.TB) (any, error) {
		var b strings.Builder
		n, err := c.Download(ctx, downloadCode, &b, 1<<20)
		return [2]any{n, b.String()}, err
	}},
	{"User", `{"errcode":0,"errmsg":"ok","result":{"userid":"u001","unionid":"UN001","name":"示例","title":"科长","active":"true","admin":false,"dept_id_list":"[1,2]"}}`, func(ctx context.Context, c *dingtalk.Client, _ testing.TB) (any, error) {
		return c.User(ctx, "u001")
	}},
	{"UserIDByMobile", `{"errcode":0,"errmsg":"ok","result":{"userid":"u001"}}`, func(ctx context.Context, c *dingtalk.Client, _ testing.TB) (any, error) {
		return c.UserIDByMobile(ctx, mobile)
	}},
	{"UserIDByUnionID", `{"errcode":0,"errmsg":"ok","result":{"userid":"u001","contact_type":1}}`, func(ctx context.Context, c *dingtalk.Client, _ testing.TB) (any, error) {
		id, external, err := c.UserIDByUnionID(ctx, "UN001")
		return [2]any{id, external}, err
	}},
	{"UserByLoginCode", `{"errcode":0,"errmsg":"ok","result":{"userid":"u001","unionid":"UN001","name":"示例","sys":false,"sys_level":0}}`, func(ctx context.Context, c *dingtalk.Client, _ testing.TB) (any, error) {
		return c.UserByLoginCode(ctx, "auth-code-1")
	}},
	{"CreateTodo", `{"id":"task-1","subject":"x","sourceId":"firm-12/2026-11"}`, func(ctx context.Context, c *dingtalk.Client, _ testing.TB) (any, error) {
		return c.CreateTodo(ctx, dingtalk.Todo{
			Key: "firm-12/2026-11", Subject: "提交补贴材料", Due: noon, Creator: "UN000", Executors: []string{"UN001"}, Link: "https://example.com/t/1",
		})
	}},
	{"FindTodo", `{"todoCards":[{"taskId":"task-1","sourceId":"firm-12/2026-11","isDone":false}],"nextToken":"0"}`, func(ctx context.Context, c *dingtalk.Client, _ testing.TB) (any, error) {
		id, done, err := c.FindTodo(ctx, "UN001", "firm-12/2026-11")
		return [2]any{id, done}, err
	}},
	{"CompleteTodo", `{"result":true}`, func(ctx context.Context, c *dingtalk.Client, _ testing.TB) (any, error) {
		return nil, c.CompleteTodo(ctx, "UN000", "task/1")
	}},
	{"ChangeTodo", `{"result":true}`, func(ctx context.Context, c *dingtalk.Client, _ testing.TB) (any, error) {
		return nil, c.ChangeTodo(ctx, "UN000", "task-1", "补正材料", noon)
	}},
	{"DeleteTodo", `{"result":true}`, func(ctx context.Context, c *dingtalk.Client, _ testing.TB) (any, error) {
		return nil, c.DeleteTodo(ctx, "UN000", "task-1")
	}},
}

func TestEveryCallIsListed(t *testing.T) {
	listed := map[string]bool{}
	for _, call := range everyCall {
		listed[call.name] = true
	}
	client := reflect.TypeFor[*dingtalk.Client]()
	for m := range client.Methods() {
		if m.Type.NumIn() > 1 && m.Type.In(1) == reflect.TypeFor[context.Context]() && !listed[m.Name] {
			t.Errorf("%s calls DingTalk, but is not in everyCall: its wire and its secrets are not looked at", m.Name)
		}
		delete(listed, m.Name)
	}
	for name := range listed {
		t.Errorf("%s is no method of the client", name)
	}
}

// The golden file shows each call as it goes over the wire, and what is made of the answer.
func TestWire(t *testing.T) {
	var b strings.Builder
	for _, call := range everyCall {
		c, f := newClient(t, func(w http.ResponseWriter, r *http.Request) {
			if strings.HasPrefix(r.URL.Path, "/fake-oss/") {
				_, _ = io.WriteString(w, "the file")
				return
			}
			say(http.StatusOK, call.answer)(w, r)
		}, func(o *dingtalk.Options) { o.Hosts = []string{"127.0.0.1:9"} })
		got, err := call.do(t.Context(), c, t)
		if err != nil {
			t.Errorf("%s: %v", call.name, err)
		}
		b.WriteString("== " + call.name + "\n" + strings.Join(f.seen, "\n") + "\n")
		b.WriteString("→ " + show(got) + "\n\n")
	}
	golden(t, "wire.txt", b.String())
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; got:\n%s\ntry: go test ./dingtalk -update, and read the diff", file, got)
	}
}

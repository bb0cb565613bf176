package sim_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"duixian/dingtalk/sim"
)

func TestWorkNoticesAnswerSuccessAndDrop(t *testing.T) {
	t.Parallel()
	d := open(t, func(o *sim.Options) { o.Config.Limits.NoticesPerDay = 3 })
	const path = "/topapi/message/corpconversation/"
	send := func(code int, text, users string) float64 {
		t.Helper()
		a := d.old(code, path+"asyncsend_v2", map[string]any{"agent_id": d.app.AgentID, "userid_list": users, "msg": map[string]any{"msgtype": "text", "text": map[string]any{"content": text}}})
		id, _ := a["task_id"].(float64)
		return id
	}
	result := func(task float64) map[string]any {
		t.Helper()
		return d.old(0, path+"getsendresult", map[string]any{"agent_id": d.app.AgentID, "task_id": task})["send_result"].(map[string]any)
	}
	first := send(0, "今日待办", "u001,u002,gone9")
	if r := result(first); fmt.Sprint(r["unread_user_id_list"], r["invalid_user_id_list"], r["forbidden_list"]) != "[u001 u002] [gone9] []" {
		t.Errorf("%v", r)
	}
	notices, err := d.Wait(soon(t), func(m sim.Message) bool { return m.Text == "今日待办" })
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Say(t.Context(), sim.Say{As: "u001", Conversation: notices.Conversation, Text: "x"}); err == nil {
		t.Error("a work notice can be answered")
	}
	if err := d.Read("u001", notices.Conversation); err != nil {
		t.Fatal(err)
	}
	if r := result(first); fmt.Sprint(r["read_user_id_list"]) != "[u001]" {
		t.Errorf("%v", r)
	}
	if r := result(send(0, "今日待办", "u001")); fmt.Sprint(r["forbidden_list"]) != "[map[code:143106 count:1 userid:u001]]" {
		t.Errorf("the same content twice a day: %v", r)
	}
	send(0, "第二条", "u001")
	send(0, "第三条", "u001")
	if r := result(send(0, "第四条", "u001")); fmt.Sprint(r["forbidden_list"]) != "[map[code:143105 count:1 userid:u001]]" {
		t.Errorf("over the daily cap: %v", r)
	}
	if n := len(d.Messages(notices.Conversation)); n != 3 {
		t.Errorf("%d notices arrived", n)
	}
	d.move(24*time.Hour + time.Second)
	d.login()
	if r := result(send(0, "今日待办", "u001")); fmt.Sprint(r["unread_user_id_list"]) != "[u001]" {
		t.Errorf("the next day: %v", r)
	}
	d.old(40035, path+"getsendresult", map[string]any{"agent_id": d.app.AgentID, "task_id": first}) // a day old
	send(33001, "x", "")
	send(40035, strings.Repeat("长", 700), "u001")
	send(40035, "x", strings.Repeat("u001,", 101))
	d.old(52019, path+"asyncsend_v2", map[string]any{"agent_id": 1, "userid_list": "u001", "msg": map[string]any{"msgtype": "text", "text": map[string]any{"content": "x"}}})
	d.On("notice-dropped")
	if r := result(send(0, "丢了", "u002")); fmt.Sprint(r["forbidden_user_id_list"]) != "[u002]" {
		t.Errorf("%v", r)
	}

	form := url.Values{"agent_id": {fmt.Sprint(d.app.AgentID)}, "dept_id_list": {"3"}, "msg": {`{"msgtype":"markdown","markdown":{"title":"表单","text":"#### 表单"}}`}}
	off(d, "notice-dropped")
	status, text := d.raw("POST", path+"asyncsend_v2?access_token="+d.token, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
	if status != 200 || !strings.Contains(text, `"errcode":0`) {
		t.Errorf("a form: %d %s", status, text)
	}
	d.shown("#### 表单")
}

func TestTheAddressBook(t *testing.T) {
	t.Parallel()
	d := open(t)
	get := func(code int, path string, body map[string]any) string {
		t.Helper()
		return fmt.Sprint(d.old(code, "/topapi/"+path, body)["result"])
	}
	for _, c := range []struct {
		code int
		path string
		body map[string]any
		want string
	}{
		{0, "v2/user/getbymobile", map[string]any{"mobile": "13800000002"}, "userid:u002"},
		{60121, "v2/user/getbymobile", map[string]any{"mobile": "13800000004"}, ""}, // has left
		{60121, "v2/user/getbymobile", map[string]any{"mobile": ""}, ""},
		{0, "v2/user/get", map[string]any{"userid": "u001"}, "role_list:[map[group_name:职务 id:101 name:科长]]"},
		{33012, "v2/user/get", map[string]any{"userid": "u004"}, ""},
		{0, "user/getbyunionid", map[string]any{"unionid": d.union("u003")}, "contact_type:0 userid:u003"},
		{60121, "user/getbyunionid", map[string]any{"unionid": "no"}, ""},
		{0, "user/listid", map[string]any{"dept_id": 3}, "[u002 u003]"},
		{60003, "user/listid", map[string]any{"dept_id": 9}, ""},
		{0, "user/listsimple", map[string]any{"dept_id": 3, "cursor": 0, "size": 1}, "has_more:true list:[map[name:王芳 userid:u002]] next_cursor:1"},
		{0, "v2/department/listsub", nil, "dept_id:3 name:业务科 parent_id:1"},
		{0, "v2/department/listparentbyuser", map[string]any{"userid": "u001"}, "parent_dept_id_list:[2 1]"},
		{0, "role/list", nil, "name:职务 roles:[map[id:101 name:科长] map[id:102 name:科员]]"},
		{0, "role/simplelist", map[string]any{"role_id": 102}, "list:[map[name:王芳 userid:u002] map[name:陈晨 userid:u003]]"},
		{0, "user/listadmin", nil, "sys_level:1 userid:u001"},
	} {
		if got := get(c.code, c.path, c.body); !strings.Contains(got, c.want) {
			t.Errorf("%s: %s, want %s", c.path, got, c.want)
		}
	}
	if q := d.Quota(); q.APICalls != 0 {
		t.Errorf("look-ups were counted: %+v", q)
	}
	code, err := d.LoginCode("u001")
	if err != nil {
		t.Fatal(err)
	}
	if got := get(0, "v2/user/getuserinfo", map[string]any{"code": code}); !strings.Contains(got, "userid:u001") {
		t.Error(got)
	}
	get(40078, "v2/user/getuserinfo", map[string]any{"code": code})
	if code, err = d.LoginCode("u001"); err != nil {
		t.Fatal(err)
	}
	d.move(5*time.Minute + time.Second)
	get(40078, "v2/user/getuserinfo", map[string]any{"code": code})
	if _, err := d.PutPerson(sim.Person{StaffID: "u005", Name: "新人", Mobile: "13800000005", Dept: []int64{3}}); err != nil {
		t.Fatal(err)
	}
	if _, err := d.PutPerson(sim.Person{StaffID: "u006", Name: "重号", Mobile: "13800000005"}); err == nil {
		t.Error("a second person has the same mobile")
	}
	if got := get(0, "user/listid", map[string]any{"dept_id": 3}); got != "map[userid_list:[u002 u003 u005]]" {
		t.Error(got)
	}
}

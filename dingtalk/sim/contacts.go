package sim

import (
	"encoding/json"
	"slices"
	"time"
)

// contactQuery is what the address book's endpoints take.
type contactQuery struct {
	UserID  string      `json:"userid"`
	UnionID string      `json:"unionid"`
	Mobile  string      `json:"mobile"`
	Code    string      `json:"code"`
	DeptID  json.Number `json:"dept_id"`
	RoleID  json.Number `json:"role_id"`
	Cursor  int         `json:"cursor"`
	Offset  int         `json:"offset"`
	Size    int         `json:"size"`
}

func (c *call) contact() (contactQuery, *answer) {
	var in contactQuery
	if len(c.body) > 0 {
		if err := c.decode(&in); err != nil {
			a := oldError(40035, "不合法的参数："+err.Error())
			return in, &a
		}
	}
	return in, nil
}

func found(result any) answer {
	return ok(map[string]any{"errcode": 0, "errmsg": "ok", "result": result})
}

func (s *Sim) userByMobile(c *call) answer {
	in, refused := c.contact()
	if refused != nil {
		return *refused
	}
	for _, p := range s.config.People {
		if p.Mobile == in.Mobile && in.Mobile != "" && !s.people[p.StaffID].Left && !p.Outsider {
			return found(map[string]any{"userid": p.StaffID, "exclusive_account_userid_list": []string{}})
		}
	}
	return oldError(60121, "找不到该用户")
}

func (s *Sim) userByUnion(c *call) answer {
	in, refused := c.contact()
	if refused != nil {
		return *refused
	}
	p := s.union(in.UnionID)
	if p == nil || p.Left {
		return oldError(60121, "找不到该用户")
	}
	kind := 0
	if p.Outsider {
		kind = 1
	}
	return found(map[string]any{"userid": p.StaffID, "contact_type": kind})
}

func (s *Sim) userGet(c *call) answer {
	in, refused := c.contact()
	if refused != nil {
		return *refused
	}
	p := s.people[in.UserID]
	if p == nil || p.Left || p.Outsider {
		return oldError(33012, "无效的USERID")
	}
	roles, leads := []map[string]any{}, []map[string]any{}
	for _, r := range s.config.Roles {
		if slices.Contains(p.Roles, r.ID) {
			roles = append(roles, map[string]any{"id": r.ID, "name": r.Name, "group_name": r.Group})
		}
	}
	for _, d := range p.Dept {
		leads = append(leads, map[string]any{"dept_id": d, "leader": slices.ContainsFunc(s.config.People, func(o Person) bool { return o.Manager == p.StaffID })})
	}
	return found(map[string]any{
		"userid": p.StaffID, "unionid": p.UnionID, "name": p.Name, "title": p.Title, "mobile": p.Mobile, "active": true, "admin": p.Admin, "boss": false,
		"senior": false, "real_authed": true, "hide_mobile": false, "dept_id_list": orEmpty(p.Dept), "leader_in_dept": leads, "role_list": roles, "manager_userid": p.Manager,
	})
}

// loginLife is how long a login code (免登授权码) waits for its one use.
const loginLife = 5 * time.Minute

type login struct {
	person string
	until  time.Time
}

// LoginCode makes a code as dd.requestAuthCode gives it to a page that a person opened.
func (s *Sim) LoginCode(person string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.people[person]; p == nil || p.Left {
		return "", s.noSuch("person", person)
	}
	code := s.ids.next("login", 32)
	s.logins[code] = &login{person, s.now().Add(loginLife)}
	s.in(2*loginLife, func() { delete(s.logins, code) })
	return code, nil
}

func (s *Sim) userByCode(c *call) answer {
	in, refused := c.contact()
	if refused != nil {
		return *refused
	}
	l := s.logins[in.Code]
	delete(s.logins, in.Code)
	if l == nil || s.now().After(l.until) {
		return oldError(40078, "不存在的临时授权码")
	}
	p := s.people[l.person]
	level := 0
	if p.Admin {
		level = 1
	}
	return found(map[string]any{"userid": p.StaffID, "unionid": p.UnionID, "associated_unionid": p.UnionID, "name": p.Name, "sys": p.Admin, "sys_level": level, "device_id": s.ids.stable("device", p.StaffID, 32)})
}

func (s *Sim) isDepartment(id int64) bool {
	return id == 1 || slices.ContainsFunc(s.config.Departments, func(d Department) bool { return d.ID == id })
}

// inDepartment are the people of one department.
func (s *Sim) inDepartment(id int64) (list []*Person) {
	for _, p := range s.config.People {
		if now := s.people[p.StaffID]; !now.Left && !now.Outsider && slices.Contains(now.Dept, id) {
			list = append(list, now)
		}
	}
	return list
}

// staffBelow are the people of a department and all below it.
func (s *Sim) staffBelow(id int64) (list []string) {
	for _, p := range s.inDepartment(id) {
		list = append(list, p.StaffID)
	}
	for _, d := range s.config.Departments {
		if orElse(d.Parent, 1) == id && d.ID != id {
			list = append(list, s.staffBelow(d.ID)...)
		}
	}
	return list
}

func (s *Sim) userListID(c *call) answer {
	in, refused := c.contact()
	if refused != nil {
		return *refused
	}
	id, err := in.DeptID.Int64()
	if err != nil || !s.isDepartment(id) {
		return oldError(60003, "部门不存在")
	}
	list := []string{}
	for _, p := range s.inDepartment(id) {
		list = append(list, p.StaffID)
	}
	return found(map[string]any{"userid_list": list})
}

// page cuts a list by offset and size; at most 100 at a time.
func page[T any](list []T, from, size int) (part []T, more bool) {
	size = min(orElse(max(size, 0), 100), 100)
	from = min(max(from, 0), len(list))
	to := min(from+size, len(list))
	return orEmpty(list[from:to]), to < len(list)
}

func (s *Sim) userListSimple(c *call) answer {
	in, refused := c.contact()
	if refused != nil {
		return *refused
	}
	id, err := in.DeptID.Int64()
	if err != nil || !s.isDepartment(id) {
		return oldError(60003, "部门不存在")
	}
	var list []map[string]any
	for _, p := range s.inDepartment(id) {
		list = append(list, map[string]any{"userid": p.StaffID, "name": p.Name})
	}
	part, more := page(list, in.Cursor, in.Size)
	out := map[string]any{"list": part, "has_more": more}
	if more {
		out["next_cursor"] = in.Cursor + len(part)
	}
	return found(out)
}

func (s *Sim) userListAdmin(*call) answer {
	list, level := []map[string]any{}, 1
	for _, p := range s.config.People {
		if p.Admin && !s.people[p.StaffID].Left {
			list = append(list, map[string]any{"userid": p.StaffID, "sys_level": level})
			level = 2 // the first is the main administrator
		}
	}
	return found(list)
}

func (s *Sim) departmentListSub(c *call) answer {
	in, refused := c.contact()
	if refused != nil {
		return *refused
	}
	id := int64(1)
	if in.DeptID != "" {
		var err error
		if id, err = in.DeptID.Int64(); err != nil || !s.isDepartment(id) {
			return oldError(60003, "部门不存在")
		}
	}
	list := []map[string]any{}
	for _, d := range s.config.Departments {
		if parent := orElse(d.Parent, 1); parent == id && d.ID != 1 {
			list = append(list, map[string]any{"dept_id": d.ID, "parent_id": parent, "name": d.Name, "auto_add_user": false, "create_dept_group": false})
		}
	}
	return found(list)
}

func (s *Sim) departmentParents(c *call) answer {
	in, refused := c.contact()
	if refused != nil {
		return *refused
	}
	p := s.people[in.UserID]
	if p == nil || p.Left || p.Outsider {
		return oldError(33012, "无效的USERID")
	}
	lists := []map[string]any{}
	for _, id := range p.Dept {
		way := []int64{id}
		for at := id; at != 1 && len(way) < 50; {
			parent := int64(1)
			for _, d := range s.config.Departments {
				if d.ID == at {
					parent = orElse(d.Parent, 1)
				}
			}
			at = parent
			way = append(way, at)
		}
		lists = append(lists, map[string]any{"parent_dept_id_list": way})
	}
	return found(map[string]any{"parent_list": lists})
}

func (s *Sim) roleList(c *call) answer {
	in, refused := c.contact()
	if refused != nil {
		return *refused
	}
	groups, order := map[string][]map[string]any{}, []string{}
	for _, r := range s.config.Roles {
		if groups[r.Group] == nil {
			order = append(order, r.Group)
		}
		groups[r.Group] = append(groups[r.Group], map[string]any{"id": r.ID, "name": r.Name})
	}
	var list []map[string]any
	for i, name := range order {
		list = append(list, map[string]any{"groupId": i + 1, "name": name, "roles": groups[name]})
	}
	part, more := page(list, in.Offset, in.Size)
	return found(map[string]any{"hasMore": more, "list": part})
}

func (s *Sim) roleSimpleList(c *call) answer {
	in, refused := c.contact()
	if refused != nil {
		return *refused
	}
	id, err := in.RoleID.Int64()
	if err != nil || !slices.ContainsFunc(s.config.Roles, func(r Role) bool { return r.ID == id }) {
		return oldError(400002, "角色不存在")
	}
	var list []map[string]any
	for _, p := range s.config.People {
		if now := s.people[p.StaffID]; !now.Left && slices.Contains(now.Roles, id) {
			list = append(list, map[string]any{"userid": p.StaffID, "name": p.Name})
		}
	}
	part, more := page(list, in.Offset, in.Size)
	out := map[string]any{"hasMore": more, "list": part}
	if more {
		out["nextCursor"] = in.Offset + len(part)
	}
	return found(out)
}

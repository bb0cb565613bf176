package sim

import (
	"encoding/json"
	"slices"
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

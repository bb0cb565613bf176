package sim

import (
	"slices"
)

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

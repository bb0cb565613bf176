package sim

import (
	"slices"
)

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

package bot

import (
	"context"
	"fmt"
	"strings"

	"duixian/models"
)

var staff = &Command{
	Name:    "人员权限",
	Aliases: []string{"授权", "加人", "权限"},
	Params: []Param{
		{Name: "做法"}, {Name: "编号", Also: []string{"成员编号"}}, {Name: "姓名"}, {Name: "角色"}, {Name: "钉钉账号", Also: []string{"钉钉"}, Named: true},
	},
	Example: "人员权限 增加 fuhe03 张三 复核 或 人员权限 取消 fuhe03 张三 复核",
	Summary: "看工作人员的角色，申请增加或取消",
	Roles:   officials,
	Private: true,
	Run:     runStaff,
}

// runStaff lists the officials with their roles, or makes the row of a change, which goes in as a roster file would: it
// becomes a plan, and a second person decides.
func runStaff(_ context.Context, r *Request) (Reply, error) {
	state, known := map[string]string{"增加": "在用", "授权": "在用", "加": "在用", "取消": "停用", "停用": "停用", "撤销": "停用"}[r.Args["做法"]]
	switch {
	case r.Args["做法"] == "":
		return r.staffList()
	case !known:
		return Reply{Text: "可以写：人员权限 增加 编号 姓名 角色，或 人员权限 取消 编号 姓名 角色。", Outcome: Asked}, nil
	case !r.Asker.has([]models.Role{models.Clerk}):
		return Reply{Text: "人员和角色的变更由经办提出、复核同意，您没有“经办”角色。", Outcome: Refused}, nil
	}
	for _, p := range []string{"编号", "姓名", "角色"} {
		if r.Args[p] == "" {
			return Reply{Text: "请写明" + p + "。", Outcome: Asked, Want: p, Args: r.Args}, nil
		}
	}
	body := oneRow("成员编号", r.Args["编号"], "姓名", r.Args["姓名"], "角色", r.Args["角色"], "统一社会信用代码", "", "钉钉账号", r.Args["钉钉账号"], "状态", state, "报送日期", r.On.String())
	return r.handIn("members", fmt.Sprintf("人员权限-%s-%s.csv", r.Args["编号"], r.On), body)
}

func (r *Request) staffList() (Reply, error) {
	type entry struct {
		models.Member
		roles []string
	}
	var order []int64
	all := map[int64]*entry{}
	for _, role := range officials {
		people, err := r.MembersWithRole(role)
		if err != nil {
			return Reply{}, err
		}
		for _, m := range people {
			if all[m.ID] == nil {
				all[m.ID] = &entry{Member: m}
				order = append(order, m.ID)
			}
			all[m.ID].roles = append(all[m.ID].roles, role.Text())
		}
	}
	lines := []string{fmt.Sprintf("现有工作人员%d人：", len(order))}
	for _, id := range order {
		lines = append(lines, "- "+plain(all[id].Name)+bracketed(plain(all[id].Code))+"："+strings.Join(all[id].roles, "、"))
	}
	lines = append(lines, "增加或取消须两人办理：人员权限 增加 编号 姓名 角色。")
	return Reply{Text: strings.Join(lines, "\n"), Next: []string{"待办"}}, nil
}

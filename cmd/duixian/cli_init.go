package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"duixian/models"
	"duixian/policy"
)

func initCommand(p *program) *cobra.Command {
	var clerk, approver, operator string
	cmd := &cobra.Command{
		Use:   "init --clerk CODE=NAME --approver CODE=NAME [--operator CODE=NAME]",
		Short: "Name the first two officials of a new database",
		Long: `Everything that moves money or roles needs two people. Until there are two, nobody can appoint anybody, so the first
two are named here, once, by whoever installs the program. CODE is what they type after --as: letters, digits, - _ .
An operator, who may be one of them, hears at once of a night's work that failed; without one the two others do.
After this, the roster changes only through plans that two people approved.`,
		Example: `  duixian init --clerk jingban01=示例经办 --approver fuhe01=示例复核 --operator yunwei01=示例运维`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			first, err := parseOfficial("--clerk", clerk, models.Clerk)
			if err != nil {
				return err
			}
			second, err := parseOfficial("--approver", approver, models.Approver)
			if err != nil {
				return err
			}
			if first.Code == second.Code || first.Name == second.Name {
				return misuse("--clerk 与 --approver 必须是两个人")
			}
			officials := []models.RosterChange{first, second}
			if operator != "" {
				third, err := parseOfficial("--operator", operator, models.Operator)
				if err != nil {
					return err
				}
				if o := slices.IndexFunc(officials, func(o models.RosterChange) bool { return o.Code == third.Code }); o >= 0 && officials[o].Name != third.Name {
					return misuse("--operator 的编号 %s 已用于%s，姓名却不同", third.Code, officials[o].Name)
				}
				officials = append(officials, third)
			}
			c, err := p.loadConfig()
			if err != nil {
				return err
			}
			store, err := c.openStore(cmd.Context())
			if err != nil {
				return err
			}
			defer closing(store, &err)
			if err := nameFirst(cmd.Context(), store, policy.InstantOf(p.now()), p.user, officials...); err != nil {
				return err
			}
			var names []string
			for _, o := range officials {
				names = append(names, fmt.Sprintf("%s（%s，%s）", o.Name, o.Code, o.Role.Text()))
			}
			lines(p.out, "已登记 %s", strings.Join(names, "、"))
			return nil
		},
	}
	cmd.Flags().StringVar(&clerk, "clerk", "", "who prepares plans (经办)")
	cmd.Flags().StringVar(&approver, "approver", "", "who approves them (复核)")
	cmd.Flags().StringVar(&operator, "operator", "", "who hears of failed work (运维), may be one of the two")
	return cmd
}

func parseOfficial(flag, s string, role models.Role) (models.RosterChange, error) {
	code, name, _ := strings.Cut(s, "=")
	code, name = strings.ToLower(strings.TrimSpace(code)), strings.TrimSpace(name)
	if code == "" || name == "" || strings.Trim(code, "abcdefghijklmnopqrstuvwxyz0123456789-_.") != "" {
		return models.RosterChange{}, misuse("%s 应写作 编号=姓名，编号只用字母、数字和 - _ .", flag)
	}
	return models.RosterChange{Code: code, Name: name, Role: role, Active: true}, nil
}

// nameFirst writes the first officials, once for the life of a database: the counter decides between two that try it at
// the same time.
func nameFirst(ctx context.Context, store *models.Store, now policy.Instant, user string, officials ...models.RosterChange) error {
	return store.InTx(ctx, func(tx *models.Tx) error {
		turn, err := tx.NextID("init", 1)
		if err != nil {
			return err
		}
		if has, err := tx.HasMembers(); err != nil {
			return err
		} else if has || turn != 1 {
			return models.E(models.Conflict, "这个数据库已有成员；增减人员请导入成员名册（duixian import members），由两人办理")
		}
		for _, o := range officials {
			if err := tx.ChangeRoster(now, models.Actor{OSUser: user}, o); err != nil {
				return err
			}
		}
		return nil
	})
}

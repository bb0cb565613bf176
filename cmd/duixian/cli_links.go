package main

import (
	"github.com/spf13/cobra"

	"duixian/models"
)

func outboxRevokeCommand(p *program) *cobra.Command {
	var as string
	cmd := &cobra.Command{
		Use: "revoke-links FIRM", Short: "Make a firm's unopened notice links useless",
		Long: `For when a line went into the wrong group: every link of the firm (its credit code) that nobody has opened stops working. The
notices stay as they are; they can be read in the chat, or sent on by hand.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := needAs(as); err != nil {
				return err
			}
			return p.with(cmd.Context(), func(a *app) error {
				n := int64(0)
				err := a.store.InTx(cmd.Context(), func(tx *models.Tx) error {
					org, err := tx.OrganisationByCode(args[0])
					if models.CodeOf(err) == models.NotFound {
						return models.E(models.NotFound, "没有统一社会信用代码为 %s 的机构", args[0])
					}
					if err == nil {
						n, err = tx.RevokeLinks(p.actor(as), org, p.instant())
					}
					return err
				})
				if err == nil {
					lines(p.out, "已作废 %d 个未打开的链接", n)
				}
				return err
			})
		},
	}
	cmd.Flags().StringVar(&as, "as", "", "the member who asks")
	return cmd
}

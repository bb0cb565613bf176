package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"duixian/models"
)

func migrateCommand(p *program) *cobra.Command {
	var status, asJSON bool
	cmd := &cobra.Command{
		Use:   "migrate",
		Short: "Bring the database up to date with this program, or show where it stands",
		Long: `Every command that opens the database does this by itself; migrate is for doing it at a chosen time, with a user who
may change tables and make triggers: by those the database itself refuses to change the ledger and the audit trail. A database that a newer program has written is refused.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			c, err := p.loadConfig()
			if err != nil {
				return err
			}
			store, err := models.OpenOnly(c.Database.DSN.Reveal(), c.storeOptions())
			if err != nil {
				return err
			}
			defer closing(store, &err)
			before, newest, err := store.SchemaVersion(cmd.Context())
			if err != nil {
				return err
			}
			now := before
			if !status {
				if err := errors.Join(store.Migrate(cmd.Context()), store.GuardRows(cmd.Context())); err != nil {
					return err
				}
				now = newest
			}
			if asJSON {
				return printJSON(p.out, map[string]int64{"before": before, "now": now, "newest": newest})
			}
			switch {
			case now != before:
				_, err = fmt.Fprintf(p.out, "数据库结构已从第 %d 版升级到第 %d 版\n", before, now)
			case now == newest:
				_, err = fmt.Fprintf(p.out, "数据库结构是最新的（第 %d 版）\n", now)
			case now < newest:
				_, err = fmt.Fprintf(p.out, "数据库结构为第 %d 版，本程序需要第 %d 版；请运行 duixian migrate\n", now, newest)
			default:
				_, err = fmt.Fprintf(p.out, "数据库结构为第 %d 版，本程序只认识到第 %d 版；请使用新版本程序\n", now, newest)
			}
			return err
		},
	}
	cmd.Flags().BoolVar(&status, "status", false, "only show the versions")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

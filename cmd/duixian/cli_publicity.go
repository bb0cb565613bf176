package main

import (
	"cmp"

	"github.com/spf13/cobra"

	"duixian/models"
	"duixian/sheets"
)

func publicityCommand(p *program) *cobra.Command {
	return group(&cobra.Command{Use: "publicity", Short: "Lists that are shown to the public, and the red and the black list"}, publicityListCommand(p), publicityShowCommand(p), publicityListsCommand(p))
}

func publicityListCommand(p *program) *cobra.Command {
	asJSON := false
	cmd := &cobra.Command{
		Use: "list", Short: "Every list: what waits to be published, what is being shown, what is over", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.with(cmd.Context(), func(a *app) error {
				list, err := a.store.Read(cmd.Context()).Publicities(1000, models.PublicityPlanned, models.PublicityRunning, models.PublicityClosed)
				if err != nil {
					return err
				}
				if asJSON {
					return printJSON(p.out, list)
				}
				for _, l := range list {
					when := "未登记发布"
					if l.Shown() {
						when = l.FirstOn.Text() + "至" + l.LastOn.Text()
					}
					lines(p.out, "#%-4d %s  %s  %d 项  %s", l.ID, l.State.Text(), l.Title, l.LineCount, when)
				}
				if len(list) == 0 {
					lines(p.out, "还没有公示")
				}
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func publicityShowCommand(p *program) *cobra.Command {
	var xlsx string
	asJSON := false
	cmd := &cobra.Command{
		Use: "show NUMBER", Short: "One list as the public sees it, to be printed or put on a website", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := number(args[0])
			if err != nil {
				return err
			}
			return p.with(cmd.Context(), func(a *app) error {
				q := a.store.Read(cmd.Context())
				l, err := q.Publicity(id)
				if models.CodeOf(err) == models.NotFound {
					return models.E(models.NotFound, "没有公示 #%d", id)
				}
				if err != nil {
					return err
				}
				rows, err := q.PublicLines(id)
				switch {
				case err != nil:
					return err
				case xlsx != "":
					return p.writeBook(xlsx, sheets.PublicityExport(l, rows).Write)
				case asJSON:
					return printJSON(p.out, map[string]any{"publicity": l, "lines": rows})
				}
				p.printPublicity(l, rows)
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.Flags().StringVar(&xlsx, "xlsx", "", "write a workbook instead")
	return cmd
}

func (p *program) printPublicity(l models.Publicity, rows []models.PublicityLine) {
	lines(p.out, "公示 #%d %s（%s，%s）", l.ID, l.Title, l.SubjectText(), l.State.Text())
	if l.Shown() {
		lines(p.out, "公示期 %s至%s（%d 个工作日，含首末日）；%s 发布于 %s", l.FirstOn.Text(), l.LastOn.Text(), l.Days, l.PublishedOn.Text(), l.WhereText)
		lines(p.out, "%s", sheets.ObjectionText(l))
	} else {
		lines(p.out, "须公示 %d 个工作日；还没有登记发布", l.Days)
	}
	for _, r := range rows {
		lines(p.out, "%3d. %s（%s）  %s  %s  %s  %s", r.No, r.Name, r.Code, r.Item, r.Note, r.AmountFen.Text(), r.State.Text())
	}
	lines(p.out, "名单校验码 %s", l.ListHash)
}

func publicityListsCommand(p *program) *cobra.Command {
	return &cobra.Command{
		Use: "lists", Short: "The red and the black list: who is on them, who has been told, who was taken off", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.with(cmd.Context(), func(a *app) error {
				q := a.store.Read(cmd.Context())
				for _, list := range []string{models.RedList, models.BlackList} {
					entries, err := q.ListEntries(list, models.ListNoticed, models.ListListed, models.ListRemoved, models.ListDropped)
					if err != nil {
						return err
					}
					lines(p.out, "%s：%d 条记录", models.ListName(list), len(entries))
					for _, e := range entries {
						org, err := q.Organisation(e.OrgID)
						if err != nil {
							return err
						}
						lines(p.out, "#%-4d %s（%s）  %s  %s  %s", e.ID, org.Name, org.Code, e.State.Text(), e.Basis, cmp.Or(e.Reason, "—"))
					}
				}
				return nil
			})
		},
	}
}

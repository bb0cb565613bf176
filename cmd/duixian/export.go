package main

import (
	"cmp"
	"fmt"

	"duixian/jobs"
	"duixian/models"
	"duixian/sheets"
)

// The lists that commands write as workbooks: one function each, all through sheets.Export.

func reportSheetOf(r models.Report) sheets.Export {
	e := sheets.Export{
		Name: r.Title, Above: append([]string{fmt.Sprintf("%s（试算，%s）", r.Title, r.On.Text())}, r.Notes...),
		Columns: []sheets.ExportColumn{
			{Title: "序号", Form: sheets.Count},
			{Title: "机构", Width: 34},
			{Title: "事项", Width: 40},
			{Title: "条款", Form: sheets.Code, Width: 12},
			{Title: "拟奖补金额", Form: sheets.Amount, Total: true},
			{Title: "另列金额，不计入合计", Form: sheets.Amount, Width: 26},
			{Title: "变化", Width: 26},
			{Title: "理由", Width: 80},
		},
	}
	e.Rows = func(yield func([]any) bool) {
		for i, l := range r.Lines {
			var counted, apart any = l.Amount, nil
			if l.Outside {
				counted, apart = nil, l.Amount
			}
			if !yield([]any{i + 1, l.Who, l.What, l.Clause, counted, apart, l.Change, l.Why}) {
				return
			}
		}
	}
	return e
}

func planSheet(v jobs.PlanView) sheets.Export {
	e := sheets.Export{
		Name: fmt.Sprintf("方案 %d", v.ID),
		Above: []string{
			fmt.Sprintf("方案 #%d %s（%s）", v.ID, v.Title, v.State.Text()),
			fmt.Sprintf("资料截至 %s；经办 %s，复核 %s", v.KnownOn.Text(), cmp.Or(v.Maker, "—"), cmp.Or(v.Checker, "—")),
			"方案校验码 " + v.Hash,
		},
	}
	e.Above = append(e.Above, v.Notes...)
	if !v.Intact {
		e.Above = append(e.Above, "警告：内容与送审时不一致，不能审批或执行，请立即报告")
	}
	if v.Kind == "roster" {
		e.Columns = []sheets.ExportColumn{{Title: "序号", Form: sheets.Count}, {Title: "人员变更", Width: 60}}
		e.Rows = func(yield func([]any) bool) {
			for i, r := range v.Roster {
				if !yield([]any{i + 1, r}) {
					return
				}
			}
		}
		return e
	}
	e.Columns = []sheets.ExportColumn{
		{Title: "序号", Form: sheets.Count},
		{Title: "机构", Width: 34},
		{Title: "统一社会信用代码", Form: sheets.Code},
		{Title: "事项", Width: 40},
		{Title: "条款", Form: sheets.Code, Width: 12},
		{Title: "金额", Form: sheets.Amount, Total: true},
		{Title: "执行结果", Width: 12},
		{Title: "暂缓原因", Width: 40},
		{Title: "理由", Width: 80},
	}
	e.Rows = func(yield func([]any) bool) {
		for i, l := range v.Lines {
			if !yield([]any{i + 1, l.Who, l.Code, l.What, l.Clause, l.Amount, planLineStates[l.State], l.Reason, l.Why}) {
				return
			}
		}
	}
	return e
}

func historySheet(runs []models.Run) sheets.Export {
	return sheets.Export{
		Name: "任务记录",
		Columns: []sheets.ExportColumn{
			{Title: "编号", Form: sheets.Code, Width: 10},
			{Title: "任务", Width: 20},
			{Title: "业务日", Form: sheets.Day},
			{Title: "时间", Width: 24},
			{Title: "由谁启动", Width: 14},
			{Title: "状态", Width: 10},
			{Title: "完成", Form: sheets.Count, Total: true},
			{Title: "总数", Form: sheets.Count, Total: true},
			{Title: "说明", Width: 90},
		},
		Rows: func(yield func([]any) bool) {
			for _, r := range runs {
				if !yield([]any{fmt.Sprint(r.ID), r.Job, r.BusinessDate, r.ToldAt().Stamp(), r.Actor, r.StateText(), r.DoneItems, r.TotalItems, r.OutcomeText()}) {
					return
				}
			}
		},
	}
}

func outboxSheet(rows []models.Notice) sheets.Export {
	return sheets.Export{
		Name: "通知",
		Columns: []sheets.ExportColumn{
			{Title: "编号", Form: sheets.Code, Width: 10},
			{Title: "类别", Width: 22},
			{Title: "事项", Width: 22},
			{Title: "所属日期", Form: sheets.Day},
			{Title: "成员", Form: sheets.Code, Width: 10},
			{Title: "写入时间", Width: 24},
			{Title: "状态", Width: 10},
			{Title: "尝试次数", Form: sheets.Count, Total: true},
			{Title: "原因", Width: 60},
		},
		Rows: func(yield func([]any) bool) {
			for _, n := range rows {
				if !yield([]any{fmt.Sprint(n.ID), n.Kind, n.Thing, n.DueOn, fmt.Sprint(n.MemberID), n.CreatedAt.Stamp(), n.State.Text(), n.Tries, n.ReasonText()}) {
					return
				}
			}
		},
	}
}

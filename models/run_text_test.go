package models_test

import (
	"testing"

	"duixian/models"
)

func TestWhatARunDidInWords(t *testing.T) {
	for _, c := range []struct {
		run  models.Run
		want string
	}{
		{
			models.Run{State: models.RunSucceeded, Summary: `{"decisions":167,"organisations":45,"states":{"decided":101,"held":5,"needs_decision":6,"rejected":55}}`},
			"机构 45 家，新审核结论 167 项，可送审 101 项，暂缓 5 项，待人工决定 6 项，未通过 55 项",
		},
		{models.Run{State: models.RunSucceeded, Summary: `{"impossible":2,"reached":198}`}, "参保已满 198 人，已不能满 2 人"},
		{
			models.Run{State: models.RunSucceeded, Summary: `{"changes":{"corrected":4,"covered":0,"new":6,"recheck":0,"same":0},"import":5,"rows":10}`},
			"10 行，新增 6 条，更正 4 条，导入 #5",
		},
		{models.Run{State: models.RunSucceeded, Summary: `{}`}, "没有需要处理的内容"},
		{models.Run{State: models.RunSucceeded}, ""},
		{models.Run{State: models.RunSucceeded, Summary: `{"decisions":0,"organisations":0}`}, "没有需要处理的内容"},
		{models.Run{State: models.RunSucceeded, Summary: `{"novelty":7}`}, "novelty 7"},
		{models.Run{State: models.RunFailed, ErrorText: "磁盘已满\ngoroutine 1"}, "磁盘已满"},
		{models.Run{State: models.RunSucceeded, ErrorText: "第一次失败", Summary: `{"rows":3}`}, "3 行"},
		{models.Run{State: models.RunSkipped, Reason: "paused: 核对数据"}, "任务已暂停：核对数据"},
	} {
		if got := c.run.OutcomeText(); got != c.want {
			t.Errorf("%+v: %q, want %q", c.run, got, c.want)
		}
	}
}

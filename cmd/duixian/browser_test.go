package main

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/chromedp/chromedp"

	"duixian/dingtalk/sim/simtest"
	"duixian/models"
	"duixian/policy"
)

// Files that a clerk hands in: a new firm, a firm's stand at a fair abroad, and people, who are never sent by chat.
const (
	newFirm    = "91330702YL0009025M"
	firmFile   = "机构名称,统一社会信用代码,区县,机构类型,许可或备案,许可证号,独立法人,经营状态,生效日期,报送日期\n示例二号人力资源有限公司," + newFirm + ",婺城区,企业,许可,SL0002,是,正常,2023-01-01,2026-03-01\n"
	standFile  = "机构名称,统一社会信用代码,类别,编号,名称,日期,境外,展位费（元）,主办单位,报送日期\n示例一号人力资源有限公司,91330702MA2TE5T01Y,展位,ZW0001,示例博览会,2026-01-10,是,24000.00,省人社部门,2026-03-01\n"
	peopleFile = "姓名,身份证号,用人单位\n"
)

// TestADayInTheBrowser is a day in the office as its people see it, in a real browser: a firm asks, a clerk hands in files, two people
// approve. Buttons are pressed twice, as they are in life; what follows happens once.
func TestADayInTheBrowser(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "")
	o.byPhone()
	_, a := o.app()
	o.serve()
	ctx := simtest.Open(t, o.url, 1400, 900)
	firm, clerk, approver := simtest.Phone("dd-lianxi01"), simtest.Phone("dd-jingban01"), simtest.Phone("dd-fuhe01")
	play := func(steps ...simtest.Step) { t.Helper(); simtest.Run(t, ctx, steps...) }
	// hears does something and waits until the person's phone shows, in a message that was not there before, each of these texts.
	hears := func(phone string, does simtest.Step, texts ...string) {
		t.Helper()
		answers := phone + ".message:not(.mine) .bubble"
		before := simtest.Count(t, ctx, answers)
		play(does)
		for _, text := range texts {
			play(simtest.HasNew(answers, before, text))
		}
	}
	says := func(phone, line string, texts ...string) {
		t.Helper()
		hears(phone, simtest.Typed(phone+"textarea", line+"\r"), texts...)
	}
	presses := func(phone, button string, texts ...string) {
		t.Helper()
		hears(phone, simtest.TapLast(phone+".card-button", button), texts...)
	}
	hands := func(name, body string, texts ...string) {
		t.Helper()
		file := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(file, []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
		hears(clerk, chromedp.SetUploadFiles(chromedp.CSS(clerk+"input[type=file]"), []string{file}), texts...)
	}
	shows := func(name string) {
		t.Helper()
		play(simtest.Picture(t, name))
		if wide := simtest.Sideways(t, ctx); len(wide) > 0 {
			t.Errorf("%s: wider than its place: %q", name, wide)
		}
	}

	// Three phones side by side, each in its chat with the robot.
	play(simtest.Tap("#side .close", "×"), simtest.Tap(`[data-chip="dd-lianxi01"]`, ""))
	for _, phone := range []string{firm, clerk, approver} {
		play(simtest.Tap(phone+".conversation strong", "政策兑现助手"), chromedp.WaitVisible(chromedp.CSS(phone+"textarea")))
	}

	// The firm asks; the answer's button asks on.
	says(firm, "进度", "1,000,000.00 元")
	presses(firm, "到账", "没有核定的奖励")

	// The clerk hands a firm in: tried out first, taken in when confirmed, once. People are refused, with the way to hand them in.
	hands("机构名录.csv", firmFile, "共 1 行：通过 1 行（其中提醒 0 行）", "还没有导入")
	if n := len(o.named(a, newFirm)); n != 0 {
		t.Error("the dry run wrote a firm")
	}
	shows("dry-run")
	hears(clerk, simtest.TapTwice(clerk+".card-button", "确认导入"), "已导入")
	says(clerk, "导入", "“机构名录.csv”：1行，变化1条") // after the answers to both
	files, err := a.store.Read(t.Context()).Imports(100)
	if err != nil {
		t.Fatal(err)
	}
	files = slices.DeleteFunc(files, func(f models.Import) bool { return f.FileName != "机构名录.csv" })
	if n := len(o.named(a, newFirm)); n != 1 || len(files) != 1 {
		t.Errorf("after the confirmation there are %d firms of %d imports", n, len(files))
	}
	hands("引才名单.csv", peopleFile, "个人身份或银行账户信息", "投递文件夹")

	// A large plan: the approver is told, looks at it, and types its sum.
	hears(approver, simtest.Typed(clerk+"textarea", "报审 奖补审核 依据=某人社纪要〔2023〕5号 依据日期=2023-09-05\r"), "待复核：奖补核定方案")
	play(simtest.Has(clerk+".bubble", "已送审：方案 #1"))
	presses(approver, "方案", "高企首次认定奖励")
	shows("plan")
	presses(approver, "同意", "金额较大")
	says(approver, "999999", "没有同意")
	o.awarded(a)
	hears(clerk, simtest.Typed(approver+"textarea", "1000000\r"), "奖补核定方案：已同意")
	play(simtest.Has(approver+".bubble", "已同意并执行"))
	o.awarded(a, policy.Yuan(1_000_000))

	// A small one, of a stand at a fair: handed in, examined, submitted. Here the button alone says yes; it is pressed twice.
	hands("活动.csv", standFile, "还没有导入")
	presses(clerk, "确认导入", "已导入")
	says(clerk, "任务 运行 奖补审核", "奖补审核")
	says(firm, "进度", "12,000.00 元")
	hears(approver, simtest.Typed(clerk+"textarea", "报审 奖补审核 依据=某人社纪要〔2023〕5号 依据日期=2023-09-05\r"), "方案 #2")
	presses(approver, "方案", "境外展位补助（三（八））　12,000.00 元")
	hears(approver, simtest.TapTwice(approver+".card-button", "同意"), "已同意并执行", "方案 #2 已处理")
	play(simtest.Has(clerk+".bubble", "方案 #2，1 项、12,000.00 元"))
	o.awarded(a, policy.Yuan(1_000_000), policy.Yuan(12_000))
	says(firm, "我的奖励", "12,000.00 元")
	shows("approved")

	// The same on a phone: one person fills the screen, and can do all of it.
	play(simtest.Size(390, 844))
	for _, one := range [][3]string{{"dd-jingban01", "今日情况", "2026年3月2日情况"}, {"dd-fuhe01", "方案 2", "已执行"}, {"dd-lianxi01", "到账", "12,000.00 元"}} {
		play(simtest.Tap(`[data-chip="`+one[0]+`"]`, ""), simtest.Until(`document.querySelectorAll(".phone").length === 1`))
		says(simtest.Phone(one[0]), one[1], one[2])
		shows("phone-" + one[0])
	}
}

// awarded holds when the office's firm has exactly these awards, with instalments of their sums.
func (o *office) awarded(a *app, want ...policy.Fen) {
	o.t.Helper()
	q := a.store.Read(o.t.Context())
	awards, err := q.AwardsOfOrg(o.named(a, "91330702MA2TE5T01Y")[0].ID)
	if err != nil {
		o.t.Fatal(err)
	}
	var got []policy.Fen
	for _, one := range awards {
		got = append(got, one.AmountFen)
		parts, err := q.InstalmentsOf(one.ID)
		if err != nil {
			o.t.Fatal(err)
		}
		var sum policy.Fen
		for _, p := range parts {
			sum += p.AmountFen
		}
		if sum != one.AmountFen {
			o.t.Errorf("an award of %s has instalments of %s", one.AmountFen.Text(), sum.Text())
		}
	}
	if !slices.Equal(got, want) {
		o.t.Errorf("awards %v, want %v", got, want)
	}
}

// named are the organisations with a credit code: one or none.
func (o *office) named(a *app, code string) []models.Organisation {
	o.t.Helper()
	found, err := a.store.Read(o.t.Context()).OrganisationsByCode([]string{code})
	if err != nil {
		o.t.Fatal(err)
	}
	return slices.Collect(maps.Values(found))
}

package main

import (
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
	firmFile   = "机构名称,统一社会信用代码,区县,机构类型,许可或备案,许可证号,独立法人,经营状态,生效日期,报送日期\n示例二号人力资源有限公司,91330702MA2TE5T029,婺城区,企业,许可,SL0002,是,正常,2023-01-01,2026-03-01\n"
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
	answered := func(phone, text string) simtest.Step { return simtest.Has(phone+".message:last-child:not(.mine) .bubble", text) }
	says := func(phone, line, answer string) { t.Helper(); play(simtest.Typed(phone+"textarea", line+"\r"), answered(phone, answer)) }
	presses := func(phone, button, answer string) { t.Helper(); play(simtest.TapLast(phone+".card-button", button), answered(phone, answer)) }
	hands := func(name, text, answer string) {
		t.Helper()
		file := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		play(chromedp.SetUploadFiles(chromedp.CSS(clerk+"input[type=file]"), []string{file}), simtest.Has(clerk+".mine .file", name), answered(clerk, answer))
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

	// The clerk hands a firm in: tried out first, taken in when confirmed. People are refused, with the way to hand them in.
	hands("机构名录.csv", firmFile, "还没有导入")
	if firms := orgsByCode(t, a, "91330702MA2TE5T029"); len(firms) != 0 {
		t.Error("the dry run wrote a firm")
	}
	shows("dry-run")
	presses(clerk, "确认导入", "已导入")
	if firms := orgsByCode(t, a, "91330702MA2TE5T029"); len(firms) != 1 {
		t.Errorf("after the confirmation there are %d firms", len(firms))
	}
	hands("引才名单.csv", peopleFile, "投递文件夹")

	// A large plan: the approver is told, looks at it, and types its sum.
	says(clerk, "报审 奖补审核", "方案 #1")
	play(answered(approver, "待复核"))
	presses(approver, "方案", "高企首次认定奖励")
	shows("plan")
	presses(approver, "同意", "金额较大")
	says(approver, "999999", "不一致")
	says(approver, "1000000", "已同意")
	play(answered(clerk, "已同意"))
	o.onceEach(a, policy.Yuan(1_000_000))

	// A small one: a stand at a fair, handed in, looked at, submitted; the button alone says yes, and is pressed twice.
	hands("活动.csv", standFile, "还没有导入")
	presses(clerk, "确认导入", "已导入")
	says(clerk, "任务 运行 奖补审核", "奖补审核")
	says(firm, "进度", "12,000.00 元")
	says(clerk, "报审 奖补审核", "方案 #2")
	play(simtest.Has(approver+".message .card", "方案 #2"))
	presses(approver, "方案", "12,000.00 元")
	play(simtest.TapTwice(approver+".card-button", "同意"), simtest.Has(approver+".bubble", "方案 #2 “"), simtest.Has(approver+".message:last-child:not(.mine) .bubble", "已处理"))
	play(simtest.Has(clerk+".message:last-child .bubble", "方案 #2"))
	o.onceEach(a, policy.Yuan(1_000_000), policy.Yuan(12_000))
	says(firm, "我的奖励", "12,000.00 元")
	shows("approved")

	// The same on a phone: one person fills the screen, and can do all of it.
	play(simtest.Size(390, 844), simtest.Tap(`[data-chip="dd-lianxi01"]`, ""), simtest.Until(`document.querySelectorAll(".phone").length === 1`))
	presses(firm, "到账", "12,000.00 元")
	shows("phone-firm")
}

// onceEach holds when the firm has exactly these awards, and instalments of their sums.
func (o *office) onceEach(a *app, want ...policy.Fen) {
	o.t.Helper()
	q := a.store.Read(o.t.Context())
	org, ok := orgsByCode(o.t, a, "91330702MA2TE5T01Y")["91330702MA2TE5T01Y"]
	if !ok {
		o.t.Fatal("the firm is gone")
	}
	awards, err := q.AwardsOfOrg(org.ID)
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

func orgsByCode(t *testing.T, a *app, codes ...string) map[string]models.Organisation {
	t.Helper()
	found, err := a.store.Read(t.Context()).OrganisationsByCode(codes)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

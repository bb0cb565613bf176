package bot_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"duixian/bot"
	"duixian/models"
	"duixian/models/modelstest"
	"duixian/policy"
)

// Everybody who may write to the bot: a contact, an official of each role, one who is both, a contact who has left, and
// somebody nobody knows.
var askers = []string{"contact", "clerk", "approver", "treasurer", "operator", "auditor", "both", "left", "nobody"}

// TestWhoMayAskWhat walks command × person × place against testdata/access.txt. The file is reviewed by people: with
// -update it is rewritten, and the difference is the thing to look at.
func TestWhoMayAskWhat(t *testing.T) {
	t.Parallel()
	w := newTown(t, modelstest.New(t))
	w.happen("2024-01-02 firm 婺星人力（示例）有限公司 91330702MA00000001")
	for _, role := range []models.Role{models.Clerk, models.Approver, models.Treasurer, models.Operator, models.Auditor} {
		w.happen(fmt.Sprintf("2024-01-02 official %s 某某 %s", role, role))
	}
	w.happen("2024-01-02 contact contact 某某 婺星人力（示例）有限公司")
	w.happen("2024-01-02 contact left 某某 婺星人力（示例）有限公司")
	w.happen("2024-01-03 leave left 婺星人力（示例）有限公司")
	w.happen("2024-01-02 employer 星火机械（示例）有限公司 91330702MA00000101")
	w.happen("2025-06-05 hire 甲 婺星人力（示例）有限公司 星火机械（示例）有限公司 2")
	w.tx(func(tx *models.Tx) error {
		return tx.AddMember(1, models.System, &models.Member{Code: "both", Name: "某某", Active: true},
			models.MemberRole{Role: models.Contact, OrgID: w.org("婺星人力（示例）有限公司")}, models.MemberRole{Role: models.Clerk})
	})
	var got strings.Builder
	fmt.Fprintf(&got, "# What becomes of a command: answered, or why not. Reviewed by people; rewritten with -update.\n%-12s %s\n", "", columns(askers))
	for _, place := range []string{"alone", "group"} {
		fmt.Fprintf(&got, "\n%s\n", place)
		for _, c := range bot.All() {
			var cells []string
			for i, who := range askers {
				cells = append(cells, string(w.try(c, who, place == "group", i)))
			}
			fmt.Fprintln(&got, strings.TrimRight(fmt.Sprintf("%s%s %s", c.Name, strings.Repeat(" ", max(0, 12-2*len([]rune(c.Name))+strings.Count(c.Name, " "))), columns(cells)), " "))
		}
	}
	const file = "testdata/access.txt"
	if *update {
		if err := os.WriteFile(file, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != got.String() {
		t.Errorf("the table has changed:\n%s", difference(string(want), got.String()))
	}
}

// try sends a command with arguments that are right and reports what became of it. Jobs may be reached only when it
// was answered, and what is offered next is for this person.
func (w *town) try(c *bot.Command, who string, group bool, i int) bot.Outcome {
	w.t.Helper()
	var line strings.Builder
	line.WriteString(c.Name)
	for _, p := range c.Params {
		switch {
		case p.Name == "任务名":
			line.WriteString(" 奖补审核")
		case p.Name == "名称或代码", p.Name == "对象":
			line.WriteString(" 婺星")
		case p.Name == "事项" && p.Must:
			line.WriteString(" 境外展位补助")
		case p.Name == "方案号", p.Name == "编号" && p.Must:
			line.WriteString(" 1")
		case p.Must:
			line.WriteString(" 试一试")
		}
	}
	w.work.asked = nil
	r := w.bot.Handle(w.t.Context(), bot.Message{ID: fmt.Sprint(c.Name, who, group), MemberCode: who, Channel: "test", Address: who, Group: group, Text: line.String(), At: noon(20260302) + policy.Instant(i)})
	if r.Outcome != bot.Answered && len(w.work.asked) > 0 {
		w.t.Errorf("%s by %s: %s, and yet it did %v", line.String(), who, r.Outcome, w.work.asked)
	}
	for _, line := range r.Next {
		if bot.Forbidden(w.t.Context(), w.bot, who, line) {
			w.t.Errorf("%s by %s offers %q, which they may not use", c.Name, who, line)
		}
	}
	for _, secret := range []string{"婺星", "奖补审核", "91330702"} {
		if r.Outcome != bot.Answered && r.Outcome != bot.Asked && strings.Contains(r.Text, secret) {
			w.t.Errorf("%s by %s: %s, and yet it says %q", line.String(), who, r.Outcome, r.Text)
		}
	}
	return r.Outcome
}

func columns(cells []string) string {
	var out strings.Builder
	for _, c := range cells {
		fmt.Fprintf(&out, "%-10s", c)
	}
	return out.String()
}

package bot_test

import (
	"fmt"
	"strings"
	"testing"

	"duixian/bot"
	"duixian/models"
	"duixian/models/modelstest"
)

// Whom a line is about never learns who objected nor why: whatever the contact of that firm types, alone or in a group, before the decision and after it; nor
// does an official who speaks for that firm as well.
func TestTheObjectedFirmLearnsNothing(t *testing.T) {
	t.Parallel()
	w := newTown(t, modelstest.New(t))
	for _, line := range []string{
		"2024-01-02 firm 婺星人力（示例）有限公司 91330702MA00000001", "2024-01-02 firm 金磊人力（示例）有限公司 91330702MA00000002",
		"2024-01-02 contact wang 王特征 婺星人力（示例）有限公司", "2024-01-02 contact li 李人事 金磊人力（示例）有限公司",
		"2026-06-05 shown 金磊人力（示例）有限公司", "2026-06-08 published-list 1",
	} {
		w.happen(line)
	}
	w.tx(func(tx *models.Tx) error {
		return tx.AddMember(1, models.System, &models.Member{Code: "both", Name: "某某", Active: true},
			models.MemberRole{Role: models.Contact, OrgID: w.org("金磊人力（示例）有限公司")}, models.MemberRole{Role: models.Clerk})
	})
	number := 0
	say := func(who, text string, group bool) bot.Reply {
		number++
		return w.bot.Handle(t.Context(), bot.Message{ID: fmt.Sprint("x", number), MemberCode: who, Channel: "test", Address: who, Group: group, Text: text, At: noon(20260609)})
	}
	const words = "独一无二的理由"
	if r := say("wang", "异议 1-1 "+words, false); r.Outcome != bot.Answered {
		t.Fatal(r)
	}
	look := func(when string) {
		for _, group := range []bool{false, true} {
			for _, who := range []string{"li", "both"} {
				for _, c := range bot.All() {
					for _, args := range []string{"", " 1", " 1 1", " 1-1 别的", " 婺星"} {
						r := say(who, c.Name+args, group)
						for _, secret := range []string{words, "王特征", "婺星人力（示例）有限公司 王"} {
							if strings.Contains(r.Text+strings.Join(r.Next, " "), secret) {
								t.Errorf("%s, %s%s by %s: %s", when, c.Name, args, who, r.Text)
							}
						}
					}
				}
			}
		}
	}
	look("open")
	if r := say("both", "异议 1", false); r.Outcome != bot.Refused {
		t.Errorf("an official who speaks for the firm: %+v", r)
	}
	w.tx(func(tx *models.Tx) error {
		o, err := tx.Objection(1)
		if err != nil {
			return err
		}
		_, err = tx.DecideObjection(&o, true, "证书不实", 9, models.System, 0, 20260610, noon(20260610))
		return err
	})
	look("decided")
	if r := say("wang", "异议", false); !strings.Contains(r.Text, "成立，答复：证书不实") {
		t.Errorf("who objected does not hear the answer: %s", r.Text)
	}
}

package bot_test

import (
	"slices"
	"testing"

	"duixian/bot"
	"duixian/notifications"
)

// Whatever a notice's button says is a line that the bot understands, from somebody who may read the notice.
func TestEveryButtonOfANoticeIsACommand(t *testing.T) {
	t.Parallel()
	seen := 0
	for _, k := range notifications.Kinds() {
		buttons, _ := notifications.ButtonsOf(k.Sample)
		for _, b := range append(buttons, notifications.Button{Title: "收到", Line: "收到"}, notifications.Button{Title: "通知", Line: "通知"}) {
			seen++
			name, _, problem := bot.Parse(b.Line)
			i := slices.IndexFunc(bot.All(), func(c *bot.Command) bool { return c.Name == name })
			if i < 0 {
				t.Errorf("%s: the bot does not know %q", k.Name, b.Line)
				continue
			}
			if problem != "" && b.Title != "退回" { // the reason is asked for
				t.Errorf("%s: %q lacks something: %s", k.Name, b.Line, problem)
			}
			contact := false
			for _, r := range bot.All()[i].Roles {
				contact = contact || r == "contact"
			}
			if k.Audience == notifications.Firms && !contact {
				t.Errorf("%s goes to firms, who may not say %q", k.Name, b.Line)
			}
		}
	}
	if seen < 50 {
		t.Errorf("only %d buttons", seen)
	}
}

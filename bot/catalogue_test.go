package bot_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"duixian/bot"
	"duixian/models"
)

func TestCommandsAreComplete(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/transcripts/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			if _, words, ok := strings.Cut(line, "> "); ok && !strings.HasPrefix(line, "bot>") && !strings.HasPrefix(line, "next>") {
				said.WriteString(words)
			}
		}
	}
	for _, c := range bot.All() {
		if strings.HasSuffix(c.Summary, "。") || strings.Contains(c.Summary, "，") && len([]rune(c.Summary)) > 24 {
			t.Errorf("%s: the summary %q should be a few words without a full stop", c.Name, c.Summary)
		}
		if !strings.Contains(said.String(), c.Name) {
			t.Errorf("no transcript asks for %s", c.Name)
		}
		for i := 1; i < len(c.Params); i++ {
			if c.Params[i].Must && (!c.Params[i-1].Must || c.Params[i-1].Rest) {
				t.Errorf("%s: %s can never be reached by its place", c.Name, c.Params[i].Name)
			}
		}
	}
}

// A bot does not start with a command that nobody may use, that shows a firm's data in a group, or that cannot be told
// from another.
func TestDeniedByDefault(t *testing.T) {
	t.Parallel()
	good := func() *bot.Command {
		c := *bot.All()[1]
		c.Name, c.Aliases = "新命令", nil
		return &c
	}
	for name, spoil := range map[string]func(c *bot.Command){
		"no roles":           func(c *bot.Command) { c.Roles = nil },
		"public firm data":   func(c *bot.Command) { c.Private = false },
		"another's name":     func(c *bot.Command) { c.Name = "帮 助" },
		"another's synonym":  func(c *bot.Command) { c.Aliases = []string{"菜单"} },
		"nothing to type":    func(c *bot.Command) { c.Aliases = []string{"？"} },
		"no function":        func(c *bot.Command) { c.Run = nil },
		"no example of must": func(c *bot.Command) { c.Params, c.Example = []bot.Param{{Name: "甲", Must: true}}, "" },
	} {
		c := good()
		spoil(c)
		if _, err := bot.NewWith(bot.Options{}, append(bot.All(), c)); err == nil {
			t.Errorf("%s: the bot started", name)
		}
	}
	if _, err := bot.NewWith(bot.Options{}, append(bot.All(), good())); err != nil {
		t.Errorf("a good command: %v", err)
	}
}

// The roles of a command are those of the house or of firms, never both: a firm's question is about its own data.
func TestRolesAreOfOneSide(t *testing.T) {
	t.Parallel()
	for _, c := range bot.All() {
		contacts, others := 0, 0
		for _, r := range c.Roles {
			if r == models.Contact {
				contacts++
			} else {
				others++
			}
		}
		if contacts > 0 && others > 0 && c.Private && !c.Own {
			t.Errorf("%s answers firms and officials alike but is not public", c.Name)
		}
	}
}

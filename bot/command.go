package bot

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"duixian/models"
	"duixian/policy"
)

// Command is one thing that can be asked for. Its Name may be two words: 任务 运行.
type Command struct {
	Name    string
	Aliases []string // what people also type
	Params  []Param
	Example string // a line to type, for the usage and for a button
	Summary string // what it says or does, in a few words, without a full stop
	Roles   []models.Role
	Private bool   // only in a chat of two; false = what it says is public
	Own     bool   // about the asker alone, firm's contact or official: settings
	Open    bool   // also for people we do not know: it must give nothing away
	Free    bool   // takes any name=value besides its parameters
	Yields  bool   // an answer to an open question comes before it: 好的, 1
	Else    string // the line that is offered when it was refused and says nothing better; "" = 待办 or 进度
	Run     func(ctx context.Context, r *Request) (Reply, error)
}

// Param is an argument, given by its place or as name=value.
type Param struct {
	Name  string
	Also  []string // other names for name=value
	Must  bool
	Rest  bool // takes the rest of the line, spaces and all
	Named bool // only as name=value; the usage leaves it out
}

// Request is a question that may be answered: who asks, what exactly, and for which moment.
type Request struct {
	models.Query
	Bot   *Bot
	Asker person
	Actor models.Actor
	Org   models.Organisation // whose data are asked for, in commands of firms
	Args  map[string]string   // by the parameter's name
	Now   policy.Instant
	On    policy.Date // its day
	Group bool
	From  Message // as it came

	command *Command
	ctx     context.Context // of this one question, for the funcs of Work
}

// firmParam is what every command of firms takes besides its own arguments, for people who speak for two firms.
var firmParam = Param{Name: "企业", Also: []string{"公司", "单位", "firm"}}

func (c *Command) ofFirm() bool { return slices.Equal(c.Roles, firms) }

func (c *Command) params() []Param {
	if c.ofFirm() {
		return append(slices.Clone(c.Params), firmParam)
	}
	return c.Params
}

// check refuses a command that nobody may use or that cannot be told from nothing.
func (c *Command) check() error {
	switch {
	case c.Name == "" || c.Summary == "" || c.Run == nil:
		return fmt.Errorf("bot: command %q lacks its name, summary or function", c.Name)
	case len(c.Roles) == 0:
		return fmt.Errorf("bot: command %q has no roles: nobody may use it", c.Name)
	case c.ofFirm() && !c.Private:
		return fmt.Errorf("bot: command %q shows a firm's data and must be private", c.Name)
	case c.Own && !c.Private:
		return fmt.Errorf("bot: command %q is about one person and must be private", c.Name)
	case slices.ContainsFunc(c.Params, func(p Param) bool { return p.Must }) && c.Example == "":
		return fmt.Errorf("bot: command %q needs an example", c.Name)
	}
	return nil
}

// usage is how the command is written, with an example.
func (c *Command) usage() string {
	line := c.Name + c.places()
	if c.Example != "" {
		line += "，例如：" + c.Example
	}
	return line
}

// places are the arguments as they are written after the name: 任务名 理由, optional ones in brackets.
func (c *Command) places() string {
	var text strings.Builder
	for _, p := range c.Params {
		switch {
		case p.Must:
			text.WriteString(" " + p.Name)
		case !p.Named:
			text.WriteString("（" + p.Name + "）")
		}
	}
	return text.String()
}

package bot

import (
	"context"
	"maps"
	"slices"
	"time"

	"duixian/models"
)

// patience is how long the bot remembers what it has asked.
const patience = 30 * time.Minute

// never ends a question without an answer.
var never = []string{"取消", "算了", "不用了", "不了", "不问了"}

// openAsk is what the bot has asked this person and not yet heard; nobody is asked in a group.
func (r *Request) openAsk() (*models.ChatAsk, error) {
	if r.Group || !r.Asker.known() {
		return nil, nil
	}
	return r.ChatAsk(r.Asker.ID, r.Now)
}

// resume takes a line as the answer to an open question. done says that the reply is all.
func (r *Request) resume(open *models.ChatAsk, text string) (c *Command, reply Reply, done bool) {
	if slices.Contains(never, text) {
		return nil, Reply{Text: "好的，不再继续。", Outcome: Answered}, true
	}
	i := slices.IndexFunc(r.Bot.commands, func(c *Command) bool { return c.Name == open.Command })
	if i < 0 || !r.Asker.may(r.Bot.commands[i]) { // another version's, or the role has gone
		return nil, r.Bot.unknown(r.Asker, text), true
	}
	c = r.Bot.commands[i]
	r.Args = map[string]string{}
	maps.Copy(r.Args, open.Args)
	r.Args[open.Want] = text
	if _, problem, want := c.complete(r.Args); want != nil {
		return c, Reply{Text: problem, Outcome: Asked, Want: want.Name, Args: r.Args}, true
	}
	return c, Reply{}, false
}

// keep remembers what the reply asks, or forgets what was asked before.
func (r *Request) keep(c *Command, reply Reply, had bool) error {
	if r.Group || !r.Asker.known() || reply.Want == "" && !had {
		return nil
	}
	return r.write(func(tx *models.Tx) error {
		if reply.Want == "" || c == nil {
			return tx.DropChatAsk(r.Asker.ID)
		}
		args := models.Params{}
		for name, v := range reply.Args {
			args[name] = maskNumbers(v)
		}
		return tx.PutChatAsk(models.ChatAsk{MemberID: r.Asker.ID, Command: c.Name, Args: args, Want: reply.Want, ExpiresAt: r.Now.Add(patience)})
	})
}

// write is a transaction of the chat's own: what it remembers, settings, requests to the desk. Money, ratings and rounds
// are changed by jobs alone.
func (r *Request) write(fn func(tx *models.Tx) error) error {
	return r.Bot.Store.InTx(context.WithoutCancel(r.ctx), fn)
}

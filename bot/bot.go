package bot

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"

	"duixian/models"
	"duixian/notifications"
	"duixian/policy"
	"duixian/secret"
)

// Options are what a Bot needs. All of it may be shared.
type Options struct {
	Store     *models.Store
	Book      *policy.Book
	Effective policy.Date       // first day of the policy; 0 = not configured, nothing is approved or paid
	Reminders *policy.Reminders // nil = those in the program
	Work      models.Work       // the way to the jobs
	Desk      Desk              // the people behind the bot
	Hours     notifications.Hours
	Log       *slog.Logger
	// TypedFrom is the sum from which an approver must type it: a button alone is too quick. 0 = never.
	TypedFrom policy.Fen
	Budget    models.BudgetRules
	Rhythm    policy.Rhythm      // in which years firms are rated; zero = policy.DefaultRhythm
	Calendar  *policy.Calendar   // of working days, for the closing of the year; nil = the one in the program
	PublicURL string             // under which the service's pages are reached; empty = not said
	Codes     func() secret.Text // of invitations; nil = eight random letters
}

// Desk is whom people turn to who want a human being. What is empty is not said.
type Desk struct{ Name, Phone, Hours, Place string }

// Bot answers messages. It keeps nothing between them and may be used by many goroutines.
type Bot struct {
	Options
	commands []*Command
	phrases  [][]phrase // of each command: the buttons of every answer are looked up among them
}

// New makes a bot with all commands. A command that says not who may use it does not start.
func New(opt Options) (*Bot, error) { return newBot(opt, All()) }

func newBot(opt Options, commands []*Command) (*Bot, error) {
	if opt.Log == nil {
		opt.Log = slog.Default()
	}
	if opt.Codes == nil {
		opt.Codes = newInvitationCode
	}
	taken, phrases := map[string]string{}, make([][]phrase, len(commands))
	for i, c := range commands {
		if err := c.check(); err != nil {
			return nil, err
		}
		phrases[i] = c.phrases()
		for _, p := range phrases[i] {
			if len(p.key) == 0 {
				return nil, fmt.Errorf("bot: %q of %s is nothing when folded", p.text, c.Name)
			}
			if other, ok := taken[string(p.key)]; ok {
				return nil, fmt.Errorf("bot: %q names both %s and %s", p.text, other, c.Name)
			}
			taken[string(p.key)] = c.Name
		}
	}
	return &Bot{opt, commands, phrases}, nil
}

// Message is what somebody wrote.
type Message struct {
	ID         string // the channel's, unique within it: the same message twice changes nothing twice
	MemberCode string // who wrote it, empty when the channel does not know
	Channel    string // through which it came, and
	Address    string // the writer's address there: who is to be remembered after 绑定
	OSUser     string // the user of the operating system, on the command line only
	Group      bool   // said where others read it
	Text       string
	File       *Upload        // what was sent instead of a text
	At         policy.Instant // the moment to answer for
}

// Reply is what the bot says: lines in the subset of markdown that phones render (**bold**, "- " lists), and the
// commands that are likely next, for buttons.
type Reply struct {
	Text    string
	Next    []string
	Outcome Outcome
	Want    string            // the parameter that is asked for: the next line that is no command is its value
	Args    map[string]string // what is known already, when Want is set
}

// Outcome says what became of a message, for the log and for tests.
type Outcome string

// The outcomes. Only Answered means that a command has run.
const (
	Answered Outcome = "answered"
	Asked    Outcome = "asked"    // an argument is missing, wrong or has several meanings
	Unknown  Outcome = "unknown"  // no command, or none this person knows of
	Refused  Outcome = "refused"  // a command for another role
	Private  Outcome = "private"  // only in a chat of two
	Outsider Outcome = "outsider" // nobody we know
	Failed   Outcome = "failed"   // our fault, or the world's
)

// askPrivately is all that a group hears about anything that is not public.
const askPrivately = "请私聊我。"

// Handle answers one message. Whatever goes wrong becomes words: a refusal written for people is shown, anything else
// becomes a number that the log knows.
func (b *Bot) Handle(ctx context.Context, m Message) (reply Reply) {
	defer func() {
		if broken := recover(); broken != nil {
			reply = b.failed(ctx, m, fmt.Errorf("panic: %v\n%s", broken, debug.Stack()))
		}
	}()
	reply, err := b.answer(ctx, m)
	if err != nil {
		return b.failed(ctx, m, err)
	}
	return reply
}

func (b *Bot) answer(ctx context.Context, m Message) (Reply, error) {
	q := b.Store.Read(ctx)
	asker, err := findPerson(q, m.MemberCode)
	if err != nil {
		return Reply{}, err
	}
	if m.File != nil {
		r := b.request(ctx, q, asker, m)
		reply, err := r.upload(*m.File)
		if reply.Outcome == "" {
			reply.Outcome = Answered
		}
		return reply, err
	}
	text, fits := fold(m.Text)
	c, rest := b.find(asker, text)
	if c == nil && !asker.known() && !m.Group {
		if code, err := b.codeBefore(q, m, text); err != nil {
			return Reply{}, err
		} else if code != "" {
			c, rest = bindFirm, code+" 姓名="+quoted(text)
		}
	}
	switch {
	case m.Group && (c == nil || c.Private || !asker.may(c)):
		return Reply{Text: askPrivately, Outcome: Private}, nil
	case !asker.known() && (c == nil || !c.Open):
		return asker.stranger(), nil
	case !fits:
		return Reply{Text: tooLongText, Outcome: Unknown}, nil
	}
	r := b.request(ctx, q, asker, m)
	open, err := r.openAsk()
	if err != nil {
		return Reply{}, err
	}
	var reply Reply
	var done bool
	if open != nil && (c == nil || c.Yields) {
		c, reply, done = r.resume(open, text)
	} else {
		reply, done = r.begin(c, text, rest)
	}
	if !done {
		if reply, err = r.run(ctx, c); err != nil {
			told, ok := refusal(err)
			if !ok {
				return reply, err
			}
			told.Next = r.onward(c, told)
			return told, nil // a question that was open stays so
		}
	}
	reply.Next = r.onward(c, reply)
	return reply, r.keep(c, reply, open != nil)
}

func (b *Bot) request(ctx context.Context, q models.Query, asker person, m Message) *Request {
	return &Request{
		Query: q, Bot: b, Asker: asker, Actor: models.Actor{Member: m.MemberCode, OSUser: m.OSUser, Request: m.ID}, Now: m.At, On: m.At.Date(), Group: m.Group, From: m, ctx: ctx,
	}
}

// onward is what an answer offers, never what the asker may not use: a refusal, or a question that cannot be answered in a word, that offers
// nothing itself leads to where the asker's work or state is seen.
func (r *Request) onward(c *Command, reply Reply) []string {
	reply.Next = slices.DeleteFunc(reply.Next, func(line string) bool { return r.Bot.forbidden(r.Asker, line) })
	nothing := reply.Outcome == Failed || reply.Outcome == Refused || reply.Outcome == Asked && reply.Want == ""
	switch {
	case len(reply.Next) > 0 || !nothing || r.Group || c == nil:
	case c.Else != "" && r.Asker.may(c):
		return []string{c.Else}
	case r.Asker.may(todo):
		return []string{todo.Name}
	case r.Asker.has(firms):
		return []string{progress.Name}
	}
	return reply.Next
}

// begin reads the arguments of a command; done says that the reply is all.
func (r *Request) begin(c *Command, text, rest string) (reply Reply, done bool) {
	switch {
	case c == nil:
		return r.Bot.unknown(r.Asker, text), true
	case !r.Asker.may(c) && !(c.Open && !r.Asker.known()):
		return refuse(r.Asker, c), true
	}
	var problem string
	var want *Param
	r.Args, problem, want = c.bind(rest)
	if problem == "" {
		return Reply{}, false
	}
	reply = Reply{Text: problem + "\n用法：" + c.usage(), Outcome: Asked}
	if want != nil {
		reply.Want, reply.Args = want.Name, r.Args
	}
	return reply, true
}

// run answers with a command whose arguments are complete.
func (r *Request) run(ctx context.Context, c *Command) (Reply, error) {
	r.command = c
	if c.ofFirm() {
		r.valueNotFirm(c)
		if asked, err := r.chooseFirm(c); err != nil || asked.Text != "" {
			return asked, err
		}
	}
	reply, err := c.Run(ctx, r)
	if reply.Outcome == "" {
		reply.Outcome = Answered
	}
	for i := range reply.Next {
		if r.Org.ID != 0 && c.ofFirm() && len(r.Asker.firmIDs()) > 1 {
			reply.Next[i] += forFirm(r.Org) // the next question is about the same firm
		}
	}
	return reply, err
}

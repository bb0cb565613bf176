package bot

import (
	"context"

	"duixian/models"
)

// NewWith is New with other commands.
var NewWith = newBot

// Parse is what happens to a line before anything runs, for an official who has every role.
func Parse(text string) (command string, args map[string]string, problem string) {
	b, err := newBot(Options{}, All())
	if err != nil {
		return "", nil, err.Error()
	}
	line, _ := fold(text)
	var everything person
	for _, r := range officials {
		everything.roles = append(everything.roles, models.MemberRole{Role: r})
	}
	everything.roles = append(everything.roles, models.MemberRole{Role: models.Contact, OrgID: 1})
	c, rest := b.find(everything, line)
	if c == nil {
		return "", nil, ""
	}
	args, problem, _ = c.bind(rest)
	return c.Name, args, problem
}

// Forbidden reports whether a line is a command of another role than the member's, whichever command a line of this person is taken for.
func Forbidden(ctx context.Context, b *Bot, member, line string) bool {
	q := b.Store.Read(ctx)
	asker, err := findPerson(q, member)
	if bound, none := q.MemberByAddress(member); none == nil && asker.ID == 0 { // by an invitation, a moment ago
		asker, err = findPerson(q, bound.Code)
	}
	text, _ := fold(line)
	c, _ := b.among(text, func(*Command) bool { return true })
	return err != nil || c != nil && !asker.may(c)
}

// Plain makes data safe to print.
var Plain = plain

// One answers one message of the inbox.
func One(d *Inbox, ctx context.Context, m models.Inbound) error { return d.one(ctx, m) }

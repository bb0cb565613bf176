package bot

import (
	"context"

	"duixian/models"
)

// NewWith is New with other commands.
var NewWith = newBot

// Parse is what happens to a line before anything runs, for an official who has every role.
func Parse(text string) (command string, args map[string]string, problem string) {
	b := Bot{commands: All()}
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

// Plain makes data safe to print.
var Plain = plain

// One answers one message of the inbox.
func One(d *Inbox, ctx context.Context, m models.Inbound) error { return d.one(ctx, m) }

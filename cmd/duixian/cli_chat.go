package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"duixian/bot"
)

func chatCommand(p *program) *cobra.Command {
	var as string
	var group bool
	cmd := &cobra.Command{
		Use:   "chat --as MEMBER [--group] [TEXT]",
		Short: "Talk to the bot in the terminal: same commands, same answers",
		Long: `Sends one line to the bot and prints its answer; without TEXT, line after line until the end of the input. The bot sees
a member as it does in a chat: a firm's contact gets that firm's data, an official what the role allows.`,
		Example: `  duixian chat --as lianxi01 进度
  duixian chat --as jingban01 任务 列表
  duixian chat --as lianxi01 --group 进度`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if as == "" {
				return misuse("say who is talking: --as MEMBER")
			}
			return p.with(cmd.Context(), func(a *app) error {
				if err := a.config.officialsHere(); err != nil {
					return err
				}
				b, err := a.bot()
				if err != nil {
					return err
				}
				say := func(text string) error { return p.say(cmd.Context(), b, as, group, text) }
				if len(args) > 0 {
					return say(strings.Join(args, " "))
				}
				return p.converse(as, say)
			})
		},
	}
	cmd.Flags().StringVar(&as, "as", "", "the member who talks")
	cmd.Flags().BoolVar(&group, "group", false, "said in a group, where others read it")
	return cmd
}

// bot is the house's bot; every channel hands it messages.
func (a *app) bot() (*bot.Bot, error) {
	d := a.config.Desk
	return bot.New(bot.Options{
		Store: a.store, Book: a.env.Book, Effective: a.env.Effective, Reminders: a.env.Reminders, Work: a.work, Log: a.log, Hours: a.env.Outbox.Hours, TypedFrom: a.config.Approvals.TypedFrom, Budget: a.env.Budget, Rhythm: a.env.Stars.Rhythm, Calendar: a.env.Calendar,
		PublicURL: a.config.HTTP.PublicURL,
		Desk:      bot.Desk{Name: d.Name, Phone: d.Phone, Hours: d.Hours, Place: d.Place},
	})
}

// say prints the answer to one line. An answer that something is broken is a failed command.
func (p *program) say(ctx context.Context, b *bot.Bot, member string, group bool, text string) error {
	now := p.instant()
	r := b.Handle(ctx, bot.Message{ID: fmt.Sprintf("cli:%d", now), MemberCode: member, Channel: "terminal", Address: member, OSUser: p.user, Group: group, Text: text, At: now})
	lines(p.out, "%s", r.Text)
	if len(r.Next) > 0 {
		lines(p.out, "〔%s〕", strings.Join(r.Next, " · "))
	}
	if r.Outcome == bot.Failed {
		return errSilent
	}
	return nil
}

// converse answers line after line. On a terminal it prompts and goes on after a failure; a script stops at the first.
func (p *program) converse(member string, say func(text string) error) error {
	in, ok := p.in.(*os.File)
	terminal := ok && term.IsTerminal(int(in.Fd()))
	prompt := func() {
		if terminal {
			fmt.Fprintf(p.err, "%s> ", member)
		}
	}
	if terminal {
		lines(p.err, "直接输入要问的话，例如：帮助。输入 退出 或按 Ctrl-D 结束。")
	}
	lines := bufio.NewReader(p.in)
	for prompt(); ; prompt() {
		text, err := lines.ReadString('\n')
		if text = strings.TrimSpace(text); slices.Contains([]string{"退出", "exit", "quit"}, text) {
			return nil
		}
		if text != "" {
			if failed := say(text); failed != nil && !terminal {
				return failed
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

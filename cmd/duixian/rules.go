package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"duixian/policy"
)

// rules are the law as configured: the policy under the chosen readings, the working days, the first day.
type rules struct {
	Book          *policy.Book
	Calendar      *policy.Calendar
	Reminders     *policy.Reminders
	EffectiveFrom policy.Date // 0: not configured, nothing is approved or paid
}

// rules loads what the configuration points to.
func (c *Config) rules() (rules, error) {
	wrong := func(key string, err error) (rules, error) {
		return rules{}, c.file.errorOf([]problem{{key, err.Error()}})
	}
	book, err := openBook(c.Policy.Book)
	if err != nil {
		return wrong("policy.book", err)
	}
	if book, err = book.With(c.Policy.Options); err != nil {
		key := "policy.options"
		if e, ok := errors.AsType[*policy.InputError](err); ok {
			key += "." + e.Name
		}
		return wrong(key, err)
	}
	calendar := policy.BuiltinCalendar()
	if c.CalendarFile != "" {
		data, err := os.ReadFile(c.CalendarFile)
		if err == nil {
			calendar, err = policy.ParseCalendar(data)
		}
		if err != nil {
			return wrong("calendar_file", err)
		}
	}
	reminders, err := c.reminders(book)
	return rules{book, calendar, reminders, c.Policy.EffectiveFrom}, err
}

// openBook loads a built-in policy by name, or a folder.
func openBook(name string) (*policy.Book, error) {
	if info, err := os.Stat(name); err == nil && info.IsDir() && !slices.Contains(policy.BuiltinNames(), name) {
		book, err := policy.Load(os.DirFS(name))
		if err != nil {
			return nil, fmt.Errorf("政策 %s：%w", name, err)
		}
		return book, nil
	}
	book, err := policy.Builtin(name)
	if _, unknown := errors.AsType[*policy.InputError](err); unknown {
		return nil, misuse("%v（可用内置政策 %s，或含 book.yaml 的目录）", err, strings.Join(policy.BuiltinNames(), "、"))
	}
	return book, err
}

package main

import (
	"fmt"
	"maps"
	"regexp"
	"slices"

	"duixian/policy"
)

var windowName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,39}$`)

// checkReminders finds days that do not exist and windows that say nothing.
func (c *Config) checkReminders() (problems []problem) {
	bad := func(key, format string, args ...any) {
		problems = append(problems, problem{"reminders." + key, fmt.Sprintf(format, args...)})
	}
	if _, err := policy.ParseMonthDay(c.Reminders.AnnualReportDeadline); err != nil {
		bad("annual_report_deadline", "%v", err)
	}
	if n := c.Reminders.ApplicationTailMonths; n < 0 || n > 60 {
		bad("application_tail_months", "应为 0 到 60 个月；0 表示有效期满后不再受理")
	}
	for _, name := range slices.Sorted(maps.Keys(c.Reminders.Windows)) {
		w, key := c.Reminders.Windows[name], "windows."+name
		if !windowName.MatchString(name) || name == policy.TailWindow {
			bad(key, "名称由小写字母、数字和连字符组成，不超过 40 个字符，不能叫 %s", policy.TailWindow)
		}
		if w.Title == "" {
			bad(key+".title", "须填写给机构看的名称，例如 2026年度展会补助申报")
		}
		if w.Closes == 0 {
			bad(key+".closes", "须填写申报截止日，例如 2026-10-23")
		} else if w.Opens > w.Closes {
			bad(key+".opens", "晚于截止日 %s", w.Closes)
		}
	}
	return problems
}

// reminders are the ladders in the program with the configured days. An item that the policy does not have is an error.
func (c *Config) reminders(book *policy.Book) (*policy.Reminders, error) {
	r := *policy.BuiltinReminders()
	var err error
	if r.ReportDue, err = policy.ParseMonthDay(c.Reminders.AnnualReportDeadline); err != nil {
		return nil, err
	}
	r.TailMonths = c.Reminders.ApplicationTailMonths
	for _, name := range slices.Sorted(maps.Keys(c.Reminders.Windows)) {
		w := c.Reminders.Windows[name]
		for _, id := range w.Items {
			if _, err := book.Item(id); err != nil {
				return nil, c.file.errorOf([]problem{{"reminders.windows." + name + ".items", err.Error()}})
			}
		}
		r.Windows = append(r.Windows, policy.ApplicationWindow{Name: name, Title: w.Title, Items: w.Items, Opens: w.Opens, Closes: w.Closes})
	}
	return &r, nil
}

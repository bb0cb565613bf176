package main

import (
	"strings"

	"duixian/policy"
)

// rules are the lengths of publicity as the jobs take them.
func (c PublicityConfig) rules() *policy.PublicityRules {
	return &policy.PublicityRules{Awards: c.Awards, Days: c.Days, TitleDays: c.TitleDays, CountStartDay: c.CountStartDay}
}

func (c PublicityConfig) check(bad func(key, format string, args ...any)) {
	for key, days := range map[string]int{"publicity.days": c.Days, "publicity.title_days": c.TitleDays} {
		if days < 1 || days > 60 {
			bad(key, "应为 1 到 60 个工作日，例如 5")
		}
	}
}

// objectTo is whom to turn to with an objection, in one line; empty when no desk is configured.
func (d DeskConfig) objectTo() string {
	var parts []string
	for _, s := range []string{d.Name, d.Phone, d.Hours, d.Place} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, " ")
}

package main

import (
	"fmt"
	"strconv"
	"strings"

	"duixian/models"
	"duixian/policy"
)

// BudgetConfig says whether money must be allotted before it is ordered, who bears what, and when a year closes.
type BudgetConfig struct {
	Required bool                `yaml:"required"`
	Closing  string              `yaml:"closing"`
	Split    []BudgetSplitConfig `yaml:"split"`
}

// BudgetSplitConfig is who bears what of money approved from a day on, in one district or in all others.
type BudgetSplitConfig struct {
	From     policy.Date `yaml:"from"`
	District string      `yaml:"district"`
	Shares   []string    `yaml:"shares"` // "市级 60", the last takes what the fen leave over
}

// checkBudget finds shares that are none and days that do not exist.
func (c *Config) checkBudget() (problems []problem) {
	if _, err := policy.ParseMonthDay(c.Budget.Closing); err != nil {
		problems = append(problems, problem{"budget.closing", err.Error()})
	}
	if _, err := c.Budget.rules(); err != nil {
		problems = append(problems, problem{"budget.split", err.Error()})
	}
	return problems
}

// rules are what the jobs and the chat take of it.
func (c BudgetConfig) rules() (models.BudgetRules, error) {
	r := models.BudgetRules{Required: c.Required}
	closing, err := policy.ParseMonthDay(c.Closing)
	if err == nil {
		r.Closing = policy.Closing(closing)
	}
	var rules []policy.ChannelRule
	for _, s := range c.Split {
		rule := policy.ChannelRule{From: s.From, District: districtOf(s.District)}
		for _, text := range s.Shares {
			share, err := parseShare(text)
			if err != nil {
				return r, err
			}
			rule.Shares = append(rule.Shares, share)
		}
		rules = append(rules, rule)
	}
	r.Split, err = policy.NewChannelSplit(rules)
	return r, err
}

// districtOf is a district as registrations keep it: the districts of the city proper are one, 市区.
func districtOf(s string) string {
	switch s {
	case "市区", "婺城区", "金东区", "金华开发区", "开发区":
		return "urban"
	}
	return s
}

func parseShare(text string) (policy.ChannelShare, error) {
	fields := strings.Fields(text)
	if len(fields) != 2 {
		return policy.ChannelShare{}, fmt.Errorf("%q 应写作 \"市级 60\"：渠道、空格、份额", text)
	}
	channel, err := policy.ParseChannel(fields[0])
	if err != nil {
		return policy.ChannelShare{}, err
	}
	n, err := strconv.ParseInt(strings.TrimSuffix(fields[1], "%"), 10, 64)
	if err != nil {
		return policy.ChannelShare{}, fmt.Errorf("%q 的份额应为整数，例如 \"市级 60\"", text)
	}
	return policy.ChannelShare{Channel: channel, Share: n}, nil
}

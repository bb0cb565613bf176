package main

import (
	"slices"

	"duixian/jobs"
	"duixian/policy"
)

// bestOf are the readings of 从优从高不重复 as the jobs take them.
func (c *Config) bestOf() jobs.BestOf {
	return jobs.BestOf{PaidLower: c.BestOf.PaidLower, OtherYears: c.BestOf.OtherYears == "decide"}
}

// check finds readings that there are not.
func (b BestOfConfig) check() (problems []problem) {
	if !slices.Contains([]string{policy.TopUp, policy.NoTopUp, policy.RepayThen}, b.PaidLower) {
		problems = append(problems, problem{"best_of.paid_lower", "可填 top_up（补足差额）、none（不补）或 repay_then_pay（先退后付）"})
	}
	if b.OtherYears != "allow" && b.OtherYears != "decide" {
		problems = append(problems, problem{"best_of.other_years", "可填 allow（不同年度互不影响）或 decide（由两人决定）"})
	}
	return problems
}

package models

import "duixian/policy"

// OfLaterDay says whether what was made for a day stands when somebody asks today for the same work for an earlier day, on: it was made with all that was known
// then and more. What is of a day that has not come yet was made under a clock that ran ahead, and is made again.
func OfLaterDay(day, on, today policy.Date) bool { return day > on && day <= today }

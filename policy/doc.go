// Package policy holds what can be said without a database: money, civil days and months, the calendar of
// working days, and the book of rules with its law attached. Everything here is pure: no I/O except reading
// embedded files, no clock. Time always comes in as an argument.
package policy

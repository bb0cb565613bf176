// Package roughtest plays rough nights against the built program, from outside: real processes that are killed, stopped
// for longer than their lease, and cut off from a real database, on SQLite and on MariaDB. After each night its rows
// must equal those of a calm night with the same files.
//
// make rough runs the long form, make test a short one of the same tests. This is the one place in the house that waits
// for a real clock: what is tested here is what happens to processes, not to functions.
package roughtest

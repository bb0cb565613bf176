// Package models holds the nouns and is the only door to the database; gorm lives here and nowhere else.
//
// One file per noun: its struct, its checks, its queries. Reads are methods of Query and work inside and outside a
// transaction; writes are methods of Tx and exist only inside Store.InTx. The schema is the numbered SQL under
// migrations/, the same numbers for SQLite and MySQL; structs follow it, never the other way round.
//
// House rules of this room: ids come from table counters; instants, days, months and money are integers; a state
// changes by a conditional UPDATE whose RowsAffected is read; what the world told us is never edited, a correction is
// a newer row; every change of money, role, round or rule appends one audit row in the same transaction.
package models

package sheets

import "duixian/models"

// Proposal is what a file says that is not written but becomes a plan which two people decide; the caller submits it. A file has one kind of it.
type Proposal struct {
	// Roster are changes of people and roles. Empty on a database without members, whose first roster is written at once.
	Roster   []models.RosterChange
	Accounts []models.AccountChange // new accounts of organisations
	Allotted []models.Appropriation // what treasuries allot
	Amounts  []models.AmountEntry   // what officials filled in where the law leaves it to them
}

// TwoPeople reports whether there is anything that two people must decide before it counts.
func (p Proposal) TwoPeople() bool {
	return len(p.Roster)+len(p.Accounts)+len(p.Allotted)+len(p.Amounts) > 0
}

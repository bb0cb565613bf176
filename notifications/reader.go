package notifications

import (
	"duixian/models"
	"duixian/policy"
)

// Shown is a stored notice as its recipient reads it in the chat.
type Shown struct {
	models.Notice
	Title, Body string
	Note        string // what has happened since it was written, empty when it still holds
	Next        []Button
}

// ForReader renders a notice for a person who asks for it. False: it is not for this person's eyes any more, or nobody can read it.
func ForReader(q models.Query, to models.Recipient, today policy.Date, n models.Notice) (Shown, bool, error) {
	kind, err := KindOf(n.Kind)
	if err != nil || n.MemberID != to.ID || !kind.mayRead(to, n.OrgID) {
		return Shown{}, false, nil //nolint:nilerr // a kind of another version is not shown
	}
	m, err := kind.decode(n.Payload)
	if err != nil {
		return Shown{}, false, nil //nolint:nilerr // neither is what cannot be read
	}
	m, why, err := kind.look(q, to, today, m)
	if err != nil {
		return Shown{}, false, err
	}
	it, err := prepare(q, n, kind, m)
	if err != nil {
		return Shown{}, false, nil //nolint:nilerr // see above
	}
	s := Shown{Notice: n, Title: it.title, Body: it.body, Note: why}
	if why == "" {
		s.Next = it.next
	}
	return s, true, nil
}

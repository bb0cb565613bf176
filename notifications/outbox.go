package notifications

import (
	"fmt"
	"slices"

	"duixian/models"
	"duixian/policy"
)

// Outbox is where jobs and commands put what people are to hear.
type Outbox struct{ Hours Hours }

// To says who is to hear something. It is resolved when it is told, and looked at again when it is sent.
type To struct {
	org, member, except int64
	role                models.Role
	orElse              []models.Role
}

// Organisation is every contact of an organisation.
func Organisation(id int64) To { return To{org: id} }

// ContactOf is one contact of an organisation.
func ContactOf(org, member int64) To { return To{org: org, member: member} }

// Role is every member who has the role.
func Role(r models.Role) To { return To{role: r} }

// Else names the roles that hear it when nobody has the first.
func (t To) Else(roles ...models.Role) To {
	t.orElse = roles
	return t
}

// Member is one member.
func Member(id int64) To { return To{member: id} }

// Except leaves a member out, and every other account of the same human being.
func (t To) Except(member int64) To {
	t.except = member
	return t
}

// Letter is one message and who is to have it.
type Letter struct {
	To      []To
	Message Message
}

// Tell puts a message into the outbox, in the caller's transaction; run is the run that says so, 0 = none. When there is nobody to
// tell, a dead notice with that reason is left for people to see. Telling twice tells once.
func (o Outbox) Tell(tx *models.Tx, now policy.Instant, run int64, m Message, to ...To) error {
	return o.TellAll(tx, now, run, []Letter{{to, m}})
}

// TellAll is Tell for many messages with a handful of statements: what a chunk has to say belongs into one call.
func (o Outbox) TellAll(tx *models.Tx, now policy.Instant, run int64, letters []Letter) error {
	if len(letters) == 0 {
		return nil
	}
	book, err := newAddressBook(tx.Query, letters)
	if err != nil {
		return fmt.Errorf("通知收件人：%w", err)
	}
	rows := make([]models.Notice, 0, len(letters))
	for _, l := range letters {
		kind, err := KindOf(l.Message.Kind())
		if err != nil {
			return err
		}
		blank := models.Notice{Kind: kind.Name, Urgent: kind.Timing == AtOnce, RunID: run, CreatedAt: now}
		blank.Thing, blank.DueOn = l.Message.Key()
		if blank.Payload, err = encode(tx, l.Message); err != nil {
			return err
		}
		for _, to := range l.To {
			if (to.org != 0) != (kind.Audience == Firms) {
				return fmt.Errorf("notifications: %s is not for %+v", kind.Name, to)
			}
			blank.OrgID = to.org
			people := book.of(to)
			if len(people) == 0 {
				rows = append(rows, nobody(blank, to))
			}
			for _, m := range people {
				n := blank
				n.MemberID, n.NextAt = m.ID, o.Hours.due(kind.Timing, now, m.Morning)
				rows = append(rows, n)
			}
		}
	}
	_, err = tx.Enqueue(rows)
	return err
}

// nobody is the row that says that somebody should have been told.
func nobody(n models.Notice, to To) models.Notice {
	n.State, n.Reason, n.NextAt = models.NoticeDead, models.NoContact, n.CreatedAt
	switch {
	case to.role != "":
		n.Reason = models.NoMember + ":" + string(to.role)
	case to.org == 0:
		n.MemberID, n.Reason = to.member, models.RecipientLeft
	}
	return n
}

// addressBook holds the people of one call.
type addressBook struct {
	contacts map[int64][]models.Member
	roles    map[models.Role][]models.Member
	members  map[int64]models.Recipient
}

func newAddressBook(q models.Query, letters []Letter) (b addressBook, err error) {
	var orgs, members []int64
	b.roles = map[models.Role][]models.Member{}
	for _, l := range letters {
		for _, to := range l.To {
			switch {
			case to.org != 0:
				orgs = append(orgs, to.org)
			case to.member != 0:
				members = append(members, to.member)
			default:
				for _, role := range append([]models.Role{to.role}, to.orElse...) {
					if b.roles[role] != nil {
						continue
					}
					if b.roles[role], err = q.MembersWithRole(role); err != nil {
						return b, err
					}
				}
			}
			if to.except != 0 {
				members = append(members, to.except)
			}
		}
	}
	if orgs = sortedSet(orgs); len(orgs) > 0 {
		if b.contacts, err = q.ContactsOfAll(orgs); err != nil {
			return b, err
		}
	}
	if members = sortedSet(members); len(members) > 0 {
		b.members, err = q.Recipients(members)
	}
	return b, err
}

func sortedSet(ids []int64) []int64 {
	slices.Sort(ids)
	return slices.Compact(ids)
}

func (b addressBook) of(to To) []models.Member {
	var people []models.Member
	switch {
	case to.org != 0:
		people = b.contacts[to.org]
		if to.member != 0 {
			people = slices.DeleteFunc(slices.Clone(people), func(m models.Member) bool { return m.ID != to.member })
		}
	case to.member != 0:
		if m := b.members[to.member]; m.Active {
			people = []models.Member{m.Member}
		}
	default:
		people = b.roles[to.role]
		for i := 0; i < len(to.orElse) && len(b.roles[to.role]) == 0; i++ {
			people = append(slices.Clip(people), b.roles[to.orElse[i]]...)
		}
		people = distinct(people)
	}
	if to.except == 0 {
		return people
	}
	without := b.members[to.except].Member
	return slices.DeleteFunc(slices.Clone(people), func(m models.Member) bool { return samePerson(m, without) })
}

// distinct leaves each member in once: one may have two roles.
func distinct(people []models.Member) []models.Member {
	var out []models.Member
	for _, m := range people {
		if !slices.ContainsFunc(out, func(o models.Member) bool { return o.ID == m.ID }) {
			out = append(out, m)
		}
	}
	return out
}

// samePerson reports whether two accounts belong to one human being.
func samePerson(a, b models.Member) bool {
	return a.ID == b.ID || a.PersonMAC != "" && a.PersonMAC == b.PersonMAC
}

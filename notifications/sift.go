package notifications

import (
	"slices"
	"strings"

	"duixian/models"
	"duixian/policy"
)

// officials are the roles whose holders may read what is for officials.
var officials = []models.Role{models.Clerk, models.Approver, models.Treasurer, models.Operator, models.Auditor}

// drop is some notices that are not to be sent, and why.
type drop struct {
	state  models.NoticeState
	reason string
	ids    []int64
}

type drops []drop

func (d *drops) add(id int64, state models.NoticeState, reason string) {
	i := slices.IndexFunc(*d, func(have drop) bool { return have.state == state && have.reason == reason })
	if i < 0 {
		*d, i = append(*d, drop{state: state, reason: reason}), len(*d)
	}
	(*d)[i].ids = append((*d)[i].ids, id)
}

// sift looks at notices just before they are sent: is there something to read, is it still the right person, does it
// want to know, is it still true? What passes is rendered. The rows come by member and number.
func sift(q models.Query, today policy.Date, rows []models.Notice, people map[int64]models.Recipient) (items []item, out drops, err error) {
	newest := map[[3]any]int64{}
	for _, n := range rows {
		newest[[3]any{n.MemberID, n.Kind, n.Thing}] = n.ID
	}
	for _, n := range rows {
		kind, err := KindOf(n.Kind)
		if err != nil {
			out.add(n.ID, models.NoticeDead, models.Unreadable+":"+"本版本不认识这种通知")
			continue
		}
		m, err := kind.decode(n.Payload)
		if err != nil {
			out.add(n.ID, models.NoticeDead, models.Unreadable+":"+"存储的内容无法读取")
			continue
		}
		to := people[n.MemberID]
		if !kind.mayRead(to, n.OrgID) {
			out.add(n.ID, models.NoticeDead, models.RecipientLeft)
			continue
		}
		if !kind.Must && !n.Urgent && mutes(to.Muted, kind.Name) {
			out.add(n.ID, models.NoticeSuperseded, models.Muted)
			continue
		}
		if kind.Latest && newest[[3]any{n.MemberID, n.Kind, n.Thing}] != n.ID {
			out.add(n.ID, models.NoticeSuperseded, models.Replaced)
			continue
		}
		m, why, err := kind.look(q, to, today, m)
		if models.CodeOf(err) == models.NotFound { // one notice about nothing must not hold up everybody else's
			out.add(n.ID, models.NoticeDead, models.Unreadable+":"+"所指的事项不存在")
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		if why != "" {
			state := models.NoticeSuperseded
			if n.Reason == models.Unread { // it was there once: it only needs no second message
				state = models.NoticeDelivered
			}
			out.add(n.ID, state, models.Stale+":"+why)
			continue
		}
		it, err := prepare(q, n, kind, m)
		if err != nil {
			out.add(n.ID, models.NoticeDead, models.Unreadable+":"+"模板或加密内容有误")
			continue
		}
		items = append(items, it)
	}
	return items, out, nil
}

func prepare(q models.Query, n models.Notice, kind Kind, m Message) (it item, err error) {
	if p, ok := m.(private); ok {
		if m, err = p.open(q.Cipher()); err != nil {
			return it, err
		}
	}
	it = item{Notice: n, kind: kind}
	it.title, it.body, err = render(m)
	it.next, it.asks = ButtonsOf(m)
	return it, err
}

// mayRead reports whether the person may read such a message now, whatever was right when it was written.
func (k Kind) mayRead(to models.Recipient, org int64) bool {
	switch {
	case k.Audience == Firms:
		return org != 0 && to.Holds(org, models.Contact)
	case k.Role != "":
		return to.Holds(0, k.Role)
	}
	return to.Holds(0, officials...)
}

func mutes(muted, kind string) bool {
	for m := range strings.FieldsSeq(muted) {
		if m == "all" || m == kind {
			return true
		}
	}
	return false
}

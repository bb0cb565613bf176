package notifications

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"duixian/models"
	"duixian/secret"
)

// item is a notice that has passed its guard, rendered.
type item struct {
	models.Notice
	kind        Kind
	title, body string
	next        []Button
	asks        bool // its buttons decide something
}

// digest is what goes to one person by one way as one message.
type digest struct {
	to    models.Recipient
	org   string // code of the firm that all of it is about, where the way depends on that
	route Route
	items []item
	claim models.NoticeClaim
	again bool
	link  secret.Text // see Worker.links
}

// fold gathers items into digests: one for what is urgent, one for all the rest, and apart from both what a doubtful
// try has already bundled and keyed, and what goes by another way. Items come by member and number.
func (w *Worker) fold(items []item, people map[int64]models.Recipient, orgs map[int64]models.Organisation) []digest {
	type bundle struct {
		member int64
		urgent bool
		digest int64
		route  string
		org    string
	}
	var order []bundle
	groups := map[bundle][]item{}
	for _, it := range items {
		org := orgCode(it.OrgID, orgs)
		r := w.route(people[it.MemberID], it.Via, org)
		if !r.Public {
			org = "" // to one person all of it can be said together
		}
		b := bundle{it.MemberID, it.Urgent, it.DigestID, r.Name, org}
		if groups[b] == nil {
			order = append(order, b)
		}
		groups[b] = append(groups[b], it)
	}
	slices.SortStableFunc(order, func(a, b bundle) int {
		return cmp.Or(cmp.Compare(a.member, b.member), -cmp.Compare(flag(a.urgent), flag(b.urgent)))
	})
	digests := make([]digest, len(order))
	for i, b := range order {
		its := groups[b]
		d := digest{to: people[b.member], org: b.org, route: w.named(b.route), items: its}
		d.claim.DigestID, d.claim.ProviderKey = b.digest, its[0].ProviderKey
		if b.digest == 0 { // its first number and that number's try: no other message has both
			d.claim.DigestID, d.claim.ProviderKey, d.claim.Fresh = its[0].ID, fmt.Sprintf("dx-%d-%d", its[0].ID, its[0].Tries+1), true
		}
		d.again = slices.ContainsFunc(its, func(it item) bool { return it.Ambiguous > 0 })
		digests[i] = d
	}
	return digests
}

// obvious reports whether the reader speaks for one firm alone, on a way that takes equal words to many together.
func (d digest) obvious() bool {
	_, many := d.route.Channel.(Batcher)
	firms := 0
	for _, r := range d.to.Roles {
		if r.Role == models.Contact {
			firms++
		}
	}
	return many && firms == 1
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (d digest) ids() []int64 {
	ids := make([]int64, len(d.items))
	for i, it := range d.items {
		ids[i] = it.ID
	}
	return ids
}

// text prints a digest: one notice as itself, several under one title with a section each, by organisation and then
// in the order of the catalogue. The organisation is named where the reader could mistake it for another, and where one call
// a message costs nothing: to people who speak for one firm alone the same words are then equal.
func (d digest) text(orgs map[int64]models.Organisation) (title, body string) {
	its := slices.Clone(d.items)
	slices.SortStableFunc(its, func(a, b item) int {
		return cmp.Or(cmp.Compare(a.OrgID, b.OrgID), cmp.Compare(rank[a.Kind], rank[b.Kind]), cmp.Compare(a.ID, b.ID))
	})
	var out strings.Builder
	org := int64(0)
	for i, it := range its {
		if it.OrgID != org {
			org = it.OrgID
			if !d.obvious() {
				fmt.Fprintf(&out, "### %s\n\n", text(orgs[org].Name))
			}
		}
		if len(its) > 1 {
			fmt.Fprintf(&out, "**%d. %s**\n\n", i+1, it.title)
		}
		out.WriteString(it.body + "\n\n")
	}
	body = strings.TrimRight(out.String(), "\n")
	switch {
	case len(its) == 1:
		return its[0].title, body
	case its[0].Urgent:
		return fmt.Sprintf("紧急通知 %d 条", len(its)), body
	}
	return fmt.Sprintf("今日提醒 %d 条", len(its)), body
}

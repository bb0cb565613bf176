package notifications

import (
	"fmt"

	"duixian/models"
	"duixian/policy"
	"duixian/secret"
)

// LinkPath is the part of a link's address between the house's own and the token.
const LinkPath = "/n/"

var linkDays = fmt.Sprint(int(models.LinkLife.Hours() / 24))

// links gives the claimed digests of a parcel that others will read a link each, the same for all of one firm: it is one line in one group.
// The line that is said again has the same link. What is the office's own has none: who opened it could not be told.
func (w *Worker) links(tx *models.Tx, now policy.Instant, p parcel) error {
	if w.PublicURL == "" || !p.route.Public {
		return nil
	}
	byOrg := map[int64][]int64{}
	for _, d := range p.digests {
		if org := d.items[0].OrgID; org != 0 {
			byOrg[org] = append(byOrg[org], d.ids()...)
		}
	}
	for i := range p.digests {
		d := &p.digests[i]
		ids := byOrg[d.items[0].OrgID]
		if len(ids) == 0 {
			continue
		}
		token, err := tx.LinkNotices(d.claim.ProviderKey, d.items[0].OrgID, ids, w.clock(now))
		if err != nil {
			return err
		}
		d.link = secret.Text(w.PublicURL+LinkPath) + token
	}
	return nil
}

// Opened is what somebody reads who opens a link.
type Opened struct {
	Org   models.Organisation
	Words []Shown // each once, however many people of the organisation it was for
}

// Open uses a link up and gives its words: those notices that are still for a contact of that organisation. by is chance, one opening's own.
// ErrNotFound: there is no such link; ErrConflict: it does not open, any more or at all; ErrUnavailable: not in this minute.
func Open(tx *models.Tx, token secret.Text, by string, now policy.Instant) (o Opened, err error) {
	link, err := tx.NoticeLink(token)
	if err != nil {
		return o, err
	}
	if !link.Opens(now) {
		return o, models.E(models.Conflict, "链接已经失效")
	}
	rows, err := tx.LinkedNotices(link)
	if err != nil {
		return o, err
	}
	var members []int64
	for _, n := range rows {
		members = append(members, n.MemberID)
	}
	people, err := tx.Recipients(sortedSet(members))
	if err != nil {
		return o, err
	}
	var read []models.Notice
	said := map[[2]string]bool{}
	for _, n := range rows {
		s, ok, err := ForReader(tx.Query, people[n.MemberID], now.Date(), n)
		if err != nil {
			return o, err
		}
		if !ok || n.OrgID != link.OrgID {
			continue
		}
		read = append(read, n)
		if words := [2]string{s.Title, s.Body}; !said[words] {
			said[words] = true
			o.Words = append(o.Words, s)
		}
	}
	if len(read) == 0 {
		return o, models.E(models.Conflict, "通知已不再需要")
	}
	if o.Org, err = tx.Organisation(link.OrgID); err != nil {
		return o, err
	}
	return o, tx.OpenLink(link, by, read, now)
}

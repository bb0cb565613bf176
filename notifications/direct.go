package notifications

import (
	"context"
	"fmt"
	"slices"

	"duixian/models"
	"duixian/policy"
)

// Reader is a person as Direct needs it, small enough to be kept in a file for the day on which the database cannot be asked.
type Reader struct {
	Code    string `json:"code"`
	Channel string `json:"channel,omitempty"`
	Address string `json:"address,omitempty"`
}

// Direct sends without the outbox: no row, no retry, no digest. It is for what the outbox may be too ill to say.
type Direct struct{ Routes []Route }

// Send hands a message to each reader by its own channel, else by the first, and says how many it reached. The error is the
// last one.
func (d Direct) Send(ctx context.Context, now policy.Instant, m Message, to []Reader) (reached int, err error) {
	title, body, err := Text(m)
	if err != nil {
		return 0, err
	}
	thing, _ := m.Key()
	var failed error
	for _, r := range to {
		route := d.Routes[0]
		if i := slices.IndexFunc(d.Routes, func(have Route) bool { return have.Name == r.Channel }); i >= 0 {
			route = d.Routes[i]
		}
		ctx, cancel := context.WithTimeout(ctx, sendTimeout)
		_, err := route.Send(ctx, Dispatch{
			Key: fmt.Sprintf("%s-%s", thing, r.Code), At: now, To: Address{r.Code, r.Code, r.Address, Office}, Title: title, Body: body, Urgent: true,
		})
		cancel()
		if err != nil {
			failed = fmt.Errorf("%s: %w", route.Name, err)
			continue
		}
		reached++
	}
	return reached, failed
}

// ReadersOf are members as readers.
func ReadersOf(members []models.Member) []Reader {
	readers := make([]Reader, len(members))
	for i, m := range members {
		readers[i] = Reader{m.Code, m.Channel, m.ChannelID}
	}
	return readers
}

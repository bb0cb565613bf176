package sim

import (
	"slices"
	"time"
)

// Event is an entry of somebody's calendar (日程).
type Event struct {
	ID        string    `json:"id"`
	Summary   string    `json:"summary"`
	Organizer string    `json:"organizer"` // staffIds
	Attendees []string  `json:"attendees"`
	Start     string    `json:"start"` // 2026-03-01, or with the time
	End       string    `json:"end"`
	AllDay    bool      `json:"all_day"`
	Deleted   bool      `json:"deleted"`
	At        time.Time `json:"at"`

	app *app
}

type moment struct{ Date, DateTime, TimeZone string }

func (m moment) String() string { return orElse(m.Date, m.DateTime) }

func (m moment) valid() bool {
	if m.Date != "" {
		_, err := time.Parse(time.DateOnly, m.Date)
		return err == nil && m.DateTime == ""
	}
	_, err := time.Parse(time.RFC3339, m.DateTime)
	return err == nil && m.TimeZone != ""
}

// eventCreate is POST /v1.0/calendar/users/{unionId}/calendars/primary/events. A repeated x-client-token gets the first answer again for a day.
func (s *Sim) eventCreate(c *call) answer {
	var in struct {
		Summary    string
		Start, End moment
		Attendees  []struct{ ID string }
	}
	if err := c.decode(&in); err != nil {
		return badJSON(err)
	}
	token := c.request.Header.Get("x-client-token")
	if token != "" {
		token = c.app.ClientID + "/" + token
		if before, known := s.clients[token]; known {
			c.note("x-client-token 重复：没有再建")
			return before
		}
	}
	p := s.union(c.request.PathValue("unionId"))
	bad := func(message string) answer { return refuse(400, "invalidParameter", message) }
	switch {
	case p == nil:
		return bad("unionId 不存在")
	case in.Summary == "" || len([]rune(in.Summary)) > 2048:
		return bad("summary 为空或超过 2048 字")
	case !in.Start.valid() || !in.End.valid() || (in.Start.Date == "") != (in.End.Date == "") || in.End.String() <= in.Start.String():
		return bad("start、end 应同为 date，或同为 dateTime 加 timeZone；全天日程的 end 是次日")
	case len(in.Attendees) > 500:
		return bad("attendees 最多 500 人")
	}
	today := s.today().In(shanghai).Format(time.DateOnly)
	had := 0
	for _, e := range s.events {
		if e.Organizer == p.StaffID && e.At.In(shanghai).Format(time.DateOnly) == today {
			had++
		}
	}
	if limit := s.config.Limits.EventsPerPerson; limit >= 0 && had >= limit {
		return refuse(400, "flowLimit", "每人每天最多 100 个日程")
	}
	e := &Event{
		ID: s.ids.next("calendar", 24), Summary: in.Summary, Organizer: p.StaffID, Attendees: []string{}, At: s.today(), app: c.app,
		Start: in.Start.String(), End: in.End.String(), AllDay: in.Start.Date != "",
	}
	for _, a := range in.Attendees {
		guest := s.union(a.ID)
		if guest == nil {
			return bad("attendees 里的 unionId 不存在：" + a.ID)
		}
		e.Attendees = append(e.Attendees, guest.StaffID)
	}
	if s.events = append(s.events, e); len(s.events) > 2000 {
		s.events = slices.Clone(s.events[1:])
	}
	s.tell("event", e)
	out := ok(map[string]any{"id": e.ID, "summary": e.Summary, "start": in.Start, "end": in.End, "isAllDay": e.AllDay, "organizer": map[string]any{"id": p.UnionID, "displayName": p.Name}, "createTime": s.now().UTC().Format(time.RFC3339)})
	if token != "" {
		s.clients[token] = out
		s.in(24*time.Hour, func() { delete(s.clients, token) })
	}
	return out
}

// eventDelete is DELETE .../events/{eventId}.
func (s *Sim) eventDelete(c *call) answer {
	for _, e := range s.events {
		if e.ID == c.request.PathValue("eventId") && !e.Deleted && e.app == c.app {
			if p := s.union(c.request.PathValue("unionId")); p == nil || p.StaffID != e.Organizer {
				break
			}
			e.Deleted = true
			s.tell("event", e)
			return ok(map[string]any{})
		}
	}
	return refuse(404, "eventNotFound", "日程不存在")
}

package models

import "duixian/policy"

// Registration is what an organisation's registration says on a day, as far as deadlines need it.
type Registration struct {
	OrgID     int64
	Operating bool // operating normally; one that is not, closed or struck off, is reminded of nothing
	Licensed  bool
	Permit    string // 许可, 备案, or empty
	// End is the last day of the licence or filing, 0 = it has none. A renewal that is known and joins on counts already.
	End policy.Date
}

// Filing says that it is a filing (备案), not a licence.
func (r Registration) Filing() bool { return r.Permit == "备案" }

// Registrations reads the registrations of organisations that hold on a day, by what is known on another.
func (q Query) Registrations(orgs []int64, on, knownOn policy.Date) (map[int64]Registration, error) {
	facts, err := q.knownFacts(q.db.Where("org_id IN ? AND kind = ?", orgs, "registration"), knownOn)
	if err != nil {
		return nil, err
	}
	return registrationsOn(facts, on), nil
}

// registrationsOn picks, of registrations ordered by organisation and day, each organisation's on a day.
func registrationsOn(facts []KnownFact, on policy.Date) map[int64]Registration {
	m := map[int64]Registration{}
	for _, f := range facts {
		next, have := registrationOf(f), m[f.OrgID]
		switch {
		case f.On <= on:
			m[f.OrgID] = next
		case have.Licensed && next.Licensed && have.End != 0 && f.On <= have.End.AddDays(1) && (next.End == 0 || next.End > have.End):
			have.End = next.End // renewed from a later day on, without a gap
			m[f.OrgID] = have
		}
	}
	return m
}

func registrationOf(f KnownFact) Registration {
	r := Registration{OrgID: f.OrgID, Operating: f.Attrs["operating_normally"] != false, Licensed: f.Attrs["licensed"] == true}
	r.Permit, _ = f.Attrs["permit"].(string)
	if r.Licensed {
		r.End = endOf(f.Attrs)
	}
	return r
}

// endOf is the last day of what a registration states, 0 when it has none.
func endOf(attrs map[string]any) policy.Date {
	text, _ := attrs["permit_end"].(string)
	end, err := policy.ParseDate(text)
	if err != nil {
		return 0
	}
	return end
}

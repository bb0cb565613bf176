package sheets

import "duixian/policy"

// future collects the rows that are known on a later day than today. They are taken in, for whoever hands in early may mean it; but a
// mistyped year stays stored, hides what the row says until then, and no day before it is taken any more.
type future struct {
	today, latest policy.Date
	places        []Place
}

func (f *future) see(at Place, known policy.Date) {
	if f.today == 0 || known <= f.today {
		return
	}
	f.latest = max(f.latest, known)
	if n := len(f.places); n == 0 || f.places[n-1] != at {
		f.places = append(f.places, at)
	}
}

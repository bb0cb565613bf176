package main

import "strconv"

// replay lives through the days one by one.
type replay struct {
	bureau   *bureau
	calendar *calendar
	validity validity
	from     day

	claims      []*claim
	claimed     map[factKey]bool
	byOrg       map[string][]*claim
	rewarded    map[string]*claim // person: the recruit claim whose award has them
	instalments []*instalment
}

func newReplay(b *bureau, c *calendar, v validity) *replay {
	return &replay{
		bureau: b, calendar: c, validity: v,
		claimed: map[factKey]bool{}, byOrg: map[string][]*claim{}, rewarded: map[string]*claim{},
	}
}

// run plays the days from first to last: the jobs of the night, then on working days the two officials.
func (r *replay) run(first, last day) {
	r.from = first
	for today := first; today <= last; today = today.next() {
		r.decideClaims(today)
		for of := r.validity.from.year(); of < today.year(); of++ { // on 20 July the hires of the year before; later whoever is new among those of any year
			if today >= day(strconv.Itoa(of+1)+"-07-20") {
				r.openRecruitClaims(of, today)
			}
		}
		r.checkInstalments(today)
		if r.calendar.workday(today) {
			r.approve(today)
			r.submit(today)
		}
	}
}

// news is about which organisations something became known since the night before, and for which agencies something
// about their recruits or those people's insurance. On the first night everything known by then is new.
func (r *replay) news(today day) (touched, agencies map[string]bool) {
	fresh := func(d day) bool { return d == today || today == r.from && d < today }
	touched, agencies = map[string]bool{}, map[string]bool{}
	if today != r.from {
		for _, code := range r.bureau.recruitNews[today] {
			agencies[code] = true
		}
		for _, person := range r.bureau.insuranceNews[today] {
			for _, h := range r.bureau.byPerson[person] {
				agencies[h.agency] = true
			}
		}
	}
	for d, codes := range r.bureau.touched {
		if fresh(d) {
			for code := range codes {
				touched[code] = true
			}
		}
	}
	return touched, agencies
}

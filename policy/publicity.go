package policy

// PublicityRules say for how long a list is shown to the public (公示). The policy only says that there is publicity; the lengths are the usual
// ones of such notices (five working days, seven for selections and titles) and belong to the bureau's configuration.
type PublicityRules struct {
	Awards        bool // awards are shown before they are made
	Days          int  // working days, of awards
	TitleDays     int  // of selections, ratings, red and black lists
	CountStartDay bool // the day of publication counts when it is a working day; false = the Civil Code's way (art. 201), from the day after
}

// DefaultPublicity is what holds unless configured otherwise.
func DefaultPublicity() PublicityRules {
	return PublicityRules{Days: 5, TitleDays: 7, CountStartDay: true}
}

// Span is the first and the last day, both working days and both inclusive, of a list that is published on a day and shown for n working days. A
// year whose calendar is not known is an *UnknownYearError: nothing is published or closed by a guess.
func (r PublicityRules) Span(c *Calendar, published Date, n int) (first, last Date, err error) {
	before := published
	if r.CountStartDay {
		before = published.AddDays(-1)
	}
	if first, err = c.AddWorkdays(before, 1); err != nil {
		return 0, 0, err
	}
	if last, err = c.AddWorkdays(before, n); err != nil {
		return 0, 0, err
	}
	return first, last, nil
}

// objectionDays is how many working days an objection should take at most: the usual length, which limits nobody's right.
const objectionDays = 10

// ObjectionDue is the day by which an objection that was made on a day should be decided. It takes nothing from anybody, so in a year that is not known it may be a guess.
func ObjectionDue(c *Calendar, on Date) (Date, error) {
	return c.Assume().AddWorkdays(on, objectionDays)
}

// MaskCode is a credit code as the public sees it, the first six and the last four characters; of an identity number the first and the last four.
func MaskCode(code string) string {
	if id, err := ParseResidentID(code); err == nil {
		return id.String()
	}
	if len(code) < 12 {
		return code
	}
	return code[:6] + "********"[:min(8, len(code)-10)] + code[len(code)-4:]
}

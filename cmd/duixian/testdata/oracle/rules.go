package main

// facts are what the rules may look at, one struct for all items. Numbers that are not given are none.
type facts struct {
	date             day
	urban            bool
	licensed         bool
	legalPerson      bool
	startup          bool // 创业服务机构
	stars            int  // of the year before; none = never rated
	dishonest        bool
	granted          bool // the group, park, base or project has its award
	paidThisYear     fen
	global500        bool
	china500         bool
	service500       bool
	operatingSince   day
	asOf             day
	hqLegalPerson    bool
	operating        bool
	contribution     fen
	yearNumber       int
	rate             int64 // millionths of a percent
	targetsMet       bool
	municipal        bool
	first            bool
	rank             int
	selected         bool
	objection        bool
	year             int
	lastRound        int
	projects         int
	backboneSameYear bool
	anySpecialty     bool
	recognised       bool
	decided          fen
	recruits         int // all that count
	paidElsewhere    int // of them paid under another policy
	organisations    int
	attendance       int
	inCity           bool
	keyIndustry      bool
	fee              fen
	organiserOK      bool
	winner           bool
	landed           bool
	evaluated        bool
	external         fen
}

// outcome of an assessment.
type outcome string

const (
	exact         outcome = "exact"
	ceiling       outcome = "ceiling"
	refer         outcome = "refer"
	nothing       outcome = "none"
	needsData     outcome = "needs_data"
	needsDecision outcome = "needs_decision"
)

type verdict struct {
	outcome outcome
	amount  fen
	reason  string
}

func no(reason string) verdict              { return verdict{nothing, 0, reason} }
func yes(amount fen, reason string) verdict { return verdict{exact, amount, reason} }

var missing = verdict{needsData, 0, "MISSING_FACT"}

// validity of the policy, both days inside.
type validity struct{ from, to day }

func (v validity) has(d day) bool { return v.from <= d && d <= v.to }

// assess does the checks in the order of the reason codes: validity and area, the bars, then those of the item itself.
func assess(it item, f facts, v validity) verdict {
	if !v.has(f.date) {
		return no("OUTSIDE_VALIDITY")
	}
	if reason := bar(it, f); reason != "" {
		return no(reason)
	}
	return it.rule(it, f)
}

// bar is the first of the general bars that stands, or "". They are looked at again before money moves; the validity is not.
func bar(it item, f facts) string {
	firm := it.firm && !(it.event && f.startup)
	switch {
	case !f.urban:
		return "OUTSIDE_URBAN_AREA"
	case firm && !f.licensed:
		return "NO_LICENCE_OR_FILING"
	case firm && !f.legalPerson:
		return "NOT_LEGAL_PERSON"
	case it.starBar && f.stars == 0:
		return "NO_STAR_PREV_YEAR"
	case it.dishonestyBar && f.dishonest:
		return "SERIOUS_DISHONESTY_LIST"
	}
	return ""
}

func referral(_ item, f facts) verdict {
	if f.external != none {
		return yes(f.external, "EXTERNAL_AMOUNT")
	}
	return verdict{refer, 0, "OTHER_DOCUMENT"}
}

func headquarters(it item, f facts) verdict {
	listed := map[string]bool{"global500": f.global500, "china500": f.china500, "service500": f.service500}[it.list]
	higher := it.list == "china500" && f.global500 || it.list == "service500" && (f.global500 || f.china500)
	switch {
	case !listed:
		return no("NOT_ON_LIST")
	case higher:
		return no("HIGHER_TIER_APPLIES")
	case !f.hqLegalPerson:
		return no("HQ_NOT_LEGAL_PERSON")
	case f.operatingSince == "":
		return missing
	case f.asOf < f.operatingSince.addYears(1):
		return no("OPERATING_LT_1Y")
	case !f.operating:
		return no("NOT_NORMAL_OPERATION")
	case f.granted:
		return no("ONCE_ONLY")
	}
	return yes(it.amount, "TOTAL")
}

func rebate(it item, f facts) verdict {
	switch {
	case it.park && !f.municipal:
		return no("NOT_MUNICIPAL_PARK")
	case it.park && !f.targetsMet:
		return no("PARK_TARGETS_NOT_MET")
	case f.yearNumber == none || f.contribution == none:
		return missing
	case f.yearNumber < 1:
		return no("BEFORE_FIRST_YEAR")
	case f.yearNumber > 3:
		return no("AFTER_THIRD_YEAR")
	case f.rate == none:
		return verdict{ceiling, f.contribution, "CEILING_ONLY"}
	case f.rate > 100_000_000:
		return no("RATE_OVER_100")
	}
	return yes(f.contribution.portion(f.rate), "OK")
}

// firstTime is for the 首次 items.
func firstTime(it item, f facts) verdict {
	switch {
	case it.topN > 0 && f.rank > it.topN:
		return no(it.topReason)
	case !f.first:
		return no("NOT_FIRST")
	case it.single && f.anySpecialty:
		return no("SINGLE_ITEM_NOT_REPEATED")
	case it.backboneBar && f.backboneSameYear:
		return no("EXCLUSIVE_WITH_BACKBONE")
	}
	return yes(it.amount, "OK")
}

func selection(it item, f facts) verdict {
	switch {
	case !f.selected:
		return no("NOT_SELECTED")
	case f.rank > 10:
		return no("OVER_QUOTA")
	case it.biennial && f.lastRound != none && f.year-f.lastRound < 2:
		return no("ROUND_TOO_EARLY")
	case f.objection:
		return no("OBJECTION_UPHELD")
	}
	return yes(it.amount*fen(f.projects), "OK")
}

func recognition(it item, f facts) verdict {
	switch {
	case !f.recognised:
		return no("NOT_RECOGNISED")
	case f.granted:
		return no("ONCE_ONLY")
	}
	return yes(it.amount, "OK")
}

// upTo is for amounts that officials decide below a ceiling.
func upTo(limit fen, f facts) verdict {
	switch {
	case f.decided == none:
		return verdict{ceiling, limit, "CEILING_ONLY"}
	case f.decided > limit:
		return yes(limit, "CLAMPED")
	}
	return yes(f.decided, "OK")
}

func parkStation(it item, f facts) verdict {
	switch {
	case !f.municipal:
		return no("NOT_MUNICIPAL_PARK")
	case f.granted:
		return no("ONCE_ONLY")
	}
	return upTo(it.amount, f)
}

func association(it item, f facts) verdict { return upTo(max(0, it.amount-f.paidThisYear), f) }

func headcount(it item, f facts) verdict {
	if f.recruits < 20 {
		return no("LT_20")
	}
	amount := it.amount * fen(f.recruits-f.paidElsewhere)
	if left := max(0, it.yearCap-f.paidThisYear); amount > left {
		return yes(left, "CAP_YEAR")
	}
	return yes(amount, "OK")
}

func hostedEvent(it item, f facts) verdict {
	switch {
	case !f.inCity:
		return no("NOT_IN_CITY")
	case !f.keyIndustry:
		return no("NOT_2_4_X")
	case f.organisations == none || f.attendance == none:
		return missing
	case f.organisations <= 50 || f.attendance < 100:
		return no("BELOW_TIER1")
	case (f.organisations > 100 && f.attendance >= 200) != it.upperTier:
		return no("OTHER_TIER_APPLIES")
	}
	return upTo(it.amount, f)
}

func booth(it item, f facts) verdict {
	if !f.organiserOK {
		return no("ORGANISER_NOT_NATIONAL_OR_PROVINCIAL_HR")
	}
	if f.fee == none {
		return missing
	}
	half := f.fee / 2
	amount := min(half, it.amount)
	switch left := max(0, it.yearCap-f.paidThisYear); {
	case amount > left:
		return yes(left, "CAP_YEAR")
	case half > it.amount:
		return yes(amount, "CAP_ITEM")
	}
	return yes(amount, "OK")
}

func landing(it item, f facts) verdict {
	switch {
	case !f.winner:
		return no("NOT_A_WINNER")
	case !f.landed:
		return no("NOT_LANDED")
	case !f.evaluated:
		return no("NOT_EVALUATED")
	case f.granted:
		return no("ONCE_ONLY")
	}
	return yes(it.amount, "OK")
}

package main

// item is one of the 31 benefits.
type item struct {
	id, clause string
	rule       func(item, facts) verdict
	amount     fen // fixed amount, or per head or project, or the ceiling of one event

	firm, starBar, dishonestyBar bool // which general bars apply
	event                        bool // 创业服务机构 need no licence
	staged                       bool // 40/30/30
	legalReview                  bool // no payment without the number of a legality review
	referral                     bool // paid by another document

	list        string // of the headquarters tier
	topN        int
	topReason   string
	single      bool // once over all specialty lists
	backboneBar bool
	biennial    bool
	park        bool
	upperTier   bool
	yearCap     fen
}

// items are in the order of the catalogue.
var items = []item{
	hq("global500", 3_000_000), hq("china500", 2_000_000), hq("service500", 1_000_000),
	{id: "hq-contribution-rebate", clause: "三（一）", rule: rebate, firm: true, starBar: true, dishonestyBar: true, legalReview: true},
	{id: "hightech-first", clause: "三（二）", rule: firstTime, amount: 1_000_000 * yuan, firm: true, starBar: true, dishonestyBar: true},
	other("listing-referral", "三（二）", true),
	{id: "backbone-firm", clause: "三（三）", rule: selection, amount: 200_000 * yuan, firm: true, starBar: true, dishonestyBar: true, biennial: true},
	{
		id: "province-top100-first", clause: "三（三）", rule: firstTime, amount: 200_000 * yuan, firm: true, starBar: true, dishonestyBar: true,
		topN: 100, topReason: "NOT_TOP100",
	},
	{id: "integrity-firm", clause: "三（四）", rule: selection, amount: 50_000 * yuan, firm: true, starBar: true, dishonestyBar: true, biennial: true},
	demo("provincial", 100_000), demo("national", 200_000),
	{
		id: "specialty-top10-first", clause: "三（五）", rule: firstTime, amount: 50_000 * yuan, firm: true, starBar: true, dishonestyBar: true,
		topN: 10, topReason: "NOT_TOP10", single: true,
	},
	other("sme-title-referral", "三（五）", true),
	{id: "park-station", clause: "三（六）", rule: parkStation, amount: 300_000 * yuan, starBar: true, dishonestyBar: true},
	{id: "park-new-provincial", clause: "三（六）", rule: recognition, amount: 500_000 * yuan, starBar: true, dishonestyBar: true},
	{id: "park-new-national", clause: "三（六）", rule: recognition, amount: 1_000_000 * yuan, starBar: true, dishonestyBar: true},
	{id: "park-resident-rebate", clause: "三（六）", rule: rebate, starBar: true, dishonestyBar: true, legalReview: true, park: true},
	other("talent-programme-referral", "三（七）", true),
	{
		id: "recruit-headcount", clause: "三（七）", rule: headcount, amount: 500 * yuan, firm: true, starBar: true, dishonestyBar: true,
		yearCap: 200_000 * yuan,
	},
	{id: "recruit-elite", clause: "三（七）", rule: selection, amount: 30_000 * yuan, biennial: true},
	event("event-host-tier1", 100_000, false), event("event-host-tier2", 200_000, true),
	expo("expo-booth-domestic", 10_000), expo("expo-booth-overseas", 20_000),
	other("gig-market-referral", "三（九）", false),
	{id: "export-base-national", clause: "三（九）", rule: recognition, amount: 500_000 * yuan, starBar: true, dishonestyBar: true},
	{id: "export-base-provincial", clause: "三（九）", rule: recognition, amount: 300_000 * yuan, starBar: true, dishonestyBar: true},
	{id: "innovation-award", clause: "三（十）", rule: selection, amount: 30_000 * yuan, firm: true, starBar: true, dishonestyBar: true},
	{id: "innovation-landing", clause: "三（十）", rule: landing, amount: 100_000 * yuan, firm: true, starBar: true, dishonestyBar: true},
	other("employment-services-referral", "三（十一）", false),
	{id: "association-annual", clause: "三（十二）", rule: association, amount: 100_000 * yuan, dishonestyBar: true, yearCap: 100_000 * yuan},
}

func hq(list string, amount fen) item {
	return item{
		id: "hq-settle-" + list, clause: "三（一）", rule: headquarters, amount: amount * yuan,
		firm: true, starBar: true, dishonestyBar: true, staged: true, list: list,
	}
}

func demo(level string, amount fen) item {
	return item{
		id: "integrity-demo-" + level, clause: "三（四）", rule: firstTime, amount: amount * yuan,
		firm: true, starBar: true, dishonestyBar: true, backboneBar: true,
	}
}

func other(id, clause string, firm bool) item {
	return item{id: id, clause: clause, rule: referral, firm: firm, starBar: true, dishonestyBar: true, referral: true}
}

func event(id string, limit fen, upper bool) item {
	return item{
		id: id, clause: "三（八）", rule: hostedEvent, amount: limit * yuan,
		firm: true, starBar: true, dishonestyBar: true, event: true, upperTier: upper,
	}
}

func expo(id string, limit fen) item {
	return item{
		id: id, clause: "三（八）", rule: booth, amount: limit * yuan,
		firm: true, starBar: true, dishonestyBar: true, yearCap: 100_000 * yuan,
	}
}

func itemOf(id string) item {
	for _, it := range items {
		if it.id == id {
			return it
		}
	}
	panic("no item " + id)
}

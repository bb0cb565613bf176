package bot

import (
	"fmt"
	"slices"

	"duixian/models"
	"duixian/policy"
)

// bar is a reason for which a firm is not entitled to anything for a while (五（一）, 五（二）).
type bar struct {
	code  string
	why   string      // what is the matter, half a sentence
	end   string      // how and when it ends, a sentence
	from  policy.Date // first day; 0 = not known
	until policy.Date // first day after it as far as is known; 0 = open
}

// urban is the district of firms in the city proper (金华市区).
const urban = "urban"

// bars lists what stands against a firm on a day, by what is known today. After the text of the law it is: no star in
// the rating of the year before, and the list of serious dishonesty; then what its registration lacks.
func (r *Request) bars(d *models.Dossier, on policy.Date) []bar {
	var list []bar
	if b := r.noStar(d, on); b != nil {
		list = append(list, *b)
	}
	if l := d.Dishonest(on); l != nil {
		list = append(list, dishonesty(*l))
	}
	reg := d.Newest("registration", on)
	if reg == nil {
		return list
	}
	if district, _ := reg.Attrs["district"].(string); district != "" && district != urban {
		list = append(list, bar{code: "OUTSIDE_URBAN_AREA", why: "登记在" + plain(district) + "，不在金华市区", end: r.Bot.reasonText("OUTSIDE_URBAN_AREA") + "。"})
	}
	for _, code := range registrationBars(*reg, on) {
		if !r.matters(d, code, policy.Facts(reg.Attrs)) {
			continue
		}
		list = append(list, bar{code: code, why: r.Bot.reasonText(code), end: r.Bot.advice(code)})
	}
	return list
}

// matters reports whether what a registration lacks stands in the way: of a firm it does; of an association, a park, a base or a person only when an item
// of theirs asks for it, or they would hear that they get nothing beside what they get.
func (r *Request) matters(d *models.Dossier, code string, registered policy.Facts) bool {
	return r.Org.Kind == models.FirmKind || slices.ContainsFunc(d.Claims, func(c models.Claim) bool {
		return c.State != models.ClaimWithdrawn && r.Bot.Book.Asks(c.Item, code, registered)
	})
}

// noStar is the bar of a firm whose rating of the year before, as the policy is read here, is 无星.
func (r *Request) noStar(d *models.Dossier, on policy.Date) *bar {
	reading := r.Bot.Book.StarReading()
	rated := d.PreviousRating(reading, on)
	if rated == nil || !isZero(rated.Attrs["stars"]) {
		return nil
	}
	b := bar{code: "NO_STAR_PREV_YEAR", why: noStarIn(*rated), from: policy.NewDate(rated.On.Year()+1, 1, 1)}
	if reading == policy.RatedThatYear {
		year := on.Year() + 1
		for isZero(d.Stars(reading, policy.NewDate(year, 1, 1))) {
			year++
		}
		b.until = policy.NewDate(year, 1, 1)
		b.end = fmt.Sprintf("最早%s起可以享受：%d年度没有评为无星的，不再受限。", b.until.Text(), year-1)
		return &b
	}
	newest := rated
	if f := d.Newest("star-rating", d.KnownOn); f != nil && f.On > rated.On {
		newest = f
	}
	if !isZero(newest.Attrs["stars"]) {
		b.until = policy.NewDate(newest.On.Year()+1, 1, 1)
		b.end = fmt.Sprintf("%d年度已评为%v星，最早%s起可以享受。", ratingYear(*newest), newest.Attrs["stars"], b.until.Text())
		return &b
	}
	b.end = "政策有效期内没有下一次评定；情况有变化的，可以申请复评。"
	if next, within := r.Bot.nextRating(ratingYear(*newest)); within {
		b.end = fmt.Sprintf("下一次评定是%d年度，取得星级后最早%s起可以享受。", next, policy.NewDate(next+1, 1, 1).Text())
	}
	return &b
}

func noStarIn(rated models.KnownFact) string {
	return fmt.Sprintf("%d年度星级评定为无星", ratingYear(rated))
}

func dishonesty(l models.KnownListing) bar {
	b := bar{code: "SERIOUS_DISHONESTY_LIST", from: l.From, until: l.To, why: l.From.Text() + "列入" + models.SeriousDishonesty}
	if l.Issuer != "" {
		b.why += bracketed("列入部门：" + plain(l.Issuer))
	}
	b.end = "目前没有移出日期；移出之日起可以享受，请先向列入部门办理信用修复。"
	if l.To != 0 {
		b.end = l.To.Text() + "移出名单，最早从这一天起可以享受。"
	}
	return b
}

// over says of a bar that has ended what it means for a claim that was looked at before.
func (b bar) over(c claim) string {
	return fmt.Sprintf("这一限制已于%s解除，此后发生的事项可以享受；这一项按%s的情况审核，结论不变。", b.until.Text(), c.OpenedOn.Text())
}

// barNow says how the bar that stopped a claim ends, or that it has ended.
func (r *Request) barNow(b bar, c claim) string {
	if b.until != 0 && b.until <= r.On {
		return b.over(c)
	}
	return b.end
}

// registrationBars lists the codes of what a registration lacks on a day.
func registrationBars(reg models.KnownFact, on policy.Date) []string {
	var codes []string
	if reg.Attrs["independent_legal_person"] == false {
		codes = append(codes, "NOT_LEGAL_PERSON")
	}
	if end := permitEnd(reg); reg.Attrs["licensed"] == false || end != 0 && end < on {
		codes = append(codes, "NO_LICENCE_OR_FILING")
	}
	if reg.Attrs["operating_normally"] == false {
		codes = append(codes, "NOT_NORMAL_OPERATION")
	}
	return codes
}

// permitEnd is the last day of the licence, 0 when it has no end.
func permitEnd(reg models.KnownFact) policy.Date {
	text, _ := reg.Attrs["permit_end"].(string)
	end, err := policy.ParseDate(text)
	if err != nil {
		return 0
	}
	return end
}

// ratingYear is the year a rating is named after.
func ratingYear(f models.KnownFact) int {
	if year, ok := attrInt(f, "year"); ok {
		return year
	}
	return f.On.Year()
}

func attrInt(f models.KnownFact, name string) (int, bool) {
	var n int
	_, err := fmt.Sscan(fmt.Sprint(f.Attrs[name]), &n)
	return n, err == nil
}

func isZero(v any) bool { return v != nil && fmt.Sprint(v) == "0" }

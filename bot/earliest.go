package bot

import (
	"cmp"
	"fmt"
	"slices"

	"duixian/models"
	"duixian/policy"
)

// settled are the reasons that no later day changes: the thing has happened as it has.
var settled = []string{
	"OUTSIDE_VALIDITY", "OUTSIDE_URBAN_AREA", "NOT_FIRST", "NOT_TOP10", "NOT_TOP100", "SINGLE_ITEM_NOT_REPEATED", "EXCLUSIVE_WITH_BACKBONE",
	"ONCE_ONLY", "AFTER_THIRD_YEAR", "NOT_IN_CITY", "NOT_2_4_X", "BELOW_TIER1", "ORGANISER_NOT_NATIONAL_OR_PROVINCIAL_HR", "NOT_A_WINNER",
}

// earliest says when a claim that came to nothing, or one like it, could become true at the earliest, and what to do.
func (r *Request) earliest(d *models.Dossier, c claim) (string, error) {
	switch {
	case c.Reason == "LT_20":
		h, err := r.headcount(c.OrgID, c.year(), &c)
		return r.outlook(h), err
	case c.Reason == "NO_STAR_PREV_YEAR":
		if b := r.noStar(d, c.OpenedOn); b != nil {
			return r.barNow(*b, c), nil
		}
	case c.Reason == "SERIOUS_DISHONESTY_LIST":
		if l := d.Dishonest(c.OpenedOn); l != nil {
			return r.barNow(dishonesty(*l), c), nil
		}
	case c.Reason == "OPERATING_LT_1Y":
		if day := fullYear(d, c); day != 0 {
			return "最早" + day.Text() + "满一年，当天自动重新审核。", nil
		}
	case c.item.Round != "" && slices.Contains([]string{"NOT_SELECTED", "OVER_QUOTA", "ROUND_TOO_EARLY", "OBJECTION_UPHELD"}, c.Reason):
		years := 1
		if c.item.Round == "biennial" {
			years = 2
		}
		return fmt.Sprintf("最早可以参加%d年度的评选。", cmp.Or(c.year(), c.FactOn.Year())+years), nil
	case slices.Contains(settled, c.Reason):
		return "这一项已经确定，不会再变化。" + r.Bot.advice(c.Reason), nil
	}
	return r.Bot.advice(c.Reason), nil
}

// outlook says when there will be people enough, and what they are worth then.
func (r *Request) outlook(h headcount) string {
	worth, reported := "为 "+h.amount.Text()+"。", "（等参保名单报来）"
	if h.Unknown > 0 {
		worth = "最多 " + h.amount.Text() + "。"
		if h.EnoughOn == r.On.AddDays(1) {
			reported = "（缺少的参保名单报来）"
		}
	}
	switch {
	case h.EnoughOn == 0 && h.Year == r.On.Year():
		return fmt.Sprintf("按已登记的人员还达不到%d人，今年12月31日前新引进的可以继续计入。", h.Need)
	case h.EnoughOn == 0:
		return fmt.Sprintf("按已登记的人员，%d年引进的达不到%d人，这一年度不能兑现；%d年引进的另行计算。", h.Year, h.Need, h.Year+1)
	case h.Missing() > 0 && h.payOn > h.EnoughOn:
		return fmt.Sprintf("最早%s%s达到%d人，%s审核，届时%s", h.EnoughOn.Text(), reported, h.Need, h.payOn.Text(), worth)
	case h.Missing() > 0:
		return fmt.Sprintf("最早%s%s达到%d人，当晚自动重新审核，届时%s", h.EnoughOn.Text(), reported, h.Need, worth)
	case h.payOn > r.On:
		return fmt.Sprintf("%s审核，按目前人数%s", h.payOn.Text(), worth)
	}
	return "今晚自动重新审核，按目前人数" + worth
}

// forecast is the outlook, and what stands against it on the day.
func (r *Request) forecast(d *models.Dossier, h headcount) []string {
	lines := []string{r.outlook(h)}
	for _, b := range r.bars(d, max(h.payOn, r.On)) {
		lines = append(lines, "但是"+b.why+"，这期间不予兑现。"+b.end)
	}
	return lines
}

// fullYear is the day on which a headquarters has operated for a full year (民法典第二百零二条), 0 when not known.
func fullYear(d *models.Dossier, c claim) policy.Date {
	for _, f := range d.Facts {
		if f.Kind != c.item.From.Kind || f.Key != c.FactKey {
			continue
		}
		text, _ := f.Attrs["operating_since"].(string)
		if since, err := policy.ParseDate(text); err == nil {
			return since.AddYears(1)
		}
	}
	return 0
}

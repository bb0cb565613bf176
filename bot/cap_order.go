package bot

import (
	"fmt"
	"strings"

	"duixian/models"
	"duixian/policy"
)

// capOrder says by which order a year's cap is used up, and what stood before a claim that it has cut: awards that have been made, then the
// day of the fact, then the number of the claim. Empty for a claim that no cap has cut.
func (r *Request) capOrder(d *models.Dossier, c claim) string {
	if c.answer.Reason != "CAP_YEAR" && c.Reason != "CAP" || len(c.item.Amount.Caps) == 0 {
		return ""
	}
	limit := c.item.Amount.Caps[len(c.item.Amount.Caps)-1]
	if limit.Scope != "year" {
		return ""
	}
	shares := map[string]bool{c.Item: true}
	for _, item := range limit.Shared {
		shares[item] = true
	}
	awarded := map[int64]policy.Fen{}
	for _, a := range d.Awards {
		awarded[a.ClaimID] = a.AmountFen
	}
	var before []string
	sum := policy.Fen(0)
	for _, o := range d.Claims {
		if o.ID == c.ID || !shares[o.Item] || o.FactOn.Year() != c.FactOn.Year() {
			continue
		}
		amount, made := awarded[o.ID]
		if earlier := o.FactOn < c.FactOn || o.FactOn == c.FactOn && o.ID < c.ID; !made && earlier && o.State != models.ClaimRejected && o.State != models.ClaimWithdrawn {
			amount = d.Decided[o.ID].AmountFen
		}
		if amount > 0 {
			before = append(before, fmt.Sprintf("%s的申报 %d 号 %s", o.FactOn.Text(), o.ID, amount.Text()))
			sum += amount
		}
	}
	text := "年度限额的使用次序：已核定的在前，其余按事项日期、申报编号先后。"
	if len(before) > 0 {
		text += "排在前面的：" + strings.Join(before, "、") + "，合计 " + sum.Text() + "。"
	}
	return text
}

package bot

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"duixian/models"
	"duixian/policy"
)

var progress = &Command{
	Name:    "进度",
	Aliases: []string{"办到哪了", "申报进度", "办理进度", "我的进度", "查进度"},
	Params:  []Param{pageParam},
	Summary: "每项申报办到哪一步、下一步是什么",
	Roles:   firms,
	Private: true,
	Run:     runProgress,
}

const progressPage = 5

// runProgress shows every claim of the firm in plain words with its next step, and the people who are on their way to
// becoming one.
func runProgress(_ context.Context, r *Request) (Reply, error) {
	d, list, err := r.firm()
	if err != nil {
		return Reply{}, err
	}
	waiting, err := r.hiring(list)
	if err != nil {
		return Reply{}, err
	}
	lines := append([]string{"**" + plain(r.Org.Name) + "**的申报进度"}, r.warnings(d)...)
	part := page(r, list, progressPage, "进度")
	next := part.next
	today := r.bars(d, r.On) // said above
	for i, c := range part.shown {
		now, then, err := r.status(d, c)
		if err != nil {
			return Reply{}, err
		}
		if slices.ContainsFunc(today, func(b bar) bool { return b.code == c.Reason }) {
			then = ""
		}
		lines = append(lines, fmt.Sprintf("**%d. %s**", part.first+i, c.name()), now+c.label(then))
		if len(next) < 2+len(part.next) && (c.State == models.ClaimRejected || c.State == models.ClaimHeld || c.State == models.ClaimNeedsData) {
			next = append(next, fmt.Sprintf("为什么 %d", part.first+i))
		}
	}
	for _, h := range waiting {
		lines = append(lines, "**引才奖励"+bracketed(models.HireYearText(h.Year))+"**", r.sentence(h))
		next = append(next, fmt.Sprintf("引才人数 %d", h.Year))
	}
	if len(list) == 0 && len(waiting) == 0 {
		lines = append(lines, "还没有申报。认定、评选、活动、引才名单等资料登记后，系统每天凌晨自动审核，不需要另外提交。")
	}
	lines = append(lines, part.note, r.unrated(d))
	return Reply{Text: strings.Join(without(lines, ""), "\n"), Next: append(next, "到账", "到期")}, nil
}

// firm reads the chosen firm's dossier and claims as known today.
func (r *Request) firm() (*models.Dossier, []claim, error) {
	d, err := r.Dossier(r.Org.ID, r.On)
	if err != nil {
		return nil, nil, err
	}
	list, err := r.claims(d)
	return d, list, err
}

// warnings are the bars of today, and those that begin with the next year.
func (r *Request) warnings(d *models.Dossier) []string {
	var lines []string
	today := r.bars(d, r.On)
	for _, b := range today {
		lines = append(lines, "目前不能享受政策："+b.why+"。"+b.end)
	}
	for _, b := range r.bars(d, policy.NewDate(r.On.Year()+1, 1, 1)) {
		if b.from > r.On {
			lines = append(lines, b.from.Text()+"起不能享受政策："+b.why+"。"+b.end)
		}
	}
	return lines
}

// unrated is what to know of a firm that nobody has rated.
func (r *Request) unrated(d *models.Dossier) string {
	if d.Newest("star-rating", r.On) == nil {
		return neverRated
	}
	return ""
}

// neverRated is said of a firm without any rating: it is not 无星.
const neverRated = "尚未评星，不影响本次享受政策。"

// hiring counts the people of the years whose reward has not been looked at yet: this year's and last year's.
func (r *Request) hiring(list []claim) ([]headcount, error) {
	years, err := r.RecruitYears(r.Org.ID, r.On)
	if err != nil {
		return nil, err
	}
	var all []headcount
	for _, year := range years {
		if year < r.On.Year()-1 || recruitClaim(list, year) != nil {
			continue
		}
		h, err := r.headcount(r.Org.ID, year, nil)
		if err != nil {
			return nil, err
		}
		all = append(all, h)
	}
	return all, nil
}

// recruitClaim is the claim for the people of a hire year, nil when there is none.
func recruitClaim(list []claim, year int) *claim {
	for i := range list {
		if list[i].Item == models.RecruitItem && list[i].year() == year {
			return &list[i]
		}
	}
	return nil
}

// sentence is a headcount in one line.
func (r *Request) sentence(h headcount) string {
	text := fmt.Sprintf("登记%d人，符合条件%d人", h.Introduced, h.Counted)
	if h.Missing() > 0 {
		text += fmt.Sprintf("，还差%d人", h.Missing())
	}
	return text + "。" + r.outlook(h)
}

package bot

import (
	"context"
	"fmt"
	"strings"

	"duixian/models"
	"duixian/policy"
)

var mustCase = Param{Name: caseParam.Name, Also: caseParam.Also, Must: true}

var caseTell = &Command{
	Name:    "追回 告知",
	Aliases: []string{"告知追回", "告知企业追回"},
	Params:  []Param{mustCase},
	Example: "追回 告知 3",
	Summary: "把拟追回的金额、原因和陈述申辩权告知企业",
	Roles:   []models.Role{models.Clerk},
	Private: true,
	Run: onCase(func(ctx context.Context, r *Request, a models.Adjustment) (Reply, error) {
		a, err := r.Bot.Work.TellCase(ctx, r.Actor, a.ID, r.Now)
		if err != nil {
			return Reply{}, err
		}
		text := fmt.Sprintf("已告知企业：追回 #%d，拟追回 %s。陈述申辩到%s（含当日）；企业答复后请登记。", a.ID, a.AmountFen.Text(), a.HearUntil.Text())
		return Reply{Text: text, Next: []string{fmt.Sprintf("追回 %d", a.ID), fmt.Sprintf("追回 陈述 %d", a.ID)}}, nil
	}),
}

var caseHear = &Command{
	Name:    "追回 陈述",
	Aliases: []string{"追回 申辩", "登记陈述", "登记申辩", "追回 陈述申辩"},
	Params:  []Param{mustCase, {Name: "内容", Also: []string{"意见"}, Must: true, Rest: true}},
	Example: "追回 陈述 3 无意见",
	Summary: "登记企业对追回的陈述申辩",
	Roles:   []models.Role{models.Clerk},
	Private: true,
	Run: onCase(func(ctx context.Context, r *Request, a models.Adjustment) (Reply, error) {
		words := maskNumbers(strings.TrimSpace(r.Args["内容"]))
		if _, err := r.Bot.Work.HearCase(ctx, r.Actor, a.ID, words, r.Now); err != nil {
			return Reply{}, err
		}
		return Reply{
			Text: fmt.Sprintf("已登记企业的陈述申辩（追回 #%d）：%s\n可以送审，复核人会看到这段话。", a.ID, plain(words)),
			Next: []string{fmt.Sprintf("追回 报审 %d 追回", a.ID), fmt.Sprintf("追回 报审 %d 不追回", a.ID), fmt.Sprintf("追回 %d", a.ID)},
		}, nil
	}),
}

var caseSubmit = &Command{
	Name:    "追回 报审",
	Aliases: []string{"追回 送审", "补差 报审", "补差 送审", "择一 报审", "择一 送审"},
	Params:  []Param{mustCase, {Name: "办法", Also: []string{"处理", "do"}, Must: true}, {Name: "理由", Also: []string{"原因", "reason"}, Must: true, Rest: true}},
	Example: "追回 报审 3 追回 更正后的展位费低于原申报",
	Summary: "补差、追回、择一怎么办，送另一人复核",
	Roles:   []models.Role{models.Clerk},
	Private: true,
	Run: onCase(func(ctx context.Context, r *Request, a models.Adjustment) (Reply, error) {
		deed, ok := a.Kind.Deed(r.Args["办法"])
		if !ok {
			words := make([]string, 0, 3)
			for _, d := range a.Kind.Deeds() {
				words = append(words, d.Text)
			}
			return Reply{Text: fmt.Sprintf("%s #%d 怎么办，请写：%s。", a.Kind.Text(), a.ID, strings.Join(words, "、")), Next: words, Outcome: Asked, Want: "办法", Args: r.Args}, nil
		}
		sub, err := r.Bot.Work.ProposeCase(ctx, r.Actor, a.ID, deed.Code, maskNumbers(strings.TrimSpace(r.Args["理由"])), r.Now)
		if err != nil {
			return Reply{}, err
		}
		return submitted(sub), nil
	}),
}

var caseRepaid = &Command{
	Name:    "追回 退款",
	Aliases: []string{"追回 到账", "登记退款", "追回 退回"},
	Params:  []Param{mustCase, {Name: "金额", Must: true}, {Name: "凭证号", Also: []string{"凭证", "银行凭证", "reference"}, Must: true}},
	Example: "追回 退款 3 5000 20260303001",
	Summary: "登记企业退回的款项和银行凭证号",
	Roles:   []models.Role{models.Clerk, models.Treasurer},
	Private: true,
	Run: onCase(func(ctx context.Context, r *Request, a models.Adjustment) (Reply, error) {
		sum, problem := yuan(r.Args["金额"])
		if problem != "" {
			return Reply{Text: problem, Outcome: Asked, Want: "金额", Args: r.Args}, nil
		}
		a, err := r.Bot.Work.RepaidCase(ctx, r.Actor, a.ID, sum.(policy.Fen), r.Args["凭证号"], r.Now)
		if err != nil {
			return Reply{}, err
		}
		text := fmt.Sprintf("已登记退回 %s（追回 #%d，凭证 %s）。", sum.(policy.Fen).Text(), a.ID, plain(r.Args["凭证号"]))
		if a.Left() > 0 {
			text += "尚待追回 " + a.Left().Text() + "。"
		} else {
			text += "已全部结清。"
		}
		return Reply{Text: text, Next: []string{fmt.Sprintf("追回 %d", a.ID), "追回"}}, nil
	}),
}

// onCase finds the case that was typed and goes on with it; the work checks roles, state and hearing once more.
func onCase(do func(ctx context.Context, r *Request, a models.Adjustment) (Reply, error)) func(ctx context.Context, r *Request) (Reply, error) {
	return func(ctx context.Context, r *Request) (Reply, error) {
		a, ask, err := r.adjustment()
		if err != nil || ask.Text != "" {
			return ask, err
		}
		return do(ctx, r, a)
	}
}

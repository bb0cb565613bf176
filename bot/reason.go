package bot

import (
	"strings"

	"duixian/models"
	"duixian/policy"
)

// heldReasons are the words for reasons that come from two people's work and not from the rules: the policy's book
// does not know them. Each says what is the matter, and what comes next.
var heldReasons = map[string][2]string{
	"LEGAL_REVIEW":             {"等待合法性审查文号", "文号由两名工作人员登记后自动继续，企业无需办理。"},
	"EXCLUSIVE_WITH_INTEGRITY": {"同年度已享受诚信示范奖励，两项不重复享受", "保留哪一项由主管部门决定。"},
	"EXCLUSIVE":                {"与已核定的奖励不重复享受", "如有不同意见，可以向经办人提出。"},
	"DUPLICATE_PERSON":         {"名单中有人员已在别处计奖", "剔除重复人员后重新审核。"},
	"ALREADY_AWARDED":          {"同一事项已经核定过", "不再重复核定。"},
	"CAP":                      {"本年度最高限额已用完", "下一年度符合条件的可以再次申报。"},
	"AMOUNT_STALE":             {"送审后资料或结论已变化，这一项没有核定", "请按最新资料重新核定。"},
	"DECISION_CHANGED":         {"送审后审核结论有变化", "按新的结论重新送审，企业无需办理。"},
	"NO_ACCOUNT":               {"没有经批准的收款账户", "请向经办人提供开户信息，账户经两人核准后继续拨付"},
	"ACCOUNT_CHANGED":          {"收款账户在送审后有变更", "由主管部门核对新账户后继续拨付"},
	"EARLIER_PART":             {"前一期尚未到账", "前一期到账后继续拨付"},
	"NOT_DUE":                  {"该期已不在待拨付状态", ""},
	"BANK_RETURNED":            {"银行退回，请核对收款账户", "请向经办人提供正确的开户信息"},
}

// reasonText says a code in words.
func (b *Bot) reasonText(code string) string {
	if r, ok := b.Book.Reasons[code]; ok {
		return r.Text
	}
	if text, ok := heldReasons[code]; ok {
		return text[0]
	}
	return "具体原因请向经办人了解"
}

// advice says what can be done about a code, empty when nothing.
func (b *Bot) advice(code string) string {
	if r, ok := b.Book.Reasons[code]; ok {
		return r.Advice
	}
	return heldReasons[code][1]
}

// lackOf names the facts that a decision waits for.
func (b *Bot) lackOf(answer policy.Decision) string {
	var names []string
	for _, name := range answer.Missing {
		if f, ok := b.Book.Facts[name]; ok {
			name = f.Name
		}
		names = append(names, name)
	}
	return strings.Join(names, "、")
}

// holdNote follows a held instalment: nothing is lost.
const holdNote = "暂缓不是取消：原因消除后由两名工作人员办理解除，继续拨付。"

// partText is where an instalment stands.
func (b *Bot) partText(p models.Instalment) string {
	switch p.State {
	case models.Scheduled:
		return p.DueOn.Text() + "起可拨付"
	case models.Due:
		return "待拨付"
	case models.InBatch:
		return "已送财政，等待拨付"
	case models.Paid:
		return "已拨付"
	case models.Held:
		return "暂缓拨付，" + b.reasonText(p.Reason)
	case models.Returned:
		return "银行退回，请核对收款账户"
	case models.Waived:
		return "已放弃"
	case models.Cancelled:
		return "已取消"
	}
	return string(p.State)
}

// tight drops the space between a number and its unit; amounts keep theirs: 20人, 500.00 元.
var tight = strings.NewReplacer(" 人", "人", " 星", "星", " 家", "家", " 名", "名", " 个", "个", " 年", "年", " 期", "期", "第 ", "第").Replace

package models

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// summaryWords are the numbers that jobs leave in their records, in the order in which people read them. A job that
// counts something new adds its word here; TestSummariesHaveWords finds a missing one.
var summaryWords = []struct{ key, text string }{
	{"rows", "%v 行"},
	{"new", "新增 %v 条"},
	{"corrected", "更正 %v 条"},
	{"same", "与已有相同 %v 条"},
	{"covered", "新覆盖单位月份 %v 个"},
	{"recheck", "需重新核对参保 %v 人"},
	{"organisations", "机构 %v 家"},
	{"decisions", "新审核结论 %v 项"},
	{"decided", "可送审 %v 项"},
	{"proposed", "已送审 %v 项"},
	{"awarded", "已核定 %v 项"},
	{"confirmed", "已同意 %v 项"},
	{"open", "待审核 %v 项"},
	{"reached", "参保已满 %v 人"},
	{"one_away", "还差一个月 %v 人"},
	{"counting", "参保未满 %v 人"},
	{"fell_out", "更正后不再满 %v 人"},
	{"impossible", "已不能满 %v 人"},
	{"due", "转为待拨付 %v 期"},
	{"applied", "已执行 %v 项"},
	{"held", "暂缓 %v 项"},
	{"needs_data", "缺资料 %v"},
	{"needs_decision", "待人工决定 %v 项"},
	{"rejected", "未通过 %v 项"},
	{"withdrawn", "撤回 %v"},
	{"waiting", "等待审批 %v 份"},
	{"expired", "已过期 %v 份"},
	{"batch", "%v"},
	{"lines", "列入 %v 笔"},
	{"payable", "可提请拨付 %v 笔"},
	{"overdue", "财政逾期未答复 %v 批"},
	{"paid", "到账 %v 笔"},
	{"returned", "退汇 %v 笔"},
	{"suspense", "待查款 %v 笔"},
	{"known", "以前已记 %v 笔"},
	{"plan", "方案 #%v"},
	{"import", "导入 #%v"},
	{"approval", "已送审 #%v"},
	{"already", "以前已导入"},
	{"policy-end", "政策到期提醒 %v 条"},
	{"licence", "许可备案提醒 %v 条"},
	{"annual-report", "年报公示提醒 %v 条"},
	{"window", "申报截止提醒 %v 条"},
	{"material", "缺少材料提醒 %v 条"},
	{"told", "已告知 %v 人"},
	{"done", "已导入 %v 份"},
	{"seen", "其中以前已导入 %v 份"},
	{"refused", "退回 %v 份"},
	{"submit", "待经办送审 %v 份"},
	{"unfinished", "未写完 %v 份"},
	{"purged", "清理 %v 天的旧文件"},
	{"anchors", "审计锚 %v 个"},
	{"file", "锚文件共 %v 行"},
	{"standing_plans", "自动同意方案 %v 份"},
	{"standing_lines", "其中 %v 项"},
	{"standing_total", "合计 %v 元"},
	{"standing_left", "超出限额、等人办理 %v 项"},
	{"standing_void", "授权失效 %v 份"},
	{"awaits_publicity", "先公示（公示 #%v），期满后执行"},
	{"publicised_lines", "已登记公示 %v 项"},
	{"rounds_moved", "评选推进 %v 项"},
	{"opinions_overdue", "部门意见逾期 %v 个部门"},
	{"places_taken", "确认入选 %v 个"},
	{"places_held", "入选暂缓 %v 个"},
	{"selection_notices", "评选提醒 %v 条"},
	{"rulings", "录入评选决定 %v 项"},
	{"lists_closed", "公示期满 %v 份"},
	{"lists_extended", "工作日调整而顺延 %v 份"},
	{"lists_unknown", "工作日历不明未关闭 %v 份"},
	{"objections_open", "待处理异议 %v 件"},
	{"objections_late", "其中超期 %v 件"},
	{"list_candidates", "可列入红榜 %v 家"},
	{"list_notices", "已发拟列入告知 %v 份"},
	{"rounds_opened", "启动 %v 轮"},
	{"firms_frozen", "冻结 %v 家的资料"},
	{"firms_scored", "评分 %v 家"},
	{"ratings_confirmed", "确认星级 %v 家"},
	{"ratings_held", "暂缓 %v 家"},
	{"rounds_reminded", "提醒评定进度 %v 轮"},
	{"notes", "%v"},
	{"note", "%v"},
}

// SummaryText is what a run did, in words: 机构 45 家，新审核结论 167 项，可送审 101 项. Empty when it left nothing.
func (r Run) SummaryText() string {
	d := json.NewDecoder(strings.NewReader(r.Summary))
	d.UseNumber()
	var top map[string]any
	if d.Decode(&top) != nil {
		return r.Summary
	}
	flat := flatten(top)
	var parts []string
	for _, w := range summaryWords {
		value, there := flat[w.key]
		delete(flat, w.key)
		switch number, _ := value.(json.Number); {
		case !there, value == nil, number == "0":
		case value == true:
			parts = append(parts, w.text)
		default:
			parts = append(parts, fmt.Sprintf(w.text, value))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(flat)) { // of a newer program
		parts = append(parts, fmt.Sprintf("%s %v", key, flat[key]))
	}
	if len(parts) == 0 && r.State == RunSucceeded {
		return "没有需要处理的内容"
	}
	return strings.Join(parts, "，")
}

// flatten brings what jobs count under a name of their own (states, kinds of reminders by step, files with the reason why they
// wait) to one level: numbers as they are, numbers by step added up, texts counted or joined.
func flatten(top map[string]any) map[string]any {
	flat := map[string]any{}
	for key, value := range top {
		switch v := value.(type) {
		case map[string]any:
			for name, inner := range v {
				switch inner := inner.(type) {
				case map[string]any:
					flat[name] = json.Number(strconv.Itoa(sumOf(inner)))
				case string:
					flat[key] = json.Number(strconv.Itoa(len(v)))
				default:
					flat[name] = inner
				}
			}
		case []any:
			texts := make([]string, len(v))
			for i, t := range v {
				texts[i] = fmt.Sprint(t)
			}
			flat[key] = strings.Join(texts, "；")
		default:
			flat[key] = value
		}
	}
	return flat
}

func sumOf(numbers map[string]any) (sum int) {
	for _, n := range numbers {
		if n, ok := n.(json.Number); ok {
			i, _ := strconv.Atoi(n.String())
			sum += i
		}
	}
	return sum
}

// OutcomeText is why a run did not take place, or how it failed, or what it did: one line.
func (r Run) OutcomeText() string {
	switch {
	case r.State == RunSkipped:
		return r.ReasonText()
	case r.State != RunSucceeded && r.ErrorText != "":
		return FirstLine(r.ErrorText)
	}
	return r.SummaryText()
}

// FirstLine is a text up to its first line break: an error with a stack behind it, for a list.
func FirstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

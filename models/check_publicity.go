package models

import "fmt"

// publicityChecks look at lists that were shown to the public, objections, and the red and black lists.
var publicityChecks = []sqlCheck{
	{
		"46", "公示都有登记，按期开始和结束", "SELECT COUNT(*) FROM publicities",
		`SELECT CONCAT('公示 #', id, '（', state, '）的登记人、地点、首末日或关闭日不符') FROM publicities
		 WHERE state = 'planned' AND (first_on <> 0 OR published_by <> '') OR state <> 'planned' AND (published_by = '' OR where_text = '' OR first_on = 0 OR first_on < published_on OR last_on < first_on)
		 OR state = 'closed' AND closed_on <= last_on OR state <> 'closed' AND closed_on <> 0`,
	},
	{
		"46b", "公示的发布和关闭各恰有一条审计", "SELECT COUNT(*) FROM publicities",
		`SELECT CONCAT('公示 #', p.id, ' 的', a.name, '审计记录有 ', COUNT(l.seq), ' 条') FROM publicities p JOIN (SELECT 'publicity-start' AS name UNION ALL SELECT 'publicity-close') a
		 LEFT JOIN audit_log l ON l.stream = 'publicity' AND l.action = a.name AND l.entity = CONCAT('publicity/', p.id)
		 GROUP BY p.id, p.state, a.name HAVING COUNT(l.seq) <> CASE WHEN p.state = 'closed' OR p.state = 'running' AND a.name = 'publicity-start' THEN 1 ELSE 0 END`,
	},
	{
		"46c", "有未处理异议的行都暂缓，暂缓的行都有未处理异议", "SELECT COUNT(*) FROM publicity_lines",
		`SELECT CONCAT('公示 #', l.publicity_id, ' 第 ', l.no, ' 行是 ', l.state, '，未处理的异议有 ', COUNT(o.id), ' 件') FROM publicity_lines l
		 LEFT JOIN objections o ON o.publicity_id = l.publicity_id AND o.line_no = l.no AND o.state = 'open'
		 GROUP BY l.publicity_id, l.no, l.state HAVING l.state = 'free' AND COUNT(o.id) > 0 OR l.state = 'held' AND COUNT(o.id) = 0`,
	},
	{
		"46d", "不予确认的行都有两人认定成立的异议", "SELECT COUNT(*) FROM objections WHERE state <> 'open'",
		`SELECT CONCAT('公示 #', l.publicity_id, ' 第 ', l.no, ' 行不予确认，却没有成立的异议') FROM publicity_lines l WHERE l.state = 'dropped'
		 AND NOT EXISTS (SELECT 1 FROM objections o WHERE o.publicity_id = l.publicity_id AND o.line_no = l.no AND o.state = 'upheld')
		 UNION ALL SELECT CONCAT('异议 #', o.id, ' 已处理，却没有两人已执行的方案') FROM objections o LEFT JOIN approvals a ON a.plan_id = o.plan_id AND a.state IN ('approved', 'executed') AND a.checker_id IS NOT NULL
		 WHERE o.state <> 'open' AND a.id IS NULL`,
	},
	{
		"46e", "须公示的奖励都在公示期满、该行无异议后核定", "SELECT COUNT(*) FROM publicity_lines WHERE claim_id <> 0",
		`SELECT CONCAT('奖励 #', a.id, ' 在公示 #', p.id, ' 第 ', l.no, ' 行（', p.state, '，', l.state, '）之前核定') FROM awards a JOIN publicity_lines l ON l.claim_id = a.claim_id AND l.decision_id = a.decision_id
		 JOIN publicities p ON p.id = l.publicity_id WHERE (p.closed_on = 0 OR p.closed_on > a.approved_on OR l.state <> 'free')
		 AND NOT EXISTS (SELECT 1 FROM publicity_lines k JOIN publicities r ON r.id = k.publicity_id WHERE k.claim_id = a.claim_id AND k.decision_id = a.decision_id AND k.state = 'free' AND r.closed_on <> 0 AND r.closed_on <= a.approved_on)`,
	},
	{
		"46f", "红黑榜都经公示期满，黑榜都在陈述申辩期满后", "SELECT COUNT(*) FROM list_entries",
		`SELECT CONCAT('红黑榜记录 #', e.id, ' 没有公示期满的方案，或早于陈述申辩期满') FROM list_entries e LEFT JOIN publicities p ON p.subject_kind = 'plan' AND p.subject_id = e.plan_id AND p.state = 'closed'
		 WHERE e.listed_on <> 0 AND (p.id IS NULL OR p.closed_on > e.listed_on OR e.list = 'black' AND (e.answer_by = 0 OR e.listed_on <= e.answer_by))`,
	},
	{
		"46g", "移出红黑榜都有两人批准", "SELECT COUNT(*) FROM list_entries WHERE state = 'removed'",
		`SELECT CONCAT('红黑榜记录 #', e.id, ' 移出而没有两人的批准') FROM list_entries e LEFT JOIN approvals a ON a.plan_id = e.removal_plan_id AND a.state IN ('approved', 'executed') AND a.checker_id IS NOT NULL
		 WHERE e.state = 'removed' AND a.id IS NULL`,
	},
}

// checkPublicLists: every list is what was frozen and shown.
func (q Query) checkPublicLists() (CheckResult, error) {
	r := CheckResult{No: "46h", Title: "公示名单与冻结时一致"}
	all, err := find[Publicity](q.db.Order("id"))
	if err != nil {
		return r, err
	}
	for _, p := range all {
		r.Examined++
		intact, err := q.PublicityIntact(p)
		if err != nil {
			return r, err
		}
		if !intact && len(r.Findings) < 20 {
			r.Findings = append(r.Findings, fmt.Sprintf("公示 #%d 的名单与冻结时的校验码不符", p.ID))
		}
	}
	return r, nil
}

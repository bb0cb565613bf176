package models

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"duixian/policy"
)

// CheckResult is one invariant, how many rows were looked at, and what did not hold. Nothing examined on a database with data is
// itself a failure: a check that sees nothing checks nothing.
type CheckResult struct {
	No       string   `json:"no"`
	Title    string   `json:"title"`
	Examined int64    `json:"examined"`
	Findings []string `json:"findings"`
	Notes    []string `json:"notes,omitempty"` // what was not looked at, and why; no finding
}

// sqlCheck is an invariant that the database itself can answer: how many rows there are to look at, and the rows that break it, as
// text.
type sqlCheck struct{ no, title, count, broken string }

// The numbers are those of the project's list of invariants; money and runs, quota and notices each have theirs. Every broken
// query returns one text column.
var sqlChecks = []sqlCheck{
	{
		"1", "各期之和等于奖励金额", "SELECT COUNT(*) FROM awards",
		`SELECT CONCAT('奖励 #', a.id, '：各期之和与核定金额不等') FROM awards a LEFT JOIN instalments i ON i.award_id = a.id
		 GROUP BY a.id, a.amount_fen HAVING COALESCE(SUM(i.amount_fen), 0) <> a.amount_fen`,
	},
	{
		"2", "已付与在途之和不超过奖励金额", "SELECT COUNT(*) FROM awards",
		`SELECT CONCAT('奖励 #', a.id, '：已付与在途超过核定金额') FROM awards a JOIN instalments i ON i.award_id = a.id AND i.state IN ('in_batch', 'paid')
		 GROUP BY a.id, a.amount_fen HAVING SUM(i.amount_fen) > a.amount_fen`,
	},
	{
		"3", "同一期不会两次进入拨付", "SELECT COUNT(*) FROM instalments",
		`SELECT CONCAT('奖励 #', award_id, ' 第 ', no, ' 期付了两次') FROM instalment_changes WHERE 'paid' IN (was, became)
		 GROUP BY award_id, no HAVING SUM(CASE WHEN became = 'paid' THEN 1 ELSE -1 END) > 1`,
	},
	{
		"4", "未到期不转待拨付", "SELECT COUNT(*) FROM instalment_changes WHERE became IN ('due', 'in_batch', 'paid')",
		`SELECT CONCAT('奖励 #', c.award_id, ' 第 ', c.no, ' 期在到期日前转为 ', c.became) FROM instalment_changes c JOIN instalments i ON i.award_id = c.award_id AND i.no = c.no
		 WHERE c.became IN ('due', 'in_batch', 'paid') AND c.on_day < i.due_on`,
	},
	{
		"5", "前一期未付不付后一期", "SELECT COUNT(*) FROM instalments",
		`SELECT CONCAT('奖励 #', b.award_id, ' 第 ', b.no, ' 期先于前一期支付') FROM instalments b JOIN instalments a ON a.award_id = b.award_id AND a.no = b.no - 1
		 WHERE b.state = 'paid' AND a.state NOT IN ('paid', 'waived')`,
	},
	{
		"5b", "每一期的状态与其经过一致", "SELECT COUNT(*) FROM instalments",
		`SELECT CONCAT('奖励 #', i.award_id, ' 第 ', i.no, ' 期的状态 ', i.state, ' 与最后一次变更不符') FROM instalments i
		 LEFT JOIN instalment_changes c ON c.award_id = i.award_id AND c.no = i.no AND c.version = i.version WHERE c.became IS NULL OR c.became <> i.state`,
	},
	{
		"15", "一份批准只执行一次，一行方案只产生一项奖励", "SELECT COUNT(*) FROM approvals",
		`SELECT CONCAT('方案 #', p.id, ' 执行了 ', COUNT(l.no), ' 行，产生 ', (SELECT COUNT(*) FROM awards a WHERE a.plan_id = p.id), ' 项奖励') FROM plans p JOIN plan_lines l ON l.plan_id = p.id AND l.state = 'applied'
		 WHERE p.kind = 'award' GROUP BY p.id HAVING COUNT(l.no) <> (SELECT COUNT(*) FROM awards a WHERE a.plan_id = p.id)`,
	},
	{
		"16", "封顶账与奖励一致且不超上限", "SELECT COUNT(*) FROM caps",
		`SELECT CONCAT('封顶 ', c.cap_key, ' 的已用数与明细不符或超限') FROM caps c LEFT JOIN (SELECT u.cap_key, SUM(u.amount_fen - COALESCE(b.fen, 0)) AS fen FROM cap_uses u
		   LEFT JOIN (SELECT award_id, SUM(amount_fen) AS fen FROM adjustment_steps WHERE kind IN ('setoff', 'repaid') GROUP BY award_id) b ON b.award_id = u.award_id GROUP BY u.cap_key) t ON t.cap_key = c.cap_key
		 WHERE COALESCE(t.fen, 0) <> c.used_fen OR c.used_fen > c.limit_fen`,
	},
	{
		"16b", "封顶明细与奖励金额一致", "SELECT COUNT(*) FROM cap_uses",
		`SELECT CONCAT('奖励 #', u.award_id, ' 在封顶 ', u.cap_key, ' 中的金额与奖励不符') FROM cap_uses u LEFT JOIN awards a ON a.id = u.award_id WHERE a.id IS NULL OR a.amount_fen <> u.amount_fen`,
	},
	{
		"17", "互斥奖励不并存", "SELECT COUNT(*) FROM exclusions",
		`SELECT CONCAT('机构 #', a.org_id, ' 同年有骨干企业与诚信示范奖励') FROM awards a JOIN claims ca ON ca.id = a.claim_id JOIN awards b ON b.org_id = a.org_id AND b.item IN ('integrity-demo-provincial', 'integrity-demo-national')
		 JOIN claims cb ON cb.id = b.claim_id WHERE a.item = 'backbone-firm' AND FLOOR(ca.fact_on / 10000) = FLOOR(cb.fact_on / 10000)
		 AND NOT EXISTS (SELECT 1 FROM adjustments j WHERE j.kind = 'choice' AND j.state = 'settled' AND j.new_award_id IN (a.id, b.id))`,
	},
	{
		"17b", "只享受一次的奖励没有第二次", "SELECT COUNT(*) FROM awards WHERE item IN ('hightech-first', 'province-top100-first', 'specialty-top10-first')",
		`SELECT CONCAT('机构 #', org_id, ' 的 ', item, ' 有 ', COUNT(*), ' 项') FROM awards WHERE item IN ('hightech-first', 'province-top100-first', 'specialty-top10-first')
		 AND NOT EXISTS (SELECT 1 FROM adjustments j WHERE j.new_award_id = awards.id) GROUP BY org_id, item HAVING COUNT(*) > 1`,
	},
	{
		"17c", "一人只计一次引才奖励", "SELECT COUNT(*) FROM person_rewards",
		`SELECT CONCAT('奖励 #', p.award_id, ' 计奖人数与金额不符') FROM person_rewards p LEFT JOIN awards a ON a.id = p.award_id GROUP BY p.award_id, a.amount_fen HAVING a.amount_fen IS NULL OR COUNT(*) * 50000 < a.amount_fen`,
	},
	{
		"19", "补差、追回与奖励和分期一致", "SELECT COUNT(*) FROM adjustments",
		`SELECT CONCAT('补差 #', j.id, ' 的金额与所核定的奖励不符') FROM adjustments j LEFT JOIN awards a ON a.id = j.new_award_id WHERE j.kind = 'topup' AND j.state = 'settled' AND (a.id IS NULL OR a.amount_fen <> j.amount_fen)
		 UNION ALL SELECT CONCAT('追回 #', j.id, ' 已结清的金额与冲抵、退回的明细不符') FROM adjustments j LEFT JOIN adjustment_steps s ON s.adjustment_id = j.id AND s.kind IN ('setoff', 'repaid') WHERE j.kind = 'clawback'
		 GROUP BY j.id, j.settled_fen, j.amount_fen, j.state HAVING COALESCE(SUM(s.amount_fen), 0) <> j.settled_fen OR j.settled_fen > j.amount_fen OR j.state = 'settled' AND j.settled_fen <> j.amount_fen
		 UNION ALL SELECT CONCAT('奖励 #', j.award_id, ' 经补差、追回后为负') FROM adjustments j JOIN awards a ON a.id = j.award_id WHERE j.state IN ('approved', 'settled')
		 GROUP BY j.award_id, a.amount_fen HAVING a.amount_fen + SUM(CASE j.kind WHEN 'topup' THEN j.amount_fen WHEN 'clawback' THEN -j.amount_fen ELSE 0 END) < 0`,
	},
	{
		"19b", "每次办理补差、追回都有两人批准", "SELECT COUNT(*) FROM adjustments WHERE state IN ('approved', 'settled')",
		`SELECT CONCAT('事项 #', j.id, ' 没有已执行的批准') FROM adjustments j WHERE j.state IN ('approved', 'settled')
		 AND NOT EXISTS (SELECT 1 FROM approvals a WHERE a.plan_id = j.plan_id AND a.state IN ('approved', 'executed') AND a.checker_id IS NOT NULL)`,
	},
	{
		"18", "每轮名额不超过十个", "SELECT COUNT(*) FROM quota_slots",
		`SELECT CONCAT('名额 ', round_key, ' 有 ', COUNT(*), ' 个') FROM quota_slots GROUP BY round_key HAVING COUNT(*) > 10`,
	},
	{
		"23", "每个结论和奖励都有规则版本", "SELECT COUNT(*) FROM decisions",
		`SELECT CONCAT('审核结论 #', id, ' 没有规则版本') FROM decisions WHERE policy_version = '' OR effective_from = 0 AND EXISTS (SELECT 1 FROM awards a WHERE a.decision_id = decisions.id)
		 UNION ALL SELECT CONCAT('奖励 #', id, ' 没有规则版本') FROM awards WHERE policy_version = ''`,
	},
	{
		"24", "一个时点最多一次执行", "SELECT COUNT(*) FROM job_runs",
		`SELECT CONCAT('任务 ', job, ' 的时点 ', slot_at, ' 有 ', COUNT(*), ' 次执行') FROM job_runs WHERE slot_at > 0 GROUP BY job, slot_at HAVING COUNT(*) > 1`,
	},
	{
		"26", "执行的代次只升不降", "SELECT COUNT(*) FROM run_chunks",
		`SELECT CONCAT('执行 #', b.run_id, ' 第 ', b.no, ' 段的代次倒退') FROM run_chunks b JOIN run_chunks a ON a.run_id = b.run_id AND a.no = b.no - 1 WHERE b.epoch < a.epoch`,
	},
	{
		"27", "各段首尾相接，没有重叠", "SELECT COUNT(*) FROM run_chunks",
		`SELECT CONCAT('执行 #', b.run_id, ' 第 ', b.no, ' 段不与上一段相接') FROM run_chunks b JOIN run_chunks a ON a.run_id = b.run_id AND a.no = b.no - 1 WHERE b.from_key <> a.to_key`,
	},
	{
		"30", "手工与定时执行共用时点", "SELECT COUNT(*) FROM job_runs WHERE slot_at > 0",
		`SELECT CONCAT('执行 #', id, ' 的时点键与时点不符') FROM job_runs WHERE slot_at > 0 AND slot_key <> CONCAT('at:', FLOOR(slot_at / 1000))`,
	},
	{
		"32", "每条通知至多送达一次，可能的重复都有记录", "SELECT COUNT(*) FROM notices WHERE tries > 0",
		`SELECT CONCAT('通知 #', n.id, '：发送 ', n.tries, ' 次、存疑 ', n.ambiguous, ' 次，与发送记录不符') FROM notices n LEFT JOIN deliveries d ON d.notice_id = n.id WHERE n.state <> 'sending'
		 GROUP BY n.id, n.tries, n.ambiguous HAVING COUNT(d.try_no) <> n.tries OR SUM(CASE WHEN d.outcome = 'unknown' THEN 1 ELSE 0 END) <> n.ambiguous
		 OR SUM(CASE WHEN d.outcome IN ('accepted', 'delivered') THEN 1 WHEN d.outcome IN ('unread', 'dropped', 'recalled') THEN -1 ELSE 0 END) > 1`,
	},
	{
		"36", "经办与复核不是同一人", "SELECT COUNT(*) FROM approvals WHERE checker_id IS NOT NULL",
		`SELECT CONCAT('送审 #', a.id, ' 的经办与复核是同一人') FROM approvals a JOIN members m ON m.id = a.maker_id JOIN members c ON c.id = a.checker_id
		 WHERE a.maker_id = a.checker_id OR m.person_mac <> '' AND m.person_mac = c.person_mac`,
	},
	{
		"11b", "合法性审查文号都有两人批准", "SELECT COUNT(*) FROM legal_reviews",
		`SELECT CONCAT('事项 ', r.item, ' 的合法性审查文号没有已执行的批准') FROM legal_reviews r LEFT JOIN approvals a ON a.id = r.approval_id AND a.state = 'executed' AND a.checker_id IS NOT NULL WHERE a.id IS NULL`,
	},
	{
		"11c", "批准的方案都已执行或在执行", "SELECT COUNT(*) FROM approvals WHERE state = 'approved'",
		`SELECT CONCAT('送审 #', a.id, ' 已同意但没有执行记录') FROM approvals a LEFT JOIN job_runs r ON r.job = 'apply-plan' AND r.approval_id = a.id WHERE a.state = 'approved' AND r.id IS NULL`,
	},
	{
		"40", "每项奖励恰有一条审计", "SELECT COUNT(*) FROM awards",
		`SELECT CONCAT('奖励 #', a.id, ' 的审计记录有 ', COUNT(l.seq), ' 条') FROM awards a LEFT JOIN audit_log l ON l.stream = 'money' AND l.action = 'award' AND l.entity = CONCAT('award/', a.id)
		 GROUP BY a.id HAVING COUNT(l.seq) <> 1`,
	},
	{
		"40b", "每次分期变更恰有一条审计", "SELECT COUNT(*) FROM instalment_changes WHERE version > 1",
		`SELECT CONCAT('奖励 #', c.award_id, ' 第 ', c.no, ' 期变更 ', COUNT(DISTINCT c.version), ' 次，审计 ', COUNT(DISTINCT l.seq), ' 条') FROM instalment_changes c
		 LEFT JOIN audit_log l ON l.stream = 'money' AND l.action LIKE 'instalment-%' AND l.entity = CONCAT('award/', c.award_id, '/', c.no)
		 WHERE c.version > 1 GROUP BY c.award_id, c.no HAVING COUNT(DISTINCT c.version) <> COUNT(DISTINCT l.seq)`,
	},
}

// Check runs the invariants that need nothing but the database. now is the moment at which it asks, for what must have ended by
// then; morning is the last working morning before it, by which every notice that was due must have left.
func (q Query) Check(now, morning policy.Instant) ([]CheckResult, error) {
	var out []CheckResult
	for _, c := range slices.Concat(sqlChecks, decideChecks, moneyChecks, budgetChecks, reminderChecks, publicityChecks, selectionChecks) {
		r := CheckResult{No: c.no, Title: c.title}
		if err := q.db.Raw(c.count).Scan(&r.Examined).Error; err != nil {
			return nil, fmt.Errorf("check %s: %w", c.no, readable(err))
		}
		if err := q.db.Raw(c.broken + " LIMIT 20").Scan(&r.Findings).Error; err != nil {
			return nil, fmt.Errorf("check %s: %w", c.no, readable(err))
		}
		out = append(out, r)
	}
	for _, more := range []func() (CheckResult, error){
		func() (CheckResult, error) { return q.checkRunsEnd(now) }, func() (CheckResult, error) { return q.checkNotices(now, morning) }, q.checkAudit, q.checkAnchors, q.checkPersonalData, q.checkPlans, q.checkAwardRows, q.checkGrants, q.checkApprovals, q.checkRoster, q.checkWritten, q.checkListingOwners, q.checkSealed, q.checkPublicLists,
	} {
		r, err := more()
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}

// checkRunsEnd: every run ends within its lease and a take-over.
func (q Query) checkRunsEnd(now policy.Instant) (CheckResult, error) {
	r := CheckResult{No: "25", Title: "每次执行都有终态"}
	if err := q.db.Raw("SELECT COUNT(*) FROM job_runs").Scan(&r.Examined).Error; err != nil {
		return r, readable(err)
	}
	err := q.db.Raw("SELECT CONCAT('执行 #', id, '（', job, '）租约已过期仍在执行') FROM job_runs WHERE state = 'running' AND lease_until < ? LIMIT 20", now-120_000).Scan(&r.Findings).Error
	return r, readable(err)
}

// checkNotices: nothing that must be told has been forgotten on the way.
func (q Query) checkNotices(now, morning policy.Instant) (CheckResult, error) {
	r := CheckResult{No: "31", Title: "通知不丢失"}
	if err := q.db.Raw("SELECT COUNT(*) FROM notices").Scan(&r.Examined).Error; err != nil {
		return r, readable(err)
	}
	err := q.db.Raw(`SELECT CONCAT('通知 #', id, '（', kind, '）', CASE WHEN state = 'sending' THEN '发送中断' WHEN state = 'dead' THEN '失败而没有原因' ELSE '早该发出' END) FROM notices
		WHERE state = 'sending' AND lease_until < ? OR state = 'pending' AND next_at < ? OR state = 'dead' AND reason = ''
		OR state NOT IN ('pending', 'sending', 'accepted', 'delivered', 'read', 'unknown', 'dead', 'superseded') LIMIT 20`, now-120_000, morning).Scan(&r.Findings).Error
	return r, readable(err)
}

// checkAudit: the chains are unbroken.
func (q Query) checkAudit() (CheckResult, error) {
	rows, breaks, err := q.VerifyAudit()
	r := CheckResult{No: "39", Title: "审计链完整", Examined: rows}
	for _, b := range breaks {
		r.Findings = append(r.Findings, b.Text())
	}
	return r, err
}

// checkAnchors: the anchors in the database are whole, and the chain of today is the one that they name.
func (q Query) checkAnchors() (CheckResult, error) {
	p, err := q.VerifyAnchors(AnchorFile{}, nil, "")
	return CheckResult{No: "39b", Title: "审计锚与审计链一致", Examined: int64(p.Anchors), Findings: p.Findings}, err
}

// plainText is every column that people write or read and that must never hold a full identity number.
var plainText = []struct{ table, key, columns string }{
	{"notices", "id", "payload, reason"},
	{"deliveries", "notice_id", "detail"},
	{"audit_log", "seq", "canon, entity"},
	{"job_runs", "id", "params, summary, error_text, reason"},
	{"plans", "id", "body, title"},
	{"decisions", "id", "facts, result"},
	{"facts", "id", "attrs, fact_key"},
	{"approvals", "id", "reason"},
	{"imports", "id", "file_name"},
	{"adjustments", "id", "cause, reason"},
	{"adjustment_steps", "adjustment_id", "text"},
	{"external_awards", "id", "policy, document, issuer, source"},
	{"receipts", "id", "line_ref, batch_text, bank_ref, note, cleared_note"},
	{"batch_lines", "no", "purpose, reason, bank_ref"},
	{"publicities", "id", "title, where_text, object_to"},
	{"publicity_lines", "no", "name, code, item, note"},
	{"objections", "id", "answer"},
	{"list_entries", "id", "basis, reason"},
}

var idNumber = regexp.MustCompile(`\d{17}[\dXx]`)

// hashes are SHA-256 sums in hex: once in some ten thousand, eighteen digits of one happen to look like an identity number.
var hashes = regexp.MustCompile(`\b[0-9a-f]{64}\b`)

// checkPersonalData: no text column holds a full identity number (with a real day and a right check digit, so that certificate numbers
// are not mistaken for one).
func (q Query) checkPersonalData() (CheckResult, error) {
	r := CheckResult{No: "43", Title: "文本列没有完整证件号码"}
	for _, t := range plainText {
		columns := "CONCAT(" + strings.ReplaceAll(t.columns, ", ", ", ' ', ") + ")"
		rows, err := q.db.Raw("SELECT " + t.key + ", " + columns + " FROM " + t.table).Rows()
		if err != nil {
			return r, readable(err)
		}
		for rows.Next() {
			var key int64
			var text string
			if err := rows.Scan(&key, &text); err != nil {
				return r, err
			}
			r.Examined++
			for _, s := range idNumber.FindAllString(hashes.ReplaceAllString(text, " "), -1) {
				if _, err := policy.ParseResidentID(s); err == nil {
					r.Findings = append(r.Findings, fmt.Sprintf("%s #%d 的文本里有完整证件号码", t.table, key))
					break
				}
			}
		}
		if err := rows.Close(); err != nil {
			return r, err
		}
	}
	return r, nil
}

// LedgerEven runs the invariants of sums alone and says whether all hold; whose account it is (13) is no question of sums.
func (q Query) LedgerEven() (bool, error) {
	for _, c := range moneyChecks {
		if c.no == "13" {
			continue
		}
		var broken []string
		if err := q.db.Raw(c.broken + " LIMIT 1").Scan(&broken).Error; err != nil {
			return false, fmt.Errorf("check %s: %w", c.no, readable(err))
		}
		if len(broken) > 0 {
			return false, nil
		}
	}
	return true, nil
}

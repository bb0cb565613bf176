package models

// decideChecks are the invariants of what officials decide and of what the night approves in two people's name.
var decideChecks = []sqlCheck{
	{
		"20b", "主管部门核定的金额都有两人批准，且不超过当时的上限", "SELECT COUNT(*) FROM official_amounts",
		`SELECT CONCAT('申报 #', o.claim_id, ' 的核定金额没有已执行的两人批准') FROM official_amounts o LEFT JOIN approvals a ON a.id = o.approval_id AND a.plan_id = o.plan_id AND a.state IN ('approved', 'executed') AND a.checker_id IS NOT NULL
		 WHERE a.id IS NULL OR o.maker = o.checker
		 UNION ALL SELECT CONCAT('申报 #', o.claim_id, ' 的核定金额超过审核结论的上限') FROM official_amounts o JOIN decisions d ON d.id = o.decision_id WHERE o.amount_fen > d.amount_fen
		 UNION ALL SELECT CONCAT('申报 #', o.claim_id, ' 的核定没有成为新的审核结论') FROM official_amounts o JOIN decisions d ON d.id = o.decision_id
		 WHERE NOT EXISTS (SELECT 1 FROM decisions n WHERE n.claim_id = o.claim_id AND n.seq = d.seq + 1 AND n.run_id = o.run_id)`,
	},
	{
		"40h", "每次核定恰有一条审计", "SELECT COUNT(*) FROM official_amounts",
		`SELECT CONCAT('申报 #', o.claim_id, ' 核定 ', COUNT(DISTINCT o.id), ' 次，审计 ', COUNT(DISTINCT l.seq), ' 条') FROM official_amounts o
		 LEFT JOIN audit_log l ON l.stream = 'money' AND l.action = 'official-amount' AND l.entity = CONCAT('claim/', o.claim_id) GROUP BY o.claim_id HAVING COUNT(DISTINCT o.id) <> COUNT(DISTINCT l.seq)`,
	},
	{
		"36e", "限额授权由两人设立，不同的人", "SELECT COUNT(*) FROM standings",
		`SELECT CONCAT('限额授权 #', s.id, ' 没有已执行的两人批准，或授权人与批准不符') FROM standings s LEFT JOIN approvals a ON a.id = s.approval_id AND a.plan_id = s.plan_id AND a.state IN ('approved', 'executed')
		 WHERE a.id IS NULL OR a.maker_id <> s.maker_id OR a.checker_id IS NULL OR a.checker_id <> s.checker_id OR s.maker_id = s.checker_id OR a.standing_id <> 0`,
	},
	{
		"36f", "自动同意的方案都在授权人名下", "SELECT COUNT(*) FROM approvals WHERE standing_id > 0",
		`SELECT CONCAT('送审 #', a.id, ' 不在限额授权 #', a.standing_id, ' 的两位授权人名下，或没有使用记录') FROM approvals a LEFT JOIN standings s ON s.id = a.standing_id LEFT JOIN standing_uses u ON u.approval_id = a.id AND u.standing_id = a.standing_id
		 WHERE a.standing_id > 0 AND (s.id IS NULL OR u.approval_id IS NULL OR a.maker_id <> s.maker_id OR a.checker_id <> s.checker_id)
		 UNION ALL SELECT CONCAT('限额授权 #', u.standing_id, ' 的使用没有对应的批准或方案') FROM standing_uses u LEFT JOIN approvals a ON a.id = u.approval_id AND a.standing_id = u.standing_id AND a.plan_id = u.plan_id
		 LEFT JOIN plans p ON p.id = u.plan_id AND p.total_fen = u.total_fen AND p.line_count = u.line_count WHERE a.id IS NULL OR p.id IS NULL`,
	},
	{
		"36g", "限额授权的使用不超过每笔、每晚和全期限额", "SELECT COUNT(*) FROM standing_uses",
		`SELECT CONCAT('限额授权 #', u.standing_id, ' 的方案 #', u.plan_id, ' 有一笔超过每笔限额，或不在授权期内') FROM standing_uses u JOIN standings s ON s.id = u.standing_id
		 WHERE u.night < s.from_on OR u.night > s.to_on OR u.most_fen > s.line_fen OR EXISTS (SELECT 1 FROM plan_lines l WHERE l.plan_id = u.plan_id AND l.amount_fen > s.line_fen)
		 UNION ALL SELECT CONCAT('限额授权 #', n.standing_id, ' ', n.night, ' 夜的合计与使用记录不符或超限') FROM standing_nights n JOIN standings s ON s.id = n.standing_id LEFT JOIN standing_uses u ON u.standing_id = n.standing_id AND u.night = n.night
		 GROUP BY n.standing_id, n.night, n.used_fen, s.night_fen HAVING COALESCE(SUM(u.total_fen), 0) <> n.used_fen OR n.used_fen > s.night_fen
		 UNION ALL SELECT CONCAT('限额授权 #', s.id, ' 的全期合计与使用记录不符或超限') FROM standings s LEFT JOIN standing_uses u ON u.standing_id = s.id
		 GROUP BY s.id, s.used_fen, s.period_fen HAVING COALESCE(SUM(u.total_fen), 0) <> s.used_fen OR s.used_fen > s.period_fen`,
	},
}

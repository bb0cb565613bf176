package models

// budgetChecks are the invariants about appropriations. Awards made before there were budgets get their reserves in the first night; until
// then they are older than every award that has one. In a simulation's copy an appropriation has neither plan nor moment: its approval stayed behind.
var budgetChecks = []sqlCheck{
	{
		"7", "列支不超过预算指标", "SELECT COUNT(*) FROM budgets",
		`SELECT CONCAT(b.year, '年', b.channel, '：列支超过指标') FROM budgets b WHERE b.ordered_fen - b.unbacked_fen > b.appropriated_fen AND b.ordered_fen <> b.unbacked_fen
		 UNION ALL SELECT CONCAT(b.year, '年', b.channel, '：账面列支与明细不符') FROM budgets b
		 WHERE b.ordered_fen <> (SELECT COALESCE(SUM(o.amount_fen), 0) FROM budget_orders o WHERE o.year = b.year AND o.channel = b.channel AND o.released_on = 0)
		 OR b.unbacked_fen <> (SELECT COALESCE(SUM(o.amount_fen), 0) FROM budget_orders o WHERE o.year = b.year AND o.channel = b.channel AND o.released_on = 0 AND o.backed = 0)
		 UNION ALL SELECT CONCAT('奖励 #', o.award_id, ' 第 ', o.no, ' 期：列支没有对应的年度渠道') FROM budget_orders o LEFT JOIN budgets b ON b.year = o.year AND b.channel = o.channel WHERE b.year IS NULL`,
	},
	{
		"7b", "各期的预留等于该期金额，年度为到期年度", "SELECT COUNT(*) FROM budget_reserves",
		`SELECT CONCAT('奖励 #', i.award_id, ' 第 ', i.no, ' 期：各渠道预留之和与该期金额不等') FROM instalments i LEFT JOIN budget_reserves r ON r.award_id = i.award_id AND r.no = i.no
		 WHERE i.award_id >= (SELECT COALESCE(MIN(m.award_id), 9223372036854775807) FROM budget_reserves m) GROUP BY i.award_id, i.no, i.amount_fen HAVING COALESCE(SUM(r.amount_fen), 0) <> i.amount_fen
		 UNION ALL SELECT CONCAT('奖励 #', r.award_id, ' 第 ', r.no, ' 期：预留年度不是到期年度') FROM budget_reserves r JOIN instalments i ON i.award_id = r.award_id AND i.no = r.no
		 WHERE r.year <> FLOOR(i.due_on / 10000)`,
	},
	{
		"7c", "一期同时只有一次列支，且不超过该期金额", "SELECT COUNT(*) FROM budget_orders",
		`SELECT CONCAT('奖励 #', o.award_id, ' 第 ', o.no, ' 期有 ', COUNT(DISTINCT o.attempt), ' 次列支同时有效') FROM budget_orders o WHERE o.released_on = 0
		 GROUP BY o.award_id, o.no HAVING COUNT(DISTINCT o.attempt) > 1
		 UNION ALL SELECT CONCAT('奖励 #', i.award_id, ' 第 ', i.no, ' 期：列支与该期金额不等') FROM instalments i JOIN budget_orders o ON o.award_id = i.award_id AND o.no = i.no
		 GROUP BY i.award_id, i.no, o.attempt, i.amount_fen HAVING SUM(o.amount_fen) <> i.amount_fen`,
	},
	{
		"7d", "每条预算指标都有两人批准", "SELECT COUNT(*) FROM appropriations",
		`SELECT CONCAT('指标 #', p.id, '（', p.document_no, '）没有已执行的批准') FROM appropriations p LEFT JOIN approvals a ON a.plan_id = p.plan_id AND a.state = 'executed' AND a.checker_id IS NOT NULL
		 WHERE a.id IS NULL AND (p.plan_id <> 0 OR p.since <> 0)`,
	},
}

package models

// moneyChecks hold the ledger, the batches and the instalments against each other: each says the same sum by another way.
var moneyChecks = []sqlCheck{
	{
		"6", "账户余额与逐笔账目一致", "SELECT COUNT(*) FROM transfers",
		`SELECT CONCAT('账户 ', a.code, ' 的余额或在途与账目不符') FROM accounts a LEFT JOIN (SELECT code, SUM(p) AS p, SUM(o) AS o, SUM(i) AS i FROM (
		   SELECT debit AS code, CASE WHEN kind IN ('pending', 'void') THEN 0 ELSE -amount_fen END AS p, CASE WHEN kind = 'pending' THEN amount_fen WHEN kind IN ('void', 'post') THEN -amount_fen ELSE 0 END AS o, 0 AS i FROM transfers
		   UNION ALL SELECT credit, CASE WHEN kind IN ('pending', 'void') THEN 0 ELSE amount_fen END, 0, CASE WHEN kind = 'pending' THEN amount_fen WHEN kind = 'void' THEN -amount_fen ELSE 0 END FROM transfers
		   UNION ALL SELECT 'transit', 0, 0, -amount_fen FROM transfers WHERE kind = 'post') m GROUP BY code) t ON t.code = a.code
		 WHERE a.posted_fen <> COALESCE(t.p, 0) OR a.pending_out_fen <> COALESCE(t.o, 0) OR a.pending_in_fen <> COALESCE(t.i, 0)
		 UNION ALL SELECT CONCAT('账目 ', t.id, ' 的账户 ', CASE WHEN d.code IS NULL THEN t.debit ELSE t.credit END, ' 不存在') FROM transfers t LEFT JOIN accounts d ON d.code = t.debit LEFT JOIN accounts c ON c.code = t.credit
		 WHERE d.code IS NULL OR c.code IS NULL`,
	},
	{
		"6b", "借贷相等", "SELECT COUNT(*) FROM accounts",
		`SELECT CONCAT('全部账户余额之和为 ', SUM(posted_fen), ' 分，在途出入相差 ', SUM(pending_out_fen) - SUM(pending_in_fen), ' 分') FROM accounts HAVING SUM(posted_fen) <> 0 OR SUM(pending_out_fen) <> SUM(pending_in_fen)`,
	},
	{
		"6c", "每项奖励的账户等于其各期的状态", "SELECT COUNT(*) FROM awards",
		`SELECT CONCAT('奖励 #', w.id, ' 的账户与各期状态不符') FROM awards w LEFT JOIN accounts a ON a.code = CONCAT('award:', w.id) LEFT JOIN (SELECT award_id,
		   SUM(CASE WHEN state IN ('scheduled', 'due', 'held', 'in_batch') THEN amount_fen ELSE 0 END) AS rest, SUM(CASE WHEN state = 'in_batch' THEN amount_fen ELSE 0 END) AS out_fen FROM instalments GROUP BY award_id) i ON i.award_id = w.id
		 WHERE a.code IS NULL OR a.posted_fen <> COALESCE(i.rest, 0) OR a.pending_out_fen <> COALESCE(i.out_fen, 0)`,
	},
	{
		"6d", "在途、已付（减去已退回）、退汇账户等于各期的状态", "SELECT COUNT(*) FROM instalments",
		`SELECT CONCAT('账户 ', a.code, ' 与各期状态不符') FROM accounts a LEFT JOIN (SELECT CASE WHEN state = 'in_batch' THEN 'transit' ELSE state END AS code, SUM(amount_fen) AS fen FROM instalments
		   WHERE state IN ('in_batch', 'paid', 'returned') GROUP BY state) i ON i.code = a.code LEFT JOIN (SELECT SUM(amount_fen) AS fen FROM adjustment_steps WHERE kind = 'repaid') b ON a.code = 'paid'
		 WHERE a.code IN ('paid', 'returned') AND a.posted_fen <> COALESCE(i.fen, 0) - COALESCE(b.fen, 0) OR a.code = 'transit' AND (a.pending_in_fen <> COALESCE(i.fen, 0) OR a.posted_fen <> 0)`,
	},
	{
		"6e", "待查款账户等于未处理的待查款", "SELECT COUNT(*) FROM receipts",
		`SELECT CONCAT('待查款账户有 ', a.posted_fen, ' 分，未处理的待查款有 ', COALESCE((SELECT SUM(amount_fen) FROM receipts WHERE state = 'suspense' AND result = 'paid'), 0), ' 分') FROM accounts a WHERE a.code = 'suspense'
		 AND a.posted_fen <> COALESCE((SELECT SUM(amount_fen) FROM receipts WHERE state = 'suspense' AND result = 'paid'), 0)`,
	},
	{
		"6f", "企业退回的每一笔都记了账", "SELECT COUNT(*) FROM adjustment_steps WHERE kind = 'repaid'",
		`SELECT CONCAT('奖励 #', m.award_id, ' 登记退回 ', SUM(m.step), ' 分，账上退回 ', SUM(m.post), ' 分') FROM (SELECT award_id, amount_fen AS step, 0 AS post FROM adjustment_steps WHERE kind = 'repaid'
		   UNION ALL SELECT award_id, 0, amount_fen FROM transfers WHERE kind = 'release' AND debit = 'paid') m GROUP BY m.award_id HAVING SUM(m.step) <> SUM(m.post)`,
	},
	{
		"8", "每笔在途至多答复一次，金额相等", "SELECT COUNT(*) FROM transfers WHERE kind = 'pending'",
		`SELECT CONCAT('在途 ', p.id, ' 答复 ', COUNT(r.id), ' 次或金额不等') FROM transfers p JOIN transfers r ON r.pending_id = p.id AND r.kind IN ('post', 'void') WHERE p.kind = 'pending'
		 GROUP BY p.id, p.amount_fen HAVING COUNT(r.id) > 1 OR MIN(r.amount_fen) <> p.amount_fen OR MAX(r.amount_fen) <> p.amount_fen
		 UNION ALL SELECT CONCAT('账目 ', r.id, ' 答复的在途不存在') FROM transfers r LEFT JOIN transfers p ON p.id = r.pending_id AND p.kind = 'pending' WHERE r.kind IN ('post', 'void') AND p.id IS NULL`,
	},
	{
		"9", "批次的笔数和合计等于其各行", "SELECT COUNT(*) FROM batches",
		`SELECT CONCAT('拨付批次 #', b.id, ' 的笔数或合计与各行不符') FROM batches b LEFT JOIN batch_lines l ON l.batch_id = b.id AND l.state <> 'held' WHERE b.state <> 'draft'
		 GROUP BY b.id, b.line_count, b.total_fen HAVING COUNT(l.no) <> b.line_count OR COALESCE(SUM(l.amount_fen), 0) <> b.total_fen`,
	},
	{
		"9b", "批次的每一行与账目、分期一致", "SELECT COUNT(*) FROM batch_lines",
		`SELECT CONCAT('付款编号 ', l.line_ref, '（', l.state, '）与账目不符') FROM batch_lines l LEFT JOIN transfers p ON p.kind = 'pending' AND p.award_id = l.award_id AND p.no = l.instalment_no AND p.attempt = l.attempt
		 AND p.amount_fen = l.amount_fen AND p.batch_id = l.batch_id LEFT JOIN transfers r ON r.resolves = p.id
		 WHERE p.id IS NULL OR l.state = 'ordered' AND r.id IS NOT NULL OR l.state = 'paid' AND COALESCE(r.kind, '') <> 'post' OR l.state = 'held' AND COALESCE(r.kind, '') <> 'void' OR l.state = 'returned' AND r.id IS NULL
		 UNION ALL SELECT CONCAT('付款编号 ', l.line_ref, ' 的分期状态为 ', i.state) FROM batch_lines l JOIN instalments i ON i.award_id = l.award_id AND i.no = l.instalment_no
		 WHERE l.amount_fen <> i.amount_fen OR l.state = 'ordered' AND i.state <> 'in_batch' OR l.state = 'paid' AND i.state <> 'paid'
		 UNION ALL SELECT CONCAT('奖励 #', i.award_id, ' 第 ', i.no, ' 期为 ', i.state, '，却不在任何批次') FROM instalments i WHERE i.state IN ('in_batch', 'paid')
		 AND NOT EXISTS (SELECT 1 FROM batch_lines l WHERE l.live = i.award_id * 100 + i.no)`,
	},
	{
		"11d", "到账和退汇都有回单", "SELECT COUNT(*) FROM batch_lines WHERE state IN ('paid', 'returned')",
		`SELECT CONCAT('付款编号 ', l.line_ref, ' 为 ', l.state, '，没有相符的回单') FROM batch_lines l WHERE l.state IN ('paid', 'returned')
		 AND NOT EXISTS (SELECT 1 FROM receipts r WHERE r.state = 'applied' AND r.batch_id = l.batch_id AND r.line_no = l.no AND r.result = l.state AND r.amount_fen = l.amount_fen)`,
	},
	{
		"12", "退汇后再付的次数依次增加", "SELECT COUNT(*) FROM batch_lines WHERE attempt > 1",
		`SELECT CONCAT('付款编号 ', l.line_ref, ' 是第 ', l.attempt, ' 次，前一次没有退回或撤下') FROM batch_lines l WHERE l.attempt > 1
		 AND NOT EXISTS (SELECT 1 FROM batch_lines b WHERE b.award_id = l.award_id AND b.instalment_no = l.instalment_no AND b.attempt = l.attempt - 1 AND b.state IN ('returned', 'held'))`,
	},
	{
		"13", "收款账户经两人批准且导出时有效", "SELECT COUNT(*) FROM batch_lines",
		`SELECT CONCAT('付款编号 ', l.line_ref, ' 的收款账户没有经两人批准，或不是该机构的') FROM batch_lines l JOIN batches b ON b.id = l.batch_id LEFT JOIN bank_accounts k ON k.id = l.account_id
		 LEFT JOIN approvals a ON a.plan_id = k.plan_id AND a.state = 'executed' AND a.checker_id IS NOT NULL
		 WHERE l.state <> 'held' AND (a.id IS NULL AND NOT EXISTS (SELECT 1 FROM meta WHERE name = 'copied') OR k.id IS NULL OR k.org_id <> l.org_id OR k.state <> 'active' OR k.from_on > b.business_date OR k.active_on > b.business_date)`,
	},
}

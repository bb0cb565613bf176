package models

// reminderChecks look at the steps that were told: each while there was something to do.
var reminderChecks = []sqlCheck{
	{
		"33", "年度报告公示后不再提醒", "SELECT COUNT(*) FROM reminders WHERE kind = 'annual-report'",
		`SELECT CONCAT('机构 #', r.org_id, ' 的', r.thing, ' 在 ', r.told_on, ' 仍被提醒，公示已于 ', f.known_on, ' 知悉') FROM reminders r JOIN job_runs j ON j.id = r.run_id
		 JOIN facts f ON f.org_id = r.org_id AND f.kind = 'annual-report' AND f.fact_key = SUBSTR(r.thing, 8) AND f.known_on <= r.told_on AND f.withdrawn = 0
		 LEFT JOIN imports i ON i.id = f.import_id WHERE r.kind = 'annual-report' AND COALESCE(i.at, 0) < j.started_at
		 AND NOT EXISTS (SELECT 1 FROM facts l WHERE l.org_id = f.org_id AND l.kind = f.kind AND l.fact_key = f.fact_key AND l.known_on <= r.told_on AND (l.known_on > f.known_on OR l.known_on = f.known_on AND l.rev > f.rev))`,
	},
	{
		"33b", "许可、备案延续后不再提醒", "SELECT COUNT(*) FROM reminders WHERE kind = 'licence'",
		`SELECT CONCAT('机构 #', r.org_id, ' 的许可或备案在 ', r.told_on, ' 仍被提醒于 ', r.anchor_on, ' 到期，已延续至 ', f.end_on) FROM reminders r JOIN job_runs j ON j.id = r.run_id
		 JOIN facts e ON e.org_id = r.org_id AND e.kind = 'registration' AND e.end_on = r.anchor_on AND e.known_on <= r.told_on
		 JOIN facts f ON f.org_id = r.org_id AND f.kind = 'registration' AND f.end_on > r.anchor_on AND f.on_day > e.on_day AND f.on_day <= r.anchor_on AND f.known_on <= r.told_on
		 LEFT JOIN imports i ON i.id = f.import_id WHERE r.kind = 'licence' AND COALESCE(i.at, 0) < j.started_at
		 AND NOT EXISTS (SELECT 1 FROM facts l WHERE l.org_id = r.org_id AND l.kind = 'registration' AND l.known_on <= r.told_on AND (l.on_day > f.on_day OR l.fact_key = f.fact_key AND (l.known_on > f.known_on OR l.known_on = f.known_on AND l.rev > f.rev)))`,
	},
	{
		"33c", "材料补齐后不再提醒", "SELECT COUNT(*) FROM reminders WHERE kind = 'material'",
		`SELECT CONCAT('机构 #', r.org_id, ' 的', r.thing, ' 在 ', r.told_on, ' 仍被提醒缺材料，当时的结论是 ', d.outcome) FROM reminders r JOIN job_runs j ON j.id = r.run_id
		 JOIN decisions d ON d.claim_id = CAST(SUBSTR(r.thing, 7) AS SIGNED) AND d.on_day <= r.told_on JOIN job_runs w ON w.id = d.run_id AND w.started_at < j.started_at
		 WHERE r.kind = 'material' AND d.outcome <> 'needs_data'
		 AND NOT EXISTS (SELECT 1 FROM decisions l WHERE l.claim_id = d.claim_id AND l.seq > d.seq AND l.on_day <= r.told_on)`,
	},
	{
		"33d", "每次提醒都对应一条通知", "SELECT COUNT(*) FROM reminders WHERE run_id > 0",
		`SELECT CONCAT('执行 #', r.run_id, ' 提醒 ', r.n, ' 次，写入通知的事项 ', COALESCE(n.n, 0), ' 个') FROM (SELECT run_id, COUNT(*) AS n FROM reminders WHERE run_id > 0 GROUP BY run_id) r
		 LEFT JOIN (SELECT run_id, COUNT(DISTINCT CONCAT(kind, ' ', org_id, ' ', thing)) AS n FROM notices WHERE org_id > 0 GROUP BY run_id) n ON n.run_id = r.run_id WHERE COALESCE(n.n, 0) < r.n`,
	},
}

package models

// selectionChecks: places, decisions of people and opinions hold together. The numbers continue those of quota (18) and of two people (11).
var selectionChecks = []sqlCheck{
	{
		"18b", "评选名额不超过十个，一家不占两个", "SELECT COUNT(*) FROM round_places",
		`SELECT CONCAT('评选 #', round_id, ' 的名额有 ', COUNT(*), ' 个，', COUNT(DISTINCT subject), ' 家') FROM round_places GROUP BY round_id HAVING COUNT(*) > 10 OR COUNT(*) <> COUNT(DISTINCT subject)`,
	},
	{
		"18c", "名额与其经过一致", "SELECT COUNT(*) FROM place_changes",
		`SELECT CONCAT('评选 #', c.round_id, ' 第 ', c.place, ' 个名额与最后一次变更不符') FROM place_changes c LEFT JOIN round_places p ON p.round_id = c.round_id AND p.place = c.place
		 WHERE c.no = (SELECT MAX(x.no) FROM place_changes x WHERE x.round_id = c.round_id AND x.place = c.place)
		 AND (c.taken = 1 AND (p.subject IS NULL OR p.subject <> c.subject) OR c.taken = 0 AND p.subject IS NOT NULL)
		 UNION ALL SELECT CONCAT('评选 #', p.round_id, ' 第 ', p.place, ' 个名额没有经过') FROM round_places p LEFT JOIN place_changes c ON c.round_id = p.round_id AND c.place = p.place WHERE c.no IS NULL`,
	},
	{
		"18d", "占有名额的都已确认入选，确认入选的都占有名额", "SELECT COUNT(*) FROM round_places",
		`SELECT CONCAT('评选 #', p.round_id, ' 第 ', p.place, ' 个名额的机构没有确认入选') FROM round_places p LEFT JOIN round_entries e ON e.round_id = p.round_id AND e.subject = p.subject AND e.state = 'confirmed' WHERE e.subject IS NULL
		 UNION ALL SELECT CONCAT('评选 #', e.round_id, ' 确认入选的机构 #', e.org_id, ' 没有名额') FROM round_entries e JOIN rounds r ON r.id = e.round_id AND r.kind IN ('backbone', 'integrity', 'elite')
		 LEFT JOIN round_places p ON p.round_id = e.round_id AND p.subject = e.subject WHERE e.state = 'confirmed' AND p.subject IS NULL`,
	},
	{
		"11d", "每个评选名额都有两人批准的方案", "SELECT COUNT(*) FROM round_places",
		`SELECT CONCAT('评选 #', p.round_id, ' 第 ', p.place, ' 个名额的方案 #', p.plan_id, ' 没有两人批准') FROM round_places p
		 LEFT JOIN approvals a ON a.plan_id = p.plan_id AND a.state = 'executed' AND a.checker_id IS NOT NULL AND a.checker_id <> a.maker_id LEFT JOIN plans l ON l.id = p.plan_id AND l.kind = 'selection' WHERE a.id IS NULL OR l.id IS NULL`,
	},
	{
		"40f", "每次名额变更恰有一条审计", "SELECT COUNT(*) FROM place_changes",
		`SELECT CONCAT('评选 #', c.round_id, ' 的名额变更 ', COUNT(*), ' 次，审计 ', (SELECT COUNT(*) FROM audit_log l WHERE l.stream = 'rounds' AND l.action IN ('take-place', 'free-place') AND l.entity = CONCAT('round/', c.round_id)), ' 条')
		 FROM place_changes c GROUP BY c.round_id HAVING COUNT(*) <> (SELECT COUNT(*) FROM audit_log l WHERE l.stream = 'rounds' AND l.action IN ('take-place', 'free-place') AND l.entity = CONCAT('round/', c.round_id))`,
	},
}

package models

// situationStandings adds what the night approved in two people's name.
func (q Query) situationStandings(s *Situation) error {
	return readable(q.db.Raw(`SELECT u.standing_id AS standing, COUNT(*) AS plans, MIN(u.plan_id) AS first, SUM(u.line_count) AS `+"`lines`"+`, SUM(u.total_fen) AS total, s.used_fen AS used, s.period_fen AS `+"`limit`"+`
		FROM standing_uses u JOIN standings s ON s.id = u.standing_id WHERE u.at > ? AND u.at <= ? GROUP BY u.standing_id, s.used_fen, s.period_fen ORDER BY u.standing_id`, s.From, s.To).Scan(&s.Standings).Error)
}

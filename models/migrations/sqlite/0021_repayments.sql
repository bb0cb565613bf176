-- +goose Up
-- Money that firms paid back goes through the ledger: out of what is paid, into the budget of the year in which it came. What came back before is entered now.
INSERT INTO transfers (id, kind, pending_id, debit, credit, amount_fen, award_id, no, attempt, batch_id, run_id, epoch, actor, reason, on_day, at)
  SELECT 'release|' || r.award_id || '|0|' || r.nth, 'release', '', 'paid', 'budget:' || (r.on_day / 10000), r.amount_fen, r.award_id, 0, r.nth, 0, r.run_id, 0, r.actor, 'REPAID', r.on_day, 0
  FROM (SELECT s.*, (SELECT COUNT(*) FROM adjustment_steps b WHERE b.kind = 'repaid' AND b.award_id = s.award_id AND (b.adjustment_id < s.adjustment_id OR b.adjustment_id = s.adjustment_id AND b.no <= s.no)) AS nth
    FROM adjustment_steps s WHERE s.kind = 'repaid') r;
INSERT INTO accounts (code, kind, posted_fen, pending_out_fen, pending_in_fen) SELECT DISTINCT credit, 'budget', 0, 0, 0 FROM transfers WHERE reason = 'REPAID' AND credit NOT IN (SELECT code FROM accounts);
UPDATE accounts SET posted_fen = posted_fen - (SELECT COALESCE(SUM(amount_fen), 0) FROM transfers WHERE reason = 'REPAID') WHERE code = 'paid';
UPDATE accounts SET posted_fen = posted_fen + (SELECT COALESCE(SUM(t.amount_fen), 0) FROM transfers t WHERE t.reason = 'REPAID' AND t.credit = accounts.code) WHERE kind = 'budget';
-- What was set off or paid back of an award is free again in the caps that it counts against.
UPDATE caps SET used_fen = used_fen - (SELECT COALESCE(SUM(s.amount_fen), 0) FROM cap_uses u JOIN adjustment_steps s ON s.award_id = u.award_id AND s.kind IN ('setoff', 'repaid') WHERE u.cap_key = caps.cap_key);

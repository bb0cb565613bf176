-- +goose Up
-- what officials decided where the law leaves the amount to them: one row for the decision that they looked at ---------
CREATE TABLE official_amounts (
  id INTEGER NOT NULL PRIMARY KEY, claim_id INTEGER NOT NULL, item TEXT NOT NULL, decision_id INTEGER NOT NULL, policy_version TEXT NOT NULL,
  amount_fen INTEGER NOT NULL CHECK (amount_fen >= 0), rate TEXT NOT NULL, reason TEXT NOT NULL, plan_id INTEGER NOT NULL, approval_id INTEGER NOT NULL,
  maker TEXT NOT NULL, checker TEXT NOT NULL, known_on INTEGER NOT NULL, run_id INTEGER NOT NULL, UNIQUE (claim_id, decision_id));

-- what the night may approve in two people's name, and what it has --------------------------------------------------------
CREATE TABLE standings (
  id INTEGER NOT NULL PRIMARY KEY, kinds TEXT NOT NULL, items TEXT NOT NULL, from_on INTEGER NOT NULL, to_on INTEGER NOT NULL,
  line_fen INTEGER NOT NULL CHECK (line_fen > 0), night_fen INTEGER NOT NULL CHECK (night_fen >= line_fen), period_fen INTEGER NOT NULL CHECK (period_fen >= night_fen),
  used_fen INTEGER NOT NULL, basis_no TEXT NOT NULL, basis_on INTEGER NOT NULL, reason TEXT NOT NULL, maker_id INTEGER NOT NULL, checker_id INTEGER NOT NULL,
  plan_id INTEGER NOT NULL UNIQUE, approval_id INTEGER NOT NULL UNIQUE, since INTEGER NOT NULL, ended_at INTEGER NOT NULL, ended_by TEXT NOT NULL, end_reason TEXT NOT NULL,
  CHECK (used_fen >= 0 AND used_fen <= period_fen), CHECK (maker_id <> checker_id), CHECK (from_on <= to_on));
CREATE TABLE standing_nights (
  standing_id INTEGER NOT NULL, night INTEGER NOT NULL, limit_fen INTEGER NOT NULL, used_fen INTEGER NOT NULL, PRIMARY KEY (standing_id, night),
  CHECK (used_fen >= 0 AND used_fen <= limit_fen));
CREATE TABLE standing_uses (
  approval_id INTEGER NOT NULL PRIMARY KEY, standing_id INTEGER NOT NULL, plan_id INTEGER NOT NULL UNIQUE, night INTEGER NOT NULL, line_count INTEGER NOT NULL,
  most_fen INTEGER NOT NULL, total_fen INTEGER NOT NULL, run_id INTEGER NOT NULL, at INTEGER NOT NULL);
CREATE INDEX standing_uses_at ON standing_uses (at);
ALTER TABLE approvals ADD COLUMN standing_id INTEGER NOT NULL DEFAULT 0;

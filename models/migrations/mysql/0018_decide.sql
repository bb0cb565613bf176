-- +goose Up
-- what officials decided where the law leaves the amount to them: one row for the decision that they looked at ---------
CREATE TABLE official_amounts (
  id BIGINT NOT NULL PRIMARY KEY, claim_id BIGINT NOT NULL, item VARBINARY(64) NOT NULL, decision_id BIGINT NOT NULL, policy_version VARBINARY(96) NOT NULL,
  amount_fen BIGINT NOT NULL CHECK (amount_fen >= 0), rate VARBINARY(32) NOT NULL, reason VARBINARY(255) NOT NULL, plan_id BIGINT NOT NULL, approval_id BIGINT NOT NULL,
  maker VARBINARY(64) NOT NULL, checker VARBINARY(64) NOT NULL, known_on INT NOT NULL, run_id BIGINT NOT NULL, UNIQUE (claim_id, decision_id));

-- what the night may approve in two people's name, and what it has --------------------------------------------------------
CREATE TABLE standings (
  id BIGINT NOT NULL PRIMARY KEY, kinds VARBINARY(128) NOT NULL, items VARBINARY(1024) NOT NULL, from_on INT NOT NULL, to_on INT NOT NULL,
  line_fen BIGINT NOT NULL CHECK (line_fen > 0), night_fen BIGINT NOT NULL, period_fen BIGINT NOT NULL,
  used_fen BIGINT NOT NULL, basis_no VARBINARY(192) NOT NULL, basis_on INT NOT NULL, reason VARBINARY(255) NOT NULL, maker_id BIGINT NOT NULL, checker_id BIGINT NOT NULL,
  plan_id BIGINT NOT NULL UNIQUE, approval_id BIGINT NOT NULL UNIQUE, since BIGINT NOT NULL, ended_at BIGINT NOT NULL, ended_by VARBINARY(64) NOT NULL, end_reason VARBINARY(255) NOT NULL,
  CHECK (night_fen >= line_fen), CHECK (period_fen >= night_fen), CHECK (used_fen >= 0 AND used_fen <= period_fen), CHECK (maker_id <> checker_id), CHECK (from_on <= to_on));
CREATE TABLE standing_nights (
  standing_id BIGINT NOT NULL, night INT NOT NULL, limit_fen BIGINT NOT NULL, used_fen BIGINT NOT NULL, PRIMARY KEY (standing_id, night),
  CHECK (used_fen >= 0 AND used_fen <= limit_fen));
CREATE TABLE standing_uses (
  approval_id BIGINT NOT NULL PRIMARY KEY, standing_id BIGINT NOT NULL, plan_id BIGINT NOT NULL UNIQUE, night INT NOT NULL, line_count INT NOT NULL,
  most_fen BIGINT NOT NULL, total_fen BIGINT NOT NULL, run_id BIGINT NOT NULL, at BIGINT NOT NULL);
CREATE INDEX standing_uses_at ON standing_uses (at);
ALTER TABLE approvals ADD COLUMN standing_id BIGINT NOT NULL DEFAULT 0;

-- +goose Up
-- Awards of other policies, as offices told us: whose, for what, how much, paid or not. Append-only; of the rows of one organisation, kind,
-- key and policy the one with the greatest (known_on, rev) is the truth. For a person fact_key is the keyed hash of the identity number.
CREATE TABLE external_awards (
  id BIGINT NOT NULL PRIMARY KEY, org_id BIGINT NOT NULL, kind VARBINARY(32) NOT NULL, fact_key VARBINARY(96) NOT NULL, policy VARBINARY(255) NOT NULL, document VARBINARY(255) NOT NULL, issuer VARBINARY(255) NOT NULL,
  on_day INT NOT NULL, amount_known TINYINT NOT NULL, amount_fen BIGINT NOT NULL CHECK (amount_fen >= 0), paid_fen BIGINT NOT NULL CHECK (paid_fen >= 0), choice VARBINARY(16) NOT NULL, source VARBINARY(255) NOT NULL,
  known_on INT NOT NULL, rev INT NOT NULL, withdrawn TINYINT NOT NULL, import_id BIGINT NOT NULL, UNIQUE (org_id, kind, fact_key, policy, known_on, rev));
CREATE INDEX external_awards_known ON external_awards (known_on);
CREATE INDEX external_awards_key ON external_awards (kind, fact_key);

-- What late facts change after an award (补差, 追回), and choices between two awards that the text leaves to people (choice). One live case a claim.
CREATE TABLE adjustments (
  id BIGINT NOT NULL PRIMARY KEY, org_id BIGINT NOT NULL, claim_id BIGINT NOT NULL, award_id BIGINT NOT NULL, kind VARBINARY(16) NOT NULL CHECK (kind IN ('topup', 'clawback', 'choice')),
  amount_fen BIGINT NOT NULL CHECK (amount_fen >= 0), was_fen BIGINT NOT NULL, now_fen BIGINT NOT NULL, decision_id BIGINT NOT NULL, cause BLOB NOT NULL,
  state VARBINARY(16) NOT NULL CHECK (state IN ('open', 'proposed', 'approved', 'settled', 'written_off')), reason BLOB NOT NULL, plan_id BIGINT NOT NULL, new_award_id BIGINT NOT NULL,
  settled_fen BIGINT NOT NULL, opened_on INT NOT NULL, told_on INT NOT NULL, hear_until INT NOT NULL, changed_on INT NOT NULL, run_id BIGINT NOT NULL, version INT NOT NULL,
  live_claim BIGINT GENERATED ALWAYS AS (CASE WHEN state IN ('open', 'proposed', 'approved') THEN claim_id END) STORED UNIQUE,
  CHECK (settled_fen >= 0 AND settled_fen <= amount_fen));
CREATE INDEX adjustments_org ON adjustments (org_id);
CREATE INDEX adjustments_claim ON adjustments (claim_id, state);
-- What happened to a case: told, heard, set off against an instalment, paid back. Written once.
CREATE TABLE adjustment_steps (
  adjustment_id BIGINT NOT NULL, no INT NOT NULL, kind VARBINARY(16) NOT NULL, amount_fen BIGINT NOT NULL, award_id BIGINT NOT NULL, instalment_no INT NOT NULL, text BLOB NOT NULL,
  on_day INT NOT NULL, actor VARBINARY(64) NOT NULL, run_id BIGINT NOT NULL, PRIMARY KEY (adjustment_id, no));

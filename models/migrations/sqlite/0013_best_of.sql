-- +goose Up
-- Awards of other policies, as offices told us: whose, for what, how much, paid or not. Append-only; of the rows of one organisation, kind,
-- key and policy the one with the greatest (known_on, rev) is the truth. For a person fact_key is the keyed hash of the identity number.
CREATE TABLE external_awards (
  id INTEGER NOT NULL PRIMARY KEY, org_id INTEGER NOT NULL, kind TEXT NOT NULL, fact_key TEXT NOT NULL, policy TEXT NOT NULL, document TEXT NOT NULL, issuer TEXT NOT NULL,
  on_day INTEGER NOT NULL, amount_known INTEGER NOT NULL, amount_fen INTEGER NOT NULL CHECK (amount_fen >= 0), paid_fen INTEGER NOT NULL CHECK (paid_fen >= 0), choice TEXT NOT NULL, source TEXT NOT NULL,
  known_on INTEGER NOT NULL, rev INTEGER NOT NULL, withdrawn INTEGER NOT NULL, import_id INTEGER NOT NULL, UNIQUE (org_id, kind, fact_key, policy, known_on, rev));
CREATE INDEX external_awards_known ON external_awards (known_on);
CREATE INDEX external_awards_key ON external_awards (kind, fact_key);

-- What late facts change after an award (补差, 追回), and choices between two awards that the text leaves to people (choice). One live case a claim.
CREATE TABLE adjustments (
  id INTEGER NOT NULL PRIMARY KEY, org_id INTEGER NOT NULL, claim_id INTEGER NOT NULL, award_id INTEGER NOT NULL, kind TEXT NOT NULL CHECK (kind IN ('topup', 'clawback', 'choice')),
  amount_fen INTEGER NOT NULL CHECK (amount_fen >= 0), was_fen INTEGER NOT NULL, now_fen INTEGER NOT NULL, decision_id INTEGER NOT NULL, cause TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'proposed', 'approved', 'settled', 'written_off')), reason TEXT NOT NULL, plan_id INTEGER NOT NULL, new_award_id INTEGER NOT NULL,
  settled_fen INTEGER NOT NULL, opened_on INTEGER NOT NULL, told_on INTEGER NOT NULL, hear_until INTEGER NOT NULL, changed_on INTEGER NOT NULL, run_id INTEGER NOT NULL, version INTEGER NOT NULL,
  live_claim INTEGER GENERATED ALWAYS AS (CASE WHEN state IN ('open', 'proposed', 'approved') THEN claim_id END) STORED UNIQUE,
  CHECK (settled_fen >= 0 AND settled_fen <= amount_fen));
CREATE INDEX adjustments_org ON adjustments (org_id);
CREATE INDEX adjustments_claim ON adjustments (claim_id, state);
-- What happened to a case: told, heard, set off against an instalment, paid back. Written once.
CREATE TABLE adjustment_steps (
  adjustment_id INTEGER NOT NULL, no INTEGER NOT NULL, kind TEXT NOT NULL, amount_fen INTEGER NOT NULL, award_id INTEGER NOT NULL, instalment_no INTEGER NOT NULL, text TEXT NOT NULL,
  on_day INTEGER NOT NULL, actor TEXT NOT NULL, run_id INTEGER NOT NULL, PRIMARY KEY (adjustment_id, no)) WITHOUT ROWID;

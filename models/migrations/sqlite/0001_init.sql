-- +goose Up
-- Ids are ours (table counters), instants are UTC milliseconds, days are YYYYMMDD, months YYYYMM, money is fen.

CREATE TABLE counters (name TEXT NOT NULL PRIMARY KEY, last INTEGER NOT NULL);
CREATE TABLE meta (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL);

-- who and where ---------------------------------------------------------------------------------------------------
CREATE TABLE organisations (
  id INTEGER NOT NULL PRIMARY KEY, code TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, name TEXT NOT NULL, known_on INTEGER NOT NULL);
CREATE INDEX organisations_name ON organisations (name);
CREATE TABLE enterprises (id INTEGER NOT NULL PRIMARY KEY, code TEXT NOT NULL UNIQUE, name TEXT NOT NULL, known_on INTEGER NOT NULL);
CREATE TABLE key_enterprises (
  id INTEGER NOT NULL PRIMARY KEY, enterprise_id INTEGER NOT NULL, chain TEXT NOT NULL, from_on INTEGER NOT NULL, to_on INTEGER NOT NULL,
  known_on INTEGER NOT NULL, rev INTEGER NOT NULL, import_id INTEGER NOT NULL, UNIQUE (enterprise_id, chain, from_on, known_on, rev));
CREATE INDEX key_enterprises_known ON key_enterprises (known_on);
CREATE TABLE members (
  id INTEGER NOT NULL PRIMARY KEY, code TEXT NOT NULL UNIQUE, name TEXT NOT NULL, active INTEGER NOT NULL, person_mac TEXT NOT NULL,
  channel TEXT NOT NULL, channel_id TEXT NOT NULL, morning TEXT NOT NULL, muted TEXT NOT NULL, since INTEGER NOT NULL);
CREATE TABLE member_roles (
  member_id INTEGER NOT NULL, role TEXT NOT NULL, org_id INTEGER NOT NULL, PRIMARY KEY (member_id, role, org_id));
CREATE INDEX member_roles_org ON member_roles (org_id, role);
CREATE TABLE code_tries (member_id INTEGER NOT NULL PRIMARY KEY, tries INTEGER NOT NULL, locked_until INTEGER NOT NULL);

-- what we were told -----------------------------------------------------------------------------------------------
CREATE TABLE imports (
  id INTEGER NOT NULL PRIMARY KEY, kind TEXT NOT NULL, sha256 TEXT NOT NULL, file_name TEXT NOT NULL, known_on INTEGER NOT NULL,
  total INTEGER NOT NULL, accepted INTEGER NOT NULL, warned INTEGER NOT NULL, changed INTEGER NOT NULL,
  actor TEXT NOT NULL, run_id INTEGER NOT NULL, at INTEGER NOT NULL, UNIQUE (kind, sha256));
CREATE TABLE staged_files (
  sha256 TEXT NOT NULL, part INTEGER NOT NULL, kind TEXT NOT NULL, file_name TEXT NOT NULL, known_on INTEGER NOT NULL,
  body BLOB NOT NULL, expires_at INTEGER NOT NULL, PRIMARY KEY (sha256, part));
CREATE TABLE people (
  id INTEGER NOT NULL PRIMARY KEY, id_mac TEXT NOT NULL UNIQUE, id_enc BLOB NOT NULL, name_enc BLOB NOT NULL, known_on INTEGER NOT NULL);
CREATE TABLE recruits (
  id INTEGER NOT NULL PRIMARY KEY, root_id INTEGER NOT NULL, org_id INTEGER NOT NULL, person_id INTEGER NOT NULL, enterprise_id INTEGER NOT NULL,
  hired_on INTEGER NOT NULL, category TEXT NOT NULL, paid_elsewhere INTEGER NOT NULL, withdrawn INTEGER NOT NULL,
  known_on INTEGER NOT NULL, rev INTEGER NOT NULL, import_id INTEGER NOT NULL,
  UNIQUE (org_id, person_id, enterprise_id, hired_on, known_on, rev));
CREATE INDEX recruits_person ON recruits (person_id);
CREATE INDEX recruits_root ON recruits (root_id);
CREATE INDEX recruits_known ON recruits (known_on);
CREATE INDEX recruits_payer ON recruits (enterprise_id, hired_on);
CREATE TABLE month_sets (
  person_id INTEGER NOT NULL, payer_id INTEGER NOT NULL, insurance TEXT NOT NULL, known_on INTEGER NOT NULL, rev INTEGER NOT NULL,
  insured TEXT NOT NULL, backpaid TEXT NOT NULL, late TEXT NOT NULL, import_id INTEGER NOT NULL,
  PRIMARY KEY (person_id, payer_id, insurance, known_on, rev)) WITHOUT ROWID;
CREATE TABLE month_coverage (
  payer_id INTEGER NOT NULL, insurance TEXT NOT NULL, month INTEGER NOT NULL, known_on INTEGER NOT NULL, import_id INTEGER NOT NULL,
  PRIMARY KEY (payer_id, insurance, month)) WITHOUT ROWID;
CREATE TABLE listings (
  id INTEGER NOT NULL PRIMARY KEY, code TEXT NOT NULL, org_id INTEGER NOT NULL, list TEXT NOT NULL, issuer TEXT NOT NULL, cause TEXT NOT NULL,
  from_on INTEGER NOT NULL, to_on INTEGER NOT NULL, known_on INTEGER NOT NULL, rev INTEGER NOT NULL, withdrawn INTEGER NOT NULL, import_id INTEGER NOT NULL,
  UNIQUE (code, list, from_on, known_on, rev));
CREATE INDEX listings_org ON listings (org_id);
CREATE INDEX listings_known ON listings (known_on);
CREATE TABLE facts (
  id INTEGER NOT NULL PRIMARY KEY, org_id INTEGER NOT NULL, kind TEXT NOT NULL, fact_key TEXT NOT NULL, on_day INTEGER NOT NULL, attrs TEXT NOT NULL,
  known_on INTEGER NOT NULL, rev INTEGER NOT NULL, withdrawn INTEGER NOT NULL, import_id INTEGER NOT NULL,
  UNIQUE (org_id, kind, fact_key, known_on, rev));
CREATE INDEX facts_known ON facts (known_on, kind);
CREATE INDEX facts_day ON facts (on_day);

-- what the insurance check made of it -----------------------------------------------------------------------------
CREATE TABLE rechecks (from_on INTEGER NOT NULL, root_id INTEGER NOT NULL, PRIMARY KEY (from_on, root_id)) WITHOUT ROWID;
CREATE TABLE insurance_states (
  root_id INTEGER NOT NULL PRIMARY KEY, org_id INTEGER NOT NULL, hire_year INTEGER NOT NULL, hired_on INTEGER NOT NULL, person_id INTEGER NOT NULL, payer_id INTEGER NOT NULL,
  insured TEXT NOT NULL, backpaid TEXT NOT NULL, late TEXT NOT NULL, known TEXT NOT NULL, as_of INTEGER NOT NULL,
  months INTEGER NOT NULL, state TEXT NOT NULL, reached INTEGER NOT NULL, earliest INTEGER NOT NULL, reading TEXT NOT NULL, changed_on INTEGER NOT NULL);
CREATE TABLE insurance_changes (
  id INTEGER NOT NULL PRIMARY KEY, root_id INTEGER NOT NULL, org_id INTEGER NOT NULL, hire_year INTEGER NOT NULL, on_day INTEGER NOT NULL,
  was TEXT NOT NULL, became TEXT NOT NULL, months INTEGER NOT NULL, run_id INTEGER NOT NULL);
CREATE INDEX insurance_changes_day ON insurance_changes (on_day, org_id);

-- claims and what was decided of them -----------------------------------------------------------------------------
CREATE TABLE claims (
  id INTEGER NOT NULL PRIMARY KEY, item TEXT NOT NULL, org_id INTEGER NOT NULL, fact_key TEXT NOT NULL, fact_on INTEGER NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL,
  decision_id INTEGER NOT NULL, plan_id INTEGER NOT NULL, publicity TEXT NOT NULL, opened_on INTEGER NOT NULL, changed_on INTEGER NOT NULL,
  UNIQUE (item, org_id, fact_key));
CREATE INDEX claims_org ON claims (org_id);
CREATE INDEX claims_state ON claims (state);
CREATE TABLE decisions (
  id INTEGER NOT NULL PRIMARY KEY, claim_id INTEGER NOT NULL, seq INTEGER NOT NULL, outcome TEXT NOT NULL, amount_fen INTEGER NOT NULL, reason TEXT NOT NULL, clause TEXT NOT NULL,
  book TEXT NOT NULL, policy_version TEXT NOT NULL, effective_from INTEGER NOT NULL, on_day INTEGER NOT NULL, known_on INTEGER NOT NULL,
  facts TEXT NOT NULL, result TEXT NOT NULL, hash TEXT NOT NULL, run_id INTEGER NOT NULL, UNIQUE (claim_id, seq));

-- plans and approvals: two people, one frozen plan ------------------------------------------------------------------
CREATE TABLE plans (
  id INTEGER NOT NULL PRIMARY KEY, kind TEXT NOT NULL, title TEXT NOT NULL, known_on INTEGER NOT NULL, made_on INTEGER NOT NULL, state TEXT NOT NULL,
  body TEXT NOT NULL, hash TEXT NOT NULL, line_count INTEGER NOT NULL, total_fen INTEGER NOT NULL, run_id INTEGER NOT NULL, UNIQUE (kind, hash, made_on));
CREATE TABLE plan_lines (
  plan_id INTEGER NOT NULL, no INTEGER NOT NULL, claim_id INTEGER NOT NULL, decision_id INTEGER NOT NULL, award_id INTEGER NOT NULL, instalment_no INTEGER NOT NULL,
  org_id INTEGER NOT NULL, item TEXT NOT NULL, amount_fen INTEGER NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (plan_id, no));
CREATE TABLE approvals (
  id INTEGER NOT NULL PRIMARY KEY, plan_id INTEGER NOT NULL, plan_hash TEXT NOT NULL, maker_id INTEGER NOT NULL, checker_id INTEGER, state TEXT NOT NULL,
  code_mac TEXT NOT NULL, reason TEXT NOT NULL, submitted_at INTEGER NOT NULL, expires_on INTEGER NOT NULL, decided_at INTEGER NOT NULL, run_id INTEGER NOT NULL,
  live_plan INTEGER GENERATED ALWAYS AS (CASE WHEN state IN ('pending', 'approved') THEN plan_id END) STORED UNIQUE,
  live_code TEXT GENERATED ALWAYS AS (CASE WHEN state = 'pending' THEN code_mac END) STORED UNIQUE,
  CHECK (checker_id IS NULL OR checker_id <> maker_id));
CREATE TABLE legal_reviews (
  item TEXT NOT NULL PRIMARY KEY, document_no TEXT NOT NULL, document_on INTEGER NOT NULL, approval_id INTEGER NOT NULL, since INTEGER NOT NULL);

-- money -------------------------------------------------------------------------------------------------------------
CREATE TABLE awards (
  id INTEGER NOT NULL PRIMARY KEY, claim_id INTEGER NOT NULL UNIQUE, org_id INTEGER NOT NULL, item TEXT NOT NULL, clause TEXT NOT NULL, decision_id INTEGER NOT NULL,
  plan_id INTEGER NOT NULL, approval_id INTEGER NOT NULL, amount_fen INTEGER NOT NULL CHECK (amount_fen > 0), approved_on INTEGER NOT NULL,
  policy_version TEXT NOT NULL, state TEXT NOT NULL, run_id INTEGER NOT NULL, epoch INTEGER NOT NULL);
CREATE INDEX awards_org ON awards (org_id);
CREATE TABLE instalments (
  award_id INTEGER NOT NULL, no INTEGER NOT NULL CHECK (no BETWEEN 1 AND 12), amount_fen INTEGER NOT NULL CHECK (amount_fen >= 0), due_on INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('scheduled', 'due', 'held', 'in_batch', 'returned', 'paid', 'waived', 'cancelled')),
  reason TEXT NOT NULL, changed_on INTEGER NOT NULL, checked_on INTEGER NOT NULL, version INTEGER NOT NULL, PRIMARY KEY (award_id, no));
CREATE INDEX instalments_due ON instalments (state, due_on);
CREATE TABLE instalment_changes (
  award_id INTEGER NOT NULL, no INTEGER NOT NULL, version INTEGER NOT NULL, was TEXT NOT NULL, became TEXT NOT NULL, reason TEXT NOT NULL, on_day INTEGER NOT NULL,
  run_id INTEGER NOT NULL, epoch INTEGER NOT NULL, PRIMARY KEY (award_id, no, version));
CREATE TABLE quota_slots (
  round_key TEXT NOT NULL, slot_no INTEGER NOT NULL CHECK (slot_no BETWEEN 1 AND 10), award_id INTEGER NOT NULL, PRIMARY KEY (round_key, slot_no));
CREATE TABLE caps (
  cap_key TEXT NOT NULL PRIMARY KEY, limit_fen INTEGER NOT NULL, used_fen INTEGER NOT NULL, CHECK (used_fen >= 0 AND used_fen <= limit_fen));
CREATE TABLE cap_uses (cap_key TEXT NOT NULL, award_id INTEGER NOT NULL, amount_fen INTEGER NOT NULL, PRIMARY KEY (cap_key, award_id));
CREATE TABLE exclusions (excl_key TEXT NOT NULL PRIMARY KEY, award_id INTEGER NOT NULL);
CREATE TABLE person_rewards (
  person_id INTEGER NOT NULL PRIMARY KEY, award_id INTEGER NOT NULL, org_id INTEGER NOT NULL, hire_year INTEGER NOT NULL);

-- jobs --------------------------------------------------------------------------------------------------------------
CREATE TABLE job_settings (
  job TEXT NOT NULL PRIMARY KEY, first_slot_at INTEGER NOT NULL, paused INTEGER NOT NULL, reason TEXT NOT NULL, actor TEXT NOT NULL, at INTEGER NOT NULL);
CREATE TABLE job_runs (
  id INTEGER NOT NULL PRIMARY KEY, job TEXT NOT NULL, slot_key TEXT NOT NULL, slot_at INTEGER NOT NULL, business_date INTEGER NOT NULL, cause TEXT NOT NULL,
  actor TEXT NOT NULL, approval_id INTEGER NOT NULL, params TEXT NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL,
  owner TEXT NOT NULL, epoch INTEGER NOT NULL, lease_until INTEGER NOT NULL, cursor_key TEXT NOT NULL, done_items INTEGER NOT NULL, total_items INTEGER NOT NULL,
  attempt INTEGER NOT NULL, policy_version TEXT NOT NULL, binary_version TEXT NOT NULL, summary TEXT NOT NULL, error_code TEXT NOT NULL, error_text TEXT NOT NULL,
  queued_at INTEGER NOT NULL, started_at INTEGER NOT NULL, finished_at INTEGER NOT NULL,
  live_job TEXT GENERATED ALWAYS AS (CASE WHEN state = 'running' THEN job END) STORED UNIQUE,
  UNIQUE (job, slot_key));
CREATE INDEX job_runs_state ON job_runs (state, lease_until);
CREATE INDEX job_runs_slot ON job_runs (job, slot_at);
CREATE INDEX job_runs_ended ON job_runs (job, state, id);
CREATE TABLE run_chunks (
  run_id INTEGER NOT NULL, no INTEGER NOT NULL, epoch INTEGER NOT NULL, from_key TEXT NOT NULL, to_key TEXT NOT NULL, items INTEGER NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (run_id, no));
CREATE TABLE stops (
  id INTEGER NOT NULL PRIMARY KEY, actor TEXT NOT NULL, reason TEXT NOT NULL, since INTEGER NOT NULL, ended_at INTEGER NOT NULL, approval_id INTEGER NOT NULL,
  live INTEGER GENERATED ALWAYS AS (CASE WHEN ended_at = 0 THEN 1 END) STORED UNIQUE);

-- what people are told ------------------------------------------------------------------------------------------------
CREATE TABLE notices (
  id INTEGER NOT NULL PRIMARY KEY, dedupe_key TEXT NOT NULL UNIQUE, member_id INTEGER NOT NULL, org_id INTEGER NOT NULL, kind TEXT NOT NULL, thing TEXT NOT NULL, due_on INTEGER NOT NULL,
  payload TEXT NOT NULL, urgent INTEGER NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL, next_at INTEGER NOT NULL, tries INTEGER NOT NULL, ambiguous INTEGER NOT NULL,
  channel TEXT NOT NULL, provider_key TEXT NOT NULL, provider_task TEXT NOT NULL, digest_id INTEGER NOT NULL, owner TEXT NOT NULL, lease_until INTEGER NOT NULL,
  run_id INTEGER NOT NULL, created_at INTEGER NOT NULL, accepted_at INTEGER NOT NULL, delivered_at INTEGER NOT NULL, read_at INTEGER NOT NULL);
CREATE INDEX notices_due ON notices (state, next_at);
CREATE INDEX notices_member ON notices (member_id, state);
CREATE TABLE deliveries (
  notice_id INTEGER NOT NULL, try_no INTEGER NOT NULL, at INTEGER NOT NULL, outcome TEXT NOT NULL, code TEXT NOT NULL, detail TEXT NOT NULL, PRIMARY KEY (notice_id, try_no));

-- audit ---------------------------------------------------------------------------------------------------------------
CREATE TABLE audit_log (
  stream TEXT NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL, actor TEXT NOT NULL, os_user TEXT NOT NULL, action TEXT NOT NULL, entity TEXT NOT NULL,
  run_id INTEGER NOT NULL, canon TEXT NOT NULL, prev_hash TEXT NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (stream, seq));
CREATE TABLE audit_heads (stream TEXT NOT NULL PRIMARY KEY, seq INTEGER NOT NULL, hash TEXT NOT NULL);

-- Rows of the audit log are written once. (On MySQL the same is done by granting INSERT and SELECT only.)
-- +goose StatementBegin
CREATE TRIGGER audit_log_no_update BEFORE UPDATE ON audit_log BEGIN SELECT RAISE(ABORT, 'audit_log is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_log_no_delete BEFORE DELETE ON audit_log BEGIN SELECT RAISE(ABORT, 'audit_log is append-only'); END;
-- +goose StatementEnd

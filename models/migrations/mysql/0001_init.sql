-- +goose Up
-- Ids are ours (table counters), instants are UTC milliseconds, days are YYYYMMDD, months YYYYMM, money is fen.

CREATE TABLE counters (name VARBINARY(64) NOT NULL PRIMARY KEY, last BIGINT NOT NULL);
CREATE TABLE meta (name VARBINARY(64) NOT NULL PRIMARY KEY, value MEDIUMBLOB NOT NULL);

-- who and where ---------------------------------------------------------------------------------------------------
CREATE TABLE organisations (
  id BIGINT NOT NULL PRIMARY KEY, code VARBINARY(32) NOT NULL UNIQUE, kind VARBINARY(32) NOT NULL, name VARBINARY(255) NOT NULL, known_on INT NOT NULL);
CREATE INDEX organisations_name ON organisations (name);
CREATE TABLE enterprises (id BIGINT NOT NULL PRIMARY KEY, code VARBINARY(32) NOT NULL UNIQUE, name VARBINARY(255) NOT NULL, known_on INT NOT NULL);
CREATE TABLE key_enterprises (
  id BIGINT NOT NULL PRIMARY KEY, enterprise_id BIGINT NOT NULL, chain VARBINARY(96) NOT NULL, from_on INT NOT NULL, to_on INT NOT NULL,
  known_on INT NOT NULL, rev INT NOT NULL, import_id BIGINT NOT NULL, UNIQUE (enterprise_id, chain, from_on, known_on, rev));
CREATE INDEX key_enterprises_known ON key_enterprises (known_on);
CREATE TABLE members (
  id BIGINT NOT NULL PRIMARY KEY, code VARBINARY(64) NOT NULL UNIQUE, name VARBINARY(96) NOT NULL, active TINYINT NOT NULL, person_mac VARBINARY(64) NOT NULL,
  channel VARBINARY(32) NOT NULL, channel_id VARBINARY(96) NOT NULL, morning VARBINARY(32) NOT NULL, muted MEDIUMBLOB NOT NULL, since BIGINT NOT NULL);
CREATE TABLE member_roles (
  member_id BIGINT NOT NULL, role VARBINARY(32) NOT NULL, org_id BIGINT NOT NULL, PRIMARY KEY (member_id, role, org_id));
CREATE INDEX member_roles_org ON member_roles (org_id, role);
CREATE TABLE code_tries (member_id BIGINT NOT NULL PRIMARY KEY, tries INT NOT NULL, locked_until BIGINT NOT NULL);

-- what we were told -----------------------------------------------------------------------------------------------
CREATE TABLE imports (
  id BIGINT NOT NULL PRIMARY KEY, kind VARBINARY(32) NOT NULL, sha256 VARBINARY(64) NOT NULL, file_name VARBINARY(255) NOT NULL, known_on INT NOT NULL,
  total INT NOT NULL, accepted INT NOT NULL, warned INT NOT NULL, changed INT NOT NULL,
  actor VARBINARY(64) NOT NULL, run_id BIGINT NOT NULL, at BIGINT NOT NULL, UNIQUE (kind, sha256));
CREATE TABLE staged_files (
  sha256 VARBINARY(64) NOT NULL, part INT NOT NULL, kind VARBINARY(32) NOT NULL, file_name VARBINARY(255) NOT NULL, known_on INT NOT NULL,
  body MEDIUMBLOB NOT NULL, expires_at BIGINT NOT NULL, PRIMARY KEY (sha256, part));
CREATE TABLE people (
  id BIGINT NOT NULL PRIMARY KEY, id_mac VARBINARY(64) NOT NULL UNIQUE, id_enc VARBINARY(1024) NOT NULL, name_enc VARBINARY(1024) NOT NULL, known_on INT NOT NULL);
CREATE TABLE recruits (
  id BIGINT NOT NULL PRIMARY KEY, root_id BIGINT NOT NULL, org_id BIGINT NOT NULL, person_id BIGINT NOT NULL, enterprise_id BIGINT NOT NULL,
  hired_on INT NOT NULL, category VARBINARY(32) NOT NULL, paid_elsewhere TINYINT NOT NULL, withdrawn TINYINT NOT NULL,
  known_on INT NOT NULL, rev INT NOT NULL, import_id BIGINT NOT NULL,
  UNIQUE (org_id, person_id, enterprise_id, hired_on, known_on, rev));
CREATE INDEX recruits_person ON recruits (person_id);
CREATE INDEX recruits_root ON recruits (root_id);
CREATE INDEX recruits_known ON recruits (known_on);
CREATE INDEX recruits_payer ON recruits (enterprise_id, hired_on);
CREATE TABLE month_sets (
  person_id BIGINT NOT NULL, payer_id BIGINT NOT NULL, insurance VARBINARY(32) NOT NULL, known_on INT NOT NULL, rev INT NOT NULL,
  insured VARBINARY(64) NOT NULL, backpaid VARBINARY(64) NOT NULL, late VARBINARY(64) NOT NULL, import_id BIGINT NOT NULL,
  PRIMARY KEY (person_id, payer_id, insurance, known_on, rev));
CREATE TABLE month_coverage (
  payer_id BIGINT NOT NULL, insurance VARBINARY(32) NOT NULL, month INT NOT NULL, known_on INT NOT NULL, import_id BIGINT NOT NULL,
  PRIMARY KEY (payer_id, insurance, month));
CREATE TABLE listings (
  id BIGINT NOT NULL PRIMARY KEY, code VARBINARY(32) NOT NULL, org_id BIGINT NOT NULL, list VARBINARY(64) NOT NULL, issuer VARBINARY(255) NOT NULL, cause VARBINARY(255) NOT NULL,
  from_on INT NOT NULL, to_on INT NOT NULL, known_on INT NOT NULL, rev INT NOT NULL, withdrawn TINYINT NOT NULL, import_id BIGINT NOT NULL,
  UNIQUE (code, list, from_on, known_on, rev));
CREATE INDEX listings_org ON listings (org_id);
CREATE INDEX listings_known ON listings (known_on);
CREATE TABLE facts (
  id BIGINT NOT NULL PRIMARY KEY, org_id BIGINT NOT NULL, kind VARBINARY(32) NOT NULL, fact_key VARBINARY(96) NOT NULL, on_day INT NOT NULL, attrs MEDIUMBLOB NOT NULL,
  known_on INT NOT NULL, rev INT NOT NULL, withdrawn TINYINT NOT NULL, import_id BIGINT NOT NULL,
  UNIQUE (org_id, kind, fact_key, known_on, rev));
CREATE INDEX facts_known ON facts (known_on, kind);
CREATE INDEX facts_day ON facts (on_day);

-- what the insurance check made of it -----------------------------------------------------------------------------
CREATE TABLE rechecks (from_on INT NOT NULL, root_id BIGINT NOT NULL, PRIMARY KEY (from_on, root_id));
CREATE TABLE insurance_states (
  root_id BIGINT NOT NULL PRIMARY KEY, org_id BIGINT NOT NULL, hire_year INT NOT NULL, hired_on INT NOT NULL, person_id BIGINT NOT NULL, payer_id BIGINT NOT NULL,
  insured VARBINARY(64) NOT NULL, backpaid VARBINARY(64) NOT NULL, late VARBINARY(64) NOT NULL, known VARBINARY(64) NOT NULL, as_of INT NOT NULL,
  months INT NOT NULL, state VARBINARY(32) NOT NULL, reached INT NOT NULL, earliest INT NOT NULL, reading VARBINARY(64) NOT NULL, changed_on INT NOT NULL);
CREATE TABLE insurance_changes (
  id BIGINT NOT NULL PRIMARY KEY, root_id BIGINT NOT NULL, org_id BIGINT NOT NULL, hire_year INT NOT NULL, on_day INT NOT NULL,
  was VARBINARY(32) NOT NULL, became VARBINARY(32) NOT NULL, months INT NOT NULL, run_id BIGINT NOT NULL);
CREATE INDEX insurance_changes_day ON insurance_changes (on_day, org_id);

-- claims and what was decided of them -----------------------------------------------------------------------------
CREATE TABLE claims (
  id BIGINT NOT NULL PRIMARY KEY, item VARBINARY(64) NOT NULL, org_id BIGINT NOT NULL, fact_key VARBINARY(96) NOT NULL, fact_on INT NOT NULL, state VARBINARY(32) NOT NULL, reason VARBINARY(64) NOT NULL,
  decision_id BIGINT NOT NULL, plan_id BIGINT NOT NULL, publicity VARBINARY(32) NOT NULL, opened_on INT NOT NULL, changed_on INT NOT NULL,
  UNIQUE (item, org_id, fact_key));
CREATE INDEX claims_org ON claims (org_id);
CREATE INDEX claims_state ON claims (state);
CREATE TABLE decisions (
  id BIGINT NOT NULL PRIMARY KEY, claim_id BIGINT NOT NULL, seq INT NOT NULL, outcome VARBINARY(32) NOT NULL, amount_fen BIGINT NOT NULL, reason VARBINARY(64) NOT NULL, clause VARBINARY(64) NOT NULL,
  book VARBINARY(64) NOT NULL, policy_version VARBINARY(96) NOT NULL, effective_from INT NOT NULL, on_day INT NOT NULL, known_on INT NOT NULL,
  facts MEDIUMBLOB NOT NULL, result MEDIUMBLOB NOT NULL, hash VARBINARY(64) NOT NULL, run_id BIGINT NOT NULL, UNIQUE (claim_id, seq));

-- plans and approvals: two people, one frozen plan ------------------------------------------------------------------
CREATE TABLE plans (
  id BIGINT NOT NULL PRIMARY KEY, kind VARBINARY(32) NOT NULL, title VARBINARY(255) NOT NULL, known_on INT NOT NULL, made_on INT NOT NULL, state VARBINARY(32) NOT NULL,
  body MEDIUMBLOB NOT NULL, hash VARBINARY(64) NOT NULL, line_count INT NOT NULL, total_fen BIGINT NOT NULL, run_id BIGINT NOT NULL, UNIQUE (kind, hash, made_on));
CREATE TABLE plan_lines (
  plan_id BIGINT NOT NULL, no INT NOT NULL, claim_id BIGINT NOT NULL, decision_id BIGINT NOT NULL, award_id BIGINT NOT NULL, instalment_no INT NOT NULL,
  org_id BIGINT NOT NULL, item VARBINARY(64) NOT NULL, amount_fen BIGINT NOT NULL, state VARBINARY(32) NOT NULL, reason VARBINARY(64) NOT NULL, PRIMARY KEY (plan_id, no));
CREATE TABLE approvals (
  id BIGINT NOT NULL PRIMARY KEY, plan_id BIGINT NOT NULL, plan_hash VARBINARY(64) NOT NULL, maker_id BIGINT NOT NULL, checker_id BIGINT, state VARBINARY(32) NOT NULL,
  code_mac VARBINARY(64) NOT NULL, reason VARBINARY(255) NOT NULL, submitted_at BIGINT NOT NULL, expires_on INT NOT NULL, decided_at BIGINT NOT NULL, run_id BIGINT NOT NULL,
  live_plan BIGINT GENERATED ALWAYS AS (CASE WHEN state IN ('pending', 'approved') THEN plan_id END) STORED UNIQUE,
  live_code VARBINARY(64) GENERATED ALWAYS AS (CASE WHEN state = 'pending' THEN code_mac END) STORED UNIQUE,
  CHECK (checker_id IS NULL OR checker_id <> maker_id));
CREATE TABLE legal_reviews (
  item VARBINARY(64) NOT NULL PRIMARY KEY, document_no VARBINARY(96) NOT NULL, document_on INT NOT NULL, approval_id BIGINT NOT NULL, since BIGINT NOT NULL);

-- money -------------------------------------------------------------------------------------------------------------
CREATE TABLE awards (
  id BIGINT NOT NULL PRIMARY KEY, claim_id BIGINT NOT NULL UNIQUE, org_id BIGINT NOT NULL, item VARBINARY(64) NOT NULL, clause VARBINARY(64) NOT NULL, decision_id BIGINT NOT NULL,
  plan_id BIGINT NOT NULL, approval_id BIGINT NOT NULL, amount_fen BIGINT NOT NULL CHECK (amount_fen > 0), approved_on INT NOT NULL,
  policy_version VARBINARY(96) NOT NULL, state VARBINARY(32) NOT NULL, run_id BIGINT NOT NULL, epoch INT NOT NULL);
CREATE INDEX awards_org ON awards (org_id);
CREATE TABLE instalments (
  award_id BIGINT NOT NULL, no INT NOT NULL CHECK (no BETWEEN 1 AND 12), amount_fen BIGINT NOT NULL CHECK (amount_fen >= 0), due_on INT NOT NULL,
  state VARBINARY(32) NOT NULL CHECK (state IN ('scheduled', 'due', 'held', 'in_batch', 'returned', 'paid', 'waived', 'cancelled')),
  reason VARBINARY(64) NOT NULL, changed_on INT NOT NULL, checked_on INT NOT NULL, version INT NOT NULL, PRIMARY KEY (award_id, no));
CREATE INDEX instalments_due ON instalments (state, due_on);
CREATE TABLE instalment_changes (
  award_id BIGINT NOT NULL, no INT NOT NULL, version INT NOT NULL, was VARBINARY(32) NOT NULL, became VARBINARY(32) NOT NULL, reason VARBINARY(64) NOT NULL, on_day INT NOT NULL,
  run_id BIGINT NOT NULL, epoch INT NOT NULL, PRIMARY KEY (award_id, no, version));
CREATE TABLE quota_slots (
  round_key VARBINARY(96) NOT NULL, slot_no INT NOT NULL CHECK (slot_no BETWEEN 1 AND 10), award_id BIGINT NOT NULL, PRIMARY KEY (round_key, slot_no));
CREATE TABLE caps (
  cap_key VARBINARY(96) NOT NULL PRIMARY KEY, limit_fen BIGINT NOT NULL, used_fen BIGINT NOT NULL, CHECK (used_fen >= 0 AND used_fen <= limit_fen));
CREATE TABLE cap_uses (cap_key VARBINARY(96) NOT NULL, award_id BIGINT NOT NULL, amount_fen BIGINT NOT NULL, PRIMARY KEY (cap_key, award_id));
CREATE TABLE exclusions (excl_key VARBINARY(96) NOT NULL PRIMARY KEY, award_id BIGINT NOT NULL);
CREATE TABLE person_rewards (
  person_id BIGINT NOT NULL PRIMARY KEY, award_id BIGINT NOT NULL, org_id BIGINT NOT NULL, hire_year INT NOT NULL);

-- jobs --------------------------------------------------------------------------------------------------------------
CREATE TABLE job_settings (
  job VARBINARY(64) NOT NULL PRIMARY KEY, first_slot_at BIGINT NOT NULL, paused TINYINT NOT NULL, reason VARBINARY(255) NOT NULL, actor VARBINARY(64) NOT NULL, at BIGINT NOT NULL);
CREATE TABLE job_runs (
  id BIGINT NOT NULL PRIMARY KEY, job VARBINARY(64) NOT NULL, slot_key VARBINARY(96) NOT NULL, slot_at BIGINT NOT NULL, business_date INT NOT NULL, cause VARBINARY(32) NOT NULL,
  actor VARBINARY(64) NOT NULL, approval_id BIGINT NOT NULL, params MEDIUMBLOB NOT NULL, state VARBINARY(32) NOT NULL, reason VARBINARY(255) NOT NULL,
  owner VARBINARY(96) NOT NULL, epoch INT NOT NULL, lease_until BIGINT NOT NULL, cursor_key VARBINARY(255) NOT NULL, done_items INT NOT NULL, total_items INT NOT NULL,
  attempt INT NOT NULL, policy_version VARBINARY(96) NOT NULL, binary_version VARBINARY(64) NOT NULL, summary MEDIUMBLOB NOT NULL, error_code VARBINARY(64) NOT NULL, error_text MEDIUMBLOB NOT NULL,
  queued_at BIGINT NOT NULL, started_at BIGINT NOT NULL, finished_at BIGINT NOT NULL,
  live_job VARBINARY(64) GENERATED ALWAYS AS (CASE WHEN state = 'running' THEN job END) STORED UNIQUE,
  UNIQUE (job, slot_key));
CREATE INDEX job_runs_state ON job_runs (state, lease_until);
CREATE INDEX job_runs_slot ON job_runs (job, slot_at);
CREATE INDEX job_runs_ended ON job_runs (job, state, id);
CREATE TABLE run_chunks (
  run_id BIGINT NOT NULL, no INT NOT NULL, epoch INT NOT NULL, from_key VARBINARY(255) NOT NULL, to_key VARBINARY(255) NOT NULL, items INT NOT NULL, at BIGINT NOT NULL,
  PRIMARY KEY (run_id, no));
CREATE TABLE stops (
  id BIGINT NOT NULL PRIMARY KEY, actor VARBINARY(64) NOT NULL, reason VARBINARY(255) NOT NULL, since BIGINT NOT NULL, ended_at BIGINT NOT NULL, approval_id BIGINT NOT NULL,
  live INT GENERATED ALWAYS AS (CASE WHEN ended_at = 0 THEN 1 END) STORED UNIQUE);

-- what people are told ------------------------------------------------------------------------------------------------
CREATE TABLE notices (
  id BIGINT NOT NULL PRIMARY KEY, dedupe_key VARBINARY(255) NOT NULL UNIQUE, member_id BIGINT NOT NULL, org_id BIGINT NOT NULL, kind VARBINARY(64) NOT NULL, thing VARBINARY(96) NOT NULL, due_on INT NOT NULL,
  payload MEDIUMBLOB NOT NULL, urgent TINYINT NOT NULL, state VARBINARY(32) NOT NULL, reason VARBINARY(255) NOT NULL, next_at BIGINT NOT NULL, tries INT NOT NULL, ambiguous INT NOT NULL,
  channel VARBINARY(32) NOT NULL, provider_key VARBINARY(64) NOT NULL, provider_task VARBINARY(96) NOT NULL, digest_id BIGINT NOT NULL, owner VARBINARY(96) NOT NULL, lease_until BIGINT NOT NULL,
  run_id BIGINT NOT NULL, created_at BIGINT NOT NULL, accepted_at BIGINT NOT NULL, delivered_at BIGINT NOT NULL, read_at BIGINT NOT NULL);
CREATE INDEX notices_due ON notices (state, next_at);
CREATE INDEX notices_member ON notices (member_id, state);
CREATE TABLE deliveries (
  notice_id BIGINT NOT NULL, try_no INT NOT NULL, at BIGINT NOT NULL, outcome VARBINARY(32) NOT NULL, code VARBINARY(64) NOT NULL, detail MEDIUMBLOB NOT NULL, PRIMARY KEY (notice_id, try_no));

-- audit ---------------------------------------------------------------------------------------------------------------
CREATE TABLE audit_log (
  stream VARBINARY(32) NOT NULL, seq BIGINT NOT NULL, at BIGINT NOT NULL, actor VARBINARY(64) NOT NULL, os_user VARBINARY(64) NOT NULL, action VARBINARY(64) NOT NULL, entity VARBINARY(96) NOT NULL,
  run_id BIGINT NOT NULL, canon MEDIUMBLOB NOT NULL, prev_hash VARBINARY(64) NOT NULL, hash VARBINARY(64) NOT NULL, PRIMARY KEY (stream, seq));
CREATE TABLE audit_heads (stream VARBINARY(32) NOT NULL PRIMARY KEY, seq BIGINT NOT NULL, hash VARBINARY(64) NOT NULL);

-- +goose Up
-- The ledger: who holds how much. (What forbids a change of transfers is made by models/ledger_guard.go: not every server lets a schema have it.)
-- A posted amount is there; what is pending has been ordered and not yet answered. An award never holds less than it has ordered.
CREATE TABLE accounts (
  code VARBINARY(64) NOT NULL PRIMARY KEY, kind VARBINARY(32) NOT NULL CHECK (kind IN ('budget', 'award', 'transit', 'paid', 'returned', 'suspense')), posted_fen BIGINT NOT NULL,
  pending_out_fen BIGINT NOT NULL CHECK (pending_out_fen >= 0), pending_in_fen BIGINT NOT NULL CHECK (pending_in_fen >= 0),
  CHECK (kind IN ('budget', 'suspense') OR posted_fen - pending_out_fen >= 0));
CREATE TABLE transfers (
  id VARBINARY(96) NOT NULL PRIMARY KEY, kind VARBINARY(32) NOT NULL CHECK (kind IN ('award', 'pending', 'post', 'void', 'return', 'reopen', 'release', 'suspense', 'clear')), pending_id VARBINARY(96) NOT NULL,
  debit VARBINARY(64) NOT NULL, credit VARBINARY(64) NOT NULL, amount_fen BIGINT NOT NULL CHECK (amount_fen > 0), award_id BIGINT NOT NULL, no INT NOT NULL, attempt INT NOT NULL,
  batch_id BIGINT NOT NULL, run_id BIGINT NOT NULL, epoch INT NOT NULL, actor VARBINARY(64) NOT NULL, reason VARBINARY(64) NOT NULL, on_day INT NOT NULL, at BIGINT NOT NULL,
  resolves VARBINARY(96) GENERATED ALWAYS AS (CASE WHEN kind IN ('post', 'void') THEN pending_id END) STORED UNIQUE,
  UNIQUE (kind, award_id, no, attempt), CHECK (debit <> credit));
CREATE INDEX transfers_award ON transfers (award_id, no);

-- Where an organisation is paid. Number and holder are encrypted; two people make a row active, and the newest active one of a day counts.
CREATE TABLE bank_accounts (
  id BIGINT NOT NULL PRIMARY KEY, org_id BIGINT NOT NULL, holder_enc VARBINARY(1024) NOT NULL, number_enc VARBINARY(1024) NOT NULL, number_mac VARBINARY(64) NOT NULL, mask VARBINARY(64) NOT NULL, bank VARBINARY(255) NOT NULL, bank_code VARBINARY(32) NOT NULL,
  closed TINYINT NOT NULL, from_on INT NOT NULL, known_on INT NOT NULL, state VARBINARY(32) NOT NULL CHECK (state IN ('proposed', 'active')), plan_id BIGINT NOT NULL, active_on INT NOT NULL);
CREATE INDEX bank_accounts_org ON bank_accounts (org_id, state);

CREATE TABLE batches (
  id BIGINT NOT NULL PRIMARY KEY, year INT NOT NULL, seq INT NOT NULL, business_date INT NOT NULL,
  state VARBINARY(32) NOT NULL CHECK (state IN ('draft', 'approved', 'exported', 'confirmed', 'partly_returned', 'cancelled', 'refused')), line_count INT NOT NULL, total_fen BIGINT NOT NULL,
  plan_id BIGINT NOT NULL UNIQUE, layout VARBINARY(4096) NOT NULL, anchor VARBINARY(255) NOT NULL, list_hash VARBINARY(64) NOT NULL, file_sha256 VARBINARY(64) NOT NULL, csv_sha256 VARBINARY(64) NOT NULL, exported_on INT NOT NULL, exported_by VARBINARY(64) NOT NULL,
  changed_on INT NOT NULL, run_id BIGINT NOT NULL, epoch INT NOT NULL, UNIQUE (year, seq));
CREATE INDEX batches_state ON batches (state);
-- What a line says is frozen here: organisations are renamed, books revised. An instalment is in one live line at most.
CREATE TABLE batch_lines (
  batch_id BIGINT NOT NULL, no INT NOT NULL, award_id BIGINT NOT NULL, instalment_no INT NOT NULL, attempt INT NOT NULL, org_id BIGINT NOT NULL, org_code VARBINARY(64) NOT NULL, org_name VARBINARY(512) NOT NULL,
  purpose VARBINARY(512) NOT NULL, clause VARBINARY(64) NOT NULL, amount_fen BIGINT NOT NULL CHECK (amount_fen > 0), account_id BIGINT NOT NULL, line_ref VARBINARY(64) NOT NULL UNIQUE,
  state VARBINARY(32) NOT NULL CHECK (state IN ('ordered', 'paid', 'returned', 'held')), reason VARBINARY(512) NOT NULL, answered_on INT NOT NULL, bank_ref VARBINARY(96) NOT NULL,
  live BIGINT GENERATED ALWAYS AS (CASE WHEN state IN ('ordered', 'paid') THEN award_id * 100 + instalment_no END) STORED UNIQUE,
  PRIMARY KEY (batch_id, no), UNIQUE (award_id, instalment_no, attempt));

-- What the treasury answered, row by row. The same answer in another file is the same answer.
CREATE TABLE receipts (
  id BIGINT NOT NULL PRIMARY KEY, answer_key VARBINARY(64) NOT NULL UNIQUE, line_ref VARBINARY(64) NOT NULL, batch_text VARBINARY(96) NOT NULL, amount_fen BIGINT NOT NULL, result VARBINARY(32) NOT NULL CHECK (result IN ('paid', 'returned')),
  answered_on INT NOT NULL, bank_ref VARBINARY(96) NOT NULL, note VARBINARY(512) NOT NULL, state VARBINARY(32) NOT NULL CHECK (state IN ('applied', 'suspense', 'cleared')), why VARBINARY(64) NOT NULL, batch_id BIGINT NOT NULL, line_no INT NOT NULL,
  known_on INT NOT NULL, import_id BIGINT NOT NULL, run_id BIGINT NOT NULL, cleared_by VARBINARY(64) NOT NULL, cleared_note VARBINARY(512) NOT NULL, cleared_on INT NOT NULL);
CREATE INDEX receipts_line ON receipts (line_ref);
CREATE INDEX receipts_state ON receipts (state);

-- Awards made before there was a ledger open in it as if it had been there: each is reserved from the budget of its year. None of their parts was in a batch.
INSERT INTO accounts (code, kind, posted_fen, pending_out_fen, pending_in_fen) VALUES ('transit', 'transit', 0, 0, 0), ('paid', 'paid', 0, 0, 0), ('returned', 'returned', 0, 0, 0), ('suspense', 'suspense', 0, 0, 0);
INSERT INTO accounts (code, kind, posted_fen, pending_out_fen, pending_in_fen) SELECT CONCAT('budget:', approved_on DIV 10000), 'budget', -SUM(amount_fen), 0, 0 FROM awards GROUP BY approved_on DIV 10000;
INSERT INTO accounts (code, kind, posted_fen, pending_out_fen, pending_in_fen) SELECT CONCAT('award:', id), 'award', amount_fen, 0, 0 FROM awards;
INSERT INTO transfers (id, kind, pending_id, debit, credit, amount_fen, award_id, no, attempt, batch_id, run_id, epoch, actor, reason, on_day, at)
  SELECT CONCAT('award|', id, '|0|0'), 'award', '', CONCAT('budget:', approved_on DIV 10000), CONCAT('award:', id), amount_fen, id, 0, 0, 0, run_id, epoch, 'system', 'OPENING', approved_on, 0 FROM awards;

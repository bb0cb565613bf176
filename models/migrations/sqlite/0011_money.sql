-- +goose Up
-- The ledger: who holds how much. A posted amount is there; what is pending has been ordered and not yet answered. An award never holds less than it has ordered.
CREATE TABLE accounts (
  code TEXT NOT NULL PRIMARY KEY, kind TEXT NOT NULL CHECK (kind IN ('budget', 'award', 'transit', 'paid', 'returned', 'suspense')), posted_fen INTEGER NOT NULL,
  pending_out_fen INTEGER NOT NULL CHECK (pending_out_fen >= 0), pending_in_fen INTEGER NOT NULL CHECK (pending_in_fen >= 0),
  CHECK (kind IN ('budget', 'suspense') OR posted_fen - pending_out_fen >= 0));
CREATE TABLE transfers (
  id TEXT NOT NULL PRIMARY KEY, kind TEXT NOT NULL CHECK (kind IN ('award', 'pending', 'post', 'void', 'return', 'reopen', 'release', 'suspense', 'clear')), pending_id TEXT NOT NULL,
  debit TEXT NOT NULL, credit TEXT NOT NULL, amount_fen INTEGER NOT NULL CHECK (amount_fen > 0), award_id INTEGER NOT NULL, no INTEGER NOT NULL, attempt INTEGER NOT NULL,
  batch_id INTEGER NOT NULL, run_id INTEGER NOT NULL, epoch INTEGER NOT NULL, actor TEXT NOT NULL, reason TEXT NOT NULL, on_day INTEGER NOT NULL, at INTEGER NOT NULL,
  resolves TEXT GENERATED ALWAYS AS (CASE WHEN kind IN ('post', 'void') THEN pending_id END) STORED UNIQUE,
  UNIQUE (kind, award_id, no, attempt), CHECK (debit <> credit));
CREATE INDEX transfers_award ON transfers (award_id, no);
-- +goose StatementBegin
CREATE TRIGGER transfers_no_update BEFORE UPDATE ON transfers BEGIN SELECT RAISE(ABORT, 'transfers are never changed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER transfers_no_delete BEFORE DELETE ON transfers BEGIN SELECT RAISE(ABORT, 'transfers are never deleted'); END;
-- +goose StatementEnd

-- Where an organisation is paid. Number and holder are encrypted; two people make a row active, and the newest active one of a day counts.
CREATE TABLE bank_accounts (
  id INTEGER NOT NULL PRIMARY KEY, org_id INTEGER NOT NULL, holder_enc BLOB NOT NULL, number_enc BLOB NOT NULL, number_mac TEXT NOT NULL, mask TEXT NOT NULL, bank TEXT NOT NULL, bank_code TEXT NOT NULL,
  closed INTEGER NOT NULL, from_on INTEGER NOT NULL, known_on INTEGER NOT NULL, state TEXT NOT NULL CHECK (state IN ('proposed', 'active')), plan_id INTEGER NOT NULL, active_on INTEGER NOT NULL);
CREATE INDEX bank_accounts_org ON bank_accounts (org_id, state);

CREATE TABLE batches (
  id INTEGER NOT NULL PRIMARY KEY, year INTEGER NOT NULL, seq INTEGER NOT NULL, business_date INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('draft', 'approved', 'exported', 'confirmed', 'partly_returned', 'cancelled', 'refused')), line_count INTEGER NOT NULL, total_fen INTEGER NOT NULL,
  plan_id INTEGER NOT NULL UNIQUE, layout TEXT NOT NULL, anchor TEXT NOT NULL, list_hash TEXT NOT NULL, file_sha256 TEXT NOT NULL, csv_sha256 TEXT NOT NULL, exported_on INTEGER NOT NULL, exported_by TEXT NOT NULL,
  changed_on INTEGER NOT NULL, run_id INTEGER NOT NULL, epoch INTEGER NOT NULL, UNIQUE (year, seq));
CREATE INDEX batches_state ON batches (state);
-- What a line says is frozen here: organisations are renamed, books revised. An instalment is in one live line at most.
CREATE TABLE batch_lines (
  batch_id INTEGER NOT NULL, no INTEGER NOT NULL, award_id INTEGER NOT NULL, instalment_no INTEGER NOT NULL, attempt INTEGER NOT NULL, org_id INTEGER NOT NULL, org_code TEXT NOT NULL, org_name TEXT NOT NULL,
  purpose TEXT NOT NULL, clause TEXT NOT NULL, amount_fen INTEGER NOT NULL CHECK (amount_fen > 0), account_id INTEGER NOT NULL, line_ref TEXT NOT NULL UNIQUE,
  state TEXT NOT NULL CHECK (state IN ('ordered', 'paid', 'returned', 'held')), reason TEXT NOT NULL, answered_on INTEGER NOT NULL, bank_ref TEXT NOT NULL,
  live INTEGER GENERATED ALWAYS AS (CASE WHEN state IN ('ordered', 'paid') THEN award_id * 100 + instalment_no END) STORED UNIQUE,
  PRIMARY KEY (batch_id, no), UNIQUE (award_id, instalment_no, attempt));

-- What the treasury answered, row by row. The same answer in another file is the same answer.
CREATE TABLE receipts (
  id INTEGER NOT NULL PRIMARY KEY, answer_key TEXT NOT NULL UNIQUE, line_ref TEXT NOT NULL, batch_text TEXT NOT NULL, amount_fen INTEGER NOT NULL, result TEXT NOT NULL CHECK (result IN ('paid', 'returned')),
  answered_on INTEGER NOT NULL, bank_ref TEXT NOT NULL, note TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('applied', 'suspense', 'cleared')), why TEXT NOT NULL, batch_id INTEGER NOT NULL, line_no INTEGER NOT NULL,
  known_on INTEGER NOT NULL, import_id INTEGER NOT NULL, run_id INTEGER NOT NULL, cleared_by TEXT NOT NULL, cleared_note TEXT NOT NULL, cleared_on INTEGER NOT NULL);
CREATE INDEX receipts_line ON receipts (line_ref);
CREATE INDEX receipts_state ON receipts (state);

-- Awards made before there was a ledger open in it as if it had been there: each is reserved from the budget of its year. None of their parts was in a batch.
INSERT INTO accounts (code, kind, posted_fen, pending_out_fen, pending_in_fen) VALUES ('transit', 'transit', 0, 0, 0), ('paid', 'paid', 0, 0, 0), ('returned', 'returned', 0, 0, 0), ('suspense', 'suspense', 0, 0, 0);
INSERT INTO accounts (code, kind, posted_fen, pending_out_fen, pending_in_fen) SELECT 'budget:' || (approved_on / 10000), 'budget', -SUM(amount_fen), 0, 0 FROM awards GROUP BY approved_on / 10000;
INSERT INTO accounts (code, kind, posted_fen, pending_out_fen, pending_in_fen) SELECT 'award:' || id, 'award', amount_fen, 0, 0 FROM awards;
INSERT INTO transfers (id, kind, pending_id, debit, credit, amount_fen, award_id, no, attempt, batch_id, run_id, epoch, actor, reason, on_day, at)
  SELECT 'award|' || id || '|0|0', 'award', '', 'budget:' || (approved_on / 10000), 'award:' || id, amount_fen, id, 0, 0, 0, run_id, epoch, 'system', 'OPENING', approved_on, 0 FROM awards;

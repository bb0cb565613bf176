-- +goose Up
-- A list shown to the public (公示): what was published, when and where, frozen with its hash.
CREATE TABLE publicities (
  id BIGINT NOT NULL PRIMARY KEY, subject_kind VARBINARY(32) NOT NULL, subject_id BIGINT NOT NULL, kind VARBINARY(32) NOT NULL, title VARBINARY(512) NOT NULL, days INT NOT NULL, state VARBINARY(32) NOT NULL,
  published_on INT NOT NULL, first_on INT NOT NULL, last_on INT NOT NULL, where_text VARBINARY(512) NOT NULL, object_to VARBINARY(512) NOT NULL, published_by VARBINARY(64) NOT NULL, published_at BIGINT NOT NULL,
  line_count INT NOT NULL, list_hash VARBINARY(64) NOT NULL, planned_on INT NOT NULL, closed_on INT NOT NULL, UNIQUE (subject_kind, subject_id));
CREATE INDEX publicities_state ON publicities (state, last_on);
-- Its lines as published: nothing in them identifies a person. What becomes of one line touches no other.
CREATE TABLE publicity_lines (
  publicity_id BIGINT NOT NULL, no INT NOT NULL, line_key VARBINARY(96) NOT NULL, org_id BIGINT NOT NULL, claim_id BIGINT NOT NULL, decision_id BIGINT NOT NULL,
  name VARBINARY(255) NOT NULL, code VARBINARY(32) NOT NULL, item VARBINARY(255) NOT NULL, amount_fen BIGINT NOT NULL, note VARBINARY(1024) NOT NULL, hash VARBINARY(64) NOT NULL, state VARBINARY(32) NOT NULL, reason VARBINARY(512) NOT NULL,
  PRIMARY KEY (publicity_id, no), UNIQUE (publicity_id, line_key));
CREATE INDEX publicity_lines_claim ON publicity_lines (claim_id);
CREATE INDEX publicity_lines_org ON publicity_lines (org_id);
-- Who objects to a line and why is for the officials who decide: the words are encrypted. One open objection a person and line.
CREATE TABLE objections (
  id BIGINT NOT NULL PRIMARY KEY, request VARBINARY(255) NOT NULL UNIQUE, publicity_id BIGINT NOT NULL, line_no INT NOT NULL, line_key VARBINARY(96) NOT NULL, by_org BIGINT NOT NULL, by_member BIGINT NOT NULL,
  text_enc MEDIUMBLOB NOT NULL, state VARBINARY(32) NOT NULL, made_on INT NOT NULL, made_at BIGINT NOT NULL, due_on INT NOT NULL, answer VARBINARY(2048) NOT NULL, plan_id BIGINT NOT NULL, decided_on INT NOT NULL,
  open_by VARBINARY(96) GENERATED ALWAYS AS (CASE WHEN state = 'open' THEN CONCAT(publicity_id, '/', line_no, '/', by_member) END) STORED UNIQUE);
CREATE INDEX objections_line ON objections (publicity_id, line_no, state);
CREATE INDEX objections_state ON objections (state, due_on);
-- The red and the black list of 三（四）. A black entry begins as a prior notice; the firm may state its case until answer_by.
CREATE TABLE list_entries (
  id BIGINT NOT NULL PRIMARY KEY, list VARBINARY(32) NOT NULL, org_id BIGINT NOT NULL, basis VARBINARY(1024) NOT NULL, state VARBINARY(32) NOT NULL, noticed_on INT NOT NULL, answer_by INT NOT NULL,
  plan_id BIGINT NOT NULL, listed_on INT NOT NULL, removal_plan_id BIGINT NOT NULL, removed_on INT NOT NULL, reason VARBINARY(512) NOT NULL,
  live_on VARBINARY(64) GENERATED ALWAYS AS (CASE WHEN state IN ('noticed', 'listed') THEN CONCAT(list, '/', org_id) END) STORED UNIQUE);
CREATE INDEX list_entries_org ON list_entries (org_id);
-- What a firm said to a prior notice (陈述申辩): every statement is kept.
CREATE TABLE list_statements (
  id BIGINT NOT NULL PRIMARY KEY, request VARBINARY(255) NOT NULL UNIQUE, entry_id BIGINT NOT NULL, by_member BIGINT NOT NULL, for_firm TINYINT NOT NULL, text_enc MEDIUMBLOB NOT NULL, made_on INT NOT NULL, made_at BIGINT NOT NULL);
CREATE INDEX list_statements_entry ON list_statements (entry_id);

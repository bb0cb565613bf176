-- +goose Up
-- A list shown to the public (公示): what was published, when and where, frozen with its hash.
CREATE TABLE publicities (
  id INTEGER NOT NULL PRIMARY KEY, subject_kind TEXT NOT NULL, subject_id INTEGER NOT NULL, kind TEXT NOT NULL, title TEXT NOT NULL, days INTEGER NOT NULL, state TEXT NOT NULL,
  published_on INTEGER NOT NULL, first_on INTEGER NOT NULL, last_on INTEGER NOT NULL, where_text TEXT NOT NULL, object_to TEXT NOT NULL, published_by TEXT NOT NULL, published_at INTEGER NOT NULL,
  line_count INTEGER NOT NULL, list_hash TEXT NOT NULL, planned_on INTEGER NOT NULL, closed_on INTEGER NOT NULL, UNIQUE (subject_kind, subject_id));
CREATE INDEX publicities_state ON publicities (state, last_on);
-- Its lines as published: nothing in them identifies a person. What becomes of one line touches no other.
CREATE TABLE publicity_lines (
  publicity_id INTEGER NOT NULL, no INTEGER NOT NULL, line_key TEXT NOT NULL, org_id INTEGER NOT NULL, claim_id INTEGER NOT NULL, decision_id INTEGER NOT NULL,
  name TEXT NOT NULL, code TEXT NOT NULL, item TEXT NOT NULL, amount_fen INTEGER NOT NULL, note TEXT NOT NULL, hash TEXT NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL,
  PRIMARY KEY (publicity_id, no), UNIQUE (publicity_id, line_key));
CREATE INDEX publicity_lines_claim ON publicity_lines (claim_id);
CREATE INDEX publicity_lines_org ON publicity_lines (org_id);
-- Who objects to a line and why is for the officials who decide: the words are encrypted. One open objection a person and line.
CREATE TABLE objections (
  id INTEGER NOT NULL PRIMARY KEY, request TEXT NOT NULL UNIQUE, publicity_id INTEGER NOT NULL, line_no INTEGER NOT NULL, line_key TEXT NOT NULL, by_org INTEGER NOT NULL, by_member INTEGER NOT NULL,
  text_enc BLOB NOT NULL, state TEXT NOT NULL, made_on INTEGER NOT NULL, made_at INTEGER NOT NULL, due_on INTEGER NOT NULL, answer TEXT NOT NULL, plan_id INTEGER NOT NULL, decided_on INTEGER NOT NULL,
  open_by TEXT GENERATED ALWAYS AS (CASE WHEN state = 'open' THEN publicity_id || '/' || line_no || '/' || by_member END) STORED UNIQUE);
CREATE INDEX objections_line ON objections (publicity_id, line_no, state);
CREATE INDEX objections_state ON objections (state, due_on);
-- The red and the black list of 三（四）. A black entry begins as a prior notice; the firm may state its case until answer_by.
CREATE TABLE list_entries (
  id INTEGER NOT NULL PRIMARY KEY, list TEXT NOT NULL, org_id INTEGER NOT NULL, basis TEXT NOT NULL, state TEXT NOT NULL, noticed_on INTEGER NOT NULL, answer_by INTEGER NOT NULL,
  plan_id INTEGER NOT NULL, listed_on INTEGER NOT NULL, removal_plan_id INTEGER NOT NULL, removed_on INTEGER NOT NULL, reason TEXT NOT NULL,
  live_on TEXT GENERATED ALWAYS AS (CASE WHEN state IN ('noticed', 'listed') THEN list || '/' || org_id END) STORED UNIQUE);
CREATE INDEX list_entries_org ON list_entries (org_id);
-- What a firm said to a prior notice (陈述申辩): every statement is kept.
CREATE TABLE list_statements (
  id INTEGER NOT NULL PRIMARY KEY, request TEXT NOT NULL UNIQUE, entry_id INTEGER NOT NULL, by_member INTEGER NOT NULL, for_firm INTEGER NOT NULL, text_enc BLOB NOT NULL, made_on INTEGER NOT NULL, made_at INTEGER NOT NULL);
CREATE INDEX list_statements_entry ON list_statements (entry_id);

-- +goose Up
-- Which step of which ladder was told of what: written with the notice, so that no step is told twice. anchor_on is the day that the ladder
-- leads to, or begins on; step the number of days, 0 = it was said that the day has passed.
CREATE TABLE reminders (
  kind TEXT NOT NULL, org_id INTEGER NOT NULL, thing TEXT NOT NULL, anchor_on INTEGER NOT NULL, step INTEGER NOT NULL, told_on INTEGER NOT NULL, run_id INTEGER NOT NULL,
  PRIMARY KEY (kind, org_id, thing, anchor_on, step)) WITHOUT ROWID;
CREATE INDEX reminders_anchor ON reminders (kind, anchor_on, org_id);
CREATE INDEX reminders_run ON reminders (run_id);

-- The last day of what a fact states (of a registration its licence or filing), 0 = none: to find what ends without reading all facts.
ALTER TABLE facts ADD COLUMN end_on INTEGER NOT NULL DEFAULT 0;
UPDATE facts SET end_on = CAST(REPLACE(json_extract(attrs, '$.permit_end'), '-', '') AS INTEGER)
  WHERE kind = 'registration' AND COALESCE(json_extract(attrs, '$.permit_end'), '') <> '';
CREATE INDEX facts_end ON facts (end_on, org_id);

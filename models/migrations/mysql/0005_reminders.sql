-- +goose Up
-- Which step of which ladder was told of what: written with the notice, so that no step is told twice. anchor_on is the day that the ladder
-- leads to, or begins on; step the number of days, 0 = it was said that the day has passed.
CREATE TABLE reminders (
  kind VARBINARY(32) NOT NULL, org_id BIGINT NOT NULL, thing VARBINARY(96) NOT NULL, anchor_on INT NOT NULL, step INT NOT NULL, told_on INT NOT NULL, run_id BIGINT NOT NULL,
  PRIMARY KEY (kind, org_id, thing, anchor_on, step));
CREATE INDEX reminders_anchor ON reminders (kind, anchor_on, org_id);
CREATE INDEX reminders_run ON reminders (run_id);

-- The last day of what a fact states (of a registration its licence or filing), 0 = none: to find what ends without reading all facts.
ALTER TABLE facts ADD COLUMN end_on INT NOT NULL DEFAULT 0;
UPDATE facts SET end_on = CAST(REPLACE(JSON_UNQUOTE(JSON_EXTRACT(CONVERT(attrs USING utf8mb4), '$.permit_end')), '-', '') AS UNSIGNED)
  WHERE kind = 'registration' AND COALESCE(JSON_UNQUOTE(JSON_EXTRACT(CONVERT(attrs USING utf8mb4), '$.permit_end')), '') NOT IN ('', 'null');
CREATE INDEX facts_end ON facts (end_on, org_id);

-- +goose Up
-- Who is proposed for a selection. A person has the number GR and eight digits; who that is stands, encrypted, in people. recruits is NULL as long as nobody said it.
CREATE TABLE nominees (
  id BIGINT NOT NULL PRIMARY KEY, kind VARBINARY(32) NOT NULL, year INT NOT NULL, code VARBINARY(32) NOT NULL, person_id BIGINT NOT NULL, recruits INT, note VARBINARY(512) NOT NULL,
  known_on INT NOT NULL, rev INT NOT NULL, withdrawn TINYINT NOT NULL, import_id BIGINT NOT NULL, UNIQUE (kind, year, code, known_on, rev));
-- What an expert says of a candidate: without an interest or aside, and the points, encrypted so that nobody reads them before all are in. code is empty in the row that appoints.
CREATE TABLE jury_scores (
  id BIGINT NOT NULL PRIMARY KEY, kind VARBINARY(32) NOT NULL, year INT NOT NULL, juror VARBINARY(32) NOT NULL, code VARBINARY(32) NOT NULL, aside TINYINT NOT NULL, points_enc VARBINARY(512) NOT NULL, points_mac VARBINARY(64) NOT NULL,
  known_on INT NOT NULL, rev INT NOT NULL, withdrawn TINYINT NOT NULL, import_id BIGINT NOT NULL, UNIQUE (kind, year, juror, code, known_on, rev));
-- Which office was asked for its opinion on a round, and until when (silence is no consent).
CREATE TABLE opinion_requests (
  round_id BIGINT NOT NULL, office VARBINARY(32) NOT NULL, asked_on INT NOT NULL, due_on INT NOT NULL, overdue_on INT NOT NULL, PRIMARY KEY (round_id, office));
CREATE TABLE opinions (
  id BIGINT NOT NULL PRIMARY KEY, kind VARBINARY(32) NOT NULL, year INT NOT NULL, office VARBINARY(32) NOT NULL, code VARBINARY(32) NOT NULL,
  verdict VARBINARY(32) NOT NULL CHECK (verdict IN ('agree', 'disagree', 'no_data')), reason VARBINARY(512) NOT NULL,
  known_on INT NOT NULL, rev INT NOT NULL, withdrawn TINYINT NOT NULL, import_id BIGINT NOT NULL, UNIQUE (kind, year, office, code, known_on, rev));
-- What people decided against the rank (集体研究) or in spite of an opinion, with their reason. One of a kind stands at a time; taking it back leaves it here.
CREATE TABLE round_rulings (
  id BIGINT NOT NULL PRIMARY KEY, round_id BIGINT NOT NULL, ruling VARBINARY(32) NOT NULL CHECK (ruling IN ('in', 'out', 'opinion')), subject VARBINARY(96) NOT NULL, office VARBINARY(32) NOT NULL,
  reason VARBINARY(512) NOT NULL CHECK (reason <> ''), basis VARBINARY(255) NOT NULL, actor VARBINARY(64) NOT NULL, at BIGINT NOT NULL, run_id BIGINT NOT NULL, ended_at BIGINT NOT NULL, ended_by VARBINARY(64) NOT NULL,
  live_thing VARBINARY(255) GENERATED ALWAYS AS (CASE WHEN ended_at = 0 THEN CONCAT(round_id, '/', CASE WHEN ruling = 'opinion' THEN office ELSE '' END, '/', subject) END) STORED UNIQUE);
-- The places of a round: an eleventh cannot exist, nobody has two. What was taken and freed, and why, stays in place_changes.
CREATE TABLE round_places (
  round_id BIGINT NOT NULL, place INT NOT NULL CHECK (place BETWEEN 1 AND 10), subject VARBINARY(96) NOT NULL, org_id BIGINT NOT NULL, plan_id BIGINT NOT NULL, taken_on INT NOT NULL,
  PRIMARY KEY (round_id, place), UNIQUE (round_id, subject));
CREATE TABLE place_changes (
  round_id BIGINT NOT NULL, place INT NOT NULL, no INT NOT NULL, subject VARBINARY(96) NOT NULL, taken TINYINT NOT NULL, reason VARBINARY(255) NOT NULL, plan_id BIGINT NOT NULL,
  on_day INT NOT NULL, run_id BIGINT NOT NULL, PRIMARY KEY (round_id, place, no));

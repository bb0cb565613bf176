-- +goose Up
-- Who is proposed for a selection. A person has the number GR and eight digits; who that is stands, encrypted, in people. recruits is NULL as long as nobody said it.
CREATE TABLE nominees (
  id INTEGER NOT NULL PRIMARY KEY, kind TEXT NOT NULL, year INTEGER NOT NULL, code TEXT NOT NULL, person_id INTEGER NOT NULL, recruits INTEGER, note TEXT NOT NULL,
  known_on INTEGER NOT NULL, rev INTEGER NOT NULL, withdrawn INTEGER NOT NULL, import_id INTEGER NOT NULL, UNIQUE (kind, year, code, known_on, rev));
-- What an expert says of a candidate: without an interest or aside, and the points, encrypted so that nobody reads them before all are in. code is empty in the row that appoints.
CREATE TABLE jury_scores (
  id INTEGER NOT NULL PRIMARY KEY, kind TEXT NOT NULL, year INTEGER NOT NULL, juror TEXT NOT NULL, code TEXT NOT NULL, aside INTEGER NOT NULL, points_enc BLOB NOT NULL, points_mac TEXT NOT NULL,
  known_on INTEGER NOT NULL, rev INTEGER NOT NULL, withdrawn INTEGER NOT NULL, import_id INTEGER NOT NULL, UNIQUE (kind, year, juror, code, known_on, rev));
-- Which office was asked for its opinion on a round, and until when (silence is no consent).
CREATE TABLE opinion_requests (
  round_id INTEGER NOT NULL, office TEXT NOT NULL, asked_on INTEGER NOT NULL, due_on INTEGER NOT NULL, overdue_on INTEGER NOT NULL, PRIMARY KEY (round_id, office)) WITHOUT ROWID;
CREATE TABLE opinions (
  id INTEGER NOT NULL PRIMARY KEY, kind TEXT NOT NULL, year INTEGER NOT NULL, office TEXT NOT NULL, code TEXT NOT NULL,
  verdict TEXT NOT NULL CHECK (verdict IN ('agree', 'disagree', 'no_data')), reason TEXT NOT NULL,
  known_on INTEGER NOT NULL, rev INTEGER NOT NULL, withdrawn INTEGER NOT NULL, import_id INTEGER NOT NULL, UNIQUE (kind, year, office, code, known_on, rev));
-- What people decided against the rank (集体研究) or in spite of an opinion, with their reason. One of a kind stands at a time; taking it back leaves it here.
CREATE TABLE round_rulings (
  id INTEGER NOT NULL PRIMARY KEY, round_id INTEGER NOT NULL, ruling TEXT NOT NULL CHECK (ruling IN ('in', 'out', 'opinion')), subject TEXT NOT NULL, office TEXT NOT NULL,
  reason TEXT NOT NULL CHECK (reason <> ''), basis TEXT NOT NULL, actor TEXT NOT NULL, at INTEGER NOT NULL, run_id INTEGER NOT NULL, ended_at INTEGER NOT NULL, ended_by TEXT NOT NULL,
  live_thing TEXT GENERATED ALWAYS AS (CASE WHEN ended_at = 0 THEN round_id || '/' || (CASE WHEN ruling = 'opinion' THEN office ELSE '' END) || '/' || subject END) STORED UNIQUE);
-- The places of a round: an eleventh cannot exist, nobody has two. What was taken and freed, and why, stays in place_changes.
CREATE TABLE round_places (
  round_id INTEGER NOT NULL, place INTEGER NOT NULL CHECK (place BETWEEN 1 AND 10), subject TEXT NOT NULL, org_id INTEGER NOT NULL, plan_id INTEGER NOT NULL, taken_on INTEGER NOT NULL,
  PRIMARY KEY (round_id, place), UNIQUE (round_id, subject)) WITHOUT ROWID;
CREATE TABLE place_changes (
  round_id INTEGER NOT NULL, place INTEGER NOT NULL, no INTEGER NOT NULL, subject TEXT NOT NULL, taken INTEGER NOT NULL, reason TEXT NOT NULL, plan_id INTEGER NOT NULL,
  on_day INTEGER NOT NULL, run_id INTEGER NOT NULL, PRIMARY KEY (round_id, place, no)) WITHOUT ROWID;

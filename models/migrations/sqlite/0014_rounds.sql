-- +goose Up
-- One run of a rating or a selection. A cancelled round gives its year back: live_year is unique among the others. version rises with every change of state.
CREATE TABLE rounds (
  id INTEGER NOT NULL PRIMARY KEY, kind TEXT NOT NULL, year INTEGER NOT NULL CHECK (year BETWEEN 2000 AND 2100),
  state TEXT NOT NULL CHECK (state IN ('planned', 'open', 'scoring', 'proposed', 'approved', 'publicity', 'confirmed', 'paused', 'cancelled')), was_state TEXT NOT NULL,
  opens_on INTEGER NOT NULL, data_by INTEGER NOT NULL, publicity_from INTEGER NOT NULL, confirm_by INTEGER NOT NULL, cutoff_on INTEGER NOT NULL,
  model TEXT NOT NULL, inputs_hash TEXT NOT NULL, frozen_on INTEGER NOT NULL, plan_id INTEGER NOT NULL, publicity_id INTEGER NOT NULL, confirmed_on INTEGER NOT NULL,
  changed_on INTEGER NOT NULL, reason TEXT NOT NULL, version INTEGER NOT NULL,
  live_year INTEGER GENERATED ALWAYS AS (CASE WHEN state <> 'cancelled' THEN year END) STORED, UNIQUE (kind, live_year));
CREATE TABLE round_events (
  round_id INTEGER NOT NULL, version INTEGER NOT NULL, was TEXT NOT NULL, became TEXT NOT NULL, reason TEXT NOT NULL, actor TEXT NOT NULL,
  on_day INTEGER NOT NULL, at INTEGER NOT NULL, run_id INTEGER NOT NULL, PRIMARY KEY (round_id, version)) WITHOUT ROWID;
-- Who is in it. The subject is an organisation's code, or a person's keyed hash; score is in hundredths of a point.
CREATE TABLE round_entries (
  round_id INTEGER NOT NULL, subject TEXT NOT NULL, org_id INTEGER NOT NULL, score INTEGER, place INTEGER NOT NULL, stars INTEGER CHECK (stars BETWEEN 0 AND 5),
  state TEXT NOT NULL, reason TEXT NOT NULL, detail TEXT NOT NULL, changed_on INTEGER NOT NULL, PRIMARY KEY (round_id, subject)) WITHOUT ROWID;
CREATE INDEX round_entries_org ON round_entries (org_id);
-- What the scores are made of, as it was known on the day on which the data were frozen.
CREATE TABLE round_inputs (round_id INTEGER NOT NULL, subject TEXT NOT NULL, inputs TEXT NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (round_id, subject)) WITHOUT ROWID;
-- What a member saw when they last looked at a list that was not decided yet.
CREATE TABLE round_looks (round_id INTEGER NOT NULL, member_id INTEGER NOT NULL, at INTEGER NOT NULL, seen TEXT NOT NULL, PRIMARY KEY (round_id, member_id)) WITHOUT ROWID;

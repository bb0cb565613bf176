-- +goose Up
-- One run of a rating or a selection. A cancelled round gives its year back: live_year is unique among the others. version rises with every change of state.
CREATE TABLE rounds (
  id BIGINT NOT NULL PRIMARY KEY, kind VARBINARY(32) NOT NULL, year INT NOT NULL CHECK (year BETWEEN 2000 AND 2100),
  state VARBINARY(32) NOT NULL CHECK (state IN ('planned', 'open', 'scoring', 'proposed', 'approved', 'publicity', 'confirmed', 'paused', 'cancelled')), was_state VARBINARY(32) NOT NULL,
  opens_on INT NOT NULL, data_by INT NOT NULL, publicity_from INT NOT NULL, confirm_by INT NOT NULL, cutoff_on INT NOT NULL,
  model VARBINARY(96) NOT NULL, inputs_hash VARBINARY(64) NOT NULL, frozen_on INT NOT NULL, plan_id BIGINT NOT NULL, publicity_id BIGINT NOT NULL, confirmed_on INT NOT NULL,
  changed_on INT NOT NULL, reason VARBINARY(255) NOT NULL, version INT NOT NULL,
  live_year INT GENERATED ALWAYS AS (CASE WHEN state <> 'cancelled' THEN year END) STORED, UNIQUE (kind, live_year));
CREATE TABLE round_events (
  round_id BIGINT NOT NULL, version INT NOT NULL, was VARBINARY(32) NOT NULL, became VARBINARY(32) NOT NULL, reason VARBINARY(255) NOT NULL, actor VARBINARY(64) NOT NULL,
  on_day INT NOT NULL, at BIGINT NOT NULL, run_id BIGINT NOT NULL, PRIMARY KEY (round_id, version));
-- Who is in it. The subject is an organisation's code, or a person's keyed hash; score is in hundredths of a point.
CREATE TABLE round_entries (
  round_id BIGINT NOT NULL, subject VARBINARY(96) NOT NULL, org_id BIGINT NOT NULL, score INT, place INT NOT NULL, stars INT CHECK (stars BETWEEN 0 AND 5),
  state VARBINARY(32) NOT NULL, reason VARBINARY(255) NOT NULL, detail MEDIUMBLOB NOT NULL, changed_on INT NOT NULL, PRIMARY KEY (round_id, subject));
CREATE INDEX round_entries_org ON round_entries (org_id);
-- What the scores are made of, as it was known on the day on which the data were frozen.
CREATE TABLE round_inputs (round_id BIGINT NOT NULL, subject VARBINARY(96) NOT NULL, inputs MEDIUMBLOB NOT NULL, hash VARBINARY(64) NOT NULL, PRIMARY KEY (round_id, subject));
-- What a member saw when they last looked at a list that was not decided yet.
CREATE TABLE round_looks (round_id BIGINT NOT NULL, member_id BIGINT NOT NULL, at BIGINT NOT NULL, seen MEDIUMBLOB NOT NULL, PRIMARY KEY (round_id, member_id));

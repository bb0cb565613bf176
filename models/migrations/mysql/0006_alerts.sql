-- +goose Up
-- What the watcher told, who is alive, and the indexes that make the morning report cheap.

CREATE TABLE alerts (
  id BIGINT NOT NULL PRIMARY KEY, kind VARBINARY(32) NOT NULL, thing VARBINARY(96) NOT NULL, state VARBINARY(32) NOT NULL CHECK (state IN ('open', 'closed')),
  urgent TINYINT NOT NULL, cause MEDIUMBLOB NOT NULL, effect MEDIUMBLOB NOT NULL, command MEDIUMBLOB NOT NULL,
  opened_at BIGINT NOT NULL, back_at BIGINT NOT NULL, gone_at BIGINT NOT NULL, next_at BIGINT NOT NULL, told INT NOT NULL, told_at BIGINT NOT NULL,
  closed_at BIGINT NOT NULL, owner VARBINARY(96) NOT NULL,
  open_thing VARBINARY(160) GENERATED ALWAYS AS (CASE WHEN state = 'open' THEN CONCAT(kind, ' ', thing) END) STORED UNIQUE);
CREATE INDEX alerts_closed ON alerts (closed_at);
CREATE INDEX alerts_thing ON alerts (kind, thing, closed_at);
CREATE TABLE replicas (
  owner VARBINARY(96) NOT NULL PRIMARY KEY, version VARBINARY(64) NOT NULL, started_at BIGINT NOT NULL, seen_at BIGINT NOT NULL, stopped_at BIGINT NOT NULL);

CREATE INDEX job_runs_finished ON job_runs (finished_at);
CREATE INDEX decisions_run ON decisions (run_id);
CREATE INDEX awards_run ON awards (run_id);
CREATE INDEX instalment_changes_run ON instalment_changes (run_id);
CREATE INDEX approvals_state ON approvals (state);

-- +goose Up
-- What the watcher told, who is alive, and the indexes that make the morning report cheap.

CREATE TABLE alerts (
  id INTEGER NOT NULL PRIMARY KEY, kind TEXT NOT NULL, thing TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('open', 'closed')),
  urgent INTEGER NOT NULL, cause TEXT NOT NULL, effect TEXT NOT NULL, command TEXT NOT NULL,
  opened_at INTEGER NOT NULL, back_at INTEGER NOT NULL, gone_at INTEGER NOT NULL, next_at INTEGER NOT NULL, told INTEGER NOT NULL, told_at INTEGER NOT NULL,
  closed_at INTEGER NOT NULL, owner TEXT NOT NULL,
  open_thing TEXT GENERATED ALWAYS AS (CASE WHEN state = 'open' THEN kind || ' ' || thing END) STORED UNIQUE);
CREATE INDEX alerts_closed ON alerts (closed_at);
CREATE INDEX alerts_thing ON alerts (kind, thing, closed_at);
CREATE TABLE replicas (
  owner TEXT NOT NULL PRIMARY KEY, version TEXT NOT NULL, started_at INTEGER NOT NULL, seen_at INTEGER NOT NULL, stopped_at INTEGER NOT NULL);

CREATE INDEX job_runs_finished ON job_runs (finished_at);
CREATE INDEX decisions_run ON decisions (run_id);
CREATE INDEX awards_run ON awards (run_id);
CREATE INDEX instalment_changes_run ON instalment_changes (run_id);
CREATE INDEX approvals_state ON approvals (state);

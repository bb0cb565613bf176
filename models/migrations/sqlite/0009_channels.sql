-- +goose Up
-- By which channel a notice must go that one has failed to bring before somebody's eyes; empty = the recipient's.
ALTER TABLE notices ADD COLUMN via TEXT NOT NULL DEFAULT '';
CREATE INDEX notices_sent ON notices (state, channel, accepted_at);

-- Calls of DingTalk's API in a month of Shanghai, by kind; the allowances (api, webhook-stream) are rows of their own.
CREATE TABLE api_calls (month INTEGER NOT NULL, kind TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (month, kind)) WITHOUT ROWID;

-- How each service's stream fares, for whoever looks; and which permissions DingTalk said are missing.
CREATE TABLE stream_states (
  owner TEXT NOT NULL PRIMARY KEY, connected INTEGER NOT NULL, since INTEGER NOT NULL, last_frame INTEGER NOT NULL, last_event INTEGER NOT NULL, connects INTEGER NOT NULL,
  last_error TEXT NOT NULL, error_at INTEGER NOT NULL, seen_at INTEGER NOT NULL);
CREATE TABLE app_denials (kind TEXT NOT NULL PRIMARY KEY, scopes TEXT NOT NULL, at INTEGER NOT NULL);

-- +goose Up
-- By which channel a notice must go that one has failed to bring before somebody's eyes; empty = the recipient's.
ALTER TABLE notices ADD COLUMN via VARBINARY(32) NOT NULL DEFAULT '';
CREATE INDEX notices_sent ON notices (state, channel, accepted_at);

-- Calls of DingTalk's API in a month of Shanghai, by kind; the allowances (api, webhook-stream) are rows of their own.
CREATE TABLE api_calls (month INT NOT NULL, kind VARBINARY(32) NOT NULL, n BIGINT NOT NULL, PRIMARY KEY (month, kind));

-- How each service's stream fares, for whoever looks; and which permissions DingTalk said are missing.
CREATE TABLE stream_states (
  owner VARBINARY(128) NOT NULL PRIMARY KEY, connected TINYINT NOT NULL, since BIGINT NOT NULL, last_frame BIGINT NOT NULL, last_event BIGINT NOT NULL, connects BIGINT NOT NULL,
  last_error VARBINARY(1024) NOT NULL, error_at BIGINT NOT NULL, seen_at BIGINT NOT NULL);
CREATE TABLE app_denials (kind VARBINARY(32) NOT NULL PRIMARY KEY, scopes VARBINARY(1024) NOT NULL, at BIGINT NOT NULL);

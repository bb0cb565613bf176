-- +goose Up
-- Where the audit chain stood on a night: what is printed, sent and kept elsewhere, so that a chain that is rewritten as a whole shows. heads is the
-- canonical JSON of the ends of all streams; hash covers it, the number, the day, the moment and the anchor before.
CREATE TABLE audit_anchors (
  no BIGINT NOT NULL PRIMARY KEY, day INT NOT NULL UNIQUE, at BIGINT NOT NULL, prev VARBINARY(64) NOT NULL, heads MEDIUMBLOB NOT NULL, hash VARBINARY(64) NOT NULL,
  short VARBINARY(16) NOT NULL, public_key VARBINARY(64) NOT NULL, signature VARBINARY(128) NOT NULL, run_id BIGINT NOT NULL);

-- +goose Up
-- Where the audit chain stood on a night: what is printed, sent and kept elsewhere, so that a chain that is rewritten as a whole shows. heads is the
-- canonical JSON of the ends of all streams; hash covers it, the number, the day, the moment and the anchor before.
CREATE TABLE audit_anchors (
  no INTEGER NOT NULL PRIMARY KEY, day INTEGER NOT NULL UNIQUE, at INTEGER NOT NULL, prev TEXT NOT NULL, heads TEXT NOT NULL, hash TEXT NOT NULL,
  short TEXT NOT NULL, public_key TEXT NOT NULL, signature TEXT NOT NULL, run_id INTEGER NOT NULL);

-- +goose Up
-- What was seen in the folder into which other offices put files: the looks by which a file that is still growing is told from a whole one.
CREATE TABLE drop_files (
  path TEXT NOT NULL PRIMARY KEY, size INTEGER NOT NULL, changed_at INTEGER NOT NULL, seen_at INTEGER NOT NULL, since INTEGER NOT NULL,
  state TEXT NOT NULL, sha256 TEXT NOT NULL);

-- +goose Up
-- What was seen in the folder into which other offices put files: the looks by which a file that is still growing is told from a whole one.
CREATE TABLE drop_files (
  path VARBINARY(512) NOT NULL PRIMARY KEY, size BIGINT NOT NULL, changed_at BIGINT NOT NULL, seen_at BIGINT NOT NULL, since BIGINT NOT NULL,
  state VARBINARY(16) NOT NULL, sha256 VARBINARY(64) NOT NULL);

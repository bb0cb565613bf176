-- +goose Up
-- The one-time address that a line in a firm's own group carries. Only the SHA-256 of its token is here; the dispatch is the key under which the line went out.
CREATE TABLE notice_links (
  id INTEGER NOT NULL PRIMARY KEY, hash TEXT NOT NULL UNIQUE, org_id INTEGER NOT NULL, dispatch TEXT NOT NULL, made_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
  opened_at INTEGER NOT NULL DEFAULT 0, opened_by TEXT NOT NULL DEFAULT '', revoked_at INTEGER NOT NULL DEFAULT 0);
CREATE INDEX notice_links_org ON notice_links (org_id, opened_at, revoked_at);
-- What it stands for.
CREATE TABLE notice_link_rows (link_id INTEGER NOT NULL, notice_id INTEGER NOT NULL, PRIMARY KEY (link_id, notice_id)) WITHOUT ROWID;

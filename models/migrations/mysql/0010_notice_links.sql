-- +goose Up
-- The one-time address that a line in a firm's own group carries. Only the SHA-256 of its token is here; the dispatch is the key under which the line went out.
CREATE TABLE notice_links (
  id BIGINT NOT NULL PRIMARY KEY, hash VARBINARY(64) NOT NULL UNIQUE, org_id BIGINT NOT NULL, dispatch VARBINARY(64) NOT NULL, made_at BIGINT NOT NULL, expires_at BIGINT NOT NULL,
  opened_at BIGINT NOT NULL DEFAULT 0, opened_by VARBINARY(32) NOT NULL DEFAULT '', revoked_at BIGINT NOT NULL DEFAULT 0);
CREATE INDEX notice_links_org ON notice_links (org_id, opened_at, revoked_at);
-- What it stands for.
CREATE TABLE notice_link_rows (link_id BIGINT NOT NULL, notice_id BIGINT NOT NULL, PRIMARY KEY (link_id, notice_id));

-- +goose Up
-- What people write to the bot, until it is answered; bodies and answers are encrypted.
CREATE TABLE inbox (
  id INTEGER NOT NULL PRIMARY KEY, channel TEXT NOT NULL, msg_id TEXT NOT NULL, received_at INTEGER NOT NULL, sender TEXT NOT NULL, corp TEXT NOT NULL,
  conversation TEXT NOT NULL, in_group INTEGER NOT NULL, member_id INTEGER NOT NULL, body BLOB NOT NULL, session BLOB NOT NULL, session_until INTEGER NOT NULL,
  state TEXT NOT NULL, reason TEXT NOT NULL, owner TEXT NOT NULL, lease_until INTEGER NOT NULL, tries INTEGER NOT NULL, next_at INTEGER NOT NULL,
  outcome TEXT NOT NULL, reply BLOB NOT NULL, ambiguous INTEGER NOT NULL, done_at INTEGER NOT NULL, UNIQUE (channel, msg_id));
CREATE INDEX inbox_state ON inbox (state, next_at);
CREATE INDEX inbox_sender ON inbox (channel, sender, id);

-- What the bot has asked a person and not yet heard.
CREATE TABLE chat_asks (
  member_id INTEGER NOT NULL PRIMARY KEY, command TEXT NOT NULL, args TEXT NOT NULL, want TEXT NOT NULL, expires_at INTEGER NOT NULL);

-- One-time invitations of firms' people, and who tried codes that were none.
CREATE TABLE invitations (
  id INTEGER NOT NULL PRIMARY KEY, code_mac TEXT NOT NULL UNIQUE, org_id INTEGER NOT NULL, maker TEXT NOT NULL, made_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
  state TEXT NOT NULL, used_by INTEGER NOT NULL, used_at INTEGER NOT NULL);
CREATE INDEX invitations_org ON invitations (org_id);
CREATE TABLE bind_tries (channel TEXT NOT NULL, sender TEXT NOT NULL, tries INTEGER NOT NULL, locked_until INTEGER NOT NULL, PRIMARY KEY (channel, sender));
CREATE INDEX members_channel_id ON members (channel_id);

-- What people of the bureau are asked to look at: 人工, 申诉.
CREATE TABLE desk_requests (
  id INTEGER NOT NULL PRIMARY KEY, kind TEXT NOT NULL, request TEXT NOT NULL UNIQUE, member_id INTEGER NOT NULL, org_id INTEGER NOT NULL, claim_id INTEGER NOT NULL,
  words BLOB NOT NULL, state TEXT NOT NULL, made_at INTEGER NOT NULL, done_by TEXT NOT NULL, done_at INTEGER NOT NULL, note TEXT NOT NULL);
CREATE INDEX desk_requests_state ON desk_requests (state, id);

-- +goose Up
-- What people write to the bot, until it is answered; bodies and answers are encrypted.
CREATE TABLE inbox (
  id BIGINT NOT NULL PRIMARY KEY, channel VARBINARY(32) NOT NULL, msg_id VARBINARY(128) NOT NULL, received_at BIGINT NOT NULL, sender VARBINARY(96) NOT NULL, corp VARBINARY(96) NOT NULL,
  conversation VARBINARY(128) NOT NULL, in_group TINYINT NOT NULL, member_id BIGINT NOT NULL, body MEDIUMBLOB NOT NULL, session VARBINARY(4096) NOT NULL, session_until BIGINT NOT NULL,
  state VARBINARY(32) NOT NULL, reason VARBINARY(255) NOT NULL, owner VARBINARY(128) NOT NULL, lease_until BIGINT NOT NULL, tries INT NOT NULL, next_at BIGINT NOT NULL,
  outcome VARBINARY(32) NOT NULL, reply MEDIUMBLOB NOT NULL, ambiguous INT NOT NULL, done_at BIGINT NOT NULL, UNIQUE (channel, msg_id));
CREATE INDEX inbox_state ON inbox (state, next_at);
CREATE INDEX inbox_sender ON inbox (channel, sender, id);

-- What the bot has asked a person and not yet heard.
CREATE TABLE chat_asks (
  member_id BIGINT NOT NULL PRIMARY KEY, command VARBINARY(96) NOT NULL, args MEDIUMBLOB NOT NULL, want VARBINARY(96) NOT NULL, expires_at BIGINT NOT NULL);

-- One-time invitations of firms' people, and who tried codes that were none.
CREATE TABLE invitations (
  id BIGINT NOT NULL PRIMARY KEY, code_mac VARBINARY(64) NOT NULL UNIQUE, org_id BIGINT NOT NULL, maker VARBINARY(64) NOT NULL, made_at BIGINT NOT NULL, expires_at BIGINT NOT NULL,
  state VARBINARY(32) NOT NULL, used_by BIGINT NOT NULL, used_at BIGINT NOT NULL);
CREATE INDEX invitations_org ON invitations (org_id);
CREATE TABLE bind_tries (channel VARBINARY(32) NOT NULL, sender VARBINARY(96) NOT NULL, tries INT NOT NULL, locked_until BIGINT NOT NULL, PRIMARY KEY (channel, sender));
CREATE INDEX members_channel_id ON members (channel_id);

-- What people of the bureau are asked to look at: 人工, 申诉.
CREATE TABLE desk_requests (
  id BIGINT NOT NULL PRIMARY KEY, kind VARBINARY(32) NOT NULL, request VARBINARY(160) NOT NULL UNIQUE, member_id BIGINT NOT NULL, org_id BIGINT NOT NULL, claim_id BIGINT NOT NULL,
  words MEDIUMBLOB NOT NULL, state VARBINARY(32) NOT NULL, made_at BIGINT NOT NULL, done_by VARBINARY(64) NOT NULL, done_at BIGINT NOT NULL, note VARBINARY(1024) NOT NULL);
CREATE INDEX desk_requests_state ON desk_requests (state, id);

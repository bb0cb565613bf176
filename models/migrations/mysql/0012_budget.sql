-- +goose Up
-- What treasuries allot, one row a statement. Of the rows of one year, channel and document the one with the greatest (known_on, rev) holds; a correction is a new row.
CREATE TABLE appropriations (
  id BIGINT NOT NULL PRIMARY KEY, year INT NOT NULL CHECK (year BETWEEN 2000 AND 2100), channel VARBINARY(96) NOT NULL, document_no VARBINARY(160) NOT NULL, amount_fen BIGINT NOT NULL,
  effective_on INT NOT NULL, known_on INT NOT NULL, rev INT NOT NULL, withdrawn TINYINT NOT NULL, plan_id BIGINT NOT NULL, since BIGINT NOT NULL,
  UNIQUE (year, channel, document_no, known_on, rev));
-- One purse: a year and a channel. What is ordered within it can never pass what is allotted; unbacked_fen is what was ordered beyond while nobody demanded an appropriation.
CREATE TABLE budgets (
  year INT NOT NULL, channel VARBINARY(96) NOT NULL, appropriated_fen BIGINT NOT NULL, ordered_fen BIGINT NOT NULL, unbacked_fen BIGINT NOT NULL, version BIGINT NOT NULL, PRIMARY KEY (year, channel),
  CHECK (unbacked_fen >= 0 AND unbacked_fen <= ordered_fen), CHECK (ordered_fen - unbacked_fen <= appropriated_fen OR ordered_fen = unbacked_fen));
-- Which purse each part of an award will need, by the year in which it falls due; written with the award.
CREATE TABLE budget_reserves (
  award_id BIGINT NOT NULL, no INT NOT NULL, channel VARBINARY(96) NOT NULL, year INT NOT NULL, amount_fen BIGINT NOT NULL CHECK (amount_fen > 0), PRIMARY KEY (award_id, no, channel));
CREATE INDEX budget_reserves_year ON budget_reserves (year, channel);
-- What a batch has ordered out of a purse. A line that comes back is released, and its next attempt orders anew.
CREATE TABLE budget_orders (
  award_id BIGINT NOT NULL, no INT NOT NULL, attempt INT NOT NULL, channel VARBINARY(96) NOT NULL, year INT NOT NULL, amount_fen BIGINT NOT NULL CHECK (amount_fen > 0), backed TINYINT NOT NULL,
  batch_id BIGINT NOT NULL, on_day INT NOT NULL, released_on INT NOT NULL DEFAULT 0, PRIMARY KEY (award_id, no, attempt, channel));
CREATE INDEX budget_orders_year ON budget_orders (year, channel);
-- Which parts two people let go first in a year that is short. The newest plan of a year holds.
CREATE TABLE budget_choices (
  plan_id BIGINT NOT NULL, place INT NOT NULL, year INT NOT NULL, award_id BIGINT NOT NULL, no INT NOT NULL, PRIMARY KEY (plan_id, place), UNIQUE (plan_id, award_id, no));
CREATE INDEX budget_choices_year ON budget_choices (year, plan_id);

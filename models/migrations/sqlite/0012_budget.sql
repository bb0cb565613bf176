-- +goose Up
-- What treasuries allot, one row a statement. Of the rows of one year, channel and document the one with the greatest (known_on, rev) holds; a correction is a new row.
CREATE TABLE appropriations (
  id INTEGER NOT NULL PRIMARY KEY, year INTEGER NOT NULL CHECK (year BETWEEN 2000 AND 2100), channel TEXT NOT NULL, document_no TEXT NOT NULL, amount_fen INTEGER NOT NULL,
  effective_on INTEGER NOT NULL, known_on INTEGER NOT NULL, rev INTEGER NOT NULL, withdrawn INTEGER NOT NULL, plan_id INTEGER NOT NULL, since INTEGER NOT NULL,
  UNIQUE (year, channel, document_no, known_on, rev));
-- One purse: a year and a channel. What is ordered within it can never pass what is allotted; unbacked_fen is what was ordered beyond while nobody demanded an appropriation.
CREATE TABLE budgets (
  year INTEGER NOT NULL, channel TEXT NOT NULL, appropriated_fen INTEGER NOT NULL, ordered_fen INTEGER NOT NULL, unbacked_fen INTEGER NOT NULL, version INTEGER NOT NULL, PRIMARY KEY (year, channel),
  CHECK (unbacked_fen >= 0 AND unbacked_fen <= ordered_fen), CHECK (ordered_fen - unbacked_fen <= appropriated_fen OR ordered_fen = unbacked_fen)) WITHOUT ROWID;
-- Which purse each part of an award will need, by the year in which it falls due; written with the award.
CREATE TABLE budget_reserves (
  award_id INTEGER NOT NULL, no INTEGER NOT NULL, channel TEXT NOT NULL, year INTEGER NOT NULL, amount_fen INTEGER NOT NULL CHECK (amount_fen > 0), PRIMARY KEY (award_id, no, channel)) WITHOUT ROWID;
CREATE INDEX budget_reserves_year ON budget_reserves (year, channel);
-- What a batch has ordered out of a purse. A line that comes back is released, and its next attempt orders anew.
CREATE TABLE budget_orders (
  award_id INTEGER NOT NULL, no INTEGER NOT NULL, attempt INTEGER NOT NULL, channel TEXT NOT NULL, year INTEGER NOT NULL, amount_fen INTEGER NOT NULL CHECK (amount_fen > 0), backed INTEGER NOT NULL,
  batch_id INTEGER NOT NULL, on_day INTEGER NOT NULL, released_on INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (award_id, no, attempt, channel)) WITHOUT ROWID;
CREATE INDEX budget_orders_year ON budget_orders (year, channel);
-- Which parts two people let go first in a year that is short. The newest plan of a year holds.
CREATE TABLE budget_choices (
  plan_id INTEGER NOT NULL, place INTEGER NOT NULL, year INTEGER NOT NULL, award_id INTEGER NOT NULL, no INTEGER NOT NULL, PRIMARY KEY (plan_id, place), UNIQUE (plan_id, award_id, no)) WITHOUT ROWID;
CREATE INDEX budget_choices_year ON budget_choices (year, plan_id);

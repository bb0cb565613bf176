-- +goose Up
-- Whoever asked for a run and was answered with its number only is told how it ended.
ALTER TABLE job_runs ADD COLUMN promised INTEGER NOT NULL DEFAULT 0;

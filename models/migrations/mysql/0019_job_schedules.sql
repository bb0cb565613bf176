-- +goose Up
-- Which line decided a job's slots from an instant on (UTC ms) to the next row: a schedule that is changed does not make the past look unrecorded.
CREATE TABLE job_schedules (
  job VARBINARY(64) NOT NULL, since BIGINT NOT NULL, line VARBINARY(120) NOT NULL, every INTEGER NOT NULL, from_year INTEGER NOT NULL, PRIMARY KEY (job, since));

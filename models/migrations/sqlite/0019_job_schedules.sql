-- +goose Up
-- Which line decided a job's slots from an instant on (UTC ms) to the next row: a schedule that is changed does not make the past look unrecorded.
CREATE TABLE job_schedules (
  job TEXT NOT NULL, since INTEGER NOT NULL, line TEXT NOT NULL, every INTEGER NOT NULL, from_year INTEGER NOT NULL, PRIMARY KEY (job, since));

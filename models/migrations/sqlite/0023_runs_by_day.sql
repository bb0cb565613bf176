-- +goose Up
-- The newest day for which a job came to its end, whatever was asked for by hand since.
CREATE INDEX job_runs_day ON job_runs (job, state, business_date, id);

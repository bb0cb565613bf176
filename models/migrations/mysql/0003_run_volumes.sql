-- +goose Up
-- How much a run was about to do, measured before its first effect, and who let it go on when that was far above what is usual.
CREATE TABLE run_volumes (
  run_id BIGINT NOT NULL PRIMARY KEY, job VARBINARY(64) NOT NULL, business_date INT NOT NULL, items INT NOT NULL, fen BIGINT NOT NULL, nights INT NOT NULL,
  state VARBINARY(32) NOT NULL CHECK (state IN ('usual', 'held', 'allowed')), why VARBINARY(1024) NOT NULL, actor VARBINARY(64) NOT NULL, approval_id BIGINT NOT NULL, at BIGINT NOT NULL);
CREATE INDEX run_volumes_job ON run_volumes (job, state, business_date);

-- +goose Up
-- How much a run was about to do, measured before its first effect, and who let it go on when that was far above what is usual.
CREATE TABLE run_volumes (
  run_id INTEGER NOT NULL PRIMARY KEY, job TEXT NOT NULL, business_date INTEGER NOT NULL, items INTEGER NOT NULL, fen INTEGER NOT NULL, nights INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('usual', 'held', 'allowed')), why TEXT NOT NULL, actor TEXT NOT NULL, approval_id INTEGER NOT NULL, at INTEGER NOT NULL);
CREATE INDEX run_volumes_job ON run_volumes (job, state, business_date);

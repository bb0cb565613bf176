-- +goose Up
-- In which row of its file a statement stood; 0 = not recorded.
ALTER TABLE facts ADD COLUMN source_row INTEGER NOT NULL DEFAULT 0;
ALTER TABLE listings ADD COLUMN source_row INTEGER NOT NULL DEFAULT 0;

-- The runs of a workspace by their time, for its calendar.
CREATE INDEX runs_by_time ON runs (workspace, started_at, id);
CREATE INDEX missed_runs_by_time ON missed_runs (workspace, "from");

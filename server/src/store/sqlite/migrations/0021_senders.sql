-- A campaign may be sent by several connections, each to its own groups, and be slower than they are.
ALTER TABLE campaigns ADD COLUMN also TEXT NOT NULL DEFAULT '[]'; -- JSON
ALTER TABLE campaigns ADD COLUMN pace TEXT; -- JSON
ALTER TABLE runs ADD COLUMN also TEXT NOT NULL DEFAULT '[]'; -- JSON
ALTER TABLE runs ADD COLUMN pace TEXT; -- JSON
ALTER TABLE runs ADD COLUMN rests_until INTEGER NOT NULL DEFAULT 0;

-- The other connections of a run, for the queue of each.
CREATE TABLE run_senders (
    connection  BLOB NOT NULL,
    run         BLOB NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    PRIMARY KEY (connection, run)
) STRICT, WITHOUT ROWID;

-- The queue of a connection looks at the open runs of its workspace, which are few.
DROP INDEX runs_open;
CREATE INDEX runs_open ON runs (workspace, started_at, id) WHERE finished_at IS NULL;
DROP INDEX deliveries_pending;
CREATE INDEX deliveries_pending ON deliveries (run, connection, position) WHERE state = 'pending';

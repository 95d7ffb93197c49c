ALTER TABLE groups ADD COLUMN community TEXT;

-- The latest sync of each connection's groups. Without an end it runs, or ended with its process.
CREATE TABLE group_syncs (
    connection BLOB PRIMARY KEY,
    workspace  BLOB NOT NULL,
    began_at   INTEGER NOT NULL,
    "end"      TEXT -- JSON
) STRICT, WITHOUT ROWID;

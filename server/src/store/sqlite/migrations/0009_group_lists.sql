-- Named selections of a connection's groups. No two of them read alike.
CREATE TABLE group_lists (
    id         BLOB PRIMARY KEY,
    workspace  BLOB NOT NULL,
    connection BLOB NOT NULL,
    name       TEXT NOT NULL,
    search     TEXT NOT NULL, -- the name as searches read it
    groups     TEXT NOT NULL, -- JSON
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    UNIQUE (workspace, connection, search)
) STRICT, WITHOUT ROWID;

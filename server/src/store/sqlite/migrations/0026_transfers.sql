-- Files on their way into the library. What arrived stays when the connection drops, or the server.
CREATE TABLE transfers (
    id         BLOB PRIMARY KEY,
    workspace  BLOB NOT NULL,
    user       BLOB NOT NULL,
    name       TEXT NOT NULL,
    bytes      INTEGER NOT NULL,
    received   INTEGER NOT NULL,
    begun_at   INTEGER NOT NULL,
    touched_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX transfers_by_workspace ON transfers (workspace);
CREATE INDEX transfers_by_touch ON transfers (touched_at);

CREATE TABLE transfer_pieces (
    transfer BLOB NOT NULL REFERENCES transfers (id) ON DELETE CASCADE,
    start    INTEGER NOT NULL,
    bytes    BLOB NOT NULL,
    UNIQUE (transfer, start)
) STRICT;

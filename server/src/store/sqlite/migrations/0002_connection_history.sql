-- The states that each connection entered. A state that counts on within itself (another attempt,
-- another code) keeps its row.
CREATE TABLE connection_history (
    connection BLOB NOT NULL,
    entered_at INTEGER NOT NULL,
    state      TEXT NOT NULL, -- JSON
    PRIMARY KEY (connection, entered_at)
) STRICT, WITHOUT ROWID;

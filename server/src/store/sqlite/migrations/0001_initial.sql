-- Ids and digests are BLOBs (16 and 32 bytes), times are milliseconds since the Unix epoch in UTC,
-- one-word states are TEXT, structured values are JSON.

CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE workspaces (
    id         BLOB PRIMARY KEY,
    name       TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE users (
    id             BLOB PRIMARY KEY,
    workspace      BLOB NOT NULL REFERENCES workspaces (id),
    role           TEXT NOT NULL,
    platform_admin INTEGER NOT NULL,
    name           TEXT NOT NULL,
    email          TEXT NOT NULL UNIQUE,
    password_hash  TEXT NOT NULL,
    created_at     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE browser_sessions (
    token      BLOB PRIMARY KEY,
    user       BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX browser_sessions_by_end ON browser_sessions (expires_at);

CREATE TABLE connections (
    id               BLOB PRIMARY KEY,
    workspace        BLOB NOT NULL,
    name             TEXT NOT NULL,
    phone            TEXT,
    state            TEXT NOT NULL, -- JSON
    state_since      INTEGER NOT NULL,
    linked_at        INTEGER,
    groups_synced_at INTEGER,
    created_at       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX connections_by_workspace ON connections (workspace);

CREATE TABLE groups (
    workspace       BLOB NOT NULL,
    connection      BLOB NOT NULL,
    jid             TEXT NOT NULL,
    subject         TEXT NOT NULL,
    participants    INTEGER NOT NULL,
    announce_only   INTEGER NOT NULL,
    is_admin        INTEGER NOT NULL,
    addressing_mode TEXT NOT NULL,
    standing        TEXT NOT NULL,
    synced_at       INTEGER NOT NULL,
    PRIMARY KEY (workspace, connection, jid)
) STRICT, WITHOUT ROWID;

CREATE TABLE media (
    id          BLOB PRIMARY KEY,
    workspace   BLOB NOT NULL,
    name        TEXT NOT NULL,
    kind        TEXT NOT NULL,
    mime        TEXT NOT NULL,
    bytes       INTEGER NOT NULL,
    content     BLOB NOT NULL,
    thumbnail   BLOB NOT NULL,
    width       INTEGER NOT NULL,
    height      INTEGER NOT NULL,
    uploaded_by BLOB NOT NULL,
    uploaded_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX media_by_time ON media (workspace, uploaded_at);
CREATE INDEX media_by_content ON media (workspace, content);
CREATE INDEX media_by_thumbnail ON media (workspace, thumbnail);

-- A blob without content is an upload that has not ended. AUTOINCREMENT: the id of an upload that
-- was dropped never comes back.
CREATE TABLE blobs (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace   BLOB NOT NULL,
    content     BLOB,
    len         INTEGER NOT NULL,
    chunk_bytes INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX blobs_by_content ON blobs (workspace, content) WHERE content IS NOT NULL;
CREATE INDEX blobs_unfinished ON blobs (id) WHERE content IS NULL;

CREATE TABLE blob_chunks (
    blob   INTEGER NOT NULL REFERENCES blobs (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    bytes  BLOB NOT NULL,
    UNIQUE (blob, number)
) STRICT;

CREATE TABLE campaigns (
    id         BLOB PRIMARY KEY,
    workspace  BLOB NOT NULL,
    name       TEXT NOT NULL,
    connection BLOB,
    targets    TEXT NOT NULL, -- JSON
    text       TEXT NOT NULL,
    media      BLOB,
    state      TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX campaigns_by_change ON campaigns (workspace, updated_at);

CREATE TABLE runs (
    id          BLOB PRIMARY KEY,
    workspace   BLOB NOT NULL,
    campaign    BLOB NOT NULL,
    number      INTEGER NOT NULL,
    connection  BLOB NOT NULL,
    text        TEXT NOT NULL,
    media       BLOB,
    started_at  INTEGER NOT NULL,
    finished_at INTEGER,
    UNIQUE (workspace, campaign, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX runs_open ON runs (workspace, connection, started_at, id) WHERE finished_at IS NULL;

CREATE TABLE deliveries (
    run          BLOB NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    position     INTEGER NOT NULL,
    id           BLOB NOT NULL UNIQUE,
    workspace    BLOB NOT NULL,
    connection   BLOB NOT NULL,
    target       TEXT NOT NULL,
    target_name  TEXT NOT NULL,
    state        TEXT NOT NULL,
    reason       TEXT, -- JSON
    message_id   TEXT,
    attempts     INTEGER NOT NULL,
    retry_at     INTEGER,
    attempted_at INTEGER,
    sent_at      INTEGER,
    delivered_at INTEGER,
    read_at      INTEGER,
    failed_at    INTEGER,
    PRIMARY KEY (run, position)
) STRICT, WITHOUT ROWID;
-- Two deliveries of one connection never carry the same message id.
CREATE UNIQUE INDEX deliveries_by_message ON deliveries (workspace, connection, message_id)
    WHERE message_id IS NOT NULL;
CREATE INDEX deliveries_by_state ON deliveries (run, state);
CREATE INDEX deliveries_pending ON deliveries (run, position) WHERE state = 'pending';
CREATE INDEX deliveries_sending ON deliveries (workspace, connection, attempted_at)
    WHERE state = 'sending';
-- Without a time it is due at once.
CREATE INDEX deliveries_unconfirmed ON deliveries (workspace, connection, ifnull(retry_at, 0))
    WHERE state = 'unconfirmed';

CREATE TABLE session_keys (
    connection BLOB NOT NULL,
    space      TEXT NOT NULL,
    key        BLOB NOT NULL,
    value      BLOB NOT NULL,
    PRIMARY KEY (connection, space, key)
) STRICT, WITHOUT ROWID;

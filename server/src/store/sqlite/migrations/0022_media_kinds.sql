-- Media are of several kinds: what has no picture has neither a thumbnail nor a size, what plays has a
-- duration, and a document may have pages. Names are looked for.
CREATE TABLE media_of_kinds (
    id          BLOB PRIMARY KEY,
    workspace   BLOB NOT NULL,
    name        TEXT NOT NULL,
    kind        TEXT NOT NULL,
    mime        TEXT NOT NULL,
    bytes       INTEGER NOT NULL,
    content     BLOB NOT NULL,
    thumbnail   BLOB,
    width       INTEGER,
    height      INTEGER,
    uploaded_by BLOB NOT NULL,
    uploaded_at INTEGER NOT NULL,
    duration_ms INTEGER,
    pages       INTEGER,
    search      TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO media_of_kinds
    SELECT id, workspace, name, kind, mime, bytes, content, thumbnail, width, height, uploaded_by,
           uploaded_at, NULL, NULL, folded(name)
    FROM media;
DROP TABLE media;
ALTER TABLE media_of_kinds RENAME TO media;
CREATE INDEX media_by_time ON media (workspace, uploaded_at);
CREATE INDEX media_by_content ON media (workspace, content);
CREATE INDEX media_by_thumbnail ON media (workspace, thumbnail);

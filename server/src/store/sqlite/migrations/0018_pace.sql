-- How fast a connection may send, if its owner set that, and what WhatsApp told of a restriction.
ALTER TABLE connections ADD COLUMN pace TEXT; -- JSON
ALTER TABLE connections ADD COLUMN restriction TEXT; -- JSON

-- What a connection handed over lately: caps hold over restarts.
CREATE INDEX deliveries_attempted ON deliveries (workspace, connection, attempted_at, attempts)
    WHERE attempted_at IS NOT NULL;

-- What becomes of messages that waited through a long outage; when the connection could last send;
-- the outage that is not settled yet.
ALTER TABLE connections ADD COLUMN after_outage TEXT NOT NULL DEFAULT 'ask';
ALTER TABLE connections ADD COLUMN able_at INTEGER;
ALTER TABLE connections ADD COLUMN outage TEXT; -- JSON

-- When the phone of a connection last left a trace. Nobody looked before: those that are linked count
-- from now on, so that none is warned of for want of having looked.
ALTER TABLE connections ADD COLUMN phone_seen_at INTEGER;
UPDATE connections SET phone_seen_at = unixepoch() * 1000 WHERE linked_at IS NOT NULL;

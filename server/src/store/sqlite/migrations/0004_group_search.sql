-- The subject as searches read it: groups are listed by it and looked for in it.
ALTER TABLE groups ADD COLUMN search TEXT NOT NULL DEFAULT '';
UPDATE groups SET search = folded(subject);
CREATE INDEX groups_by_name ON groups (workspace, connection, search, jid);

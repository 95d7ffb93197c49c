-- A campaign remembers that its connection was removed, until somebody chooses another.
ALTER TABLE campaigns ADD COLUMN lost_connection INTEGER NOT NULL DEFAULT 0;

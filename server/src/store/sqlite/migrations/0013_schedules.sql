-- When a campaign runs, what it has behind it, and when the scheduler looks at it next. What was
-- started before there were schedules ran once, at its start.
ALTER TABLE campaigns ADD COLUMN timing TEXT NOT NULL -- JSON
    DEFAULT '{"schedule":{"schedule":"now"},"zone":"America/Sao_Paulo","window":null,"last_day":null,"max_runs":null,"tolerance_minutes":120}';
ALTER TABLE campaigns ADD COLUMN first_at INTEGER;
ALTER TABLE campaigns ADD COLUMN runs INTEGER NOT NULL DEFAULT 0;
ALTER TABLE campaigns ADD COLUMN last_due INTEGER;
ALTER TABLE campaigns ADD COLUMN next_at INTEGER;
UPDATE campaigns SET first_at = updated_at, last_due = updated_at, runs = 1 WHERE state <> 'draft';
CREATE INDEX campaigns_due ON campaigns (next_at, id) WHERE next_at IS NOT NULL;

-- Runs that were due and never began.
CREATE TABLE missed_runs (
    workspace BLOB NOT NULL,
    campaign  BLOB NOT NULL,
    "from"    INTEGER NOT NULL,
    "to"      INTEGER NOT NULL,
    count     INTEGER NOT NULL,
    why       TEXT NOT NULL,
    noted_at  INTEGER NOT NULL,
    PRIMARY KEY (campaign, "from")
) STRICT, WITHOUT ROWID;

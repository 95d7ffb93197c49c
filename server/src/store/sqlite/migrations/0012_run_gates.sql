-- Who began a run and when it was due; the span of time in which its messages may leave; when it was
-- last given its turn among the runs of its connection.
ALTER TABLE runs ADD COLUMN origin TEXT NOT NULL DEFAULT 'person';
ALTER TABLE runs ADD COLUMN due_at INTEGER NOT NULL DEFAULT 0;
UPDATE runs SET due_at = started_at;
ALTER TABLE runs ADD COLUMN gate_opens INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN gate_closes INTEGER NOT NULL DEFAULT 9223372036854775807;
ALTER TABLE runs ADD COLUMN served_at INTEGER NOT NULL DEFAULT 0;
-- A time that a schedule names begins one run at most.
CREATE UNIQUE INDEX runs_by_schedule ON runs (workspace, campaign, due_at) WHERE origin = 'schedule';

-- The messages of a delivery that its owner had sent again; how often something of a run was.
ALTER TABLE deliveries ADD COLUMN earlier TEXT NOT NULL DEFAULT '[]'; -- JSON
ALTER TABLE runs ADD COLUMN reopened INTEGER NOT NULL DEFAULT 0;

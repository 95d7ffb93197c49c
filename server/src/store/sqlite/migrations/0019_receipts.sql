-- How many others were in the group when the run began; 0 for runs from before anybody counted.
ALTER TABLE deliveries ADD COLUMN members INTEGER NOT NULL DEFAULT 0;

-- Which members a message reached: numbers that tell them apart and do not name them.
CREATE TABLE receipts (
    run      BLOB NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    member   INTEGER NOT NULL,
    read     INTEGER NOT NULL,
    PRIMARY KEY (run, position, member)
) STRICT, WITHOUT ROWID;

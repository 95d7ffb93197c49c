-- The deliveries by the messages that they had before they were sent again as another one.
CREATE TABLE earlier_messages (
    message_id TEXT NOT NULL,
    run        BLOB NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    position   INTEGER NOT NULL,
    PRIMARY KEY (message_id, run, position)
) STRICT, WITHOUT ROWID;
-- What is deleted with a run is found by it.
CREATE INDEX earlier_messages_of_run ON earlier_messages (run);
INSERT INTO earlier_messages (message_id, run, position)
SELECT DISTINCT past.value ->> 'id', deliveries.run, deliveries.position
FROM deliveries, json_each(deliveries.earlier) AS past
WHERE deliveries.earlier <> '[]' AND past.value ->> 'id' IS NOT NULL;

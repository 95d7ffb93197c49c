-- The last message to each group.
CREATE INDEX deliveries_by_target ON deliveries (workspace, connection, target, sent_at)
    WHERE sent_at IS NOT NULL;

-- The group's name as searches read it: the deliveries of a run are looked for in it.
ALTER TABLE deliveries ADD COLUMN search TEXT NOT NULL DEFAULT '';
UPDATE deliveries SET search = folded(target_name);

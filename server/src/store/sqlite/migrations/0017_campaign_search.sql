-- The name as searches read it: campaigns are looked for in it.
ALTER TABLE campaigns ADD COLUMN search TEXT NOT NULL DEFAULT '';
UPDATE campaigns SET search = folded(name);

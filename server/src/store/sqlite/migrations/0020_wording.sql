-- A message may have other variants, and its texts name variables and offer alternatives. What was
-- written before meant its braces as such. Each delivery keeps what its text follows from.
ALTER TABLE campaigns ADD COLUMN others TEXT NOT NULL DEFAULT '[]'; -- JSON
UPDATE campaigns SET text = literal(text);
ALTER TABLE runs ADD COLUMN others TEXT NOT NULL DEFAULT '[]'; -- JSON
ALTER TABLE runs ADD COLUMN connection_name TEXT NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN zone TEXT NOT NULL DEFAULT 'America/Sao_Paulo';
UPDATE runs SET text = literal(text);
ALTER TABLE deliveries ADD COLUMN variant INTEGER NOT NULL DEFAULT 0;
ALTER TABLE deliveries ADD COLUMN seed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE deliveries ADD COLUMN first_at INTEGER;
UPDATE deliveries SET first_at = attempted_at;

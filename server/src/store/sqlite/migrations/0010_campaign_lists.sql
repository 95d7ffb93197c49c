-- The lists whose groups receive a campaign.
ALTER TABLE campaigns ADD COLUMN lists TEXT NOT NULL DEFAULT '[]'; -- JSON

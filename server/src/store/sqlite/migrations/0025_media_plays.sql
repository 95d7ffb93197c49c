-- A video may be what was a GIF, and a voice note tells how loud it is over its length.
ALTER TABLE media ADD COLUMN gif INTEGER NOT NULL DEFAULT 0;
ALTER TABLE media ADD COLUMN waveform BLOB;

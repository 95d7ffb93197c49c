-- A campaign remembers who saved it last: the account, and the name that it had then.
ALTER TABLE campaigns ADD COLUMN updated_by TEXT;

-- Which start of the server runs the connection, and how many there were before it. How long a lease
-- lasts is known to the process alone: the file has one server, and with it end its leases.
ALTER TABLE connections ADD COLUMN lease_server BLOB;
ALTER TABLE connections ADD COLUMN lease_fence INTEGER NOT NULL DEFAULT 0;

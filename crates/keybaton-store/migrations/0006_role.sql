-- What an access token is for, as `Role` writes it. Those that were made before it was said are readers.
ALTER TABLE token ADD COLUMN role TEXT NOT NULL DEFAULT 'reader';

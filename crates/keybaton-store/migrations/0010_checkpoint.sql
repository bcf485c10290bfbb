-- Signatures over the heads of every audit chain.
CREATE TABLE checkpoint (
    no BIGINT NOT NULL PRIMARY KEY,
    at_us BIGINT NOT NULL,
    body TEXT NOT NULL,
    prev TEXT NOT NULL,
    hash TEXT NOT NULL,
    signature TEXT NOT NULL
);
-- The last row of the secret's chain that a checkpoint names.
ALTER TABLE secret ADD COLUMN signed_no BIGINT NOT NULL DEFAULT 0;

-- Access tokens: their hashes, never their texts. `secrets` is a JSON list of `NAME/ENV`.
CREATE TABLE token (
    id TEXT NOT NULL PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE,
    consumer TEXT NOT NULL,
    secrets TEXT NOT NULL,
    maker TEXT NOT NULL,
    created_us BIGINT NOT NULL,
    expires_us BIGINT NOT NULL,
    used_us BIGINT,
    revoked_us BIGINT
);

-- A key that a person has handed over, until a commit takes it. It belongs to the number of one credential, and so does
-- what its value is sealed for.
CREATE TABLE handed (
    secret_id BIGINT NOT NULL REFERENCES secret (id),
    credential_no BIGINT NOT NULL,
    issued TEXT NOT NULL,
    value BLOB NOT NULL,
    rendering BLOB,
    fingerprint TEXT NOT NULL,
    rendering_fingerprint TEXT,
    PRIMARY KEY (secret_id, credential_no)
);

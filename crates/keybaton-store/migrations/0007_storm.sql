-- What signals say of refusals that no credential can be blamed for: the newest word of each.
CREATE TABLE storm (
    secret_id BIGINT NOT NULL REFERENCES secret (id),
    source TEXT NOT NULL,
    what TEXT NOT NULL,
    since_us BIGINT NOT NULL,
    last_us BIGINT NOT NULL,
    course TEXT NOT NULL,
    PRIMARY KEY (secret_id, source)
);

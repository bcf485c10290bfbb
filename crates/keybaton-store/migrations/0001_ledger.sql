-- Times are microseconds since 1970 in UTC (`_us`); what is yes or no is 1 or 0.

CREATE TABLE meta (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

-- One row: how many transactions were written. The witness beside the database is compared with it (R11).
CREATE TABLE tally (
    one BIGINT NOT NULL PRIMARY KEY,
    writes BIGINT NOT NULL
);
INSERT INTO tally (one, writes) VALUES (1, 0);

CREATE TABLE secret (
    id INTEGER NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    env TEXT NOT NULL,
    rev BIGINT NOT NULL,
    -- the lease
    epoch BIGINT NOT NULL,
    holder TEXT,
    until_us BIGINT NOT NULL,
    -- the ledger
    next_op BIGINT NOT NULL,
    next_version BIGINT NOT NULL,
    next_rotation BIGINT NOT NULL,
    current_no BIGINT,
    rollbacks BIGINT NOT NULL,
    base_us BIGINT,
    restored BIGINT NOT NULL,
    lost_until BIGINT NOT NULL,
    last_id BIGINT,
    last_outcome TEXT,
    last_us BIGINT,
    last_grade TEXT,
    last_from BIGINT,
    last_to BIGINT,
    -- grows with each commit, sighting, report and request
    touched BIGINT NOT NULL,
    -- what was asked for, and the head of the audit chain
    next_ask BIGINT NOT NULL,
    audit_no BIGINT NOT NULL,
    audit_head TEXT NOT NULL,
    UNIQUE (name, env)
);

-- `place` is the order in which rows came.
CREATE TABLE credential (
    secret_id BIGINT NOT NULL REFERENCES secret (id),
    no BIGINT NOT NULL,
    place BIGINT NOT NULL,
    issued TEXT,
    label TEXT,
    origin TEXT NOT NULL,
    stage TEXT NOT NULL,
    far TEXT NOT NULL,
    condemned BIGINT NOT NULL,
    born_us BIGINT NOT NULL,
    PRIMARY KEY (secret_id, no)
);

CREATE TABLE sealed (
    secret_id BIGINT NOT NULL REFERENCES secret (id),
    credential_no BIGINT NOT NULL,
    value BLOB NOT NULL,
    rendering BLOB,
    fingerprint TEXT NOT NULL,
    rendering_fingerprint TEXT,
    PRIMARY KEY (secret_id, credential_no)
);
CREATE INDEX sealed_by_fingerprint ON sealed (fingerprint);
CREATE INDEX sealed_by_rendering_fingerprint ON sealed (rendering_fingerprint);

CREATE TABLE version (
    secret_id BIGINT NOT NULL REFERENCES secret (id),
    no BIGINT NOT NULL,
    place BIGINT NOT NULL,
    credential_no BIGINT NOT NULL,
    published_us BIGINT,
    PRIMARY KEY (secret_id, no)
);

-- The active rotation; how it went is in the audit.
CREATE TABLE rotation (
    secret_id BIGINT NOT NULL PRIMARY KEY REFERENCES secret (id),
    id BIGINT NOT NULL,
    state_format BIGINT NOT NULL,
    state TEXT NOT NULL,
    watch_no BIGINT NOT NULL,
    watch TEXT
);

CREATE TABLE alert (
    secret_id BIGINT NOT NULL REFERENCES secret (id),
    kind TEXT NOT NULL,
    place BIGINT NOT NULL,
    what TEXT NOT NULL,
    since_us BIGINT NOT NULL,
    PRIMARY KEY (secret_id, kind)
);

-- `credential_no` is -1 where the instance has something that we do not know.
CREATE TABLE sighting (
    secret_id BIGINT NOT NULL REFERENCES secret (id),
    consumer TEXT NOT NULL,
    instance TEXT NOT NULL,
    credential_no BIGINT NOT NULL,
    seen TEXT NOT NULL,
    last_us BIGINT NOT NULL,
    lease_us BIGINT,
    PRIMARY KEY (secret_id, consumer, instance, credential_no, seen)
);

CREATE TABLE report (
    secret_id BIGINT NOT NULL REFERENCES secret (id),
    consumer TEXT NOT NULL,
    instance TEXT NOT NULL,
    credential_no BIGINT NOT NULL,
    ok BIGINT NOT NULL,
    refused BIGINT NOT NULL,
    refused_us BIGINT,
    PRIMARY KEY (secret_id, consumer, instance, credential_no)
);

CREATE TABLE ask (
    secret_id BIGINT NOT NULL REFERENCES secret (id),
    no BIGINT NOT NULL,
    wanted TEXT NOT NULL,
    asker TEXT NOT NULL,
    at_us BIGINT NOT NULL,
    PRIMARY KEY (secret_id, no)
);

CREATE TABLE engine (
    holder TEXT NOT NULL PRIMARY KEY,
    seen_us BIGINT NOT NULL,
    until_us BIGINT NOT NULL
);

CREATE TABLE audit (
    secret_id BIGINT NOT NULL REFERENCES secret (id),
    no BIGINT NOT NULL,
    at_us BIGINT NOT NULL,
    body TEXT NOT NULL,
    prev TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (secret_id, no)
);

-- The embedded vault: its fence is a column (R3).
CREATE TABLE embedded (
    secret_id BIGINT NOT NULL PRIMARY KEY REFERENCES secret (id),
    epoch BIGINT NOT NULL,
    op_seq BIGINT NOT NULL,
    version_no BIGINT NOT NULL
);

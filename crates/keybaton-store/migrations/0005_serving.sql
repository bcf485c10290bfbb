-- One row: when consumers were last known to be served. Their leases stand still after it.
CREATE TABLE serving (
    one BIGINT NOT NULL PRIMARY KEY,
    last_us BIGINT NOT NULL
);

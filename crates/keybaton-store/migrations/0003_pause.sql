-- Pauses: for a while no schedule starts a rotation. `name` is empty where a pause covers everything.
CREATE TABLE pause (
    scope TEXT NOT NULL,
    name TEXT NOT NULL,
    since_us BIGINT NOT NULL,
    until_us BIGINT NOT NULL,
    asker TEXT NOT NULL,
    reason TEXT,
    PRIMARY KEY (scope, name)
);

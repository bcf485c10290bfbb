-- What channels have yet to be told. `about` is `NAME/ENV`, `alert.NAME` or `keybaton`; `rotation` is 0 where none raised
-- it. One row per subject, rotation and kind; `turn` grows with each change that is worth telling.
CREATE TABLE notice (
    no INTEGER NOT NULL PRIMARY KEY,
    about TEXT NOT NULL,
    rotation BIGINT NOT NULL,
    kind TEXT NOT NULL,
    what TEXT NOT NULL,
    since_us BIGINT NOT NULL,
    closed_us BIGINT,
    turn BIGINT NOT NULL,
    changed_us BIGINT NOT NULL,
    UNIQUE (about, rotation, kind)
);
-- What was open before this table was there.
INSERT INTO notice (about, rotation, kind, what, since_us, turn, changed_us)
    SELECT secret.name || '/' || secret.env, 0, alert.kind, alert.what, alert.since_us, 1, alert.since_us
    FROM alert JOIN secret ON secret.id = alert.secret_id;

-- Channels that were ever used, who sends on each now, and how it fares.
CREATE TABLE channel (
    name TEXT NOT NULL PRIMARY KEY,
    since_us BIGINT NOT NULL,
    holder TEXT,
    until_us BIGINT NOT NULL,
    told_us BIGINT,
    failed_us BIGINT,
    why TEXT,
    failures BIGINT NOT NULL,
    messages BIGINT NOT NULL
);

-- What a channel was told last of a notice, and when to try again.
CREATE TABLE told (
    channel TEXT NOT NULL,
    notice_no BIGINT NOT NULL,
    turn BIGINT NOT NULL,
    open_us BIGINT,
    tries BIGINT NOT NULL,
    next_us BIGINT NOT NULL,
    PRIMARY KEY (channel, notice_no)
);

-- One row: when an engine last said that it was alive.
CREATE TABLE pulse (
    one BIGINT NOT NULL PRIMARY KEY,
    last_us BIGINT NOT NULL
);

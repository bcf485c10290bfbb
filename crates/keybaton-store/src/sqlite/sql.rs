//! Every text that is sent to a database after it was opened.
//!
//! `PostgreSQL` takes the same texts: `$1` placeholders, `ON CONFLICT`, `RETURNING`, no function that only one of them
//! has. Names sort by bytes: the columns `name` and `env` need `COLLATE "C"` there.

/// The version of the text in `rotation.state`. An older program neither reads nor claims a newer one.
pub(super) const STATE_FORMAT: i64 = 1;

pub(super) const META: &str = "SELECT value FROM meta WHERE name = $1";
pub(super) const SET_META: &str = "INSERT INTO meta (name, value) VALUES ($1, $2)
    ON CONFLICT (name) DO UPDATE SET value = excluded.value";
pub(super) const WRITES: &str = "SELECT writes FROM tally WHERE one = 1";
pub(super) const COUNT_WRITE: &str = "UPDATE tally SET writes = writes + 1 WHERE one = 1 RETURNING writes";
pub(super) const SET_WRITES: &str = "UPDATE tally SET writes = $1 WHERE one = 1";

pub(super) const ENROLL: &str = "INSERT INTO secret (name, env, rev, epoch, until_us, next_op, next_version,
        next_rotation, rollbacks, restored, lost_until, touched, next_ask, audit_no, audit_head)
    VALUES ($1, $2, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 1, 0, '')
    ON CONFLICT (name, env) DO NOTHING";
pub(super) const SECRETS: &str = "SELECT name, env, touched, rev,
        EXISTS (SELECT 1 FROM rotation WHERE rotation.secret_id = secret.id) AS active,
        EXISTS (SELECT 1 FROM ask WHERE ask.secret_id = secret.id) AS asked
    FROM secret ORDER BY name, env";
pub(super) const HEADS: &str = "SELECT id, name, env, audit_no, audit_head, signed_no FROM secret ORDER BY name, env";

/// What a secret's own row holds; like the eight after it, `SHARED` and `PAUSED` part of one batch, whose rows tell by `part` where they are
/// from.
pub(super) const SECRET: &str = "SELECT 'secret' AS part, rev, epoch, holder, until_us, next_op, next_version,
        next_rotation, current_no, rollbacks, base_us, restored, lost_until, last_id, last_outcome, last_us, last_grade, last_from,
        last_to, (SELECT last_us FROM serving WHERE one = 1) AS served_us
    FROM secret WHERE name = $1 AND env = $2";
pub(super) const CREDENTIALS: &str = "SELECT 'credential' AS part, no, issued, label, origin, stage, far, condemned,
        born_us
    FROM credential WHERE secret_id = (SELECT id FROM secret WHERE name = $1 AND env = $2) ORDER BY place";
pub(super) const VERSIONS: &str = "SELECT 'version' AS part, no, credential_no, published_us
    FROM version WHERE secret_id = (SELECT id FROM secret WHERE name = $1 AND env = $2) ORDER BY place";
pub(super) const ROTATION: &str = "SELECT 'rotation' AS part, state_format, state, watch
    FROM rotation WHERE secret_id = (SELECT id FROM secret WHERE name = $1 AND env = $2)";
pub(super) const ALERTS: &str = "SELECT 'alert' AS part, kind, what, since_us
    FROM alert WHERE secret_id = (SELECT id FROM secret WHERE name = $1 AND env = $2) ORDER BY place";
pub(super) const SIGHTINGS: &str = "SELECT 'sighting' AS part, consumer, instance, credential_no, seen, last_us,
        lease_us
    FROM sighting WHERE secret_id = (SELECT id FROM secret WHERE name = $1 AND env = $2)";
pub(super) const REPORTS: &str = "SELECT 'report' AS part, consumer, instance, credential_no, ok, refused, refused_us,
        late_us, late_ok, late_refused, late_ok_before, late_refused_before,
        day_us, day_ok, day_refused, day_ok_before, day_refused_before
    FROM report WHERE secret_id = (SELECT id FROM secret WHERE name = $1 AND env = $2)";
pub(super) const STORMS: &str = "SELECT 'storm' AS part, source, what, since_us, last_us, course
    FROM storm WHERE secret_id = (SELECT id FROM secret WHERE name = $1 AND env = $2)";
pub(super) const ASKS: &str = "SELECT 'ask' AS part, no, wanted, asker, at_us
    FROM ask WHERE secret_id = (SELECT id FROM secret WHERE name = $1 AND env = $2) ORDER BY no";

/// Other secrets with the same value, by its fingerprint.
pub(super) const SHARED: &str = "SELECT 'shared' AS part, mine.credential_no, other.name, other.env, theirs.no,
        theirs.issued, theirs.label, theirs.origin, theirs.stage, theirs.far, theirs.condemned, theirs.born_us,
        active.state_format, active.state
    FROM sealed mine
    JOIN sealed same ON same.fingerprint = mine.fingerprint AND same.secret_id <> mine.secret_id
    JOIN secret other ON other.id = same.secret_id
    JOIN credential theirs ON theirs.secret_id = same.secret_id AND theirs.no = same.credential_no
    LEFT JOIN rotation active ON active.secret_id = same.secret_id
    WHERE mine.secret_id = (SELECT id FROM secret WHERE name = $1 AND env = $2)
    ORDER BY mine.credential_no, other.name, other.env, theirs.no";
/// Every pause, but only for a secret that is there.
pub(super) const PAUSED: &str = "SELECT 'pause' AS part, scope, name, since_us, until_us, asker, reason
    FROM pause WHERE EXISTS (SELECT 1 FROM secret WHERE secret.name = $1 AND secret.env = $2) ORDER BY scope, pause.name";

pub(super) const PAUSES: &str = "SELECT scope, name, since_us, until_us, asker, reason FROM pause ORDER BY scope, name";
pub(super) const PAUSE: &str = "INSERT INTO pause (scope, name, since_us, until_us, asker, reason)
    VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (scope, name) DO UPDATE SET since_us = excluded.since_us, until_us = excluded.until_us,
        asker = excluded.asker, reason = excluded.reason";
pub(super) const LIFT: &str = "DELETE FROM pause WHERE scope = $1 AND name = $2";

pub(super) const CLAIM: &str = "UPDATE secret SET holder = $3, until_us = $4, epoch = epoch + 1
    WHERE name = $1 AND env = $2 AND (holder IS NULL OR holder = $3 OR until_us <= $5)
        AND NOT EXISTS (SELECT 1 FROM rotation WHERE rotation.secret_id = secret.id AND rotation.state_format > $6)
    RETURNING epoch";
pub(super) const RENEW: &str = "UPDATE secret SET until_us = $5
    WHERE name = $1 AND env = $2 AND holder = $3 AND epoch = $4";
pub(super) const RELEASE: &str = "UPDATE secret SET holder = NULL, until_us = 0
    WHERE name = $1 AND env = $2 AND holder = $3 AND epoch = $4";
pub(super) const UNCLAIMED: &str = "SELECT
        (SELECT state_format FROM rotation WHERE rotation.secret_id = secret.id) AS state_format
    FROM secret WHERE name = $1 AND env = $2";

/// The compare-and-swap of a commit. `$10` is the outcome of a rotation that ends with it.
pub(super) const COMMIT: &str = "UPDATE secret SET rev = rev + 1, touched = touched + 1,
        next_op = CASE WHEN next_op < $5 THEN $5 ELSE next_op END,
        next_version = CASE WHEN next_version < $6 THEN $6 ELSE next_version END,
        next_rotation = CASE WHEN next_rotation < $7 THEN $7 ELSE next_rotation END,
        current_no = COALESCE($8, current_no),
        base_us = COALESCE($9, base_us),
        rollbacks = CASE WHEN $10 = 'done' THEN 0
            WHEN $10 = 'rolled-back' AND rollbacks < 255 THEN rollbacks + 1 ELSE rollbacks END,
        last_id = COALESCE($11, last_id),
        last_outcome = COALESCE($10, last_outcome),
        last_us = CASE WHEN $10 IS NULL THEN last_us ELSE $9 END,
        last_grade = CASE WHEN $10 IS NULL THEN last_grade ELSE $14 END,
        last_from = CASE WHEN $10 IS NULL THEN last_from ELSE $12 END,
        last_to = CASE WHEN $10 IS NULL THEN last_to ELSE COALESCE($8, current_no) END,
        restored = CASE WHEN $13 = 1 THEN 0 ELSE restored END
    WHERE name = $1 AND env = $2 AND rev = $3 AND epoch = $4
    RETURNING id, audit_no, audit_head";
pub(super) const CONFLICT: &str = "SELECT epoch FROM secret WHERE name = $1 AND env = $2";
pub(super) const PUT_CREDENTIAL: &str = "INSERT INTO credential
        (secret_id, no, place, issued, label, origin, stage, far, condemned, born_us)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    ON CONFLICT (secret_id, no) DO UPDATE SET issued = excluded.issued, label = excluded.label,
        origin = excluded.origin, stage = excluded.stage, far = excluded.far, condemned = excluded.condemned,
        born_us = excluded.born_us";
pub(super) const PUT_VERSION: &str = "INSERT INTO version (secret_id, no, place, credential_no, published_us)
    VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (secret_id, no) DO UPDATE SET credential_no = excluded.credential_no,
        published_us = excluded.published_us";
pub(super) const RAISE: &str = "INSERT INTO alert (secret_id, kind, place, what, since_us)
    VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (secret_id, kind) DO UPDATE SET place = excluded.place, what = excluded.what,
        since_us = excluded.since_us";
pub(super) const RESOLVE: &str = "DELETE FROM alert WHERE secret_id = $1 AND kind = $2";
/// The notice of an alert that a commit raises: a new one, or the same one opened again, or with other words.
pub(super) const NOTICE: &str = "INSERT INTO notice (about, rotation, kind, what, since_us, turn, changed_us)
    SELECT name || '/' || env, $2, $3, $4, $5, 1, $5 FROM secret WHERE id = $1
    ON CONFLICT (about, rotation, kind) DO UPDATE SET
        since_us = CASE WHEN notice.closed_us IS NULL THEN notice.since_us ELSE excluded.since_us END,
        what = excluded.what, closed_us = NULL, turn = notice.turn + 1, changed_us = excluded.changed_us
    WHERE notice.closed_us IS NOT NULL OR notice.what <> excluded.what";
/// An alert takes the place of one of the same kind: what another rotation had raised is over.
pub(super) const NOTICE_REPLACED: &str = "UPDATE notice SET closed_us = $4, turn = turn + 1, changed_us = $4
    WHERE about = (SELECT name || '/' || env FROM secret WHERE id = $1) AND kind = $3 AND rotation <> $2
        AND closed_us IS NULL";
pub(super) const NOTICE_OVER: &str = "UPDATE notice SET closed_us = $3, turn = turn + 1, changed_us = $3
    WHERE about = (SELECT name || '/' || env FROM secret WHERE id = $1) AND kind = $2 AND closed_us IS NULL";
/// The same two for what belongs to no ledger.
pub(super) const RAISE_NOTICE: &str = "INSERT INTO notice (about, rotation, kind, what, since_us, turn, changed_us)
    VALUES ($1, 0, $2, $3, $4, 1, $4)
    ON CONFLICT (about, rotation, kind) DO UPDATE SET
        since_us = CASE WHEN notice.closed_us IS NULL THEN notice.since_us ELSE excluded.since_us END,
        what = excluded.what, closed_us = NULL, turn = notice.turn + 1, changed_us = excluded.changed_us
    WHERE notice.closed_us IS NOT NULL OR notice.what <> excluded.what";
pub(super) const CLOSE_NOTICE: &str = "UPDATE notice SET closed_us = $3, turn = turn + 1, changed_us = $3
    WHERE about = $1 AND kind = $2 AND closed_us IS NULL";
pub(super) const NOTICES: &str = "SELECT no, about, rotation, kind, what, since_us, closed_us, turn, changed_us
    FROM notice ORDER BY changed_us DESC, no DESC LIMIT $1";
/// What was over before a channel was first used is none of its business.
pub(super) const DUE: &str = "SELECT notice.no, about, rotation, kind, what, notice.since_us, closed_us, notice.turn,
        changed_us, told.tries, told.open_us
    FROM notice LEFT JOIN told ON told.notice_no = notice.no AND told.channel = $1
    WHERE notice.no > $2 AND (told.turn IS NULL OR told.turn < notice.turn)
        AND (told.next_us IS NULL OR told.next_us <= $3)
        AND (closed_us IS NULL OR told.turn IS NOT NULL
            OR closed_us >= (SELECT channel.since_us FROM channel WHERE channel.name = $1))
    ORDER BY notice.no LIMIT $4";
pub(super) const TAKE_CHANNEL: &str = "INSERT INTO channel (name, since_us, holder, until_us, failures, messages)
    VALUES ($1, $3, $2, $4, 0, 0)
    ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until_us = excluded.until_us
    WHERE channel.holder IS NULL OR channel.holder = excluded.holder OR channel.until_us <= $3";
pub(super) const GIVE_UP_CHANNEL: &str = "UPDATE channel SET holder = NULL, until_us = 0
    WHERE name = $1 AND holder = $2";
pub(super) const TOLD: &str = "INSERT INTO told (channel, notice_no, turn, open_us, tries, next_us)
    VALUES ($1, $2, $3, $4, 0, 0)
    ON CONFLICT (channel, notice_no) DO UPDATE SET turn = excluded.turn, open_us = excluded.open_us, tries = 0,
        next_us = 0";
pub(super) const UNTOLD: &str = "INSERT INTO told (channel, notice_no, turn, tries, next_us)
    VALUES ($1, $2, 0, 1, $3)
    ON CONFLICT (channel, notice_no) DO UPDATE SET tries = told.tries + 1, next_us = excluded.next_us";
pub(super) const CHANNEL_TOOK: &str =
    "UPDATE channel SET told_us = $2, failures = 0, why = NULL, messages = messages + 1
    WHERE name = $1";
pub(super) const CHANNEL_FAILED: &str = "UPDATE channel SET failed_us = $2, why = $3, failures = failures + 1
    WHERE name = $1";
pub(super) const CHANNELS: &str = "SELECT name, told_us, failed_us, why, failures, messages FROM channel ORDER BY name";
pub(super) const PRUNE_NOTICES: &str = "DELETE FROM notice WHERE closed_us < $1";
pub(super) const PRUNE_TOLD: &str = "DELETE FROM told WHERE notice_no NOT IN (SELECT no FROM notice)";
pub(super) const PULSE: &str = "INSERT INTO pulse (one, last_us) VALUES (1, $1)
    ON CONFLICT (one) DO UPDATE SET last_us = excluded.last_us";
pub(super) const LAST_PULSE: &str = "SELECT last_us FROM pulse WHERE one = 1";
pub(super) const PUT_ROTATION: &str = "INSERT INTO rotation (secret_id, id, state_format, state, watch_no)
    VALUES ($1, $2, $3, $4, 0)
    ON CONFLICT (secret_id) DO UPDATE SET state_format = excluded.state_format, state = excluded.state,
        watch_no = CASE WHEN rotation.id = excluded.id THEN rotation.watch_no ELSE 0 END,
        watch = CASE WHEN rotation.id = excluded.id THEN rotation.watch ELSE NULL END, id = excluded.id";
pub(super) const END_ROTATION: &str = "DELETE FROM rotation WHERE secret_id = $1";
pub(super) const PUT_SEALED: &str = "INSERT INTO sealed
        (secret_id, credential_no, value, rendering, fingerprint, rendering_fingerprint)
    VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (secret_id, credential_no) DO UPDATE SET value = excluded.value, rendering = excluded.rendering,
        fingerprint = excluded.fingerprint, rendering_fingerprint = excluded.rendering_fingerprint";
pub(super) const STRIKE: &str = "DELETE FROM ask WHERE secret_id = $1 AND no = $2";

/// Locks the secret's row as well.
pub(super) const AUDIT_HEAD: &str = "UPDATE secret SET touched = touched + $3 WHERE name = $1 AND env = $2
    RETURNING id, audit_no, audit_head";
pub(super) const PUT_AUDIT: &str = "INSERT INTO audit (secret_id, no, at_us, body, prev, hash)
    VALUES ($1, $2, $3, $4, $5, $6)";
pub(super) const SET_AUDIT_HEAD: &str = "UPDATE secret SET audit_no = $2, audit_head = $3 WHERE id = $1";
pub(super) const AUDIT_OF_ONE: &str = "SELECT s.name, s.env, a.no, a.at_us, a.body, a.prev, a.hash
    FROM audit a JOIN secret s ON s.id = a.secret_id
    WHERE s.name = $1 AND s.env = $2 AND a.no > $3 ORDER BY a.no LIMIT $4";
pub(super) const AUDIT_OF_ALL: &str = "SELECT s.name, s.env, a.no, a.at_us, a.body, a.prev, a.hash
    FROM audit a JOIN secret s ON s.id = a.secret_id
    WHERE a.no > $1 AND a.no <= $2 ORDER BY a.at_us, s.name, s.env, a.no";
pub(super) const CHAINS: &str = "SELECT COUNT(*) FROM secret WHERE audit_no > $1";
pub(super) const AUDIT_NEWEST: &str = "SELECT s.name, s.env, a.no, a.at_us, a.body, a.prev, a.hash
    FROM audit a JOIN secret s ON s.id = a.secret_id
    ORDER BY a.at_us DESC, s.name, s.env, a.no DESC LIMIT $1";
pub(super) const COUNT_MOVED: &str = "SELECT COUNT(*) FROM secret WHERE audit_no > signed_no";
pub(super) const MOVED: &str = "SELECT name, env, audit_no, audit_head FROM secret WHERE audit_no > signed_no
    ORDER BY name, env";
pub(super) const LAST_CHECKPOINT: &str = "SELECT no, at_us, body, prev, hash, signature FROM checkpoint
    ORDER BY no DESC LIMIT 1";
pub(super) const PUT_CHECKPOINT: &str = "INSERT INTO checkpoint (no, at_us, body, prev, hash, signature)
    VALUES ($1, $2, $3, $4, $5, $6)";
pub(super) const MARK_SIGNED: &str = "UPDATE secret SET signed_no = audit_no WHERE audit_no > signed_no";
pub(super) const CHECKPOINTS: &str = "SELECT no, at_us, body, prev, hash, signature FROM checkpoint
    WHERE no > $1 ORDER BY no LIMIT $2";
pub(super) const CHAIN: &str = "SELECT no, at_us, body, prev, hash FROM audit WHERE secret_id = $1 ORDER BY no";

pub(super) const SEALED: &str = "SELECT a.credential_no, a.value, a.rendering, a.fingerprint, a.rendering_fingerprint
    FROM sealed a JOIN secret s ON s.id = a.secret_id
    WHERE s.name = $1 AND s.env = $2 AND a.credential_no = $3";
pub(super) const HOLDERS: &str = "SELECT s.name, s.env, a.credential_no
    FROM sealed a JOIN secret s ON s.id = a.secret_id
    WHERE a.fingerprint = $1 OR a.rendering_fingerprint = $1 ORDER BY s.name, s.env, a.credential_no";

/// A late watch, of an earlier watch or rotation, is dropped; one under another epoch bounces.
pub(super) const OBSERVE: &str = "UPDATE rotation SET watch_no = $4, watch = $5
    WHERE secret_id = (SELECT id FROM secret WHERE name = $1 AND env = $2 AND epoch = $6) AND id = $3
        AND watch_no <= $4";
pub(super) const ENROLLED: &str = "SELECT 1 FROM secret WHERE name = $1 AND env = $2";
pub(super) const TOUCH: &str = "UPDATE secret SET touched = touched + 1 WHERE name = $1 AND env = $2 RETURNING id";
pub(super) const SIGHT: &str = "INSERT INTO sighting
        (secret_id, consumer, instance, credential_no, seen, last_us, lease_us)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (secret_id, consumer, instance, credential_no, seen) DO UPDATE SET
        last_us = CASE WHEN excluded.last_us > sighting.last_us THEN excluded.last_us ELSE sighting.last_us END,
        lease_us = CASE WHEN sighting.lease_us IS NULL OR excluded.lease_us IS NULL THEN NULL
            WHEN excluded.lease_us > sighting.lease_us THEN excluded.lease_us ELSE sighting.lease_us END";
/// Counts add up as `Report::add` in core says; `$8` and `$9` are the starts of the two stretches of now, `$10` and `$11`
/// their lengths.
pub(super) const REPORT: &str = "INSERT INTO report (secret_id, consumer, instance, credential_no, ok, refused,
        refused_us, late_us, late_ok, late_refused, day_us, day_ok, day_refused)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $5, $6, $9, $5, $6)
    ON CONFLICT (secret_id, consumer, instance, credential_no) DO UPDATE SET
        late_ok_before = CASE WHEN excluded.late_us <= report.late_us THEN report.late_ok_before
            WHEN excluded.late_us - report.late_us = $10 THEN report.late_ok ELSE 0 END,
        late_refused_before = CASE WHEN excluded.late_us <= report.late_us THEN report.late_refused_before
            WHEN excluded.late_us - report.late_us = $10 THEN report.late_refused ELSE 0 END,
        late_ok = CASE WHEN excluded.late_us <= report.late_us THEN report.late_ok ELSE 0 END + excluded.ok,
        late_refused = CASE WHEN excluded.late_us <= report.late_us THEN report.late_refused ELSE 0 END + excluded.refused,
        late_us = CASE WHEN excluded.late_us > report.late_us THEN excluded.late_us ELSE report.late_us END,
        day_ok_before = CASE WHEN excluded.day_us <= report.day_us THEN report.day_ok_before
            WHEN excluded.day_us - report.day_us = $11 THEN report.day_ok ELSE 0 END,
        day_refused_before = CASE WHEN excluded.day_us <= report.day_us THEN report.day_refused_before
            WHEN excluded.day_us - report.day_us = $11 THEN report.day_refused ELSE 0 END,
        day_ok = CASE WHEN excluded.day_us <= report.day_us THEN report.day_ok ELSE 0 END + excluded.ok,
        day_refused = CASE WHEN excluded.day_us <= report.day_us THEN report.day_refused ELSE 0 END + excluded.refused,
        day_us = CASE WHEN excluded.day_us > report.day_us THEN excluded.day_us ELSE report.day_us END,
        ok = report.ok + excluded.ok, refused = report.refused + excluded.refused,
        refused_us = CASE WHEN report.refused_us IS NULL OR excluded.refused_us > report.refused_us
            THEN excluded.refused_us ELSE report.refused_us END";

/// An older word of a signal than the kept one changes nothing.
pub(super) const SIGNAL: &str = "INSERT INTO storm (secret_id, source, what, since_us, last_us, course)
    VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (secret_id, source) DO UPDATE SET what = excluded.what, since_us = excluded.since_us,
        last_us = excluded.last_us, course = excluded.course
    WHERE storm.last_us <= excluded.last_us";

/// Leases that had not run out at `$2` are put off by `$1`.
pub(super) const PUT_OFF: &str = "UPDATE sighting SET lease_us = lease_us + $1 WHERE lease_us > $2";
pub(super) const SERVED_LAST: &str = "SELECT last_us FROM serving WHERE one = 1";
pub(super) const SERVING: &str = "INSERT INTO serving (one, last_us) VALUES (1, $1)
    ON CONFLICT (one) DO UPDATE SET last_us = excluded.last_us";

pub(super) const NEXT_ASK: &str = "UPDATE secret SET next_ask = next_ask + 1, touched = touched + 1
    WHERE name = $1 AND env = $2
    RETURNING id, next_ask - 1 AS no";
pub(super) const PUT_ASK: &str = "INSERT INTO ask (secret_id, no, wanted, asker, at_us) VALUES ($1, $2, $3, $4, $5)";

/// The first half of handing a key over: the request's number, if the ledger is at `$3` and no other key is there.
pub(super) const NEXT_HANDED: &str = "UPDATE secret SET next_ask = next_ask + 1, touched = touched + 1
    WHERE name = $1 AND env = $2 AND rev = $3
        AND NOT EXISTS (SELECT 1 FROM handed WHERE handed.secret_id = secret.id AND handed.credential_no = $4
            AND handed.issued <> $5)
    RETURNING id, next_ask - 1 AS no";
pub(super) const PUT_HANDED: &str = "INSERT INTO handed
        (secret_id, credential_no, issued, value, rendering, fingerprint, rendering_fingerprint)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (secret_id, credential_no) DO UPDATE SET value = excluded.value, rendering = excluded.rendering,
        fingerprint = excluded.fingerprint, rendering_fingerprint = excluded.rendering_fingerprint";
pub(super) const HANDED: &str =
    "SELECT a.credential_no, a.issued, a.value, a.rendering, a.fingerprint, a.rendering_fingerprint
    FROM handed a JOIN secret s ON s.id = a.secret_id
    WHERE s.name = $1 AND s.env = $2 AND a.credential_no = $3";
pub(super) const TAKE_HANDED: &str = "DELETE FROM handed WHERE secret_id = $1 AND credential_no = $2";
pub(super) const DROP_HANDED: &str = "DELETE FROM handed WHERE secret_id = $1";

pub(super) const BEAT: &str = "INSERT INTO engine (holder, seen_us, until_us) VALUES ($1, $2, $3)
    ON CONFLICT (holder) DO UPDATE SET seen_us = excluded.seen_us, until_us = excluded.until_us";
pub(super) const BURY: &str = "DELETE FROM engine WHERE holder = $1 OR until_us <= $2";
pub(super) const ENGINES: &str = "SELECT holder, seen_us FROM engine WHERE until_us > $1 ORDER BY holder";

/// The fence: a lower one changes nothing, the same one again does no harm.
pub(super) const PUBLISH: &str = "INSERT INTO embedded (secret_id, epoch, op_seq, version_no)
    SELECT id, $3, $4, $5 FROM secret WHERE name = $1 AND env = $2
    ON CONFLICT (secret_id) DO UPDATE SET epoch = excluded.epoch, op_seq = excluded.op_seq,
        version_no = excluded.version_no
    WHERE (embedded.epoch, embedded.op_seq) <= (excluded.epoch, excluded.op_seq)";
pub(super) const SERVED: &str = "SELECT
        (SELECT version_no FROM embedded WHERE embedded.secret_id = secret.id) AS version_no
    FROM secret WHERE name = $1 AND env = $2";

pub(super) const PUT_TOKEN: &str = "INSERT INTO token
        (id, hash, consumer, secrets, maker, created_us, expires_us, role)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
pub(super) const TOKENS: &str = "SELECT id, role, consumer, secrets, maker, created_us, expires_us, used_us, revoked_us
    FROM token ORDER BY created_us DESC, id";
pub(super) const TOKEN: &str = "SELECT id, role, consumer, secrets, maker, created_us, expires_us, used_us, revoked_us
    FROM token WHERE id = $1";
pub(super) const BEARER: &str = "SELECT id, role, consumer, secrets, maker, created_us, expires_us, used_us, revoked_us
    FROM token WHERE hash = $1 AND revoked_us IS NULL AND expires_us > $2";
pub(super) const WAS_TOKEN: &str = "SELECT 1 FROM token WHERE hash = $1";
pub(super) const REVOKE_TOKEN: &str = "UPDATE token SET revoked_us = $2 WHERE id = $1";
pub(super) const TOUCH_TOKEN: &str = "UPDATE token SET used_us = $2
    WHERE id = $1 AND (used_us IS NULL OR used_us < $2)";

pub(super) const UNSET_META: &str = "DELETE FROM meta WHERE name = $1";
pub(super) const MARKS: &str = "SELECT name, env, epoch, rev, current_no FROM secret ORDER BY name, env";
/// Engines with a heartbeat, and holders of leases.
pub(super) const WORKING: &str = "SELECT holder FROM engine WHERE until_us > $1
    UNION SELECT holder FROM secret WHERE holder IS NOT NULL AND until_us > $1 ORDER BY 1";
pub(super) const LEASES: &str = "SELECT name, env, holder, epoch, until_us FROM secret
    WHERE holder IS NOT NULL AND until_us > $1 ORDER BY name, env";
pub(super) const CENSUS: &str = "SELECT
        (SELECT CAST(value AS BIGINT) FROM meta WHERE name = 'schema') AS schema_no,
        (SELECT CAST(value AS BIGINT) FROM meta WHERE name = 'epoch') AS epoch,
        (SELECT writes FROM tally WHERE one = 1) AS writes,
        (SELECT COUNT(*) FROM secret) AS secrets,
        (SELECT COUNT(*) FROM credential) AS credentials,
        (SELECT COUNT(*) FROM sealed) AS sealed,
        (SELECT COUNT(*) FROM rotation) AS rotations,
        (SELECT COUNT(*) FROM alert) AS alerts,
        (SELECT COUNT(*) FROM audit) AS audit,
        (SELECT MAX(at_us) FROM audit) AS newest_us,
        (SELECT COUNT(*) FROM token) AS tokens";

/// An old database was put back (R11).
pub(super) const RESTORE: &str =
    "UPDATE secret SET rev = rev + 1, touched = touched + 1, restored = 1, holder = NULL, until_us = 0,
        next_version = next_version + $2, next_op = next_op + $4, lost_until = next_op + $4, epoch = CASE WHEN epoch < $3 THEN $3 ELSE epoch + 1 END
    WHERE id = $1";

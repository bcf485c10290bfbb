//! The alert that every test sends.

use keybaton_ports::{Message, Severity, Standing, Subject};
use keybaton_types::{Installation, RotationId, Timestamp};

/// A value as it stands in references: if it shows up in anything that is sent or said, the canary has sung.
pub(crate) const CANARY: &str = "alert-value~canary-3f1d";

/// A rotation that is held; words with what could mean something to a receiver.
pub(crate) fn held(standing: Standing) -> Message {
    Message {
        id: format!("c0ffee-7-{}", standing.word()),
        thread: "c0ffee/payments/prod/5/held".to_owned(),
        installation: Installation("c0ffee".to_owned()),
        subject: Subject::Secret("payments/prod".parse().unwrap()),
        owner: Some("team-payments".to_owned()),
        rotation: Some(RotationId(5)),
        kind: "held".to_owned(),
        severity: Severity::Error,
        standing,
        what: "web/web-2 still uses the old key <!channel> & \"quotes\" … ✓".to_owned(),
        since: Timestamp(1_700_000_000_000_000),
        changed: Timestamp(1_700_000_060_000_000),
        at: Timestamp(1_700_000_061_000_000),
    }
}

//! A version as it is lent for one call.

use std::fmt;
use std::sync::Arc;

use arc_swap::Guard;
use keybaton_seal::SecretValue;
use keybaton_types::{Moment, VersionNo};

use crate::held::Held;
use crate::{Remaining, Said};

/// A version, lent for one call. While it lives, the version is in flight: take one per call, and say how the call ended.
///
/// It never changes under the caller: a version that is published meanwhile is lent to the next one.
pub struct Lent(Guard<Arc<Held>>);

impl Lent {
    pub(crate) fn new(held: Guard<Arc<Held>>) -> Self {
        Self(held)
    }

    /// The version.
    pub fn version(&self) -> VersionNo {
        self.0.version()
    }

    /// The value. `SecretValue` shows it through one door only: [`SecretValue::expose`].
    pub fn value(&self) -> &SecretValue {
        self.0.value()
    }

    /// The value as the text that it always is on the wire.
    #[expect(clippy::disallowed_methods, reason = "a consumer authenticates with the value")]
    pub fn text(&self) -> &str {
        std::str::from_utf8(self.0.value().expose()).unwrap_or_default()
    }

    /// The keyed fingerprint of the value, as keybaton said it.
    pub fn fingerprint(&self) -> &str {
        &self.0.fingerprint
    }

    /// What is left of its term at `now`.
    pub fn remaining(&self, now: Moment) -> Remaining {
        self.0.term.remaining(now)
    }

    /// How long ago the version was published.
    pub fn age(&self, now: Moment) -> std::time::Duration {
        now.wall.since(self.0.published.wall)
    }

    /// Says that the far service let it in.
    pub fn succeeded(&self) {
        self.0.tally.note(Said::Accepted);
    }

    /// Says that the far service refused it, with 401 or 403; any other status says nothing of it and is not counted.
    pub fn refused(&self, status: u16) {
        self.0.tally.note(match Said::by_status(status) {
            Said::Accepted => Said::Nothing,
            said => said,
        });
    }

    /// Says how the far service answered: what neither lets in nor refuses is not counted.
    pub fn answered(&self, said: Said) {
        self.0.tally.note(said);
    }

    /// Says that the value was written to a file, or handed to a child that is ready.
    pub fn delivered(&self) {
        self.0.tally.deliver();
    }

    /// The version itself, for whoever has to keep it in flight until the end of the call is noted.
    pub(crate) fn held(&self) -> Arc<Held> {
        Arc::clone(&self.0)
    }
}

impl fmt::Debug for Lent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Lent(version {}, value hidden)", self.version())
    }
}

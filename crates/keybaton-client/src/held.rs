//! A version in our hands: the value, its term, and the farewell that says when the last user has let go.

use std::sync::Arc;

use keybaton_seal::{Error, SecretValue};
use keybaton_types::{Moment, VersionNo};
use tokio::sync::Notify;

use crate::tally::{Desk, Tally};
use crate::term::{Ends, Term};

/// A version in our hands. The value is wiped when the last one that was lent it lets go.
pub(crate) struct Held {
    // the fields are dropped in this order: the value is wiped before the farewell says so
    value: SecretValue,
    pub(crate) fingerprint: String,
    pub(crate) published: Moment,
    pub(crate) term: Term,
    pub(crate) tally: Arc<Tally>,
    _farewell: Farewell,
}

impl Held {
    /// A version; `bell` rings when it is gone.
    pub(crate) fn new(
        value: SecretValue,
        fingerprint: String,
        published: Moment,
        ends: Ends,
        tally: Arc<Tally>,
        bell: &Arc<Notify>,
    ) -> Self {
        tally.hold();
        let farewell = Farewell { tally: Arc::clone(&tally), bell: Arc::clone(bell) };
        Self { value, fingerprint, published, term: Term::new(ends), tally, _farewell: farewell }
    }

    /// No version: it is never lent, because its term is over.
    pub(crate) fn blank() -> Result<Self, Error> {
        let (value, tally) = (SecretValue::new(Vec::new())?, Arc::new(Tally::new(VersionNo(0), Desk::default())));
        Ok(Self::new(value, String::new(), Moment::default(), Ends::over(), tally, &Arc::default()))
    }

    pub(crate) fn is_blank(&self) -> bool {
        self.version() == VersionNo(0)
    }

    pub(crate) fn version(&self) -> VersionNo {
        self.tally.version
    }

    pub(crate) fn value(&self) -> &SecretValue {
        &self.value
    }
}

/// Says that a version is gone, when it is dropped with it.
struct Farewell {
    tally: Arc<Tally>,
    bell: Arc<Notify>,
}

impl Drop for Farewell {
    fn drop(&mut self) {
        self.tally.vanish();
        self.bell.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_gone_when_the_last_user_lets_go() {
        let tally = Arc::new(Tally::new(VersionNo(3), Desk::default()));
        let value = SecretValue::from_text("a".to_owned()).unwrap();
        let ends = Ends::over();
        let held = Held::new(value, String::new(), Moment::default(), ends, Arc::clone(&tally), &Arc::default());
        let lent = Arc::new(held);
        let other = Arc::clone(&lent);
        drop(lent);
        assert!(!tally.is_gone());
        drop(other);
        assert!(tally.is_gone());
    }
}

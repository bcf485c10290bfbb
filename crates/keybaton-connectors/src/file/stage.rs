//! How far a write has come, between the thread that does it and the call that waits for it.
//!
//! A call that is given up must know whether the file may still change: until the moment of the rename the write can be
//! stopped, and afterwards it can not.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

const PREPARING: u8 = 0;
const REPLACING: u8 = 1;
const STOPPED: u8 = 2;

/// How far a write has come.
#[derive(Clone, Default)]
pub(super) struct Stage(Arc<AtomicU8>);

/// The waiting side of a write; dropping it stops the write while that is possible.
pub(super) struct Waiting(Stage);

impl Stage {
    /// Whether the file may be replaced now. From here on nobody can stop it.
    pub(super) fn may_replace(&self) -> bool {
        self.advance(REPLACING)
    }

    /// The waiting side.
    pub(super) fn waiting(&self) -> Waiting {
        Waiting(self.clone())
    }

    fn advance(&self, to: u8) -> bool {
        self.0.compare_exchange(PREPARING, to, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }
}

impl Waiting {
    /// Whether the write was stopped: it certainly did not and will not happen.
    pub(super) fn stop(&self) -> bool {
        self.0.advance(STOPPED)
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.stop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_that_was_given_up_before_the_rename_never_happens() {
        let stage = Stage::default();
        drop(stage.waiting());
        assert!(!stage.may_replace());
    }

    #[test]
    fn a_write_that_has_begun_to_replace_cannot_be_stopped() {
        let stage = Stage::default();
        assert!(stage.may_replace());
        assert!(!stage.waiting().stop());
    }
}

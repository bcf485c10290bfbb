//! One call to a server: what is said of it when it fails, and the deadline that all of it keeps.

use std::io;
use std::time::Duration;

use keybaton_ports::{Blame, Called, Certainty, Fault};
use tokio::time::{Instant, timeout_at};

use crate::duration::words;

/// One call to a server.
pub(crate) struct Call {
    /// Such as `create a credential`.
    pub(crate) what: &'static str,
    /// `host:port`.
    pub(crate) place: String,
    /// How long it may take.
    pub(crate) timeout: Duration,
    deadline: Instant,
}

impl Call {
    /// A call that begins now.
    pub(crate) fn begin(what: &'static str, place: String, timeout: Duration) -> Self {
        Self { what, place, timeout, deadline: Instant::now() + timeout }
    }

    /// Waits for a part of it, at most until the deadline; `lost` is what a lost answer leaves of the effect.
    pub(crate) async fn wait<T>(&self, lost: Certainty, work: impl Future<Output = T>) -> Called<T> {
        timeout_at(self.deadline, work).await.map_err(|_| self.late(lost))
    }

    /// A refusal of ours, on what the server shows.
    pub(crate) fn refused(&self, blame: Blame, why: &str) -> Fault {
        Fault::new(blame, Certainty::Refused, format!("{}: {why}", self.what))
    }

    fn late(&self, lost: Certainty) -> Fault {
        let Self { what, place, timeout, .. } = self;
        Fault::new(Blame::Transient, lost, format!("{what}: no answer of {place} within {}", words(*timeout)))
    }
}

/// Whether a connection failed because it would not have been safe: the certificate, or how it was presented.
pub(crate) fn is_unsafe(error: &io::Error) -> bool {
    error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<rustls::Error>)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_call_without_an_answer_ends_at_its_deadline() {
        let call = Call::begin("probe", "db:1".to_owned(), Duration::from_millis(1));
        let fault = call.wait(Certainty::Unknown, std::future::pending::<()>()).await.unwrap_err();
        assert_eq!((fault.blame, fault.certainty), (Blame::Transient, Certainty::Unknown));
        assert!(fault.what.starts_with("probe: no answer of db:1 within "), "{}", fault.what);
        let there = call.wait(Certainty::Unknown, std::future::ready(7)).await;
        assert_eq!(there.unwrap(), 7, "an answer that is there is not late");
    }
}

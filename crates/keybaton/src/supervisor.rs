//! What `serve` and `agent` tell the supervisor that started it (`sd_notify(3)`): that it is ready, reloads, ends, and is alive.
//! Without one, nothing is sent.

use keybaton_ports::{Failure, FailureKind};
use sd_notify::NotifyState;

/// Says that the server listens and its engine runs.
pub(crate) fn ready() {
    tell(&[NotifyState::Ready]);
}

/// Says that the configuration is being read again; [`ready`] ends it, whether it was taken or not.
pub(crate) fn reloading() -> Result<(), Failure> {
    let now = NotifyState::monotonic_usec_now().map_err(|error| clockless(&error))?;
    tell(&[NotifyState::Reloading, now]);
    Ok(())
}

/// Says that the server is ending.
pub(crate) fn stopping() {
    tell(&[NotifyState::Stopping]);
}

/// Says that the engine is alive; a supervisor with a watchdog starts us again when this stays away.
pub(crate) fn alive() {
    tell(&[NotifyState::Watchdog]);
}

/// A supervisor that does not hear us is no reason to stop.
fn tell(state: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(state) {
        tracing::warn!(%error, "the supervisor was not told");
    }
}

fn clockless(error: &std::io::Error) -> Failure {
    Failure::new(FailureKind::Unknown, "the clock cannot be read").because(error)
}

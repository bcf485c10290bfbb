//! What ends a command from outside: Ctrl-C, and the signal that a supervisor sends. Commands that can be left in the
//! middle wait for it beside their work; `serve` listens for itself, because it also reloads.

use keybaton_ports::{Failure, FailureKind};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Listens for a wish to end, from the moment it is made.
pub(crate) struct Interrupts {
    interrupt: Signal,
    terminate: Signal,
}

impl Interrupts {
    /// Begins to listen: from here on neither signal ends the process by itself.
    pub(crate) fn listen() -> Result<Self, Failure> {
        Ok(Self { interrupt: listen(SignalKind::interrupt())?, terminate: listen(SignalKind::terminate())? })
    }

    /// Waits until somebody wants the command to end.
    pub(crate) async fn wanted(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// Listens for one kind of signal.
pub(crate) fn listen(kind: SignalKind) -> Result<Signal, Failure> {
    signal(kind).map_err(|error| Failure::new(FailureKind::Unknown, "signals cannot be listened to").because(&error))
}

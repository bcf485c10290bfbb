//! The signals that are passed on to the child.

use rustix::process::Signal;
use tokio::signal::unix::{self, SignalKind, signal};

use super::ended::Ended;
use super::terminal::Terminal;

/// The signals that are passed on. Listening to them means that none of them ends us by itself.
pub(super) struct Forward {
    listening: Vec<(Signal, unix::Signal)>,
    terminal: Terminal,
}

/// A signal came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Came {
    /// It is to be passed on.
    Pass(Signal),
    /// It is to be passed on, and nothing new is begun any more.
    End(Signal),
    /// The terminal has told the child itself: nothing new is begun any more.
    Typed,
}

impl Came {
    /// How we end when there is no child yet to pass it to; what would not end it does not end us.
    pub(super) fn without_a_child(self) -> Option<Ended> {
        let number = |signal: Signal| u8::try_from(signal.as_raw()).unwrap_or_default();
        match self {
            Self::Pass(Signal::HUP) => Some(Ended::Signal(number(Signal::HUP))),
            Self::Pass(_) => None,
            Self::End(signal) => Some(Ended::Signal(number(signal))),
            Self::Typed => Some(Ended::Signal(number(Signal::INT))),
        }
    }
}

impl Forward {
    pub(super) fn listen(terminal: Terminal) -> std::io::Result<Self> {
        let all = [Signal::TERM, Signal::INT, Signal::QUIT, Signal::HUP, Signal::USR1, Signal::USR2, Signal::WINCH];
        let mut listening = Vec::with_capacity(all.len());
        for kind in all {
            listening.push((kind, signal(SignalKind::from_raw(kind.as_raw()))?));
        }
        Ok(Self { listening, terminal })
    }

    /// The next signal; may be given up and begun again.
    pub(super) async fn next(&mut self) -> Came {
        loop {
            let came = std::future::poll_fn(|context| {
                for (kind, listener) in &mut self.listening {
                    if listener.poll_recv(context).is_ready() {
                        return std::task::Poll::Ready(*kind);
                    }
                }
                std::task::Poll::Pending
            });
            let kind = came.await;
            let typed = self.terminal == Terminal::Foreground;
            match kind {
                Signal::INT | Signal::QUIT if typed => return Came::Typed,
                Signal::WINCH if typed => {}
                Signal::TERM | Signal::INT | Signal::QUIT => return Came::End(kind),
                _ => return Came::Pass(kind),
            }
        }
    }
}

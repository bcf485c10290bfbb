//! Which call goes wrong, and how.

use std::future::Future;
use std::sync::{Mutex, MutexGuard, PoisonError};

use keybaton_ports::{Blame, Called, Certainty, Fault};
use tokio::sync::watch;

/// What goes wrong with a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Injected {
    /// It never leaves us.
    NotSent,
    /// The far side refuses it.
    Refused,
    /// It is done, and the answer is lost.
    UnknownDone,
    /// It is lost, and so we never hear.
    UnknownNotDone,
    /// The network delivers it twice; the first answer reaches us.
    Duplicate,
    /// The process dies before the call.
    DieBefore,
    /// The process dies after the call, before it sees the answer.
    DieAfter,
}

impl Injected {
    /// Everything that can go wrong.
    pub const ALL: [Self; 7] = [
        Self::NotSent,
        Self::Refused,
        Self::UnknownDone,
        Self::UnknownNotDone,
        Self::Duplicate,
        Self::DieBefore,
        Self::DieAfter,
    ];
}

/// The calls of the ports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Call {
    /// `Issuer::create`.
    Create,
    /// `Issuer::destroy`.
    Destroy,
    /// `Listing::list`.
    List,
    /// `Switching::disable`.
    Disable,
    /// `Switching::enable`.
    Enable,
    /// `Sessions::count`.
    CountSessions,
    /// `Sessions::end`.
    EndSessions,
    /// `Probe::probe`.
    Probe,
    /// `Vault::publish`.
    Publish,
    /// `Vault::served`.
    Served,
}

/// One fault to come, shared by all decorators of a test behind an `Arc`, and what has happened so far.
pub struct Faults {
    only: Option<Call>,
    index: usize,
    injected: Option<Injected>,
    progress: Mutex<Progress>,
    crashed: watch::Sender<bool>,
}

#[derive(Default)]
struct Progress {
    counted: usize,
    reached: Option<Call>,
    log: Vec<Call>,
}

impl Faults {
    /// Nothing goes wrong.
    pub fn none() -> Self {
        Self::new(None, 0, None)
    }

    /// Call `index` of all calls goes wrong; the first is 0.
    pub fn at(index: usize, injected: Injected) -> Self {
        Self::new(None, index, Some(injected))
    }

    /// Call `index` of this kind goes wrong; the first is 0.
    pub fn of(call: Call, index: usize, injected: Injected) -> Self {
        Self::new(Some(call), index, Some(injected))
    }

    /// The call that went wrong; `None` where the number was never reached.
    pub fn reached(&self) -> Option<Call> {
        self.progress().reached
    }

    /// Every call so far, in order; calls of a dead process are none.
    pub fn calls(&self) -> Vec<Call> {
        self.progress().log.clone()
    }

    /// Whether the process counts as dead: from then on no call has an effect.
    pub fn crashed(&self) -> bool {
        *self.crashed.borrow()
    }

    /// Waits for the death of the process; a test drops its engine then.
    pub async fn death(&self) {
        let mut crashed = self.crashed.subscribe();
        let _ = crashed.wait_for(|dead| *dead).await;
    }

    /// The process is started again; the fault does not come a second time.
    pub fn revive(&self) {
        self.crashed.send_replace(false);
    }

    /// Performs a call, or breaks it.
    pub(super) async fn through<T, F>(&self, call: Call, perform: impl Fn() -> F + Send + Sync) -> Called<T>
    where
        F: Future<Output = Called<T>> + Send,
        T: Send,
    {
        if self.crashed() {
            return Err(dead("a call of a dead process"));
        }
        match self.next(call) {
            None => perform().await,
            Some(Injected::NotSent) => Err(injected(Certainty::NotSent, "injected: not sent")),
            Some(Injected::Refused) => {
                Err(Fault::new(Blame::Rejected, Certainty::Refused, "injected: refused by the far side"))
            }
            Some(Injected::UnknownDone) => {
                let _ = perform().await;
                Err(injected(Certainty::Unknown, "injected: the answer was lost"))
            }
            Some(Injected::UnknownNotDone) => Err(injected(Certainty::Unknown, "injected: the request was lost")),
            Some(Injected::Duplicate) => {
                let first = perform().await;
                let _ = perform().await;
                first
            }
            Some(Injected::DieBefore) => Err(self.die("injected: died before the call")),
            Some(Injected::DieAfter) => {
                let _ = perform().await;
                Err(self.die("injected: died after the call"))
            }
        }
    }

    fn new(only: Option<Call>, index: usize, injected: Option<Injected>) -> Self {
        Self { only, index, injected, progress: Mutex::default(), crashed: watch::Sender::new(false) }
    }

    fn next(&self, call: Call) -> Option<Injected> {
        let mut progress = self.progress();
        progress.log.push(call);
        if self.only.is_some_and(|only| only != call) {
            return None;
        }
        let mine = progress.counted == self.index;
        progress.counted += 1;
        let injected = self.injected.filter(|_| mine)?;
        progress.reached = Some(call);
        Some(injected)
    }

    fn die(&self, what: &str) -> Fault {
        self.crashed.send_replace(true);
        dead(what)
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn injected(certainty: Certainty, what: &str) -> Fault {
    Fault::new(Blame::Transient, certainty, what)
}

fn dead(what: &str) -> Fault {
    Fault::new(Blame::Lost, Certainty::Unknown, what)
}

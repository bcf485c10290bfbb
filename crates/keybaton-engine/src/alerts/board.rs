//! The channels of the configuration, and which of them hear of what.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use keybaton_ports::{Channel, Fault, Message, Subject};
use keybaton_types::SecretId;
use tokio::time::timeout;

/// No attempt takes longer, whatever a channel was set to.
const LONGEST: Duration = Duration::from_mins(1);

/// The channels of the configuration; replaced as a whole when that changes.
#[derive(Clone, Default)]
pub struct Channels {
    inner: Arc<RwLock<Arc<Board>>>,
}

/// Every channel by its name, and the secrets that it hears of.
#[derive(Default)]
pub struct Board {
    /// The channels.
    pub channels: BTreeMap<String, Wired>,
    /// Whom each secret tells.
    pub routes: BTreeMap<SecretId, Route>,
}

/// A channel that can be sent on.
#[derive(Clone)]
pub struct Wired {
    /// Its type.
    pub kind: String,
    /// How it is sent on.
    pub channel: Arc<dyn Channel>,
}

/// Whom a secret tells.
#[derive(Clone, Debug, Default)]
pub struct Route {
    /// Who answers for it.
    pub owner: Option<String>,
    /// The names of its channels.
    pub channels: Vec<String>,
}

impl Wired {
    /// Sends on it once, for at most a minute.
    pub(super) async fn send(&self, message: &Message) -> Result<(), Fault> {
        let sent = timeout(LONGEST, self.channel.send(message)).await;
        sent.unwrap_or_else(|_| Err(Fault::unknown("the channel did not end in time")))
    }
}

impl Channels {
    /// These channels.
    pub fn new(board: Board) -> Self {
        let channels = Self::default();
        channels.replace(board);
        channels
    }

    /// These instead of the present ones.
    pub fn replace(&self, board: Board) {
        *self.inner.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(board);
    }

    /// All of them.
    pub fn board(&self) -> Arc<Board> {
        Arc::clone(&self.inner.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Board {
    /// Whether a channel hears of a subject. Of a channel that fails hear all the others, and of keybaton itself hear all.
    pub(super) fn hears(&self, channel: &str, subject: &Subject) -> bool {
        match subject {
            Subject::Secret(secret) => {
                self.routes.get(secret).is_some_and(|route| route.channels.iter().any(|name| name == channel))
            }
            Subject::Channel(failing) => failing != channel,
            Subject::Keybaton => true,
        }
    }

    /// Who answers for a subject.
    pub(super) fn owner(&self, subject: &Subject) -> Option<String> {
        match subject {
            Subject::Secret(secret) => self.routes.get(secret).and_then(|route| route.owner.clone()),
            Subject::Channel(_) | Subject::Keybaton => None,
        }
    }
}

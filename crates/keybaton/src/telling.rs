//! Who tells people of alerts beside a command that drives rotations: the channels of the configuration, and the courier.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use keybaton_config::Config;
use keybaton_engine::alerts::{Board, Channels, Courier, LocalAlertDesk, Lookout, Route, Wired as WiredChannel};
use keybaton_ports::{Blame, Called, Certainty, Channel, Failure, Fault, Message, Outbox, Store};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::{
    report::Report,
    state::State,
    wiring::{self, Wired},
};

/// What to do with a channel that cannot be built, such as one whose URL is in no variable of this shell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unready {
    /// It is a mistake.
    Refused,
    /// It is left to whoever has what it needs; nothing else waits for it.
    LeftOut,
}

/// The channels of a configuration, as they can be sent on.
pub(crate) async fn board(config: &Config, state: &State, report: &Report, unready: Unready) -> Result<Board, Failure> {
    let mut board = Board { routes: routes(config), ..Board::default() };
    for (name, alert) in &config.alerts {
        match wiring::channel(config, state, report, alert).await {
            Ok(channel) => {
                board.channels.insert(name.clone(), WiredChannel { kind: alert.kind.to_string(), channel });
            }
            Err(failure) if unready == Unready::Refused => return Err(failure),
            Err(failure) => {
                report.words(&format!("warning: no alert is told on the channel {name} from here: {failure}"));
            }
        }
    }
    Ok(board)
}

/// The same channels for whoever only lists them: no reference is read, and nothing can be sent.
pub(crate) fn names(config: &Config) -> Board {
    let mute = |(name, alert): (&String, &keybaton_config::AlertTable)| {
        let channel: Arc<dyn Channel> = Arc::new(Mute);
        (name.clone(), WiredChannel { kind: alert.kind.to_string(), channel })
    };
    Board { routes: routes(config), channels: config.alerts.iter().map(mute).collect() }
}

fn routes(config: &Config) -> std::collections::BTreeMap<keybaton_types::SecretId, Route> {
    let route =
        |secret: &keybaton_config::Secret| Route { owner: secret.owner.clone(), channels: secret.alerts.clone() };
    config.secrets.iter().map(|(id, secret)| (id.clone(), route(secret))).collect()
}

/// The courier of this process.
pub(crate) fn courier(wired: &Wired, channels: Channels) -> Courier {
    let (outbox, store): (Arc<dyn Outbox>, Arc<dyn Store>) =
        (Arc::clone(&wired.state.store) as _, Arc::clone(&wired.state.store) as _);
    Courier::new(outbox, store, Arc::clone(&wired.time), channels, wired.holder.clone())
}

/// The lookout of this process.
pub(crate) fn lookout(wired: &Wired) -> Lookout {
    let (outbox, store): (Arc<dyn Outbox>, Arc<dyn Store>) =
        (Arc::clone(&wired.state.store) as _, Arc::clone(&wired.state.store) as _);
    Lookout::new(outbox, store, wired.charges.clone())
}

/// The desk of this process.
pub(crate) fn desk(state: &State, channels: Channels) -> LocalAlertDesk {
    let (outbox, store): (Arc<dyn Outbox>, Arc<dyn Store>) =
        (Arc::clone(&state.store) as _, Arc::clone(&state.store) as _);
    LocalAlertDesk::new(outbox, store, channels)
}

/// A courier that works beside a command.
pub(crate) struct Telling {
    courier: Courier,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Telling {
    /// Starts it.
    pub(crate) fn start(courier: Courier) -> Self {
        let stop = CancellationToken::new();
        let task = tokio::spawn(courier.clone().run(stop.clone()));
        Self { courier, stop, task }
    }

    /// Starts it over the channels that can be built here.
    pub(crate) async fn beside(wired: &Wired, report: &Report) -> Result<Self, Failure> {
        let board = board(&wired.config, &wired.state, report, Unready::LeftOut).await?;
        Ok(Self::start(courier(wired, Channels::new(board))))
    }

    /// Ends it; what is due is tried once more, for at most so long.
    pub(crate) async fn end(self, limit: Duration) {
        self.stop.cancel();
        let _ = self.task.await;
        self.courier.flush(limit).await;
    }
}

/// A channel of a configuration that is only listed.
struct Mute;

#[async_trait]
impl Channel for Mute {
    async fn send(&self, _: &Message) -> Called<()> {
        Err(Fault::new(Blame::Unsupported, Certainty::NotSent, "nothing is sent from here"))
    }
}

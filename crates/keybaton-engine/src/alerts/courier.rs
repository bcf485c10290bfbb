//! The courier: a reconciler of its own beside the engine. It reads what channels have yet to be told, and tells them.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use keybaton_ports::{
    Attempt, Blame, Certainty, Due, Ended, Fared, Fault, Openness, Outbox, Store, StoreError, Subject,
};
use tokio::{
    task::{Id, JoinSet},
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use super::{Board, Channels, Wired, compose, pace};
use crate::{Charges, Time, alerts};

/// How often the outbox is looked at.
const LOOK: Duration = Duration::from_secs(1);

/// How long a channel is taken: longer than one attempt, so that nobody else sends meanwhile.
const TAKEN: Duration = Duration::from_secs(90);

/// How many notices are read at once.
const PAGE: u32 = 200;

/// What is over for so long is dropped.
const KEPT: Duration = Duration::from_hours(7 * 24);

/// How many looks there are from one such clean-up to the next: an hour.
const TIDY: u32 = 3600;

/// The kind of the alert about a channel that fails.
const FAILING: &str = "channel-failing";

/// A channel that fails so often in a row is an alert of its own: one attempt may fail by chance.
const OFTEN: u64 = 2;

/// Tells channels what the outbox holds for them.
#[derive(Clone)]
pub struct Courier {
    outbox: Arc<dyn Outbox>,
    store: Arc<dyn Store>,
    time: Arc<dyn Time>,
    channels: Channels,
    holder: String,
}

/// What an attempt came to, for the next message on the same channel.
enum Next {
    /// The channel takes messages.
    Goes,
    /// It does not now.
    Waits,
}

impl Courier {
    /// A courier that acts as `holder`.
    pub fn new(
        outbox: Arc<dyn Outbox>,
        store: Arc<dyn Store>,
        time: Arc<dyn Time>,
        channels: Channels,
        holder: impl Into<String>,
    ) -> Self {
        Self { outbox, store, time, channels, holder: holder.into() }
    }

    /// Tells of a lapse of the schedule, if there was one until now, and says that somebody works. Call it before the
    /// first heartbeat; [`Courier::end_lapse`] says that it is over.
    pub async fn note_lapse(&self, charges: &Charges) {
        let noted = async {
            if let Some(lapse) = alerts::lapse(self.store.as_ref(), self.outbox.as_ref(), charges).await? {
                self.outbox.raise(&Subject::Keybaton, alerts::SCHEDULER_DEAD, &lapse.words()).await?;
            }
            self.outbox.pulse().await
        };
        if let Err(error) = noted.await {
            tracing::warn!(%error, "whether nobody worked cannot be told");
        }
    }

    /// Resolves the alert about a lapse: an engine works.
    pub async fn end_lapse(&self) {
        if let Err(error) = self.outbox.close(&Subject::Keybaton, alerts::SCHEDULER_DEAD).await {
            tracing::warn!(%error, "that somebody works cannot be told");
        }
    }

    /// Tells until it is told to stop. A channel that hangs delays no other one.
    pub async fn run(self, stop: CancellationToken) {
        let mut tasks = JoinSet::new();
        let mut busy: BTreeMap<Id, String> = BTreeMap::new();
        let mut looks = (0..TIDY).cycle();
        while !stop.is_cancelled() {
            if looks.next() == Some(0) {
                self.prune().await;
            }
            for name in self.channels.board().channels.keys() {
                if !busy.values().any(|known| known == name) {
                    let (courier, channel) = (self.clone(), name.clone());
                    let task = tasks.spawn(async move { courier.visit(&channel).await });
                    busy.insert(task.id(), name.clone());
                }
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.time.sleep(LOOK) => {}
            }
            while let Some(ended) = tasks.try_join_next_with_id() {
                busy.remove(&ended.map_or_else(|error| error.id(), |(id, ())| id));
            }
        }
        tasks.shutdown().await;
    }

    /// Tells what is due once, for at most so long: whoever ends in order leaves little to the next one.
    pub async fn flush(&self, limit: Duration) {
        let names: Vec<String> = self.channels.board().channels.keys().cloned().collect();
        let mut tasks: JoinSet<()> = names
            .into_iter()
            .map(|name| {
                let courier = self.clone();
                async move { courier.visit(&name).await }
            })
            .collect();
        let all = async { while tasks.join_next().await.is_some() {} };
        // what is cut off here is told by whoever comes next
        let _ = timeout(limit, all).await;
        tasks.shutdown().await;
    }

    /// One channel: tells it what is due, as long as it takes it.
    async fn visit(&self, name: &str) {
        if let Err(error) = self.tell_all(name).await {
            tracing::warn!(channel = name, %error, "the outbox cannot be read or written");
        }
    }

    async fn tell_all(&self, name: &str) -> Result<(), StoreError> {
        let board = self.channels.board();
        let Some(wired) = board.channels.get(name) else { return Ok(()) };
        let now = self.store.now().await?;
        if !pace::may_try(self.fared(name).await?.as_ref(), now) || self.next(&board, name, 0).await?.is_none() {
            return Ok(());
        }
        let mut after = 0;
        while self.outbox.take(name, &self.holder, TAKEN).await? {
            // read again under the claim: somebody else may have told it meanwhile
            let Some(due) = self.next(&board, name, after).await? else { break };
            after = due.notice.no;
            match self.tell(&board, name, wired, &due).await? {
                Next::Goes => {}
                Next::Waits => break,
            }
        }
        self.outbox.give_up(name, &self.holder).await
    }

    /// The first notice that this channel hears of and may be told now.
    async fn next(&self, board: &Board, name: &str, mut after: u64) -> Result<Option<Due>, StoreError> {
        let now = self.store.now().await?;
        loop {
            let page = self.outbox.due(name, after, PAGE).await?;
            let Some(last) = page.last() else { return Ok(None) };
            after = last.notice.no;
            let ripe = |due: &Due| board.hears(name, &due.notice.subject) && pace::is_ripe(due, now);
            if let Some(due) = page.into_iter().find(ripe) {
                return Ok(Some(due));
            }
        }
    }

    async fn tell(&self, board: &Board, name: &str, wired: &Wired, due: &Due) -> Result<Next, StoreError> {
        let now = self.store.now().await?;
        let owner = board.owner(&due.notice.subject);
        let message = compose::message(due, self.store.installation(), owner, now);
        let sent = wired.send(&message).await;
        let (ended, next) = match &sent {
            Ok(()) => (Ended::Told, Next::Goes),
            Err(fault) => (
                Ended::Failed { why: fault.what.clone(), again: pace::message(due.tries) },
                // a message that this channel will not have does not hold up the others
                if (fault.certainty, fault.blame) == (Certainty::Refused, Blame::Rejected) {
                    Next::Goes
                } else {
                    Next::Waits
                },
            ),
        };
        let open = if due.notice.closed.is_none() { Openness::Open } else { Openness::Over };
        let attempt = Attempt { notice: due.notice.no, turn: due.notice.turn, open, ended };
        self.outbox.settle(name, &attempt).await?;
        self.note(name, &sent).await?;
        Ok(next)
    }

    /// A channel that fails is itself an alert, on every other one.
    async fn note(&self, name: &str, sent: &Result<(), Fault>) -> Result<(), StoreError> {
        let subject = Subject::Channel(name.to_owned());
        let Err(fault) = sent else { return self.outbox.close(&subject, FAILING).await };
        tracing::warn!(channel = name, %fault, "the alert was not taken");
        let failures = self.fared(name).await?.map_or(0, |fared| fared.failures);
        if failures < OFTEN {
            return Ok(());
        }
        let what = format!("alerts do not get through on the channel {name}: {fault}");
        self.outbox.raise(&subject, FAILING, &what).await
    }

    async fn fared(&self, name: &str) -> Result<Option<Fared>, StoreError> {
        Ok(self.outbox.channels().await?.into_iter().find(|fared| fared.channel == name))
    }

    async fn prune(&self) {
        let pruned = async {
            let now = self.store.now().await?;
            self.outbox.prune(now - KEPT).await
        };
        if let Err(error) = pruned.await {
            tracing::warn!(%error, "old alerts cannot be dropped");
        }
    }
}

//! The service: claims due work and drives it. A reconciler: it is woken by time, by a change in the store or by a
//! request, takes no input, and reads what to do.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use keybaton_ports::{Enrolled, Store};
use keybaton_types::{SecretId, Timestamp};
use tokio::task::{Id, JoinSet};
use tokio_util::sync::CancellationToken;

use crate::{Charge, Charges, Driver, Error, Time, drive::Came};

/// Changes by other processes are noticed within this (R7).
const POLL: Duration = Duration::from_millis(250);

/// How long a heartbeat counts.
const ALIVE: Duration = Duration::from_secs(10);

/// How often it is given.
const BEAT: Duration = Duration::from_secs(3);

/// When to come back after trouble, or to a secret that another engine drives.
const SOON: Duration = Duration::from_secs(2);

/// When to come back to a schedule that is due and may not start: only what a person changes helps it.
const DECLINED: Duration = Duration::from_mins(1);

/// How the service works.
#[derive(Clone, Debug)]
pub struct Options {
    /// Its name among other engines.
    pub holder: String,
    /// Secrets that are driven at once.
    pub concurrency: usize,
}

/// Claims due work and drives it.
pub struct Service {
    options: Options,
    store: Arc<dyn Store>,
    time: Arc<dyn Time>,
    driver: Arc<Driver>,
    charges: Charges,
}

/// What the service knows between two looks.
#[derive(Default)]
struct Round {
    now: Timestamp,
    stamp: Option<u64>,
    /// When every secret was listed last, by the boot time.
    listed: Option<i64>,
    charges: Option<Arc<BTreeMap<SecretId, Arc<Charge>>>>,
    running: BTreeMap<Id, SecretId>,
    touched: BTreeMap<SecretId, u64>,
    due: BTreeMap<SecretId, Timestamp>,
}

/// When to come back to a secret by time alone.
enum Again {
    /// Not before something happens.
    Never,
    /// At this time.
    At(Timestamp),
    /// After a while.
    In(Duration),
}

impl Service {
    /// A service over these secrets.
    pub fn new(
        options: Options,
        store: Arc<dyn Store>,
        time: Arc<dyn Time>,
        driver: Arc<Driver>,
        charges: Charges,
    ) -> Self {
        Self { options, store, time, driver, charges }
    }

    /// Works until it is told to stop; then ends what it does, and gives up every lease and its heartbeat.
    pub async fn run(self, shutdown: CancellationToken) -> Result<(), Error> {
        let (store, time) = (Arc::clone(&self.store), Arc::clone(&self.time));
        let beat = tokio::spawn(heartbeat(store, time, self.options.holder.clone(), shutdown.clone()));
        let seals = tokio::spawn(self.driver.notary().keep(shutdown.clone()));
        let mut tasks = JoinSet::new();
        let mut round = Round::default();
        while !shutdown.is_cancelled() {
            if let Err(error) = self.look(&mut round, &mut tasks).await {
                tracing::error!(%error, source = ?std::error::Error::source(&error), "the state database does not answer");
            }
            self.settle(&mut round, &mut tasks, &shutdown).await;
        }
        while let Some(ended) = tasks.join_next().await {
            drop(ended);
        }
        self.driver.release().await;
        let _ = (beat.await, seals.await);
        self.driver.notary().sign().await;
        Ok(self.store.beat(&self.options.holder, Duration::ZERO).await?)
    }

    /// Starts a pass for each secret that was touched or is due, as far as there is room.
    async fn look(&self, round: &mut Round, tasks: &mut JoinSet<Again>) -> Result<(), Error> {
        if round.may_list(self.time.boot()) {
            let stamp = self.store.stamp().await?;
            if round.stamp != Some(stamp) {
                round.touch(&self.store.secrets().await?);
                round.stamp = Some(stamp);
            }
        }
        round.configured(self.charges.all());
        round.tell(self.store.now().await?);
        let room = self.options.concurrency.max(1).saturating_sub(round.running.len());
        for secret in round.ready(room) {
            round.due.remove(&secret);
            let Some(charge) = self.charges.get(&secret) else { continue };
            let driver = Arc::clone(&self.driver);
            let task = tasks.spawn(async move { again(&driver, &charge).await });
            round.running.insert(task.id(), secret);
        }
        Ok(())
    }

    /// Waits for the next reason to look: a pass that ended, the poll, or the end.
    async fn settle(&self, round: &mut Round, tasks: &mut JoinSet<Again>, shutdown: &CancellationToken) {
        tokio::select! {
            Some(ended) = tasks.join_next_with_id() => match ended {
                Ok((id, again)) => round.ended(id, &again),
                Err(error) => round.ended(error.id(), &Again::In(SOON)),
            },
            () = self.time.sleep(POLL) => {}
            () = shutdown.cancelled() => {}
        }
    }
}

impl Round {
    /// Whether it is time to list every secret again: once a poll, however many passes end in between.
    fn may_list(&mut self, boot: i64) -> bool {
        let poll = i64::try_from(POLL.as_micros()).unwrap_or(i64::MAX);
        let may = self.listed.is_none_or(|at| boot.saturating_sub(at) >= poll);
        if may {
            self.listed = Some(boot);
        }
        may
    }

    /// Whatever was touched since the last look is due at once.
    fn touch(&mut self, rows: &[Enrolled]) {
        for row in rows {
            if self.touched.insert(row.secret.clone(), row.touched) != Some(row.touched) {
                self.due.insert(row.secret.clone(), Timestamp::default());
            }
        }
    }

    /// When the configuration was replaced, every secret is looked at: its schedule may be another one.
    fn configured(&mut self, charges: Arc<BTreeMap<SecretId, Arc<Charge>>>) {
        if self.charges.as_ref().is_none_or(|known| !Arc::ptr_eq(known, &charges)) {
            self.due.extend(charges.keys().map(|secret| (secret.clone(), Timestamp::default())));
            self.charges = Some(charges);
        }
    }

    /// It is this late. A clock that went back would put everything off that waits by it: all of it is looked at now.
    fn tell(&mut self, now: Timestamp) {
        if now < self.now {
            self.due.values_mut().for_each(|at| *at = now.min(*at));
        }
        self.now = now;
    }

    /// The first secrets that are due: whoever has waited longest comes first.
    fn ready(&self, room: usize) -> Vec<SecretId> {
        let running: BTreeSet<&SecretId> = self.running.values().collect();
        let due = self.due.iter().filter(|(secret, at)| **at <= self.now && !running.contains(secret));
        let mut due: Vec<(&SecretId, &Timestamp)> = due.collect();
        due.sort_by_key(|(_, at)| **at);
        due.into_iter().take(room).map(|(secret, _)| secret.clone()).collect()
    }

    fn ended(&mut self, id: Id, again: &Again) {
        let Some(secret) = self.running.remove(&id) else { return };
        let at = match again {
            Again::Never => return,
            Again::At(at) => *at,
            Again::In(span) => self.now + *span,
        };
        self.due.entry(secret).and_modify(|due| *due = at.min(*due)).or_insert(at);
    }
}

/// One pass, and when to come back: at the time it names, or soon after trouble of the store or with the lease.
async fn again(driver: &Driver, charge: &Charge) -> Again {
    match turn(driver, charge).await {
        Ok(again) => again,
        Err(error) => {
            let source = std::error::Error::source(&error).map(ToString::to_string);
            tracing::error!(secret = %charge.secret, %error, source, "the pass ended; nothing was lost");
            Again::In(SOON)
        }
    }
}

async fn turn(driver: &Driver, charge: &Charge) -> Result<Again, Error> {
    Ok(match driver.drive(charge).await? {
        Came::Waits(at) => at.map_or(Again::Never, Again::At),
        Came::Idle => driver.firing(charge).await?.map_or(Again::Never, Again::At),
        Came::Goes => Again::In(Duration::ZERO),
        Came::Declined => Again::In(DECLINED),
        Came::Taken => Again::In(SOON),
    })
}

async fn heartbeat(store: Arc<dyn Store>, time: Arc<dyn Time>, holder: String, shutdown: CancellationToken) {
    while !shutdown.is_cancelled() {
        if let Err(error) = store.beat(&holder, ALIVE).await {
            tracing::warn!(%error, "no heartbeat was given");
        }
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = time.sleep(BEAT) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_by_a_clock_that_went_back_is_looked_at_now() {
        let (now, hour) = (Timestamp(10_000_000_000), Duration::from_hours(1));
        let secret: SecretId = "payments/prod".parse().expect("a name");
        let mut round = Round::default();
        round.tell(now);
        round.due.insert(secret.clone(), now + Duration::from_mins(1));
        assert!(round.ready(1).is_empty());
        round.tell(now - hour);
        assert_eq!(round.ready(1), [secret]);
    }
}

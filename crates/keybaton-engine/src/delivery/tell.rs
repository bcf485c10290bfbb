//! Writing down what instances tell: whatever comes together is one commit, and everybody hears how it ended.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use keybaton_core::ledger::{Report, Seen, Sighting};
use keybaton_ports::{Store, Told};
use keybaton_types::{CredentialNo, SecretId};
use tokio::{
    sync::{mpsc, oneshot},
    time::{Instant, timeout_at},
};

use super::Undelivered;

/// So many wait in line; the next ones wait before it.
const LINE: usize = 4_096;

/// So many are written in one commit.
const MOST: usize = 1_024;

/// What need not be written at once waits this long for company.
const COMPANY: Duration = Duration::from_millis(100);

/// How soon something is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Haste {
    /// At once.
    Now,
    /// Together with what comes next.
    Soon,
}

/// What one instance tells.
struct Saying {
    told: Vec<Told>,
    haste: Haste,
    done: oneshot::Sender<Result<(), Undelivered>>,
}

/// Where instances tell.
pub(super) struct Ear(mpsc::Sender<Saying>);

/// Who writes it down.
pub(super) struct Scribe(mpsc::Receiver<Saying>);

pub(super) fn line() -> (Ear, Scribe) {
    let (ear, scribe) = mpsc::channel(LINE);
    (Ear(ear), Scribe(scribe))
}

impl Ear {
    /// Writes it down, and returns when it is durable.
    pub(super) async fn tell(&self, told: Vec<Told>, haste: Haste) -> Result<(), Undelivered> {
        let (done, ended) = oneshot::channel();
        self.0.send(Saying { told, haste, done }).await.map_err(|_| Undelivered::Closed)?;
        ended.await.map_err(|_| Undelivered::Closed)?
    }
}

impl Scribe {
    /// Writes until it is closed, and then what is left in the line.
    pub(super) async fn run(mut self, store: Arc<dyn Store>, stop: tokio_util::sync::CancellationToken) {
        loop {
            let first = tokio::select! {
                first = self.0.recv() => first,
                () = stop.cancelled(), if !self.0.is_closed() => {
                    self.0.close();
                    continue;
                }
            };
            let Some(first) = first else { return };
            let together = self.gather(first).await;
            let told = merged(together.iter().flat_map(|saying| &saying.told));
            let ended = store.hear(&told).await.map_err(Undelivered::from);
            for saying in together {
                // whoever has gone away does not want to know
                saying.done.send(ended.clone()).ok();
            }
        }
    }

    async fn gather(&mut self, first: Saying) -> Vec<Saying> {
        let (until, mut together) = (Instant::now() + COMPANY, vec![first]);
        while together.iter().all(|saying| saying.haste == Haste::Soon) && together.len() < MOST {
            let Ok(Some(next)) = timeout_at(until, self.0.recv()).await else { break };
            together.push(next);
        }
        while together.len() < MOST
            && let Ok(next) = self.0.try_recv()
        {
            together.push(next);
        }
        together
    }
}

type About = (SecretId, String, String, Option<CredentialNo>);

/// The same in fewer rows.
fn merged<'a>(told: impl Iterator<Item = &'a Told>) -> Vec<Told> {
    let mut seen: BTreeMap<(About, Seen), Sighting> = BTreeMap::new();
    let mut counted: BTreeMap<About, Report> = BTreeMap::new();
    for told in told {
        match told {
            Told::Seen(secret, sighting) => {
                let about = (secret.clone(), sighting.consumer.clone(), sighting.instance.clone(), sighting.credential);
                seen.entry((about, sighting.seen))
                    .and_modify(|known| {
                        known.last = known.last.max(sighting.last);
                        known.lease_until = known.lease_until.zip(sighting.lease_until).map(|(a, b)| a.max(b));
                    })
                    .or_insert_with(|| sighting.clone());
            }
            Told::Counted(secret, report) => {
                let about = (secret.clone(), report.consumer.clone(), report.instance.clone(), Some(report.credential));
                counted
                    .entry(about)
                    .and_modify(|known| {
                        known.ok = known.ok.saturating_add(report.ok);
                        known.refused = known.refused.saturating_add(report.refused);
                        known.refused_at = known.refused_at.max(report.refused_at);
                    })
                    .or_insert_with(|| report.clone());
            }
        }
    }
    let seen = seen.into_iter().map(|((about, _), sighting)| Told::Seen(about.0, sighting));
    seen.chain(counted.into_iter().map(|(about, report)| Told::Counted(about.0, report))).collect()
}

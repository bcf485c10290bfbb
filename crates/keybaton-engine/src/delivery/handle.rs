//! The handle of delivery: what a server asks for its readers.

use std::{sync::Arc, time::Duration};

use keybaton_core::ledger::{Report, Seen, Sighting};
use keybaton_ports::Told;
use keybaton_types::{CredentialNo, SecretId, Timestamp, VersionNo, wire::Kind};
use tokio::{
    sync::Notify,
    time::{Instant, timeout_at},
};

use super::{
    Place, Shown, Undelivered,
    grant::{Reader, Term},
    shelf::{Shelf, Slot},
    shown::Page,
    tell::{Ear, Haste},
};
use crate::{safe::Safe, time::Time};

/// What another server has shown is known here after this.
const LAG: Duration = Duration::from_secs(1);

/// What a server asks for its readers. Clones share it.
#[derive(Clone)]
pub struct Delivery {
    pub(super) inner: Arc<Inner>,
}

pub(super) struct Inner {
    pub(super) safe: Safe,
    pub(super) time: Arc<dyn Time>,
    pub(super) shelf: Shelf,
    pub(super) ear: Ear,
    pub(super) told: Arc<Notify>,
}

/// What a reader has already, and for how long it waits for something else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Awaited {
    /// The tags of what it has.
    pub tags: Vec<String>,
    /// The version that it has.
    pub after: Option<VersionNo>,
    /// How long it waits.
    pub patience: Duration,
}

/// The answer to a read. The grant of it is durable.
pub enum Reading {
    /// A value that the reader does not have.
    Value {
        /// What it is shown; the value is open.
        shown: Arc<Shown>,
        /// How long ago that was published.
        age: Duration,
        /// Why it may be out of date.
        stale: Option<&'static str>,
    },
    /// The reader has it: its term begins anew.
    Unchanged {
        /// Under which tag.
        tag: String,
    },
}

/// How calls with a version ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Calls that were let in.
    pub ok: u64,
    /// Calls that were refused.
    pub refused: u64,
}

impl Awaited {
    fn is_news(&self, shown: &Shown) -> bool {
        let tagged = !self.tags.is_empty() && self.tags.iter().all(|tag| *tag != shown.tag && tag != "*");
        let newer = self.after.is_some_and(|after| shown.version > after);
        tagged || newer || self.tags.is_empty() && self.after.is_none()
    }
}

impl Delivery {
    /// What a reader gets of a secret, as soon as it is something that it does not have.
    pub async fn read(&self, secret: &SecretId, reader: &Reader, awaited: &Awaited) -> Result<Reading, Undelivered> {
        let slot = self.inner.shelf.slot(secret).await?;
        self.inner.shelf.admit(reader, self.inner.time.boot())?;
        let (mut pages, until) = (slot.page.subscribe(), Instant::now() + awaited.patience);
        let mut over = awaited.patience.is_zero();
        loop {
            let page = Arc::clone(&pages.borrow_and_update());
            if let Some(has) = awaited.after.filter(|after| page.is_behind(*after)) {
                // another server may have shown it a moment ago, and this one may not have read it yet
                if timeout_at(Instant::now() + LAG, pages.changed()).await.is_ok() {
                    continue;
                }
                return Err(self.older(&slot, &page, reader, has).await);
            }
            match &page.shown {
                Some(shown) if over || awaited.is_news(shown) => {
                    self.grant(&slot, &page, shown, reader).await?;
                    // what was published while the grant was written is what leaves
                    if !pages.has_changed().unwrap_or(false) {
                        return Ok(self.reading(shown, awaited));
                    }
                    continue;
                }
                None if over => return Err(Undelivered::Empty(secret.clone())),
                Some(_) | None => {}
            }
            match timeout_at(until, pages.changed()).await {
                Ok(Ok(())) => {}
                Ok(Err(_)) => return Err(Undelivered::Unknown(secret.clone())),
                Err(_) => over = true,
            }
        }
    }

    /// Writes down what became of a version in the hands of an instance; returns when that is durable.
    pub async fn sighted(
        &self,
        secret: &SecretId,
        reader: &Reader,
        version: VersionNo,
        kind: Kind,
    ) -> Result<(), Undelivered> {
        let (slot, page) = self.open(secret, reader).await?;
        let (seen, now) = (seen(kind), self.now().await?);
        let lease = page.shown.as_ref().map(|shown| shown.lease);
        let lease = lease.filter(|_| seen == Seen::Fetched && reader.term == Term::Enforced).map(|lease| now + lease);
        self.tell(&slot, &page, reader, version, seen, lease, now).await
    }

    /// Writes down how calls with a version ended; returns when that is durable.
    pub async fn reported(
        &self,
        secret: &SecretId,
        reader: &Reader,
        version: VersionNo,
        counts: Counts,
    ) -> Result<(), Undelivered> {
        let (slot, page) = self.open(secret, reader).await?;
        let now = self.now().await?;
        let Some(credential) = page.versions.get(&version).copied() else {
            return self.tell(&slot, &page, reader, version, Seen::Used, None, now).await;
        };
        let report = Report {
            consumer: reader.consumer.clone(),
            instance: reader.instance.clone(),
            credential,
            ok: counts.ok,
            refused: counts.refused,
            refused_at: (counts.refused > 0).then_some(now),
            ..Report::default()
        };
        let haste = if counts.refused > 0 { Haste::Now } else { Haste::Soon };
        self.inner.ear.tell(vec![Told::Counted(secret.clone(), report)], haste).await
    }

    /// Which key a version of a secret stands for now.
    pub fn place(&self, secret: &SecretId, version: VersionNo) -> Place {
        let slot = self.inner.shelf.known(secret);
        slot.map_or(Place::Unknown, |slot| slot.page.borrow().place(version))
    }

    /// Whether the state is from an older copy, and nobody has looked at it since: then it may not know everybody whom it
    /// once let in.
    pub fn is_restored(&self) -> bool {
        self.inner.shelf.is_restored()
    }

    /// Whoever commits in this process says so here, and readers hear of it at once.
    pub fn nudge(&self) -> Arc<Notify> {
        Arc::clone(&self.inner.told)
    }

    async fn open(&self, secret: &SecretId, reader: &Reader) -> Result<(Arc<Slot>, Arc<Page>), Undelivered> {
        let slot = self.inner.shelf.slot(secret).await?;
        self.inner.shelf.admit(reader, self.inner.time.boot())?;
        let page = Arc::clone(&slot.page.borrow());
        Ok((slot, page))
    }

    /// Makes the grant durable, unless what is written covers it.
    async fn grant(&self, slot: &Slot, page: &Page, shown: &Shown, reader: &Reader) -> Result<(), Undelivered> {
        let opened = shown.open(&self.inner.safe, &slot.secret).await?;
        is_text(&slot.secret, &opened.value)?;
        self.inner.shelf.greet(slot, page, &reader.consumer);
        let (clock, _) = self.inner.shelf.clock(self.inner.time.boot());
        if slot.holders().covers(reader, shown, clock) {
            return Ok(());
        }
        let now = self.now().await?;
        let until = reader.lease(shown, now);
        let sighting = sighting(reader, Some(shown.credential), Seen::Fetched, now, until);
        self.inner.ear.tell(vec![Told::Seen(slot.secret.clone(), sighting)], Haste::Now).await?;
        slot.holders().granted(reader, shown.version, now, until);
        Ok(())
    }

    #[expect(clippy::too_many_arguments, reason = "a sighting has as many parts")]
    async fn tell(
        &self,
        slot: &Slot,
        page: &Page,
        reader: &Reader,
        version: VersionNo,
        seen: Seen,
        lease: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<(), Undelivered> {
        if page.is_behind(version) {
            witness(&slot.secret, reader, version, page.newest);
        }
        self.inner.shelf.greet(slot, page, &reader.consumer);
        let credential = page.versions.get(&version).copied();
        let first = slot.holders().told(reader, credential, seen, now);
        let haste = if first || seen == Seen::Dropped { Haste::Now } else { Haste::Soon };
        let sighting = sighting(reader, credential, seen, now, lease);
        self.inner.ear.tell(vec![Told::Seen(slot.secret.clone(), sighting)], haste).await
    }

    /// A reader that has a later version than this ledger knows: written down as a holder of something unknown, so that
    /// no revoke passes it, and refused, so that no version goes backwards (R11).
    async fn older(&self, slot: &Slot, page: &Page, reader: &Reader, has: VersionNo) -> Undelivered {
        let known = page.newest;
        let told = match self.now().await {
            Ok(now) => self.tell(slot, page, reader, has, Seen::Fetched, None, now).await,
            Err(error) => Err(error),
        };
        told.err().unwrap_or_else(|| Undelivered::Older { secret: slot.secret.clone(), has, known })
    }

    fn reading(&self, shown: &Arc<Shown>, awaited: &Awaited) -> Reading {
        if !awaited.is_news(shown) {
            return Reading::Unchanged { tag: shown.tag.clone() };
        }
        let (now, stale) = self.inner.shelf.clock(self.inner.time.boot());
        let stale = stale.then_some("the state database does not answer");
        Reading::Value { shown: Arc::clone(shown), age: now.since(shown.published), stale }
    }

    async fn now(&self) -> Result<Timestamp, Undelivered> {
        Ok(self.inner.safe.store.now().await?)
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a value that is no text cannot be told in JSON, and is refused before its grant"
)]
fn is_text(secret: &SecretId, value: &keybaton_seal::SecretValue) -> Result<(), Undelivered> {
    std::str::from_utf8(value.expose()).map(drop).map_err(|_| Undelivered::NotText(secret.clone()))
}

fn witness(secret: &SecretId, reader: &Reader, has: VersionNo, known: VersionNo) {
    let (consumer, instance) = (&reader.consumer, &reader.instance);
    tracing::error!(
        %secret, consumer, instance, %has, %known,
        "an instance has a version that this state database does not know: it may be an old copy"
    );
}

fn seen(kind: Kind) -> Seen {
    match kind {
        Kind::Fetched => Seen::Fetched,
        Kind::Delivered => Seen::Delivered,
        Kind::Used => Seen::Used,
        Kind::Dropped => Seen::Dropped,
    }
}

fn sighting(
    reader: &Reader,
    credential: Option<CredentialNo>,
    seen: Seen,
    last: Timestamp,
    lease_until: Option<Timestamp>,
) -> Sighting {
    let (consumer, instance) = (reader.consumer.clone(), reader.instance.clone());
    Sighting { consumer, instance, credential, seen, last, lease_until }
}

//! The status of every secret, the oldest key first.

use std::collections::{BTreeMap, BTreeSet};

use keybaton_core::{
    civil::rfc3339,
    facts::{Facts, Presence},
    ledger::{Holder, Seen, Sighting},
    policy::Pause,
    roster::{self, Stand},
    rotation::explain::{errand, explain},
};
use keybaton_ports::{Failure, Notice, Snapshot, StoreError, Subject};
use keybaton_types::{
    CredentialNo, Installation, Phase, Timestamp,
    document::{Consumers, Errand, Secret, Status, Straggler},
};

use super::{Local, store};
use crate::{Charge, alerts, due, facts::Known};

/// How many notices are looked through.
const NOTICES: u32 = 500;

impl Local {
    pub(super) async fn read_status(&self) -> Result<Status, Failure> {
        let mut secrets = Vec::new();
        for charge in self.charges.all().values() {
            let snapshot = self.store().read(&charge.secret).await.map_err(store)?;
            secrets.push(secret(charge, snapshot.as_ref(), self.store().installation()));
        }
        secrets.sort_by(|a, b| {
            b.age_seconds.cmp(&a.age_seconds).then_with(|| (&a.secret, &a.env).cmp(&(&b.secret, &b.env)))
        });
        let engines = self.store().engines().await.map_err(store)?;
        let engines = engines.into_iter().map(|engine| engine.holder).collect();
        let alerts = self.own_alerts().await.map_err(store)?;
        Ok(Status { schema: Status::SCHEMA.to_owned(), secrets, engines, alerts })
    }

    /// What is wrong with keybaton itself.
    async fn own_alerts(&self) -> Result<Vec<String>, StoreError> {
        let Some(outbox) = &self.outbox else { return Ok(Vec::new()) };
        let lapse = alerts::lapse(self.store(), outbox.as_ref(), &self.charges).await?;
        let about_us = |notice: &Notice| !matches!(notice.subject, Subject::Secret(_)) && notice.closed.is_none();
        let noticed = outbox.notices(NOTICES).await?.into_iter().filter(about_us);
        let noticed = noticed.filter(|notice| notice.kind != alerts::SCHEDULER_DEAD).map(|notice| notice.what);
        Ok(lapse.map(|lapse| lapse.words()).into_iter().chain(noticed).collect())
    }
}

fn secret(charge: &Charge, snapshot: Option<&Snapshot>, installation: &Installation) -> Secret {
    let ledger = snapshot.map(|snapshot| &snapshot.ledger);
    let current = ledger.and_then(|ledger| ledger.current_credential());
    let rotation = ledger.and_then(|ledger| ledger.rotation.as_ref());
    let active = snapshot.filter(|_| rotation.is_some()).map(|snapshot| Known::new(charge, snapshot.clone()));
    let facts = active.as_ref().map(|known| known.facts(charge, installation, Presence::Stays));
    let age = snapshot.zip(current).map(|(snapshot, credential)| snapshot.now.since(credential.born));
    let max_age = charge.policy.max_age;
    let next = snapshot.and_then(|snapshot| due::next(charge, snapshot).map(|at| (at, at.since(snapshot.now))));
    Secret {
        secret: charge.secret.name().to_owned(),
        env: charge.secret.env().to_owned(),
        owner: charge.owner.clone(),
        version: ledger.and_then(|ledger| ledger.current).map(|no| no.0),
        age_seconds: age.map(|age| age.as_secs()),
        max_age_seconds: max_age.map(|age| age.as_secs()),
        phase: rotation.map_or(Phase::Idle, keybaton_core::rotation::Rotation::phase),
        rotation: rotation.map(|rotation| rotation.id.name(&charge.secret)),
        hold: rotation.and_then(|rotation| rotation.hold.as_ref()).map(|hold| hold.reason.to_string()),
        errand: facts.as_ref().and_then(by_hand),
        waits: facts.as_ref().map(|facts| explain(facts).waits).unwrap_or_default(),
        live_credentials: ledger.map_or(0, |ledger| ledger.live().count()),
        next_rotation: next.map(|(at, _)| rfc3339(at)),
        next_rotation_seconds: next.map(|(_, left)| left.as_secs()),
        due: next.is_some_and(|(_, left)| left.is_zero()),
        paused: snapshot.and_then(|snapshot| due::paused(charge, snapshot)).map(Pause::document),
        overdue: age.zip(max_age).is_some_and(|(age, most)| age > most),
        consumers: snapshot.map(|snapshot| consumers(charge, snapshot, current.map(|c| c.no))).unwrap_or_default(),
        shared_with: snapshot.map(|snapshot| shared(snapshot, current.map(|c| c.no))).unwrap_or_default(),
        alerts: snapshot.map(|snapshot| raised(charge, snapshot)).unwrap_or_default(),
    }
}

/// Other secrets that may still need the current value.
fn shared(snapshot: &Snapshot, current: Option<CredentialNo>) -> Vec<String> {
    let keeps = |holder: &&Holder| Some(holder.credential) == current && holder.keeps();
    let mut names: Vec<String> = snapshot.shared.iter().filter(keeps).map(|h| h.secret.to_string()).collect();
    names.dedup();
    names
}

/// Those of the ledger, and each pause that ended without anybody having said that they know.
fn raised(charge: &Charge, snapshot: &Snapshot) -> Vec<String> {
    let open = snapshot.ledger.alerts.iter().map(|alert| alert.what.clone());
    open.chain(due::over(charge, snapshot).into_iter().map(Pause::farewell)).collect()
}

/// What a person has to do at the service.
fn by_hand(facts: &Facts<'_>) -> Option<Errand> {
    let rotation = facts.ledger.rotation.as_ref()?;
    rotation.hold.as_ref()?.reason.errand()?;
    errand(rotation, facts)
}

/// Counts instances, not services: one that may still use anything but the current credential is a straggler.
pub(crate) fn consumers(charge: &Charge, snapshot: &Snapshot, current: Option<CredentialNo>) -> Consumers {
    let others = snapshot.ledger.live().map(|credential| credential.no).filter(|no| Some(*no) != current);
    let mut stragglers: Vec<Straggler> = Vec::new();
    // whoever holds something unknown is one too, also while there is only one credential
    for other in others.map(Some).chain([None]) {
        for standing in roster::observe(&snapshot.sightings, other, current, snapshot.lease_clock()) {
            let last = match standing.stand {
                Stand::Clear(_) => continue,
                Stand::Old(at) | Stand::Unknown(at) | Stand::Leased(at) => rfc3339(at),
            };
            let named = |s: &Straggler| s.consumer == standing.consumer && s.instance == standing.instance;
            if !stragglers.iter().any(named) {
                stragglers.push(Straggler { consumer: standing.consumer, instance: standing.instance, last });
            }
        }
    }
    let instances = people(snapshot);
    let lags =
        |consumer: &str, instance: &str| stragglers.iter().any(|s| s.consumer == consumer && s.instance == instance);
    let is_current = |sighting: &&Sighting| holds(sighting.seen) && sighting.credential == current;
    let on_current: BTreeSet<_> = snapshot.sightings.iter().filter(is_current).map(who).collect();
    let on_current = on_current.iter().filter(|one| instances.contains_key(one) && !lags(one.0, one.1)).count();
    Consumers { declared: charge.policy.consumers.len(), instances: instances.len(), on_current, stragglers }
}

/// Everybody who was seen with a credential and of whom nobody has said since that they are gone; and when last.
fn people(snapshot: &Snapshot) -> BTreeMap<(&str, &str), Timestamp> {
    let mut people = BTreeMap::new();
    for sighting in snapshot.sightings.iter().filter(|sighting| holds(sighting.seen)) {
        let last = people.entry(who(sighting)).or_insert(sighting.last);
        *last = sighting.last.max(*last);
    }
    for word in snapshot.sightings.iter().filter(|sighting| sighting.seen == Seen::Forgotten) {
        let meant = |consumer: &str, instance: &str| {
            word.consumer == consumer && (word.instance.is_empty() || word.instance == instance)
        };
        people.retain(|(consumer, instance), last| !meant(consumer, instance) || *last > word.last);
    }
    people
}

fn who(sighting: &Sighting) -> (&str, &str) {
    (&sighting.consumer, &sighting.instance)
}

/// Whether who was seen so has a credential in its hands.
fn holds(seen: Seen) -> bool {
    matches!(seen, Seen::Fetched | Seen::Delivered | Seen::Used)
}

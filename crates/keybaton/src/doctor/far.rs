//! Asking far services: their lists, their probes and their vaults, read only, each with a time limit, all at once.

use std::{collections::BTreeMap, future::Future, sync::Arc, time::Duration};

use keybaton_core::{answer::Verdict, sheet::Sheet};
use keybaton_engine::Charge;
use keybaton_ports::{Called, Fault, Listed, Presented, Seen};
use keybaton_seal::{Keyring, SecretValue};
use keybaton_types::{IssuedId, SecretId, VersionNo};
use tokio::{sync::Semaphore, task::JoinSet};

/// So many secrets are looked after at once.
const AT_ONCE: usize = 8;

/// No call takes longer, whatever its connector allows itself.
const LIMIT: Duration = Duration::from_secs(15);

/// Whether far services are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Calls {
    /// Their lists, probes and vaults, read only.
    ReadOnly,
    /// Not at all.
    None,
}

/// What far services said of each secret.
pub(crate) type World = BTreeMap<SecretId, Answers>;

/// What far services said of one secret.
pub(crate) struct Answers {
    pub(crate) issuer: String,
    pub(crate) vault: String,
    pub(crate) sheet: Sheet,
    /// `None` where the issuer has no list.
    pub(crate) listed: Option<Called<Vec<Listed>>>,
    /// `None` where there is no key to try.
    pub(crate) verdict: Option<Called<Verdict>>,
    pub(crate) served: Called<Served>,
}

/// What a vault serves, as far as it can be compared.
pub(crate) enum Served {
    Version(VersionNo),
    /// The value of the present version.
    Current,
    Other,
    Nothing,
}

/// The present key of a secret, opened to be tried.
pub(crate) struct Present {
    pub(crate) id: IssuedId,
    pub(crate) value: SecretValue,
    /// The fingerprint of what consumers read.
    pub(crate) rendering: keybaton_types::Fingerprint,
}

/// Asks for every secret.
pub(crate) async fn ask(charges: Vec<(Charge, Option<Present>)>, keyring: &Arc<Keyring>) -> World {
    let room = Arc::new(Semaphore::new(AT_ONCE));
    let mut asking = JoinSet::new();
    for (charge, present) in charges {
        let (room, keyring) = (Arc::clone(&room), Arc::clone(keyring));
        asking.spawn(async move {
            let _place = room.acquire_owned().await;
            (charge.secret.clone(), answers(&charge, present.as_ref(), &keyring).await)
        });
    }
    let mut world = World::new();
    while let Some(asked) = asking.join_next().await {
        world.extend(asked.ok());
    }
    world
}

async fn answers(charge: &Charge, present: Option<&Present>, keyring: &Keyring) -> Answers {
    let listing = async {
        match charge.issuer.listing() {
            Some(listing) => Some(within(listing.list()).await),
            None => None,
        }
    };
    let probing = async {
        let Present { id, value, .. } = present?;
        Some(within(charge.probe.probe(Presented { secret: &charge.secret, id, value })).await)
    };
    let (listed, verdict, seen) = tokio::join!(listing, probing, within(charge.vault.served(&charge.secret)));
    let (issuer, vault) = (charge.issuer_name.clone(), charge.vault_name.clone());
    let served = seen.map(|seen| compared(&seen, present, keyring));
    Answers { issuer, vault, sheet: charge.sheet(), listed, verdict, served }
}

fn compared(seen: &Seen, present: Option<&Present>, keyring: &Keyring) -> Served {
    match seen {
        Seen::Nothing => Served::Nothing,
        Seen::Version(version) => Served::Version(*version),
        Seen::Value(value) => {
            let same = present.is_some_and(|present| keyring.matches(value, &present.rendering).unwrap_or(false));
            if same { Served::Current } else { Served::Other }
        }
    }
}

async fn within<T>(call: impl Future<Output = Called<T>>) -> Called<T> {
    let limit = LIMIT.as_secs();
    tokio::time::timeout(LIMIT, call)
        .await
        .unwrap_or_else(|_| Err(Fault::unknown(format!("no answer within {limit} seconds"))))
}

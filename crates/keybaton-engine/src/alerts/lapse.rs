//! Whether nobody works: due work, and no engine that was alive since.

use std::time::Duration;

use keybaton_ports::{Outbox, Store, StoreError};
use keybaton_types::{SecretId, Timestamp};

use crate::{Charges, due};

/// The kind of the alert about it.
pub const KIND: &str = "scheduler-dead";

/// Work may wait so long for an engine: a timer that starts `tick` every few minutes is no lapse.
pub const LIMIT: Duration = Duration::from_mins(15);

/// A time in which nobody worked although something was due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lapse {
    /// Since when it has been due and nobody was alive.
    pub since: Timestamp,
    /// What has waited longest.
    pub secret: SecretId,
    /// Now.
    pub now: Timestamp,
}

impl Lapse {
    /// What the alert says.
    pub fn words(&self) -> String {
        let waited = keybaton_core::rotation::span::brief(self.now.since(self.since));
        format!(
            "no engine was alive for {waited} while {} had work to do: start `keybaton serve`, or its timer",
            self.secret
        )
    }
}

/// The lapse that lasts now, or has until the engine that asks began. Ask before the first heartbeat.
pub async fn lapse(store: &dyn Store, outbox: &dyn Outbox, charges: &Charges) -> Result<Option<Lapse>, StoreError> {
    if !store.engines().await?.is_empty() {
        return Ok(None);
    }
    let alive = outbox.last_beat().await?;
    let mut longest: Option<Lapse> = None;
    for charge in charges.all().values() {
        let Some(snapshot) = store.read(&charge.secret).await? else { continue };
        let asked = snapshot.asks.iter().map(|ask| ask.at).min();
        let scheduled = due::since(charge, &snapshot);
        let Some(waits) = asked.into_iter().chain(scheduled).min() else { continue };
        let since = alive.map_or(waits, |alive| waits.max(alive));
        let lapse = Lapse { since, secret: charge.secret.clone(), now: snapshot.now };
        let is_long = snapshot.now.since(since) >= LIMIT;
        if is_long && longest.as_ref().is_none_or(|known| lapse.since < known.since) {
            longest = Some(lapse);
        }
    }
    Ok(longest)
}

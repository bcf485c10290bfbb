//! What the record of a revoke says of every instance: where it stood, and what was seen of it that says so. Written once,
//! with the commit that condemns, so that it can be read when the sightings are long gone. Nothing is decided by it.

use keybaton_types::{CredentialNo, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    facts::Facts,
    ledger::{Change, Seen, Sighting},
    roster::{self, Stand},
    rotation::Transition,
};

/// Where one instance stood when the loser was condemned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmed {
    /// The consumer.
    pub consumer: String,
    /// Its instance.
    pub instance: String,
    /// Where it stood.
    pub stand: Stand,
    /// The newest of what was seen that speaks of a move; `None` where nothing was.
    pub seen: Option<Seen>,
    /// When that was.
    pub at: Option<Timestamp>,
}

/// Where every known instance stood; nothing where the transition condemns no credential.
pub fn confirmed(facts: &Facts<'_>, transition: &Transition) -> Vec<Confirmed> {
    let Some(rotation) = &transition.rotation else { return Vec::new() };
    let alive = |no| facts.ledger.credential(no).is_some_and(|credential| !credential.condemned);
    let condemned = transition.changes.iter().filter_map(Change::credential);
    let loser = condemned.filter(|c| c.condemned && alive(c.no)).map(|c| c.no).next();
    let Some(loser) = loser else { return Vec::new() };
    let winner = if rotation.old == Some(loser) { rotation.new } else { rotation.old };
    let roster = roster::observe(facts.sightings, Some(loser), winner, facts.lease_clock());
    let told = |standing: roster::Standing| {
        let mine =
            facts.sightings.iter().filter(|s| s.consumer == standing.consumer && s.instance == standing.instance);
        let newest = mine.filter(|s| speaks(s, loser, winner)).max_by_key(|s| s.last);
        let (seen, at) = (newest.map(|s| s.seen), newest.map(|s| s.last));
        Confirmed { consumer: standing.consumer, instance: standing.instance, stand: standing.stand, seen, at }
    };
    roster.into_iter().map(told).collect()
}

/// Whether a sighting says that its instance has left the loser.
fn speaks(sighting: &Sighting, loser: CredentialNo, winner: Option<CredentialNo>) -> bool {
    match sighting.seen {
        Seen::Used | Seen::Delivered => sighting.credential == winner,
        Seen::Dropped => sighting.credential == Some(loser),
        Seen::Acked | Seen::Forgotten => true,
        Seen::Fetched | Seen::Revealed => false,
    }
}

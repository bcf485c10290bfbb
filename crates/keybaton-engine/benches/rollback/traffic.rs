//! What consumers do, and what comes of it: three instances of two consumers call with what they are served, one call in
//! twenty is refused whatever the key, and they tell of that as our client does.

use keybaton_core::ledger::{Report, Seen, Sighting};
use keybaton_ports::Store;
use keybaton_types::CredentialNo;

use crate::{dice::Dice, world::World};

/// Each instance: the consumer, and its own name.
const INSTANCES: [(&str, &str); 3] = [("web", "web-1"), ("web", "web-2"), ("nightly", "nightly-1")];

/// So many percent of calls are refused for reasons that no key has.
pub(crate) const NOISE: u64 = 5;

/// The most calls of an instance in a round.
const MOST: u64 = 60;

/// What consumers do.
pub(crate) struct Traffic {
    pub(crate) dice: Dice,
    /// A key that every call is refused with.
    pub(crate) dead: Option<CredentialNo>,
    /// Calls so far.
    pub(crate) calls: u64,
    /// Of them refused.
    pub(crate) refused: u64,
}

impl Traffic {
    /// The traffic of one rotation.
    pub(crate) fn new(seed: u64) -> Self {
        Self { dice: Dice::new(seed), dead: None, calls: 0, refused: 0 }
    }

    /// Every instance calls a few times, and tells.
    pub(crate) async fn round(&mut self, world: &World) {
        let Some(served) = world.served().await else { return };
        for (consumer, instance) in INSTANCES {
            let calls = 1 + self.dice.below(MOST);
            let refused = (0..calls).filter(|_| self.dead == Some(served) || self.dice.happens(NOISE)).count();
            self.tell(world, (consumer, instance), served, [calls, u64::try_from(refused).unwrap()]).await;
        }
    }

    async fn tell(&mut self, world: &World, who: (&str, &str), credential: CredentialNo, [calls, refused]: [u64; 2]) {
        let (consumer, instance) = (who.0.to_owned(), who.1.to_owned());
        let now = world.now();
        let (ok, refused_at) = (calls - refused, (refused > 0).then_some(now));
        (self.calls, self.refused) = (self.calls + calls, self.refused + refused);
        if ok > 0 {
            let (consumer, instance, credential) = (consumer.clone(), instance.clone(), Some(credential));
            let used = Sighting { consumer, instance, credential, seen: Seen::Used, last: now, lease_until: None };
            world.memory.sight(&world.secret, &used).await.unwrap();
        }
        let report = Report { consumer, instance, credential, ok, refused, refused_at, ..Report::default() };
        world.memory.report(&world.secret, &report).await.unwrap();
    }
}
